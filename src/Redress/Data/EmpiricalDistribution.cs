namespace Redress.Data;

/// <summary>The distribution of a feature over the training rows, kept as at most 1,001 points.</summary>
/// <param name="Values">Values, strictly ascending.</param>
/// <param name="Cumulative">For each value the share of training rows at or below it, 0 to 1, the last exactly 1.</param>
public sealed record EmpiricalDistribution(IReadOnlyList<double> Values, IReadOnlyList<double> Cumulative)
{
    private const int MaxPoints = 1001;

    /// <summary>The lowest training value.</summary>
    public double Minimum => Values[0];

    /// <summary>The highest training value.</summary>
    public double Maximum => Values[^1];

    /// <summary>The distribution of the given values; where they take more than 1,001, the lowest, the highest and 999 spread evenly over the others in order.</summary>
    /// <param name="values">At least one finite value, in any order.</param>
    public static EmpiricalDistribution Of(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        var points = new List<double>();
        var cumulative = new List<double>();
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i + 1 < sorted.Length && sorted[i + 1] == sorted[i]) continue;
            points.Add(sorted[i]);
            cumulative.Add((i + 1.0) / sorted.Length);
        }
        if (points.Count <= MaxPoints) return new(points, cumulative);
        var kept = new SortedSet<int>();
        for (int q = 0; q < MaxPoints; q++) kept.Add((int)((long)q * (points.Count - 1) / (MaxPoints - 1)));
        return new([.. kept.Select(i => points[i])], [.. kept.Select(i => cumulative[i])]);
    }

    /// <summary>The percentile of a value, 0 to 100: the share of training rows at or below it, linear between the points.</summary>
    public double PercentileOf(double value)
    {
        if (value < Values[0]) return 0;
        if (value >= Values[^1]) return 100;
        int below = 0, above = Values.Count - 1;
        while (above - below > 1)
        {
            int middle = (below + above) / 2;
            if (Values[middle] <= value) below = middle;
            else above = middle;
        }
        double along = (value - Values[below]) / (Values[above] - Values[below]);
        return 100 * (Cumulative[below] + along * (Cumulative[above] - Cumulative[below]));
    }

    /// <summary>The value at a percentile, 0 to 100: the inverse of <see cref="PercentileOf"/>, the lowest value where several share one.</summary>
    public double ValueAt(double percentile)
    {
        double share = Math.Clamp(percentile, 0, 100) / 100;
        if (share <= Cumulative[0]) return Values[0];
        int below = 0, above = Values.Count - 1;
        while (above - below > 1)
        {
            int middle = (below + above) / 2;
            if (Cumulative[middle] < share) below = middle;
            else above = middle;
        }
        double along = (share - Cumulative[below]) / (Cumulative[above] - Cumulative[below]);
        return along >= 1 ? Values[above] : Values[below] + along * (Values[above] - Values[below]);
    }
}
