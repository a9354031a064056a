using Redress.Actions;
using Redress.Data;

namespace Redress.Search;

/// <summary>
/// Puts rows that a generator made where one person can go, in raw units: what may not change is put back, numbers are clamped to their interval and
/// taken to the nearest value that can be reached, categories out of reach go back to the person's own, and followers follow.
/// </summary>
/// <remarks>Where a linear constraint does not hold then, the row goes straight back towards the person until all do. Its whole steps are those that
/// <see cref="Rounding"/> keeps as they are.</remarks>
internal sealed class Reach
{
    private readonly ActionSet actions;
    private readonly double[] present;
    private readonly Limit[] limits;

    /// <summary>What a person can do about one feature.</summary>
    /// <param name="Frozen">True where nothing.</param>
    /// <param name="Category">True where values have no order.</param>
    /// <param name="Whole">True for whole steps.</param>
    /// <param name="Lower">The lowest value.</param>
    /// <param name="Upper">The highest value.</param>
    /// <param name="Values">The only values, the present one included; null where all in the interval can be taken.</param>
    private readonly record struct Limit(bool Frozen, bool Category, bool Whole, double Lower, double Upper, double[]? Values);

    /// <param name="actions">The person's action set, in which no change is allowed.</param>
    /// <param name="present">The person, raw.</param>
    internal Reach(ActionSet actions, ReadOnlySpan<double> present)
    {
        (this.actions, this.present) = (actions, present.ToArray());
        limits = new Limit[present.Length];
        for (int f = 0; f < limits.Length; f++) limits[f] = LimitOf(actions, f, present[f]);
    }

    /// <summary>The person's row, raw.</summary>
    internal ReadOnlySpan<double> Present => present;

    /// <summary>Pulls a row into x + Δ.</summary>
    /// <param name="row">Features in schema order, raw; finite or not.</param>
    /// <returns>False where the row it ended with is not allowed, and so no recourse.</returns>
    internal bool Pull(Span<double> row)
    {
        for (int f = 0; f < row.Length; f++) row[f] = Nearest(limits[f], present[f], row[f]);
        return Finish(actions, present, row, limits);
    }

    /// <summary>The same for one row alone: limits are looked up as they are needed, and nothing is kept.</summary>
    /// <param name="actions">The person's action set, in which no change is allowed.</param>
    /// <param name="present">The person, raw.</param>
    /// <param name="row">Features in schema order, raw; finite or not.</param>
    /// <returns>False where the row it ended with is not allowed, and so no recourse.</returns>
    internal static bool Pull(ActionSet actions, ReadOnlySpan<double> present, Span<double> row)
    {
        for (int f = 0, next = 0; f < row.Length; f++)
        {
            bool free = next < actions.Actionable.Length && actions.Actionable[next] == f;
            if (!free) row[f] = present[f];
            else if (actions.IsCategory(f)) row[f] = double.IsFinite(row[f]) && actions.MayTake(f, present[f], row[f]) ? row[f] : present[f];
            else row[f] = Nearest(LimitOf(actions, f, present[f]), present[f], row[f]);
            if (free) next++;
        }
        return Finish(actions, present, row, null);
    }

    /// <summary>Followers follow, and where a linear constraint does not hold the row goes straight back towards the person.</summary>
    private static bool Finish(ActionSet actions, ReadOnlySpan<double> present, Span<double> row, Limit[]? known)
    {
        actions.Follow(present, row);
        if (actions.Constraints.IsEmpty || actions.Allows(present, row)) return true;
        double step = 1;
        foreach (var constraint in actions.Constraints)
        {
            double at = constraint.Left(present), to = constraint.Left(row);
            if (to > constraint.Bound && to > at) step = Math.Min(step, Math.Max(0, (constraint.Bound - at) / (to - at)));
        }
        foreach (int f in actions.Actionable)
        {
            var limit = known?[f] ?? LimitOf(actions, f, present[f]);
            if (!limit.Frozen && !limit.Category) row[f] = Towards(limit, present[f], present[f] + step * (row[f] - present[f]));
        }
        actions.Follow(present, row);
        return actions.Allows(present, row);
    }

    private static Limit LimitOf(ActionSet actions, int feature, double own)
    {
        var f = actions.Schema.Features[feature];
        if (!f.IsActionable || actions.Schema.Leaders[feature] >= 0) return new(true, false, false, own, own, null);
        var (lower, upper) = actions.Interval(feature, own);
        bool category = f.Kind == FeatureKind.Categorical;
        if (!actions.IsListed(feature)) return new(false, category, f.IsDiscrete, lower, upper, null);
        var values = new List<double> { own };
        foreach (double value in actions.ListedValues(feature))
            if (value != own && actions.MayTake(feature, own, value)) values.Add(value);
        return new(values.Count == 1, category, false, lower, upper, [.. values]);
    }

    private static double Nearest(in Limit limit, double present, double value)
    {
        if (limit.Frozen || !double.IsFinite(value)) return present;
        if (limit.Category) return Array.IndexOf(limit.Values!, value) >= 0 ? value : present;
        if (limit.Values is null) return Math.Clamp(limit.Whole ? Math.Round(value) : value, limit.Lower, limit.Upper);
        double nearest = present;
        foreach (double candidate in limit.Values)
            if (Math.Abs(candidate - value) < Math.Abs(nearest - value)) nearest = candidate;
        return nearest;
    }

    /// <summary>The value that can be reached nearest to one between it and the person, never beyond that one.</summary>
    private static double Towards(in Limit limit, double present, double value)
    {
        if (limit.Values is null) return limit.Whole ? present + Math.Truncate(value - present) : value;
        double best = present;
        foreach (double candidate in limit.Values)
            if ((candidate - present) * (value - present) > 0 && Math.Abs(candidate - present) <= Math.Abs(value - present) && Math.Abs(candidate - present) > Math.Abs(best - present)) best = candidate;
        return best;
    }
}
