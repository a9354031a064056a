namespace Redress.Metrics;

/// <summary>The share of recourses found that stay valid when what was changed comes out a little differently: noise of 0.1 standard deviations on every
/// actionable number (Ross, Lakkaraju and Bastani 2021, table 3, first rows). 0 to 1; higher is better.</summary>
public sealed class RecourseRobustness : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("recourse-robustness", "Share of recourses valid under noise of 0.1 standard deviations", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        var found = evaluation.Found().ToList();
        if (found.Count == 0) return [];
        double[] scores = ActionNoise.Scores(evaluation, found, "recourse-robustness");
        return [new((double)scores.Count(s => s >= evaluation.Model.Threshold) / found.Count, found.Count)];
    }
}
