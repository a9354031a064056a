using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Tensors.Kernels;

namespace Redress.Neighbours;

/// <summary>The nearest rows of several points, nearest first; of two that are equally far, the one of the smaller number first.</summary>
/// <param name="K">Rows a point.</param>
/// <param name="Rows">points × K: row numbers; -1 where there are no more.</param>
/// <param name="Distances">points × K: not squared, in double; +∞ where there are no more.</param>
internal sealed record NearestRows(int K, int[] Rows, double[] Distances)
{
    internal ReadOnlySpan<int> RowsOf(int point) => Rows.AsSpan(point * K, K);

    internal ReadOnlySpan<double> DistancesOf(int point) => Distances.AsSpan(point * K, K);

    /// <summary>Searches by brute force, which measurement preferred to a tree (docs/performance.md). Threads change nothing.</summary>
    /// <remarks>Distances are exact for the float32 rows. The K-th row itself is chosen by float32 sums: of two rows that are equally far to about six digits it may be either.</remarks>
    /// <param name="rows">The rows.</param>
    /// <param name="points">Points × width, row-major.</param>
    /// <param name="k">Rows wanted a point; 1 or more.</param>
    /// <param name="norm">The distance.</param>
    /// <param name="admits">Says of a point and a row whether the row may be among its nearest; null for all.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="cancel">Stops between batches.</param>
    internal static NearestRows Of(RowBlocks rows, float[] points, int k, Norm norm = Norm.SquaredL2, Func<int, int, bool>? admits = null, Execution? execution = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        int count = points.Length / rows.Width;
        var found = new NearestRows(k, new int[checked(count * k)], new double[count * k]);
        var near = new float[count * k];
        Array.Fill(found.Rows, -1);
        Array.Fill(near, float.PositiveInfinity);
        Chunks.Each(DistanceStrips.Batches(count), execution?.Threads ?? 0, batch =>
        {
            DistanceStrips.Each(rows, norm, points, batch, 0, (point, firstRow, distances) =>
                Keep(near.AsSpan(point * k, k), found.Rows.AsSpan(point * k, k), distances, firstRow, point, admits));
            for (int point = batch * DistanceStrips.BatchPoints; point < Math.Min(count, (batch + 1) * DistanceStrips.BatchPoints); point++)
                found.Measure(rows, norm, points.AsSpan(point * rows.Width, rows.Width), point);
        }, cancel);
        return found;
    }

    /// <summary>As <see cref="Of"/> for the rows themselves, none of which is its own neighbour; its copies are.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="values">The same rows, row-major.</param>
    /// <param name="k">Rows wanted a row; 1 or more.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="cancel">Stops between batches.</param>
    internal static NearestRows OfThemselves(RowBlocks rows, float[] values, int k, Execution? execution = null, CancellationToken cancel = default) =>
        Of(rows, values, k, Norm.SquaredL2, static (point, row) => point != row, execution, cancel);

    /// <summary>Takes what is nearer than the K-th so far into the ordered list.</summary>
    private static void Keep(Span<float> near, Span<int> at, ReadOnlySpan<float> distances, int firstRow, int point, Func<int, int, bool>? admits)
    {
        float bound = near[^1];
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(distances);
        for (int v = 0; v < vectors.Length; v++)
        {
            ulong nearer = Vector512.LessThan(vectors[v], Vector512.Create(bound)).ExtractMostSignificantBits();
            for (; nearer != 0; nearer &= nearer - 1)
            {
                int i = v * Vector512<float>.Count + BitOperations.TrailingZeroCount(nearer);
                if (!(distances[i] < bound) || admits?.Invoke(point, firstRow + i) == false) continue;
                int place = near.Length - 1;
                for (; place > 0 && distances[i] < near[place - 1]; place--) (near[place], at[place]) = (near[place - 1], at[place - 1]);
                (near[place], at[place]) = (distances[i], firstRow + i);
                bound = near[^1];
            }
        }
    }

    /// <summary>Measures what was found in double, and puts it in order.</summary>
    private void Measure(RowBlocks rows, Norm norm, ReadOnlySpan<float> values, int point)
    {
        var at = Rows.AsSpan(point * K, K);
        var far = Distances.AsSpan(point * K, K);
        for (int i = 0; i < K; i++)
        {
            var (row, distance) = (at[i], at[i] < 0 ? double.PositiveInfinity : rows.Distance(norm, values, at[i]));
            int place = i;
            for (; place > 0 && (distance < far[place - 1] || distance == far[place - 1] && row < at[place - 1] && row >= 0); place--) (far[place], at[place]) = (far[place - 1], at[place - 1]);
            (far[place], at[place]) = (distance, row);
        }
    }
}
