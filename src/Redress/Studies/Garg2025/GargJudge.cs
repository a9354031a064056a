using Redress.Data;
using Redress.Models;
using Redress.Neighbours;

namespace Redress.Studies.Garg2025;

/// <summary>
/// The paper's measures of recourse (section 5.1): cost, the L1 distance over features scaled to 0 and 1; validity by the gold classifier; the share of inliers among all rows
/// that the gold classifier gives the favourable outcome (LOF, 5 neighbours, appendix C.3); and Score = Val + LOF - Cost / d.
/// </summary>
internal sealed class GargJudge
{
    private const int Neighbours = 5;
    private const double Border = 1.5;   // scikit-learn's of an inlier

    private readonly ForestModel gold;
    private readonly Encoding encoding;
    private readonly LocalOutlierFactor outliers;
    private readonly CancellationToken cancel;

    /// <param name="gold">The gold classifier.</param>
    /// <param name="encoding">Every feature to one column from 0 to 1.</param>
    /// <param name="all">Training and test rows.</param>
    /// <param name="cancel">Stops between batches.</param>
    internal GargJudge(ForestModel gold, Encoding encoding, Table all, CancellationToken cancel)
    {
        (this.gold, this.encoding, this.cancel) = (gold, encoding, cancel);
        double[] p = Probabilities(all);
        outliers = new(RowBlocks.Encoded(all.Select([.. Enumerable.Range(0, all.Rows).Where(r => p[r] >= 0.5)]), encoding), encoding.Width, Neighbours, Garg2025Study.OneThread, cancel);
    }

    /// <summary>Judges a row for each person.</summary>
    /// <param name="people">x.</param>
    /// <param name="rows">x⁺, raw; a person's own row where nothing was found for them. Their numbers may lie anywhere, and categories between their values.</param>
    internal IReadOnlyList<Judged> Judge(Table people, Table rows)
    {
        float[] before = RowBlocks.Encoded(people, encoding), after = RowBlocks.Encoded(rows, encoding);
        double[] factors = outliers.Of(after, Garg2025Study.OneThread, cancel), p = Probabilities(rows);
        int d = encoding.Width;
        return [.. Enumerable.Range(0, people.Rows).Select(i => new Judged(Enumerable.Range(i * d, d).Sum(c => Math.Abs((double)after[c] - before[c])), p[i] >= 0.5, factors[i] <= Border))];
    }

    /// <summary>Cost, Val, LOF and Score of some people.</summary>
    internal IEnumerable<(string Metric, double Value)> Means(IReadOnlyList<Judged> people)
    {
        double cost = people.Average(j => j.Cost), validity = people.Average(j => j.IsValid ? 1.0 : 0), inliers = people.Average(j => j.IsInlier ? 1.0 : 0);
        return [(Cost, cost), (Validity, validity), (Inliers, inliers), (Score, validity + inliers - cost / encoding.Width)];
    }

    /// <summary>The mean of the gold classifier's probabilities for the first rows.</summary>
    internal double SoftValidity(Table rows, int first) => Probabilities(rows)[..Math.Min(first, rows.Rows)].Average();

    /// <summary>The share of people whose row differs in what its schema lets nobody change.</summary>
    internal static double ImmutablesChanged(Table people, Table rows) =>
        Enumerable.Range(0, people.Rows).Average(i => people.Schema.Immutables.Any(f => people.Row(i)[f] != rows.Row(i)[f]) ? 1.0 : 0);

    internal const string Cost = "cost", Validity = "validity", Inliers = "inliers", Score = "score";

    private double[] Probabilities(Table rows) => Scores.Favourable(gold, rows, Garg2025Study.OneThread, cancel);
}

/// <summary>One person's recourse.</summary>
/// <param name="Cost">‖x⁺ - x‖₁ over features from 0 to 1.</param>
/// <param name="IsValid">Whether the gold classifier gives it the favourable outcome.</param>
/// <param name="IsInlier">Whether it lies among rows that have it.</param>
internal readonly record struct Judged(double Cost, bool IsValid, bool IsInlier);
