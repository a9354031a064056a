using System.Globalization;
using Redress.Data;

namespace Redress.Records;

/// <summary>
/// A line an answer: person_id, rank, outcome, reason, score_before, score, cost, changes in words, then every feature as it stands after the action.
/// People without recourse have one line with their present features and the reason.
/// </summary>
public sealed class CsvWriter : IRecordWriter
{
    private readonly StreamWriter to;
    private readonly Schema schema;
    private readonly bool safeCells;

    /// <summary>Writes the header.</summary>
    /// <param name="to">Closed when the writer is disposed of.</param>
    /// <param name="schema">Names the feature columns.</param>
    /// <param name="safeCells">True to put an apostrophe before texts that a spreadsheet would take for a formula (= + - @ and control characters); numbers stay as they are.</param>
    public CsvWriter(Stream to, Schema schema, bool safeCells = false)
    {
        this.to = new StreamWriter(to, new System.Text.UTF8Encoding(false), 1 << 16);
        (this.schema, this.safeCells) = (schema, safeCells);
        this.to.Write("person_id,rank,outcome,reason,score_before,score,cost,changes");
        foreach (var feature in schema.Features)
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
        var cells = new List<string>
        {
            Text(record.PersonId),
            answer is null ? "" : answer.Rank.ToString(CultureInfo.InvariantCulture),
            Words(record.Outcome),
            Text(record.Reason ?? ""),
            Number(record.Score),
            Number(answer?.Score),
            Number(answer?.Cost),
            Text(answer is null ? "" : string.Join("; ", answer.Changes.Select(c => $"{c.Feature} {c.From} -> {c.To}"))),
        };
        for (int f = 0; f < schema.Features.Count; f++)
        {
            var cell = answer?.Changes.FirstOrDefault(c => c.Feature == schema.Features[f].Name)?.To ?? record.Person[f];
            cells.Add(cell.Name is { } name ? Text(name) : Number(cell.Number));
        }
        to.Write(string.Join(',', cells));
        to.Write('\n');
    }

    private static string Words(Outcome outcome) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(outcome.ToString());

    private static string Number(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";

    private string Text(string cell) => CsvTable.Quote(Safe(cell));

    private string Safe(string cell) =>
        safeCells && cell.Length > 0 && cell[0] is ('=' or '+' or '-' or '@' or '\t' or '\r') && !IsNumber(cell) ? "'" + cell : cell;

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

}
