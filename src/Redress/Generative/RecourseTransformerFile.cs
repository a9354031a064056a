using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>A transformer and how its training went.</summary>
/// <param name="Network">With the parameters of the best epoch.</param>
/// <param name="Epochs">All epochs.</param>
internal sealed record TrainedTransformer(RecourseTransformer Network, IReadOnlyList<TransformerEpoch> Epochs);

/// <summary>What a file says of a method's transformers beside their tensors.</summary>
/// <param name="Epochs">How the training went.</param>
/// <param name="OtherEpochs">How that for the other outcome went; null where there was none.</param>
internal sealed record TransformerManifest(List<TransformerEpoch> Epochs, List<TransformerEpoch>? OtherEpochs);

/// <summary>A trained <see cref="RecourseTransformer"/> as named tensors and a JSON text; nothing that is read is trusted.</summary>
internal static class RecourseTransformerFile
{
    private const string Counts = "bins.counts", Means = "bins.means", Widths = "bins.widths", Low = "scale.low", Range = "scale.range";

    private const ulong MostBins = 1024;

    internal static string Json(TrainedTransformer favourable, TrainedTransformer? other) =>
        JsonSerializer.Serialize(new([.. favourable.Epochs], other is null ? null : [.. other.Epochs]), TransformerFileJson.Default.TransformerManifest);

    /// <summary>Everything of a transformer.</summary>
    /// <param name="network">The transformer.</param>
    /// <param name="suffix">What its tensors' names end in, so that a file holds several.</param>
    internal static IReadOnlyList<StoredTensor> Tensors(RecourseTransformer network, string suffix)
    {
        var tokens = network.Tokens;
        return
        [
            StoredTensor.Of(Counts + suffix, [.. tokens.Bins.Select(b => (ulong)b.Count)]),
            StoredTensor.Of(Means + suffix, [tokens.AllBins], [.. tokens.Bins.SelectMany(b => b.Means)]), StoredTensor.Of(Widths + suffix, [tokens.AllBins], [.. tokens.Bins.SelectMany(b => b.Widths)]),
            StoredTensor.Of(Low + suffix, [tokens.Count], [.. tokens.Low]), StoredTensor.Of(Range + suffix, [tokens.Count], [.. tokens.Range]),
            .. network.Named.Select(n => StoredTensor.Of(n.Name + suffix, n.Tensor)),
        ];
    }

    /// <summary>Gets a tensor by name, type and shape; throws where there is none.</summary>
    internal delegate StoredTensor Get(string name, string type, ReadOnlySpan<long> shape);

    /// <summary>Builds a transformer from what <see cref="Json"/> and <see cref="Tensors"/> gave.</summary>
    /// <param name="json">The manifest.</param>
    /// <param name="suffix">What its tensors' names end in.</param>
    /// <param name="get">Its tensors.</param>
    /// <param name="held">Single-precision numbers in all of the file's tensors: layers that need more are not made.</param>
    /// <param name="schema">The model's.</param>
    /// <param name="shape">The layers that it must have.</param>
    /// <param name="damaged">Makes the exception that says what is wrong.</param>
    internal static RecourseTransformer Read(string json, string suffix, Get get, long held, Schema schema, EncoderDecoderShape shape, Func<string, ModelFileException> damaged)
    {
        try
        {
            JsonSerializer.Deserialize(json, TransformerFileJson.Default.TransformerManifest);
        }
        catch (JsonException e)
        {
            throw damaged(e.Message.Split('\n')[0].TrimEnd());
        }
        int features = schema.Features.Count;
        ulong[] counts = get(Counts + suffix, "U64", [features]).Numbers();
        long all = 0;
        for (int f = 0; f < features; f++)
        {
            var feature = schema.Features[f];
            if (feature.IsNamed ? counts[f] != (ulong)feature.Values.Count : counts[f] is < 1 or > MostBins) throw damaged(Invariant($"'{feature.Name}' has {counts[f]} bins"));
            all += (long)counts[f];
        }
        long width = shape.Width, least = (long)(shape.EncoderLayers + shape.DecoderLayers) * (4 * width * width + 2 * width * shape.FeedForward) + 2 * all * width;
        if (least > held) throw damaged(Invariant($"layers of its sizes need {least} numbers or more, and its tensors hold {held}"));
        double[] Doubles(string name, long count) => get(name + suffix, "F64", [count]).Doubles();
        double[] means = Doubles(Means, all), widths = Doubles(Widths, all), low = Doubles(Low, features), range = Doubles(Range, features);
        if (!means.Concat(low).All(double.IsFinite) || widths.Concat(range).Any(w => !(w > 0 && double.IsFinite(w)))) throw damaged("bins or scales that are no numbers or have no width");
        var bins = new ValueBins[features];
        for (int f = 0, at = 0; f < features; at += (int)counts[f++])
        {
            double[] own = means[at..(at + (int)counts[f])];
            for (int k = 1; k < own.Length; k++)
                if (!(own[k] > own[k - 1])) throw damaged($"the bins of '{schema.Features[f].Name}' do not ascend");
            bins[f] = new(own, widths[at..(at + own.Length)], schema.Features[f].IsNamed);
        }
        var network = new RecourseTransformer(new(bins, low, range), shape, new Rng(0));
        foreach (var (name, tensor) in network.Named)
        {
            float[] values = get(name + suffix, "F32", [tensor.Rows, tensor.Cols]).Floats();
            if (!values.All(float.IsFinite)) throw damaged($"tensor '{name}' holds values that are no numbers");
            tensor.WriteFrom(values);
        }
        return network;
    }
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TransformerManifest))]
internal sealed partial class TransformerFileJson : JsonSerializerContext;
