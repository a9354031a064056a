using Redress.Data;

namespace Redress.Costs;

/// <summary>Euclidean length of the change in standard deviations: changes of numbers and ordinal values divided by the standard deviation over the training rows, a changed category counts 1.</summary>
public sealed class L2Cost : ICost
{
    /// <inheritdoc/>
    public string Slug => "l2";

    /// <inheritdoc/>
    public string Title => "Euclidean length of the change in standard deviations; a changed category counts 1";

    /// <inheritdoc/>
    public CostJoin Join => CostJoin.Euclidean;

    /// <inheritdoc/>
    public double Part(Schema schema, TrainingStatistics statistics, int feature, double from, double to) =>
        StandardisedShift.Of(schema, statistics, feature, from, to);
}
