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
        var values = new List<double>(size + 2) { present };
        if (actions.IsListed(feature))
        {
            foreach (double value in actions.ListedValues(feature))
                if (value != present && actions.MayTake(feature, present, value)) values.Add(value);
        }
        else complete = AddInterval(actions, feature, present, size, values);
        if (values.Count - 1 <= size) return [.. values];
        complete = false;
        return [present, .. Enumerable.Range(0, size).Select(s => values[1 + (int)((long)s * (values.Count - 2) / (size - 1))])];
    }

    /// <summary>Adds the whole steps of an interval, or an even spread of its values; false where that leaves values out.</summary>
    private static bool AddInterval(ActionSet actions, int feature, double present, int size, List<double> values)
    {
        bool discrete = actions.Schema.Features[feature].IsDiscrete;
        var (lower, upper) = actions.Interval(feature, present);
        bool complete = discrete && upper - lower <= size;
        int count = complete ? (int)(upper - lower) + 1 : size + 1;
        double last = double.NaN;
        for (int s = 0; s < count; s++)
        {
            double spread = s == size ? upper : lower + (upper - lower) * s / (size - 1);
            double value = complete ? lower + s : Math.Min(discrete ? Math.Round(spread) : spread, upper);
            if (value == last) continue;
            last = value;
            if (value != present) values.Add(value);
        }
        return complete;
    }
}
