namespace Redress.Tensors.Layers;

/// <summary>A network with any number of outputs on instances side by side in lanes, and gradients by its first inputs of whatever is made of its outputs. Matrices are [columns, lanes].</summary>
internal interface ILaneMap
{
    /// <summary>A layer of so many weights is read over and over from beyond the first cache: rows then take less time than lanes.</summary>
    private const int ManyWeights = 128 * 128;

    /// <summary>The outputs of the last <see cref="Forward"/>, [outputs, lanes].</summary>
    ReadOnlySpan<float> Outputs { get; }

    /// <summary>The gradients of the last <see cref="Back"/>, [inputs, lanes].</summary>
    ReadOnlySpan<float> InputGradients { get; }

    /// <summary>Computes the outputs.</summary>
    /// <param name="x">[columns, lanes].</param>
    /// <param name="used">The lanes that count, ascending; the others may be left out.</param>
    void Forward(ReadOnlySpan<float> x, ReadOnlySpan<int> used);

    /// <summary>Computes Jᵀ g of the last <see cref="Forward"/>, in its lanes, once: what that left is used up.</summary>
    /// <param name="gradient">g, [outputs, lanes].</param>
    void Back(ReadOnlySpan<float> gradient);

    /// <summary>Makes a network that stays as it is ready, whichever way takes the least time: the bits are the same.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">The inputs, first ones first, by which is differentiated.</param>
    static ILaneMap Of(FeedForward network, int inputs) =>
        network.Sizes.Zip(network.Sizes.Skip(1), (from, to) => from * to).Max() >= ManyWeights ? new PackedMap(network, inputs) : new LaneMap(network, inputs);
}
