using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Tensors.Kernels;

namespace Redress.Neighbours;

/// <summary>All rows nearer to a point than a radius, in L2.</summary>
internal static class RowsWithin
{
    /// <summary>float32 sums this much beyond the radius are looked at again in double.</summary>
    private const double Doubt = 1e-4;

    /// <summary>Visits every row with d(point, row) &lt; radius, exactly; a point's rows ascend and are visited on one thread.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="points">Points × width, row-major.</param>
    /// <param name="radius">0 or more; nothing is nearer than 0.</param>
    /// <param name="skips">Says of a point and a row that it need not be measured; null for none.</param>
    /// <param name="visit">Sees point, row and distance.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="cancel">Stops between batches.</param>
    internal static void Each(RowBlocks rows, float[] points, double radius, Func<int, int, bool>? skips, Action<int, int, double> visit, Execution? execution = null, CancellationToken cancel = default)
    {
        var bound = Vector512.Create((float)(radius * radius * (1 + Doubt)));
        Chunks.Each(DistanceStrips.Batches(points.Length / rows.Width), execution?.Threads ?? 0, batch =>
            DistanceStrips.Each(rows, Norm.SquaredL2, points, batch, 0, (point, firstRow, distances) =>
            {
                var vectors = MemoryMarshal.Cast<float, Vector512<float>>(distances);
                for (int v = 0; v < vectors.Length; v++)
                    for (ulong near = Vector512.LessThanOrEqual(vectors[v], bound).ExtractMostSignificantBits(); near != 0; near &= near - 1)
                    {
                        int row = firstRow + v * Vector512<float>.Count + BitOperations.TrailingZeroCount(near);
                        if (skips?.Invoke(point, row) == true) continue;
                        double distance = rows.Distance(Norm.SquaredL2, points.AsSpan(point * rows.Width, rows.Width), row);
                        if (distance < radius) visit(point, row, distance);
                    }
            }), cancel);
    }
}
