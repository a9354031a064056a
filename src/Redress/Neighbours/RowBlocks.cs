using Redress.Data;
using Redress.Tensors.Kernels;

namespace Redress.Neighbours;

/// <summary>Encoded rows laid out for distances: blocks of 16 rows side by side, the last one filled up with rows that are infinitely far from everything.</summary>
internal sealed class RowBlocks
{
    private readonly float[] blocks;

    /// <summary>Lays out rows.</summary>
    /// <param name="rows">count × width values, row-major, finite.</param>
    /// <param name="width">Columns, 1 or more.</param>
    internal RowBlocks(ReadOnlySpan<float> rows, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (rows.Length % width != 0) throw new ArgumentException(Invariant($"{rows.Length} values do not fill rows of {width} columns."), nameof(rows));
        (Width, Count) = (width, rows.Length / width);
        blocks = new float[checked((Count + RowDistances.Lanes - 1) / RowDistances.Lanes * RowDistances.Lanes * width)];
        Array.Fill(blocks, float.PositiveInfinity);
        for (int row = 0; row < Count; row++)
            for (int c = 0; c < width; c++) blocks[At(row, c)] = rows[row * width + c];
    }

    /// <summary>Columns.</summary>
    internal int Width { get; }

    /// <summary>Rows.</summary>
    internal int Count { get; }

    /// <summary>One number of one row.</summary>
    internal float this[int row, int column] => blocks[At(row, column)];

    /// <summary>Rows of a table, in encoded units, row-major.</summary>
    internal static float[] Encoded(Table rows, Encoding encoding)
    {
        var encoded = new float[checked(rows.Rows * encoding.Width)];
        encoding.Encode(rows, 0, rows.Rows, encoded);
        return encoded;
    }

    /// <summary>The blocks that begin at a multiple of 16 rows and hold that many at most.</summary>
    internal ReadOnlySpan<float> Slice(int firstRow, int rows) =>
        blocks.AsSpan(firstRow * Width, Math.Min(blocks.Length - firstRow * Width, (rows + RowDistances.Lanes - 1) / RowDistances.Lanes * RowDistances.Lanes * Width));

    /// <summary>The distance of a point to a row, in double: float32 sums over many columns are right to six digits only.</summary>
    internal double Distance(Norm norm, ReadOnlySpan<float> point, int row)
    {
        double sum = 0;
        int at = At(row, 0);
        for (int c = 0; c < point.Length; c++, at += RowDistances.Lanes)
        {
            double difference = (double)point[c] - blocks[at];
            sum += norm == Norm.L1 ? Math.Abs(difference) : difference * difference;
        }
        return norm == Norm.L1 ? sum : Math.Sqrt(sum);
    }

    private int At(int row, int column) => (row - row % RowDistances.Lanes) * Width + column * RowDistances.Lanes + row % RowDistances.Lanes;
}
