using Redress.Costs;

namespace Redress.Metrics;

/// <summary>Every metric, one line each.</summary>
public static class MetricCatalog
{
    /// <summary>All metrics.</summary>
    public static IReadOnlyList<IMetric> All { get; } =
    [
        new F1Score(), new Accuracy(), new Precision(), new Recall(), new AreaUnderRoc(),
        new RecourseNeg(), new RecourseAll(), new SuccessRate(), new ValidityUnderBudget(),
        .. CostCatalog.All.Select(c => new MeanCost(c)),
        .. Enum.GetValues<EncodedNorm>().Select(n => new EncodedCost(n)),
        new Sparsity(), new Redundancy(),
        new KnnDistance(), new SphereDistance(), new EmptySpheres(), new Connectedness(), new OutlierFactor(), new Inliers(),
        new RecourseRobustness(), new RobustValidity(), new ModelRobustness(), new Susceptibility(), new AdversarialAccuracy(), new Disparity(),
    ];
}
