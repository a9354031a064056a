namespace Redress.Metrics;

/// <summary>Which values of a metric are good.</summary>
public enum Better
{
    /// <summary>Large values.</summary>
    Higher,

    /// <summary>Small values.</summary>
    Lower,

    /// <summary>Values near 0.</summary>
    NearZero,
}

/// <summary>What a metric is called and how it is read.</summary>
/// <param name="Slug">The name in commands and files.</param>
/// <param name="Title">One line that says what it measures.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Better">Which values are good.</param>
/// <param name="NeedsReference">True where recourse is compared with labelled rows (<see cref="Evaluation.Reference"/>).</param>
public sealed record MetricInfo(string Slug, string Title, string Unit, Better Better, bool NeedsReference = false);

/// <summary>One figure.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Count">The people it is over.</param>
/// <param name="Of">What it is of where a metric gives several figures, such as a group column; else null.</param>
/// <param name="Lower">The lower end of its 95 % confidence interval, or null.</param>
/// <param name="Upper">The upper end, or null.</param>
public sealed record MetricValue(double Value, int Count, string? Of = null, double? Lower = null, double? Upper = null);

/// <summary>A figure of a model and the recourse its people got.</summary>
public interface IMetric
{
    /// <summary>How it is read.</summary>
    MetricInfo Info { get; }

    /// <summary>Computes it; nothing where the evaluation lacks what it needs (labels, recourse, groups, anyone to measure).</summary>
    IEnumerable<MetricValue> Of(Evaluation evaluation);
}
