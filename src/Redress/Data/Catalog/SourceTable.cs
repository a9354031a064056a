using System.Globalization;

namespace Redress.Data.Catalog;

/// <summary>A published CSV file row by row, by column name, and the table that is made of it.</summary>
/// <param name="schema">The table's schema; its id column is <see cref="Row"/>.</param>
/// <param name="part">What the ids of this file begin with, so that rows of two files differ.</param>
internal sealed class SourceTable(Schema schema, string part = "")
{
    private readonly List<double> values = [];
    private readonly List<bool> labels = [];
    private readonly List<string> ids = [];

    /// <summary>The id column of every known data set: the row's number among those kept. It makes a table and its exported file the same people.</summary>
    internal const string Row = "row";
    private readonly Dictionary<string, IReadOnlyList<string>> groups = [];

    /// <summary>One row of the file.</summary>
    internal sealed class Source(CsvRows rows, Dictionary<string, int> columns)
    {
        internal string this[string column] => rows[columns[column]];

        /// <summary>True for one value of a column, false for another, numbers in any form; a third is not the published file's.</summary>
        internal bool Is(string column, string yes, string no) => Means(this[column], yes) || (Means(this[column], no) ? false : throw Fault(column, $"is not {yes} or {no}; is it the published file?"));

        internal DataException Fault(string column, string what) => new(Invariant($"{rows.Name}, line {rows.Line}, column '{column}': '{CsvRows.Short(this[column])}' {what}"));

        internal double Number(string column) => double.TryParse(this[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw Fault(column, "is no number.");

        /// <summary>The value of a feature: a number, or the place of a name.</summary>
        internal double Value(Feature feature)
        {
            if (!feature.IsNamed) return Number(feature.Name);
            string cell = this[feature.Name];
            for (int v = 0; v < feature.Values.Count; v++)
                if (feature.Values[v] == cell) return v;
            for (int v = 0; v < feature.Values.Count; v++)
                if (Means(cell, feature.Values[v])) return v;
            throw Fault(feature.Name, $"is not among {string.Join(", ", feature.Values)}.");
        }
    }

    /// <summary>True for a name, and for a code that is written 1.0 in the place of 1.</summary>
    private static bool Means(string cell, string name) => cell == name || cell.EndsWith(".0", StringComparison.Ordinal) && cell.AsSpan(0, cell.Length - 2).SequenceEqual(name);

    /// <summary>Visits every row of a file.</summary>
    /// <exception cref="DataException">The file lacks a column.</exception>
    internal static void Each(string path, string[] needed, Action<Source> visit)
    {
        using var rows = new CsvRows(path, new());
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int c = 0; c < rows.Header.Length; c++) columns[rows.Header[c]] = c;
        string[] absent = [.. needed.Where(n => !columns.ContainsKey(n))];
        if (absent.Length > 0) throw new DataException($"{rows.Name}: the header lacks {string.Join(", ", absent.Select(a => $"'{a}'"))}; is it the published file?");
        var source = new Source(rows, columns);
        bool any = false;
        for (; rows.Read(); any = true)
        {
            if (rows.Fault is { } fault) throw new DataException(fault + ".");
            visit(source);
        }
        if (!any) throw new DataException($"{rows.Name}: no rows below the header; is it the published file?");
    }

    /// <summary>Adds a person: features in schema order, outcome, one value for each group column in order, and an id where it is not to be the row's number.</summary>
    internal void Add(ReadOnlySpan<double> features, bool favourable, ReadOnlySpan<string> group, string? id = null)
    {
        foreach (double value in features) values.Add(value);
        labels.Add(favourable);
        for (int g = 0; g < group.Length; g++)
        {
            if (!groups.TryGetValue(schema.Groups[g], out var column)) groups[schema.Groups[g]] = column = new List<string>();
            ((List<string>)column).Add(group[g]);
        }
        ids.Add(id ?? Invariant($"{part}{labels.Count}"));
    }

    internal Table Table() => new(schema, [.. values], ids, labels, groups);
}
