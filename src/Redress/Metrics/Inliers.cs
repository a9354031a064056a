namespace Redress.Metrics;

/// <summary>The share of the recourses found that are inliers: local outlier factor at most 1.5 (scikit-learn's border; what the tables of recourse papers call LOF).
/// 0 to 1; higher is better; with Wilson's interval.</summary>
public sealed class Inliers : IMetric
{
    private const double Border = 1.5;

    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("inliers", "Share of recourses whose local outlier factor is at most 1.5", "0 to 1", Better.Higher, NeedsReference: true);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        double[] factors = [.. evaluation.OutlierFactors.Where(f => !double.IsNaN(f))];
        return factors.Length == 0 ? [] : [WilsonInterval.Share(factors.Count(f => f <= Border), factors.Length)];
    }
}
