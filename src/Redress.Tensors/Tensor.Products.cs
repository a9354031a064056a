using Redress.Tensors.Kernels;
using Redress.Tensors.Layers;

namespace Redress.Tensors;

// Matrix products and what acts on whole rows or columns.
public sealed partial class Tensor
{
    /// <summary>The matrix product of a[m,k] and b[k,n], either of which may be given transposed.</summary>
    /// <param name="a">[m,k], or [k,m] if <paramref name="transposeA"/>.</param>
    /// <param name="b">[k,n], or [n,k] if <paramref name="transposeB"/>.</param>
    /// <param name="transposeA">Whether to use the transpose of <paramref name="a"/>.</param>
    /// <param name="transposeB">Whether to use the transpose of <paramref name="b"/>.</param>
    /// <returns>[m,n].</returns>
    /// <exception cref="ArgumentException">The inner sizes differ.</exception>
    public static Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        var y = Multiply(a, b, transposeA, transposeB, null);
        y.Setting = (transposeA ? 1 : 0) | (transposeB ? 2 : 0);
        return y.Record(a, static (g, y) => ProductGradientA(g, y), b, static (g, y) => ProductGradientB(g, y));
    }

    /// <summary>x W + b: an affine layer.</summary>
    /// <param name="x">[m,in], instances on rows.</param>
    /// <param name="weight">[in,out].</param>
    /// <param name="bias">[1,out].</param>
    /// <returns>[m,out].</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static Tensor Affine(Tensor x, Tensor weight, Tensor bias) => RecordAffine(Multiply(x, weight, false, false, bias), x, weight, bias);

    /// <summary>Activation(x W + b), computed in one buffer where the activation's gradient can be told from its output.</summary>
    internal static Tensor Affine(Tensor x, Tensor weight, Tensor bias, Activation activation)
    {
        if (activation is Activation.Identity or Activation.Gelu) return Affine(x, weight, bias).Apply(activation);
        var y = Multiply(x, weight, false, false, bias);
        // This node stands for the sum before the activation: the gradient passes through it, its values are overwritten and never read.
        var sum = RecordAffine(new Tensor(y.Rows, y.Cols, y.storage), x, weight, bias);
        var (kernel, factor) = activation switch
        {
            Activation.Tanh => (Unary.Tanh, 0f),
            Activation.Sigmoid => (Unary.Sigmoid, 0f),
            Activation.Relu => (Unary.Relu, 0f),
            Activation.LeakyRelu => (Unary.LeakyRelu, ActivationFunctions.LeakySlope),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, null),
        };
        y.Factor = factor;
        Kernel.Apply(kernel, y.Padded, factor, y.Padded);
        return activation switch
        {
            Activation.Tanh => y.Record(sum, static (g, y) => TanhGradient(g, y)),
            Activation.Sigmoid => y.Record(sum, static (g, y) => SigmoidGradient(g, y)),
            _ => y.Record(sum, static (g, y) => Gate(g, y, y.Factor)),
        };
    }

    /// <summary>This [m,n] with <paramref name="row"/> [1,n] added to each row.</summary>
    /// <exception cref="ArgumentException">The row is not [1,n].</exception>
    public Tensor AddRow(Tensor row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Rows != 1 || row.Cols != Cols) throw new ArgumentException($"To each row of {Shape} a tensor of {new Shape(1, Cols)} can be added, not {row.Shape}.", nameof(row));
        var y = New(Rows, Cols);
        Kernel.AddRow(Values, row.Values, Rows, Cols, y.Values);
        return y.Record(this, static (g, y) => g, row, static (g, y) => g.SumRows());
    }

    /// <summary>This [m,n] with row i multiplied by entry i of <paramref name="column"/> [m,1].</summary>
    /// <exception cref="ArgumentException">The column is not [m,1].</exception>
    public Tensor MultiplyColumn(Tensor column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (column.Cols != 1 || column.Rows != Rows) throw new ArgumentException($"The rows of {Shape} can be multiplied by a tensor of {new Shape(Rows, 1)}, not {column.Shape}.", nameof(column));
        var y = New(Rows, Cols);
        Kernel.MultiplyColumn(Values, column.Values, Rows, Cols, y.Values);
        return y.Record(this, static (g, y) => g.MultiplyColumn(y.B), column, static (g, y) => (g * y.A).SumCols());
    }

    private static Tensor RecordAffine(Tensor y, Tensor x, Tensor weight, Tensor bias) => y.Record(
        x, static (g, y) => MatMul(g, y.B, transposeB: true),
        weight, static (g, y) => MatMul(y.A, g, transposeA: true),
        bias, static (g, y) => g.SumRows());

    private static Tensor ProductGradientA(Tensor g, Tensor y)
    {
        bool ta = (y.Setting & 1) != 0, tb = (y.Setting & 2) != 0;
        return ta ? MatMul(y.B, g, tb, true) : MatMul(g, y.B, false, !tb);
    }

    private static Tensor ProductGradientB(Tensor g, Tensor y)
    {
        bool ta = (y.Setting & 1) != 0, tb = (y.Setting & 2) != 0;
        return tb ? MatMul(g, y.A, true, ta) : MatMul(y.A, g, !ta, false);
    }

    private static Tensor Multiply(Tensor a, Tensor b, bool ta, bool tb, Tensor? bias)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var product = new Product(ta ? a.Cols : a.Rows, tb ? b.Rows : b.Cols, ta ? a.Rows : a.Cols, ta, tb);
        if (product.K != (tb ? b.Cols : b.Rows))
            throw new ArgumentException($"A matrix product of {a.Shape}{(ta ? " transposed" : "")} and {b.Shape}{(tb ? " transposed" : "")} does not exist: the inner sizes differ.");
        if (bias is not null && (bias.Rows != 1 || bias.Cols != product.N))
            throw new ArgumentException($"An affine layer with a weight of {b.Shape} takes a bias of {new Shape(1, product.N)}, not {bias.Shape}.", nameof(bias));
        var y = New(product.M, product.N);
        Kernel.Multiply(product, a.Values, b.Values, bias is null ? default : bias.Values, y.Values);
        return y;
    }
}
