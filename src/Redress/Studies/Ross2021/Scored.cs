using Redress.Data;
using Redress.Metrics;
using Redress.Models;

namespace Redress.Studies.Ross2021;

/// <summary>People's scores as they are and after a method's highest-score action: all that rates at any θ need, since that action never looks at θ.</summary>
/// <param name="Labels">True where the outcome is favourable.</param>
/// <param name="Present">The score as they are.</param>
/// <param name="Highest">The highest score the method reaches, or doing nothing.</param>
internal sealed record Scored(bool[] Labels, double[] Present, double[] Highest)
{
    internal static Scored Of(RossModel model, IRecourseFinder finder, Table people, CancellationToken cancel) => new(
        [.. people.Labels!], Scores.Favourable(model.Model, people, cancel),
        finder.HighestScores(new RecourseRequest(people, Execution: RossModel.OneThread), model.Rng, cancel: cancel));

    internal ConfusionCounts Counts(double threshold) => Confusion.At(Present, Labels, threshold);

    /// <summary>Share of the rejected who reach θ; NaN where nobody is rejected.</summary>
    internal double RecourseNeg(double threshold)
    {
        int rejected = Present.Count(s => s < threshold);
        return rejected == 0 ? double.NaN : (double)Enumerable.Range(0, Present.Length).Count(i => Present[i] < threshold && Highest[i] >= threshold) / rejected;
    }

    /// <summary>Share of people who are at θ or reach it.</summary>
    internal double RecourseAll(double threshold) => (double)Highest.Count(h => h >= threshold) / Highest.Length;

    /// <summary>As <see cref="RecourseAll(double)"/>, of some people; NaN where there are none.</summary>
    internal double RecourseAll(double threshold, Func<int, bool> of)
    {
        int[] members = [.. Enumerable.Range(0, Highest.Length).Where(of)];
        return members.Length == 0 ? double.NaN : (double)members.Count(i => Highest[i] >= threshold) / members.Length;
    }

    /// <summary>The θ that accepts a share of these people.</summary>
    internal double ThresholdAccepting(double share)
    {
        double[] sorted = [.. Present.OrderDescending()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>The θ at which the precision is nearest to the given one, the lowest of several: the one that accepts most people.</summary>
    internal double ThresholdOfPrecision(double precision) =>
        Present.Distinct().Order().MinBy(t => Math.Abs(Counts(t).Precision - precision));
}
