using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>What a conditional-subspace autoencoder looks like and how it is trained.</summary>
/// <param name="Hidden">Units of the encoders' hidden layers; the decoder and the adversary have them in reverse.</param>
/// <param name="Latent">Numbers in z.</param>
/// <param name="Subspace">Numbers in w.</param>
/// <param name="Epochs">Passes over the training rows.</param>
/// <param name="BatchSize">Rows a step.</param>
/// <param name="LearningRate">Adam's step size.</param>
/// <param name="KlWeight">β_z, the weight of z's divergence; it rises from 0 during the first half of the steps.</param>
/// <param name="SubspaceKlWeight">β_w, the weight of w's: the larger beside the other, the less w says but the label. It rises too.</param>
/// <param name="Independence">The weight of the negative entropy of what the adversary says of y.</param>
/// <param name="Numbers">How numbers are scaled and their reconstruction judged.</param>
internal sealed record SubspaceOptions(
    IReadOnlyList<int> Hidden, int Latent, int Subspace, int Epochs, int BatchSize, float LearningRate, float KlWeight, float SubspaceKlWeight, float Independence, NumberLikelihood Numbers);

/// <summary>
/// A conditional-subspace variational autoencoder of people (Klys, Snell and Zemel 2018): codes z that carry nothing of the label, codes w that carry it, and a
/// decoder that is also given what people cannot change. Encoders q(z | x) and q(w | x, y), priors N(0, I) of z and p(w | y), a normal of its own for each label.
/// </summary>
/// <remarks>Its encoding is its own, as an <see cref="Autoencoder"/>'s. Thread-safe once trained.</remarks>
internal sealed class SubspaceAutoencoder
{
    private const int ChunkRows = 256;
    private readonly FeedForward frozenZ, frozenW;

    /// <param name="options">Its sizes.</param>
    /// <param name="schema">Says what is given.</param>
    /// <param name="encoding">Of its rows.</param>
    /// <param name="rng">Draws the initial weights.</param>
    internal SubspaceAutoencoder(SubspaceOptions options, Schema schema, Encoding encoding, Rng rng)
    {
        (Options, Encoding, Layout) = (options, encoding, new(schema, encoding));
        int[][] sizes = SizesFor(options, Layout);
        FeedForward Made(int n, string name) => new(sizes[n], Activation.Relu, 0, rng.Split(name));
        Networks = new(Made(0, "z"), Made(1, "w"), Made(2, "decoder"), Tensor.Parameter(2, 2 * options.Subspace, new float[4 * options.Subspace]), Made(3, "adversary"));
        (frozenZ, frozenW) = (Networks.Z.Alias(tracked: false), Networks.W.Alias(tracked: false));
    }

    internal SubspaceOptions Options { get; }

    internal Encoding Encoding { get; }

    internal RowLayout Layout { get; }

    internal SubspaceNetworks Networks { get; }

    /// <summary>The sizes of q(z | x), q(w | x, y), the decoder and the adversary.</summary>
    internal static int[][] SizesFor(SubspaceOptions options, RowLayout layout)
    {
        int[] hidden = [.. options.Hidden], back = [.. options.Hidden.Reverse()];
        return
        [
            [layout.Width, .. hidden, 2 * options.Latent],
            [layout.Width + 1, .. hidden, 2 * options.Subspace],
            [options.Subspace + options.Latent + layout.Given, .. back, layout.Generated],
            [options.Latent, .. back, 1],
        ];
    }

    /// <summary>The decoder, of which w moves and z stays.</summary>
    internal LatentDecoder Decoder => new(Networks.Decoder, Layout, Encoding, Options.Numbers, Options.Subspace);

    /// <summary>The mean codes of people, w before z.</summary>
    /// <param name="people">People without faults.</param>
    /// <param name="labels">y of each.</param>
    /// <returns>people × (subspace + latent).</returns>
    internal float[] Encode(Table people, ReadOnlySpan<bool> labels)
    {
        var (w, z) = (Options.Subspace, Options.Latent);
        var codes = new float[people.Rows * (w + z)];
        for (int start = 0; start < people.Rows; start += ChunkRows)
        {
            using var scope = TensorScope.Open();
            using var off = Gradients.Off();
            int count = Math.Min(ChunkRows, people.Rows - start);
            var (rows, y) = (Tensor.Zeros(count, Layout.Width), Tensor.Zeros(count, 1));
            for (int i = 0; i < count; i++)
            {
                Layout.Encode(people.Row(start + i), rows.Values.Slice(i * Layout.Width, Layout.Width));
                y[i, 0] = labels[start + i] ? 1 : 0;
            }
            Tensor.ConcatCols(frozenW.Forward(Tensor.ConcatCols(rows, y)).SliceCols(0, w), frozenZ.Forward(rows).SliceCols(0, z)).ReadTo(codes.AsSpan(start * (w + z)));
        }
        return codes;
    }
}

/// <summary>The networks of a conditional-subspace autoencoder.</summary>
/// <param name="Z">q(z | x): whole rows to mean and log-variance.</param>
/// <param name="W">q(w | x, y): whole rows and y to mean and log-variance.</param>
/// <param name="Decoder">p(x | w, z, c): w, z and the immutables to what is generated.</param>
/// <param name="Prior">p(w | y), [2, 2 · subspace]: mean and log-variance for each label.</param>
/// <param name="Adversary">q(y | z): the log-odds of the label.</param>
internal sealed record SubspaceNetworks(FeedForward Z, FeedForward W, FeedForward Decoder, Tensor Prior, FeedForward Adversary)
{
    /// <summary>What minimises the bound.</summary>
    internal Tensor[] Model => [.. Z.Parameters, .. W.Parameters, .. Decoder.Parameters, Prior];

    /// <summary>All, the adversary's last.</summary>
    internal Tensor[] Parameters => [.. Model, .. Adversary.Parameters];

    /// <summary>The same over the same storage, for another thread.</summary>
    internal SubspaceNetworks Alias() => new(Z.Alias(true), W.Alias(true), Decoder.Alias(true), Prior.Alias(true), Adversary.Alias(true));
}
