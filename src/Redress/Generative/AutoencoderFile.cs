using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Models;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>
/// An autoencoder on disk: one safetensors file of the kind <c>autoencoder</c> with a JSON manifest, readable from Python. Methods keep the same manifest
/// and tensors in their preparations.
/// </summary>
internal static class AutoencoderFile
{
    /// <summary>What such a file says it holds.</summary>
    internal const string Kind = "autoencoder";

    private const int FormatVersion = 1;

    internal static void Save(Autoencoder autoencoder, string path) => ModelFile.Write(path, Kind, Json(autoencoder), Tensors(autoencoder));

    internal static Autoencoder Load(string path) => ModelFile.Load(path, Kind, (json, tensors, name) => Read(json, [.. tensors.Values], name));

    /// <summary>Everything but the tensors.</summary>
    internal static string Json(Autoencoder autoencoder) => JsonSerializer.Serialize(
        new AutoencoderManifest(FormatVersion, SchemaFile.ToJson(autoencoder.Schema), [.. autoencoder.Encoding.Features], autoencoder.Options with { Hidden = autoencoder.Options.Layers },
            autoencoder.Training, autoencoder.Fingerprint), AutoencoderJson.Default.AutoencoderManifest);

    internal static IReadOnlyList<StoredTensor> Tensors(Autoencoder autoencoder) =>
        [.. NetworkTensors.Of("encoder", autoencoder.Encoder), .. NetworkTensors.Of("decoder", autoencoder.Decoder)];

    /// <summary>Builds an autoencoder from what <see cref="Json"/> and <see cref="Tensors"/> gave.</summary>
    /// <exception cref="ModelFileException">Something is damaged; one line says what.</exception>
    internal static Autoencoder Read(string json, IReadOnlyList<StoredTensor> tensors, string name) => ModelFile.Guarded(name, () =>
    {
        var manifest = JsonSerializer.Deserialize(json, AutoencoderJson.Default.AutoencoderManifest)!;
        if (manifest.FormatVersion != FormatVersion) throw new ModelFileException(Invariant($"{name}: autoencoder format {manifest.FormatVersion}; this program reads {FormatVersion}."));
        return Build(manifest, tensors, name);
    });

    /// <summary>SHA-256 of tensors, columns, immutables, encoding and likelihood: of all that decides what it generates.</summary>
    internal static string FingerprintOf(Autoencoder autoencoder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in Tensors(autoencoder)) hash.AppendData(tensor.Bytes.Span);
        var shape = new AutoencoderShape(
            autoencoder.Schema.ColumnsFingerprint, [.. autoencoder.Immutables], [.. autoencoder.Encoding.Features], [.. autoencoder.Encoder.Sizes], autoencoder.Options.Activation, autoencoder.Options.Numbers);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(shape, AutoencoderJson.Default.AutoencoderShape));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Autoencoder Build(AutoencoderManifest manifest, IReadOnlyList<StoredTensor> tensors, string name)
    {
        if (manifest.Options.Problems().FirstOrDefault() is { } problem) throw new ModelFileException($"{name}: damaged ({problem})");
        var schema = SchemaFile.Parse(manifest.Schema, name);
        if (manifest.Encoding.Length != schema.Features.Count) throw new ModelFileException(Invariant($"{name}: damaged (its encoding is not of {schema.Features.Count} features)."));
        int offset = 0;
        for (int f = 0; f < manifest.Encoding.Length; offset += manifest.Encoding[f++].Width)
            if (!manifest.Encoding[f].Fits(schema.Features[f], offset)) throw ModelFile.Damaged(name, $"the encoding of '{schema.Features[f].Name}'");
        var encoding = new Encoding(manifest.Encoding);
        var layout = new RowLayout(schema, encoding);
        if (layout.Generated == 0) throw ModelFile.Damaged(name, "its schema lets nobody change anything");
        int[] hidden = [.. manifest.Options.Layers];
        int latent = manifest.Options.Latent;
        var encoder = Network("encoder", [layout.Width, .. hidden, 2 * latent], manifest.Options.Activation, tensors, name);
        var decoder = Network("decoder", [latent + layout.Given, .. hidden.Reverse(), layout.Generated], manifest.Options.Activation, tensors, name);
        var read = new Autoencoder(schema, encoding, manifest.Options, encoder, decoder, manifest.Training);
        return read.Fingerprint == manifest.Fingerprint ? read : throw ModelFile.Damaged(name, "its content does not match its fingerprint");
    }

    private static FeedForward Network(string network, int[] sizes, Activation activation, IReadOnlyList<StoredTensor> tensors, string name)
    {
        var (weights, biases) = NetworkTensors.Read(network, sizes, wanted => tensors.FirstOrDefault(t => t.Name == wanted), why => ModelFile.Damaged(name, why));
        return FeedForward.FromValues(sizes, activation, 0, weights, biases);
    }
}

/// <summary>The manifest of an autoencoder's file.</summary>
internal sealed record AutoencoderManifest(int FormatVersion, string Schema, EncodedFeature[] Encoding, AutoencoderOptions Options, AutoencoderTraining Training, string Fingerprint);

/// <summary>What a fingerprint covers beside the tensors.</summary>
internal sealed record AutoencoderShape(string Columns, int[] Immutables, EncodedFeature[] Encoding, int[] Encoder, Activation Activation, NumberLikelihood Numbers);

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AutoencoderManifest)), JsonSerializable(typeof(AutoencoderShape))]
internal sealed partial class AutoencoderJson : JsonSerializerContext;
