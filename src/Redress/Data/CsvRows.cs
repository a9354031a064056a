using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Redress.Data;

/// <summary>A CSV file cell by cell: header, rows with their line numbers, and every fault of the format named by file and line.</summary>
internal sealed class CsvRows : IDisposable
{
    internal const int MaxColumns = 10_000, MaxCell = 64 << 10;
    private readonly StreamReader text;
    private readonly CsvParser parser;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">A file, plain or .gz, or <c>-</c> for standard input.</param>
    /// <param name="options">How the file is written.</param>
    /// <exception cref="DataException">The file is empty or its header cannot be used.</exception>
    internal CsvRows(string path, CsvOptions options) : this(Open(path), path == "-" ? "standard input" : Path.GetFileName(path), options) { }

    internal CsvRows(Stream from, string name, CsvOptions options)
    {
        OptionsException.ThrowIfAny(options.Problems());
        Name = name;
        text = new StreamReader(from, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, 1 << 16);
        parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = options.Delimiter, BadDataFound = a => throw Fault($"a quote stands inside the cell '{Short(a.Field)}'"),
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
    internal string this[int column] => parser[column];

    /// <summary>Reads the next row; false at the end.</summary>
    /// <exception cref="DataException">The format is broken there.</exception>
    internal bool Read()
    {
        try
        {
            return parser.Read();
        }
        catch (DecoderFallbackException e)
        {
            throw new DataException(Invariant($"{Name}, near line {parser.RawRow + 1}: not UTF-8 (byte {e.Index}); save the file as UTF-8."), e);
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
        string[] header = [.. parser.Record!.Select(h => h.Trim())];
        if (header.Length == 1)
            foreach (char other in ";\t|")
                if (options.Delimiter[0] != other && header[0].Contains(other))
                    throw new DataException($"{Name}: the header is one column, '{Short(header[0])}'; if '{(other == '\t' ? "tab" : other)}' separates the columns, say --delimiter \"{(other == '\t' ? "\\t" : other)}\" (and --decimal , where numbers have a decimal comma).");
        var twice = header.GroupBy(h => h, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"'{g.Key}'").ToList();
        if (twice.Count > 0) throw new DataException($"{Name}, line 1: the header names {string.Join(", ", twice)} more than once.");
        return header;
    }

    private DataException Fault(string what) => new(Invariant($"{Name}, line {parser.RawRow}: {what}."));

    /// <summary>The beginning of a cell, for messages.</summary>
    internal static string Short(string cell) => cell.Length <= 60 ? cell : cell[..57] + "...";
}
