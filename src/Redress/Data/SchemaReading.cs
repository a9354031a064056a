using System.Globalization;

namespace Redress.Data;

/// <summary>Turns a schema document into a schema; every problem of the document is collected.</summary>
internal sealed class SchemaReading(SchemaDocument document)
{
    private readonly List<string> problems = [];

    /// <summary>The schema.</summary>
    /// <exception cref="SchemaException">The document has problems; the message lists them all, one a line.</exception>
    internal Schema Schema()
    {
        if (document.Columns.Count > SchemaProblems.MaxFeatures)
            throw new SchemaException(Invariant($"There are {document.Columns.Count} columns; the limit is {SchemaProblems.MaxFeatures}."));
        var features = new List<Feature>();
        var (ids, groups, ignored) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (name, column) in document.Columns)
        {
            if (column is null)
            {
                problems.Add($"Column '{name}' is null; write {{}} for a numeric feature.");
                continue;
            }
            switch (column.Role ?? ColumnRole.Feature)
            {
                case ColumnRole.Feature: features.Add(FeatureOf(name, column)); break;
                case ColumnRole.Target when name == document.Target.Column: break;
                case ColumnRole.Target: problems.Add($"Column '{name}' has the role target, but \"target\" names '{document.Target.Column}'."); break;
                case ColumnRole.Id: ids.Add(name); break;
                case ColumnRole.Group: groups.Add(name); break;
                default: ignored.Add(name); break;
            }
        }
        if (ids.Count > 1) problems.Add($"Columns {string.Join(", ", ids.Select(i => $"'{i}'"))} all have the role id; one can.");
        var constraints = Constraints(features);
        if (document.Target.Classes is { } classes)
        {
            if (classes.Any(c => c is null)) problems.Add($"The target '{document.Target.Column}' lists a class that is null.");
            if (classes.Count == 0) problems.Add($"The target '{document.Target.Column}' lists no class; leave \"classes\" out or list all of its values.");
        }
        Schema? schema = null;
        try
        {
            schema = new Schema(features, document.Target.Column, document.Target.Favourable, ids.FirstOrDefault(), groups, ignored, constraints, [.. (document.Target.Classes ?? []).OfType<string>()]);
        }
        catch (SchemaException e)
        {
            problems.AddRange(e.Message.Split(Environment.NewLine));
        }
        return problems.Count == 0 ? schema! : throw new SchemaException(string.Join(Environment.NewLine, problems.Distinct(StringComparer.Ordinal)));
    }

    private Feature FeatureOf(string name, ColumnDocument column)
    {
        var kind = column.Type ?? FeatureKind.Numeric;
        if (kind != FeatureKind.Categorical && column.Values is not null) problems.Add($"Feature '{name}' has \"values\", which categorical columns have{(kind == FeatureKind.Ordinal ? "; an ordinal one has \"order\"" : "")}.");
        if (kind != FeatureKind.Ordinal && column.Order is not null) problems.Add($"Feature '{name}' has \"order\", which ordinal columns have.");
        var named = (kind == FeatureKind.Ordinal ? column.Order : column.Values) ?? [];
        if (named.Any(v => v is null)) problems.Add($"Feature '{name}' lists a value that is null.");
        var feature = new Feature(name, kind, [.. named.OfType<string>()], column.Change ?? Change.None, CostWeight: column.CostWeight ?? 1, SameAs: column.SameAs);
        feature = feature with { LargestChange = LargestChangeOf(name, column.LargestChange) };
        if (column.Range is { } range)
        {
            if (range.Count != 2) problems.Add(Invariant($"Feature '{name}' has a range of {range.Count} values; it needs two, lowest and highest."));
            else feature = feature with { Minimum = ValueOf(feature, range[0], "range"), Maximum = ValueOf(feature, range[1], "range") };
        }
        if (column.Allowed is { } allowed)
        {
            double[] values = [.. allowed.Select(a => ValueOf(feature, a, "allowed values")).OfType<double>().Distinct().Order()];
            if (values.Length > 0 || allowed.Count == 0) feature = feature with { Allowed = values };
        }
        return feature;
    }

    private double? ValueOf(Feature feature, Cell? cell, string where)
    {
        if (cell is not { } given) return null;
        double value = given.In(feature);
        if (!double.IsNaN(value)) return value;
        // A range of an integer may be wider than its values: 0.5 is a fair limit.
        if (where == "range" && !feature.IsNamed && given.Number is { } number && double.IsFinite(number)) return number;
        problems.Add($"Feature '{feature.Name}' has '{given}' in its {where}, which is no value of it.");
        return null;
    }

    private LargestChange? LargestChangeOf(string name, Cell? cell)
    {
        if (cell is not { } given) return null;
        if (given.Number is { } raw) return new(raw, ChangeUnit.Raw);
        string[] words = (given.Name ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ChangeUnit? unit = words.Length switch
        {
            1 => ChangeUnit.Raw,
            2 when words[1] == "sd" => ChangeUnit.StandardDeviations,
            2 when words[1] is "percentiles" or "percentile" => ChangeUnit.Percentiles,
            _ => null,
        };
        if (unit is { } known && double.TryParse(words[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double amount)) return new(amount, known);
        problems.Add($"Feature '{name}' has the largest change \"{given}\"; write a number, \"0.75 sd\" or \"20 percentiles\".");
        return null;
    }

    private List<LinearConstraint> Constraints(List<Feature> features)
    {
        var constraints = new List<LinearConstraint>();
        foreach (string text in document.Constraints ?? [])
        {
            if (text is null)
            {
                problems.Add("A constraint is null.");
                continue;
            }
            try
            {
                constraints.AddRange(ConstraintText.Parse(text, features));
            }
            catch (SchemaException e)
            {
                problems.Add(e.Message);
            }
        }
        return constraints;
    }
}
