using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Models;

namespace Redress.Search;

/// <summary>A row that was rounded, re-encoded and scored: what a person would be shown.</summary>
internal sealed record Candidate(double[] Row, double Cost, double Score);

/// <summary>What became of a person's offers.</summary>
/// <param name="Answers">Valid rows, cheapest first, each changing another set of features.</param>
/// <param name="Best">The row of the highest margin among all that were scored, or null.</param>
internal readonly record struct Verdict(IReadOnlyList<Candidate> Answers, Candidate? Best);

/// <summary>Rounds, scores and chooses among what a search offered.</summary>
internal static class Judge
{
    private sealed record Pending(double[] Row, double Cost, bool IsShown);

    /// <summary>Judges every person of a chunk.</summary>
    /// <param name="chunk">The people and their offers.</param>
    /// <param name="highest">True to look for the highest score rather than the cheapest valid rows.</param>
    internal static Verdict[] Verdicts(SearchChunk chunk, bool highest)
    {
        var pending = new List<Pending>[chunk.Rows];
        int total = 0;
        for (int i = 0; i < chunk.Rows; i++)
        {
            pending[i] = Lattice(chunk, i);
            total += pending[i].Count;
            chunk.ModelCalls[i] += pending[i].Count;
        }
        double[] scores = Score(chunk, pending, total);
        var verdicts = new Verdict[chunk.Rows];
        int next = 0;
        for (int i = 0; i < chunk.Rows; i++)
        {
            var candidates = pending[i].Select(p => (p.IsShown, Candidate: new Candidate(p.Row, p.Cost, scores[next++]))).ToList();
            verdicts[i] = Choose(chunk, i, candidates, highest);
        }
        return verdicts;
    }

    /// <summary>The rows to score for a person, cheapest first, as many as the budget lets; last, where rounding left none, the unrounded attempt.</summary>
    private static List<Pending> Lattice(SearchChunk chunk, int i)
    {
        var actions = chunk.ActionsOf(i);
        var present = chunk.People.Row(i);
        var rows = new List<double[]>();
        foreach (var offer in chunk.Offers[i]) Rounding.AddLattice(actions, present, offer, rows);
        var pending = new List<Pending>(rows.Count + 1);
        foreach (var row in rows)
            if (!present.SequenceEqual(row)) pending.Add(new(row, chunk.Cost.Of(actions.Schema, actions.Statistics, present, row), true));
        pending.Sort((a, b) => a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : a.Row.AsSpan().SequenceCompareTo(b.Row));
        RemoveCopies(pending);
        int affordable = chunk.Budget.ModelCalls is { } limit ? Math.Max(0, limit - chunk.ModelCalls[i]) : int.MaxValue;
        if (pending.Count > affordable) pending.RemoveRange(affordable, pending.Count - affordable);
        if (chunk.Offers[i].Count > 0 && pending.Count == 0 && affordable > 0 && !present.SequenceEqual(chunk.Offers[i][0]))
        {
            var unrounded = chunk.Offers[i][0];
            pending.Add(new(unrounded, chunk.Cost.Of(actions.Schema, actions.Statistics, present, unrounded), false));
        }
        return pending;
    }

    /// <summary>Rows that several offers led to stand beside each other once sorted.</summary>
    private static void RemoveCopies(List<Pending> sorted)
    {
        int kept = 0;
        for (int p = 0; p < sorted.Count; p++)
            if (kept == 0 || !sorted[kept - 1].Row.AsSpan().SequenceEqual(sorted[p].Row)) sorted[kept++] = sorted[p];
        sorted.RemoveRange(kept, sorted.Count - kept);
    }

    private static double[] Score(SearchChunk chunk, List<Pending>[] pending, int total)
    {
        int features = chunk.People.Schema.Features.Count;
        var values = new double[total * features];
        int next = 0;
        foreach (var person in pending)
            foreach (var row in person) row.Row.CopyTo(values, features * next++);
        return Scores.Favourable(chunk.Model, new Table(chunk.Model.Schema, values));
    }

    private static Verdict Choose(SearchChunk chunk, int i, List<(bool IsShown, Candidate Candidate)> candidates, bool highest)
    {
        Candidate? best = null;
        foreach (var (_, candidate) in candidates)
            if (best is null || chunk.Margin(i, candidate.Score) > chunk.Margin(i, best.Score)) best = candidate;
        if (highest) return new([], candidates.Exists(c => c.IsShown) ? best : null);
        var answers = new List<Candidate>();
        foreach (var (isShown, candidate) in candidates)
        {
            if (answers.Count == chunk.Answers) break;
            if (!isShown || !chunk.IsValid(i, candidate.Score) || answers.Exists(a => SameFeatures(chunk.People.Row(i), a.Row, candidate.Row))) continue;
            answers.Add(candidate);
        }
        return new(answers, best);
    }

    private static bool SameFeatures(ReadOnlySpan<double> present, double[] a, double[] b)
    {
        for (int f = 0; f < a.Length; f++)
            if ((a[f] != present[f]) != (b[f] != present[f])) return false;
        return true;
    }
}
