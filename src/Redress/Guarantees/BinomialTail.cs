using MathNet.Numerics;
using static System.FormattableString;

namespace Redress.Guarantees;

/// <summary>
/// Lower tails of the binomial distribution, exact far into the tail, and the counts that PARE and other
/// probably-approximately-correct guarantees are made of.
/// </summary>
/// <remarks>
/// P[Binomial(n, p) ≤ k] = Σ_{i ≤ k} C(n, i) pⁱ (1 − p)ⁿ⁻ⁱ = I_{1−p}(n − k, k + 1), the regularised incomplete beta function.
/// The counts follow section 3.3 of "Ensuring actionable recourse via adversarial training" (Ross, Lakkaraju, Bastani 2021)
/// through Park, Bastani, Matni and Lee, "PAC confidence sets for deep neural networks" (2020), theorem 1.
/// </remarks>
internal static class BinomialTail
{
    // Below this the incomplete beta has lost its digits to cancellation or underflow and the logarithm is summed instead.
    private const double FarTail = 1e-250;

    /// <summary>P[Binomial(n, p) ≤ k].</summary>
    /// <param name="k">Successes; 0 for any k below 0, 1 for any k from n on.</param>
    /// <param name="n">Trials; 0 or more.</param>
    /// <param name="p">Probability of a success, in [0, 1].</param>
    /// <returns>A probability; 0 where it is below the smallest double.</returns>
    /// <exception cref="ArgumentOutOfRangeException">n or p is out of range.</exception>
    public static double Cumulative(int k, int n, double p)
    {
        Check(n, p);
        if (k < 0) return 0;
        if (k >= n || p == 0) return 1;
        if (p == 1) return 0;
        if (k == 0) return Math.Pow(1 - p, n);

        // Of I and its complement the smaller one keeps all its digits, and a tiny p is not lost in 1 − p.
        return k + 1 > (n + 1) * p ? 1 - SpecialFunctions.BetaRegularized(k + 1, n - k, p) : SpecialFunctions.BetaRegularized(n - k, k + 1, 1 - p);
    }

    /// <summary>ln P[Binomial(n, p) ≤ k], which stays finite where the probability itself is below the smallest double.</summary>
    /// <param name="k">Successes; −∞ for any k below 0, 0 for any k from n on.</param>
    /// <param name="n">Trials; 0 or more.</param>
    /// <param name="p">Probability of a success, in [0, 1].</param>
    /// <returns>A number that is 0 or less.</returns>
    /// <exception cref="ArgumentOutOfRangeException">n or p is out of range.</exception>
    public static double LogCumulative(int k, int n, double p)
    {
        var tail = Cumulative(k, n, p);
        if (tail > FarTail || k < 0 || p == 1) return Math.Log(tail);

        // The largest term is the last one here (k is far below n p), so terms are added downwards from it:
        // t_{i−1} / t_i = i (1 − p) / ((n − i + 1) p) < 1.
        var (sum, term) = (1.0, 1.0);
        for (var i = k; i > 0 && term > 1e-17 * sum; i--)
        {
            term *= i * (1 - p) / ((n - i + 1) * p);
            sum += term;
        }

        return SpecialFunctions.BinomialLn(n, k) + k * Math.Log(p) + (n - k) * Log1p(-p) + Math.Log(sum);
    }

    /// <summary>The largest k with P[Binomial(n, ε) ≤ k] ≤ α: of n calibration rows so many may fail while
    /// "at most a fraction ε fails" still holds with confidence 1 − α.</summary>
    /// <param name="n">Calibration rows; 0 or more.</param>
    /// <param name="epsilon">Failure rate to certify (ε), in (0, 1).</param>
    /// <param name="alpha">Probability that the certificate is wrong (α), in (0, 1).</param>
    /// <returns>A count in [0, n), or −1 when n rows are too few for any certificate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static int LargestAllowedFailures(int n, double epsilon, double alpha)
    {
        CheckOpen(epsilon, nameof(epsilon));
        CheckOpen(alpha, nameof(alpha));
        Check(n, epsilon);

        // The tail grows with k: P ≤ α at `holds`, P > α at `fails`.
        var (holds, fails) = (-1, n);
        while (fails - holds > 1)
        {
            var k = holds + (fails - holds) / 2;
            if (Cumulative(k, n, epsilon) <= alpha) holds = k;
            else fails = k;
        }

        return holds;
    }

    /// <summary>The smallest n at which <see cref="LargestAllowedFailures"/> is 0 or more: (1 − ε)ⁿ ≤ α.</summary>
    /// <param name="epsilon">Failure rate to certify (ε), in (0, 1).</param>
    /// <param name="alpha">Probability that the certificate is wrong (α), in (0, 1).</param>
    /// <returns>Rows needed, 1 or more: 59 at ε = α = 0.05.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range, or more rows are needed than an int counts.</exception>
    public static int RowsNeeded(double epsilon, double alpha)
    {
        CheckOpen(epsilon, nameof(epsilon));
        CheckOpen(alpha, nameof(alpha));
        var rows = Math.Ceiling(Math.Log(alpha) / Log1p(-epsilon));
        if (rows > int.MaxValue - 1)
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, Invariant($"epsilon is {epsilon}; at alpha {alpha} it needs {rows} rows, more than {int.MaxValue - 1}."));

        // The quotient of logarithms may be off by one where (1 − ε)ⁿ is α but for rounding.
        var n = Math.Max(1, (int)rows);
        while (n > 1 && LargestAllowedFailures(n - 1, epsilon, alpha) >= 0) n--;
        while (LargestAllowedFailures(n, epsilon, alpha) < 0) n++;
        return n;
    }

    private static double Log1p(double x) => SpecialFunctions.Log1p(x);

    private static void Check(int n, double p)
    {
        if (n < 0) throw new ArgumentOutOfRangeException(nameof(n), n, Invariant($"n is {n}; must be at least 0."));
        if (!(p >= 0 && p <= 1)) throw new ArgumentOutOfRangeException(nameof(p), p, Invariant($"p is {p}; must be in [0, 1]."));
    }

    private static void CheckOpen(double value, string name)
    {
        if (!(value > 0 && value < 1)) throw new ArgumentOutOfRangeException(name, value, Invariant($"{name} is {value}; must be more than 0 and less than 1."));
    }
}
