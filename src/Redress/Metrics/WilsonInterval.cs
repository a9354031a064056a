namespace Redress.Metrics;

/// <summary>Wilson's 95 % interval of a share (1927): it stays within 0 and 1, and has a width where all or none are counted.</summary>
internal static class WilsonInterval
{
    private const double Z = 1.959963984540054; // 97.5 % quantile of the standard normal

    /// <summary>The interval of <paramref name="part"/> out of <paramref name="whole"/>, which is 1 or more.</summary>
    internal static (double Lower, double Upper) Of(int part, int whole)
    {
        double p = (double)part / whole, n = whole;
        double centre = p + Z * Z / (2 * n), half = Z * Math.Sqrt(p * (1 - p) / n + Z * Z / (4.0 * n * n)), scale = 1 + Z * Z / n;
        return ((centre - half) / scale, (centre + half) / scale);
    }

    /// <summary>A share with its interval.</summary>
    internal static MetricValue Share(int part, int whole, string? of = null)
    {
        var (lower, upper) = Of(part, whole);
        return new((double)part / whole, whole, of, lower, upper);
    }
}
