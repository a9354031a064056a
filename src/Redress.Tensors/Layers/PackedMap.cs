using Redress.Tensors.Kernels;

namespace Redress.Tensors.Layers;

/// <summary>
/// A network that stays as it is, with wide layers: its weights are packed once, and the lanes that count go through it as rows, so that it takes time for
/// those alone, and what ReLU made 0 in a tile of rows is left out. The bits are those of <see cref="FeedForward.Forward(Tensor)"/> and <see cref="Gradients"/>.
/// </summary>
/// <remarks>Its storage belongs to the innermost open scope, if any. Not thread-safe: one instance a thread.</remarks>
internal sealed class PackedMap : ILaneMap
{
    private const int Lanes = LaneNetwork.Lanes;

    private readonly PackedPanels[] weights, turned;   // turned: for the way back
    private readonly Activation[] activations;

    // All [lanes, stride]. sums[i] is layer i's affine map; activated[i] the same storage, but for GELU, whose gradient asks for the sum; before[i] the gradient by layer i's input.
    private readonly Tensor[] sums, activated, before;
    private readonly Tensor rows, by, outputs, gradients;
    private readonly int[] lanes = new int[Lanes];
    private int count;

    /// <param name="network">The network: its weights are copied.</param>
    /// <param name="inputs">The inputs, first ones first, by which <see cref="Back"/> differentiates.</param>
    internal PackedMap(FeedForward network, int inputs)
    {
        activations = network.Activations.ToArray();
        int layers = network.Sizes.Count - 1;
        weights = [.. Enumerable.Range(0, layers).Select(i => new PackedPanels(network.Parameters[2 * i], network.Sizes[i + 1], network.Parameters[2 * i + 1], transpose: false))];
        turned = [.. Enumerable.Range(0, layers).Select(i => new PackedPanels(network.Parameters[2 * i], i == 0 ? inputs : network.Sizes[i], null, transpose: true))];
        sums = [.. weights.Select(w => Tensor.Zeros(Lanes, w.Stride))];
        activated = [.. sums.SkipLast(1).Select((s, i) => activations[i] == Activation.Gelu ? Tensor.Zeros(Lanes, s.Cols) : s)];
        before = [.. turned.Select(w => Tensor.Zeros(Lanes, w.Stride))];
        (rows, by) = (Tensor.Zeros(Lanes, network.Sizes[0]), Tensor.Zeros(Lanes, network.Sizes[^1]));
        (outputs, gradients) = (Tensor.Zeros(network.Sizes[^1], Lanes), Tensor.Zeros(inputs, Lanes));
    }

    public ReadOnlySpan<float> Outputs => outputs.Values;

    public ReadOnlySpan<float> InputGradients => gradients.Values;

    public void Forward(ReadOnlySpan<float> x, ReadOnlySpan<int> used)
    {
        used.CopyTo(lanes);
        count = used.Length;
        ToRows(x, rows);
        var kernels = KernelTable.Current;
        for (int i = 0; i < weights.Length; i++)
        {
            var (input, sum) = (i == 0 ? rows : activated[i - 1], sums[i]);
            kernels.MultiplyPacked(weights[i], new PackedRows(count, input.Cols, SkipZeros: i > 0 && LeavesZeros(i - 1)), input.Padded, sum.Padded);
            if (i + 1 < weights.Length && activations[i].Kernel() is var (kernel, factor)) kernels.Apply(kernel, Counted(sum), factor, Counted(activated[i]));
        }
        ToLanes(sums[^1], outputs);
    }

    public void Back(ReadOnlySpan<float> gradient)
    {
        ToRows(gradient, by);
        var kernels = KernelTable.Current;
        for (int i = turned.Length - 1; i >= 0; i--)
        {
            bool isLast = i + 1 == turned.Length;
            var g = isLast ? by : before[i + 1];
            if (!isLast && activations[i].GradientKernel() is var (kernel, factor)) kernels.Apply(kernel, Counted(g), Counted(sums[i]), factor, Counted(g));
            kernels.MultiplyPacked(turned[i], new PackedRows(count, g.Cols, SkipZeros: !isLast && LeavesZeros(i)), g.Padded, before[i].Padded);
        }
        ToLanes(before[0], gradients);
    }

    private bool LeavesZeros(int layer) => activations[layer] == Activation.Relu;

    private Span<float> Counted(Tensor tensor) => tensor.Padded[..(count * tensor.Cols)];

    private void ToRows(ReadOnlySpan<float> from, Tensor to)
    {
        var values = to.Values;
        for (int r = 0; r < count; r++)
            for (int c = 0; c < to.Cols; c++) values[r * to.Cols + c] = from[c * Lanes + lanes[r]];
    }

    private void ToLanes(Tensor from, Tensor to)
    {
        var values = to.Values;
        ReadOnlySpan<float> read = from.Values;
        for (int r = 0; r < count; r++)
            for (int c = 0; c < to.Rows; c++) values[c * Lanes + lanes[r]] = read[r * from.Cols + c];
    }
}
