namespace Redress.Metrics;

/// <summary>The share of people whose decision stays the same under noise of 0.1 standard deviations on every actionable number: the opposite of brittleness
/// (Ross, Lakkaraju and Bastani 2021, table 3, last row). 0 to 1; higher is better.</summary>
public sealed class ModelRobustness : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("model-robustness", "Share of decisions unchanged under noise of 0.1 standard deviations", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        int people = evaluation.People.Rows;
        if (people == 0) return [];
        double[] scores = ActionNoise.Scores(evaluation, [.. Enumerable.Range(0, people).Select(r => (r, evaluation.People.Row(r).ToArray()))], "model-robustness");
        return [new((double)Enumerable.Range(0, people).Count(r => scores[r] < evaluation.Model.Threshold == evaluation.IsRejected(r)) / people, people)];
    }
}
