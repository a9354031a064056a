using Redress.Data;

namespace Redress.Costs;

/// <summary>
/// How far an action moves a person in the distributions of the training rows (Ustun et al. 2019): the shift of each changed feature in
/// percentile points divided by 100, joined by their sum (total) or by the largest (maximum). A changed category counts 1.
/// </summary>
/// <param name="join">Sum for the total shift, Maximum for the largest.</param>
public sealed class PercentileShift(CostJoin join) : ICost
{
    /// <inheritdoc/>
    public string Slug => join == CostJoin.Maximum ? "max-percentile-shift" : "total-percentile-shift";

    /// <inheritdoc/>
    public string Title => join == CostJoin.Maximum
        ? "Largest shift of a feature in the training distribution, 0 to 1"
        : "Sum of the features' shifts in the training distribution, 0 to 1 each";

    /// <inheritdoc/>
    public CostJoin Join => join;

    /// <inheritdoc/>
    public double Part(Schema schema, TrainingStatistics statistics, int feature, double from, double to)
    {
        var f = schema.Features[feature];
        if (f.Kind == FeatureKind.Categorical) return f.CostWeight;
        var distribution = statistics.Distributions[feature];
        return f.CostWeight * Math.Abs(distribution.PercentileOf(to) - distribution.PercentileOf(from)) / 100;
    }
}
