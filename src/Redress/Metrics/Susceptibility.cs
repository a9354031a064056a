namespace Redress.Metrics;

/// <summary>
/// The share of correctly classified people for whom projected gradient descent finds an adversarial example within ε (Hardy et al. 2022, section 3.1,
/// who count it over all test points), with the exact 95 % interval. 0 to 1; lower is better.
/// </summary>
public sealed class Susceptibility : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("susceptibility", "Share of correctly classified people whom an attack within ε turns", "0 to 1", Better.Lower);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        if (evaluation.UnderAttack() is not { Correct: > 0 } point) return [];
        var (lower, upper) = ClopperPearson.Interval(point.Susceptible, point.Correct, 0.95);
        return [new(point.Susceptibility, point.Correct, Lower: lower, Upper: upper)];
    }
}
