namespace Redress.Data;

/// <summary>People in raw units: one row a person, one number a feature (a named value is its index), with what else the file said of them.</summary>
public sealed class Table
{
    private readonly double[] values;
    private readonly int first, width;   // asking the schema for its features at every row would be two calls
    private ulong[]? keys;

    /// <summary>Creates a table over the given values; the array is kept, not copied.</summary>
    /// <param name="schema">What the columns mean.</param>
    /// <param name="values">rows × features, row-major, in raw units; NaN where a cell could not be read.</param>
    /// <param name="ids">A person's name a row, or null.</param>
    /// <param name="labels">True a row whose outcome is the favourable one, or null where outcomes are unknown.</param>
    /// <param name="groups">For each group column a value a row.</param>
    /// <param name="faults">For rows that could not be read, what is wrong with them.</param>
    /// <param name="keys">A number that identifies each row's source, or null to derive it from the row's content.</param>
    /// <param name="classes">The number of each row's class among the schema's, or null where they are unknown; labels may then be left out, and else say the same.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or classes and labels.</exception>
    public Table(
        Schema schema,
        double[] values,
        IReadOnlyList<string>? ids = null,
        IReadOnlyList<bool>? labels = null,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? groups = null,
        IReadOnlyDictionary<int, string>? faults = null,
        ulong[]? keys = null,
        IReadOnlyList<int>? classes = null)
    {
        int features = schema.Features.Count;
        if (values.Length % features != 0) throw new ArgumentException(Invariant($"{values.Length} values do not fill rows of {features} features."), nameof(values));
        (Rows, width) = (values.Length / features, features);
        foreach (var (name, count) in new[] { ("ids", ids?.Count), ("labels", labels?.Count), ("keys", keys?.Length), ("classes", classes?.Count) })
            if (count is { } n && n != Rows) throw new ArgumentException(Invariant($"There are {n} {name} for {Rows} rows."), name);
        foreach (var (name, group) in groups ?? new Dictionary<string, IReadOnlyList<string>>())
            if (group.Count != Rows) throw new ArgumentException(Invariant($"Group '{name}' has {group.Count} values for {Rows} rows."), nameof(groups));
        Schema = schema;
        this.values = values;
        this.keys = keys;
        Ids = ids;
        Classes = classes;
        Labels = classes is null ? labels : LabelsOf(classes, schema, labels);
        Groups = groups ?? new Dictionary<string, IReadOnlyList<string>>();
        Faults = faults ?? new Dictionary<int, string>();
    }

    /// <summary>A view of rows that stand side by side in an array: their features alone, not copied.</summary>
    private Table(Schema schema, double[] values, int first, int rows)
    {
        width = schema.Features.Count;
        (Schema, this.values, this.first, Rows) = (schema, values, first * width, rows);
        Groups = new Dictionary<string, IReadOnlyList<string>>();
        Faults = new Dictionary<int, string>();
    }

    /// <summary>What the columns mean.</summary>
    public Schema Schema { get; }

    /// <summary>The number of people.</summary>
    public int Rows { get; }

    /// <summary>A person's name a row, or null.</summary>
    public IReadOnlyList<string>? Ids { get; }

    /// <summary>True a row whose outcome is the favourable one, or null where outcomes are unknown.</summary>
    public IReadOnlyList<bool>? Labels { get; }

    /// <summary>The number of each row's class among those that the schema declares, or null where it declares none or they are unknown.</summary>
    public IReadOnlyList<int>? Classes { get; }

    /// <summary>For each group column a value a row.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups { get; }

    /// <summary>For rows that could not be read, what is wrong with them.</summary>
    public IReadOnlyDictionary<int, string> Faults { get; }

    /// <summary>The features of one person, in schema order and raw units.</summary>
    public ReadOnlySpan<double> Row(int row) => values.AsSpan(first + row * width, width);

    /// <summary>All values, rows × features, row-major.</summary>
    public ReadOnlySpan<double> Values => values.AsSpan(first, Rows * width);

    /// <summary>
    /// A number that identifies a row's source: its id, else its content and how many rows before it have the same, so that people who happen to be
    /// alike are different rows. Rows of two tables with the same key were the same row.
    /// </summary>
    public ulong Key(int row) => (keys ??= DeriveKeys())[row];

    /// <summary>The number that keys a person's random stream: from the id, or from the raw features; never from the position.</summary>
    public ulong StreamKey(int row) => Ids is not null ? ContentHash.Of(Ids[row]) : ContentHash.Of(Row(row));

