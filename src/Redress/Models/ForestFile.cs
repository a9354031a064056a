using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Tensors.Kernels;

namespace Redress.Models;

/// <summary>
/// A forest on disk: one safetensors file with a JSON manifest, as <see cref="ModelFile"/> has it. The trees of all folds stand one after the other in three tensors, node by node:
/// <c>forest.columns</c>, <c>forest.children</c> (the place of the first child in its tree, 0 for a leaf) and <c>forest.values</c> (thresholds and probabilities);
/// <c>forest.nodes</c> holds the nodes of each tree.
/// </summary>
internal static class ForestFile
{
    internal const string Kind = "forest";
    private const int FormatVersion = 1, MaxMembers = 100;

    internal static void Save(ForestModel model, string path)
    {
        var manifest = new ForestManifest(
            FormatVersion, SchemaFile.ToJson(model.Schema), [.. model.Encoding.Features], model.Statistics, ShapeOf(model), model.OutOfBag, model.Threshold, model.Fingerprint, model.Training, model.Certificates);
        var keys = model.Training.Keys;
        ModelFile.Write(path, Kind, JsonSerializer.Serialize(manifest, ForestManifestJson.Default.ForestManifest),
        [
            .. Tensors(model), StoredTensor.Of("rows.train", keys.Train), StoredTensor.Of("rows.validation", keys.Validation),
            StoredTensor.Of("rows.calibration", keys.Calibration), StoredTensor.Of("rows.test", keys.Test),
        ]);
    }

