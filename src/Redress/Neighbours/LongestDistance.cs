using System.Numerics.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Neighbours;

/// <summary>The L2 distance of the two rows that are farthest apart.</summary>
internal static class LongestDistance
{
    /// <summary>Computes it, in float32; the same at any number of threads.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="values">The same rows, row-major.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns>0 or more; 0 with fewer than two rows.</returns>
    internal static double Of(RowBlocks rows, float[] values, Execution? execution = null, CancellationToken cancel = default)
    {
        if (rows.Count < 2) return 0;
        var longest = new float[rows.Count];
        Chunks.Each(DistanceStrips.Batches(rows.Count), execution?.Threads ?? 0, batch =>
            DistanceStrips.Each(rows, Norm.SquaredL2, values, batch, batch * DistanceStrips.BatchPoints, (point, firstRow, distances) =>
                longest[point] = Math.Max(longest[point], TensorPrimitives.Max(distances[..Math.Min(distances.Length, rows.Count - firstRow)]))), cancel);
        return Math.Sqrt(TensorPrimitives.Max<float>(longest));
    }
}
