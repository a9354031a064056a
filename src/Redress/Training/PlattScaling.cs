using Redress.Models;

namespace Redress.Training;

/// <summary>Platt's sigmoid (Platt 1999, section 2): P = 1 / (1 + exp(A p + B)) with the least weighted cross-entropy to smoothed targets.</summary>
/// <remarks>
/// The targets are (N₊ + 1) / (N₊ + 2) for favourable rows and 1 / (N₋ + 2) for others, with the weights of the rows as N₊ and N₋, as scikit-learn counts them.
/// The loss is convex in A and B; Newton's method with halved steps (Lin, Lin and Weng 2007) finds its one minimum where scikit-learn stops a quasi-Newton search close by.
/// </remarks>
internal static class PlattScaling
{
    private const int MostSteps = 100;
    private const double Ridge = 1e-12, SmallestStep = 1e-10, SufficientDecrease = 1e-4;

    /// <summary>Fits the sigmoid.</summary>
    /// <param name="p">A classifier's probability a row, or another score; finite.</param>
    /// <param name="y">True a row whose outcome is the favourable one.</param>
    /// <param name="weights">A weight a row, 0 or more.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    internal static SigmoidCalibrator Fit(double[] p, bool[] y, double[] weights)
    {
        if (p.Length != y.Length || p.Length != weights.Length)
            throw new ArgumentException(Invariant($"There are {p.Length} probabilities, {y.Length} outcomes and {weights.Length} weights; each row needs one of each."), nameof(y));
        double positives = 0, negatives = 0;
        for (int i = 0; i < y.Length; i++) (positives, negatives) = y[i] ? (positives + weights[i], negatives) : (positives, negatives + weights[i]);
        double[] t = [.. y.Select(favourable => favourable ? (positives + 1) / (positives + 2) : 1 / (negatives + 2))];
        double a = 0, b = Math.Log((negatives + 1) / (positives + 1)), loss = Loss(p, t, weights, a, b);
        for (int step = 0; step < MostSteps; step++)
        {
            var (ga, gb, haa, hab, hbb) = Derivatives(p, t, weights, a, b);
            if (Math.Max(Math.Abs(ga), Math.Abs(gb)) < 1e-9 * (positives + negatives)) break;
            double determinant = haa * hbb - hab * hab, da = -(hbb * ga - hab * gb) / determinant, db = -(haa * gb - hab * ga) / determinant, slope = ga * da + gb * db;
            double size = 1;
            for (; size >= SmallestStep; size /= 2)
            {
                double next = Loss(p, t, weights, a + size * da, b + size * db);
                if (!(next <= loss + SufficientDecrease * size * slope)) continue;
                (a, b, loss) = (a + size * da, b + size * db, next);
                break;
            }
            if (size < SmallestStep) break;
        }
        return new(a, b);
    }

    /// <summary>Σ w (t z + log(1 + e⁻ᶻ)) with z = A p + B, written so that nothing overflows.</summary>
    private static double Loss(double[] p, double[] t, double[] weights, double a, double b)
    {
        double loss = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double z = a * p[i] + b;
            loss += weights[i] * (z >= 0 ? t[i] * z + Math.Log(1 + Math.Exp(-z)) : (t[i] - 1) * z + Math.Log(1 + Math.Exp(z)));
        }
        return loss;
    }

    /// <summary>Gradient and Hessian of the loss; the ridge keeps the Hessian invertible where all p are equal.</summary>
    private static (double Ga, double Gb, double Haa, double Hab, double Hbb) Derivatives(double[] p, double[] t, double[] weights, double a, double b)
    {
        double ga = 0, gb = 0, haa = Ridge, hab = 0, hbb = Ridge;
        for (int i = 0; i < p.Length; i++)
        {
            double favourable = 1 / (1 + Math.Exp(a * p[i] + b)), error = weights[i] * (t[i] - favourable), curve = weights[i] * favourable * (1 - favourable);
            (ga, gb) = (ga + error * p[i], gb + error);
            (haa, hab, hbb) = (haa + curve * p[i] * p[i], hab + curve * p[i], hbb + curve);
        }
        return (ga, gb, haa, hab, hbb);
    }
}
