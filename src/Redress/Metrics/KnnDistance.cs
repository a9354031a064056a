using Redress.Neighbours;

namespace Redress.Metrics;

/// <summary>
/// KNN manifold distance (Hardy et al. 2022, section 3.3): the mean L2 distance of a recourse to its K = 5 nearest reference rows of the desired class, and
/// the mean of that over the recourses found. Encoded units; lower is better.
/// </summary>
/// <remarks>A row's class is its label, a recourse's the model's decision. With fewer than K rows of the class all of them count.</remarks>
public sealed class KnnDistance : IMetric
{
    private const int K = 5;

    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("knn-distance", "Mean L2 distance of recourse to the 5 nearest reference rows labelled with its class", "encoded units", Better.Lower, NeedsReference: true);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        double[] defined = [.. Each(evaluation).Where(d => !double.IsNaN(d))];
        return defined.Length == 0 ? [] : [new(defined.Average(), defined.Length)];
    }

    /// <summary>The distance of every recourse found, in the order of the people; NaN where no row has its class.</summary>
    internal static double[] Each(Evaluation evaluation)
    {
        if (evaluation is not { Recourse: not null, Reference: { } reference }) return [];
        return evaluation.FoundRows.ByClass(reference.Width, (favourable, points) =>
        {
            var rows = reference.Labelled(favourable);
            if (rows.Count == 0) return [.. Enumerable.Repeat(double.NaN, points.Length / reference.Width)];
            var near = NearestRows.Of(rows, points, Math.Min(K, rows.Count), execution: evaluation.Execution, cancel: evaluation.Cancel);
            return [.. Enumerable.Range(0, points.Length / reference.Width).Select(p => near.Distances.AsSpan(p * near.K, near.K).ToArray().Average())];
        });
    }
}
