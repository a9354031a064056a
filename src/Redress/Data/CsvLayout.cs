using System.Globalization;

namespace Redress.Data;

/// <summary>Where a file has the columns of a schema, and how its cells are read.</summary>
internal sealed class CsvLayout
{
    private readonly Schema schema;
    private readonly CsvRows rows;
    private readonly CsvOptions options;
    private readonly NumberFormatInfo numbers;
    private readonly int[] features;
    private readonly Dictionary<string, int>?[] names;
    private readonly int target, id;
    private readonly string favourable;
    private readonly Dictionary<string, int>? classes;
    private readonly bool needTarget;
    private readonly (string Name, int Column)[] groups;

    /// <summary>Finds the schema's columns by name.</summary>
    /// <param name="rows">The file.</param>
    /// <param name="schema">What the columns mean.</param>
    /// <param name="options">How the file is written.</param>
    /// <param name="needTarget">True where outcomes must be there.</param>
    /// <param name="modelOnly">True where outcomes and groups are not asked for.</param>
    /// <exception cref="DataException">Columns are missing; the message lists them all.</exception>
    internal CsvLayout(CsvRows rows, Schema schema, CsvOptions options, bool needTarget, bool modelOnly = false)
    {
        (this.rows, this.schema, this.options, this.needTarget) = (rows, schema, options, needTarget);
        favourable = Canonical(schema.Favourable);
        classes = NumbersOf(schema.Classes);
        numbers = (NumberFormatInfo)NumberFormatInfo.InvariantInfo.Clone();
        numbers.NumberDecimalSeparator = options.Decimal.ToString();
        if (options.Decimal == ',') numbers.NumberGroupSeparator = ".";
        int Find(string? name) => name is null ? -1 : Array.IndexOf(rows.Header, name);
        features = [.. schema.Features.Select(f => Find(f.Name))];
        (target, id) = (modelOnly ? -1 : Find(schema.Target), Find(schema.Id));
        groups = modelOnly ? [] : [.. schema.Groups.Select(g => (g, Find(g))).Where(g => g.Item2 >= 0)];
        List<string> absent = [.. schema.Features.Where((_, f) => features[f] < 0).Select(f => f.Name)];
        if (needTarget && target < 0) absent.Add(schema.Target);
        if (schema.Id is { } named && id < 0) absent.Add(named);
        if (absent.Count > 0)
            throw new DataException($"{rows.Name}: the header lacks {string.Join(", ", absent.Take(20).Select(Suggest))}{(absent.Count > 20 ? Invariant($" and {absent.Count - 20} more") : "")}.");
        names = [.. schema.Features.Select(NamesOf)];
        var known = new HashSet<string>([.. schema.Features.Select(f => f.Name), schema.Target, schema.Id ?? schema.Target, .. schema.Groups, .. schema.Ignored], StringComparer.Ordinal);
        Extra = [.. rows.Header.Where(h => !known.Contains(h))];
    }

    /// <summary>Columns of the file that the schema does not name.</summary>
    internal IReadOnlyList<string> Extra { get; }

    internal bool HasTarget => target >= 0;

    internal bool HasIds => id >= 0;

    internal IEnumerable<string> Groups => groups.Select(g => g.Name);

    /// <summary>The person's id; a row without one is named by its line.</summary>
    internal string Id => rows.Count != rows.Header.Length || MeansMissing(rows[id], number: false) ? Invariant($"line {rows.Line}") : rows[id];

    internal string Group(int index) => rows.Count == rows.Header.Length ? rows[groups[index].Column] : "";

    /// <summary>The number of the present row's class, or -1 where the schema declares none or the row's is unknown.</summary>
    internal int Class { get; private set; } = -1;

    /// <summary>Reads the present row.</summary>
    /// <param name="values">Receives the features, NaN where a cell cannot be read.</param>
    /// <param name="summary">Counts missing values.</param>
    /// <param name="label">The outcome, or null where it is missing or the file has no target.</param>
    /// <param name="missing">True where a value is missing that must be there.</param>
    /// <returns>What is wrong, or null.</returns>
    internal string? Read(Span<double> values, CsvSummary summary, out bool? label, out bool missing)
    {
        missing = false;
        label = null;
        Class = -1;
        if (rows.Fault is { } broken)
        {
            values.Fill(double.NaN);
            return broken;
        }
        string? faults = null;
        for (int f = 0; f < values.Length; f++)
        {
            string cell = rows[features[f]];
            string? fault = names[f] is { } known ? ReadName(f, cell, known, summary, out values[f]) : ReadNumber(f, cell, out values[f]);
            if (fault is not null) Add(ref faults, fault, schema.Features[f].Name, summary, ref missing);
        }
        if (target >= 0 && !MeansMissing(rows[target], number: true))
        {
            label = IsFavourable(rows[target]);
            if (WhyNoClass(rows[target]) is { } none) Add(ref faults, none, schema.Target, summary, ref missing);
        }
        else if (needTarget) Add(ref faults, IsMissing, schema.Target, summary, ref missing);
        if (id >= 0 && MeansMissing(rows[id], number: false)) Add(ref faults, IsMissing, schema.Id!, summary, ref missing);
        return faults;
    }

