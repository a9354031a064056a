using Redress.Data;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>A decoder and what its columns mean, for searches that step through codes.</summary>
/// <param name="Network">Inputs to what is generated, in the order of <paramref name="Layout"/>: what moves first, then what stays, then the immutables.</param>
/// <param name="Layout">The columns that it generates.</param>
/// <param name="Encoding">Their encoding.</param>
/// <param name="Numbers">Whether numbers go through a sigmoid.</param>
/// <param name="Moves">The inputs that a search moves, the first ones.</param>
internal sealed record LatentDecoder(FeedForward Network, RowLayout Layout, Encoding Encoding, NumberLikelihood Numbers, int Moves)
{
    /// <summary>The decoder of an autoencoder, whose whole code moves.</summary>
    internal static LatentDecoder Of(Autoencoder autoencoder) =>
        new(autoencoder.Decoder, autoencoder.Layout, autoencoder.Encoding, autoencoder.Options.Numbers, autoencoder.Options.Latent);

    /// <summary>Columns of its input.</summary>
    internal int Inputs => Network.Sizes[0];

    /// <summary>Inputs for people: their codes, with their immutables behind them.</summary>
    /// <param name="people">The people, without faults.</param>
    /// <param name="codes">people × codes: all inputs but the immutables.</param>
    /// <returns>people × <see cref="Inputs"/>.</returns>
    internal float[] InputsOf(Table people, ReadOnlySpan<float> codes)
    {
        int latent = Inputs - Layout.Given;
        var inputs = new float[people.Rows * Inputs];
        for (int i = 0; i < people.Rows; i++)
        {
            codes.Slice(i * latent, latent).CopyTo(inputs.AsSpan(i * Inputs));
            Layout.EncodeGiven(people.Row(i), inputs.AsSpan(i * Inputs + latent, Layout.Given));
        }
        return inputs;
    }
}
