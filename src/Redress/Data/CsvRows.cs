using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Redress.Data;

/// <summary>A CSV file cell by cell: header, rows with their line numbers, and every fault of the format named by file and line.</summary>
internal sealed class CsvRows : IDisposable
{
    internal const int MaxColumns = 10_000, MaxCell = 64 << 10, MaxRow = 8 << 20;
    private readonly MeteredText text;
    private readonly CsvParser parser;
    private bool badQuote;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">A file, plain or .gz, or <c>-</c> for standard input.</param>
    /// <param name="options">How the file is written.</param>
    /// <exception cref="DataException">The file is empty or its header cannot be used.</exception>
    internal CsvRows(string path, CsvOptions options) : this(Open(path), path == "-" ? "standard input" : Path.GetFileName(path), options) { }

    internal CsvRows(Stream from, string name, CsvOptions options)
    {
        OptionsException.ThrowIfAny(options.Problems());
        Name = name;
        // With its own preamble: a reader that finds a byte order mark by itself would go on with a decoder that hides bad bytes.
        var utf8 = System.Text.Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback(MeteredText.NoText.ToString()));
        text = new MeteredText(new StreamReader(from, utf8, detectEncodingFromByteOrderMarks: true, 1 << 16), MaxRow);
        parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = options.Delimiter, BadDataFound = _ => badQuote = true,
            MaxFieldSize = MaxCell, DetectColumnCountChanges = false, IgnoreBlankLines = true, TrimOptions = TrimOptions.None,
        });
        Header = ReadHeader(options);
    }

    /// <summary>The file's name, for messages.</summary>
    internal string Name { get; }

    /// <summary>The names of the columns.</summary>
    internal string[] Header { get; }

    /// <summary>The line of the row that was read last, 1-based; a row with quoted line ends has the line it ends on.</summary>
    internal int Line => parser.RawRow;

    /// <summary>Cells in the row that was read last.</summary>
    internal int Count => parser.Count;

    /// <summary>A cell of the row that was read last.</summary>
    /// <exception cref="DataException">A quote stands inside the cell.</exception>
    internal string this[int column]
    {
        get
        {
            string cell = Cell(column, out bool fault);
            return fault ? throw Fault($"a quote stands inside the cell '{Short(cell)}'") : cell;
        }
    }

    /// <summary>A cell of the row that was read last, and whether a quote stands inside it, which is told once.</summary>
    internal string Cell(int column, out bool hasBadQuote)
    {
        badQuote = false;
        string cell = parser[column];
        hasBadQuote = badQuote;
        return cell;
    }

    /// <summary>Reads the next row; false at the end.</summary>
    /// <exception cref="DataException">The format is broken there.</exception>
    internal bool Read()
    {
        try
        {
            text.Restart();
            if (!parser.Read()) return false;
            if (text.HasNoText) RefuseNoText();
            return true;
        }
        catch (InvalidOperationException e)
        {
            throw new DataException(Invariant($"{Name}, line {parser.RawRow}: the row is longer than {MaxRow} characters."), e);
        }
        catch (CsvHelper.MaxFieldSizeException e)
        {
            throw new DataException(Invariant($"{Name}, line {parser.RawRow}: a cell is longer than {MaxCell} characters; a quote may be left open."), e);
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"{Name}: no valid gzip file ({e.Message})", e);
        }
    }

    public void Dispose()
    {
        parser.Dispose();
        text.Dispose();
    }

    private void RefuseNoText()
    {
        for (int c = 0; c < parser.Count; c++)
            if (Cell(c, out _).Contains(MeteredText.NoText))
                throw new DataException(Invariant($"{Name}, line {parser.RawRow}, {(Header is { } names && c < names.Length ? $"column '{Short(names[c])}'" : Invariant($"column {c + 1}"))}: not UTF-8; save the file as UTF-8."));
    }

    private static Stream Open(string path)
    {
        if (path == "-") return Console.OpenStandardInput();
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private string[] ReadHeader(CsvOptions options)
    {
        if (!Read()) throw new DataException($"{Name}: empty; the first line must name the columns.");
        if (parser.Count > MaxColumns) throw new DataException(Invariant($"{Name}: {parser.Count} columns; the limit is {MaxColumns}."));
        string[] header = [.. Enumerable.Range(0, parser.Count).Select(c => this[c].Trim())];
        if (header.Length == 1)
            foreach (char other in ";\t|")
                if (options.Delimiter[0] != other && header[0].Contains(other))
                    throw new DataException($"{Name}: the header is one column, '{Short(header[0])}'; if '{(other == '\t' ? "tab" : other)}' separates the columns, say --delimiter \"{(other == '\t' ? "\\t" : other)}\" (and --decimal , where numbers have a decimal comma).");
        var twice = header.GroupBy(h => h, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"'{Short(g.Key)}'").ToList();
        if (twice.Count > 0) throw new DataException($"{Name}, line 1: the header names {string.Join(", ", twice.Take(20))}{(twice.Count > 20 ? Invariant($" and {twice.Count - 20} more") : "")} more than once.");
        return header;
    }

    private DataException Fault(string what) => new(Invariant($"{Name}, line {parser.RawRow}: {what}."));

    /// <summary>The beginning of a cell, for messages; control characters, which could steer a terminal, show as dots.</summary>
    internal static string Short(string cell)
    {
        string start = cell.Length <= 60 ? cell : cell[..57] + "...";
        return start.Any(char.IsControl) ? string.Concat(start.Select(c => char.IsControl(c) ? '\u00b7' : c)) : start;
    }
}
