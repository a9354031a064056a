using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Attacks;

/// <summary>Some encoded rows that a network reads, with or without their zeros stored.</summary>
internal readonly struct ReadRows
{
    private readonly OneHotRows? ones;
    private readonly float[] values;
    private readonly int rows, cols;

    /// <param name="ones">One-hot rows: what is read are their numbers.</param>
    internal ReadRows(OneHotRows ones) => (this.ones, values, rows, cols) = (ones, ones.Numbers, ones.Rows, ones.NumberColumns.Length);

    /// <param name="rows">The number of rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="values">Rows × width, row-major; may be longer.</param>
    internal ReadRows(int rows, int width, float[] values) => (this.values, this.rows, cols) = (values, rows, width);

    /// <summary>The number of rows.</summary>
    internal int Rows => rows;

    /// <summary>Columns that hold numbers: all of them, or those in no one-hot group.</summary>
    internal int Cols => cols;

    /// <summary>The numbers, [rows, cols].</summary>
    internal Tensor Numbers() => Tensor.From(rows, cols, values.AsSpan(0, rows * cols));

    /// <summary>Logits of the rows with the given numbers.</summary>
    internal Tensor Logits(FeedForward network, Tensor numbers, ReadOnlySpan<Tensor> parameters) =>
        ones is null ? network.Forward(numbers, parameters) : network.Forward(ones, numbers, parameters);
}

/// <summary>A micro-batch that is shifted.</summary>
/// <param name="X">The rows x.</param>
/// <param name="Y">[rows, outputs]: y, 1 for the class of a row.</param>
/// <param name="Counterfactuals">Their recourses x^cf.</param>
/// <param name="Desired">[rows, outputs]: 1 - f(x; θ) rounded, what the recourses are for.</param>
/// <param name="Weights">[rows]: what each row's loss counts in the virtual training, as in the real one; null for 1.</param>
/// <param name="Start">The first shift, as long as X's numbers, or null to draw it.</param>
internal readonly record struct ShiftedRows(ReadRows X, float[] Y, ReadRows Counterfactuals, float[] Desired, float[]? Weights = null, float[]? Start = null);
