namespace Redress.Metrics;

/// <summary>
/// The share of the recourses found that are ε-connected to an anchor (Laugel, Lesot, Marsala and Detyniecki 2019; Hardy et al. 2022, section 3.3): a chain of
/// reference rows predicted as the recourse is, each step shorter than ε, leads to a row that is also labelled so. 0 to 1; higher is better; with Wilson's interval.
/// </summary>
/// <remarks>ε is 20 % of the mean distance between two reference rows. Other people's recourses are no links, so that a figure does not depend on company.</remarks>
public sealed class Connectedness : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("connectedness", "Share of recourses joined to a rightly predicted reference row of their class by a chain of short steps", "0 to 1", Better.Higher, NeedsReference: true);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        bool[] connected = Each(evaluation);
        return connected.Length == 0 ? [] : [WilsonInterval.Share(connected.Count(c => c), connected.Length)];
    }

    /// <summary>Says of every recourse found, in the order of the people, whether it is connected.</summary>
    internal static bool[] Each(Evaluation evaluation)
    {
        if (evaluation is not { Recourse: not null, Reference: { } reference }) return [];
        return [.. evaluation.FoundRows.ByClass(reference.Width, (favourable, points) => [.. reference.ChainsOf(favourable).Connects(points).Select(c => c ? 1.0 : 0)]).Select(c => c > 0)];
    }
}
