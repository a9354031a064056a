using Redress.Costs;

namespace Redress.Metrics;

/// <summary>The mean size of the recourses found, by one of the costs. Lower is better; people without recourse are not in it, so read it beside recourse-neg.</summary>
/// <param name="cost">The cost.</param>
public sealed class MeanCost(ICost cost) : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new($"cost-{cost.Slug}", $"Mean cost of recourse: {cost.Title}", cost is PercentileShift ? "percentiles / 100" : "standard deviations", Better.Lower);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        var actions = evaluation.Actions;
        double[] costs = [.. evaluation.Found().Select(f => cost.Of(actions.Schema, actions.Statistics, evaluation.People.Row(f.Row), f.Changed))];
        return costs.Length == 0 ? [] : [new(costs.Average(), costs.Length)];
    }
}
