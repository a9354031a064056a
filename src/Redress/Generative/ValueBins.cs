using Redress.Data;

namespace Redress.Generative;

/// <summary>How a number's values are cut into bins.</summary>
public enum Binning
{
    /// <summary>Bins of about equally many training values; a value that alone is as frequent as a bin has one to itself.</summary>
    Quantile,

    /// <summary>Bins of one width from the lowest training value to the highest.</summary>
    EqualWidth,
}

/// <summary>
/// The bins of one feature, whose kernels make up its density (Garg, Nagalapatti and Sarawagi 2025, section 4.2): means μ_k and widths w_k. A named value is a bin of its own.
/// </summary>
internal sealed class ValueBins
{
    private const double LeastWeight = 1e-6;   // of a label beside the largest

    private readonly double[] edges;   // between bin k and k + 1

    /// <param name="means">μ_k, strictly ascending, raw.</param>
    /// <param name="widths">w_k, more than 0, raw.</param>
    /// <param name="isNamed">True where a value is a name, and next to no other.</param>
    internal ValueBins(double[] means, double[] widths, bool isNamed)
    {
        (Means, Widths, LogWidths, IsNamed) = (means, widths, [.. widths.Select(w => Math.Log(w))], isNamed);
        edges = [.. Enumerable.Range(0, Math.Max(0, means.Length - 1)).Select(k => (means[k] * widths[k + 1] + means[k + 1] * widths[k]) / (widths[k] + widths[k + 1]))];
    }

    /// <summary>μ_k, strictly ascending, in raw units.</summary>
    internal double[] Means { get; }

    /// <summary>w_k in raw units.</summary>
    internal double[] Widths { get; }

    /// <summary>ln w_k.</summary>
    internal double[] LogWidths { get; }

    /// <summary>True where a value is a name, and next to no other.</summary>
    internal bool IsNamed { get; }

    /// <summary>n_j.</summary>
    internal int Count => Means.Length;

    /// <summary>Bins for one feature.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="values">Its values among the rows of D_h⁺; one or more.</param>
    /// <param name="bins">n_j at most.</param>
    /// <param name="binning">How numbers are cut.</param>
    internal static ValueBins Of(Feature feature, double[] values, int bins, Binning binning)
    {
        if (feature.IsNamed) return new([.. Enumerable.Range(0, feature.Values.Count).Select(k => (double)k)], [.. feature.Values.Select(_ => 1.0)], isNamed: true);
        double[] sorted = [.. values.Order()];
        var runs = RunsOf(sorted);
        if (runs.Count <= bins) return Between(sorted, [.. runs.Select(r => (r.Start, r.Start + r.Count))]);
        return binning == Binning.EqualWidth ? EqualWidth(sorted[0], sorted[^1], bins) : Between(sorted, Quantiles(sorted.Length, runs, bins));
    }

    /// <summary>Distinct values of a feature among some rows.</summary>
    internal static int Distinct(double[] values) => RunsOf([.. values.Order()]).Count;

    /// <summary>The bin that a value lies in: that of the nearest edge beyond it.</summary>
    internal int BinOf(double value)
    {
        if (IsNamed) return (int)value;
        int at = Array.BinarySearch(edges, value);
        return at < 0 ? ~at : at;
    }

    /// <summary>True where a value lies in bin k: not beyond its edges, nor farther than its width beyond the outermost mean.</summary>
    internal bool Holds(int k, double value) => IsNamed ? (int)value == k : BinOf(value) == k && Math.Abs(value - Means[k]) <= Widths[k];

    /// <summary>
    /// The soft labels of eq. 8: K((x - μ_k) / w_k) / Σ_l K((x - μ_l) / w_l), the sum over this feature's own bins (the printed one names others).
    /// </summary>
    /// <remarks>
    /// Where bins are of different widths, the smaller of bin k's and of the one that x lies in counts: else a frequent value with a narrow bin would give
    /// most of its label to a wide neighbour. With equal widths it is eq. 8.
    /// </remarks>
    /// <param name="value">x, raw.</param>
    /// <param name="bandwidth">What widths are multiplied by; 0 for the bin of x alone.</param>
    /// <param name="labels"><see cref="Count"/> values, all written.</param>
    internal void SoftLabels(double value, double bandwidth, Span<float> labels)
    {
        labels.Clear();
        int own = BinOf(value);
        labels[own] = 1;
        if (IsNamed || bandwidth == 0) return;
        Span<double> kernels = Count <= 256 ? stackalloc double[Count] : new double[Count];
        double sum = 0;
        for (int k = 0; k < Count; k++)
        {
            double u = (value - Means[k]) / (bandwidth * Math.Min(Widths[k], Widths[own]));
            // Where x is so far from all means that every kernel is 0, its own bin has the label.
            kernels[k] = Math.Exp(-0.5 * u * u) is var kernel && kernel < LeastWeight ? (k == own ? LeastWeight : 0) : kernel;
            sum += kernels[k];
        }
        for (int k = 0; k < Count; k++) labels[k] = (float)(kernels[k] / sum);
    }

    /// <summary>Runs of equal values in ascending ones.</summary>
    private static List<(int Start, int Count)> RunsOf(double[] sorted)
    {
        var runs = new List<(int Start, int Count)>();
        for (int start = 0, i = 1; i <= sorted.Length; i++)
        {
            if (i < sorted.Length && sorted[i] == sorted[start]) continue;
            runs.Add((start, i - start));
            start = i;
        }
        return runs;
    }

    /// <summary>Cuts runs into bins of about equal mass; a run that is as large as a bin stands alone.</summary>
    private static (int Start, int End)[] Quantiles(int count, List<(int Start, int Count)> runs, int bins)
    {
        var cut = new List<(int Start, int End)>();
        int start = 0, end = 0, left = count;
        foreach (var run in runs)
        {
            double share = (double)left / (bins - cut.Count);
            if (end > start && (run.Count >= share || end - start + run.Count / 2.0 > share) && cut.Count < bins - 1)
            {
                cut.Add((start, end));
                left -= end - start;
                start = end;
            }
            end = run.Start + run.Count;
        }
        cut.Add((start, end));
        return [.. cut];
    }

    /// <summary>Bins of ascending values: the middle value of each is its mean, so that what is whole stays whole, and its width reaches half-way to the neighbours' values.</summary>
    private static ValueBins Between(double[] sorted, (int Start, int End)[] bins)
    {
        double[] means = [.. bins.Select(b => sorted[(b.Start + b.End - 1) / 2])];
        var widths = new double[means.Length];
        for (int k = 0; k < means.Length; k++)
        {
            double low = k == 0 ? sorted[0] : (sorted[bins[k - 1].End - 1] + sorted[bins[k].Start]) / 2;
            double high = k == means.Length - 1 ? sorted[^1] : (sorted[bins[k].End - 1] + sorted[bins[k + 1].Start]) / 2;
            widths[k] = high > low ? high - low : 1;
        }
        return new(means, widths, isNamed: false);
    }

    private static ValueBins EqualWidth(double lowest, double highest, int bins)
    {
        double width = (highest - lowest) / bins;
        return new([.. Enumerable.Range(0, bins).Select(k => lowest + (k + 0.5) * width)], [.. Enumerable.Repeat(width, bins)], isNamed: false);
    }
}
