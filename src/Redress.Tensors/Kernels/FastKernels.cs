namespace Redress.Tensors.Kernels;

/// <summary>The kernels used by default: vectors of sixteen floats, which the JIT splits where the processor's are shorter.</summary>
internal sealed class FastKernels : IKernels
{
    public void Apply(Unary op, ReadOnlySpan<float> x, float s, Span<float> y)
    {
        switch (op)
        {
            case Unary.Scale: Elementwise.Map<ScaleOperation>(x, s, y); break;
            case Unary.Shift: Elementwise.Map<ShiftOperation>(x, s, y); break;
            case Unary.ReciprocalScale: Elementwise.Map<ReciprocalScaleOperation>(x, s, y); break;
            case Unary.ShiftedNegative: Elementwise.Map<ShiftedNegativeOperation>(x, s, y); break;
            case Unary.Exp: Elementwise.Map<ExpOperation>(x, s, y); break;
            case Unary.Log: Elementwise.Map<LogOperation>(x, s, y); break;
            case Unary.Tanh: Elementwise.Map<TanhOperation>(x, s, y); break;
            case Unary.Sigmoid: Elementwise.Map<SigmoidOperation>(x, s, y); break;
            case Unary.Softplus: Elementwise.Map<SoftplusOperation>(x, s, y); break;
            case Unary.Relu: Elementwise.Map<ReluOperation>(x, s, y); break;
            case Unary.LeakyRelu: Elementwise.Map<LeakyReluOperation>(x, s, y); break;
            case Unary.Gelu: Elementwise.Map<GeluOperation>(x, s, y); break;
            case Unary.NormalDensity: Elementwise.Map<NormalDensityOperation>(x, s, y); break;
            case Unary.Abs: Elementwise.Map<AbsOperation>(x, s, y); break;
            case Unary.Sign: Elementwise.Map<SignOperation>(x, s, y); break;
            case Unary.Square: Elementwise.Map<SquareOperation>(x, s, y); break;
            case Unary.Sqrt: Elementwise.Map<SqrtOperation>(x, s, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(op), op, null);
        }
    }

    public void Apply(Binary op, ReadOnlySpan<float> a, ReadOnlySpan<float> b, float s, Span<float> y)
    {
        switch (op)
        {
            case Binary.Add: Elementwise.Map<AddOperation>(a, b, s, y); break;
            case Binary.Subtract: Elementwise.Map<SubtractOperation>(a, b, s, y); break;
            case Binary.Multiply: Elementwise.Map<MultiplyOperation>(a, b, s, y); break;
            case Binary.Divide: Elementwise.Map<DivideOperation>(a, b, s, y); break;
            case Binary.Axpy: Elementwise.Map<AxpyOperation>(a, b, s, y); break;
            case Binary.TanhGradient: Elementwise.Map<TanhGradientOperation>(a, b, s, y); break;
            case Binary.SigmoidGradient: Elementwise.Map<SigmoidGradientOperation>(a, b, s, y); break;
            case Binary.Gate: Elementwise.Map<GateOperation>(a, b, s, y); break;
            case Binary.GeluGradient: Elementwise.Map<GeluGradientOperation>(a, b, s, y); break;
            case Binary.CrossEntropy: Elementwise.Map<CrossEntropyOperation>(a, b, s, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(op), op, null);
        }
    }

    public void Multiply(in Product product, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c) => MatrixProduct.Run(product, a, b, bias, c);

    public void MultiplyPacked(PackedWeights weights, in PackedRows rows, ReadOnlySpan<float> a, Span<float> y) => PackedProduct.Run(weights, rows, a, y);

    public void MultiplyPacked(PackedWeights weights, in PackedTerms terms, ReadOnlySpan<int> columns, ReadOnlySpan<float> values, Span<float> y) => PackedProduct.Run(weights, terms, columns, values, y);

    public void MultiplyPacked(PackedPanels panels, in PackedRows rows, ReadOnlySpan<float> a, Span<float> y) => PackedProduct.Run(panels, rows, a, y);

    public void MultiplyLanes(in Product product, ReadOnlySpan<float> a, ReadOnlySpan<float> bias, ReadOnlySpan<float> x, Span<float> y) => LaneProduct.Run(product, a, bias, x, y);

    public void MultiplyOneHot(OneHotRows rows, ReadOnlySpan<float> numbers, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y) => OneHot.Multiply(rows, numbers, weight, bias, y);

    public void OneHotOuter(OneHotRows rows, ReadOnlySpan<float> numbers, ReadOnlySpan<float> gradient, Span<float> weight) => OneHot.Outer(rows, numbers, gradient, weight);

    public void Distances(Norm norm, int width, ReadOnlySpan<float> a, ReadOnlySpan<float> blocks, Span<float> d) => RowDistances.Run(norm, width, a, blocks, d);

    public float Sum(ReadOnlySpan<float> x) => Reductions.Sum(x);

