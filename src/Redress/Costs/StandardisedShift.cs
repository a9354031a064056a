using Redress.Data;

namespace Redress.Costs;

/// <summary>The part that L1 and L2 share: a change in standard deviations of the training rows; a changed category counts 1.</summary>
internal static class StandardisedShift
{
    internal static double Of(Schema schema, TrainingStatistics statistics, int feature, double from, double to)
    {
        var f = schema.Features[feature];
        return f.CostWeight * (f.Kind == FeatureKind.Categorical ? 1 : Math.Abs(to - from) / statistics.DeviationOf(feature));
    }
}
