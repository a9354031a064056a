namespace Redress.Actions;

/// <summary>The values that a person can give a feature, for searches over grids: the present value first, then the others ascending.</summary>
internal static class ActionGrid
{
    /// <summary>Lists a feature's values.</summary>
    /// <param name="actions">The person's action set.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="present">The person's present value, raw.</param>
    /// <param name="size">The most values besides the present one; features with more give evenly spread ones, both ends among them.</param>
    /// <param name="complete">False where values were left out, as for every number that may change by fractions.</param>
    internal static double[] Values(ActionSet actions, int feature, double present, int size, out bool complete)
    {
        complete = true;
        var f = actions.Schema.Features[feature];
        if (!f.IsActionable) return [present];
        var (lower, upper) = actions.Interval(feature, present);
        double[] values;
        if (actions.IsListed(feature)) values = [.. actions.ListedValues(feature).ToArray().Where(v => v != present && actions.MayTake(feature, present, v))];
        else if (f.IsDiscrete && upper - lower <= size) values = [.. Enumerable.Range(0, (int)(upper - lower) + 1).Select(s => lower + s).Where(v => v != present)];
        else
        {
            complete = false;
            values = [.. Enumerable.Range(0, size).Select(s => lower + (upper - lower) * s / (size - 1)).Select(v => f.IsDiscrete ? Math.Round(v) : v)
                .Append(upper).Select(v => Math.Min(v, upper)).Where(v => v != present).Distinct()];
        }
        if (values.Length > size)
        {
            complete = false;
            values = [.. Enumerable.Range(0, size).Select(s => values[(int)((long)s * (values.Length - 1) / (size - 1))])];
        }
        return [present, .. values];
    }
}
