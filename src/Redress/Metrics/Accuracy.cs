namespace Redress.Metrics;

/// <summary>Share of people predicted as their outcome was, at θ. 0 to 1; higher is better.</summary>
public sealed class Accuracy : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("accuracy", "Share of people predicted as their outcome was, at θ", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation) =>
        evaluation.Counts() is { } counts ? [new(counts.Accuracy, counts.Rows)] : [];
}
