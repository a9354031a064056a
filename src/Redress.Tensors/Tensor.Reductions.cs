using Redress.Tensors.Kernels;
using static System.FormattableString;

namespace Redress.Tensors;

// Sums, their opposites (repeats), softmax by row, and parts of rows.
public sealed partial class Tensor
{
    /// <summary>The sum of all entries, 1x1.</summary>
    public Tensor Sum()
    {
        var y = New(1, 1);
        y.Padded.Clear();
        y.Values[0] = Kernel.Sum(Values);
        return y.Record(this, static (g, y) => g.Broadcast(y.A.Rows, y.A.Cols));
    }

    /// <summary>The mean of all entries, 1x1.</summary>
    /// <exception cref="InvalidOperationException">There are no entries.</exception>
    public Tensor Mean() => Size > 0 ? Sum() * (1f / Size) : throw new InvalidOperationException($"A tensor of {Shape} has no mean.");

    /// <summary>The sum over the rows: [m,n] to [1,n].</summary>
    public Tensor SumRows()
    {
        var y = New(1, Cols);
        Kernel.SumRows(Values, Rows, Cols, y.Values);
        return y.Record(this, static (g, y) => g.RepeatRows(y.A.Rows));
    }

    /// <summary>The sum over the columns: [m,n] to [m,1].</summary>
    public Tensor SumCols()
    {
        var y = New(Rows, 1);
        Kernel.SumCols(Values, Rows, Cols, y.Values);
        return y.Record(this, static (g, y) => g.RepeatCols(y.A.Cols));
    }

    /// <summary>This [1,n] as each of <paramref name="rows"/> rows.</summary>
    /// <exception cref="InvalidOperationException">This has not one row.</exception>
    public Tensor RepeatRows(int rows)
    {
        if (Rows != 1) throw new InvalidOperationException($"Only a tensor of one row can be repeated over rows; this one is {Shape}.");
        var y = New(rows, Cols);
        Kernel.RepeatRows(Values, rows, Cols, y.Values);
        return y.Record(this, static (g, y) => g.SumRows());
    }

    /// <summary>This [m,1] as each of <paramref name="cols"/> columns.</summary>
    /// <exception cref="InvalidOperationException">This has not one column.</exception>
    public Tensor RepeatCols(int cols)
    {
        if (Cols != 1) throw new InvalidOperationException($"Only a tensor of one column can be repeated over columns; this one is {Shape}.");
        var y = New(Rows, cols);
        Kernel.RepeatCols(Values, Rows, cols, y.Values);
        return y.Record(this, static (g, y) => g.SumCols());
    }

    /// <summary>This 1x1 in every entry of a [rows,cols].</summary>
    /// <exception cref="InvalidOperationException">This is not 1x1.</exception>
    public Tensor Broadcast(int rows, int cols) => Full(rows, cols, Item).Record(this, static (g, y) => g.Sum());

    /// <summary>x - log(Σ eˣ) over each row, without overflow.</summary>
    public Tensor LogSoftmax()
    {
        var y = New(Rows, Cols);
        Kernel.LogSoftmax(Values, Rows, Cols, y.Values);
        return y.Record(this, static (g, y) => LogSoftmaxGradient(g, y));
    }

    /// <summary>The same entries in the same order as another matrix; they are not copied.</summary>
    /// <exception cref="ArgumentException">The number of entries differs.</exception>
    public Tensor Reshape(int rows, int cols)
    {
        if ((long)rows * cols != Size || rows < 0) throw new ArgumentException(Invariant($"A tensor of {Shape} cannot be read as {new Shape(rows, cols)}."), nameof(rows));
        return new Tensor(rows, cols, storage).Record(this, static (g, y) => g.Reshape(y.A.Rows, y.A.Cols));
    }

    /// <summary>Columns <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not all of these columns exist.</exception>
    public Tensor SliceCols(int start, int count)
    {
        if (start < 0 || count < 0 || start > Cols - count)
            throw new ArgumentOutOfRangeException(nameof(start), Invariant($"A tensor of {Shape} has no {count} columns from column {start}."));
        var y = New(Rows, count);
        y.Setting = start;
        Kernel.CopyCols(new ColumnCopy(Rows, count, Cols, start, count, 0), Values, y.Values);
        return y.Record(this, static (g, y) => g.PadCols(y.Setting, y.A.Cols));
    }

    /// <summary>The columns of <paramref name="a"/>, then those of <paramref name="b"/>.</summary>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public static Tensor ConcatCols(Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Rows != b.Rows) throw new ArgumentException($"Columns can be joined only over equally many rows; the shapes are {a.Shape} and {b.Shape}.");
        var y = New(a.Rows, a.Cols + b.Cols);
        Kernel.CopyCols(new ColumnCopy(a.Rows, a.Cols, a.Cols, 0, y.Cols, 0), a.Values, y.Values);
        Kernel.CopyCols(new ColumnCopy(b.Rows, b.Cols, b.Cols, 0, y.Cols, a.Cols), b.Values, y.Values);
        return y.Record(a, static (g, y) => g.SliceCols(0, y.A.Cols), b, static (g, y) => g.SliceCols(y.A.Cols, y.B.Cols));
    }

    /// <summary>These columns from column <paramref name="start"/> of a matrix of zeros with <paramref name="cols"/> columns.</summary>
    private Tensor PadCols(int start, int cols)
    {
        var y = Zeros(Rows, cols);
        y.Setting = start;
        Kernel.CopyCols(new ColumnCopy(Rows, Cols, Cols, 0, cols, start), Values, y.Values);
        return y.Record(this, static (g, y) => g.SliceCols(y.Setting, y.A.Cols));
    }

    /// <summary>g - eʸ Σg over each row.</summary>
    private static Tensor LogSoftmaxGradient(Tensor gradient, Tensor logSoftmax)
    {
        var y = New(gradient.Rows, gradient.Cols);
        Kernel.LogSoftmaxGradient(gradient.Values, logSoftmax.Values, gradient.Rows, gradient.Cols, y.Values);
        return y.Record(
            gradient, static (h, y) => h - (h * y.B.Exp()).SumCols().RepeatCols(h.Cols),
            logSoftmax, static (h, y) => (h * y.B.Exp()).MultiplyColumn(y.A.SumCols()) * -1f);
    }
}
