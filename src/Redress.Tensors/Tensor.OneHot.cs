using Redress.Tensors.Kernels;
using Redress.Tensors.Layers;

namespace Redress.Tensors;

// Products with one-hot rows, which add rows of a matrix; closed under differentiation.
public sealed partial class Tensor
{
    /// <summary>Activation(x W + b), where x has the given numbers and the ones of <paramref name="rows"/>.</summary>
    /// <param name="rows">The ones, and where the numbers stand.</param>
    /// <param name="numbers">[m,c], in the order of <see cref="OneHotRows.NumberColumns"/>, in place of the rows' own.</param>
    /// <param name="weight">[width,n].</param>
    /// <param name="bias">[1,n].</param>
    /// <param name="activation">Applied to each sum.</param>
    /// <returns>[m,n].</returns>
    internal static Tensor Affine(OneHotRows rows, Tensor numbers, Tensor weight, Tensor bias, Activation activation)
    {
        var y = New(rows.Rows, weight.Cols);
        Kernel.MultiplyOneHot(rows, numbers.Values, weight.Values, bias.Values, y.Values);
        return y.Record(
            numbers, (g, y) => MatMul(g, y.B.SelectRows(rows.NumberColumns), transposeB: true),
            weight, (g, y) => OneHotOuter(rows, y.A, g),
            bias, static (g, y) => g.SumRows()).Apply(activation);
    }

    /// <summary>x W without a bias: what <see cref="OneHotOuter"/> differentiates to.</summary>
    private static Tensor OneHotProduct(OneHotRows rows, Tensor numbers, Tensor weight)
    {
        var y = New(rows.Rows, weight.Cols);
        Kernel.MultiplyOneHot(rows, numbers.Values, weight.Values, default, y.Values);
        return y.Record(
            numbers, (g, y) => MatMul(g, y.B.SelectRows(rows.NumberColumns), transposeB: true),
            weight, (g, y) => OneHotOuter(rows, y.A, g));
    }

    /// <summary>xᵀ g: [width,n] from [m,n].</summary>
    private static Tensor OneHotOuter(OneHotRows rows, Tensor numbers, Tensor gradient)
    {
        var y = New(rows.Width, gradient.Cols);
        y.Padded.Clear();
        Kernel.OneHotOuter(rows, numbers.Values, gradient.Values, y.Values);
        return y.Record(
            numbers, (h, y) => MatMul(y.B, h.SelectRows(rows.NumberColumns), transposeB: true),
            gradient, (h, y) => OneHotProduct(rows, y.A, h));
    }

    /// <summary>The given rows, in that order.</summary>
    private Tensor SelectRows(int[] rows)
    {
        var y = New(rows.Length, Cols);
        for (int i = 0; i < rows.Length; i++) Values.Slice(rows[i] * Cols, Cols).CopyTo(y.Values[(i * Cols)..]);
        return y.Record(this, (g, y) => g.PlaceRows(rows, y.A.Rows));
    }

    /// <summary>These rows at the given places of a matrix of zeros.</summary>
    private Tensor PlaceRows(int[] places, int rows)
    {
        var y = Zeros(rows, Cols);
        for (int i = 0; i < places.Length; i++) Values.Slice(i * Cols, Cols).CopyTo(y.Values[(places[i] * Cols)..]);
        return y.Record(this, (g, y) => g.SelectRows(places));
    }
}
