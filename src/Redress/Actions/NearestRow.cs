namespace Redress.Actions;

/// <summary>
/// The row of a person's action set nearest to an encoded point, feature by feature: numbers into their interval, whole and listed values to the nearest they may
/// take, a group to its highest category that they may take, followers with their leaders. Linear constraints pull the row towards the person.
/// </summary>
internal sealed class NearestRow(EncodedActions batch)
{
    private readonly float[] masked = new float[batch.Width];

    /// <summary>Writes the row; false where constraints leave none near the point.</summary>
    /// <param name="person">The person.</param>
    /// <param name="point">An encoded point, anywhere.</param>
    /// <param name="row">Receives the row, raw; it <see cref="ActionSet.Allows"/> where true is returned.</param>
    internal bool Read(int person, ReadOnlySpan<float> point, Span<double> row)
    {
        var actions = batch.ActionsOf(person);
        var present = batch.People.Row(person);
        Mask(person, actions, point);
        batch.Decode(person, masked, row);
        bool constrained = actions.Constraints.Length > 0;
        foreach (int f in actions.Actionable)
            if (actions.IsDiscrete(f) || actions.IsListed(f)) row[f] = Nearest(actions, f, present[f], row[f]);
        actions.Follow(present, row);
        if (!constrained || actions.Allows(present, row)) return true;
        // Whole steps that rounding took over a constraint go back by one.
        foreach (int f in actions.Actionable)
            if (actions.IsDiscrete(f) && !actions.IsListed(f) && row[f] != present[f]) row[f] -= Math.Sign(row[f] - present[f]);
        actions.Follow(present, row);
        return actions.Allows(present, row);
    }

    /// <summary>As <see cref="Read"/>, but out of all limits: a row that the model can be asked about, whole where it must be.</summary>
    internal void ReadFreely(int person, ReadOnlySpan<float> point, Span<double> row)
    {
        batch.People.Row(person).CopyTo(row);
        foreach (int f in batch.ActionsOf(person).Actionable)
        {
            ref readonly var at = ref batch.Encoding.At(f);
            var feature = batch.People.Schema.Features[f];
            double value = at.IsOneHot ? batch.Encoding.Decode(f, point) : at.Shift + at.Scale * point[at.Offset];
            if (feature.IsDiscrete) value = Math.Round(value);
            row[f] = feature.IsNamed ? Math.Clamp(value, 0, feature.Values.Count - 1) : value;
        }
    }

    /// <summary>The point, with categories that the person may not take out of reach.</summary>
    private void Mask(int person, ActionSet actions, ReadOnlySpan<float> point)
    {
        point.CopyTo(masked);
        var upper = batch.UpperOf(person);
        foreach (int f in actions.Actionable)
        {
            ref readonly var at = ref batch.Encoding.At(f);
            if (!at.IsOneHot) continue;
            for (int c = at.Offset; c < at.Offset + at.Width; c++)
                if (upper[c] == 0) masked[c] = float.NegativeInfinity;
        }
    }

    private static double Nearest(ActionSet actions, int feature, double present, double value)
    {
        if (!actions.IsListed(feature))
        {
            var (lower, upper) = actions.Interval(feature, present);
            return Math.Clamp(Math.Round(value), lower, upper);
        }
        double nearest = present;
        foreach (double listed in actions.ListedValues(feature))
            if (Math.Abs(listed - value) < Math.Abs(nearest - value) && actions.MayTake(feature, present, listed)) nearest = listed;
        return nearest;
    }
}
