using Redress.Data;
using Redress.Models;

namespace Redress.Training;

/// <summary>Encoded rows as trees read them: of every column its distinct values, ascending, and where each row's value stands among them.</summary>
/// <remarks>A split lies between two values that follow each other, so ranks say all that growing needs, and small ranks are counted rather than sorted.</remarks>
internal sealed class TreeColumns
{
    private readonly float[][] values;
    private readonly int[][] ranks;

    /// <param name="x">rows × width, row-major; no NaN.</param>
    /// <param name="width">Columns.</param>
    /// <param name="threads">Threads (0: all cores).</param>
    /// <param name="cancel">Stops between columns.</param>
    internal TreeColumns(float[] x, int width, int threads, CancellationToken cancel)
    {
        (X, Width, Rows) = (x, width, x.Length / width);
        (values, ranks) = (new float[width][], new int[width][]);
        Chunks.Each(width, threads, c => (values[c], ranks[c]) = Ranked(c), cancel);
    }

    /// <summary>Encodes the rows of a table.</summary>
    internal static TreeColumns Of(Encoding encoding, Table rows, int threads, CancellationToken cancel) => new(TrainingRows.EncodeAll(encoding, rows), encoding.Width, threads, cancel);

    /// <summary>rows × width, row-major.</summary>
    internal float[] X { get; }

    internal int Width { get; }

    internal int Rows { get; }

    /// <summary>The most distinct values of a column.</summary>
    internal int MostValues => values.Max(v => v.Length);

    /// <summary>A rank a row.</summary>
    internal int[] Ranks(int column) => ranks[column];

    /// <summary>The threshold between two ranks of a column: half way, rounded down to float32, so that it parts float32 values as half way itself does.</summary>
    internal float Between(int column, int lower, int upper)
    {
        double middle = values[column][lower] / 2.0 + values[column][upper] / 2.0;
        float rounded = (float)middle;
        return rounded > middle ? MathF.BitDecrement(rounded) : rounded;
    }

    private (float[] Values, int[] Ranks) Ranked(int column)
    {
        var sorted = new float[Rows];
        var order = new int[Rows];
        for (int row = 0; row < Rows; row++)
        {
            // 0 and -0 are one value, and one rank.
            sorted[row] = X[row * Width + column] + 0f;
            order[row] = row;
        }
        Array.Sort(sorted, order);
        var ranks = new int[Rows];
        int distinct = 0;
        for (int i = 0; i < Rows; i++)
        {
            if (i == 0 || sorted[i] != sorted[distinct - 1]) sorted[distinct++] = sorted[i];
            ranks[order[i]] = distinct - 1;
        }
        return (sorted[..distinct], ranks);
    }
}
