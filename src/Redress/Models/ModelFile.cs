using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Tensors.Layers;

namespace Redress.Models;

/// <summary>
/// A model on disk: one safetensors file, readable from Python, with a JSON manifest under the metadata key <c>redress</c>.
/// Loading runs no code and takes memory only for what the file really holds.
/// </summary>
public static class ModelFile
{
    private const int FormatVersion = 1;
    internal const string KindKey = "redress.kind";
    internal const string MulticlassKind = "multi-class classifier";
    internal const string ManifestKey = "redress";
    private const string Kind = "classifier";
    private const string ClassifierPrefix = "network", GeneratorPrefix = "generator";
    private const int MaxLayers = 64, MaxLayerSize = 1 << 20;

    /// <summary>Writes a model, whole or not at all.</summary>
    public static void Save(NetworkModel model, string path) => Save(TrainedNetwork.Of(model), Kind, model.Fingerprint, path);

    /// <summary>Writes a multi-class model, whole or not at all.</summary>
    public static void Save(MulticlassModel model, string path) => Save(model.Parts, MulticlassKind, model.Fingerprint, path);

    /// <summary>Writes a forest, whole or not at all.</summary>
    public static void Save(ForestModel model, string path) => ForestFile.Save(model, path);

    /// <summary>Writes a network or a forest, whole or not at all.</summary>
    /// <exception cref="ArgumentException">It is another kind of model.</exception>
    public static void Save(ICertifiableModel model, string path)
    {
        if (model is ForestModel forest) Save(forest, path);
        else Save(model as NetworkModel ?? throw new ArgumentException($"A {model.GetType().Name} has no kind of file.", nameof(model)), path);
    }

    private static void Save(TrainedNetwork model, string kind, string fingerprint, string path)
    {
        var manifest = new Manifest(
            FormatVersion, model.Network.Sizes.Count == 2 ? "logistic-regression" : "multilayer-perceptron", SchemaFile.ToJson(model.Schema), [.. model.Encoding.Features],
            model.Statistics, ArchitectureOf(model.Network), model.Threshold, fingerprint, model.Training, model.Certificates,
            model.Generator is { } g ? new(ShapeOf(g), g.Options) : null);
        var keys = model.Training.Keys;
        Write(path, kind, JsonSerializer.Serialize(manifest, ManifestJson.Default.Manifest),
        [
            .. NetworkTensors.Of(ClassifierPrefix, model.Network), .. model.Generator is { } own ? NetworkTensors.Of(GeneratorPrefix, own.Network) : [],
            StoredTensor.Of("rows.train", keys.Train), StoredTensor.Of("rows.validation", keys.Validation),
            StoredTensor.Of("rows.calibration", keys.Calibration), StoredTensor.Of("rows.test", keys.Test),
        ]);
    }

    /// <summary>Writes a file of a kind, whole or not at all.</summary>
    internal static void Write(string path, string kind, string manifest, IReadOnlyList<StoredTensor> tensors) =>
        AtomicFile.Write(path, stream => SafeTensors.Write(stream, new Dictionary<string, string> { [KindKey] = kind, [ManifestKey] = manifest }, tensors));

    /// <summary>Reads a model.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or no model of this program; one line says which.</exception>
    public static NetworkModel Load(string path) => LoadNetwork(path, Kind, parts => new NetworkModel(parts), m => m.Fingerprint);

    /// <summary>Reads a forest.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or no forest of this program; one line says which.</exception>
    public static ForestModel LoadForest(string path) => Load(path, ForestFile.Kind, ForestFile.Read);

    /// <summary>Reads a network or a forest, whichever the file holds.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or holds neither; one line says which.</exception>
    public static ICertifiableModel LoadTrained(string path) => KindOf(path) == ForestFile.Kind ? LoadForest(path) : Load(path);

    /// <summary>Reads a multi-class model.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or no multi-class model of this program; one line says which.</exception>
    public static MulticlassModel LoadMulticlass(string path) => LoadNetwork(path, MulticlassKind, parts => new MulticlassModel(parts), m => m.Fingerprint);

