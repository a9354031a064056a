namespace Redress.Guarantees;

/// <summary>What two trainings of a logistic regression share that differ in the attack alone: start, batches and steps, of plain gradient descent.</summary>
/// <param name="Learning">Σ ηₜ, the learning rates of all steps added up: n η where η is fixed and there are n steps, one a batch and not one an epoch.</param>
/// <param name="MeanNorm">The mean of ‖x‖₂ over the training rows, 1 for the intercept included; the largest where batches are of unequal size.</param>
/// <param name="Epsilon">ε: no attack moves a row further than this by its norm.</param>
/// <param name="Stretch">How long a row of norm 1 can be by L2: √d for L∞, 1 for L2.</param>
internal sealed record TrainingPair(double Learning, double MeanNorm, double Epsilon, double Stretch);

/// <summary>How far adversarial training can take the weights of a logistic regression from those of plain training: lemma 1 of Krishna, Agarwal and Lakkaraju (2023) put right.</summary>
internal static class TrainingShift
{
    /// <summary>Lemma 1: ‖w_NR - w_R‖₂ ≤ Σ ηₜ (mean ‖x‖₂ + ε κ), whatever the attack finds inside its ball and whatever the labels.</summary>
    internal static double Bound(TrainingPair pair) => pair.Learning * (pair.MeanNorm + pair.Epsilon * pair.Stretch);

    /// <summary>
    /// The same for steps short enough not to move two models apart, ηₜ ≤ 8 / max ‖x‖²: ‖w_NR - w_R‖₂ ≤ Σ ηₜ (min(1, ε W / 4) mean ‖x‖₂ + ε κ), which goes to 0
    /// with ε.
    /// </summary>
    /// <param name="pair">The trainings.</param>
    /// <param name="largestWeights">W: the dual norm of the adversarially trained weights, ‖w‖₁ for L∞, never exceeds it during the training.</param>
    internal static double Bound(TrainingPair pair, double largestWeights) =>
        pair.Learning * (Math.Min(1, pair.Epsilon * largestWeights / 4) * pair.MeanNorm + pair.Epsilon * pair.Stretch);
}
