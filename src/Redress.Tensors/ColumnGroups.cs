using static System.FormattableString;

namespace Redress.Tensors;

/// <summary>Groups of neighbouring columns of a matrix, such as the one-hot columns of each category; columns between them belong to none.</summary>
public sealed class ColumnGroups
{
    private readonly int[] starts, widths;

    /// <summary>Names the groups.</summary>
    /// <param name="columns">Columns of the matrix, 0 or more.</param>
    /// <param name="groups">First column and number of columns of each, from left to right and without overlap, each 1 column or more.</param>
    /// <exception cref="ArgumentException">A group is empty, overlaps the one before, or goes beyond the columns.</exception>
    public ColumnGroups(int columns, IReadOnlyList<(int Start, int Width)> groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentNullException.ThrowIfNull(groups);
        int free = 0;
        foreach (var (start, width) in groups)
        {
            if (width < 1 || start < free || start > columns - width)
                throw new ArgumentException(Invariant($"A group of {width} columns from column {start} does not fit: groups ascend without overlap within {columns} columns, each 1 column or more."), nameof(groups));
            free = start + width;
        }
        Columns = columns;
        starts = [.. groups.Select(g => g.Start)];
        widths = [.. groups.Select(g => g.Width)];
    }

    /// <summary>Columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>Number of groups.</summary>
    public int Count => starts.Length;

    /// <summary>First column and number of columns of a group.</summary>
    public (int Start, int Width) this[int group] => (starts[group], widths[group]);
}
