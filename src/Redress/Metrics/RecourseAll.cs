namespace Redress.Metrics;

/// <summary>"Recourse all" (Ross, Lakkaraju and Bastani 2021, section 4.1): the share of people who are accepted or were found a recourse. 0 to 1; higher is better.</summary>
public sealed class RecourseAll : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("recourse-all", "Share of people accepted or with recourse", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        int people = evaluation.People.Rows;
        if (evaluation.Recourse is null || people == 0) return [];
        return [new((double)Enumerable.Range(0, people).Count(r => !evaluation.IsRejected(r) || evaluation.HasRecourse(r)) / people, people)];
    }
}
