using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Guarantees;

/// <summary>How θ is chosen at or below a certificate's bound.</summary>
public enum ThresholdChoice
{
    /// <summary>The present θ where it is at most the bound, else the bound.</summary>
    Present,

    /// <summary>The best F1 on the calibration rows of ten equal steps of probability up to the bound, as Ross, Lakkaraju and Bastani (2021), section 4.2, do.</summary>
    MaxF1,
}

/// <summary>
/// PARE, "probably approximately has recourse" (Ross, Lakkaraju and Bastani 2021, section 3.3): chooses θ so that, with confidence 1 - α over the
/// calibration rows, P[g(x + A(x)) ≥ θ] ≥ 1 - ε for new people.
/// </summary>
/// <remarks>
/// A(x) is the finder's highest-score action, rounded, or none; it never looks at θ, without which the proof would be circular. Each calibration
/// row fails at θ where its best score is below θ. For a fixed θ the failures of n rows are Binomial(n, q); the bound is the largest θ with at most k
/// failures, where P[Binomial(n, ε) ≤ k] ≤ α, by the exact tail (the published code compares with 1 - α, the wrong tail). Scores stay logits, which
/// neither saturate nor tie as probabilities do.
/// </remarks>
public static class Pare
{
    /// <summary>Computes a certificate.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="finder">The prepared method whose recourse people will get.</param>
    /// <param name="calibration">Rows like the people to come, none of them seen in training or validation.</param>
    /// <param name="epsilon">ε, more than 0 and less than 1.</param>
    /// <param name="alpha">α, more than 0 and less than 1.</param>
    /// <param name="choice">How θ is chosen below the bound.</param>
    /// <param name="rng">The root of the method's streams; recourse must use one of the same seed.</param>
    /// <param name="actions">What people may change; null for what the model's schema says.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told how many rows are done.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <exception cref="OptionsException">ε or α is out of range.</exception>
    /// <exception cref="DataException">There are too few rows (the message says how many are needed), or rows were seen in training.</exception>
    public static Certificate Certify(
        ICertifiableModel model, IRecourseFinder finder, Table calibration, double epsilon, double alpha, Rng rng, ThresholdChoice choice = ThresholdChoice.Present,
        ActionSet? actions = null, Execution? execution = null, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        int allowed = AllowedFailures(calibration.Rows, epsilon, alpha);
        RefuseUnusable(model, calibration, choice);
        actions ??= new ActionSet(model.Schema, model.Statistics);
        double[] best = finder.HighestScores(new RecourseRequest(calibration, actions, Execution: execution), rng, progress, cancel);
        if (best.Count(double.IsNaN) is > 0 and int unjudged) throw new DataException(Invariant($"{unjudged} of {calibration.Rows} calibration rows hold values that the model cannot judge."));
        double bound = Bound(best, allowed);
        double threshold = choice == ThresholdChoice.Present ? Math.Min(model.Threshold, bound) : BestF1(model, calibration, bound, execution ?? new(), cancel);
        return new(model.Fingerprint, finder.Info.Slug, finder.Options, actions.Fingerprint, actions.Json, Rounding.Version, rng.Seed,
            epsilon, alpha, calibration.Rows, allowed, bound, threshold);
    }

    /// <summary>The largest θ at which at most <paramref name="allowed"/> of the scores lie below θ: the score of rank allowed + 1 from below.</summary>
    internal static double Bound(ReadOnlySpan<double> best, int allowed)
    {
        double[] sorted = best.ToArray();
        Array.Sort(sorted);
        return sorted[allowed];
    }

    /// <summary>Says why a certificate does not cover a run of recourse, or null where it does.</summary>
    public static string? WhyNotCovered(Certificate certificate, RecourseRun run, bool budgeted)
    {
        var reasons = new List<string>();
        if (certificate.Model != run.Model) reasons.Add("another model");
        if (certificate.Method != run.Method) reasons.Add($"another method ({certificate.Method}, not {run.Method})");
        else if (certificate.Options != run.Options) reasons.Add("other options");
        if (certificate.Actions != run.ActionsFingerprint) reasons.Add("another action set");
        if (certificate.Rounding != Rounding.Version) reasons.Add("another rule of rounding");
        if (certificate.Seed != run.Seed) reasons.Add(Invariant($"another seed ({certificate.Seed}, not {run.Seed})"));
        if (run.Threshold > certificate.Bound) reasons.Add("a threshold above its bound");
        if (run.Desired != Desired.Favourable.Text) reasons.Add("another desired outcome");
        if (budgeted) reasons.Add("a budget");
        return reasons.Count == 0 ? null : string.Join(", ", reasons);
    }

    /// <summary>Refuses an ε or α that is no probability between 0 and 1.</summary>
    /// <exception cref="OptionsException">At least one is out of range; the message lists both.</exception>
    public static void Refuse(double epsilon, double alpha)
    {
        var problems = new List<string>();
        if (!(epsilon is > 0 and < 1)) problems.Add(Invariant($"Epsilon is {epsilon}; must be more than 0 and less than 1."));
        if (!(alpha is > 0 and < 1)) problems.Add(Invariant($"Alpha is {alpha}; must be more than 0 and less than 1."));
        OptionsException.ThrowIfAny(problems);
    }

    private static int AllowedFailures(int rows, double epsilon, double alpha)
    {
        Refuse(epsilon, alpha);
        int allowed = BinomialTail.LargestAllowedFailures(rows, epsilon, alpha);
        if (allowed < 0)
            throw new DataException(Invariant($"There are {rows} calibration rows; epsilon {epsilon} and alpha {alpha} need at least {BinomialTail.RowsNeeded(epsilon, alpha)}."));
        return allowed;
    }

    private static void RefuseUnusable(ICertifiableModel model, Table calibration, ThresholdChoice choice)
    {
        if (calibration.Faults.Count > 0) throw new DataException(Invariant($"{calibration.Faults.Count} calibration rows could not be read: {calibration.Faults.Values.First()}"));
        int seen = Enumerable.Range(0, calibration.Rows).Count(r => model.Training.Keys.Saw(calibration.Key(r)));
        if (seen > 0)
            throw new DataException(Invariant($"{seen} of {calibration.Rows} calibration rows were seen in training or validation; a certificate over them would promise too much."));
        if (choice == ThresholdChoice.MaxF1 && calibration.Labels is null)
            throw new DataException($"Choosing the threshold by F1 needs the target column '{model.Schema.Target}' in the calibration rows.");
    }

    private static double BestF1(ICertifiableModel model, Table calibration, double bound, Execution execution, CancellationToken cancel)
    {
        const int steps = 10;
        double[] scores = Scores.Favourable(model, calibration, execution, cancel);
        bool[] labels = [.. calibration.Labels!];
        double top = Scores.Probability(model.ScoreKind, bound), best = bound, bestF1 = -1;
        for (int step = steps; step >= 1; step--)
        {
            double threshold = step == steps ? bound : Scores.FromProbability(model.ScoreKind, top * step / steps);
            double f1 = Confusion.At(scores, labels, threshold).F1;
            if (f1 > bestF1) (best, bestF1) = (threshold, f1);
        }
        return best;
    }
}
