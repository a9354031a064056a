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

    private readonly LaneMap map;
    private readonly Tensor ones = Tensor.Full(1, Lanes, 1f);

    /// <summary>Reads the network's parameters as they are at each call.</summary>
    /// <exception cref="ArgumentException">The network has more than one output.</exception>
    public LaneNetwork(FeedForward network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Sizes[^1] != 1) throw new ArgumentException(Invariant($"Only a network with 1 output runs over lanes; this one has {network.Sizes[^1]}."), nameof(network));
        map = new(network);
    }

    /// <summary>The outputs of the last <see cref="Run"/> or <see cref="Forward"/>, a lane each.</summary>
    public ReadOnlySpan<float> Outputs => map.Outputs;

    /// <summary>The gradients of the last <see cref="Run"/>: of each lane's output by its own inputs, [columns, lanes].</summary>
    public ReadOnlySpan<float> InputGradients => map.InputGradients;

    /// <summary>Computes outputs and gradients.</summary>
    /// <param name="x">[columns, lanes].</param>
    /// <exception cref="ArgumentException">The number of values is not columns times lanes.</exception>
    public void Run(ReadOnlySpan<float> x)
    {
        map.Forward(x);
        map.Back(ones.Values);
    }

    /// <summary>Computes the outputs alone; <see cref="InputGradients"/> are then of no use.</summary>
    /// <param name="x">[columns, lanes].</param>
    /// <exception cref="ArgumentException">The number of values is not columns times lanes.</exception>
    public void Forward(ReadOnlySpan<float> x) => map.Forward(x);
}
