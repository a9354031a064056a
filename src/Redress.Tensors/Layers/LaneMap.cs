using Redress.Tensors.Kernels;

namespace Redress.Tensors.Layers;

/// <summary>
/// A network with any number of outputs on <see cref="LaneNetwork.Lanes"/> rows side by side: its outputs, and gradients by its inputs of whatever is made of
/// them. Matrices are [columns, lanes]. The bits are those of <see cref="FeedForward.Forward(Tensor)"/> and <see cref="Gradients"/>.
/// </summary>
/// <remarks>Its storage belongs to the innermost open scope, if any. Not thread-safe: one instance a thread. The parameters are read as they are at each call.</remarks>
internal sealed class LaneMap : ILaneMap
{
    private const int Lanes = LaneProduct.Lanes;

    private readonly Tensor[] parameters;
    private readonly Activation[] activations;
    private readonly Tensor rows;

    // sums[i] is layer i's affine map; activated[i] the same storage, but for GELU, whose gradient asks for the sum; before[i] the gradient by layer i's input.
    private readonly Tensor[] sums, activated, before;

    /// <param name="network">The network.</param>
    /// <param name="inputs">The inputs, first ones first, by which <see cref="Back"/> differentiates; null for all.</param>
    internal LaneMap(FeedForward network, int? inputs = null)
    {
        (parameters, activations) = (network.Parameters, network.Activations.ToArray());
        rows = Tensor.Zeros(network.Sizes[0], Lanes);
        sums = [.. network.Sizes.Skip(1).Select(size => Tensor.Zeros(size, Lanes))];
        activated = [.. sums.SkipLast(1).Select((s, i) => activations[i] == Activation.Gelu ? Tensor.Zeros(s.Rows, Lanes) : s)];
        before = [.. network.Sizes.SkipLast(1).Select((size, i) => Tensor.Zeros(i == 0 ? inputs ?? size : size, Lanes))];
    }

    public ReadOnlySpan<float> Outputs => sums[^1].Values;

    public ReadOnlySpan<float> InputGradients => before[0].Values;

    void ILaneMap.Forward(ReadOnlySpan<float> x, ReadOnlySpan<int> used) => Forward(x);

    /// <summary>Computes the outputs of all lanes.</summary>
    /// <param name="x">[columns, lanes].</param>
    /// <exception cref="ArgumentException">The number of values is not columns times lanes.</exception>
    internal void Forward(ReadOnlySpan<float> x)
    {
        rows.WriteFrom(x);
        var kernels = KernelTable.Current;
        int layers = sums.Length;
        for (int i = 0; i < layers; i++)
        {
            var (input, sum, bias) = (i == 0 ? rows : activated[i - 1], sums[i], parameters[2 * i + 1]);
            kernels.MultiplyLanes(new(sum.Rows, Lanes, input.Rows, true, false), parameters[2 * i].Values, bias.Values, input.Values, sum.Values);
            if (i + 1 < layers) Activate(kernels, activations[i], sum, activated[i]);
        }
    }

    public void Back(ReadOnlySpan<float> gradient)
    {
        var kernels = KernelTable.Current;
        int layers = sums.Length;
        for (int i = layers - 1; i >= 0; i--)
        {
            var by = i + 1 < layers ? before[i + 1] : null;
            if (by is not null) ActivationGradient(kernels, activations[i], by, sums[i]);
            // Rows of a weight stand behind each other: the first inputs' are its beginning.
            kernels.MultiplyLanes(new(before[i].Rows, Lanes, sums[i].Rows, false, false), parameters[2 * i].Values, default, by is null ? gradient : by.Values, before[i].Values);
        }
    }

    private static void Activate(IKernels kernels, Activation activation, Tensor sum, Tensor y)
    {
        if (activation.Kernel() is not var (kernel, factor)) return;
        kernels.Apply(kernel, sum.Padded, factor, y.Padded);
    }

    /// <summary>Turns the gradient by a layer's activation into the gradient by its sum, in place; the sum's storage holds the output of all but GELU.</summary>
    private static void ActivationGradient(IKernels kernels, Activation activation, Tensor gradient, Tensor sum)
    {
        if (activation.GradientKernel() is not var (kernel, factor)) return;
        kernels.Apply(kernel, gradient.Padded, sum.Padded, factor, gradient.Padded);
    }
}
