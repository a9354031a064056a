using Redress.Tensors.Kernels;
using static System.FormattableString;

namespace Redress.Tensors.Layers;

/// <summary>
/// A network with one output on <see cref="Lanes"/> rows side by side: its outputs and their gradients by the inputs, for searches that take many steps
/// from few rows. Matrices are [columns, lanes], so that a step goes through small layers at the speed of its arithmetic, with nothing recorded. The
/// bits are those of <see cref="FeedForward.Forward(Tensor)"/> and <see cref="Gradients"/>.
/// </summary>
/// <remarks>Its storage belongs to the innermost open scope, if any. Not thread-safe: one instance a thread.</remarks>
public sealed class LaneNetwork
{
    /// <summary>Rows side by side.</summary>
    public const int Lanes = LaneProduct.Lanes;

    private readonly Tensor[] parameters;
    private readonly Activation[] activations;
    private readonly Tensor rows;

    // sums[i] is layer i's affine map; activated[i] the same storage, but for GELU, whose gradient asks for the sum; before[i] the gradient by layer i's input.
    private readonly Tensor[] sums, activated, before;
    private readonly Tensor ones = Tensor.Full(1, Lanes, 1f);

    /// <summary>Reads the network's parameters as they are at each call.</summary>
    /// <exception cref="ArgumentException">The network has more than one output.</exception>
    public LaneNetwork(FeedForward network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Sizes[^1] != 1) throw new ArgumentException(Invariant($"Only a network with 1 output runs over lanes; this one has {network.Sizes[^1]}."), nameof(network));
        (parameters, activations) = (network.Parameters, network.Activations.ToArray());
        rows = Tensor.Zeros(network.Sizes[0], Lanes);
        sums = [.. network.Sizes.Skip(1).Select(size => Tensor.Zeros(size, Lanes))];
        activated = [.. sums.SkipLast(1).Select((s, i) => activations[i] == Activation.Gelu ? Tensor.Zeros(s.Rows, Lanes) : s)];
        before = [.. network.Sizes.SkipLast(1).Select(size => Tensor.Zeros(size, Lanes))];
    }

    /// <summary>The outputs of the last <see cref="Run"/> or <see cref="Forward"/>, a lane each.</summary>
    public ReadOnlySpan<float> Outputs => sums[^1].Values;

    /// <summary>The gradients of the last <see cref="Run"/>: of each lane's output by its own inputs, [columns, lanes].</summary>
    public ReadOnlySpan<float> InputGradients => before[0].Values;

    /// <summary>Computes outputs and gradients.</summary>
    /// <param name="x">[columns, lanes].</param>
    /// <exception cref="ArgumentException">The number of values is not columns times lanes.</exception>
    public void Run(ReadOnlySpan<float> x)
    {
        Forward(x);
        var kernels = KernelTable.Current;
        int layers = sums.Length;
        var gradient = ones;
        for (int i = layers - 1; i >= 0; i--)
        {
            if (i + 1 < layers) ActivationGradient(kernels, activations[i], gradient, sums[i]);
            kernels.MultiplyLanes(new(before[i].Rows, Lanes, gradient.Rows, false, false), parameters[2 * i].Values, default, gradient.Values, before[i].Values);
            gradient = before[i];
        }
    }

    /// <summary>Computes the outputs alone; <see cref="InputGradients"/> are then of no use.</summary>
    /// <param name="x">[columns, lanes].</param>
    /// <exception cref="ArgumentException">The number of values is not columns times lanes.</exception>
    public void Forward(ReadOnlySpan<float> x)
    {
        rows.WriteFrom(x);
        var kernels = KernelTable.Current;
        int layers = sums.Length;
        for (int i = 0; i < layers; i++)
        {
            var (input, weight, sum) = (i == 0 ? rows : activated[i - 1], parameters[2 * i], sums[i]);
            kernels.MultiplyLanes(new(sum.Rows, Lanes, input.Rows, true, false), weight.Values, parameters[2 * i + 1].Values, input.Values, sum.Values);
            if (i + 1 < layers) Activate(kernels, activations[i], sum, activated[i]);
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
