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

    /// <summary>Features of which both neighbours are tried, 2^10 combinations at most; the others take the nearer value only.</summary>
    internal const int MaxForks = 10;

    /// <summary>Adds every allowed lattice point around a relaxed row to a list.</summary>
    /// <param name="actions">The person's action set.</param>
    /// <param name="present">The person's present row, raw.</param>
    /// <param name="relaxed">A point whose discrete values may be fractional, raw.</param>
    /// <param name="into">Receives rows that <see cref="ActionSet.Allows"/>.</param>
    internal static void AddLattice(ActionSet actions, ReadOnlySpan<double> present, ReadOnlySpan<double> relaxed, RowList into)
    {
        Span<Fork> forks = stackalloc Fork[MaxForks];
        Span<double> row = present.Length <= 256 ? stackalloc double[present.Length] : new double[present.Length];
        present.CopyTo(row);
        int count = 0;
        foreach (int f in actions.Actionable)
        {
            if (relaxed[f] == present[f]) continue;
            var (below, above) = Neighbours(actions, f, present[f], relaxed[f]);
            if (below == above || count == MaxForks) row[f] = Math.Abs(below - relaxed[f]) <= Math.Abs(above - relaxed[f]) ? below : above;
            else forks[count++] = new(f, below, above);
        }
        for (int index = 0; index < 1 << count; index++)
        {
            for (int k = 0; k < count; k++) row[forks[k].Feature] = (index >> k & 1) == 0 ? forks[k].Below : forks[k].Above;
            actions.Follow(present, row);
            if (actions.Allows(present, row)) row.CopyTo(into.Add());
        }
    }

    private readonly record struct Fork(int Feature, double Below, double Above);

    /// <summary>The values a feature can take nearest to a relaxed one, below and above; equal where there is one.</summary>
    private static (double Below, double Above) Neighbours(ActionSet actions, int feature, double present, double relaxed)
    {
        if (actions.IsListed(feature)) return actions.MayTake(feature, present, relaxed) ? (relaxed, relaxed) : NeighboursListed(actions, feature, present, relaxed);
        if (!actions.IsDiscrete(feature)) return (relaxed, relaxed);
        var (lower, upper) = actions.Interval(feature, present);
        return (Math.Clamp(Math.Floor(relaxed), lower, upper), Math.Clamp(Math.Ceiling(relaxed), lower, upper));
    }

    private static (double Below, double Above) NeighboursListed(ActionSet actions, int feature, double present, double relaxed)
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
        return double.IsPositiveInfinity(above) ? (below, below) : double.IsNegativeInfinity(below) ? (above, above) : (below, above);
    }
}
