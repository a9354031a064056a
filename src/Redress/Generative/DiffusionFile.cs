using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Models;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>
/// A diffusion model on disk: one safetensors file of the kind <c>diffusion</c> with a JSON manifest, readable from Python. Methods keep the same manifest
/// and tensors in their preparations.
/// </summary>
internal static class DiffusionFile
{
    /// <summary>What such a file says it holds.</summary>
    internal const string Kind = "diffusion";

    private const int FormatVersion = 1;
    private const string KindKey = "redress.kind", ManifestKey = "redress", CentreTensor = "codes.centre";

    internal static void Save(Diffusion diffusion, string path)
    {
        var metadata = new Dictionary<string, string> { [KindKey] = Kind, [ManifestKey] = Json(diffusion) };
        AtomicFile.Write(path, stream => SafeTensors.Write(stream, metadata, Tensors(diffusion)));
    }

    internal static Diffusion Load(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        string name = Path.GetFileName(path);
        var (metadata, tensors) = SafeTensors.Read(stream, name);
        if (metadata.TryGetValue(KindKey, out string? other) && other != Kind) throw new ModelFileException($"{name}: holds {ModelFile.Named(other)}, not {ModelFile.Named(Kind)} model.");
        if (!metadata.TryGetValue(ManifestKey, out string? json) || !metadata.ContainsKey(KindKey))
            throw new ModelFileException($"{name}: a safetensors file, but not written by redress (it has no '{ManifestKey}' metadata).");
        return Read(json, [.. tensors.Values], name);
    }

    /// <summary>Everything but the tensors.</summary>
    internal static string Json(Diffusion diffusion) => JsonSerializer.Serialize(
        new DiffusionManifest(FormatVersion, SchemaFile.ToJson(diffusion.Schema), AutoencoderFile.Json(diffusion.Codes), diffusion.Options with { Hidden = diffusion.Options.Layers },
            diffusion.Scale, diffusion.Training, diffusion.Fingerprint), DiffusionJson.Default.DiffusionManifest);

    internal static IReadOnlyList<StoredTensor> Tensors(Diffusion diffusion)
    {
        var tensors = new List<StoredTensor>(AutoencoderFile.Tensors(diffusion.Codes));
        var parameters = diffusion.Denoiser.Network.Parameters;
        for (int p = 0; p < parameters.Length; p++)
        {
            var values = new float[parameters[p].Size];
            parameters[p].ReadTo(values);
            tensors.Add(StoredTensor.Of(NameOf(p), [parameters[p].Rows, parameters[p].Cols], values));
        }
        tensors.Add(StoredTensor.Of(CentreTensor, [diffusion.Centre.Length], diffusion.Centre));
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
    internal static Diffusion Read(string json, IReadOnlyList<StoredTensor> tensors, string name)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, DiffusionJson.Default.DiffusionManifest)!;
            if (manifest.FormatVersion != FormatVersion) throw new ModelFileException(Invariant($"{name}: diffusion format {manifest.FormatVersion}; this program reads {FormatVersion}."));
            return Build(manifest, tensors, name);
        }
        catch (Exception e) when (e is JsonException or SchemaException or ArgumentException or NullReferenceException or InvalidOperationException or OverflowException)
        {
            throw new ModelFileException($"{name}: damaged ({e.Message.Split('\n')[0].TrimEnd()})", e);
        }
    }

    /// <summary>SHA-256 of tensors, columns and scale: of all that decides what it draws.</summary>
    internal static string FingerprintOf(Diffusion diffusion)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in Tensors(diffusion)) hash.AppendData(tensor.Bytes.Span);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Invariant($"{diffusion.Schema.ColumnsFingerprint}\n{diffusion.Codes.Fingerprint}\n{diffusion.Scale:R}\n{string.Join('-', diffusion.Denoiser.Network.Sizes)}")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string NameOf(int parameter) => Invariant($"denoiser.{parameter / 2}.{(parameter % 2 == 0 ? "weight" : "bias")}");

    private static string ValuesOf(int feature) => Invariant($"numbers.{feature}.values");

    private static string ScoresOf(int feature) => Invariant($"numbers.{feature}.scores");

    private static Diffusion Build(DiffusionManifest manifest, IReadOnlyList<StoredTensor> tensors, string name)
    {
        ModelFileException Damaged(string why) => new($"{name}: damaged ({why}).");
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
        var parameters = new float[2 * (sizes.Length - 1)][];
        for (int p = 0; p < parameters.Length; p++) parameters[p] = Floats(tensors, NameOf(p), p % 2 == 0 ? [sizes[p / 2], sizes[p / 2 + 1]] : [1, sizes[p / 2 + 1]], name);
        var network = FeedForward.FromValues(sizes, Activation.Gelu, 0, [.. parameters.Where((_, p) => p % 2 == 0)], [.. parameters.Where((_, p) => p % 2 == 1)]);
        var diffusion = new Diffusion(schema, read, codes, new(network), Floats(tensors, CentreTensor, [latent], name), manifest.Scale, manifest.Options, manifest.Training);
        return diffusion.Fingerprint == manifest.Fingerprint ? diffusion : throw Damaged("its content does not match its fingerprint");
    }

    private static float[] Floats(IReadOnlyList<StoredTensor> tensors, string tensor, long[] shape, string name)
    {
        if (tensors.FirstOrDefault(t => t.Name == tensor) is not { Type: "F32" } found || !found.Shape.AsSpan().SequenceEqual(shape))
            throw new ModelFileException($"{name}: damaged (tensor '{tensor}' is missing or not {string.Join(" × ", shape)}).");
        float[] values = found.Floats();
        return values.All(float.IsFinite) ? values : throw new ModelFileException($"{name}: damaged (tensor '{tensor}' holds values that are no numbers).");
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
