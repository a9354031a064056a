namespace Redress.Tensors.Kernels;

/// <summary>One loop an operation, in scalars and with the runtime's functions: what the fast kernels are checked against.</summary>
internal sealed partial class PlainKernels : IKernels
{
    public void Apply(Unary op, ReadOnlySpan<float> x, float s, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = (float)Value(op, x[i], s);
    }

    public void Apply(Binary op, ReadOnlySpan<float> a, ReadOnlySpan<float> b, float s, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = Value(op, a[i], b[i], s);
    }

    public void Distances(Norm norm, int width, ReadOnlySpan<float> a, ReadOnlySpan<float> blocks, Span<float> d)
    {
        int m = a.Length / width, n = blocks.Length / width;
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                float sum = 0;
                for (int p = 0; p < width; p++)
                {
                    float difference = a[i * width + p] - blocks[j / RowDistances.Lanes * width * RowDistances.Lanes + p * RowDistances.Lanes + j % RowDistances.Lanes];
                    sum = norm == Norm.L1 ? sum + MathF.Abs(difference) : MathF.FusedMultiplyAdd(difference, difference, sum);
                }
                d[i * n + j] = sum;
            }
    }

    public float Sum(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float value in x) sum += value;
        return (float)sum;
    }

    public void SumRows(ReadOnlySpan<float> x, int rows, int cols, Span<float> y)
    {
        for (int j = 0; j < cols; j++)
        {
            double sum = 0;
            for (int i = 0; i < rows; i++) sum += x[i * cols + j];
            y[j] = (float)sum;
        }
    }

    public void SumCols(ReadOnlySpan<float> x, int rows, int cols, Span<float> y)
    {
        for (int i = 0; i < rows; i++) y[i] = Sum(x.Slice(i * cols, cols));
    }

    public void AddRow(ReadOnlySpan<float> x, ReadOnlySpan<float> row, int rows, int cols, Span<float> y)
    {
        for (int i = 0; i < rows * cols; i++) y[i] = x[i] + row[i % cols];
    }

    public void MultiplyColumn(ReadOnlySpan<float> x, ReadOnlySpan<float> column, int rows, int cols, Span<float> y)
    {
        for (int i = 0; i < rows * cols; i++) y[i] = x[i] * column[i / cols];
    }

    public void RepeatRows(ReadOnlySpan<float> row, int rows, int cols, Span<float> y)
    {
        for (int i = 0; i < rows * cols; i++) y[i] = row[i % cols];
    }

    public void RepeatCols(ReadOnlySpan<float> column, int rows, int cols, Span<float> y)
    {
        for (int i = 0; i < rows * cols; i++) y[i] = column[i / cols];
    }

    public void CopyCols(in ColumnCopy part, ReadOnlySpan<float> from, Span<float> to)
    {
        for (int i = 0; i < part.Rows; i++)
            for (int j = 0; j < part.Count; j++)
                to[i * part.ToCols + part.ToStart + j] = from[i * part.FromCols + part.FromStart + j];
    }

    public void LogSoftmax(ReadOnlySpan<float> x, int rows, int cols, Span<float> y)
    {
        for (int i = 0; i < rows; i++)
        {
            var row = x.Slice(i * cols, cols);
            double largest = double.NegativeInfinity, sum = 0;
            foreach (float value in row) largest = Math.Max(largest, value);
            foreach (float value in row) sum += Math.Exp(value - largest);
            for (int j = 0; j < cols; j++) y[i * cols + j] = (float)(row[j] - largest - Math.Log(sum));
        }
    }

    public void LogSoftmaxGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> y, int rows, int cols, Span<float> d)
    {
        for (int i = 0; i < rows; i++)
        {
            double sum = Sum(g.Slice(i * cols, cols));
            for (int j = i * cols; j < (i + 1) * cols; j++) d[j] = (float)(g[j] - Math.Exp(y[j]) * sum);
        }
    }

    public void GroupSoftmax(ReadOnlySpan<float> x, int rows, ColumnGroups groups, Span<float> y)
    {
        x[..(rows * groups.Columns)].CopyTo(y);
        EachGroup(rows, groups, y, static (values, _) =>
        {
            double largest = double.NegativeInfinity, sum = 0;
            foreach (float value in values) largest = Math.Max(largest, value);
            foreach (float value in values) sum += Math.Exp(value - largest);
            foreach (ref float value in values) value = (float)(Math.Exp(value - largest) / sum);
        });
    }

    public void GroupSoftmaxGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> y, int rows, ColumnGroups groups, Span<float> d)
    {
        g[..(rows * groups.Columns)].CopyTo(d);
        float[] softmax = y.ToArray();
        EachGroup(rows, groups, d, (values, first) =>
        {
            double sum = 0;
            for (int j = 0; j < values.Length; j++) sum += (double)values[j] * softmax[first + j];
            for (int j = 0; j < values.Length; j++) values[j] = (float)(softmax[first + j] * (values[j] - sum));
        });
    }

    public void GroupSum(ReadOnlySpan<float> x, int rows, ColumnGroups groups, Span<float> y)
    {
        y[..(rows * groups.Columns)].Clear();
        float[] terms = x.ToArray();
        EachGroup(rows, groups, y, (values, first) => values.Fill(Sum(terms.AsSpan(first, values.Length))));
    }

    public void Adam(in AdamStep step, Span<float> p, ReadOnlySpan<float> g, Span<float> mean, Span<float> square, Span<float> largest)
    {
        for (int i = 0; i < p.Length; i++)
        {
            mean[i] = step.Beta1 * mean[i] + (1 - step.Beta1) * g[i];
            square[i] = step.Beta2 * square[i] + (1 - step.Beta2) * g[i] * g[i];
            float v = square[i];
            if (!largest.IsEmpty) v = largest[i] = MathF.Max(largest[i], v);
            p[i] -= step.StepSize * mean[i] / (MathF.Sqrt(v) * step.RootScale + step.Epsilon);
        }
    }

    public void AdamGradient(in AdamStep step, float clip, in AdamAdjoint adjoint, ReadOnlySpan<float> g, ReadOnlySpan<float> mean, ReadOnlySpan<float> square, Span<float> result)
    {
        for (int i = 0; i < g.Length; i++)
        {
            float root = MathF.Sqrt(square[i]), inverse = 1 / (root * step.RootScale + step.Epsilon), p = step.StepSize * adjoint.Parameters[i] * inverse;
            float m = adjoint.Mean[i] - p, v = adjoint.Square[i] + (root > 0 ? p * mean[i] * inverse * (step.RootScale / 2) / root : 0);
            float c = Math.Clamp(g[i], -clip, clip);
            result[i] = c == g[i] ? (1 - step.Beta1) * m + 2 * (1 - step.Beta2) * c * v : 0;
            (adjoint.Mean[i], adjoint.Square[i]) = (step.Beta1 * m, step.Beta2 * v);
        }
    }

    public void Momentum(float rate, float momentum, Span<float> p, ReadOnlySpan<float> g, Span<float> velocity)
    {
        for (int i = 0; i < p.Length; i++)
        {
            velocity[i] = momentum * velocity[i] + g[i];
            p[i] -= rate * velocity[i];
        }
    }

    public void RmsProp(float rate, float alpha, float epsilon, Span<float> p, ReadOnlySpan<float> g, Span<float> square)
    {
        for (int i = 0; i < p.Length; i++)
        {
            square[i] = alpha * square[i] + (1 - alpha) * g[i] * g[i];
            p[i] -= rate * g[i] / (MathF.Sqrt(square[i]) + epsilon);
        }
    }

    public void ThresholdMask(ReadOnlySpan<ushort> bits, int threshold, float kept, Span<float> mask)
    {
        for (int i = 0; i < mask.Length; i++) mask[i] = bits[i] >= threshold ? kept : 0f;
    }

    private delegate void OnGroup(Span<float> values, int first);

    private static void EachGroup(int rows, ColumnGroups groups, Span<float> x, OnGroup act)
    {
        for (int i = 0; i < rows; i++)
            for (int k = 0; k < groups.Count; k++) act(x.Slice(i * groups.Columns + groups[k].Start, groups[k].Width), i * groups.Columns + groups[k].Start);
    }

    private static double Value(Unary op, double x, float s) => op switch
    {
        Unary.Scale => (float)x * s,
        Unary.Shift => (float)x + s,
        Unary.ReciprocalScale => s / (float)x,
        Unary.ShiftedNegative => s - (float)x,
        Unary.Exp => Math.Exp(x),
        Unary.Log => Math.Log(x),
        Unary.Tanh => Math.Tanh(x),
        Unary.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Unary.Softplus => Softplus(x),
        Unary.Relu => x > 0 ? x : 0,
        Unary.LeakyRelu => x > 0 ? x : (float)x * s,
        Unary.Gelu => x * NormalProbability(x),
        Unary.NormalDensity => NormalDensity(x),
        Unary.Abs => Math.Abs(x),
        Unary.Sign => x > 0 ? 1 : x < 0 ? -1 : 0,
        Unary.Square => (float)x * (float)x,
        Unary.Sqrt => MathF.Sqrt((float)x),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, null),
    };

    private static float Value(Binary op, float a, float b, float s) => op switch
    {
        Binary.Add => a + b,
        Binary.Subtract => a - b,
        Binary.Multiply => a * b,
        Binary.Divide => a / b,
        Binary.Axpy => MathF.FusedMultiplyAdd(b, s, a),
        Binary.TanhGradient => a * (1 - b * b),
        Binary.SigmoidGradient => a * b * (1 - b),
        Binary.Gate => b > 0 ? a : a * s,
        Binary.GeluGradient => (float)(a * (NormalProbability(b) + b * NormalDensity(b))),
        Binary.CrossEntropy => (float)(Math.Max((double)a, 0) - (double)a * b + Softplus(-Math.Abs((double)a))),
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, null),
    };

    private static double Softplus(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        // log(1 + e), exact for small e where 1 + e forgets it
        double u = 1 + e, log = u == 1 ? e : Math.Log(u) * (e / (u - 1));
        return Math.Max(x, 0) + log;
    }

    private static double NormalDensity(double x) => Math.Exp(-0.5 * x * x) * 0.3989422804014327;

    /// <summary>Φ(x) by its power series near 0 and the continued fraction of its tail elsewhere.</summary>
    private static double NormalProbability(double x)
    {
        if (double.IsNaN(x)) return x;
        double t = Math.Abs(x);
        if (t > 3)
        {
            double fraction = t;
            for (int k = 60; k >= 1; k--) fraction = t + k / fraction;
            double tail = NormalDensity(t) / fraction;
            return x > 0 ? 1 - tail : tail;
        }
        double term = x, sum = x;
        for (int k = 1; k < 60; k++)
        {
            term *= x * x / (2 * k + 1);
            sum += term;
        }
        return 0.5 + sum * NormalDensity(x);
    }
}
