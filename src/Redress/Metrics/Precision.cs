namespace Redress.Metrics;

/// <summary>Share of favourable outcomes among people predicted so. 0 to 1; higher is better.</summary>
public sealed class Precision : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("precision", "Share of favourable outcomes among people predicted so", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation) =>
        evaluation.Counts() is { } counts ? [new(counts.Precision, counts.Rows)] : [];
}
