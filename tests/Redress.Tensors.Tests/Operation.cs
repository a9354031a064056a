using Redress.Tensors.Layers;
using Redress.Tensors.Losses;

namespace Redress.Tensors.Tests;

/// <summary>An operation on tensors, its twin in double precision, and what inputs to try it on.</summary>
internal sealed record Operation(Func<Tensor[], Tensor> Run, Func<Matrix[], Matrix> Twin, params Input[] Inputs)
{
    private static readonly Input Any = new(5, 7, -2, 2), Positive = new(5, 7, 0.3, 3), Wide = new(5, 7, -6, 6), AwayFromZero = new(5, 7, 0.2, 2, Signs: true);

    // Narrow and wide, side by side and apart, and a group of one column, whose softmax is 1.
    private static readonly ColumnGroups Groups = new(20, [(1, 3), (4, 9), (15, 1), (16, 2)]);

    // Numbers in columns 0, 5 and 9; a one in columns 1 to 4 and in columns 6 to 8.
    private static readonly OneHotRows Ones = OneHotRows.Of(
        [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0], 10, [(1, 4), (6, 3)])!;

    public static readonly Dictionary<string, Operation> All = new(StringComparer.Ordinal)
    {
        ["add"] = new(t => t[0] + t[1], m => m[0].With(m[1], (a, b) => a + b), Any, Any),
        ["add itself"] = new(t => t[0] + t[0] * t[0], m => m[0].Map(a => a + a * a), Any),
        ["subtract"] = new(t => t[0] - t[1], m => m[0].With(m[1], (a, b) => a - b), Any, Any),
        ["multiply"] = new(t => t[0] * t[1], m => m[0].With(m[1], (a, b) => a * b), Any, Any),
        ["divide"] = new(t => t[0] / t[1], m => m[0].With(m[1], (a, b) => a / b), Any, Positive),
        ["axpy"] = new(t => Tensor.Axpy(t[0], t[1], 0.75f), m => m[0].With(m[1], (a, b) => a + 0.75 * b), Any, Any),
        ["times number"] = new(t => t[0] * 1.5f, m => m[0].Map(a => a * 1.5), Any),
        ["number times"] = new(t => 1.5f * t[0], m => m[0].Map(a => a * 1.5), Any),
        ["over number"] = new(t => t[0] / 4f, m => m[0].Map(a => a / 4), Any),
        ["number over"] = new(t => 2.5f / t[0], m => m[0].Map(a => 2.5 / a), Positive),
        ["plus number"] = new(t => t[0] + 1.5f, m => m[0].Map(a => a + 1.5), Any),
        ["number plus"] = new(t => 1.5f + t[0], m => m[0].Map(a => a + 1.5), Any),
        ["minus number"] = new(t => t[0] - 1.5f, m => m[0].Map(a => a - 1.5), Any),
        ["number minus"] = new(t => 1.5f - t[0], m => m[0].Map(a => 1.5 - a), Any),
        ["negate"] = new(t => -t[0], m => m[0].Map(a => -a), Any),
        ["tanh"] = new(t => t[0].Tanh(), m => m[0].Map(Math.Tanh), Wide),
        ["sigmoid"] = new(t => t[0].Sigmoid(), m => m[0].Map(a => 1 / (1 + Math.Exp(-a))), Wide),
        ["relu"] = new(t => t[0].Relu(), m => m[0].Map(a => Math.Max(a, 0)), AwayFromZero),
        ["leaky relu"] = new(t => t[0].LeakyRelu(0.25f), m => m[0].Map(a => a > 0 ? a : 0.25 * a), AwayFromZero),
        ["gelu"] = new(t => t[0].Gelu(), m => m[0].Map(Gelu), Wide),
        ["exp"] = new(t => t[0].Exp(), m => m[0].Map(Math.Exp), Any),
        ["log"] = new(t => t[0].Log(), m => m[0].Map(Math.Log), Positive),
        ["softplus"] = new(t => t[0].Softplus(), m => m[0].Map(a => Math.Log(1 + Math.Exp(a))), Wide),
        ["abs"] = new(t => t[0].Abs(), m => m[0].Map(Math.Abs), AwayFromZero),
        ["square"] = new(t => t[0].Square(), m => m[0].Map(a => a * a), Any),
        ["sqrt"] = new(t => t[0].Sqrt(), m => m[0].Map(Math.Sqrt), Positive),
        ["matmul"] = new(t => Tensor.MatMul(t[0], t[1]), m => m[0].Times(m[1]), Any, new Input(7, 4, -1, 1)),
        ["matmul, a transposed"] = new(t => Tensor.MatMul(t[0], t[1], transposeA: true), m => m[0].T.Times(m[1]), new Input(7, 5, -1, 1), new Input(7, 4, -1, 1)),
        ["matmul, b transposed"] = new(t => Tensor.MatMul(t[0], t[1], transposeB: true), m => m[0].Times(m[1].T), Any, new Input(4, 7, -1, 1)),
        ["matmul, both transposed"] = new(t => Tensor.MatMul(t[0], t[1], true, true), m => m[0].T.Times(m[1].T), new Input(7, 5, -1, 1), new Input(4, 7, -1, 1)),
        ["affine"] = new(t => Tensor.Affine(t[0], t[1], t[2]), m => AddRow(m[0].Times(m[1]), m[2]), Any, new Input(7, 4, -1, 1), new Input(1, 4, -1, 1)),
        ["affine of one-hot rows"] = new(
            t => Tensor.Affine(Ones, t[0], t[1], t[2], Activation.Tanh), m => AddRow(WithOnes(m[0]).Times(m[1]), m[2]).Map(Math.Tanh), new Input(5, 3, -1, 1), new Input(10, 19, -1, 1), new Input(1, 19, -1, 1)),
        ["add row"] = new(t => t[0].AddRow(t[1]), m => AddRow(m[0], m[1]), Any, new Input(1, 7, -1, 1)),
        ["multiply column"] = new(t => t[0].MultiplyColumn(t[1]), m => Matrix.Of(5, 7, (i, j) => m[0][i, j] * m[1][i, 0]), Any, new Input(5, 1, -1, 1)),
        ["sum"] = new(t => t[0].Sum(), m => Matrix.Of(1, 1, (_, _) => m[0].Values.Sum()), Any),
        ["mean"] = new(t => t[0].Mean(), m => Matrix.Of(1, 1, (_, _) => m[0].Values.Average()), Any),
        ["sum rows"] = new(t => t[0].SumRows(), m => Matrix.Of(1, 7, (_, j) => m[0].T.RowSum(j)), Any),
        ["sum cols"] = new(t => t[0].SumCols(), m => Matrix.Of(5, 1, (i, _) => m[0].RowSum(i)), Any),
        ["repeat rows"] = new(t => t[0].RepeatRows(5), m => Matrix.Of(5, 7, (_, j) => m[0][0, j]), new Input(1, 7, -1, 1)),
        ["repeat cols"] = new(t => t[0].RepeatCols(7), m => Matrix.Of(5, 7, (i, _) => m[0][i, 0]), new Input(5, 1, -1, 1)),
        ["broadcast"] = new(t => t[0].Broadcast(5, 7), m => Matrix.Of(5, 7, (_, _) => m[0][0, 0]), new Input(1, 1, -1, 1)),
        ["log softmax"] = new(t => t[0].LogSoftmax(), m => LogSoftmax(m[0]), Any),
        ["group softmax"] = new(t => t[0].GroupSoftmax(Groups), m => GroupSoftmax(m[0]), new Input(5, 20, -2, 2)),
        ["group softmax of a tilted row"] = new(t => (t[0] * t[1]).GroupSoftmax(Groups) * t[1], m => GroupSoftmax(m[0].With(m[1], (a, b) => a * b)).With(m[1], (a, b) => a * b), new Input(5, 20, -2, 2), new Input(5, 20, -1, 1)),
        ["slice cols"] = new(t => t[0].SliceCols(2, 3), m => Matrix.Of(5, 3, (i, j) => m[0][i, j + 2]), Any),
        ["concat cols"] = new(t => Tensor.ConcatCols(t[0], t[1]), m => Matrix.Of(5, 9, (i, j) => j < 7 ? m[0][i, j] : m[1][i, j - 7]), Any, new Input(5, 2, -1, 1)),
        ["binary cross-entropy rows"] = new(t => BinaryCrossEntropy.RowsWithLogits(t[0], t[1], t[2]), BinaryRows, new Input(9, 1, -4, 4), new Input(9, 1, 0, 1), new Input(9, 1, 0.5, 2)),
        ["binary cross-entropy"] = new(t => BinaryCrossEntropy.WithLogits(t[0], t[1], t[2]), m => Matrix.Of(1, 1, (_, _) => BinaryRows(m).Values.Average()), new Input(9, 1, -4, 4), new Input(9, 1, 0, 1), new Input(9, 1, 0.5, 2)),
        ["softmax cross-entropy"] = new(t => SoftmaxCrossEntropy.WithLogits(t[0], t[1]), m => Matrix.Of(1, 1, (_, _) => -LogSoftmax(m[0]).Dot(m[1]) / 5), Any, new Input(5, 7, 0, 1)),
        ["layer norm"] = new(t => t[0].LayerNorm(t[1], t[2]), m => LayerNorm(m[0], m[1], m[2]), Any, new Input(1, 7, -2, 2), new Input(1, 7, -1, 1)) { IsFirstOrder = true },
        ["layer norm of a sum"] = new(
            t => Tensor.LayerNorm(t[0], t[1], t[2], t[3]), m => LayerNorm(m[0].With(m[1], (a, b) => a + b), m[2], m[3]),
            new Input(6, 37, -2, 2), new Input(6, 37, -2, 2), new Input(1, 37, -2, 2), new Input(1, 37, -1, 1)) { IsFirstOrder = true },
        ["layer norm of a tensor with itself"] = new(t => Tensor.LayerNorm(t[0], t[0], t[1], t[2]), m => LayerNorm(m[0].Map(a => 2 * a), m[1], m[2]), Any, new Input(1, 7, -2, 2), new Input(1, 7, -1, 1)) { IsFirstOrder = true },
        ["attention"] = new(t => Tensor.SelfAttention(t[0], 4, 2, causal: false), m => SelfAttention(m[0], 4, 2, causal: false), new Input(12, 24, -2, 2)) { IsFirstOrder = true },
        ["attention, causal, one wide head"] = new(t => Tensor.SelfAttention(t[0], 5, 1, causal: true), m => SelfAttention(m[0], 5, 1, causal: true), new Input(10, 27, -2, 2)) { IsFirstOrder = true },
        ["attention, causal, narrow heads"] = new(t => Tensor.SelfAttention(t[0], 2, 3, causal: true), m => SelfAttention(m[0], 2, 3, causal: true), new Input(40, 18, -2, 2)) { IsFirstOrder = true },
        ["attention to a memory"] = new(
            t => Tensor.CrossAttention(t[0], 3, t[1], 5, 2), m => Attention(m[0], 3, Columns(m[1], 0, 8), Columns(m[1], 8, 8), 5, 2, causal: false), new Input(9, 8, -2, 2), new Input(15, 16, -2, 2)) { IsFirstOrder = true },
        ["attention to a memory of one position"] = new(
            t => Tensor.CrossAttention(t[0], 2, t[1], 1, 5), m => Attention(m[0], 2, Columns(m[1], 0, 10), Columns(m[1], 10, 10), 1, 5, causal: false), new Input(34, 10, -2, 2), new Input(17, 20, -2, 2)) { IsFirstOrder = true },
        ["squared error"] = new(t => SquaredError.Of(t[0], t[1]), m => Matrix.Of(1, 1, (_, _) => m[0].With(m[1], (a, b) => (a - b) * (a - b)).Values.Average()), Any, Any),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Those whose gradients can be differentiated again.</summary>
    public static TheoryData<string> NamesOfAnyOrder => [.. All.Where(o => !o.Value.IsFirstOrder).Select(o => o.Key)];

    /// <summary>The others.</summary>
    public static TheoryData<string> NamesOfFirstOrder => [.. All.Where(o => o.Value.IsFirstOrder).Select(o => o.Key)];

    /// <summary>Whether its gradients cannot be differentiated again.</summary>
    public bool IsFirstOrder { get; init; }

    public Matrix[] Draw(Rng rng) => Array.ConvertAll(Inputs, input => input.Draw(rng));

    /// <summary>The one-hot rows written out, with other numbers.</summary>
    private static Matrix WithOnes(Matrix numbers) => Matrix.Of(
        5, 10, (i, j) => Array.IndexOf(Ones.NumberColumns, j) is >= 0 and var number ? numbers[i, number] : Ones.Hot.AsSpan(i * 2, 2).Contains(j) ? 1 : 0);

    private static Matrix AddRow(Matrix x, Matrix row) => Matrix.Of(x.Rows, x.Cols, (i, j) => x[i, j] + row[0, j]);

    private static Matrix LogSoftmax(Matrix x) => Matrix.Of(x.Rows, x.Cols, (i, j) => x[i, j] - Math.Log(x.Map(Math.Exp).RowSum(i)));

    private static Matrix GroupSoftmax(Matrix x)
    {
        var y = Matrix.Of(x.Rows, x.Cols, (i, j) => x[i, j]);
        for (int k = 0; k < Groups.Count; k++)
        {
            var (start, width) = Groups[k];
            for (int i = 0; i < x.Rows; i++)
            {
                double sum = Enumerable.Range(start, width).Sum(j => Math.Exp(x[i, j]));
                for (int j = start; j < start + width; j++) y.Values[i * x.Cols + j] = Math.Exp(x[i, j]) / sum;
            }
        }
        return y;
    }

    private static Matrix LayerNorm(Matrix x, Matrix gain, Matrix bias) => Matrix.Of(x.Rows, x.Cols, (i, j) =>
    {
        double mean = x.RowSum(i) / x.Cols, variance = Enumerable.Range(0, x.Cols).Average(c => Math.Pow(x[i, c] - mean, 2));
        return (x[i, j] - mean) / Math.Sqrt(variance + 1e-5) * gain[0, j] + bias[0, j];
    });

    private static Matrix SelfAttention(Matrix projected, int tokens, int heads, bool causal)
    {
        int d = projected.Cols / 3;
        return Attention(Columns(projected, 0, d), tokens, Columns(projected, d, d), Columns(projected, 2 * d, d), tokens, heads, causal);
    }

    private static Matrix Attention(Matrix q, int tokens, Matrix k, Matrix v, int keys, int heads, bool causal)
    {
        int width = q.Cols / heads;
        return Matrix.Of(q.Rows, q.Cols, (row, c) =>
        {
            int first = row / tokens * keys, head = c / width * width, seen = causal ? row % tokens + 1 : keys;
            double[] weights = [.. Enumerable.Range(first, seen).Select(j => Math.Exp(Enumerable.Range(head, width).Sum(p => q[row, p] * k[j, p]) / Math.Sqrt(width)))];
            return weights.Select((w, j) => w * v[first + j, c]).Sum() / weights.Sum();
        });
    }

    private static Matrix Columns(Matrix x, int start, int count) => Matrix.Of(x.Rows, count, (i, j) => x[i, start + j]);

    private static Matrix BinaryRows(Matrix[] m) => Matrix.Of(m[0].Rows, 1, (i, _) => m[2][i, 0] * (Math.Log(1 + Math.Exp(m[0][i, 0])) - m[0][i, 0] * m[1][i, 0]));

    /// <summary>x Φ(x), with Φ by Simpson's rule from 0: slow and independent of the engine.</summary>
    private static double Gelu(double x)
    {
        const int Steps = 400;
        double h = x / Steps, sum = 0;
        for (int i = 0; i <= Steps; i++) sum += (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-0.5 * (i * h) * (i * h));
        return x * (0.5 + sum * h / 3 / Math.Sqrt(2 * Math.PI));
    }
}

/// <summary>A random input; with <paramref name="Signs"/>, each entry is negated with probability one half.</summary>
internal sealed record Input(int Rows, int Cols, double Low, double High, bool Signs = false)
{
    public Matrix Draw(Rng rng)
    {
        var drawn = Matrix.Random(rng, Rows, Cols, Low, High);
        return Signs ? drawn.Map(v => rng.NextInt(2) == 0 ? v : -v) : drawn;
    }
}
