namespace Redress.Guarantees;

/// <summary>An answer found in a latent space around one person.</summary>
/// <param name="Radius">‖z' - z‖₂ between the answer's code and the person's.</param>
/// <param name="Cost">‖x' - x‖₂ between the answer and the person, encoded.</param>
internal readonly record struct LatentAnswer(double Radius, double Cost);

/// <summary>
/// How far apart the answers lie that a search in one latent space finds for one person under two models, x' = G(z'): theorem 2 of Krishna, Agarwal and
/// Lakkaraju (2023) put right.
/// </summary>
internal static class LatentShift
{
    /// <summary>
    /// Theorem 2: limits of ‖x'₁ - x'₂‖₂: above by L (r₁ + r₂); below by the difference of the costs, and by ℓ |r₁ - r₂| where ‖G(a) - G(b)‖ ≥ ℓ ‖a - b‖.
    /// </summary>
    /// <param name="first">The answer under one model.</param>
    /// <param name="second">The answer under the other.</param>
    /// <param name="lipschitz">L: ‖G(a) - G(b)‖ ≤ L ‖a - b‖.</param>
    /// <param name="least">ℓ; 0 for every decoder that maps two codes to one row, such as most of those with ReLU.</param>
    internal static Limits Bounds(LatentAnswer first, LatentAnswer second, double lipschitz, double least = 0) =>
        new(Math.Max(least * Math.Abs(first.Radius - second.Radius), Math.Abs(first.Cost - second.Cost)), lipschitz * (first.Radius + second.Radius));
}
