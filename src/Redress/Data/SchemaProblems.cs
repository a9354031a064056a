namespace Redress.Data;

/// <summary>Finds everything in a schema that contradicts itself, all at once.</summary>
internal static class SchemaProblems
{
    /// <summary>The most features a schema may have; files beyond it are refused before anything is allocated.</summary>
    internal const int MaxFeatures = 10_000;

    private const int MaxClasses = 1000;

    /// <summary>Throws one exception that lists every problem of the schema.</summary>
    /// <exception cref="SchemaException">There is at least one problem.</exception>
    internal static void Throw(Schema schema)
    {
        var problems = Of(schema).ToList();
        if (problems.Count > 0) throw new SchemaException(string.Join(Environment.NewLine, problems));
    }

    private static IEnumerable<string> Of(Schema schema)
    {
        if (schema.Features.Count == 0) yield return "The schema has no feature; give at least one column the role \"feature\".";
        if (schema.Features.Count > MaxFeatures) yield return Invariant($"The schema has {schema.Features.Count} features; the limit is {MaxFeatures}.");
        if (string.IsNullOrEmpty(schema.Target)) yield return "The schema names no target column.";

        foreach (string problem in Classes(schema)) yield return problem;
        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        IEnumerable<(string Name, string Role)> columns =
        [
            .. schema.Features.Select(f => (f.Name, "feature")), (schema.Target, "target"),
            .. schema.Id is { } id ? [(id, "id")] : Array.Empty<(string, string)>(),
            .. schema.Groups.Select(g => (g, "group")), .. schema.Ignored.Select(i => (i, "ignore")),
        ];
        foreach (var (name, role) in columns)
        {
            if (roles.TryAdd(name, role)) continue;
            yield return roles[name] == role
                ? $"Column '{name}' is listed twice."
                : $"Column '{name}' has two roles, {roles[name]} and {role}; a column has one.";
        }
        foreach (var feature in schema.Features)
            foreach (string problem in Of(feature, schema)) yield return problem;
        foreach (var constraint in schema.Constraints)
            foreach (string problem in Of(constraint, schema)) yield return problem;
    }

    private static IEnumerable<string> Classes(Schema schema)
    {
        if (schema.Classes.Count == 0) yield break;
        if (schema.Classes.Count == 1) yield return $"The target '{schema.Target}' lists the class '{schema.Classes[0]}' alone; list all of its values, or none.";
        if (schema.Classes.Count > MaxClasses) yield return Invariant($"The target '{schema.Target}' lists {schema.Classes.Count} classes; the limit is {MaxClasses}.");
        foreach (var twice in schema.Classes.GroupBy(c => c, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return Invariant($"The target '{schema.Target}' lists the class '{twice.Key}' {twice.Count()} times.");
        if (!schema.Classes.Contains(schema.Favourable)) yield return $"The favourable outcome '{schema.Favourable}' is none of the classes that the target '{schema.Target}' lists.";
    }

    private static IEnumerable<string> Of(Feature f, Schema schema)
    {
        if (f.IsNamed && f.Values.Count == 0) yield return $"Feature '{f.Name}' is {f.Kind.ToString().ToLowerInvariant()} and lists no values.";
        if (!f.IsNamed && f.Values.Count > 0) yield return $"Feature '{f.Name}' is a number and lists named values; use allowed values instead.";
        foreach (var twice in f.Values.GroupBy(v => v, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return $"Feature '{f.Name}' lists the value '{twice.Key}' {twice.Count()} times.";
        if (f is { Kind: FeatureKind.Categorical, Change: Change.Increase or Change.Decrease })
            yield return $"Feature '{f.Name}' is categorical and cannot {f.Change.ToString().ToLowerInvariant()}; it has no order (use the kind ordinal).";
        if (f.Kind == FeatureKind.Categorical && (f.Minimum ?? f.Maximum) is not null)
            yield return $"Feature '{f.Name}' is categorical and has a range; it has no order (list allowed values instead).";
        if (f.Kind == FeatureKind.Categorical && f.LargestChange is not null)
            yield return $"Feature '{f.Name}' is categorical and has a largest change; it has no order (list allowed values instead).";
        if (f.Minimum is { } low && f.Maximum is { } high && !(low <= high))
            yield return Invariant($"Feature '{f.Name}' has the empty range {low} to {high}.");
        if (f.Minimum is { } min && !double.IsFinite(min) || f.Maximum is { } max && !double.IsFinite(max))
            yield return $"Feature '{f.Name}' has a range that is not finite.";
        if (f.LargestChange is { } largest && !(largest.Amount > 0 && double.IsFinite(largest.Amount)))
            yield return Invariant($"Feature '{f.Name}' has the largest change {largest.Amount}; it must be more than 0 and finite.");
        if (f.LargestChange is { Unit: ChangeUnit.Percentiles, Amount: > 100 } points)
            yield return Invariant($"Feature '{f.Name}' has a largest change of {points.Amount} percentiles; the limit is 100.");
        if (!(f.CostWeight > 0 && double.IsFinite(f.CostWeight)))
            yield return Invariant($"Feature '{f.Name}' has the cost weight {f.CostWeight}; it must be more than 0 and finite.");
        foreach (string problem in Allowed(f)) yield return problem;
        foreach (string problem in Tie(f, schema)) yield return problem;
    }

    private static IEnumerable<string> Allowed(Feature f)
    {
        if (f.Allowed is not { } allowed) yield break;
        if (allowed.Count == 0) yield return $"Feature '{f.Name}' has an empty list of allowed values; use change none.";
        foreach (double value in allowed)
            if (!f.Holds(value))
                yield return Invariant($"Feature '{f.Name}' allows {value}, which is no value of its kind ({f.Kind.ToString().ToLowerInvariant()}).");
        for (int i = 1; i < allowed.Count; i++)
            if (!(allowed[i - 1] < allowed[i]))
                yield return Invariant($"Feature '{f.Name}' has allowed values out of order: {allowed[i - 1]} before {allowed[i]}.");
    }

    private static IEnumerable<string> Tie(Feature f, Schema schema)
    {
        if (f.SameAs is not { } name) yield break;
        var leader = schema.Features.FirstOrDefault(o => o.Name == name);
        if (leader is null) yield return $"Feature '{f.Name}' is the same as '{name}', which is no feature.";
        else if (leader == f) yield return $"Feature '{f.Name}' is the same as itself.";
        else if (leader.SameAs is not null) yield return $"Feature '{f.Name}' is the same as '{name}', which itself follows '{leader.SameAs}'; name that one.";
        if (f.IsActionable)
            yield return $"Feature '{f.Name}' is the same as '{name}' and says how it may change; only '{name}' may, and '{f.Name}' follows.";
    }

    private static IEnumerable<string> Of(LinearConstraint constraint, Schema schema)
    {
        if (!double.IsFinite(constraint.Bound)) yield return $"The constraint '{constraint.Text}' has a bound that is not finite.";
        if (constraint.Terms.Count == 0) yield return $"The constraint '{constraint.Text}' names no feature.";
        foreach (var (index, coefficient) in constraint.Terms)
        {
            if (index < 0 || index >= schema.Features.Count) yield return $"The constraint '{constraint.Text}' names a feature that does not exist.";
            else if (schema.Features[index].IsNamed) yield return $"The constraint '{constraint.Text}' is over '{schema.Features[index].Name}', which is not numeric.";
            if (!double.IsFinite(coefficient)) yield return $"The constraint '{constraint.Text}' has a coefficient that is not finite.";
        }
    }
}
