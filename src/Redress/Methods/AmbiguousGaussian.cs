namespace Redress.Methods;

/// <summary>
/// The most, or the least, that Gaussians within ε of N(x̂, σ² I) in p dimensions say of a point at distance c of x̂: log-densities without -p/2 log 2π, and their slopes by c.
/// A Gaussian is within ε where its mean lies a from x̂ and its deviations are σ plus e along the way to the point and σ plus f across it, a² + e² + (p - 1) f² ≤ ε²
/// (Gelbrich distance; Nguyen et al. 2022, theorem 1), all at least 0:
///
///     most:   max of -log(σ + e) - (c - a)² / (2 (σ + e)²) - (p - 1) log σ
///     least:  min of -log(σ + e) - (c + a)² / (2 (σ + e)²) - (p - 1) log(σ + f)
///
/// </summary>
/// <remarks>
/// Both depend on c alone, so they are solved once for each knot of a grid of c, exactly, and read between knots by the cubic with the knots' values and slopes. Where ε = 0
/// that is the density itself. Thread-safe: who finds a knot unsolved solves it, to the same numbers.
/// </remarks>
internal sealed class AmbiguousGaussian
{
    private const int Knots = 4096, KnotsASigma = 64, Halvings = 52, Places = 32, Narrowings = 44;
    private static readonly double Golden = (Math.Sqrt(5) - 1) / 2;
    private readonly double sigma, epsilon, between;
    private readonly int dimensions;
    private readonly bool most;
    private readonly double[] values = new double[Knots], slopes = new double[Knots];

    /// <param name="sigma">σ, more than 0.</param>
    /// <param name="epsilon">ε, 0 or more.</param>
    /// <param name="dimensions">p, 1 or more.</param>
    /// <param name="most">True for the most, false for the least.</param>
    internal AmbiguousGaussian(double sigma, double epsilon, int dimensions, bool most)
    {
        (this.sigma, this.epsilon, this.dimensions, this.most) = (sigma, epsilon, dimensions, most);
        between = sigma / KnotsASigma;
        Array.Fill(values, double.NaN);
        Array.Fill(slopes, double.NaN);
    }

    /// <summary>The log-density of a point at distance c, and its slope.</summary>
    internal (double Value, double Slope) At(double c)
    {
        double place = c / between;
        if (!(place < Knots - 1)) return Solve(c);
        int k = (int)place;
        var (from, fromSlope) = Knot(k);
        var (to, toSlope) = Knot(k + 1);
        double t = place - k, s = 1 - t;
        double value = s * s * ((1 + 2 * t) * from + t * between * fromSlope) + t * t * ((1 + 2 * s) * to - s * between * toSlope);
        double slope = 6 * t * s * (to - from) / between + s * (1 - 3 * t) * fromSlope + t * (3 * t - 2) * toSlope;
        return (value, slope);
    }

    private (double Value, double Slope) Knot(int k)
    {
        double value = Volatile.Read(ref values[k]), slope = Volatile.Read(ref slopes[k]);
        if (!double.IsNaN(value) && !double.IsNaN(slope)) return (value, slope);
        (value, slope) = Solve(k * between);
        Volatile.Write(ref values[k], value);
        Volatile.Write(ref slopes[k], slope);
        return (value, slope);
    }

    /// <summary>The same without a grid.</summary>
    internal (double Value, double Slope) Solve(double c)
    {
        var (a, e, f) = Extreme(c);
        double d = sigma + e, r = most ? c - a : c + a;
        return (-Math.Log(d) - r * r / (2 * d * d) - (dimensions - 1) * Math.Log(sigma + f), -r / (d * d));
    }

    /// <summary>The extreme Gaussian: how far its mean lies from x̂, and how much wider it is along and across.</summary>
    internal (double Shift, double Along, double Across) Extreme(double c) => most ? Most(c) : Least(c);

    /// <summary>Inside ε the mean comes to the point. Else all of ε is spent, and a : e = r : (r² - 1) with r = (c - a)/(σ + e): one share of ε² for a, by halving.</summary>
    private (double, double, double) Most(double c)
    {
        if (c <= epsilon) return (c, 0, 0);
        var (low, high) = (0.0, 1.0);
        for (int k = 0; k < Halvings; k++)
        {
            double share = (low + high) / 2, a = epsilon * Math.Sqrt(share), e = epsilon * Math.Sqrt(1 - share), r = (c - a) / (sigma + e);
            if ((r * r - 1) * a > r * e) high = share;
            else low = share;
        }
        return (epsilon * Math.Sqrt(high), epsilon * Math.Sqrt(1 - high), 0);
    }

    /// <summary>For each e the rest of ε has one best use (<see cref="Rest"/>); the best e by golden section around the best of a few places, as there can be two.</summary>
    private (double, double, double) Least(double c)
    {
        if (epsilon == 0) return (0, 0, 0);
        int best = 0;
        double lowest = double.PositiveInfinity;
        for (int k = 0; k <= Places; k++)
            if (Loss(c, epsilon * k / Places) is var loss && loss < lowest) (best, lowest) = (k, loss);
        var (low, high) = (epsilon * Math.Max(0, best - 1) / Places, epsilon * Math.Min(Places, best + 1) / Places);
        for (int k = 0; k < Narrowings; k++)
        {
            double left = high - Golden * (high - low), right = low + Golden * (high - low);
            if (Loss(c, left) <= Loss(c, right)) high = right;
            else low = left;
        }
        double e = (low + high) / 2;
        if (Loss(c, epsilon * best / Places) <= Loss(c, e)) e = epsilon * best / Places;
        var (a, f) = Rest(c, e);
        return (a, e, f);
    }

    private double Loss(double c, double e)
    {
        var (a, f) = Rest(c, e);
        double d = sigma + e;
        return -Math.Log(d) - (c + a) * (c + a) / (2 * d * d) - (dimensions - 1) * Math.Log(sigma + f);
    }

    /// <summary>a and f that spend R² = ε² - e² best, where (c + a) f (σ + f) = (σ + e)² a. The quotient of its sides falls with a's share of R²: one root, by halving.</summary>
    private (double A, double F) Rest(double c, double e)
    {
        double radius = Math.Sqrt(Math.Max(0, epsilon * epsilon - e * e)), d = sigma + e;
        if (dimensions == 1) return (radius, 0);
        double across = radius / Math.Sqrt(dimensions - 1.0);
        var (low, high) = (0.0, 1.0);
        for (int k = 0; k < Halvings; k++)
        {
            double share = (low + high) / 2, a = radius * Math.Sqrt(share), f = across * Math.Sqrt(1 - share);
            if ((c + a) * f * (sigma + f) < d * d * a) high = share;
            else low = share;
        }
        return (radius * Math.Sqrt(low), across * Math.Sqrt(1 - low));
    }
}
