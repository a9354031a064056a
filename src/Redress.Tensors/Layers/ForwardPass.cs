using Redress.Tensors.Kernels;
using static System.FormattableString;

namespace Redress.Tensors.Layers;

/// <summary>
/// A network with one output on rows, with what its gradients by the inputs need: they can be asked for afterwards, of some of the rows, without
/// computing these again. The bits are those of <see cref="FeedForward.Forward(Tensor)"/> and <see cref="Gradients"/>.
/// </summary>
/// <remarks>Its storage belongs to the innermost open scope, if any. Not thread-safe.</remarks>
public sealed class ForwardPass
{
    private readonly Tensor[] parameters;
    private readonly Activation[] activations;

    // Of each hidden layer what its activation's gradient is told from: the output, but for GELU, which asks for the sum.
    private readonly Tensor[] kept;
    private readonly Tensor outputs;

    /// <summary>Computes the outputs.</summary>
    /// <param name="network">A network with one output.</param>
    /// <param name="rows">[rows, in].</param>
    /// <exception cref="ArgumentException">The network has more than one output, or the rows do not have the input's columns.</exception>
    public ForwardPass(FeedForward network, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Sizes[^1] != 1) throw new ArgumentException(Invariant($"Only a network with 1 output keeps its pass; this one has {network.Sizes[^1]}."), nameof(network));
        (parameters, activations) = (network.Parameters, network.Activations.ToArray());
        kept = new Tensor[network.Sizes.Count - 2];
        using var off = Gradients.Off();
        var x = rows;
        for (int i = 0; i < kept.Length; i++)
        {
            var (weight, bias) = (parameters[2 * i], parameters[2 * i + 1]);
            if (activations[i] == Activation.Gelu) x = (kept[i] = Tensor.Affine(x, weight, bias)).Gelu();
            else x = kept[i] = Tensor.Affine(x, weight, bias, activations[i]);
        }
        outputs = Tensor.Affine(x, parameters[^2], parameters[^1]);
    }

    /// <summary>The same with weights that were packed before; <see cref="Kept"/> and <see cref="Written"/> are still to be written.</summary>
    /// <param name="network">A network; with several outputs it has no <see cref="InputGradients"/>.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="keeps">Whether a hidden layer, numbered from 0 of so many, is kept: without all of them there are no gradients. Null for all.</param>
    internal ForwardPass(FeedForward network, int count, Func<int, int, bool>? keeps = null)
    {
        (parameters, activations) = (network.Parameters, network.Activations.ToArray());
        kept = new Tensor[network.Sizes.Count - 2];
        for (int i = 0; i < kept.Length; i++)
            if (keeps is null || keeps(i, kept.Length)) kept[i] = Tensor.New(count, network.Sizes[i + 1]);
        outputs = Tensor.New(count, network.Sizes[^1]);
    }

    /// <summary>What <see cref="PackedNetwork"/> keeps of each hidden layer.</summary>
    internal ReadOnlySpan<Tensor?> Kept => kept;

    /// <summary>Where outputs are written.</summary>
    internal Span<float> Written => outputs.Values;

    /// <summary>The output of each row.</summary>
    public ReadOnlySpan<float> Outputs => outputs.Values;

    /// <summary>Hidden layers.</summary>
    public int HiddenLayers => kept.Length;

    /// <summary>What a hidden layer hands on for the named rows, in the innermost open scope.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="rows">Places among the rows.</param>
    /// <returns>[rows, the layer's columns].</returns>
    public Tensor Hidden(int layer, ReadOnlySpan<int> rows)
    {
        using var off = Gradients.Off();
        var picked = Picked(kept[layer], rows);
        return activations[layer] == Activation.Gelu ? picked.Gelu() : picked;
    }

    /// <summary>The gradient of each named row's output by its inputs.</summary>
    /// <param name="rows">Places among the rows.</param>
    /// <param name="gradients">rows × in, all written.</param>
    /// <exception cref="ArgumentException">The number of values is not rows times inputs.</exception>
    public void InputGradients(ReadOnlySpan<int> rows, Span<float> gradients)
    {
        using var scope = TensorScope.Open();
        using var off = Gradients.Off();
        var gradient = Tensor.Full(rows.Length, 1, 1f);
        for (int i = kept.Length; i >= 0; i--)
        {
            gradient = Tensor.MatMul(gradient, parameters[2 * i], transposeB: true);
            if (i > 0 && activations[i - 1].GradientKernel() is var (kernel, factor)) KernelTable.Current.Apply(kernel, gradient.Padded, Picked(kept[i - 1], rows).Padded, factor, gradient.Padded);
        }
        gradient.ReadTo(gradients);
    }

    private static Tensor Picked(Tensor from, ReadOnlySpan<int> rows)
    {
        if (rows.Length == from.Rows && IsInOrder(rows)) return from;
        var picked = Tensor.New(rows.Length, from.Cols);
        int cols = from.Cols;
        ReadOnlySpan<float> values = from.Values;
        var to = picked.Values;
        for (int i = 0; i < rows.Length; i++) values.Slice(rows[i] * cols, cols).CopyTo(to.Slice(i * cols, cols));
        return picked;
    }

    private static bool IsInOrder(ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < rows.Length; i++)
            if (rows[i] != i) return false;
        return true;
    }
}
