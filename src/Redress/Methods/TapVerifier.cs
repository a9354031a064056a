using Redress.Models;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Methods;

/// <summary>V(x, x'): the log-odds that the true labels of two encoded rows differ, by a network that reads them side by side.</summary>
internal sealed class TapVerifier
{
    private const string Prefix = "verifier";

    internal TapVerifier(FeedForward network)
    {
        Network = network;
        Frozen = network.Alias(tracked: false);
    }

    internal FeedForward Network { get; }

    /// <summary>The same, for searches.</summary>
    internal FeedForward Frozen { get; }

    internal Learnt Learnt => new("{}", [.. NetworkTensors.Of(Prefix, Network)]);

    internal static int[] SizesFor(TapOptions options, int width) => [2 * width, .. options.Layers, 1];

    /// <exception cref="ModelFileException">The sizes do not fit, or some values are no numbers.</exception>
    internal static TapVerifier Read(Learnt learnt, TapOptions options, int width)
    {
        if (learnt.Json != "{}") throw learnt.Damaged("what was learnt says more than its tensors do");
        int[] sizes = SizesFor(options, width);
        var (weights, biases) = NetworkTensors.Read(Prefix, sizes, learnt.Find, learnt.Damaged);
        return new(FeedForward.FromValues(sizes, Activation.Relu, 0, weights, biases));
    }

    /// <summary>V of pairs.</summary>
    /// <param name="pairs">[pairs, 2 · width].</param>
    internal float[] Logits(Tensor pairs)
    {
        using var off = Gradients.Off();
        var logits = Frozen.Forward(pairs);
        var values = new float[logits.Size];
        logits.ReadTo(values);
        return values;
    }

}
