using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;

namespace Redress.Training;

/// <summary>How a forest's probabilities are calibrated.</summary>
public enum Calibration
{
    /// <summary>Not at all: the mean of the trees.</summary>
    None,

    /// <summary>By isotonic regression: a step function that never falls, fitted by weighted least squares.</summary>
    Isotonic,

    /// <summary>By a sigmoid with Platt's smoothed targets.</summary>
    Sigmoid,
}

/// <summary>What a random forest looks like and how it is trained. The defaults are those of scikit-learn's RandomForestClassifier, but for balanced weights.</summary>
/// <param name="Trees">Trees of the forest, of each fold's where it is calibrated; 1 or more.</param>
/// <param name="MaxDepth">The most edges from the root to a leaf; 0 for no limit.</param>
/// <param name="MinSamplesLeaf">The fewest rows in a leaf, each counted once however heavy; 1 or more.</param>
/// <param name="MinSamplesSplit">The fewest rows in a node that is split; 2 or more.</param>
/// <param name="MaxFeatures">Encoded columns drawn for each split; 0 for the square root of their number, rounded down. Where all drawn are constant in the node, more are drawn until one is not.</param>
/// <param name="Bootstrap">True to grow each tree on as many rows as there are, drawn with replacement; false to grow each on all rows.</param>
/// <param name="Balanced">True to weigh each row by rows / (2 × rows of its outcome), over all rows before they are cut into folds; false for equal weights.</param>
/// <param name="Calibration">How probabilities are calibrated.</param>
/// <param name="Folds">Where calibrated: the parts that the training rows are cut into; 2 or more.</param>
/// <param name="Threshold">How θ is chosen.</param>
/// <param name="Encoding">How rows are encoded. Scaling changes no split; one column a category lets a split set one against the rest, an ordinal column one end against the other.</param>
public sealed record ForestOptions(
    int Trees = 100,
    int MaxDepth = 0,
    int MinSamplesLeaf = 1,
    int MinSamplesSplit = 2,
    int MaxFeatures = 0,
    bool Bootstrap = true,
    bool Balanced = true,
    Calibration Calibration = Calibration.None,
    int Folds = 5,
    ThresholdRule? Threshold = null,
    EncodingOptions? Encoding = null)
{
    internal IEnumerable<string> Problems()
    {
        if (Trees is < 1 or > 10_000) yield return Invariant($"Trees is {Trees}; must be 1 to 10000.");
        if (MaxDepth < 0) yield return Invariant($"Max depth is {MaxDepth}; must be 0 (no limit) or more.");
        if (MinSamplesLeaf < 1) yield return Invariant($"Min samples leaf is {MinSamplesLeaf}; must be at least 1.");
        if (MinSamplesSplit < 2) yield return Invariant($"Min samples split is {MinSamplesSplit}; must be at least 2.");
        if (MaxFeatures < 0) yield return Invariant($"Max features is {MaxFeatures}; must be 0 (the square root of the columns) or more.");
        if (!Enum.IsDefined(Calibration)) yield return Invariant($"Calibration is {(int)Calibration}; must be one of {string.Join(", ", Enum.GetNames<Calibration>())}.");
        if (Folds is < 2 or > 100) yield return Invariant($"Folds is {Folds}; must be 2 to 100.");
        if (Threshold?.Fixed is { } threshold && !(threshold is > 0 and < 1)) yield return Invariant($"Threshold is {threshold}; must be max-f1 or a probability between 0 and 1.");
    }

    /// <summary>Columns drawn for each split of rows of this width.</summary>
    internal int ColumnsOf(int width) => MaxFeatures == 0 ? Math.Max(1, (int)Math.Sqrt(width)) : Math.Min(MaxFeatures, width);

    internal string Json => JsonSerializer.Serialize(this, ForestJson.Default.ForestOptions);
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ForestOptions))]
internal sealed partial class ForestJson : JsonSerializerContext;
