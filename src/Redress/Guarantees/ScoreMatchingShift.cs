using System.Numerics.Tensors;

namespace Redress.Guarantees;

/// <summary>
/// How far apart the actions lie that score matching, argmin (h(x + ζ) - s)² + λ ‖ζ‖₂², finds for one person under two locally linear models: definition 1
/// and theorem 1 of Krishna, Agarwal and Lakkaraju (2023) put right. docs/studies/krishna2023.md has the derivations and what the printed ones miss.
/// </summary>
/// <remarks>λ > 0 throughout; encoded units.</remarks>
internal static class ScoreMatchingShift
{
    /// <summary>Definition 1: ζ* = m w / (λ + ‖w‖²), m = s - h(x).</summary>
    internal static double[] Action(LocalModel model, double target, double lambda)
    {
        double m = target - model.Score, w2 = model.Norm * model.Norm;
        return [.. model.Weights.Select(w => m * w / (lambda + w2))];
    }

    /// <summary>‖ζ*‖₂ = |m| ‖w‖ / (λ + ‖w‖²): at a fixed λ most where ‖w‖ = √λ, and less again for a flatter model.</summary>
    internal static double Cost(LocalModel model, double target, double lambda) =>
        Math.Abs(target - model.Score) * model.Norm / (lambda + model.Norm * model.Norm);

    /// <summary>s - h(x + ζ*) = m λ / (λ + ‖w‖²): what the answer still lacks of the target score, the more the flatter the model.</summary>
    internal static double Shortfall(LocalModel model, double target, double lambda) =>
        (target - model.Score) * lambda / (lambda + model.Norm * model.Norm);

    /// <summary>
    /// Theorem 1: limits of ‖ζ*₁ - ζ*₂‖₂. Below by the difference of the costs; above by their sum, or by the difference of the models where that says more:
    /// |m₁ - m₂| ‖w₁‖ / (λ + ‖w₁‖²) + |m₂| ‖w₁ - w₂‖ / √((λ + ‖w₁‖²)(λ + ‖w₂‖²)).
    /// </summary>
    internal static Limits Bounds(LocalModel first, LocalModel second, double target, double lambda)
    {
        double c1 = Cost(first, target, lambda), c2 = Cost(second, target, lambda);
        double upper = Math.Min(c1 + c2, Math.Min(ByDifference(first, second, target, lambda), ByDifference(second, first, target, lambda)));
        return new(Math.Abs(c1 - c2), upper);
    }

    private static double ByDifference(LocalModel first, LocalModel second, double target, double lambda)
    {
        double m1 = target - first.Score, m2 = target - second.Score, a1 = lambda + first.Norm * first.Norm, a2 = lambda + second.Norm * second.Norm;
        double apart = TensorPrimitives.Distance<double>(first.Weights, second.Weights);
        return Math.Abs(m1 - m2) * first.Norm / a1 + Math.Abs(m2) * apart / Math.Sqrt(a1 * a2);
    }
}
