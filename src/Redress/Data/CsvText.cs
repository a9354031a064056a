using System.Text;

namespace Redress.Data;

/// <summary>The characters of a CSV file, counted: a row that never ends must not fill the memory, and marks in the text save a look at every cell.</summary>
internal sealed class CsvText(Stream from) : TextReader
{
    /// <summary>The most characters a row may have.</summary>
    internal const int MaxRow = 2 << 20;

    /// <summary>Stands where bytes are not UTF-8; no text holds it, for Unicode says that it is no character.</summary>
    internal const char NoText = '\uffff';

    private readonly StreamReader text = new(from, System.Text.Encoding.GetEncoding(65001, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(NoText.ToString())), detectEncodingFromByteOrderMarks: true, 1 << 16);
    private long row;

    /// <summary>True once a quote or bytes that are not UTF-8 were met: from there on cells need a look.</summary>
    internal bool NeedsALook { get; private set; }

    /// <summary>Starts to count anew.</summary>
    internal void BeginRow() => row = 0;

    public override int Read(char[] buffer, int index, int count)
    {
        int read = text.Read(buffer, index, count);
        row += read;
        // The parser reads ahead by one buffer at most, so a row within the limit is never refused.
        if (row > MaxRow + count) throw new RowTooLongException();
        NeedsALook = NeedsALook || buffer.AsSpan(index, read).ContainsAny('"', NoText);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) text.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A row has more than <see cref="CsvText.MaxRow"/> characters.</summary>
internal sealed class RowTooLongException : Exception;
