using System.Collections;
using Redress.Data;

namespace Redress.Search;

/// <summary>The records of a request, each made when it is looked at: kept as objects they would cost more than the search.</summary>
/// <param name="terms">The request.</param>
/// <param name="chunks">What became of the people of each chunk; null where a search never began.</param>
/// <param name="chunkRows">People a chunk.</param>
internal sealed class RecordList(Terms terms, Findings?[] chunks, int chunkRows) : IReadOnlyList<RecourseRecord>
{
    private readonly Feature[] features = [.. terms.People.Schema.Features];

    public int Count => terms.People.Rows;

    public RecourseRecord this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
            string id = terms.IdOf(row);
            var cells = new RowCells(terms.People, row);
            if (chunks[row / chunkRows] is not { } findings) return new(id, cells, Outcome.Cancelled, "Stopped before this person's search began.", null, [], null, 0, 0, terms.OwnActions(row));
            int person = row % chunkRows;
            var finding = findings[person];
            bool found = finding.Outcome == Outcome.Found;
            var answers = found ? new RecourseAnswer[finding.Rows] : [];
            for (int a = 0; a < answers.Length; a++) answers[a] = Answer(row, findings, person, a);
            var attempt = !found && finding.Rows > 0 ? Answer(row, findings, person, 0) : null;
            double? score = double.IsNaN(finding.Score) ? null : finding.Score;
            return new(id, cells, finding.Outcome, findings.ReasonOf(person), score, answers, attempt, finding.Steps, finding.ModelCalls, terms.OwnActions(row));
        }
    }

    public IEnumerator<RecourseRecord> GetEnumerator()
    {
        for (int row = 0; row < Count; row++) yield return this[row];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private RecourseAnswer Answer(int row, Findings findings, int person, int rank)
    {
        var from = terms.People.Row(row);
        var (cost, score) = findings.ValueOf(person, rank);
        return new(rank + 1, Changes(from, findings.RowOf(person, rank)), cost, score, findings.WayOf(person, rank) is { } way ? Steps(from, way) : null, findings.NoteOf(person));
    }

    private FeatureChange[][] Steps(ReadOnlySpan<double> from, double[] way)
    {
        var steps = new FeatureChange[way.Length / from.Length][];
        for (int s = 0; s < steps.Length; s++)
        {
            var to = way.AsSpan(s * from.Length, from.Length);
            steps[s] = Changes(from, to);
            from = to;
        }
        return steps;
    }

    private FeatureChange[] Changes(ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        int changed = 0;
        for (int f = 0; f < from.Length; f++)
            if (to[f] != from[f]) changed++;
        var changes = new FeatureChange[changed];
        for (int f = from.Length - 1; f >= 0; f--)
            if (to[f] != from[f]) changes[--changed] = new(features[f].Name, Cell.Of(features[f], from[f]), Cell.Of(features[f], to[f]));
        return changes;
    }
}
