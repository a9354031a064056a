using Redress.Data;

namespace Redress.Actions;

/// <summary>
/// The one owner of rounding: turns a point of the relaxed action set into rows that people can really reach. Around the point it takes, for every
/// changed feature with whole or listed values, the nearest values below and above, and forms all their combinations that the action set allows.
/// </summary>
internal static class Rounding
{
    /// <summary>Bound into certificates: a certificate holds for one rule of rounding.</summary>
    internal const string Version = "lattice-1";

    /// <summary>Combinations tried a point at most; features beyond the tenth take the nearer value only.</summary>
    internal const int MaxCombinations = 1 << 10;

    /// <summary>Adds every allowed lattice point around a relaxed row to a list.</summary>
    /// <param name="actions">The person's action set.</param>
    /// <param name="present">The person's present row, raw.</param>
    /// <param name="relaxed">A point whose discrete values may be fractional, raw.</param>
    /// <param name="into">Receives rows that <see cref="ActionSet.Allows"/>.</param>
    internal static void AddLattice(ActionSet actions, ReadOnlySpan<double> present, ReadOnlySpan<double> relaxed, List<double[]> into)
    {
        var options = new double[relaxed.Length][];
        int combinations = 1;
        for (int f = 0; f < relaxed.Length; f++)
        {
            options[f] = Neighbours(actions, f, present[f], relaxed[f]);
            if (combinations * options[f].Length > MaxCombinations) options[f] = [Nearest(options[f], relaxed[f])];
            combinations *= options[f].Length;
        }
        var row = new double[relaxed.Length];
        for (int index = 0; index < combinations; index++)
        {
            int rest = index;
            for (int f = 0; f < row.Length; f++)
            {
                row[f] = options[f][rest % options[f].Length];
                rest /= options[f].Length;
            }
            actions.Follow(present, row);
            if (actions.Allows(present, row)) into.Add((double[])row.Clone());
        }
    }

    /// <summary>The values a feature can take nearest to a relaxed one: one, or one below and one above.</summary>
    private static double[] Neighbours(ActionSet actions, int feature, double present, double relaxed)
    {
        var f = actions.Schema.Features[feature];
        if (!f.IsActionable || relaxed == present) return [present];
        if (actions.IsListed(feature)) return NeighboursListed(actions, feature, present, relaxed);
        if (!f.IsDiscrete) return [relaxed];
        var (lower, upper) = actions.Interval(feature, present);
        double below = Math.Clamp(Math.Floor(relaxed), lower, upper), above = Math.Clamp(Math.Ceiling(relaxed), lower, upper);
        return below == above ? [below] : [below, above];
    }

    private static double Nearest(double[] values, double relaxed) => values.MinBy(v => Math.Abs(v - relaxed));

    private static double[] NeighboursListed(ActionSet actions, int feature, double present, double relaxed)
    {
        double below = double.NegativeInfinity, above = double.PositiveInfinity;
        void Consider(double value)
        {
            if (value <= relaxed) below = Math.Max(below, value);
            if (value >= relaxed) above = Math.Min(above, value);
        }
        Consider(present);
        foreach (double value in actions.ListedValues(feature))
            if (actions.MayTake(feature, present, value)) Consider(value);
        if (below == above || double.IsPositiveInfinity(above)) return [below];
        return double.IsNegativeInfinity(below) ? [above] : [below, above];
    }
}