    /// <summary>SHA-256 of tensors, schema, encoding and shape; θ and certificates stand outside it.</summary>
    internal static string FingerprintOf(ForestModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in Tensors(model)) hash.AppendData(tensor.Bytes.Span);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(SchemaFile.ToJson(model.Schema)));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes([.. model.Encoding.Features], ManifestJson.Default.EncodedFeatureArray));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(ShapeOf(model), ForestManifestJson.Default.ForestShape));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    internal static ForestModel Read(string json, IReadOnlyDictionary<string, StoredTensor> tensors, string name)
    {
        var manifest = JsonSerializer.Deserialize(json, ForestManifestJson.Default.ForestManifest)!;
        if (manifest.FormatVersion != FormatVersion) throw new ModelFileException(Invariant($"{name}: forest format {manifest.FormatVersion}; this program reads {FormatVersion}."));
        var schema = SchemaFile.Parse(manifest.Schema, name);
        ModelFile.CheckColumns(manifest.Encoding, manifest.Statistics, manifest.Threshold, schema, name);
        var encoding = new Encoding(manifest.Encoding);
        var members = Members(manifest.Shape, encoding.Width, tensors, name);
        var training = manifest.Training with { Keys = ModelFile.KeysIn(tensors, name) };
        if (manifest.OutOfBag is { } share && !(share is >= 0 and <= 1)) throw new ModelFileException(Invariant($"{name}: damaged (the out-of-bag accuracy is {share})."));
        var model = new ForestModel(schema, encoding, manifest.Statistics, members, manifest.Threshold, training, manifest.OutOfBag, manifest.Certificates);
        return model.Fingerprint == manifest.Fingerprint ? model : throw new ModelFileException($"{name}: damaged (its content does not match its fingerprint).");
    }

    private static ForestShape ShapeOf(ForestModel model) => new([.. model.Members.Select(m => m.Trees.Length)], model.Members[0].Calibrator switch
    {
        IsotonicCalibrator => CalibratorKind.Isotonic,
        SigmoidCalibrator => CalibratorKind.Sigmoid,
        _ => CalibratorKind.None,
    });

    private static IEnumerable<StoredTensor> Tensors(ForestModel model)
    {
        DecisionTree[] trees = [.. model.Members.SelectMany(m => m.Trees)];
        int nodes = checked((int)model.Nodes), at = 0;
        var (columns, children, values) = (new ushort[nodes], new uint[nodes], new float[nodes]);
        foreach (var tree in trees)
            for (int i = 0; i < tree.Nodes.Length; i++, at++)
                (columns[at], children[at], values[at]) = ((ushort)tree.Column(i), (uint)tree.Child(i), tree.Nodes[i].Value);
        yield return StoredTensor.Of("forest.nodes", [.. trees.Select(t => (ulong)t.Nodes.Length)]);
        yield return StoredTensor.Of("forest.columns", columns);
        yield return StoredTensor.Of("forest.children", children);
        yield return StoredTensor.Of("forest.values", [nodes], values);
        for (int k = 0; k < model.Members.Count; k++)
        {
            if (model.Members[k].Calibrator is SigmoidCalibrator sigmoid) yield return StoredTensor.Of(NameOf(k, "sigmoid"), [2], (double[])[sigmoid.A, sigmoid.B]);
            if (model.Members[k].Calibrator is not IsotonicCalibrator isotonic) continue;
            yield return StoredTensor.Of(NameOf(k, "from"), [isotonic.From.Length], isotonic.From);
            yield return StoredTensor.Of(NameOf(k, "to"), [isotonic.To.Length], isotonic.To);
        }
    }

    private static string NameOf(int member, string what) => Invariant($"calibration.{member}.{what}");

    private static CalibratedTrees[] Members(ForestShape shape, int width, IReadOnlyDictionary<string, StoredTensor> tensors, string name)
    {
        if (shape.Trees.Length is < 1 or > MaxMembers || shape.Trees.Any(t => t < 1)) throw new ModelFileException($"{name}: damaged (the trees of each fold are {string.Join(", ", shape.Trees)}).");
        if (!Enum.IsDefined(shape.Calibration)) throw new ModelFileException(Invariant($"{name}: damaged (the calibration {(int)shape.Calibration})."));
        StoredTensor Get(string tensor, string type) =>
            tensors.TryGetValue(tensor, out var found) && found.Type == type && found.Shape.Length == 1 ? found : throw new ModelFileException($"{name}: damaged (tensor '{tensor}' is missing or no list of {type}).");
        ulong[] counts = Get("forest.nodes", "U64").Numbers();
        var (columns, children, values) = (Get("forest.columns", "U16").Shorts(), Get("forest.children", "U32").Integers(), Get("forest.values", "F32").Floats());
        ulong sum = 0;
        foreach (ulong count in counts) sum = count is >= 1 && count <= (ulong)values.Length ? sum + count : throw new ModelFileException(Invariant($"{name}: damaged (a tree of {count} nodes)."));
        if (counts.Length != shape.Trees.Sum(t => (long)t) || sum != (ulong)values.Length || columns.Length != values.Length || children.Length != values.Length)
            throw new ModelFileException(Invariant($"{name}: damaged ({counts.Length} trees of {sum} nodes; the manifest says {shape.Trees.Sum(t => (long)t)}, and the tensors hold {columns.Length} columns, {children.Length} children and {values.Length} values)."));
        var members = new CalibratedTrees[shape.Trees.Length];
        for (int k = 0, tree = 0, start = 0; k < members.Length; k++)
        {
            var own = new DecisionTree[shape.Trees[k]];
            for (int t = 0; t < own.Length; t++, tree++)
            {
                int count = (int)counts[tree];
                own[t] = Tree(columns.AsSpan(start, count), children.AsSpan(start, count), values.AsSpan(start, count), width, Invariant($"{name}: damaged (tree {tree}, node"));
                start += count;
            }
            members[k] = new(own, shape.Calibration switch
            {
                CalibratorKind.Isotonic => Isotonic(Get(NameOf(k, "from"), "F64").Doubles(), Get(NameOf(k, "to"), "F64").Doubles(), k, name),
                CalibratorKind.Sigmoid => Sigmoid(Get(NameOf(k, "sigmoid"), "F64").Doubles(), k, name),
                _ => null,
            });
        }
        return members;
    }

    /// <summary>Builds a tree of nodes that are checked: children stand behind their parent and have no other, columns exist, and numbers are numbers.</summary>
    private static DecisionTree Tree(ReadOnlySpan<ushort> columns, ReadOnlySpan<uint> children, ReadOnlySpan<float> values, int width, string fault)
    {
        if (values.Length > DecisionTree.MostNodes(width)) throw new ModelFileException(Invariant($"{fault}s: {values.Length}; {width} columns leave room for {DecisionTree.MostNodes(width)})."));
        int bits = DecisionTree.BitsFor(width);
        var nodes = new TreeNode[values.Length];
        var reached = new bool[values.Length];
        reached[0] = true;
        for (int i = 0; i < nodes.Length; i++)
        {
            uint child = children[i];
            if (!reached[i]) throw new ModelFileException(Invariant($"{fault} {i}: no node before it is its parent)."));
            if (child == 0)
            {
                if (!(values[i] is >= 0 and <= 1) || columns[i] != 0) throw new ModelFileException(Invariant($"{fault} {i}: a leaf of probability {values[i]} and column {columns[i]})."));
                nodes[i] = new(values[i], 0);
                continue;
            }
            if (child <= i || child > nodes.Length - 2 || reached[(int)child] || reached[(int)child + 1]) throw new ModelFileException(Invariant($"{fault} {i}: its first child is node {child} of {nodes.Length})."));
            if (columns[i] >= width) throw new ModelFileException(Invariant($"{fault} {i}: it asks column {columns[i]} of {width})."));
            if (!float.IsFinite(values[i])) throw new ModelFileException(Invariant($"{fault} {i}: its threshold is {values[i]})."));
            (reached[(int)child], reached[(int)child + 1]) = (true, true);
            nodes[i] = new(values[i], (child << bits) | columns[i]);
        }
        return new(nodes, bits);
    }

    private static IsotonicCalibrator Isotonic(double[] from, double[] to, int member, string name)
    {
        bool sound = from.Length == to.Length && from.Length > 0;
        for (int i = 0; sound && i < from.Length; i++)
            sound = double.IsFinite(from[i]) && to[i] is >= 0 and <= 1 && (i == 0 || from[i - 1] < from[i] && to[i - 1] <= to[i]);
        return sound ? new(from, to) : throw new ModelFileException(Invariant($"{name}: damaged (the isotonic calibration of fold {member})."));
    }

    private static SigmoidCalibrator Sigmoid(double[] ab, int member, string name) => ab is [var a, var b] && double.IsFinite(a) && double.IsFinite(b)
        ? new(a, b)
        : throw new ModelFileException(Invariant($"{name}: damaged (the sigmoid calibration of fold {member})."));
}

/// <summary>What calibrates the forests of a file.</summary>
internal enum CalibratorKind
{
    None,
    Isotonic,
    Sigmoid,
}

/// <summary>What a fingerprint covers of a forest beside its tensors.</summary>
/// <param name="Trees">The trees of each fold; one number where there are no folds.</param>
/// <param name="Calibration">What calibrates each fold.</param>
internal sealed record ForestShape(int[] Trees, CalibratorKind Calibration);

/// <summary>The manifest of a forest's file.</summary>
internal sealed record ForestManifest(
    int FormatVersion, string Schema, EncodedFeature[] Encoding, TrainingStatistics Statistics, ForestShape Shape, double? OutOfBag, double Threshold, string Fingerprint, TrainingRecord Training,
    IReadOnlyList<Certificate> Certificates);

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ForestManifest)), JsonSerializable(typeof(ForestShape))]
internal sealed partial class ForestManifestJson : JsonSerializerContext;
