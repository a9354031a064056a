namespace Redress.Metrics;

/// <summary>
/// The median local outlier factor of the recourses found (Breunig et al. 2000, K = 5), learnt on the reference rows of the desired class. About 1 among
/// rows like them, larger outside; near 1 or lower is better.
/// </summary>
/// <remarks>The median, since the factor has no upper limit. A row's class is its label, a recourse's the model's decision.</remarks>
public sealed class OutlierFactor : IMetric
{
    /// <summary>Neighbours.</summary>
    internal const int K = 5;

    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("outlier-factor", "Median local outlier factor of recourse among reference rows labelled with its class, 5 neighbours", "1 for inliers", Better.Lower, NeedsReference: true);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        double[] factors = [.. evaluation.OutlierFactors.Where(f => !double.IsNaN(f)).Order()];
        int n = factors.Length;
        return n == 0 ? [] : [new((factors[(n - 1) / 2] + factors[n / 2]) / 2, n)];
    }

    /// <summary>The factor of every recourse found, in the order of the people; NaN where there are too few rows of its class.</summary>
    internal static double[] Measure(Evaluation evaluation)
    {
        if (evaluation is not { Recourse: not null, Reference: { } reference }) return [];
        return evaluation.FoundRows.ByClass(reference.Width, (favourable, points) =>
            reference.Outliers(favourable)?.Of(points, evaluation.Execution, evaluation.Cancel) ?? [.. Enumerable.Repeat(double.NaN, points.Length / reference.Width)]);
    }
}
