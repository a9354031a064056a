using Redress.Data;

namespace Redress.Costs;

/// <summary>Sum of changes in standard deviations: changes of numbers and ordinal values divided by the standard deviation over the training rows, a changed category counts 1.</summary>
public sealed class L1Cost : ICost
{
    /// <inheritdoc/>
    public string Slug => "l1";

    /// <inheritdoc/>
    public string Title => "Sum of changes in standard deviations; a changed category counts 1";

    /// <inheritdoc/>
    public CostJoin Join => CostJoin.Sum;

    /// <inheritdoc/>
    public double Part(Schema schema, TrainingStatistics statistics, int feature, double from, double to) =>
        StandardisedShift.Of(schema, statistics, feature, from, to);
}
