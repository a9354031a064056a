using Redress.Tensors.Kernels;

namespace Redress.Tensors;

// Functions of each entry, and the operations that their gradients are made of.
public sealed partial class Tensor
{
    /// <summary>tanh(x).</summary>
    public Tensor Tanh() => Map(Unary.Tanh, this).Record(this, static (g, y) => TanhGradient(g, y));

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public Tensor Sigmoid() => Map(Unary.Sigmoid, this).Record(this, static (g, y) => SigmoidGradient(g, y));

    /// <summary>max(x, 0); the derivative at 0 is 0.</summary>
    public Tensor Relu() => Map(Unary.Relu, this).Record(this, static (g, y) => Gate(g, y, 0f));

    /// <summary>x where x is more than 0, <paramref name="slope"/> * x elsewhere; the derivative at 0 is the slope.</summary>
    /// <param name="slope">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative or not a number.</exception>
    public Tensor LeakyRelu(float slope = 0.01f)
    {
        // The gradient asks the output for its sign, which a negative slope would turn.
        if (slope is not >= 0f) throw new ArgumentOutOfRangeException(nameof(slope), slope, "The slope of a leaky ReLU is 0 or more.");
        return Map(Unary.LeakyRelu, this, slope).Record(this, static (g, y) => Gate(g, y, y.Factor));
    }

    /// <summary>x Φ(x), with Φ the distribution function of the standard normal (the exact form, through erf).</summary>
    public Tensor Gelu() => Map(Unary.Gelu, this).Record(this, static (g, y) => GeluGradient(g, y.A));

    /// <summary>eˣ.</summary>
    public Tensor Exp() => Map(Unary.Exp, this).Record(this, static (g, y) => g * y);

    /// <summary>Natural logarithm.</summary>
    public Tensor Log() => Map(Unary.Log, this).Record(this, static (g, y) => g / y.A);

    /// <summary>log(1 + eˣ), without overflow.</summary>
    public Tensor Softplus() => Map(Unary.Softplus, this).Record(this, static (g, y) => g * y.A.Sigmoid());

    /// <summary>|x|; the derivative at 0 is 0.</summary>
    public Tensor Abs() => Map(Unary.Abs, this).Record(this, static (g, y) => g * Map(Unary.Sign, y.A));

    /// <summary>x².</summary>
    public Tensor Square() => Map(Unary.Square, this).Record(this, static (g, y) => g * y.A * 2f);

    /// <summary>√x.</summary>
    public Tensor Sqrt() => Map(Unary.Sqrt, this).Record(this, static (g, y) => g / y * 0.5f);

    /// <summary>max(z, 0) - z t + log(1 + e^-|z|): the cross-entropy of a target t in [0, 1] against the logit z.</summary>
    internal static Tensor CrossEntropy(Tensor logits, Tensor targets) =>
        Map(Binary.CrossEntropy, "logits and targets", logits, targets)
            .Record(logits, static (g, y) => g * (y.A.Sigmoid() - y.B), targets, static (g, y) => g * y.A * -1f);

    /// <summary>g (1 - y²).</summary>
    private static Tensor TanhGradient(Tensor gradient, Tensor tanh) =>
        Map(Binary.TanhGradient, "a gradient", gradient, tanh)
            .Record(gradient, static (h, y) => TanhGradient(h, y.B), tanh, static (h, y) => h * y.A * y.B * -2f);

    /// <summary>g y (1 - y).</summary>
    private static Tensor SigmoidGradient(Tensor gradient, Tensor sigmoid) =>
        Map(Binary.SigmoidGradient, "a gradient", gradient, sigmoid)
            .Record(gradient, static (h, y) => SigmoidGradient(h, y.B), sigmoid, static (h, y) => h * y.A * (1f - y.B * 2f));

    /// <summary>g where x is more than 0, slope * g elsewhere; its derivative in x is 0.</summary>
    private static Tensor Gate(Tensor gradient, Tensor x, float slope) =>
        Map(Binary.Gate, "a gradient", gradient, x, slope).Record(gradient, static (h, y) => Gate(h, y.B, y.Factor), x, null);

    /// <summary>g (Φ(x) + x φ(x)).</summary>
    private static Tensor GeluGradient(Tensor gradient, Tensor x) =>
        Map(Binary.GeluGradient, "a gradient", gradient, x)
            .Record(gradient, static (h, y) => GeluGradient(h, y.B), x, static (h, y) => h * y.A * NormalDensity(y.B) * (2f - y.B.Square()));

    /// <summary>φ(x), the density of the standard normal.</summary>
    private static Tensor NormalDensity(Tensor x) => Map(Unary.NormalDensity, x).Record(x, static (g, y) => g * y * y.A * -1f);
}
