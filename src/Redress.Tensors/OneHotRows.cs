using static System.FormattableString;

namespace Redress.Tensors;

/// <summary>
/// Rows of a few numbers and, in each of some groups of columns, a single 1: encoded people. The zeros are not stored, so that a product with a matrix
/// is a sum of some of its rows.
/// </summary>
internal sealed class OneHotRows
{
    private OneHotRows(int width, int[] numberColumns, int groups, int rows, int[] hot, float[] numbers)
    {
        (Width, NumberColumns, Groups, Rows, Hot, Numbers) = (width, numberColumns, groups, rows, hot, numbers);
    }

    /// <summary>Columns of the rows written out.</summary>
    internal int Width { get; }

    /// <summary>The columns that are in no group, ascending.</summary>
    internal int[] NumberColumns { get; }

    /// <summary>The number of groups.</summary>
    internal int Groups { get; }

    /// <summary>The number of rows.</summary>
    internal int Rows { get; }

    /// <summary>[rows, groups]: the column of each group's 1.</summary>
    internal int[] Hot { get; }

    /// <summary>[rows, number columns].</summary>
    internal float[] Numbers { get; }

    /// <summary>Finds the ones of rows written out, or null where a group has not exactly one.</summary>
    /// <param name="rows">Rows × width, row-major.</param>
    /// <param name="width">Columns.</param>
    /// <param name="groups">Ascending, not overlapping.</param>
    /// <exception cref="ArgumentException">The values are no whole number of rows, or a group lies outside them.</exception>
    internal static OneHotRows? Of(ReadOnlySpan<float> rows, int width, IReadOnlyList<(int Start, int Width)> groups)
    {
        if (rows.Length % width != 0) throw new ArgumentException(Invariant($"{rows.Length} values are no whole number of rows of {width}."), nameof(rows));
        int[] numberColumns = [.. Enumerable.Range(0, width).Where(c => !groups.Any(g => c >= g.Start && c < g.Start + g.Width))];
        int count = rows.Length / width;
        var hot = new int[count * groups.Count];
        var numbers = new float[count * numberColumns.Length];
        for (int i = 0; i < count; i++)
        {
            var row = rows.Slice(i * width, width);
            for (int j = 0; j < numberColumns.Length; j++) numbers[i * numberColumns.Length + j] = row[numberColumns[j]];
            for (int g = 0; g < groups.Count; g++)
            {
                var group = row.Slice(groups[g].Start, groups[g].Width);
                int at = group.IndexOf(1f);
                if (at < 0 || group[..at].ContainsAnyExcept(0f) || group[(at + 1)..].ContainsAnyExcept(0f)) return null;
                hot[i * groups.Count + g] = groups[g].Start + at;
            }
        }
        return new(width, numberColumns, groups.Count, count, hot, numbers);
    }

    /// <summary>Rows whose ones are known.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="numberColumns">Those in no group, ascending.</param>
    /// <param name="rows">How many.</param>
    /// <param name="hot">[rows, groups]: the column of each group's 1.</param>
    /// <param name="numbers">[rows, number columns].</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a column does not exist.</exception>
    internal static OneHotRows Known(int width, int[] numberColumns, int rows, int[] hot, float[] numbers)
    {
        if (rows < 1 || hot.Length % rows != 0 || numbers.Length != rows * numberColumns.Length) throw new ArgumentException(Invariant($"{hot.Length} ones and {numbers.Length} numbers do not fit {rows} rows."), nameof(hot));
        foreach (int column in hot)
            if ((uint)column >= (uint)width) throw new ArgumentException(Invariant($"There is no column {column} of {width}."), nameof(hot));
        return new(width, numberColumns, hot.Length / rows, rows, hot, numbers);
    }

    /// <summary>Some of the rows.</summary>
    internal OneHotRows Select(ReadOnlySpan<int> rows)
    {
        int c = NumberColumns.Length;
        var (hot, numbers) = (new int[rows.Length * Groups], new float[rows.Length * c]);
        for (int i = 0; i < rows.Length; i++)
        {
            Hot.AsSpan(rows[i] * Groups, Groups).CopyTo(hot.AsSpan(i * Groups));
            Numbers.AsSpan(rows[i] * c, c).CopyTo(numbers.AsSpan(i * c));
        }
        return new(Width, NumberColumns, Groups, rows.Length, hot, numbers);
    }
}
