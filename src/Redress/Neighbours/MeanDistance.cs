using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Tensors.Kernels;

namespace Redress.Neighbours;

/// <summary>The mean L2 distance of a row to all others, over all rows: 2 / (n (n - 1)) Σ over i &lt; j of d(i, j).</summary>
internal static class MeanDistance
{
    /// <summary>Computes it exactly, but for float32 roots; the same bits at any number of threads.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="values">The same rows, row-major.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns>0 or more; NaN with fewer than two rows.</returns>
    internal static double Of(RowBlocks rows, float[] values, Execution? execution = null, CancellationToken cancel = default)
    {
        if (rows.Count < 2) return double.NaN;
        var sums = new double[rows.Count];
        Chunks.Each(DistanceStrips.Batches(rows.Count), execution?.Threads ?? 0, batch =>
            DistanceStrips.Each(rows, Norm.SquaredL2, values, batch, batch * DistanceStrips.BatchPoints, (point, firstRow, distances) =>
                sums[point] += SumOfRoots(distances, point + 1 - firstRow, rows.Count - firstRow)), cancel);
        double sum = 0;
        foreach (double s in sums) sum += s;
        return sum / (0.5 * rows.Count * (rows.Count - 1.0));
    }

    /// <summary>Σ √distance from one place of a strip up to another.</summary>
    private static double SumOfRoots(ReadOnlySpan<float> distances, int from, int to)
    {
        (from, to) = (Math.Max(from, 0), Math.Min(to, distances.Length));
        double sum = 0;
        int i = from;
        for (; i < to && i % Vector512<float>.Count != 0; i++) sum += MathF.Sqrt(distances[i]);
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(distances);
        var roots = Vector512<float>.Zero;
        for (; i + Vector512<float>.Count <= to; i += Vector512<float>.Count) roots += Vector512.Sqrt(vectors[i / Vector512<float>.Count]);
        for (int lane = 0; lane < Vector512<float>.Count; lane++) sum += roots[lane];
        for (; i < to; i++) sum += MathF.Sqrt(distances[i]);
        return sum;
    }
}
