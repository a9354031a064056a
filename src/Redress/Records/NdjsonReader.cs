using System.Text.Json;
using Redress.Data;

namespace Redress.Records;

/// <summary>Reads what <see cref="NdjsonWriter"/> wrote, line by line.</summary>
public sealed class NdjsonReader : IDisposable
{
    /// <summary>The longest line that is read, in characters.</summary>
    public const int MaxLine = 8 << 20;

    private readonly StreamReader from;
    private readonly string name;
    private int line;

    /// <summary>Reads the run's line.</summary>
    /// <param name="from">Closed when the reader is disposed of.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="DataException">The first line is no run.</exception>
    public NdjsonReader(Stream from, string name)
    {
        (this.from, this.name) = (new StreamReader(from), name);
        string first = ReadLine() ?? throw new DataException($"{name}: empty; a record file begins with its run.");
        Run = Parse(first, RecordJson.Default.RunLine).Run;
    }

    /// <summary>The run behind the records.</summary>
    public RecourseRun Run { get; }

    /// <summary>The records, one at a time.</summary>
    /// <exception cref="DataException">A line is no record; the message names it.</exception>
    public IEnumerable<RecourseRecord> Records()
    {
        while (ReadLine() is { } text)
            if (text.Length > 0) yield return Parse(text, RecordJson.Default.RecourseRecord);
    }

    /// <inheritdoc/>
    public void Dispose() => from.Dispose();

    private T Parse<T>(string text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            string what = typeof(T) == typeof(RunLine) ? "the run of a record file" : "a record";
            throw new DataException(Invariant($"{name}, line {line}: not {what} ({e.Message.Split('\n')[0]})"), e);
        }
    }

    /// <summary>A line of bounded length, so that a file without line ends cannot take all memory.</summary>
    private string? ReadLine()
    {
        line++;
        var text = new System.Text.StringBuilder();
        for (int c = from.Read(); c >= 0; c = from.Read())
        {
            if (c == '\n') return text.ToString().TrimEnd('\r');
            if (text.Length >= MaxLine) throw new DataException(Invariant($"{name}, line {line}: longer than {MaxLine} characters."));
            text.Append((char)c);
        }
        return text.Length > 0 ? text.ToString() : null;
    }
}
