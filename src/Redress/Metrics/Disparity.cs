namespace Redress.Metrics;

/// <summary>
/// For every group column, recourse-all of its largest group minus that of all others together (Ross, Lakkaraju and Bastani 2021, appendix B.1:
/// whites against non-whites), with Newcombe's 95 % interval of a difference of proportions. -1 to 1; near 0 is better; above 0 the largest group is better off.
/// </summary>
public sealed class Disparity : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("disparity", "Recourse-all of the largest group minus that of the others", "-1 to 1", Better.NearZero);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        if (evaluation.Recourse is null) yield break;
        foreach (var (column, groups) in evaluation.People.Groups.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var sizes = groups.GroupBy(g => g, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
            if (sizes.Count < 2) continue;
            string largest = sizes[0].Key;
            var (with, size) = Count(evaluation, groups, g => g == largest);
            var (otherWith, otherSize) = Count(evaluation, groups, g => g != largest);
            var (difference, lower, upper) = Newcombe(with, size, otherWith, otherSize);
            yield return new(difference, groups.Count, $"{column}: {largest} against others", lower, upper);
        }
    }

    /// <summary>The difference of two proportions with the interval of Newcombe (1998, method 10): Wilson's limits of each, joined by squares.</summary>
    internal static (double Difference, double Lower, double Upper) Newcombe(int a, int m, int b, int n)
    {
        double p = (double)a / m, q = (double)b / n;
        var (l1, u1) = WilsonInterval.Of(a, m);
        var (l2, u2) = WilsonInterval.Of(b, n);
        return (p - q, p - q - Math.Sqrt((p - l1) * (p - l1) + (u2 - q) * (u2 - q)), p - q + Math.Sqrt((u1 - p) * (u1 - p) + (q - l2) * (q - l2)));
    }

    private static (int With, int Size) Count(Evaluation evaluation, IReadOnlyList<string> groups, Func<string, bool> belongs)
    {
        int[] members = [.. Enumerable.Range(0, groups.Count).Where(r => belongs(groups[r]))];
        return (members.Count(r => !evaluation.IsRejected(r) || evaluation.HasRecourse(r)), members.Length);
    }
}
