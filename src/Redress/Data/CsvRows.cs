using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using CsvHelper.Configuration;

namespace Redress.Data;

/// <summary>A CSV file cell by cell: header, rows with their line numbers, and every fault of the format named by file and line.</summary>
internal sealed class CsvRows : IDisposable
{
    internal const int MaxColumns = 10_000, MaxCell = 64 << 10;
    private readonly CsvText text;
    private readonly CsvParser parser;
    private bool isBad;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">A file, plain or .gz, or <c>-</c> for standard input.</param>
    /// <param name="options">How the file is written.</param>
    /// <exception cref="DataException">The file is empty or its header cannot be used.</exception>
    internal CsvRows(string path, CsvOptions options) : this(Open(path), path == "-" ? "standard input" : Path.GetFileName(path), options) { }

    internal CsvRows(Stream from, string name, CsvOptions options)
    {
        Name = name;
        text = new CsvText(from);
        try
        {
            OptionsException.ThrowIfAny(options.Problems());
            parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = options.Delimiter, BadDataFound = _ => isBad = true,
                MaxFieldSize = MaxCell, DetectColumnCountChanges = false, IgnoreBlankLines = true, TrimOptions = TrimOptions.None, WhiteSpaceChars = [],
            });
            Header = ReadHeader(options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file's name, for messages.</summary>
    internal string Name { get; }

    /// <summary>The names of the columns.</summary>
    internal string[] Header { get; }

    /// <summary>The line of the row that was read last, 1-based; a row with quoted line ends has the line it ends on.</summary>
    internal int Line => parser.RawRow;

    /// <summary>Cells in the row that was read last.</summary>
    internal int Count => parser.Count;

    /// <summary>What is wrong with the form of the row that was read last, with file and line, or null.</summary>
    internal string? Fault { get; private set; }

    /// <summary>A cell of the row that was read last.</summary>
    internal string this[int column] => parser[column];

    /// <summary>Reads the next row; false at the end.</summary>
    /// <exception cref="DataException">The format is broken there, and where rows begin and end is unknown from there on.</exception>
    internal bool Read()
    {
        if (!ReadRow()) return false;
        Fault = parser.Count != Header.Length
            ? Invariant($"{Name}, line {Line}: {parser.Count} cells; the header has {Header.Length}")
            : text.NeedsALook && FirstBad() is var (column, what) ? Invariant($"{Name}, line {Line}, column '{Header[column]}': {what}") : null;
        return true;
    }

    public void Dispose()
    {
        parser?.Dispose();
        text.Dispose();
    }

    private bool ReadRow()
    {
        int before = parser.RawRow;
        text.BeginRow();
        try
        {
            return parser.Read();
        }
        catch (CsvHelper.MaxFieldSizeException e)
        {
            throw new DataException(Invariant($"{Name}, line {before + 1}: a cell is longer than {MaxCell} characters; a quote may be left open."), e);
        }
        catch (RowTooLongException e)
        {
            throw new DataException(Invariant($"{Name}, line {before + 1}: the row is longer than {CsvText.MaxRow} characters; a quote may be left open, or this is no CSV file."), e);
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"{Name}: no valid gzip file ({e.Message})", e);
        }
    }

    private static Stream Open(string path)
    {
        if (path == "-") return Console.OpenStandardInput();
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) return file;
        RequireWholeGzip();
        return new GZipStream(file, CompressionMode.Decompress);
    }

    /// <summary>Without this switch .NET takes a gzip file that was cut off for a shorter one, and people would be lost in silence. A host's own choice stands.</summary>
    internal static void RequireWholeGzip()
    {
        const string Strict = "System.IO.Compression.UseStrictValidation";
        if (!AppContext.TryGetSwitch(Strict, out _)) AppContext.SetSwitch(Strict, true);
    }

    private string[] ReadHeader(CsvOptions options)
    {
        if (!ReadRow()) throw new DataException($"{Name}: empty; the first line must name the columns.");
        if (parser.Count > MaxColumns) throw new DataException(Invariant($"{Name}: {parser.Count} columns; the limit is {MaxColumns}."));
        if (text.NeedsALook && FirstBad() is var (_, what)) throw new DataException(Invariant($"{Name}, line {Line}: {what}."));
        string[] header = [.. parser.Record!.Select(h => h.Trim())];
        if (header.Length == 1)
            foreach (char other in ";\t|,")
                if (options.Delimiter[0] != other && header[0].Contains(other))
                    throw new DataException($"{Name}: the header is one column, '{Short(header[0])}'; if '{(other == '\t' ? "tab" : other)}' separates the columns, say --delimiter \"{(other == '\t' ? "\\t" : other)}\"{(other == ',' ? "" : " (and --decimal , where numbers have a decimal comma)")}.");
        var twice = header.GroupBy(h => h, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"'{Short(g.Key)}'").ToList();
        if (twice.Count > 0) throw new DataException(Invariant($"{Name}, line {Line}: the header names {string.Join(", ", twice.Take(20))}{(twice.Count > 20 ? Invariant($" and {twice.Count - 20} more") : "")} more than once."));
        return header;
    }

    /// <summary>The first cell whose form is broken, and how.</summary>
    private (int Column, string What)? FirstBad()
    {
        for (int c = 0; c < parser.Count; c++)
        {
            isBad = false;
            string cell = parser[c];
            if (cell.Contains(CsvText.NoText)) return (c, $"'{Short(cell.Replace(CsvText.NoText, '\ufffd'))}' is not UTF-8; save the file as UTF-8");
            if (isBad) return (c, $"a quote stands inside the cell '{Short(cell)}'");
        }
        return null;
    }

    /// <summary>The beginning of a cell, for messages; control characters, which could steer a terminal, are shown as dots.</summary>
    internal static string Short(string cell)
    {
        string start = cell.Length <= 60 ? cell : cell[..57] + "...";
        return start.Any(char.IsControl) ? string.Concat(start.Select(c => char.IsControl(c) ? '·' : c)) : start;
    }
}
