namespace Redress.Metrics;

/// <summary>The mean number of features a recourse changes; a feature that follows another (same_as) is not counted. Lower is better.</summary>
public sealed class Sparsity : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("sparsity", "Mean number of changed features", "features", Better.Lower);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        var leaders = evaluation.People.Schema.Leaders;
        double[] counts = [.. evaluation.Found().Select(f => (double)Enumerable.Range(0, f.Changed.Length).Count(c => leaders[c] < 0 && f.Changed[c] != evaluation.People.Row(f.Row)[c]))];
        return counts.Length == 0 ? [] : [new(counts.Average(), counts.Length)];
    }
}
