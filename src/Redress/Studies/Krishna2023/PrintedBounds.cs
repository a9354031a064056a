using System.Numerics.Tensors;
using Redress.Guarantees;

namespace Redress.Studies.Krishna2023;

/// <summary>
/// Definition 1, theorems 1 to 3 and lemma 1 as the paper prints them, faults included, to be counted beside those put right in <c>Redress.Guarantees</c>.
/// Never for use.
/// </summary>
internal static class PrintedBounds
{
    /// <summary>Equation 5: ζ* = m λ / (λ + ‖w‖₂) w. λ stands above where 1 belongs, ‖w‖ where ‖w‖² does.</summary>
    internal static double[] Action(LocalModel model, double target, double lambda) =>
        [.. model.Weights.Select(w => (target - model.Score) * lambda / (lambda + model.Norm) * w)];

    /// <summary>Equation 6: λ |m_NR / ‖w_NR‖ - m_R / ‖w_R‖| ≤ ‖ζ*_NR - ζ*_R‖₂ ≤ λ ‖w_NR‖ / (λ + ‖w_NR‖) + λ ‖w_R‖ / (λ + ‖w_R‖).</summary>
    internal static Limits Theorem1(LocalModel plain, LocalModel robust, double target, double lambda) => new(
        lambda * Math.Abs((target - plain.Score) / plain.Norm - (target - robust.Score) / robust.Norm),
        lambda * plain.Norm / (lambda + plain.Norm) + lambda * robust.Norm / (lambda + robust.Norm));

    /// <summary>The same as appendix B.1 ends: with ‖w‖² below in the upper limit.</summary>
    internal static Limits Theorem1OfTheAppendix(LocalModel plain, LocalModel robust, double target, double lambda) =>
        Theorem1(plain, robust, target, lambda) with
        {
            Upper = lambda * plain.Norm / (lambda + plain.Norm * plain.Norm) + lambda * robust.Norm / (lambda + robust.Norm * robust.Norm),
        };

    /// <summary>Equation 8: L (r_R - r_NR) ≤ ‖ζ_R - ζ_NR‖ ≤ L (r_R + r_NR). The lower limit needs a constant of its own.</summary>
    internal static Limits Theorem2(double plainRadius, double robustRadius, double lipschitz) =>
        new(lipschitz * (robustRadius - plainRadius), lipschitz * (robustRadius + plainRadius));

    /// <summary>Equation 9: ‖w_NR - w_R‖₂ ≤ n η (y ‖x‖₂ + ε √d), for the one person asked about, whose label y is 1 or -1.</summary>
    /// <param name="epochs">n.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="label">y.</param>
    /// <param name="row">x.</param>
    /// <param name="epsilon">ε.</param>
    internal static double Lemma1(int epochs, double learningRate, int label, ReadOnlySpan<double> row, double epsilon) =>
        epochs * learningRate * (label * TensorPrimitives.Norm(row) + epsilon * Math.Sqrt(row.Length));

    /// <summary>Theorem 3's condition, |f_NR(x_R) - f_NR(x_NR)| ≤ (the bound of lemma 1) ‖x_R‖, under which it says that the plain model is the surer of its own recourse.</summary>
    /// <param name="plainOfRobust">f_NR(x_R), a logit.</param>
    /// <param name="plainOfPlain">f_NR(x_NR), a logit.</param>
    /// <param name="lemma">The bound of <see cref="Lemma1"/>.</param>
    /// <param name="robustRow">x_R.</param>
    internal static bool Theorem3(double plainOfRobust, double plainOfPlain, double lemma, ReadOnlySpan<double> robustRow) =>
        Math.Abs(plainOfRobust - plainOfPlain) <= lemma * TensorPrimitives.Norm(robustRow);
}
