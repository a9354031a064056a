using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Models;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>
/// A diffusion model on disk: one safetensors file of the kind <c>diffusion model</c> with a JSON manifest, readable from Python. Methods keep the same manifest
/// and tensors in their preparations.
/// </summary>
internal static class DiffusionFile
{
    /// <summary>What such a file says it holds.</summary>
    internal const string Kind = "diffusion model";

    private const int FormatVersion = 1;
    private const string CentreTensor = "codes.centre", Prefix = "denoiser";

    internal static void Save(Diffusion diffusion, string path) => ModelFile.Write(path, Kind, Json(diffusion), Tensors(diffusion));

    internal static Diffusion Load(string path) => ModelFile.Load(path, Kind, (json, tensors, name) => Read(json, [.. tensors.Values], name));

    /// <summary>Everything but the tensors.</summary>
    internal static string Json(Diffusion diffusion) => JsonSerializer.Serialize(
        new DiffusionManifest(FormatVersion, SchemaFile.ToJson(diffusion.Schema), AutoencoderFile.Json(diffusion.Codes), diffusion.Options with { Hidden = diffusion.Options.Layers },
            diffusion.Scale, diffusion.Training, diffusion.Fingerprint), DiffusionJson.Default.DiffusionManifest);

    internal static IReadOnlyList<StoredTensor> Tensors(Diffusion diffusion)
    {
        List<StoredTensor> tensors =
            [.. AutoencoderFile.Tensors(diffusion.Codes), .. NetworkTensors.Of(Prefix, diffusion.Denoiser.Network), StoredTensor.Of(CentreTensor, [diffusion.Centre.Length], diffusion.Centre)];
        for (int f = 0; f < diffusion.Schema.Features.Count; f++)
        {
            if (diffusion.Numbers.ValuesOf(f) is not { } values) continue;
            tensors.Add(StoredTensor.Of(ValuesOf(f), [values.Length], values));
            tensors.Add(StoredTensor.Of(ScoresOf(f), [values.Length], diffusion.Numbers.ScoresOf(f)));
        }
        return tensors;
    }

    /// <summary>Builds a model from what <see cref="Json"/> and <see cref="Tensors"/> gave.</summary>
    /// <exception cref="ModelFileException">Something is damaged; one line says what.</exception>
    internal static Diffusion Read(string json, IReadOnlyList<StoredTensor> tensors, string name) => ModelFile.Guarded(name, () =>
    {
        var manifest = JsonSerializer.Deserialize(json, DiffusionJson.Default.DiffusionManifest)!;
        if (manifest.FormatVersion != FormatVersion) throw new ModelFileException(Invariant($"{name}: diffusion format {manifest.FormatVersion}; this program reads {FormatVersion}."));
        return Build(manifest, tensors, name);
    });

    /// <summary>SHA-256 of tensors, columns and scale: of all that decides what it draws.</summary>
    internal static string FingerprintOf(Diffusion diffusion)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in Tensors(diffusion)) hash.AppendData(tensor.Bytes.Span);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Invariant($"{diffusion.Schema.ColumnsFingerprint}\n{diffusion.Codes.Fingerprint}\n{diffusion.Scale:R}\n{string.Join('-', diffusion.Denoiser.Network.Sizes)}")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string ValuesOf(int feature) => Invariant($"numbers.{feature}.values");

    private static string ScoresOf(int feature) => Invariant($"numbers.{feature}.scores");

    private static Diffusion Build(DiffusionManifest manifest, IReadOnlyList<StoredTensor> tensors, string name)
    {
        ModelFileException Damaged(string why) => ModelFile.Damaged(name, why);
        StoredTensor? Find(string tensor) => tensors.FirstOrDefault(t => t.Name == tensor);
        if (manifest.Options.Problems().FirstOrDefault() is { } problem) throw new ModelFileException($"{name}: damaged ({problem})");
        if (!(manifest.Scale > 0 && float.IsFinite(manifest.Scale))) throw Damaged(Invariant($"its scale is {manifest.Scale}"));
        var schema = SchemaFile.Parse(manifest.Schema, name);
        var codes = AutoencoderFile.Read(manifest.Autoencoder, tensors, name);
        int latent = manifest.Options.Latent;
        if (codes.Options.Latent != latent || !codes.Schema.HasColumnsOf(Diffusion.Generated(schema)) || codes.Immutables.Count > 0) throw Damaged("its autoencoder is not of its columns");
        double[]? numbers(int feature, Func<int, string> nameOf) => schema.Features[feature].Kind == FeatureKind.Categorical ? null : Doubles(tensors, nameOf(feature), name);
        var range = Enumerable.Range(0, schema.Features.Count);
        var read = NormalScores.Of(schema, [.. range.Select(f => numbers(f, ValuesOf))], [.. range.Select(f => numbers(f, ScoresOf))]) ?? throw Damaged("the values of its numbers are not in order");
        int[] sizes = [Denoiser.InputsFor(latent), .. manifest.Options.Layers, latent];
        var (weights, biases) = NetworkTensors.Read(Prefix, sizes, Find, Damaged);
        var network = FeedForward.FromValues(sizes, Activation.Gelu, 0, weights, biases);
        var diffusion = new Diffusion(schema, read, codes, new(network), NetworkTensors.Finite(Find(CentreTensor), CentreTensor, [latent], Damaged), manifest.Scale, manifest.Options, manifest.Training);
        return diffusion.Fingerprint == manifest.Fingerprint ? diffusion : throw Damaged("its content does not match its fingerprint");
    }

    private static double[] Doubles(IReadOnlyList<StoredTensor> tensors, string tensor, string name) =>
        tensors.FirstOrDefault(t => t.Name == tensor) is { Type: "F64", Shape.Length: 1 } found ? found.Doubles() : throw new ModelFileException($"{name}: damaged (tensor '{tensor}' is missing or no list).");
}

/// <summary>The manifest of a diffusion model's file.</summary>
internal sealed record DiffusionManifest(int FormatVersion, string Schema, string Autoencoder, DiffusionOptions Options, float Scale, DiffusionTraining Training, string Fingerprint);

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DiffusionManifest))]
internal sealed partial class DiffusionJson : JsonSerializerContext;
