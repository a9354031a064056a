using Redress.Actions;

namespace Redress.Search;

/// <summary>What became of one person: numbers only, since millions of references would keep the collector at work.</summary>
/// <param name="Outcome">What became of the request.</param>
/// <param name="Reason">The place of the reason, or -1 where found.</param>
/// <param name="Score">The model's score of the person as they are; NaN where the row could not be judged.</param>
/// <param name="First">The place of the first answer, or of the attempt.</param>
/// <param name="Rows">Answers where found, else at most one attempt.</param>
/// <param name="Steps">Search steps spent.</param>
/// <param name="ModelCalls">Rows scored.</param>
internal readonly record struct Finding(Outcome Outcome, int Reason, double Score, int First, int Rows, int Steps, int ModelCalls);

/// <summary>What became of the people of one chunk, in a few blocks of memory.</summary>
/// <param name="people">The number of people.</param>
/// <param name="features">Features a row.</param>
internal sealed class Findings(int people, int features)
{
    private readonly Finding[] findings = new Finding[people];
    private readonly RowList rows = new(features, people);
    private readonly List<(double Cost, double Score)> values = new(people);
    private readonly List<string> reasons = [];
    private Dictionary<int, double[]>? ways;
    private Dictionary<int, string>? notes;

    internal Finding this[int person] => findings[person];

    internal string? ReasonOf(int person) => findings[person].Reason is >= 0 and var reason ? reasons[reason] : null;

    /// <summary>The rank-th answer from 0, or the attempt.</summary>
    internal (double Cost, double Score) ValueOf(int person, int rank) => values[findings[person].First + rank];

    /// <summary>The row behind <see cref="ValueOf"/>, raw.</summary>
    internal ReadOnlySpan<double> RowOf(int person, int rank) => rows[findings[person].First + rank];

    /// <summary>The rows after each step towards <see cref="RowOf"/>, side by side, or null where the method gives no way.</summary>
    internal double[]? WayOf(int person, int rank) => ways?.GetValueOrDefault(findings[person].First + rank);

    /// <summary>Says by which way a row is reached.</summary>
    internal void SetWay(int person, int rank, double[] way) => (ways ??= [])[findings[person].First + rank] = way;

    /// <summary>What the method has to say of a person's answers, or null.</summary>
    internal string? NoteOf(int person) => notes?.GetValueOrDefault(person);

    /// <summary>Says something of a person's answers.</summary>
    internal void SetNote(int person, string note) => (notes ??= [])[person] = note;

    /// <summary>Says what became of somebody who was not searched.</summary>
    internal void Set(int person, Outcome outcome, string reason, double score = double.NaN, int modelCalls = 0) => findings[person] = new(outcome, PlaceOf(reason), score, 0, 0, 0, modelCalls);

    /// <summary>Says what became of somebody who was.</summary>
    internal void Set(int person, Outcome outcome, string? reason, double score, ReadOnlySpan<Candidate> shown, int steps, int modelCalls)
    {
        findings[person] = new(outcome, reason is null ? -1 : PlaceOf(reason), score, rows.Count, shown.Length, steps, modelCalls);
        foreach (ref readonly var candidate in shown)
        {
            candidate.Row.Span.CopyTo(rows.Add());
            values.Add((candidate.Cost, candidate.Score));
        }
    }

    /// <summary>Most people share a handful of reasons; faults of rows are all different, so only the last few are compared.</summary>
    private int PlaceOf(string reason)
    {
        for (int r = reasons.Count - 1; r >= Math.Max(0, reasons.Count - 16); r--)
            if (ReferenceEquals(reasons[r], reason)) return r;
        reasons.Add(reason);
        return reasons.Count - 1;
    }
}
