using System.Globalization;
using Redress.Data;

namespace Redress.Records;

/// <summary>
/// A line an answer: person_id, rank, outcome, reason, score_before, score, cost, changes in words, then every feature as it stands after the action.
/// People without recourse have one line with their present features and the reason.
/// </summary>
public sealed class CsvWriter : IRecordWriter
{
    private static readonly string[] Outcomes = [.. Enum.GetNames<Outcome>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private readonly StreamWriter to;
    private readonly Feature[] features;
    private readonly bool safeCells;

    /// <summary>Writes the header.</summary>
    /// <param name="to">Closed when the writer is disposed of.</param>
    /// <param name="schema">Names the feature columns.</param>
    /// <param name="safeCells">True to put an apostrophe before texts that a spreadsheet would take for a formula (= + - @ and control characters); numbers stay as they are.</param>
    public CsvWriter(Stream to, Schema schema, bool safeCells = false)
    {
        this.to = new StreamWriter(to, new System.Text.UTF8Encoding(false), 1 << 16);
        (features, this.safeCells) = ([.. schema.Features], safeCells);
        this.to.Write("person_id,rank,outcome,reason,score_before,score,cost,changes");
        foreach (var feature in features)
        {
            this.to.Write(',');
            this.to.Write(CsvTable.Quote(Safe(feature.Name)));
        }
        this.to.Write('\n');
    }

    /// <inheritdoc/>
    public void Write(RecourseRecord record)
    {
        if (record.Answers.Count == 0) Line(record, null);
        foreach (var answer in record.Answers) Line(record, answer);
    }

    /// <inheritdoc/>
    public void Dispose() => to.Dispose();

    private void Line(RecourseRecord record, RecourseAnswer? answer)
    {
        Cell(record.PersonId, first: true);
        if (answer is null) Cell("");
        else Cell(answer.Rank);
        Cell(Outcomes[(int)record.Outcome]);
        Cell(record.Reason ?? "");
        Cell(record.Score);
        Cell(answer?.Score);
        Cell(answer?.Cost);
        Cell(answer is null ? "" : string.Join("; ", answer.Changes.Select(c => $"{c.Feature} {c.From} -> {c.To}")));
        int next = 0;
        for (int f = 0; f < features.Length; f++)
        {
            // Changes are in schema order.
            bool changed = answer is not null && next < answer.Changes.Count && answer.Changes[next].Feature == features[f].Name;
            var cell = changed ? answer!.Changes[next++].To : record.Person[f];
            if (cell.Name is { } name) Cell(name);
            else Cell(cell.Number);
        }
        to.Write('\n');
    }

    private void Cell(string text, bool first = false)
    {
        if (!first) to.Write(',');
        to.Write(CsvTable.Quote(Safe(text)));
    }

    private void Cell(double? value)
    {
        to.Write(',');
        if (value is not { } number || !double.IsFinite(number)) return;
        Span<char> digits = stackalloc char[32];
        number.TryFormat(digits, out int length, "R", CultureInfo.InvariantCulture);
        to.Write(digits[..length]);
    }

    private string Safe(string cell) =>
        safeCells && cell.Length > 0 && cell[0] is ('=' or '+' or '-' or '@' or '\t' or '\r') && !IsNumber(cell) ? "'" + cell : cell;

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

}
