using System.Buffers;
using System.Text.Json;
using Redress.Data;

namespace Redress.Records;

/// <summary>One JSON object a line: first the run, then a person a line.</summary>
public sealed class NdjsonWriter : RecordWriter
{
    private static readonly JsonEncodedText PersonId = Name("person_id"), Person = Name("person"), OutcomeName = Name("outcome"), Reason = Name("reason"), Score = Name("score"),
        Answers = Name("answers"), Attempt = Name("attempt"), Steps = Name("steps"), ModelCalls = Name("model_calls"), Actions = Name("actions"),
        Rank = Name("rank"), Changes = Name("changes"), Cost = Name("cost"), FeatureName = Name("feature"), From = Name("from"), To = Name("to"), Note = Name("note");

    private static readonly JsonEncodedText[] Outcomes = [.. Enum.GetNames<Outcome>().Select(o => Name(JsonNamingPolicy.SnakeCaseLower.ConvertName(o)))];

    /// <summary>Writes the run's line.</summary>
    /// <param name="to">Closed when the writer is disposed of.</param>
    /// <param name="run">What is needed to repeat the run.</param>
    public NdjsonWriter(Stream to, RecourseRun run) : base(to)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, Form)) JsonSerializer.Serialize(json, new RunLine(run), RecordJson.Default.RunLine);
        line.Write("\n"u8);
        WriteFirst(line.WrittenSpan);
    }

    private static JsonWriterOptions Form => new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected override Action<RecourseRecord> FormatTo(ArrayBufferWriter<byte> block)
    {
        var json = new Utf8JsonWriter(block, Form);
        return record =>
        {
            json.Reset();
            Write(json, record);
            json.Flush();
            block.Write("\n"u8);
        };
    }

    /// <summary>The object that <see cref="RecordJson"/> describes, written by hand: the serializer takes twice the time, and files have millions of lines.</summary>
    private static void Write(Utf8JsonWriter json, RecourseRecord record)
    {
        json.WriteStartObject();
        json.WriteString(PersonId, record.PersonId);
        json.WriteStartArray(Person);
        for (int f = 0; f < record.Person.Count; f++) Write(json, record.Person[f]);
        json.WriteEndArray();
        json.WriteString(OutcomeName, Outcomes[(int)record.Outcome]);
        json.WriteString(Reason, record.Reason);
        json.WritePropertyName(Score);
        if (record.Score is { } score) json.WriteNumberValue(score);
        else json.WriteNullValue();
        json.WriteStartArray(Answers);
        for (int a = 0; a < record.Answers.Count; a++) Write(json, record.Answers[a]);
        json.WriteEndArray();
        json.WritePropertyName(Attempt);
        if (record.Attempt is { } attempt) Write(json, attempt);
        else json.WriteNullValue();
        json.WriteNumber(Steps, record.Steps);
        json.WriteNumber(ModelCalls, record.ModelCalls);
        if (record.Actions is { } actions)
        {
            json.WritePropertyName(Actions);
            json.WriteRawValue(actions);
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RecourseAnswer answer)
    {
        json.WriteStartObject();
        json.WriteNumber(Rank, answer.Rank);
        json.WritePropertyName(Changes);
        Write(json, answer.Changes);
        json.WriteNumber(Cost, answer.Cost);
        json.WriteNumber(Score, answer.Score);
        if (answer.Steps is { } steps)
        {
            json.WriteStartArray(Steps);
            for (int s = 0; s < steps.Count; s++) Write(json, steps[s]);
            json.WriteEndArray();
        }
        if (answer.Note is { } note) json.WriteString(Note, note);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<FeatureChange> changes)
    {
        json.WriteStartArray();
        for (int c = 0; c < changes.Count; c++)
        {
            var change = changes[c];
            json.WriteStartObject();
            json.WriteString(FeatureName, change.Feature);
            json.WritePropertyName(From);
            Write(json, change.From);
            json.WritePropertyName(To);
            Write(json, change.To);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Cell cell)
    {
        // Whole numbers look alike either way, and are made faster as such.
        if (cell.Number is { } number && CsvWriter.IsPlainWhole(number)) json.WriteNumberValue((long)number);
        else CellConverter.Write(json, cell);
    }

    private static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name);
}
