namespace Redress.Metrics;

/// <summary>Harmonic mean of precision and recall at θ. 0 to 1; higher is better.</summary>
public sealed class F1Score : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("f1", "Harmonic mean of precision and recall at θ", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation) =>
        evaluation.Counts() is { } counts ? [new(counts.F1, counts.Rows)] : [];
}
