using Redress.Costs;

namespace Redress.Metrics;

/// <summary>Every metric, one line each.</summary>
public static class MetricCatalog
{
    /// <summary>All metrics.</summary>
    public static IReadOnlyList<IMetric> All { get; } =
    [
        new F1Score(), new Accuracy(), new Precision(), new Recall(), new AreaUnderRoc(),
        new RecourseNeg(), new RecourseAll(),
        .. CostCatalog.All.Select(c => new MeanCost(c)),
        new Sparsity(), new RecourseRobustness(), new ModelRobustness(), new Susceptibility(), new AdversarialAccuracy(), new Disparity(),
    ];
}
