using System.Globalization;
using Redress.Tensors.Kernels;
using static System.FormattableString;

namespace Redress.Tensors;

/// <summary>
/// A matrix of single-precision numbers that remembers how it was computed, so that <see cref="Gradients"/> can differentiate it.
/// Operations never change their operands; only <see cref="WriteFrom"/>, the indexer and optimizers write in place, and a graph
/// recorded before such a write must not be differentiated after it. A tensor belongs to one thread at a time.
/// </summary>
public sealed partial class Tensor
{
    private readonly Storage storage;

    private Tensor(int rows, int cols, Storage storage)
    {
        (Rows, Cols) = (rows, cols);
        this.storage = storage;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Cols { get; }

    /// <summary>Number of entries: rows times columns.</summary>
    public int Size => Rows * Cols;

    /// <summary>Rows and columns.</summary>
    public Shape Shape => new(Rows, Cols);

    /// <summary>Whether gradients reach this tensor: it is a leaf to differentiate by, or was computed from one.</summary>
    public bool Tracked { get; private set; }

    /// <summary>The only entry of a 1x1 tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not 1x1.</exception>
    public float Item => Size == 1 ? storage.Values[0] : throw new InvalidOperationException($"Only a 1x1 tensor has one item; this one is {Shape}.");

    /// <summary>The entry in the given row and column, both counted from 0. Writing changes the tensor in place and is not recorded.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The row or column does not exist.</exception>
    [System.Runtime.CompilerServices.IndexerName("Entry")]   // "Item" is the value of a 1x1 tensor
    public float this[int row, int col]
    {
        get => storage.Values[Index(row, col)];
        set => storage.Values[Index(row, col)] = value;
    }

    /// <summary>The values with their padding, for kernels.</summary>
    internal Span<float> Padded => storage.Padded;

    /// <summary>The values, row-major, for kernels.</summary>
    internal Span<float> Values => storage.Values;

    /// <summary>An untracked constant with the given values, row-major; its storage belongs to the innermost open scope, if any.</summary>
    /// <exception cref="ArgumentException">The number of values is not rows times columns.</exception>
    public static Tensor From(int rows, int cols, ReadOnlySpan<float> values) => Filled(New(rows, cols), values);

    /// <summary>An untracked constant with <paramref name="value"/> everywhere; its storage belongs to the innermost open scope, if any.</summary>
    public static Tensor Full(int rows, int cols, float value)
    {
        var tensor = New(rows, cols);
        tensor.Padded.Fill(value);
        return tensor;
    }

    /// <summary>An untracked constant with 0 everywhere; its storage belongs to the innermost open scope, if any.</summary>
    public static Tensor Zeros(int rows, int cols) => Full(rows, cols, 0f);

    /// <summary>A tracked leaf with its own storage, which outlives every scope.</summary>
    /// <exception cref="ArgumentException">The number of values is not rows times columns.</exception>
    public static Tensor Parameter(int rows, int cols, ReadOnlySpan<float> values)
    {
        var tensor = Filled(new Tensor(rows, cols, Storage.Aligned(CheckedSize(rows, cols))), values);
        tensor.Tracked = true;
        return tensor;
    }

    /// <summary>Marks this tensor as one to differentiate by, and returns it.</summary>
    public Tensor Track()
    {
        Tracked = true;
        return this;
    }

    /// <summary>A copy without history, in the innermost open scope, if any.</summary>
    public Tensor Detach() => From(Rows, Cols, storage.Values);

    /// <summary>A copy without history in storage that outlives every scope.</summary>
    public Tensor Keep() => Filled(new Tensor(Rows, Cols, Storage.Owned(Size)), storage.Values);

    /// <summary>
    /// Another leaf over the same storage. Differentiation writes marks on the tensors it meets, so threads that share parameters
    /// each take their own alias.
    /// </summary>
    /// <param name="tracked">Whether the alias is one to differentiate by.</param>
    public Tensor Alias(bool tracked) => new(Rows, Cols, storage) { Tracked = tracked };

    /// <summary>Copies the values, row-major, to the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than <see cref="Size"/>.</exception>
    public void ReadTo(Span<float> destination)
    {
        if (destination.Length < Size) throw new ArgumentException(Invariant($"A tensor of {Shape} has {Size} values; the destination holds {destination.Length}."), nameof(destination));
        storage.Values.CopyTo(destination);
    }

    /// <summary>Replaces the values, row-major, in place.</summary>
    /// <exception cref="ArgumentException">The number of values is not <see cref="Size"/>.</exception>
    public void WriteFrom(ReadOnlySpan<float> values) => Filled(this, values);

    /// <summary>Shows the shape and the first values.</summary>
    public override string ToString()
    {
        var text = new System.Text.StringBuilder().Append(CultureInfo.InvariantCulture, $"[{Shape}]");
        var first = storage.Values[..Math.Min(4, Size)];
        for (int i = 0; i < first.Length; i++) text.Append(i == 0 ? " " : ", ").Append(first[i].ToString(CultureInfo.InvariantCulture));
        return text.Append(Size > 4 ? ", …" : "").ToString();
    }

    /// <summary>Throws unless both tensors have the same shape; the message names the operation and both shapes.</summary>
    internal static void RequireSameShape(string what, Tensor a, Tensor b)
    {
        if (a.Rows != b.Rows || a.Cols != b.Cols) throw new ArgumentException($"Shapes of {what} differ: {a.Shape} and {b.Shape}.");
    }

    /// <summary>A leaf over storage that somebody else holds.</summary>
    internal static Tensor Over(Shape shape, Storage storage, bool tracked) => new(shape.Rows, shape.Cols, storage) { Tracked = tracked };

    /// <summary>A tensor whose values are still to be written.</summary>
    internal static Tensor New(int rows, int cols) => new(rows, cols, Arena.Take(CheckedSize(rows, cols)));

    private static int CheckedSize(int rows, int cols)
    {
        if (rows < 0 || cols < 0) throw new ArgumentOutOfRangeException(rows < 0 ? nameof(rows) : nameof(cols), $"A tensor cannot be {new Shape(rows, cols)}.");
        return checked(rows * cols);
    }

    private static Tensor Filled(Tensor tensor, ReadOnlySpan<float> values)
    {
        if (values.Length != tensor.Size) throw new ArgumentException(Invariant($"A tensor of {tensor.Shape} takes {tensor.Size} values; {values.Length} were given."), nameof(values));
        values.CopyTo(tensor.storage.Values);
        tensor.storage.Padded[values.Length..].Clear();
        return tensor;
    }

    private int Index(int row, int col)
    {
        if ((uint)row >= (uint)Rows || (uint)col >= (uint)Cols)
            throw new ArgumentOutOfRangeException(nameof(row), Invariant($"There is no entry in row {row} and column {col} of a tensor of {Shape}."));
        return row * Cols + col;
    }
}
