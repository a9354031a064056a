using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>A conditional-subspace autoencoder as a preparation's file holds it: its encoding and immutables as JSON, its networks as tensors.</summary>
internal static class SubspaceFile
{
    private static readonly string[] Parts = ["encoder-z", "encoder-w", "decoder", "adversary"];

    internal static string Json(SubspaceAutoencoder autoencoder) =>
        JsonSerializer.Serialize(new([.. autoencoder.Encoding.Features], [.. autoencoder.Layout.Immutables]), SubspaceJson.Default.SubspaceManifest);

    internal static IReadOnlyList<StoredTensor> Tensors(SubspaceAutoencoder autoencoder) => [.. Names(autoencoder).Select(n => StoredTensor.Of(n.Name, n.Tensor))];

    /// <summary>Builds an autoencoder from what <see cref="Json"/> and <see cref="Tensors"/> gave.</summary>
    /// <param name="json">What <see cref="Json"/> wrote; not to be trusted.</param>
    /// <param name="options">Its sizes.</param>
    /// <param name="schema">The model's.</param>
    /// <param name="floats">Reads a tensor of a name and shape, and throws where it is another or holds values that are no numbers.</param>
    /// <param name="damaged">Makes the exception that says what is damaged.</param>
    /// <exception cref="ModelFileException">Something is damaged.</exception>
    internal static SubspaceAutoencoder Read(string json, SubspaceOptions options, Schema schema, Func<string, long[], float[]> floats, Func<string, ModelFileException> damaged)
    {
        SubspaceManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, SubspaceJson.Default.SubspaceManifest)!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw damaged(e.Message.Split('\n')[0].TrimEnd());
        }
        if (manifest is null || manifest.Encoding.Length != schema.Features.Count) throw damaged(Invariant($"its encoding is not of {schema.Features.Count} features"));
        int offset = 0;
        for (int f = 0; f < manifest.Encoding.Length; offset += manifest.Encoding[f++].Width)
            if (!manifest.Encoding[f].Fits(schema.Features[f], offset)) throw damaged($"the encoding of '{schema.Features[f].Name}'");
        var encoding = new Encoding(manifest.Encoding);
        var layout = new RowLayout(schema, encoding);
        if (!layout.Immutables.SequenceEqual(manifest.Immutables)) throw damaged("it was learnt with other features immutable than the model's schema has");
        // Tensors are looked at before networks of the sizes that the options ask for are made.
        int[][] sizes = SubspaceAutoencoder.SizesFor(options, layout);
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        void Take(string name, long rows, long columns) => values[name] = floats(name, [rows, columns]);
        for (int n = 0; n < Parts.Length; n++)
            for (int layer = 0; layer + 1 < sizes[n].Length; layer++)
            {
                Take(NameOf(n, 2 * layer), sizes[n][layer], sizes[n][layer + 1]);
                Take(NameOf(n, 2 * layer + 1), 1, sizes[n][layer + 1]);
            }
        Take("prior", 2, 2 * options.Subspace);
        var read = new SubspaceAutoencoder(options, schema, encoding, new Rng(0));
        foreach (var (name, tensor) in Names(read)) tensor.WriteFrom(values[name]);
        return read;
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Names(SubspaceAutoencoder autoencoder)
    {
        var networks = autoencoder.Networks;
        FeedForward[] all = [networks.Z, networks.W, networks.Decoder, networks.Adversary];
        for (int n = 0; n < all.Length; n++)
            for (int p = 0; p < all[n].Parameters.Length; p++) yield return (NameOf(n, p), all[n].Parameters[p]);
        yield return ("prior", networks.Prior);
    }

    private static string NameOf(int network, int parameter) => NetworkTensors.NameOf(Parts[network], parameter);
}

/// <summary>What is saved of a conditional-subspace autoencoder beside its tensors.</summary>
internal sealed record SubspaceManifest(EncodedFeature[] Encoding, int[] Immutables);

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SubspaceManifest))]
internal sealed partial class SubspaceJson : JsonSerializerContext;
