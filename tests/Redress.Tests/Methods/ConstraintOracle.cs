using Redress.Data;

namespace Redress.Tests.Methods;

/// <summary>A second, independent reading of a schema's rules, so that the library does not judge itself.</summary>
internal static class ConstraintOracle
{
    private const double Tolerance = 1e-9;

    /// <summary>Everything about a changed row that the schema forbids.</summary>
    internal static List<string> Violations(Table training, double[] from, double[] to)
    {
        var schema = training.Schema;
        var violations = new List<string>();
        for (int f = 0; f < from.Length; f++)
        {
            var feature = schema.Features[f];
            if (feature.Kind != FeatureKind.Numeric && to[f] != Math.Floor(to[f])) violations.Add($"{feature.Name} is {to[f]}, not whole");
            if (feature.IsNamed && (to[f] < 0 || to[f] >= feature.Values.Count)) violations.Add($"{feature.Name} has no value {to[f]}");
            if (from[f] == to[f]) continue;
            if (feature.SameAs is { } leader)
            {
                int l = schema.IndexOf(leader);
                if (!Pairs(training, l, f).Contains((to[l], to[f]))) violations.Add($"{feature.Name} = {to[f]} never goes with {leader} = {to[l]}");
                continue;
            }
            violations.AddRange(Limits(training, feature, f, from[f], to[f]));
        }
        for (int f = 0; f < from.Length; f++)
            if (schema.Features[f].SameAs is { } leader && from[schema.IndexOf(leader)] != to[schema.IndexOf(leader)] && !Pairs(training, schema.IndexOf(leader), f).Contains((to[schema.IndexOf(leader)], to[f])))
                violations.Add($"{schema.Features[f].Name} did not follow {leader}");
        foreach (var constraint in schema.Constraints)
            if (constraint.Terms.Sum(t => t.Coefficient * to[t.Feature]) > constraint.Bound + Tolerance * 100) violations.Add(constraint.Text);
        return violations;
    }

    /// <summary>Every feature that a step moves against its declared direction.</summary>
    internal static IEnumerable<string> WrongWay(Schema schema, double[] from, double[] to)
    {
        for (int f = 0; f < from.Length; f++)
            if (schema.Features[f].Change == Change.Increase && to[f] < from[f] || schema.Features[f].Change == Change.Decrease && to[f] > from[f]) yield return $"{schema.Features[f].Name} went from {from[f]} to {to[f]}";
    }

    private static IEnumerable<string> Limits(Table training, Feature feature, int f, double from, double to)
    {
        if (feature.Change == Change.None) yield return $"{feature.Name} is frozen and went from {from} to {to}";
        if (feature.Change == Change.Increase && to < from) yield return $"{feature.Name} fell";
        if (feature.Change == Change.Decrease && to > from) yield return $"{feature.Name} rose";
        if (feature.Allowed is { } allowed && !allowed.Contains(to)) yield return $"{feature.Name} = {to} is not allowed";
        if (to < feature.Minimum || to > feature.Maximum) yield return $"{feature.Name} = {to} is out of range";
        if (feature.LargestChange is not { } largest) yield break;
        double[] column = [.. Enumerable.Range(0, training.Rows).Select(r => training.Row(r)[f])];
        double shift = largest.Unit switch
        {
            ChangeUnit.Raw => Math.Abs(to - from),
            ChangeUnit.StandardDeviations => Math.Abs(to - from) / Math.Sqrt(column.Average(v => v * v) - column.Average() * column.Average()),
            _ => 100 * Math.Abs(Share(column, to) - Share(column, from)),
        };
        // A percentile shift is between training values here and interpolated in the library: one row's share may lie between.
        double slack = largest.Unit == ChangeUnit.Percentiles ? 100.0 / column.Length + Tolerance : Tolerance * 100;
        if (shift > largest.Amount + slack) yield return $"{feature.Name} moved {shift} of at most {largest.Amount} {largest.Unit}";
    }

    private static double Share(double[] column, double value) => (double)column.Count(v => v <= value) / column.Length;

    private static HashSet<(double, double)> Pairs(Table training, int leader, int follower) =>
        [.. Enumerable.Range(0, training.Rows).Select(r => (training.Row(r)[leader], training.Row(r)[follower]))];
}
