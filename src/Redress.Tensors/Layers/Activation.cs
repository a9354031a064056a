using Redress.Tensors.Kernels;

namespace Redress.Tensors.Layers;

/// <summary>What a hidden layer does to each of its sums.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    Identity,

    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x where more than 0, 0.01 x elsewhere.</summary>
    LeakyRelu,

    /// <summary>x Φ(x), the exact form.</summary>
    Gelu,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,
}

/// <summary>Applies an <see cref="Activation"/>.</summary>
public static class ActivationFunctions
{
    /// <summary>Slope of the leaky ReLU below 0.</summary>
    internal const float LeakySlope = 0.01f;

    /// <summary>The activation of each entry, in the same shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such activation.</exception>
    public static Tensor Apply(this Activation activation, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return activation switch
        {
            Activation.Identity => x,
            Activation.Tanh => x.Tanh(),
            Activation.Relu => x.Relu(),
            Activation.LeakyRelu => x.LeakyRelu(LeakySlope),
            Activation.Gelu => x.Gelu(),
            Activation.Sigmoid => x.Sigmoid(),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no such activation."),
        };
    }

    internal static Tensor Apply(this Tensor x, Activation activation) => Apply(activation, x);

    /// <summary>What turns a sum into the activation; null for nothing.</summary>
    internal static (Unary Kernel, float Factor)? Kernel(this Activation activation) => activation switch
    {
        Activation.Identity => null,
        Activation.Tanh => (Unary.Tanh, 0f),
        Activation.Sigmoid => (Unary.Sigmoid, 0f),
        Activation.Relu => (Unary.Relu, 0f),
        Activation.LeakyRelu => (Unary.LeakyRelu, LeakySlope),
        _ => (Unary.Gelu, 0f),
    };

    /// <summary>What turns the gradient by an activation into the gradient by its sum, told from the output (for GELU: from the sum); null for none.</summary>
    internal static (Binary Kernel, float Factor)? GradientKernel(this Activation activation) => activation switch
    {
        Activation.Identity => null,
        Activation.Tanh => (Binary.TanhGradient, 0f),
        Activation.Sigmoid => (Binary.SigmoidGradient, 0f),
        Activation.Relu => (Binary.Gate, 0f),
        Activation.LeakyRelu => (Binary.Gate, LeakySlope),
        _ => (Binary.GeluGradient, 0f),
    };
}
