namespace Redress.Data;

/// <summary>Two columns of which one determines the other (<see cref="Feature.SameAs"/>), as seen in the training rows.</summary>
/// <param name="Leader">The feature that may be declared changeable.</param>
/// <param name="Follower">The feature that moves with it.</param>
/// <param name="Keys">The leader's values, strictly ascending.</param>
/// <param name="Values">For each of them the follower's value.</param>
public sealed record Tie(int Leader, int Follower, IReadOnlyList<double> Keys, IReadOnlyList<double> Values)
{
    /// <summary>The follower's value that goes with a leader's value, or NaN where training rows never showed that value.</summary>
    public double Follow(double leader)
    {
        int at = IndexOf(leader);
        return at >= 0 ? Values[at] : double.NaN;
    }

    /// <summary>The position of a leader's value, or -1.</summary>
    internal int IndexOf(double leader)
    {
        int low = 0, high = Keys.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (Keys[middle] == leader) return middle;
            if (Keys[middle] < leader) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    /// <summary>Reads a tie off the rows.</summary>
    /// <exception cref="SchemaException">The leader does not determine the follower; the message names two values that disagree.</exception>
    internal static Tie Of(Table rows, int leader, int follower)
    {
        var seen = new SortedDictionary<double, double>();
        var (from, to) = (rows.Schema.Features[leader], rows.Schema.Features[follower]);
        for (int row = 0; row < rows.Rows; row++)
        {
            double key = rows.Row(row)[leader], value = rows.Row(row)[follower];
            if (seen.TryAdd(key, value) || seen[key] == value) continue;
            throw new SchemaException(
                $"Feature '{to.Name}' is declared the same as '{from.Name}', but '{from.Name}' = {from.Show(key)} goes with both '{to.Name}' = {to.Show(seen[key])} and {to.Show(value)}.");
        }
        return new(leader, follower, [.. seen.Keys], [.. seen.Values]);
    }
}
