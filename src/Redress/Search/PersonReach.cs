using Redress.Actions;
using Redress.Data;

namespace Redress.Search;

/// <summary>How a training row becomes a row that a person can reach.</summary>
public enum Bring
{
    /// <summary>What people cannot change stays theirs; all else is as in the training row, which must lie within the person's action set.</summary>
    Keep,

    /// <summary>Nothing stays: the training row itself must lie within the action set, so it shares all that people cannot change.</summary>
    Exact,

    /// <summary>The nearest point of the action set to the training row, in encoded units: each feature goes as far towards it as the action set lets.</summary>
    Clamp,
}

/// <summary>One person's view of training rows: which of them, brought into x + Δ, are within reach. Made once and used for one person after another.</summary>
/// <param name="rows">The training rows, raw.</param>
/// <param name="exact">True for <see cref="Bring.Exact"/>, false for <see cref="Bring.Keep"/>.</param>
internal sealed class PersonReach(Table rows, bool exact)
{
    private readonly double[] present = new double[rows.Schema.Features.Count], lower = new double[rows.Schema.Features.Count], upper = new double[rows.Schema.Features.Count], brought = new double[rows.Schema.Features.Count];
    private ActionSet actions = null!;
    private int[] rising = [], falling = [];
    private bool simple;

    /// <summary>Turns to a person.</summary>
    /// <param name="own">The person's action set.</param>
    /// <param name="row">The person's row, raw.</param>
    internal void Enter(ActionSet own, ReadOnlySpan<double> row)
    {
        row.CopyTo(present);
        if (!ReferenceEquals(own, actions))
        {
            actions = own;
            var features = own.Schema.Features;
            rising = Where(own, f => features[f].Change == Change.Increase);
            falling = Where(own, f => features[f].Change == Change.Decrease);
            // Then whatever lies in every interval is allowed: training rows have whole and named values where they must.
            simple = !exact && own.Constraints.Length == 0 && own.Ties.Length == 0 && Where(own, f => features[f].Allowed is not null).Length == 0;
        }
        foreach (int f in own.Actionable) (lower[f], upper[f]) = own.Interval(f, row[f]);
    }

    /// <summary>True where the row, brought to the person, is in x + Δ.</summary>
    internal bool Holds(int row)
    {
        var there = rows.Row(row);
        foreach (int f in actions.Actionable)
            if (!(there[f] >= lower[f] && there[f] <= upper[f])) return false;
        if (simple) return true;
        BringTo(row, brought);
        return actions.Allows(present, brought) && (!exact || there.SequenceEqual(brought));
    }

    /// <summary>True where going from one row to another moves no feature against the direction it is declared to change in.</summary>
    internal bool MayFollow(int from, int to) => MayFollow(rows.Row(from), rows.Row(to));

    /// <summary>True where the brought row is not the person's own.</summary>
    internal bool IsElsewhere(int row)
    {
        BringTo(row, brought);
        return !brought.AsSpan().SequenceEqual(present);
    }

    /// <summary>Writes the row as the person would have it.</summary>
    internal void BringTo(int row, Span<double> into)
    {
        present.CopyTo(into);
        var there = rows.Row(row);
        foreach (int f in actions.Actionable) into[f] = there[f];
        actions.Follow(present, into);
    }

    private bool MayFollow(ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        foreach (int f in rising)
            if (to[f] < from[f]) return false;
        foreach (int f in falling)
            if (to[f] > from[f]) return false;
        return true;
    }

    private static int[] Where(ActionSet actions, Func<int, bool> belongs)
    {
        var found = new List<int>();
        foreach (int f in actions.Actionable)
            if (belongs(f)) found.Add(f);
        return [.. found];
    }
}
