using Redress.Neighbours;

namespace Redress.Metrics;

/// <summary>
/// Sphere manifold distance (Hardy et al. 2022, section 3.3): the mean L2 distance of a recourse to the reference rows of the desired class that are nearer
/// than ε, 20 % of the mean distance between two rows; and the mean of that over the recourses found. Encoded units; lower is better.
/// </summary>
/// <remarks>Without a row inside, it is not defined and the recourse is left out: read it beside empty-spheres. A row's class is its label, a recourse's the model's decision.</remarks>
public sealed class SphereDistance : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("sphere-distance", "Mean L2 distance of recourse to reference rows labelled with its class and nearer than 20 % of the mean distance", "encoded units", Better.Lower, NeedsReference: true);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        double[] defined = [.. evaluation.SphereDistances.Where(d => !double.IsNaN(d))];
        return defined.Length == 0 ? [] : [new(defined.Average(), defined.Length)];
    }

    /// <summary>The distance of every recourse found, in the order of the people; NaN where no row is inside.</summary>
    internal static double[] Measure(Evaluation evaluation)
    {
        if (evaluation is not { Recourse: not null, Reference: { } reference } || evaluation.FoundRows.Count == 0) return [];
        return evaluation.FoundRows.ByClass(reference.Width, (favourable, points) =>
        {
            int count = points.Length / reference.Width;
            var (sums, inside) = (new double[count], new int[count]);
            RowsWithin.Each(reference.Labelled(favourable), points, reference.Radius, null, (point, _, distance) => (sums[point], inside[point]) = (sums[point] + distance, inside[point] + 1), evaluation.Execution, evaluation.Cancel);
            return [.. sums.Zip(inside, (sum, n) => n == 0 ? double.NaN : sum / n)];
        });
    }
}
