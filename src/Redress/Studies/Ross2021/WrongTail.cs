using Redress.Guarantees;
using Redress.Models;

namespace Redress.Studies.Ross2021;

/// <summary>
/// The guarantee's θ as the paper's public code has it: the binomial tail is compared with 1 - α where α belongs, so that the certificate fails with
/// probability 1 - α. For comparison with the paper, never for use.
/// </summary>
internal static class WrongTail
{
    private const int Steps = 10;

    /// <summary>The best F1 on the calibration rows of ten equal steps of probability from 0 to the bound, the lowest of several.</summary>
    internal static double Threshold(Scored calibration, double epsilon, double alpha)
    {
        int allowed = BinomialTail.LargestAllowedFailures(calibration.Present.Length, epsilon, 1 - alpha);
        double top = Scores.Probability(ScoreKind.Logit, Pare.Bound(calibration.Highest, allowed));
        return Enumerable.Range(0, Steps + 1).Select(k => Scores.FromProbability(ScoreKind.Logit, top * k / Steps)).MaxBy(t => calibration.Counts(t).F1);
    }
}
