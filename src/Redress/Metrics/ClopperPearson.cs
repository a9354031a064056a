using MathNet.Numerics;
using static System.FormattableString;

namespace Redress.Metrics;

/// <summary>
/// Exact confidence limits for a proportion (Clopper and Pearson, "The use of confidence or fiducial limits illustrated in
/// the case of the binomial", Biometrika 26, 1934): they cover the true rate at least as often as they say, at any sample size.
/// </summary>
internal static class ClopperPearson
{
    /// <summary>Two-sided limits: lower = B⁻¹(α/2; s, n − s + 1), upper = B⁻¹(1 − α/2; s + 1, n − s), with α = 1 − confidence
    /// and B⁻¹ the beta quantile; 0 and 1 where s is 0 or n.</summary>
    /// <param name="successes">Successes (s), in [0, trials].</param>
    /// <param name="trials">Trials (n); 1 or more.</param>
    /// <param name="confidence">Coverage, in (0, 1).</param>
    /// <returns>Limits in [0, 1], lower ≤ successes / trials ≤ upper for a confidence of one half or more.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static (double Lower, double Upper) Interval(int successes, int trials, double confidence)
    {
        Check(successes, trials, confidence);
        var tail = (1 - confidence) / 2;

        // The upper limit of s successes is 1 minus the lower limit of n − s: both then come from the small tail.
        return (Quantile(tail, successes, trials - successes + 1), 1 - Quantile(tail, trials - successes, successes + 1));
    }

    /// <summary>One-sided limit: the true rate is at least this, with the given confidence: B⁻¹(1 − confidence; s, n − s + 1).</summary>
    /// <param name="successes">Successes (s), in [0, trials].</param>
    /// <param name="trials">Trials (n); 1 or more.</param>
    /// <param name="confidence">Coverage, in (0, 1).</param>
    /// <returns>A rate in [0, 1); 0 where s is 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static double LowerBound(int successes, int trials, double confidence)
    {
        Check(successes, trials, confidence);
        return Quantile(1 - confidence, successes, trials - successes + 1);
    }

    /// <summary>The x with I_x(a, b) = p, by bisection down to neighbouring doubles: monotone, so it cannot go astray.</summary>
    private static double Quantile(double p, int a, int b)
    {
        if (a == 0) return 0;
        var (low, high) = (0.0, 1.0);
        while (true)
        {
            var middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) return middle;
            if (SpecialFunctions.BetaRegularized(a, b, middle) < p) low = middle;
            else high = middle;
        }
    }

    private static void Check(int successes, int trials, double confidence)
    {
        if (trials < 1) throw new ArgumentOutOfRangeException(nameof(trials), trials, Invariant($"trials is {trials}; must be at least 1."));
        if (successes < 0 || successes > trials)
            throw new ArgumentOutOfRangeException(nameof(successes), successes, Invariant($"successes is {successes}; must be in [0, {trials}], the number of trials."));
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, Invariant($"confidence is {confidence}; must be more than 0 and less than 1."));
    }
}
