using Redress.Models;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Methods;

/// <summary>V(x, x'): the log-odds that the true labels of two encoded rows differ, by a network that reads them side by side.</summary>
internal sealed class TapVerifier
{
    internal TapVerifier(FeedForward network)
    {
        Network = network;
        Frozen = network.Alias(tracked: false);
    }

    internal FeedForward Network { get; }

    /// <summary>The same, for searches.</summary>
    internal FeedForward Frozen { get; }

    internal Learnt Learnt => new("{}", [.. Network.Parameters.Select((p, i) => StoredTensor.Of(NameOf(i), [p.Rows, p.Cols], ValuesOf(p)))]);

    internal static int[] SizesFor(TapOptions options, int width) => [2 * width, .. options.Layers, 1];

    /// <exception cref="ModelFileException">The sizes do not fit, or some values are no numbers.</exception>
    internal static TapVerifier Read(Learnt learnt, TapOptions options, int width)
    {
        if (learnt.Json != "{}") throw learnt.Damaged("what was learnt says more than its tensors do");
        int[] sizes = SizesFor(options, width);
        var values = new float[2 * (sizes.Length - 1)][];
        for (int p = 0; p < values.Length; p++)
        {
            values[p] = learnt.Floats(NameOf(p), p % 2 == 0 ? sizes[p / 2] : 1, sizes[p / 2 + 1]);
            if (!values[p].All(float.IsFinite)) throw learnt.Damaged($"tensor '{NameOf(p)}' holds values that are no numbers");
        }
        return new(FeedForward.FromValues(sizes, Activation.Relu, 0, [.. values.Where((_, p) => p % 2 == 0)], [.. values.Where((_, p) => p % 2 == 1)]));
    }

    /// <summary>V of pairs.</summary>
    /// <param name="pairs">[pairs, 2 · width].</param>
    internal float[] Logits(Tensor pairs)
    {
        using var off = Gradients.Off();
        return ValuesOf(Frozen.Forward(pairs));
    }

    private static string NameOf(int parameter) => Invariant($"verifier.{parameter / 2}.{(parameter % 2 == 0 ? "weight" : "bias")}");

    private static float[] ValuesOf(Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return values;
    }
}
