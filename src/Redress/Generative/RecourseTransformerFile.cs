using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>What a file says of a transformer beside its tensors.</summary>
/// <param name="Bins">n_j, a feature each.</param>
/// <param name="Epochs">How its training went.</param>
internal sealed record TransformerManifest(int[] Bins, List<TransformerEpoch> Epochs);

/// <summary>A trained <see cref="RecourseTransformer"/> as named tensors and a JSON text; nothing that is read is trusted.</summary>
internal static class RecourseTransformerFile
{
    private const string Means = "bins.means", Widths = "bins.widths", Low = "scale.low", Range = "scale.range";

    internal static string Json(RecourseTransformer network, IReadOnlyList<TransformerEpoch> epochs) =>
        JsonSerializer.Serialize(new([.. network.Tokens.Bins.Select(b => b.Count)], [.. epochs]), TransformerFileJson.Default.TransformerManifest);

    internal static IReadOnlyList<StoredTensor> Tensors(RecourseTransformer network)
    {
        var tokens = network.Tokens;
        List<StoredTensor> tensors =
        [
            StoredTensor.Of(Means, [tokens.AllBins], [.. tokens.Bins.SelectMany(b => b.Means)]), StoredTensor.Of(Widths, [tokens.AllBins], [.. tokens.Bins.SelectMany(b => b.Widths)]),
            StoredTensor.Of(Low, [tokens.Count], [.. tokens.Low]), StoredTensor.Of(Range, [tokens.Count], [.. tokens.Range]),
        ];
        foreach (var (name, tensor) in network.Named)
        {
            var values = new float[tensor.Size];
            tensor.ReadTo(values);
            tensors.Add(StoredTensor.Of(name, [tensor.Rows, tensor.Cols], values));
        }
        return tensors;
    }

    /// <summary>Builds a transformer from what <see cref="Json"/> and <see cref="Tensors"/> gave.</summary>
    /// <param name="json">The manifest.</param>
    /// <param name="get">The values of a tensor by name, type and shape; throws where there is none.</param>
    /// <param name="schema">The model's.</param>
    /// <param name="shape">The layers that it must have.</param>
    /// <param name="damaged">Makes the exception that says what is wrong.</param>
    internal static (RecourseTransformer Network, IReadOnlyList<TransformerEpoch> Epochs) Read(string json, Func<string, string, long[], StoredTensor> get, Schema schema, EncoderDecoderShape shape, Func<string, ModelFileException> damaged)
    {
        TransformerManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, TransformerFileJson.Default.TransformerManifest)!;
        }
        catch (JsonException e)
        {
            throw damaged(e.Message.Split('\n')[0].TrimEnd());
        }
        int features = schema.Features.Count, all = 0;
        if (manifest.Bins.Length != features) throw damaged(Invariant($"it has bins for {manifest.Bins.Length} features; the model has {features}"));
        for (int f = 0; f < features; f++)
        {
            var feature = schema.Features[f];
            if (manifest.Bins[f] < 1 || (feature.IsNamed && manifest.Bins[f] != feature.Values.Count)) throw damaged(Invariant($"'{feature.Name}' has {manifest.Bins[f]} bins"));
            all = checked(all + manifest.Bins[f]);
        }
        double[] Doubles(string name, long count) => get(name, "F64", [count]).Doubles();
        double[] means = Doubles(Means, all), widths = Doubles(Widths, all), low = Doubles(Low, features), range = Doubles(Range, features);
        if (!means.Concat(low).All(double.IsFinite) || widths.Concat(range).Any(w => !(w > 0 && double.IsFinite(w)))) throw damaged("bins or scales that are no numbers or have no width");
        var bins = new ValueBins[features];
        for (int f = 0, at = 0; f < features; at += manifest.Bins[f++])
        {
            double[] own = means[at..(at + manifest.Bins[f])];
            for (int k = 1; k < own.Length; k++)
                if (!(own[k] > own[k - 1])) throw damaged($"the bins of '{schema.Features[f].Name}' do not ascend");
            bins[f] = new(own, widths[at..(at + manifest.Bins[f])], schema.Features[f].IsNamed);
        }
        var network = new RecourseTransformer(new(bins, low, range), shape, new Rng(0));
        foreach (var (name, tensor) in network.Named)
        {
            float[] values = get(name, "F32", [tensor.Rows, tensor.Cols]).Floats();
            if (!values.All(float.IsFinite)) throw damaged($"tensor '{name}' holds values that are no numbers");
            tensor.WriteFrom(values);
        }
        return (network, manifest.Epochs);
    }
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TransformerManifest))]
internal sealed partial class TransformerFileJson : JsonSerializerContext;
