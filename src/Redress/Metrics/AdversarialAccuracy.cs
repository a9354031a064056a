namespace Redress.Metrics;

/// <summary>
/// The share of people who are still classified correctly under projected gradient descent within ε (Krishna, Agarwal and Lakkaraju 2023, figure 7), with
/// the exact 95 % interval. 0 to 1; higher is better.
/// </summary>
public sealed class AdversarialAccuracy : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("adversarial-accuracy", "Share of people classified correctly, and still so under an attack within ε", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        if (evaluation.UnderAttack() is not { People: > 0 } point) return [];
        var (lower, upper) = ClopperPearson.Interval(point.Correct - point.Susceptible, point.People, 0.95);
        return [new(point.AdversarialAccuracy, point.People, Lower: lower, Upper: upper)];
    }
}
