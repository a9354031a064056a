using Redress.Neighbours;

namespace Redress.Metrics;

/// <summary>Rows of one predicted class in chains: two are linked where they are nearer than ε, and a chain is anchored where one of its rows is also labelled so.</summary>
internal sealed class Chains
{
    private readonly RowBlocks rows;
    private readonly bool[] anchored;   // a row: whether its chain has an anchor
    private readonly double radius;
    private readonly Execution execution;
    private readonly CancellationToken cancel;

    /// <summary>Links the rows.</summary>
    /// <param name="values">Encoded rows, row-major.</param>
    /// <param name="width">Columns.</param>
    /// <param name="anchors">True a row that is an anchor.</param>
    /// <param name="radius">ε, more than 0; with NaN nothing is linked.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="cancel">Stops between batches.</param>
    internal Chains(float[] values, int width, bool[] anchors, double radius, Execution execution, CancellationToken cancel)
    {
        (rows, this.radius, this.execution, this.cancel) = (new RowBlocks(values, width), radius, execution, cancel);
        var components = new Components(rows.Count);
        RowsWithin.Each(rows, values, radius, (a, b) => b <= a || components.Of(a) == components.Of(b), (a, b, _) => components.Join(a, b), execution, cancel);
        var roots = new bool[rows.Count];
        for (int row = 0; row < rows.Count; row++) roots[components.Of(row)] |= anchors[row];
        anchored = [.. Enumerable.Range(0, rows.Count).Select(row => roots[components.Of(row)])];
    }

    /// <summary>Says of each point whether a chain leads from it to an anchor.</summary>
    /// <param name="points">Encoded, row-major.</param>
    internal bool[] Connects(float[] points)
    {
        var connected = new bool[points.Length / rows.Width];
        RowsWithin.Each(rows, points, radius, (point, row) => connected[point] || !anchored[row], (point, _, _) => connected[point] = true, execution, cancel);
        return connected;
    }
}