    private static T LoadNetwork<T>(string path, string kind, Func<TrainedNetwork, T> build, Func<T, string> fingerprintOf) => Load(path, kind, (json, tensors, name) =>
    {
        var manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.Manifest)!;
        var model = build(Read(manifest, tensors, name));
        return fingerprintOf(model) == manifest.Fingerprint ? model : throw Damaged(name, "its content does not match its fingerprint");
    });

    /// <summary>Reads a file of a kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it must hold.</param>
    /// <param name="read">Builds it from the manifest, the tensors and the file's name; neither is to be trusted.</param>
    /// <exception cref="ModelFileException">It is damaged or holds something else; one line says which.</exception>
    internal static T Load<T>(string path, string kind, Func<string, IReadOnlyDictionary<string, StoredTensor>, string, T> read)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        string name = Path.GetFileName(path);
        var (metadata, tensors) = SafeTensors.Read(stream, name);
        if (metadata.TryGetValue(KindKey, out string? other) && other != kind)
            throw new ModelFileException($"{name}: holds {Named(other)}{(other == MulticlassKind && kind is Kind or ForestFile.Kind ? "; recourse, evaluate, robustness, score and inspect work on one, and nothing else does" : $", not {Named(kind)}")}.");
        if (!metadata.TryGetValue(ManifestKey, out string? json) || !metadata.ContainsKey(KindKey))
            throw new ModelFileException($"{name}: a safetensors file, but not written by redress (it has no '{ManifestKey}' metadata).");
        return Guarded(name, () => read(json, tensors, name));
    }

    /// <summary>Builds from what is not to be trusted: whatever does not fit is damage, in one line.</summary>
    internal static T Guarded<T>(string name, Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is JsonException or SchemaException or DataException or ArgumentException or NullReferenceException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            throw new ModelFileException($"{name}: damaged ({e.Message.Split('\n')[0].TrimEnd()})", e);
        }
    }

    /// <summary>The one line that says what is wrong with a file.</summary>
    internal static ModelFileException Damaged(string name, string why) => new($"{name}: damaged ({why}).");

    /// <summary>A kind of file with its article, for messages.</summary>
    internal static string Named(string kind) => kind.StartsWith('a') ? $"an {kind}" : $"a {kind}";

    /// <summary>What a file written by this program holds, such as a classifier or a preparation; null for other safetensors files.</summary>
    /// <exception cref="ModelFileException">The file is damaged or no safetensors file.</exception>
    internal static string? KindOf(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        return SafeTensors.Read(stream, Path.GetFileName(path)).Metadata.TryGetValue(KindKey, out string? kind) ? kind : null;
    }

    /// <summary>SHA-256 of tensors, schema, encoding and architecture; θ and certificates stand outside it.</summary>
    internal static string FingerprintOf(TrainedNetwork model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in NetworkTensors.Of(ClassifierPrefix, model.Network)) hash.AppendData(tensor.Bytes.Span);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(SchemaFile.ToJson(model.Schema)));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes([.. model.Encoding.Features], ManifestJson.Default.EncodedFeatureArray));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(ArchitectureOf(model.Network), ManifestJson.Default.Architecture));
        // Last and only where there is one: models without a generator keep the fingerprint they always had.
        if (model.Generator is not { } generator) return Convert.ToHexStringLower(hash.GetHashAndReset());
        foreach (var tensor in NetworkTensors.Of(GeneratorPrefix, generator.Network)) hash.AppendData(tensor.Bytes.Span);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(ShapeOf(generator), ManifestJson.Default.GeneratorShape));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Architecture ArchitectureOf(FeedForward network) =>
        new([.. network.Sizes], network.Activation, network.DropoutProbability, network.Activations.ContainsAnyExcept(network.Activation) ? network.Activations.ToArray() : null);

    private static GeneratorShape ShapeOf(RecourseGenerator generator) =>
        new(generator.Slug, generator.Input, generator.EncoderLayers, [.. generator.Immutables], ArchitectureOf(generator.Network));

    private static TrainedNetwork Read(Manifest manifest, IReadOnlyDictionary<string, StoredTensor> tensors, string name)
    {
        if (manifest.FormatVersion != FormatVersion)
            throw new ModelFileException(Invariant($"{name}: model format {manifest.FormatVersion}; this program reads {FormatVersion}."));
        var schema = SchemaFile.Parse(manifest.Schema, name);
        Check(manifest, schema, name);
        var network = ReadNetwork(ClassifierPrefix, manifest.Architecture, tensors, name);
        var encoding = new Encoding(manifest.Encoding);
        var generator = manifest.Generator is { } g ? ReadGenerator(g, manifest.Architecture, encoding, tensors, name) : null;
        var training = manifest.Training with { Keys = KeysIn(tensors, name) };
        return new(schema, encoding, manifest.Statistics, network, manifest.Threshold, training, manifest.Certificates, generator);
    }

    /// <summary>Which rows went where.</summary>
    internal static SplitKeys KeysIn(IReadOnlyDictionary<string, StoredTensor> tensors, string name)
    {
        ulong[] Keys(string part) => tensors.TryGetValue(part, out var t) && t.Type == "U64" ? t.Numbers() : throw Damaged(name, $"tensor '{part}' is missing");
        return new(Keys("rows.train"), Keys("rows.validation"), Keys("rows.calibration"), Keys("rows.test"));
    }

    private static FeedForward ReadNetwork(string prefix, Architecture architecture, IReadOnlyDictionary<string, StoredTensor> tensors, string name)
    {
        var (sizes, activation, dropout, activations) = architecture;
        var (weights, biases) = NetworkTensors.Read(prefix, sizes, tensors.GetValueOrDefault, why => Damaged(name, why));
        return activations is null ? FeedForward.FromValues(sizes, activation, dropout, weights, biases) : FeedForward.FromValues(sizes, activations, dropout, weights, biases);
    }

    private static RecourseGenerator ReadGenerator(GeneratorManifest generator, Architecture classifier, Encoding encoding, IReadOnlyDictionary<string, StoredTensor> tensors, string name)
    {
        var (slug, input, encoderLayers, immutables, architecture) = generator.Shape;
        CheckArchitecture(architecture, "the generator's ", name);
        int inputs = RecourseGenerator.InputsFor(classifier.Sizes, input, encoderLayers);
        if (architecture.Sizes[0] != inputs || architecture.Sizes[^1] != encoding.Width)
            throw new ModelFileException(Invariant($"{name}: damaged (the generator's layer sizes {string.Join(", ", architecture.Sizes)}; it reads {inputs} columns and writes {encoding.Width})."));
        using var options = JsonDocument.Parse(generator.Options);
        if (options.RootElement.ValueKind != JsonValueKind.Object) throw Damaged(name, "the generator's options are no JSON object");
        return new(ReadNetwork(GeneratorPrefix, architecture, tensors, name), input, encoderLayers, immutables, slug, generator.Options, encoding);
    }

    /// <summary>Checks sizes against each other before anything is built from them.</summary>
    private static void Check(Manifest manifest, Schema schema, string name)
    {
        CheckArchitecture(manifest.Architecture, "", name);
        CheckColumns(manifest.Encoding, manifest.Statistics, manifest.Threshold, schema, name);
    }

    /// <summary>Checks encoding, statistics and θ against the schema.</summary>
    internal static void CheckColumns(EncodedFeature[] encoding, TrainingStatistics statistics, double threshold, Schema schema, string name)
    {
        if (!double.IsFinite(threshold)) throw new ModelFileException(Invariant($"{name}: damaged (the threshold is {threshold})."));
        int features = schema.Features.Count;
        if (encoding.Length != features || statistics.Mean.Count != features || statistics.StandardDeviation.Count != features || statistics.Distributions.Count != features)
            throw new ModelFileException(Invariant($"{name}: damaged (encoding or statistics are not of {features} features)."));
        int offset = 0;
        for (int f = 0; f < features; f++)
        {
            if (!encoding[f].Fits(schema.Features[f], offset))
                throw Damaged(name, $"the encoding of '{schema.Features[f].Name}'");
            var distribution = statistics.Distributions[f];
            if (distribution.Values.Count == 0 || distribution.Values.Count != distribution.Cumulative.Count || !Ascends(distribution.Values) || !Ascends(distribution.Cumulative)
                || !(statistics.StandardDeviation[f] > 0) || !double.IsFinite(statistics.StandardDeviation[f]) || !double.IsFinite(statistics.Mean[f]))
                throw Damaged(name, $"the statistics of '{schema.Features[f].Name}'");
            offset += encoding[f].Width;
        }
        foreach (var tie in statistics.Ties)
            if (tie.Leader < 0 || tie.Follower < 0 || tie.Leader >= features || tie.Follower >= features || tie.Keys.Count != tie.Values.Count || tie.Keys.Count == 0 || !Ascends(tie.Keys))
                throw Damaged(name, "a tie between columns");
    }

    private static void CheckArchitecture(Architecture architecture, string whose, string name)
    {
        int[] sizes = architecture.Sizes;
        if (sizes.Length is < 2 or > MaxLayers || sizes.Any(s => s is < 1 or > MaxLayerSize))
            throw Damaged(name, $"{whose}layer sizes {string.Join(", ", sizes)}");
        if (architecture.Activations is { } each && each.Length != sizes.Length - 2)
            throw new ModelFileException(Invariant($"{name}: damaged ({each.Length} activations for {whose}{sizes.Length - 2} hidden layers)."));
        foreach (var activation in architecture.Activations ?? [architecture.Activation])
            if (!Enum.IsDefined(activation)) throw new ModelFileException(Invariant($"{name}: damaged ({(whose.Length == 0 ? "the " : whose)}activation {(int)activation})."));
    }

    /// <summary>True where numbers are finite and strictly ascending.</summary>
    private static bool Ascends(IReadOnlyList<double> numbers)
    {
        for (int i = 0; i < numbers.Count; i++)
            if (!double.IsFinite(numbers[i]) || i > 0 && !(numbers[i - 1] < numbers[i])) return false;
        return true;
    }
}

