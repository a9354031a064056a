using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Models;

namespace Redress.Search;

/// <summary>A row that was rounded, re-encoded and scored: what a person would be shown.</summary>
internal readonly record struct Candidate(ReadOnlyMemory<double> Row, double Cost, double Score);

/// <summary>What became of a person's offers.</summary>
/// <param name="Answers">Valid rows, cheapest first, each changing another set of features unless <see cref="SearchChunk.AnswersShareFeatures"/>.</param>
/// <param name="Best">The row of the highest margin among all that were scored, or null.</param>
internal readonly record struct Verdict(ReadOnlyMemory<Candidate> Answers, Candidate? Best);

/// <summary>Rounds, scores and chooses among what a search offered.</summary>
internal sealed class Judge
{
    /// <summary>A row to score; one that is not shown is the unrounded attempt of somebody for whom rounding left nothing.</summary>
    private readonly record struct Pending(int Row, double Cost, bool IsShown);

    private readonly SearchChunk chunk;
    private readonly bool highest;
    private readonly RowList rows;
    private readonly List<Pending> pending;
    private readonly Comparer<Pending> byCost;

    private Judge(SearchChunk chunk, bool highest)
    {
        (this.chunk, this.highest) = (chunk, highest);
        rows = new RowList(chunk.People.Schema.Features.Count, chunk.Rows);
        pending = new(chunk.Rows);
        byCost = Comparer<Pending>.Create((a, b) => a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : rows[a.Row].SequenceCompareTo(rows[b.Row]));
    }

    /// <summary>Judges every person of a chunk.</summary>
    /// <param name="chunk">The people and their offers.</param>
    /// <param name="highest">True to look for the highest score rather than the cheapest valid rows.</param>
    internal static Verdict[] Verdicts(SearchChunk chunk, bool highest) => new Judge(chunk, highest).Verdicts();

    private Verdict[] Verdicts()
    {
        var ends = new int[chunk.Rows];
        for (int i = 0; i < chunk.Rows; i++)
        {
            int start = pending.Count;
            AddLattice(i);
            ends[i] = pending.Count;
            chunk.ModelCalls[i] += pending.Count - start;
        }
        var candidates = Score();
        var verdicts = new Verdict[chunk.Rows];
        for (int i = 0; i < chunk.Rows; i++) verdicts[i] = Choose(i, i == 0 ? 0 : ends[i - 1], ends[i], candidates);
        return verdicts;
    }

    /// <summary>The rows to score for a person, cheapest first, as many as the budget lets; where rounding left none, the unrounded attempt.</summary>
    private void AddLattice(int i)
    {
        var actions = chunk.ActionsOf(i);
        var present = chunk.People.Row(i);
        int firstRow = rows.Count, start = pending.Count;
        for (int offer = chunk.FirstOffer(i); offer >= 0; offer = chunk.NextOffer(offer)) Rounding.AddLattice(actions, present, chunk.OfferedRow(offer), rows);
        for (int row = firstRow; row < rows.Count; row++)
            if (!present.SequenceEqual(rows[row])) pending.Add(new(row, CostOf(actions, present, rows[row]), true));
        SortWithoutCopies(start);
        int affordable = chunk.Budget.ModelCalls is { } limit ? Math.Max(0, limit - chunk.ModelCalls[i]) : int.MaxValue;
        if (pending.Count - start > affordable) pending.RemoveRange(start + affordable, pending.Count - start - affordable);
        if (pending.Count > start || affordable == 0 || chunk.FirstOffer(i) < 0) return;
        var unrounded = chunk.OfferedRow(chunk.FirstOffer(i));
        if (present.SequenceEqual(unrounded)) return;
        unrounded.CopyTo(rows.Add());
        pending.Add(new(rows.Count - 1, CostOf(actions, present, unrounded), false));
    }

    private double CostOf(ActionSet actions, ReadOnlySpan<double> present, ReadOnlySpan<double> row) => chunk.Cost.Of(actions.Schema, actions.Statistics, present, row);

    /// <summary>Rows that several offers led to stand beside each other once sorted.</summary>
    private void SortWithoutCopies(int start)
    {
        if (pending.Count - start < 2) return;
        pending.Sort(start, pending.Count - start, byCost);
        int kept = start + 1;
        for (int p = kept; p < pending.Count; p++)
            if (!rows[pending[kept - 1].Row].SequenceEqual(rows[pending[p].Row])) pending[kept++] = pending[p];
        pending.RemoveRange(kept, pending.Count - kept);
    }

    private Candidate[] Score()
    {
        int features = chunk.People.Schema.Features.Count;
        double[] values = InOrder(features);
        double[] scores = Scores.Favourable(chunk.Model, Table.Over(chunk.Model.Schema, values, pending.Count));
        var candidates = new Candidate[pending.Count];
        for (int p = 0; p < candidates.Length; p++) candidates[p] = new(values.AsMemory(p * features, features), pending[p].Cost, scores[p]);
        return candidates;
    }

    /// <summary>The pending rows side by side: the list itself where it has no others and needed no sorting.</summary>
    private double[] InOrder(int features)
    {
        bool sorted = pending.Count == rows.Count;
        for (int p = 0; p < pending.Count && sorted; p++) sorted = pending[p].Row == p;
        if (sorted) return rows.Block;
        var values = new double[pending.Count * features];
        for (int p = 0; p < pending.Count; p++) rows[pending[p].Row].CopyTo(values.AsSpan(p * features));
        return values;
    }

    private Verdict Choose(int i, int start, int end, Candidate[] candidates)
    {
        Candidate? best = null;
        bool anyShown = false;
        for (int p = start; p < end; p++)
        {
            anyShown |= pending[p].IsShown;
            if (best is null || chunk.Margin(i, candidates[p].Score) > chunk.Margin(i, best.Value.Score)) best = candidates[p];
        }
        if (highest) return new(default, anyShown ? best : null);
        int found = 0;
        for (int p = start; p < end && found < chunk.Answers; p++)
        {
            if (!pending[p].IsShown || !chunk.IsValid(i, candidates[p].Score) || IsAnswered(i, candidates[p], candidates.AsSpan(start, found))) continue;
            // Answers gather at the person's own beginning: what they overwrite has been looked at.
            candidates[start + found++] = candidates[p];
        }
        return new(candidates.AsMemory(start, found), best);
    }

    /// <summary>True where an answer changes the same features.</summary>
    private bool IsAnswered(int i, Candidate candidate, ReadOnlySpan<Candidate> answers)
    {
        if (chunk.AnswersShareFeatures) return false;   // copies of a row are gone already
        foreach (var answer in answers)
            if (SameFeatures(chunk.People.Row(i), answer.Row.Span, candidate.Row.Span)) return true;
        return false;
    }

    private static bool SameFeatures(ReadOnlySpan<double> present, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        for (int f = 0; f < a.Length; f++)
            if ((a[f] != present[f]) != (b[f] != present[f])) return false;
        return true;
    }
}