    /// <summary>The rows at the given positions, in that order.</summary>
    public Table Select(ReadOnlySpan<int> rows)
    {
        int features = Schema.Features.Count;
        var picked = new double[rows.Length * features];
        var faults = new Dictionary<int, string>();
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(picked.AsSpan(i * features));
            if (Faults.TryGetValue(rows[i], out string? fault)) faults[i] = fault;
        }
        var groups = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (name, group) in Groups) groups[name] = Pick(group, rows)!;
        return new Table(Schema, picked, Pick(Ids, rows), Pick(Labels, rows),
            groups, faults, Pick(keys, rows), Pick(Classes, rows));
    }

    /// <summary>The same rows, with another class as the favourable outcome.</summary>
    /// <param name="class">One of the schema's classes.</param>
    /// <exception cref="OptionsException">It is none of the schema's classes.</exception>
    public Table Favouring(string @class)
    {
        // Keys of rows without ids count their labels: what a row is must not depend on what is wanted of it.
        if (Labels is not null && Rows > 0) Key(0);
        return new(Schema.Favouring(@class), Values.ToArray(), Ids, null, Groups, Faults, keys, Classes);
    }

    /// <summary>A table over the first rows of an array, which is kept and may hold more.</summary>
    internal static Table Over(Schema schema, double[] values, int rows) => new(schema, values, 0, rows);

    /// <summary>The features alone of the rows at the given positions: all that a model sees.</summary>
    internal Table FeaturesOf(ReadOnlySpan<int> rows)
    {
        int features = Schema.Features.Count;
        if (rows.Length > 0 && rows[^1] - rows[0] == rows.Length - 1 && IsAscending(rows)) return new Table(Schema, values, first / features + rows[0], rows.Length);
        var picked = new double[rows.Length * features];
        for (int i = 0; i < rows.Length; i++) Row(rows[i]).CopyTo(picked.AsSpan(i * features, features));
        return new Table(Schema, picked);
    }

    /// <summary>One table of the rows of several with the same schema, one after the other. People who stand in more than one part get its name before their id, so that every row has an id of its own.</summary>
    /// <param name="parts">At least one; each with its name, all with ids or none.</param>
    internal static Table Join(IReadOnlyList<(string Name, Table Rows)> parts)
    {
        if (parts.Count == 1) return parts[0].Rows;
        var tables = parts.Select(p => p.Rows).ToList();
        var schema = tables[0].Schema;
        var values = new double[tables.Sum(t => t.Values.Length)];
        int filled = 0;
        foreach (var table in tables)
        {
            table.Values.CopyTo(values.AsSpan(filled));
            filled += table.Values.Length;
        }
        string[]? ids = tables.All(t => t.Ids is not null) ? [.. tables.SelectMany(t => t.Ids!)] : null;
        if (ids is not null && ids.Distinct(StringComparer.Ordinal).Count() < ids.Length) ids = [.. parts.SelectMany(p => p.Rows.Ids!.Select(id => $"{p.Name}-{id}"))];
        bool[]? labels = tables.All(t => t.Labels is not null) ? [.. tables.SelectMany(t => t.Labels!)] : null;
        var groups = schema.Groups.Where(g => tables.All(t => t.Groups.ContainsKey(g))).ToDictionary(g => g, g => (IReadOnlyList<string>)[.. tables.SelectMany(t => t.Groups[g])]);
        int[]? classes = tables.All(t => t.Classes is not null) ? [.. tables.SelectMany(t => t.Classes!)] : null;
        return new(schema, values, ids, labels, groups, classes: classes);
    }

    private static bool[] LabelsOf(IReadOnlyList<int> classes, Schema schema, IReadOnlyList<bool>? labels)
    {
        var favourable = new bool[classes.Count];
        for (int row = 0; row < favourable.Length; row++)
        {
            if (classes[row] < 0 || classes[row] >= schema.Classes.Count) throw new ArgumentException(Invariant($"Row {row} has class number {classes[row]}; the schema declares {schema.Classes.Count} classes."), nameof(classes));
            favourable[row] = schema.Classes[classes[row]] == schema.Favourable;
            if (labels is not null && labels[row] != favourable[row]) throw new ArgumentException(Invariant($"Row {row} has the class '{schema.Classes[classes[row]]}', and its label says otherwise."), nameof(labels));
        }
        return favourable;
    }

    private static bool IsAscending(ReadOnlySpan<int> rows)
    {
        for (int i = 1; i < rows.Length; i++)
            if (rows[i] != rows[i - 1] + 1) return false;
        return true;
    }

    /// <summary>The rows from <paramref name="start"/> on, <paramref name="count"/> of them.</summary>
    public Table Slice(int start, int count) => Select(Enumerable.Range(start, count).ToArray());

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Rows} people × {Schema.Features.Count} features");

    private ulong[] DeriveKeys()
    {
        var derived = new ulong[Rows];
        var copies = new Dictionary<ulong, ulong>();
        for (int row = 0; row < Rows; row++)
        {
            if (Ids is not null)
            {
                derived[row] = ContentHash.Of(Ids[row]);
                continue;
            }
            ulong content = ContentHash.Combine(ContentHash.Of(Row(row)), Labels is null ? 2ul : Labels[row] ? 1ul : 0ul);
            ulong copy = copies[content] = copies.GetValueOrDefault(content) + 1;
            derived[row] = ContentHash.Combine(content, copy);
        }
        return derived;
    }

    private static T[]? Pick<T>(IReadOnlyList<T>? from, ReadOnlySpan<int> rows)
    {
        if (from is null) return null;
        var picked = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++) picked[i] = from[rows[i]];
        return picked;
    }
}
