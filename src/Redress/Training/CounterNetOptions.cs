using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Generative;

namespace Redress.Training;

/// <summary>The generator that is trained with a network, and what for. The defaults are those of Guo et al. (2023), tables 4 and 5, for their loan data.</summary>
/// <param name="EncoderLayers">Hidden layers of the network that are its encoder, which the generator reads the last of; 1 to all of them.</param>
/// <param name="Generator">Units of each hidden layer of the generator; null for one of 10.</param>
/// <param name="Prediction">λ1, the weight of the prediction's squared error; more than 0.</param>
/// <param name="Recourse">What the generator is trained for; null for the defaults, without a data shift.</param>
public sealed record CounterNetOptions(int EncoderLayers = 2, IReadOnlyList<int>? Generator = null, double Prediction = 1, GeneratorObjective? Recourse = null)
{
    private const int MostUnits = 16384, MostLayers = 32;

    internal GeneratorObjective RecourseOrDefault => Recourse ?? new();

    internal IReadOnlyList<int> GeneratorOrDefault => Generator ?? [10];

    /// <summary>counternet, or rocoursenet where the recourse is to survive a data shift.</summary>
    internal string Slug => RecourseOrDefault.Shift is null ? "counternet" : "rocoursenet";

    /// <summary>All of it as JSON, defaults filled in.</summary>
    internal string Json => JsonSerializer.Serialize(this with { Generator = GeneratorOrDefault, Recourse = RecourseOrDefault }, CounterNetJson.Default.CounterNetOptions);

    internal IEnumerable<string> Problems()
    {
        if (EncoderLayers < 1) yield return Invariant($"Encoder layers is {EncoderLayers}; must be 1 or more.");
        if (GeneratorOrDefault.Count > MostLayers) yield return Invariant($"The generator has {GeneratorOrDefault.Count} hidden layers; the limit is {MostLayers}.");
        foreach (int units in GeneratorOrDefault)
            if (units is < 1 or > MostUnits) yield return Invariant($"A hidden layer of the generator has {units} units; must be 1 to {MostUnits}.");
        if (!(Prediction > 0 && double.IsFinite(Prediction))) yield return Invariant($"Prediction weight (λ1) is {Prediction}; must be more than 0 and finite.");
        foreach (string problem in RecourseOrDefault.Problems()) yield return problem;
    }

    internal IEnumerable<string> Problems(TrainingSettings settings)
    {
        // Nothing tells a good generator by the predictor's figures.
        if (settings.Best != BestEpoch.Last) yield return Invariant($"Best is {settings.Best}; with a generator of recourse it must be {nameof(BestEpoch.Last)}.");
        if (EncoderLayers > settings.Hidden.Count) yield return Invariant($"Encoder layers is {EncoderLayers}; the network has {settings.Hidden.Count} hidden layers.");
    }
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CounterNetOptions))]
internal sealed partial class CounterNetJson : JsonSerializerContext;
