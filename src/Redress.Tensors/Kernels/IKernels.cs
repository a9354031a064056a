namespace Redress.Tensors.Kernels;

/// <summary>Functions of one entry.</summary>
internal enum Unary
{
    Scale, Shift, ReciprocalScale, ShiftedNegative,
    Exp, Log, Tanh, Sigmoid, Softplus, Relu, LeakyRelu, Gelu, NormalDensity, Abs, Sign, Square, Sqrt,
}

/// <summary>Functions of two entries at the same place.</summary>
internal enum Binary
{
    Add, Subtract, Multiply, Divide, Axpy, TanhGradient, SigmoidGradient, Gate, GeluGradient, CrossEntropy,
}

/// <summary>How far two rows are apart.</summary>
internal enum Norm
{
    /// <summary>Σ (a - b)².</summary>
    SquaredL2,

    /// <summary>Σ |a - b|.</summary>
    L1,
}

/// <summary>What a matrix product computes: C[m,n] = bias[n] + op(A)[m,k] op(B)[k,n].</summary>
/// <param name="M">Rows of the product.</param>
/// <param name="N">Columns of the product.</param>
/// <param name="K">Length of the sums.</param>
/// <param name="TransposeA">Whether A is stored [k,m].</param>
/// <param name="TransposeB">Whether B is stored [n,k].</param>
internal readonly record struct Product(int M, int N, int K, bool TransposeA, bool TransposeB);

/// <summary>Part of a matrix to copy into part of another.</summary>
/// <param name="Rows">Rows to copy.</param>
/// <param name="Count">Columns to copy.</param>
/// <param name="FromCols">Columns of the source.</param>
/// <param name="FromStart">First column taken.</param>
/// <param name="ToCols">Columns of the destination.</param>
/// <param name="ToStart">First column written.</param>
internal readonly record struct ColumnCopy(int Rows, int Count, int FromCols, int FromStart, int ToCols, int ToStart);

/// <summary>Rows that are normalised each by itself.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Cols">Columns of each.</param>
internal readonly record struct NormRows(int Rows, int Cols);

/// <summary>The numbers of one Adam step.</summary>
/// <param name="Beta1">Decay of the mean.</param>
/// <param name="Beta2">Decay of the mean square.</param>
/// <param name="StepSize">Learning rate over the mean's bias correction.</param>
/// <param name="RootScale">One over the root of the mean square's bias correction.</param>
/// <param name="Epsilon">Added to the corrected root.</param>
internal readonly record struct AdamStep(float Beta1, float Beta2, float StepSize, float RootScale, float Epsilon);

/// <summary>Gradients of a value in what an Adam step left: the parameters, the mean and the mean square. The latter two become those in what was there before.</summary>
internal readonly ref struct AdamAdjoint(ReadOnlySpan<float> parameters, Span<float> mean, Span<float> square)
{
    /// <summary>In the parameters after the step, which is also the direct part of that in the parameters before.</summary>
    internal readonly ReadOnlySpan<float> Parameters = parameters;

    /// <summary>In the mean.</summary>
    internal readonly Span<float> Mean = mean;

    /// <summary>In the mean square.</summary>
    internal readonly Span<float> Square = square;
}

/// <summary>
/// Everything that computes on values. Elementwise kernels take padded spans (whole vectors); the others take the sizes.
/// Rule for every implementation: what a row gives never depends on how many rows there are, and sums run in one fixed order.
/// </summary>
internal interface IKernels
{
    /// <summary>y = op(x, s), entry by entry.</summary>
    void Apply(Unary op, ReadOnlySpan<float> x, float s, Span<float> y);

    /// <summary>y = op(a, b, s), entry by entry.</summary>
    void Apply(Binary op, ReadOnlySpan<float> a, ReadOnlySpan<float> b, float s, Span<float> y);

    /// <summary>The product; every sum starts from the bias (empty: zero) and runs over k in order with fused multiply-adds.</summary>
    void Multiply(in Product product, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c);

    /// <summary>Y = A W + bias, with rows of <see cref="PackedWeights.Stride"/> columns of which the last may be anything; sums as in <see cref="Multiply"/>.</summary>
    void MultiplyPacked(PackedWeights weights, in PackedRows rows, ReadOnlySpan<float> a, Span<float> y);

    /// <summary>The same for rows of which some columns are given and the others are 0; these terms are left out of the sums.</summary>
    void MultiplyPacked(PackedWeights weights, in PackedTerms terms, ReadOnlySpan<int> columns, ReadOnlySpan<float> values, Span<float> y);

    /// <summary>Y = A W + bias with rows of <see cref="PackedPanels.Stride"/> columns of which the last may be anything; sums as in <see cref="Multiply"/>.</summary>
    void MultiplyPacked(PackedPanels panels, in PackedRows rows, ReadOnlySpan<float> a, Span<float> y);

    /// <summary>Y[m,n] = op(A) X + bias[m], where n is <see cref="LaneProduct.Lanes"/> and the columns of X are instances; sums as in <see cref="Multiply"/>.</summary>
    void MultiplyLanes(in Product product, ReadOnlySpan<float> a, ReadOnlySpan<float> bias, ReadOnlySpan<float> x, Span<float> y);

    /// <summary>Y[m,n] = x W + bias (empty: zero) for one-hot rows x with the given numbers; every sum starts from the bias, then numbers, then ones, in the columns' order.</summary>
    void MultiplyOneHot(OneHotRows rows, ReadOnlySpan<float> numbers, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y);

    /// <summary>W[width,n] = xᵀ G, W being 0 before; every sum runs over the rows in order.</summary>
    void OneHotOuter(OneHotRows rows, ReadOnlySpan<float> numbers, ReadOnlySpan<float> gradient, Span<float> weight);

