using System.Buffers;
using System.Globalization;
using System.Text;
using Redress.Data;

namespace Redress.Records;

/// <summary>
/// A line an answer: person_id, rank, outcome, reason, score_before, score, cost, changes in words, then every feature as it stands after the action.
/// People without recourse have one line with their present features and the reason; an answer's reason is its note, where it has one.
/// </summary>
public sealed class CsvWriter : RecordWriter
{
    private static readonly string[] Outcomes = [.. Enum.GetNames<Outcome>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private readonly Feature[] features;
    private readonly bool safeCells;

    /// <summary>Writes the header.</summary>
    /// <param name="to">Closed when the writer is disposed of.</param>
    /// <param name="schema">Names the feature columns.</param>
    /// <param name="safeCells">True to put an apostrophe before texts that a spreadsheet would take for a formula (= + - @ and control characters); numbers stay as they are.</param>
    public CsvWriter(Stream to, Schema schema, bool safeCells = false) : base(to)
    {
        (features, this.safeCells) = ([.. schema.Features], safeCells);
        var header = new ArrayBufferWriter<byte>();
        header.Write("person_id,rank,outcome,reason,score_before,score,cost,changes"u8);
        foreach (var feature in features) Cell(header, feature.Name);
        header.Write("\n"u8);
        WriteFirst(header.WrittenSpan);
    }

    private protected override Action<RecourseRecord> FormatTo(ArrayBufferWriter<byte> block) => record =>
    {
        if (record.Answers.Count == 0) Line(block, record, null);
        for (int a = 0; a < record.Answers.Count; a++) Line(block, record, record.Answers[a]);
    };

    private void Line(ArrayBufferWriter<byte> line, RecourseRecord record, RecourseAnswer? answer)
    {
        Cell(line, record.PersonId, first: true);
        Cell(line, answer?.Rank);
        Cell(line, Outcomes[(int)record.Outcome]);
        Cell(line, record.Reason ?? answer?.Note ?? "");
        Cell(line, record.Score);
        Cell(line, answer?.Score);
        Cell(line, answer?.Cost);
        Cell(line, answer is null ? "" : string.Join("; ", answer.Changes));
        int next = 0;
        for (int f = 0; f < features.Length; f++)
        {
            // Changes are in schema order.
            bool changed = answer is not null && next < answer.Changes.Count && answer.Changes[next].Feature == features[f].Name;
            var cell = changed ? answer!.Changes[next++].To : record.Person[f];
            if (cell.Name is { } name) Cell(line, name);
            else Cell(line, cell.Number);
        }
        line.Write("\n"u8);
    }

    private void Cell(ArrayBufferWriter<byte> line, string text, bool first = false)
    {
        if (!first) line.Write(","u8);
        if (text.Length > 0) EncodingExtensions.GetBytes(System.Text.Encoding.UTF8, CsvTable.Quote(Safe(text)), line);
    }

    private static void Cell(ArrayBufferWriter<byte> line, double? value)
    {
        line.Write(","u8);
        if (value is not { } number || !double.IsFinite(number)) return;
        var digits = line.GetSpan(32);
        int length;
        if (IsPlainWhole(number)) ((long)number).TryFormat(digits, out length, default, CultureInfo.InvariantCulture);
        else number.TryFormat(digits, out length, "R", CultureInfo.InvariantCulture);
        line.Advance(length);
    }

    /// <summary>True where a number is written as its digits alone; the shortest form of a larger one has an exponent, and -0 has a sign.</summary>
    internal static bool IsPlainWhole(double number) => Math.Abs(number) < 1e15 && number == Math.Floor(number) && !(number == 0 && double.IsNegative(number));

    private string Safe(string cell) =>
        safeCells && cell.Length > 0 && cell[0] is ('=' or '+' or '-' or '@' or '\t' or '\r') && !IsNumber(cell) ? "'" + cell : cell;

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
