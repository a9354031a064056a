namespace Redress.Reports.Charts;

/// <summary>
/// The density of numbers by a Gaussian kernel of Silverman's width, 0.9 min(s, IQR / 1.34) n^(-1/5), between the least and the largest of them: what is
/// drawn never goes where no number is. Numbers are first put into fine bins, so that a hundred thousand cost as much as a thousand.
/// </summary>
internal static class Density
{
    private const int Bins = 512, Points = 81;

    /// <summary>Fewer numbers than these have no shape worth drawing.</summary>
    internal const int Least = 5;

    /// <summary>The density at evenly spaced places from the least number to the largest; empty where there are few numbers or all are the same.</summary>
    /// <param name="sorted">Finite numbers, ascending.</param>
    internal static IReadOnlyList<(double X, double Density)> Of(double[] sorted)
    {
        if (sorted.Length < Least || !(sorted[^1] > sorted[0])) return [];
        double low = sorted[0], range = sorted[^1] - low, step = range / (Bins - 1), width = Width(sorted, range);
        double[] bins = new double[Bins];
        foreach (double v in sorted)
        {
            // A number between two bins counts for both, the nearer more.
            double at = (v - low) / step;
            int bin = Math.Min((int)at, Bins - 2);
            bins[bin] += 1 - (at - bin);
            bins[bin + 1] += at - bin;
        }
        return [.. Enumerable.Range(0, Points).Select(p => low + range * p / (Points - 1)).Select(x => (x, At(x, bins, low, step, width) / sorted.Length))];
    }

    /// <summary>A quantile between the numbers beside it.</summary>
    /// <param name="sorted">Numbers, ascending; at least one.</param>
    /// <param name="share">0 to 1.</param>
    internal static double Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    private static double Width(double[] sorted, double range)
    {
        double mean = sorted.Average(), deviation = Math.Sqrt(sorted.Sum(v => (v - mean) * (v - mean)) / (sorted.Length - 1));
        double spread = (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / 1.34;
        double width = 0.9 * (spread > 0 ? Math.Min(deviation, spread) : deviation) * Math.Pow(sorted.Length, -0.2);
        // Narrower than the places it is drawn at, a kernel would miss them.
        return Math.Max(width, range / (Points - 1));
    }

    private static double At(double x, double[] bins, double low, double step, double width)
    {
        double sum = 0;
        for (int b = 0; b < bins.Length; b++)
        {
            double z = (x - low - b * step) / width;
            sum += bins[b] * Math.Exp(-z * z / 2);
        }
        return sum / (width * Math.Sqrt(2 * Math.PI));
    }
}
