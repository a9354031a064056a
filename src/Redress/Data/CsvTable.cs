using System.Buffers;
using System.Text;

namespace Redress.Data;

/// <summary>Reads people from CSV. Columns go by name; every fault names file, line and column.</summary>
public static class CsvTable
{
    private const int MaxFaults = 20;

    /// <summary>Reads a whole file, for training and certificates: any fault stops.</summary>
    /// <param name="path">A file, plain or .gz, or <c>-</c> for standard input.</param>
    /// <param name="schema">What the columns mean.</param>
    /// <param name="options">How the file is written; null for commas and points.</param>
    /// <param name="needTarget">True where outcomes must be there; else they are read if every row has one.</param>
    /// <param name="summary">What was met.</param>
    /// <exception cref="DataException">There are faults; the message lists up to twenty.</exception>
    public static Table Read(string path, Schema schema, CsvOptions? options, bool needTarget, out CsvSummary summary)
    {
        options ??= new();
        summary = new();
        using var rows = new CsvRows(path, options);
        var reading = new Reading(rows, schema, options, needTarget, summary, withKeys: true);
        // The first ones only: a file of which every row is faulty must not fill the memory with texts.
        var faults = new List<string>();
        while (reading.Next(int.MaxValue, fault => { if (faults.Count < MaxFaults) faults.Add(fault); })) { }
        if (faults.Count > 0)
            throw new DataException(string.Join(Environment.NewLine, faults) + (summary.Faulty > MaxFaults ? Invariant($"{Environment.NewLine}and {summary.Faulty - MaxFaults} more faulty rows") : ""));
        var table = reading.Take();
        return table.Rows > 0 ? table : throw new DataException($"{rows.Name}: no rows{(summary.Dropped > 0 ? Invariant($" are left; {summary.Dropped} with missing values were dropped") : " below the header")}.");
    }

