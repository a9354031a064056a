namespace Redress.Data;

/// <summary>What a schema and a file say of each other.</summary>
/// <param name="Rows">Rows that could be read.</param>
/// <param name="Favourable">Rows with the favourable outcome, or null where the file has no target.</param>
/// <param name="Actionable">The features that people may change.</param>
/// <param name="Problems">What must be mended before training; a fault of the file names line and column.</param>
/// <param name="Warnings">What is worth a look.</param>
/// <param name="Summary">Missing values, dropped rows and extra columns.</param>
public sealed record CheckReport(int Rows, int? Favourable, IReadOnlyList<string> Actionable, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings, CsvSummary Summary);

/// <summary>Checks a schema against itself and against a file, before anything is trained.</summary>
public static class SchemaCheck
{
    /// <summary>Runs every check.</summary>
    /// <param name="schemaPath">The schema file.</param>
    /// <param name="csvPath">The data.</param>
    /// <param name="options">How the data are written; null for commas and points.</param>
    /// <exception cref="SchemaException">The schema cannot be read at all.</exception>
    public static CheckReport Run(string schemaPath, string csvPath, CsvOptions? options = null)
    {
        var schema = SchemaFile.Load(schemaPath);
        string[] actionable = [.. schema.Features.Where(f => f.IsActionable).Select(f => f.Name)];
        var summary = new CsvSummary();
        Table table;
        try
        {
            table = CsvTable.Read(csvPath, schema, options, needTarget: false, out summary);
        }
        catch (DataException e)
        {
            return new(0, null, actionable, e.Message.Split(Environment.NewLine), [], summary);
        }
        return new(table.Rows, table.Labels?.Count(l => l), actionable, [.. Problems(table)], [.. Warnings(table, summary)], summary);
    }

    /// <summary>Says why nobody in a table could be given recourse: everyone is outside a range or breaks a constraint, so that "no change" is in no action set; null where it is in one.</summary>
    internal static string? WhyNobody(Table table)
    {
        var schema = table.Schema;
        if (Enumerable.Range(0, table.Rows).Any(r => Enumerable.Range(0, schema.Features.Count).All(f => IsWithin(schema.Features[f], table.Row(r)[f])) && schema.Constraints.All(c => c.Holds(table.Row(r))))) return null;
        string[] why =
        [
            .. schema.Features.Where((feature, f) => Enumerable.Range(0, table.Rows).All(r => !IsWithin(feature, table.Row(r)[f]))).Select(f => $"'{f.Name}' is outside its range {Limit(f, f.Minimum)} to {Limit(f, f.Maximum)}"),
            .. schema.Constraints.Where(c => Enumerable.Range(0, table.Rows).All(r => !c.Holds(table.Row(r)))).Select(c => $"the constraint '{c.Text}' does not hold"),
        ];
        return Invariant($"Nobody can be given recourse, for 'no change' is in nobody's action set: of all {table.Rows} people {(why.Length > 0 ? string.Join(" and ", why) : "each is outside a range or breaks a constraint")}.");
    }

    private static bool IsWithin(Feature feature, double value) => !(value < feature.Minimum || value > feature.Maximum);

    private static string Limit(Feature feature, double? limit) => limit is { } value ? feature.Show(value) : "(no limit)";

    private static IEnumerable<string> Problems(Table table)
    {
        var schema = table.Schema;
        if (WhyNobody(table) is { } nobody) yield return nobody;
        string? untied = null;
        TrainingStatistics? statistics = null;
        try
        {
            statistics = TrainingStatistics.Of(table);
        }
        catch (SchemaException e)
        {
            untied = e.Message;
        }
        if (untied is not null) yield return untied;
        for (int f = 0; statistics is not null && f < schema.Features.Count; f++)
            if (statistics.IsConstant(f)) yield return Invariant($"Column '{schema.Features[f].Name}' is {schema.Features[f].Show(table.Row(0)[f])} in all {table.Rows} rows; give it the role ignore.");
        if (table.Labels is not { } labels) yield break;
        int favourable = labels.Count(l => l);
        if (favourable == 0) yield return $"No row has the favourable outcome '{schema.Favourable}' in '{schema.Target}'.";
        if (favourable == labels.Count) yield return $"Every row has the favourable outcome '{schema.Favourable}' in '{schema.Target}'.";
    }

    private static IEnumerable<string> Warnings(Table table, CsvSummary summary)
    {
        var schema = table.Schema;
        if (!schema.Features.Any(f => f.IsActionable)) yield return "Nobody can change anything yet: no feature has the change any, increase or decrease.";
        if (table.Labels is null) yield return $"The target column '{schema.Target}' is missing or not in every row; training needs it.";
        foreach (string group in schema.Groups)
            if (!table.Groups.ContainsKey(group)) yield return $"The group column '{group}' is missing; metrics cannot compare by it.";
        if (table.Ids is { } ids && ids.Distinct(StringComparer.Ordinal).Count() is var distinct && distinct < ids.Count)
            yield return Invariant($"Column '{schema.Id}' names {ids.Count} rows by {distinct} ids; an id should name one person.");
        for (int f = 0; f < schema.Features.Count; f++)
        {
            var feature = schema.Features[f];
            int outside = Enumerable.Range(0, table.Rows).Count(r => table.Row(r)[f] < feature.Minimum || table.Row(r)[f] > feature.Maximum);
            if (outside > 0 && outside < table.Rows) yield return Invariant($"{outside} of {table.Rows} people are outside the range of '{feature.Name}'; they cannot be given recourse while they are.");
        }
        foreach (var constraint in schema.Constraints)
        {
            int broken = Enumerable.Range(0, table.Rows).Count(r => !constraint.Holds(table.Row(r)));
            if (broken > 0 && broken < table.Rows) yield return Invariant($"{broken} of {table.Rows} people already break the constraint '{constraint.Text}'; they cannot be given recourse while they do.");
        }
        if (summary.Dropped > 0) yield return Invariant($"{summary.Dropped} rows with missing values were left out.");
    }
}
