using System.Numerics.Tensors;

namespace Redress.Guarantees;

/// <summary>
/// Which of two locally linear models is surer of its own recourse for one person: theorem 3 of Krishna, Agarwal and Lakkaraju (2023) put right. The sigmoid
/// rises, so Pr(f₁(x'₁) = 1) ≥ Pr(f₂(x'₂) = 1) if and only if h₁(x'₁) ≥ h₂(x'₂).
/// </summary>
internal static class ScoreOrder
{
    /// <summary>
    /// Limits of h₁(x + ζ₁) - h₂(x + ζ₂) that know of the second model only its score and how far its weights are: h₁(x + ζ₁) - h₁(x + ζ₂) + h₁(x) - h₂(x) ±
    /// ‖w₁ - w₂‖ ‖ζ₂‖. The first is the surer where the lower limit is 0 or more, the second where the upper one is negative; between them the order is open.
    /// </summary>
    /// <param name="first">One model near the person.</param>
    /// <param name="second">h₂(x), the other's score of the person.</param>
    /// <param name="firstAction">ζ₁.</param>
    /// <param name="secondAction">ζ₂.</param>
    /// <param name="apart">‖w₁ - w₂‖₂, or a bound of it such as <see cref="TrainingShift"/> gives.</param>
    internal static Limits Bounds(LocalModel first, double second, ReadOnlySpan<double> firstAction, ReadOnlySpan<double> secondAction, double apart)
    {
        double middle = first.After(firstAction) - first.After(secondAction) + first.Score - second, slack = apart * TensorPrimitives.Norm(secondAction);
        return new(middle - slack, middle + slack);
    }
}
