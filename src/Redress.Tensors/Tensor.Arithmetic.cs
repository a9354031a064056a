using Redress.Tensors.Kernels;

namespace Redress.Tensors;

// Entry by entry; both operands have the same shape.
public sealed partial class Tensor
{
    private static readonly IKernels Kernel = KernelTable.Current;

    /// <summary>Sum, entry by entry.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor operator +(Tensor a, Tensor b) =>
        Map(Binary.Add, "a sum", a, b).Record(a, static (g, y) => g, b, static (g, y) => g);

    /// <summary>Difference, entry by entry.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor operator -(Tensor a, Tensor b) =>
        Map(Binary.Subtract, "a difference", a, b).Record(a, static (g, y) => g, b, static (g, y) => g * -1f);

    /// <summary>Product, entry by entry.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor operator *(Tensor a, Tensor b) =>
        Map(Binary.Multiply, "a product", a, b).Record(a, static (g, y) => g * y.B, b, static (g, y) => g * y.A);

    /// <summary>Quotient, entry by entry.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor operator /(Tensor a, Tensor b) =>
        Map(Binary.Divide, "a quotient", a, b).Record(a, static (g, y) => g / y.B, b, static (g, y) => g * y.A / (y.B * y.B) * -1f);

    /// <summary>Every entry times <paramref name="factor"/>.</summary>
    public static Tensor operator *(Tensor a, float factor) => Map(Unary.Scale, a, factor).Record(a, static (g, y) => g * y.Factor);

    /// <summary>Every entry times <paramref name="factor"/>.</summary>
    public static Tensor operator *(float factor, Tensor a) => a * factor;

    /// <summary>Every entry divided by <paramref name="divisor"/>.</summary>
    public static Tensor operator /(Tensor a, float divisor) => a * (1f / divisor);

    /// <summary><paramref name="dividend"/> divided by every entry.</summary>
    public static Tensor operator /(float dividend, Tensor a) =>
        Map(Unary.ReciprocalScale, a, dividend).Record(a, static (g, y) => g * y / y.A * -1f);

    /// <summary>Every entry plus <paramref name="term"/>.</summary>
    public static Tensor operator +(Tensor a, float term) => Map(Unary.Shift, a, term).Record(a, static (g, y) => g);

    /// <summary>Every entry plus <paramref name="term"/>.</summary>
    public static Tensor operator +(float term, Tensor a) => a + term;

    /// <summary>Every entry minus <paramref name="term"/>.</summary>
    public static Tensor operator -(Tensor a, float term) => a + -term;

    /// <summary><paramref name="term"/> minus every entry.</summary>
    public static Tensor operator -(float term, Tensor a) => Map(Unary.ShiftedNegative, a, term).Record(a, static (g, y) => g * -1f);

    /// <summary>Every entry with the other sign.</summary>
    public static Tensor operator -(Tensor a) => a * -1f;

    /// <summary><paramref name="a"/> + <paramref name="s"/> * <paramref name="b"/>, entry by entry, rounded once.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor Axpy(Tensor a, Tensor b, float s) =>
        Map(Binary.Axpy, "a scaled sum", a, b, s).Record(a, static (g, y) => g, b, static (g, y) => g * y.Factor);

    private static Tensor Map(Unary op, Tensor x, float s = 0f)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = New(x.Rows, x.Cols);
        y.Factor = s;
        Kernel.Apply(op, x.Padded, s, y.Padded);
        return y;
    }

    private static Tensor Map(Binary op, string what, Tensor a, Tensor b, float s = 0f)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        RequireSameShape(what, a, b);
        var y = New(a.Rows, a.Cols);
        y.Factor = s;
        Kernel.Apply(op, a.Padded, b.Padded, s, y.Padded);
        return y;
    }
}
