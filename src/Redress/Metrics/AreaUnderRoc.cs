namespace Redress.Metrics;

/// <summary>Probability that a person with a favourable outcome scores above one without, ties counted half. 0 to 1; higher is better; θ plays no part.</summary>
public sealed class AreaUnderRoc : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("auc", "Area under the ROC curve", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        if (evaluation.People.Labels is not { } labels || labels.All(l => l) || !labels.Any(l => l)) return [];
        return [new(RocCurve.Area([.. evaluation.Scores], [.. labels]), labels.Count)];
    }
}
