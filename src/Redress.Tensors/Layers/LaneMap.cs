using Redress.Tensors.Kernels;

namespace Redress.Tensors.Layers;

/// <summary>
/// A network with any number of outputs on <see cref="LaneNetwork.Lanes"/> rows side by side: its outputs, and gradients by its inputs of whatever is made of
/// them. Matrices are [columns, lanes]. The bits are those of <see cref="FeedForward.Forward(Tensor)"/> and <see cref="Gradients"/>.
/// </summary>
/// <remarks>Its storage belongs to the innermost open scope, if any. Not thread-safe: one instance a thread. A wide layer's weights, read down a column, come from
/// as many cache lines as it has inputs: a network that stays as it is has them turned once.</remarks>
internal sealed class LaneMap
{
    private const int Lanes = LaneProduct.Lanes;

    private readonly Tensor[] parameters;
    private readonly Activation[] activations;
    private readonly Tensor rows;

    // sums[i] is layer i's affine map; activated[i] the same storage, but for GELU, whose gradient asks for the sum; before[i] the gradient by layer i's input.
    private readonly Tensor[] sums, activated, before;
    private readonly Tensor[]? turned;   // each layer's weight, [out, in]

    /// <param name="network">The network.</param>
    /// <param name="inputs">The inputs, first ones first, by which <see cref="Back"/> differentiates; null for all.</param>
    /// <param name="isFrozen">True where its parameters do not change any more; else they are read as they are at each call.</param>
    internal LaneMap(FeedForward network, int? inputs = null, bool isFrozen = false)
    {
        (parameters, activations) = (network.Parameters, network.Activations.ToArray());
        rows = Tensor.Zeros(network.Sizes[0], Lanes);
        sums = [.. network.Sizes.Skip(1).Select(size => Tensor.Zeros(size, Lanes))];
        activated = [.. sums.SkipLast(1).Select((s, i) => activations[i] == Activation.Gelu ? Tensor.Zeros(s.Rows, Lanes) : s)];
        before = [.. network.Sizes.SkipLast(1).Select((size, i) => Tensor.Zeros(i == 0 ? inputs ?? size : size, Lanes))];
        if (isFrozen) turned = [.. parameters.Where((_, p) => p % 2 == 0).Select(Turned)];
    }

    /// <summary>The outputs of the last <see cref="Forward"/>, [outputs, lanes].</summary>
    internal ReadOnlySpan<float> Outputs => sums[^1].Values;

    /// <summary>The gradients of the last <see cref="Back"/>, [inputs, lanes].</summary>
    internal ReadOnlySpan<float> InputGradients => before[0].Values;

    /// <summary>Computes the outputs.</summary>
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
            kernels.MultiplyLanes(new(sum.Rows, Lanes, input.Rows, turned is null, false), (turned?[i] ?? parameters[2 * i]).Values, bias.Values, input.Values, sum.Values);
            if (i + 1 < layers) Activate(kernels, activations[i], sum, activated[i]);
        }
    }

    /// <summary>Computes Jᵀ g of the last <see cref="Forward"/>, once: what that left is used up.</summary>
    /// <param name="gradient">g, [outputs, lanes].</param>
    internal void Back(ReadOnlySpan<float> gradient)
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

    private static Tensor Turned(Tensor weight)
    {
        var turned = Tensor.New(weight.Cols, weight.Rows);
        for (int i = 0; i < weight.Rows; i++)
            for (int j = 0; j < weight.Cols; j++) turned.Values[j * weight.Rows + i] = weight.Values[i * weight.Cols + j];
        return turned;
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
