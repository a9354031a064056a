using System.Buffers;
using Redress.Tensors.Kernels;

namespace Redress.Neighbours;

/// <summary>Looks at a point's distances to a run of rows.</summary>
/// <param name="point">The point.</param>
/// <param name="firstRow">The first of the rows.</param>
/// <param name="distances">To each of them, in float32; squared for <see cref="Norm.SquaredL2"/>. A whole number of blocks: rows beyond the last are infinitely far.</param>
internal delegate void StripVisit(int point, int firstRow, ReadOnlySpan<float> distances);

/// <summary>The loop under every search: distances of a few points to a strip of rows at a time, so that both stay in the first-level cache.</summary>
internal static class DistanceStrips
{
#if DEBUG
    /// <summary>Tiny in debug builds, so that tests cross borders all the time.</summary>
    internal const int StripRows = 2 * RowDistances.Lanes, BatchPoints = 5;
#else
    /// <summary>Rows a strip, and points that one thread takes together.</summary>
    internal const int StripRows = 32 * RowDistances.Lanes, BatchPoints = 96;
#endif

    private const int TilePoints = 12;   // by a strip: 24 KiB of distances

    /// <summary>Batches of a number of points.</summary>
    internal static int Batches(int points) => (points + BatchPoints - 1) / BatchPoints;

    /// <summary>Visits every strip for one batch of points; every point sees the strips in the order of their rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="norm">The distance.</param>
    /// <param name="points">Points × width, row-major.</param>
    /// <param name="batch">Which points: <see cref="BatchPoints"/> from batch × <see cref="BatchPoints"/> on.</param>
    /// <param name="firstRow">Rows before this one need not be seen.</param>
    /// <param name="visit">Sees the distances.</param>
    internal static void Each(RowBlocks rows, Norm norm, ReadOnlySpan<float> points, int batch, int firstRow, StripVisit visit)
    {
        int width = rows.Width, start = batch * BatchPoints, end = Math.Min(points.Length / width, start + BatchPoints);
        float[] buffer = ArrayPool<float>.Shared.Rent(TilePoints * StripRows);
        for (int row = firstRow - firstRow % RowDistances.Lanes; row < rows.Count; row += StripRows)
        {
            var strip = rows.Slice(row, StripRows);
            int held = strip.Length / width;
            for (int first = start; first < end; first += TilePoints)
            {
                int count = Math.Min(TilePoints, end - first);
                KernelTable.Current.Distances(norm, width, points.Slice(first * width, count * width), strip, buffer);
                for (int p = 0; p < count; p++) visit(first + p, row, buffer.AsSpan(p * held, held));
            }
        }
        ArrayPool<float>.Shared.Return(buffer);
    }
}
