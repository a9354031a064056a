using System.Buffers;
using System.Text.Json;

namespace Redress.Records;

/// <summary>One JSON object a line: first the run, then a person a line.</summary>
public sealed class NdjsonWriter : IRecordWriter
{
    private readonly Stream to;
    private readonly ArrayBufferWriter<byte> line = new(4096);
    private readonly Utf8JsonWriter json;

    /// <summary>Writes the run's line.</summary>
    /// <param name="to">Closed when the writer is disposed of.</param>
    /// <param name="run">What is needed to repeat the run.</param>
    public NdjsonWriter(Stream to, RecourseRun run)
    {
        this.to = to;
        json = new Utf8JsonWriter(line, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Write(() => JsonSerializer.Serialize(json, new RunLine(run), RecordJson.Default.RunLine));
    }

    /// <inheritdoc/>
    public void Write(RecourseRecord record) => Write(() => JsonSerializer.Serialize(json, record, RecordJson.Default.RecourseRecord));

    /// <inheritdoc/>
    public void Dispose()
    {
        json.Dispose();
        to.Dispose();
    }

    private void Write(Action serialise)
    {
        line.ResetWrittenCount();
        json.Reset();
        serialise();
        json.Flush();
        line.Write("\n"u8);
        to.Write(line.WrittenSpan);
    }
}
