namespace Redress.Actions;

/// <summary>Raw rows side by side in one block of memory: a search makes several for every person, and single arrays would keep the collector busy.</summary>
/// <param name="features">Numbers a row.</param>
/// <param name="expected">Rows for which there is room at once.</param>
internal sealed class RowList(int features, int expected)
{
    private double[] values = new double[Math.Max(1, expected) * features];

    /// <summary>Rows in the list.</summary>
    internal int Count { get; private set; }

    /// <summary>A row.</summary>
    internal Span<double> this[int row] => values.AsSpan(row * features, features);

    /// <summary>The block itself; rows from <see cref="Count"/> on are not in use.</summary>
    internal double[] Block => values;

    /// <summary>Empties the list and keeps its room.</summary>
    internal void Clear() => Count = 0;

    /// <summary>Adds a row with unspecified values. It and rows taken before may move in memory with the next call.</summary>
    internal Span<double> Add()
    {
        if (values.Length < (Count + 1) * features) Array.Resize(ref values, 2 * values.Length);
        return this[Count++];
    }
}
