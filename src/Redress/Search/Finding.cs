using System.Collections;
using Redress.Data;

namespace Redress.Search;

/// <summary>What became of one person, in as little memory as a batch of millions allows.</summary>
/// <param name="Outcome">What became of the request.</param>
/// <param name="Reason">One sentence, or null where found.</param>
/// <param name="Score">The model's score of the person as they are; NaN where the row could not be judged.</param>
/// <param name="Rows">The answers where found, else at most one attempt.</param>
/// <param name="Steps">Search steps spent.</param>
/// <param name="ModelCalls">Rows scored.</param>
internal readonly record struct Finding(Outcome Outcome, string? Reason, double Score, ReadOnlyMemory<Candidate> Rows, int Steps, int ModelCalls)
{
    /// <summary>A finding without a search.</summary>
    internal static Finding Without(Outcome outcome, string reason, double score = double.NaN, int modelCalls = 0) => new(outcome, reason, score, default, 0, modelCalls);
}

/// <summary>The records of a request, each made when it is looked at: kept as objects they would cost more than the search.</summary>
internal sealed class RecordList(Terms terms, Finding[] findings) : IReadOnlyList<RecourseRecord>
{
    private readonly Feature[] features = [.. terms.People.Schema.Features];

    public int Count => findings.Length;

    public RecourseRecord this[int row]
    {
        get
        {
            var finding = findings[row];
            var rows = finding.Rows.Span;
            bool found = finding.Outcome == Outcome.Found;
            var answers = found ? new RecourseAnswer[rows.Length] : [];
            for (int a = 0; a < answers.Length; a++) answers[a] = Answer(row, rows[a], a + 1);
            var attempt = !found && rows.Length > 0 ? Answer(row, rows[0], 1) : null;
            double? score = double.IsNaN(finding.Score) ? null : finding.Score;
            return new(terms.IdOf(row), new RowCells(terms.People, row), finding.Outcome, finding.Reason, score, answers, attempt, finding.Steps, finding.ModelCalls, terms.OwnActions(row));
        }
    }

    public IEnumerator<RecourseRecord> GetEnumerator()
    {
        for (int row = 0; row < findings.Length; row++) yield return this[row];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private RecourseAnswer Answer(int row, in Candidate candidate, int rank)
    {
        ReadOnlySpan<double> from = terms.People.Row(row), to = candidate.Row.Span;
        int changed = 0;
        for (int f = 0; f < from.Length; f++)
            if (to[f] != from[f]) changed++;
        var changes = new FeatureChange[changed];
        for (int f = from.Length - 1; f >= 0; f--)
            if (to[f] != from[f]) changes[--changed] = new(features[f].Name, Cell.Of(features[f], from[f]), Cell.Of(features[f], to[f]));
        return new(rank, changes, candidate.Cost, candidate.Score);
    }
}