    private void Add(ref string? faults, string fault, string name, CsvSummary summary, ref bool missing)
    {
        if (ReferenceEquals(fault, IsMissing))
        {
            missing = true;
            summary.CountMissing(name);
        }
        string column = $"column '{name}': {fault}";
        faults = faults is null ? Invariant($"{rows.Name}, line {rows.Line}, {column}") : $"{faults}; {column}";
    }

    private const string IsMissing = "the value is missing";

    private string? ReadNumber(int f, string cell, out double value)
    {
        var feature = schema.Features[f];
        value = double.NaN;
        if (!TryWhole(cell, out double number) && !double.TryParse(cell, NumberStyles.Float, numbers, out number))
            return MeansMissing(cell, number: true) ? IsMissing : $"'{CsvRows.Short(cell)}' is no number{(options.Decimal == '.' && cell.Contains(',') ? " (--decimal , reads decimal commas)" : "")}";
        if (!double.IsFinite(number)) return MeansMissing(cell, number: true) ? IsMissing : $"'{CsvRows.Short(cell)}' is not finite";
        if (!feature.Holds(number)) return $"'{CsvRows.Short(cell)}' is not whole, and the column is of integers";
        value = number;
        return null;
    }

    /// <summary>Most cells are a few digits, which take no parser.</summary>
    private static bool TryWhole(string cell, out double number)
    {
        number = 0;
        if (cell.Length is 0 or > 15) return false;
        foreach (char c in cell)
        {
            if (!char.IsAsciiDigit(c)) return false;
            number = 10 * number + (c - '0');
        }
        return true;
    }

    private string? ReadName(int f, string cell, Dictionary<string, int> known, CsvSummary summary, out double value)
    {
        value = double.NaN;
        // A schema that lists NA means the value NA.
        if (options.Missing == MissingValues.Category && MeansMissing(cell, number: false) && (cell == "?" || !known.ContainsKey(cell)))
        {
            summary.CountMissing(schema.Features[f].Name);
            cell = "?";
            if (!known.ContainsKey(cell)) return "the value is missing, and the schema does not list the value '?'";
        }
        if (!known.TryGetValue(cell, out int index) && !known.TryGetValue(Canonical(cell), out index))
        {
            if (MeansMissing(cell, number: false)) return IsMissing;
            return $"'{CsvRows.Short(cell)}' is not among the schema's values ({Listed(schema.Features[f].Values)})";
        }
        value = index;
        return null;
    }

    /// <summary>Reads the class of a row, where the schema declares classes.</summary>
    private string? WhyNoClass(string cell)
    {
        if (classes is null) return null;
        if (!classes.TryGetValue(cell, out int number) && !classes.TryGetValue(Canonical(cell), out number)) return $"'{CsvRows.Short(cell)}' is none of the schema's classes ({Listed(schema.Classes)})";
        Class = number;
        return null;
    }

    private static string Listed(IReadOnlyList<string> values) => $"{string.Join(", ", values.Take(8))}{(values.Count > 8 ? ", ..." : "")}";

    private bool IsFavourable(string cell) => cell == schema.Favourable || Canonical(cell) == favourable;

    private static Dictionary<string, int>? NamesOf(Feature feature) => feature.IsNamed ? NumbersOf(feature.Values) : null;

    /// <summary>The number of each value by its name as it is and in its one form; null where there are none.</summary>
    private static Dictionary<string, int>? NumbersOf(IReadOnlyList<string> values)
    {
        if (values.Count == 0) return null;
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int v = 0; v < values.Count; v++) numbers.TryAdd(values[v], v);
        for (int v = 0; v < values.Count; v++) numbers.TryAdd(Canonical(values[v]), v);
        return numbers;
    }

    /// <summary>Without spaces around it, and numbers in one form: programs write the code 1 as 1 or 1.0.</summary>
    private static string Canonical(string cell)
    {
        string trimmed = cell.Trim();
        return trimmed.Length is > 0 and < 32 && double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number.ToString("R", CultureInfo.InvariantCulture) : trimmed;
    }

    internal static bool MeansMissing(string cell, bool number)
    {
        var trimmed = cell.AsSpan().Trim();
        if (trimmed.Length > 4) return false;
        if (trimmed.Length == 0 || trimmed is "?" or "NA" or "N/A") return true;
        return number && (trimmed.Equals("nan", StringComparison.OrdinalIgnoreCase) || trimmed.Equals("null", StringComparison.OrdinalIgnoreCase));
    }

    private string Suggest(string absent)
    {
        string? near = rows.Header.FirstOrDefault(h => string.Equals(Squeeze(h), Squeeze(absent), StringComparison.OrdinalIgnoreCase));
        return near is null ? $"'{absent}'" : $"'{absent}' (is it '{near}'?)";
    }

    private static string Squeeze(string name) => string.Concat(name.Where(char.IsLetterOrDigit));
}