    /// <summary>D[m,n] = distances of the m rows of A to n rows that stand in blocks of <see cref="RowDistances.Lanes"/> side by side, [n / lanes, width, lanes]; sums over the width in order.</summary>
    void Distances(Norm norm, int width, ReadOnlySpan<float> a, ReadOnlySpan<float> blocks, Span<float> d);

    /// <summary>The sum of all values.</summary>
    float Sum(ReadOnlySpan<float> x);

    /// <summary>y[cols] = sums over the rows of x.</summary>
    void SumRows(ReadOnlySpan<float> x, int rows, int cols, Span<float> y);

    /// <summary>y[rows] = sums over the columns of x.</summary>
    void SumCols(ReadOnlySpan<float> x, int rows, int cols, Span<float> y);

    /// <summary>y = x with row[cols] added to each row.</summary>
    void AddRow(ReadOnlySpan<float> x, ReadOnlySpan<float> row, int rows, int cols, Span<float> y);

    /// <summary>y = x with row i multiplied by column[i].</summary>
    void MultiplyColumn(ReadOnlySpan<float> x, ReadOnlySpan<float> column, int rows, int cols, Span<float> y);

    /// <summary>Each row of y = row.</summary>
    void RepeatRows(ReadOnlySpan<float> row, int rows, int cols, Span<float> y);

    /// <summary>Row i of y = column[i] everywhere.</summary>
    void RepeatCols(ReadOnlySpan<float> column, int rows, int cols, Span<float> y);

    /// <summary>Copies columns between matrices.</summary>
    void CopyCols(in ColumnCopy part, ReadOnlySpan<float> from, Span<float> to);

    /// <summary>y = x - log(sum of exp(x)), row by row.</summary>
    void LogSoftmax(ReadOnlySpan<float> x, int rows, int cols, Span<float> y);

    /// <summary>d = g - exp(y) * (sum of g), row by row: the gradient of LogSoftmax at its output y.</summary>
    void LogSoftmaxGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> y, int rows, int cols, Span<float> d);

    /// <summary>y = exp(x) / (sum of exp(x)) in each group of columns, x elsewhere, row by row.</summary>
    void GroupSoftmax(ReadOnlySpan<float> x, int rows, ColumnGroups groups, Span<float> y);

    /// <summary>d = y (g - sum of g y) in each group of columns, g elsewhere, row by row: the gradient of GroupSoftmax at its output y.</summary>
    void GroupSoftmaxGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> y, int rows, ColumnGroups groups, Span<float> d);

    /// <summary>y = sum of x in each column of a group, 0 elsewhere, row by row.</summary>
    void GroupSum(ReadOnlySpan<float> x, int rows, ColumnGroups groups, Span<float> y);

    /// <summary>y = (v - mean) / deviation * gain + bias, row by row, with v = x + residual (empty: x). Where not empty, normal becomes what is multiplied by the gain and inverse[rows] one over the deviation.</summary>
    void LayerNorm(in NormRows sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> residual, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y, Span<float> normal, Span<float> inverse);

    /// <summary>The gradient of LayerNorm by x, by the gain and by the bias, from what it kept; all are written.</summary>
    void LayerNormGradient(in NormRows sizes, ReadOnlySpan<float> g, ReadOnlySpan<float> gain, ReadOnlySpan<float> normal, ReadOnlySpan<float> inverse, Span<float> x, Span<float> gains, Span<float> biases);

    /// <summary>y[instances * queries, width] = softmax(q kᵀ / √head width) v, each head on its columns. Where not empty, <paramref name="kept"/> becomes what the gradient asks for.</summary>
    void Attention(in AttentionShape shape, in AttentionRows rows, Span<float> y, Span<float> kept);

    /// <summary>The gradient of Attention by queries, keys and values, from what it kept; all are written.</summary>
    void AttentionGradient(in AttentionShape shape, in AttentionRows rows, ReadOnlySpan<float> kept, ReadOnlySpan<float> g, in AttentionGradients into);

    /// <summary>Attention of each row, which holds its query, key and value of a position behind each other, to its own positions up to this one; its key and value are added to the others.</summary>
    void AttendOwn(in GrowingRows shape, int position, ReadOnlySpan<float> rows, Span<float> keys, Span<float> values, Span<float> y);

    /// <summary>Attention of each row's query to the memory of its person.</summary>
    void AttendMemory(in SharedMemory shape, ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, Span<float> y);

    /// <summary>One Adam step on p; with a non-empty <paramref name="largest"/>, of the AMSGrad kind.</summary>
    void Adam(in AdamStep step, Span<float> p, ReadOnlySpan<float> g, Span<float> mean, Span<float> square, Span<float> largest);

    /// <summary>The gradient in g of a value that an Adam step on clipped gradients led to; see <see cref="AdamAdjoint"/>.</summary>
    void AdamGradient(in AdamStep step, float clip, in AdamAdjoint adjoint, ReadOnlySpan<float> g, ReadOnlySpan<float> mean, ReadOnlySpan<float> square, Span<float> result);

    /// <summary>velocity = momentum * velocity + g; p -= rate * velocity.</summary>
    void Momentum(float rate, float momentum, Span<float> p, ReadOnlySpan<float> g, Span<float> velocity);

    /// <summary>square = alpha * square + (1 - alpha) g²; p -= rate * g / (sqrt(square) + epsilon).</summary>
    void RmsProp(float rate, float alpha, float epsilon, Span<float> p, ReadOnlySpan<float> g, Span<float> square);

    /// <summary>mask = kept where a 16-bit lane of bits is at least threshold, else 0.</summary>
    void ThresholdMask(ReadOnlySpan<ushort> bits, int threshold, float kept, Span<float> mask);
}