/// <summary>The shape of a network.</summary>
/// <param name="Sizes">Columns of the input, of each hidden layer, and of the output.</param>
/// <param name="Activation">The hidden layers' activation; the first one's where they differ.</param>
/// <param name="Dropout">In training.</param>
/// <param name="Activations">Each hidden layer's activation where they differ, else null, which is not written: files and fingerprints from before there were several stay as they are.</param>
internal sealed record Architecture(
    int[] Sizes, Activation Activation, float Dropout, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Activation[]? Activations = null);

/// <summary>What a fingerprint covers of a generator beside its tensors.</summary>
/// <param name="Slug">What it was trained as.</param>
/// <param name="Input">What it reads.</param>
/// <param name="EncoderLayers">The number, from 1, of the classifier's hidden layer that is z; 0 where it reads rows.</param>
/// <param name="Immutables">Features copied from x.</param>
/// <param name="Architecture">Its network's shape.</param>
internal sealed record GeneratorShape(string Slug, GeneratorInput Input, int EncoderLayers, int[] Immutables, Architecture Architecture);

/// <summary>A generator in the manifest: its shape, and the options of its training as JSON.</summary>
internal sealed record GeneratorManifest(GeneratorShape Shape, string Options);

/// <summary>The manifest of a model file.</summary>
/// <remarks>The generator is not written where there is none: such files stay as they were before there were generators.</remarks>
internal sealed record Manifest(
    int FormatVersion, string Kind, string Schema, EncodedFeature[] Encoding, TrainingStatistics Statistics, Architecture Architecture,
    double Threshold, string Fingerprint, TrainingRecord Training, IReadOnlyList<Certificate> Certificates,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GeneratorManifest? Generator = null);

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Manifest)), JsonSerializable(typeof(EncodedFeature[])), JsonSerializable(typeof(Architecture)), JsonSerializable(typeof(GeneratorShape))]
internal sealed partial class ManifestJson : JsonSerializerContext;
