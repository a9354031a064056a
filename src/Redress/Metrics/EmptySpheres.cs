namespace Redress.Metrics;

/// <summary>The share of the recourses found that have no reference row of their class nearer than ε, so that sphere-distance is not defined for them.
/// 0 to 1; lower is better; with Wilson's interval.</summary>
public sealed class EmptySpheres : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("empty-spheres", "Share of recourses without a reference row of their class inside the sphere", "0 to 1", Better.Lower, NeedsReference: true);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        double[] distances = evaluation.SphereDistances;
        return distances.Length == 0 ? [] : [WilsonInterval.Share(distances.Count(double.IsNaN), distances.Length)];
    }
}