    /// <summary>Reads a file of any size in chunks, for scores and recourse: features and ids only. A faulty row stays in its place and carries its fault.</summary>
    /// <param name="path">A file, plain or .gz, or <c>-</c> for standard input.</param>
    /// <param name="schema">What the columns mean.</param>
    /// <param name="options">How the file is written; null for commas and points.</param>
    /// <param name="chunkRows">Rows a chunk, 1 or more.</param>
    /// <param name="summary">What was met, kept up to date.</param>
    /// <exception cref="DataException">The header or the format is broken.</exception>
    public static IEnumerable<Table> ReadChunks(string path, Schema schema, CsvOptions? options, int chunkRows, CsvSummary summary)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkRows, 1);
        // Opened here, so that a broken header stops the caller before anything is written.
        var rows = new CsvRows(path, options);
        try
        {
            return Chunks(rows, new Reading(rows, schema, options, false, summary, withKeys: false), chunkRows);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>Writes a table as CSV that <see cref="Read"/> reads back: ids, features, groups, and the outcome where it is known.</summary>
    public static void Write(Table table, Stream to)
    {
        using var text = new StreamWriter(to, new System.Text.UTF8Encoding(false), 1 << 16, leaveOpen: true);
        var schema = table.Schema;
        IEnumerable<string> Cells(int row)
        {
            if (table.Ids is { } ids) yield return ids[row];
            for (int f = 0; f < schema.Features.Count; f++) yield return schema.Features[f].Show(table.Row(row)[f]);
            foreach (var group in table.Groups) yield return group.Value[row];
            if (table.Classes is { } classes) yield return schema.Classes[classes[row]];
            else if (table.Labels is { } labels) yield return labels[row] ? schema.Favourable : $"not {schema.Favourable}";
        }
        string[] header =
        [
            .. table.Ids is null ? Array.Empty<string>() : [schema.Id ?? "id"], .. schema.Features.Select(f => f.Name), .. table.Groups.Keys,
            .. table.Labels is null ? Array.Empty<string>() : [schema.Target],
        ];
        text.Write(string.Join(',', header.Select(Quote)) + "\n");
        for (int row = 0; row < table.Rows; row++) text.Write(string.Join(',', Cells(row).Select(Quote)) + "\n");
    }

    /// <summary>A cell as CSV: in quotes where it must be.</summary>
    internal static string Quote(string cell) => cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static IEnumerable<Table> Chunks(CsvRows rows, Reading reading, int chunkRows)
    {
        using (rows)
        {
            bool more = true;
            while (more)
            {
                more = reading.Next(chunkRows, null);
                var table = reading.Take();
                if (table.Rows > 0) yield return table;
            }
        }
    }

    /// <summary>Gathers rows into tables.</summary>
    private sealed class Reading
    {
        private readonly CsvRows rows;
        private readonly Schema schema;
        private readonly CsvLayout layout;
        private readonly CsvOptions options;
        private readonly CsvSummary summary;
        private readonly bool withKeys;
        private readonly Dictionary<ulong, int> copies = [];
        private readonly ArrayBufferWriter<byte> text = new();
        private readonly double[] row;
        private List<double> values = [];
        private List<string> ids = [];
        private List<bool> labels = [];
        private List<int> classes = [];
        private List<ulong> keys = [];
        private List<string>[] groups;
        private Dictionary<int, string> faulty = [];
        private bool everyLabel = true;

        internal Reading(CsvRows rows, Schema schema, CsvOptions options, bool needTarget, CsvSummary summary, bool withKeys)
        {
            (this.rows, this.schema, this.options, this.summary, this.withKeys) = (rows, schema, options, summary, withKeys);
            layout = new CsvLayout(rows, schema, options, needTarget, modelOnly: !withKeys);
            summary.ExtraColumns = layout.Extra;
            row = new double[schema.Features.Count];
            groups = NewGroups();
        }

        /// <summary>Reads up to a number of rows; false at the end of the file. Faults go to <paramref name="onFault"/>, or stay with their row where that is null.</summary>
        internal bool Next(int count, Action<string>? onFault)
        {
            for (int taken = 0; taken < count;)
            {
                if (!rows.Read()) return false;
                string? fault = layout.Read(row, summary, out bool? label, out bool missing);
                if (missing && options.Missing == MissingValues.Drop)
                {
                    summary.Dropped++;
                    continue;
                }
                if (fault is not null) summary.Faulty++;
                if (fault is not null && onFault is not null) onFault(fault);
                else
                {
                    Add(fault, label);
                    taken++;
                }
            }
            return true;
        }

        /// <summary>The rows gathered since the last call.</summary>
        internal Table Take()
        {
            var byName = new Dictionary<string, IReadOnlyList<string>>();
            foreach (var (name, column) in layout.Groups.Zip(groups)) byName[name] = column;
            bool labelled = withKeys && layout.HasTarget && everyLabel;
            var table = new Table(schema, [.. values], layout.HasIds ? ids : null, labelled ? labels : null, byName, faulty, withKeys ? [.. keys] : null,
                labelled && schema.Classes.Count > 0 ? classes : null);
            (values, ids, labels, classes, keys, groups, faulty) = ([], [], [], [], [], NewGroups(), []);
            return table;
        }

        private void Add(string? fault, bool? label)
        {
            if (fault is not null) faulty[labels.Count] = fault;
            values.AddRange(row);
            if (layout.HasIds) ids.Add(layout.Id);
            for (int g = 0; g < groups.Length; g++) groups[g].Add(layout.Group(g));
            labels.Add(label ?? false);
            classes.Add(layout.Class);
            everyLabel &= label is not null;
            if (withKeys) keys.Add(layout.HasIds ? ContentHash.Of(layout.Id) : KeyOfContent());
            summary.Rows++;
        }

        /// <summary>The hash of all cells and of how many rows before had the same: people who happen to be alike are different rows.</summary>
        private ulong KeyOfContent()
        {
            text.ResetWrittenCount();
            for (int c = 0; c < rows.Count; c++)
            {
                System.Text.Encoding.UTF8.GetBytes(rows[c], text);
                text.Write("\u001f"u8);
            }
            ulong content = ContentHash.Of(text.WrittenSpan);
            int copy = copies[content] = copies.GetValueOrDefault(content) + 1;
            return ContentHash.Combine(content, (ulong)copy);
        }

        private List<string>[] NewGroups() => [.. layout.Groups.Select(_ => new List<string>())];
    }
}
