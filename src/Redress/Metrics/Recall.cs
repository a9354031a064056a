namespace Redress.Metrics;

/// <summary>Share of people with a favourable outcome who are predicted so. 0 to 1; higher is better.</summary>
public sealed class Recall : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("recall", "Share of people with a favourable outcome who are predicted so", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation) =>
        evaluation.Counts() is { } counts ? [new(counts.Recall, counts.Rows)] : [];
}
