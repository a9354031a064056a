namespace Redress.Metrics;

/// <summary>"Recourse neg" (Ross, Lakkaraju and Bastani 2021, section 4.1): the share of rejected people who were found a recourse. 0 to 1; higher is better.</summary>
/// <remarks>The paper words it as a share of all instances; its figures, like ours, are shares of the rejected.</remarks>
public sealed class RecourseNeg : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("recourse-neg", "Share of rejected people with recourse", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        if (evaluation.Recourse is null) return [];
        int[] rejected = [.. Enumerable.Range(0, evaluation.People.Rows).Where(evaluation.IsRejected)];
        return rejected.Length == 0 ? [] : [new((double)rejected.Count(evaluation.HasRecourse) / rejected.Length, rejected.Length)];
    }
}