    public void SumRows(ReadOnlySpan<float> x, int rows, int cols, Span<float> y) => Reductions.SumRows(x[..(rows * cols)], rows, cols, y[..cols]);

    public void SumCols(ReadOnlySpan<float> x, int rows, int cols, Span<float> y) => Reductions.SumCols(x[..(rows * cols)], rows, cols, y);

    public void AddRow(ReadOnlySpan<float> x, ReadOnlySpan<float> row, int rows, int cols, Span<float> y)
    {
        for (int i = 0; i < rows; i++) System.Numerics.Tensors.TensorPrimitives.Add(x.Slice(i * cols, cols), row[..cols], y.Slice(i * cols, cols));
    }

    public void MultiplyColumn(ReadOnlySpan<float> x, ReadOnlySpan<float> column, int rows, int cols, Span<float> y)
    {
        for (int i = 0; i < rows; i++) System.Numerics.Tensors.TensorPrimitives.Multiply(x.Slice(i * cols, cols), column[i], y.Slice(i * cols, cols));
    }

    public void RepeatRows(ReadOnlySpan<float> row, int rows, int cols, Span<float> y)
    {
        if (cols == 1) y[..rows].Fill(row[0]);
        else for (int i = 0; i < rows; i++) row[..cols].CopyTo(y[(i * cols)..]);
    }

    public void RepeatCols(ReadOnlySpan<float> column, int rows, int cols, Span<float> y)
    {
        for (int i = 0; i < rows; i++) y.Slice(i * cols, cols).Fill(column[i]);
    }

    public void CopyCols(in ColumnCopy part, ReadOnlySpan<float> from, Span<float> to) => Columns.Copy(part, from, to);

    public void LogSoftmax(ReadOnlySpan<float> x, int rows, int cols, Span<float> y) => Softmax.Log(x, rows, cols, y);

    public void LogSoftmaxGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> y, int rows, int cols, Span<float> d) => Softmax.LogGradient(g, y, rows, cols, d);

    public void GroupSoftmax(ReadOnlySpan<float> x, int rows, ColumnGroups groups, Span<float> y) => GroupSums.Softmax(x, rows, groups, y);

    public void GroupSoftmaxGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> y, int rows, ColumnGroups groups, Span<float> d) => GroupSums.SoftmaxGradient(g, y, rows, groups, d);

    public void GroupSum(ReadOnlySpan<float> x, int rows, ColumnGroups groups, Span<float> y) => GroupSums.Sum(x, rows, groups, y);

    public void LayerNorm(in NormRows sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> residual, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y, Span<float> normal, Span<float> inverse) =>
        LayerNormalisation.Run(sizes, x, residual, gain, bias, y, normal, inverse);

    public void LayerNormGradient(in NormRows sizes, ReadOnlySpan<float> g, ReadOnlySpan<float> gain, ReadOnlySpan<float> normal, ReadOnlySpan<float> inverse, Span<float> x, Span<float> gains, Span<float> biases) =>
        LayerNormalisation.Gradient(sizes, g, gain, normal, inverse, x, gains, biases);

    public void Attention(in AttentionShape shape, in AttentionRows rows, Span<float> y, Span<float> kept) => Kernels.Attention.Run(shape, rows, y, kept);

    public void AttentionGradient(in AttentionShape shape, in AttentionRows rows, ReadOnlySpan<float> kept, ReadOnlySpan<float> g, in AttentionGradients into) => Kernels.Attention.Gradient(shape, rows, kept, g, into);

    public void AttendOwn(in GrowingRows shape, int position, ReadOnlySpan<float> rows, Span<float> keys, Span<float> values, Span<float> y) => CachedAttention.Own(shape, position, rows, keys, values, y);

    public void AttendMemory(in SharedMemory shape, ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, Span<float> y) => CachedAttention.OfMemory(shape, queries, keys, values, y);

    public void Adam(in AdamStep step, Span<float> p, ReadOnlySpan<float> g, Span<float> mean, Span<float> square, Span<float> largest) => Updates.Adam(step, p, g, mean, square, largest);

    public void AdamGradient(in AdamStep step, float clip, in AdamAdjoint adjoint, ReadOnlySpan<float> g, ReadOnlySpan<float> mean, ReadOnlySpan<float> square, Span<float> result) =>
        Updates.AdamGradient(step, clip, adjoint, g, mean, square, result);

    public void Momentum(float rate, float momentum, Span<float> p, ReadOnlySpan<float> g, Span<float> velocity) => Updates.Momentum(rate, momentum, p, g, velocity);

    public void RmsProp(float rate, float alpha, float epsilon, Span<float> p, ReadOnlySpan<float> g, Span<float> square) => Updates.RmsProp(rate, alpha, epsilon, p, g, square);

    public void ThresholdMask(ReadOnlySpan<ushort> bits, int threshold, float kept, Span<float> mask) => Elementwise.ThresholdMask(bits, threshold, kept, mask);
}
