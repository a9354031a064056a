using Redress.Tensors.Kernels;

namespace Redress.Tensors.Optimizers;

/// <summary>
/// Adam as PyTorch has it: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
/// p ← p - η m / (1 - β₁ᵗ) / (√v / √(1 - β₂ᵗ) + ε); AMSGrad takes the largest v so far.
/// </summary>
/// <param name="parameters">Changed in place.</param>
/// <param name="learningRate">η, more than 0.</param>
/// <param name="beta1">β₁, in [0, 1).</param>
/// <param name="beta2">β₂, in [0, 1).</param>
/// <param name="epsilon">ε, more than 0.</param>
/// <param name="amsgrad">Whether to use the largest mean square so far.</param>
public sealed class Adam(Tensor[] parameters, float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f, bool amsgrad = false) : IPartOptimizer
{
    private readonly Tensor[] parameters = OptimizerState.Checked(parameters);
    private readonly Tensor[] means = OptimizerState.Zeros(parameters);
    private readonly Tensor[] squares = OptimizerState.Zeros(parameters);
    private readonly Tensor[]? largest = amsgrad ? OptimizerState.Zeros(parameters) : null;
    private readonly float rate = OptimizerState.Positive(learningRate, nameof(learningRate));
    private readonly float beta1 = OptimizerState.Fraction(beta1, nameof(beta1));
    private readonly float beta2 = OptimizerState.Fraction(beta2, nameof(beta2));
    private readonly float epsilon = OptimizerState.Positive(epsilon, nameof(epsilon));

    // Products of the betas, in double and by multiplication: the platform's power function differs in the last bit.
    private double power1 = 1, power2 = 1;

    private AdamStep step;

    /// <inheritdoc/>
    IReadOnlyList<Tensor> IPartOptimizer.State => [.. means, .. squares, .. largest ?? []];

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    void IPartOptimizer.GoOnAfter(long steps)
    {
        (power1, power2) = (1, 1);
        // Until both have vanished, multiplied as the steps did.
        for (long i = 0; i < steps && (power1 > 0 || power2 > 0); i++) (power1, power2) = (power1 * beta1, power2 * beta2);
        Steps = steps;
    }

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<Tensor> gradients, float scale = 1f) => OptimizerState.Step(this, parameters, gradients, scale);

    /// <inheritdoc/>
    void IPartOptimizer.Begin(float scale)
    {
        Steps++;
        power1 *= beta1;
        power2 *= beta2;
        step = new AdamStep(beta1, beta2, (float)(rate * scale / (1 - power1)), (float)(1 / Math.Sqrt(1 - power2)), epsilon);
    }

    /// <inheritdoc/>
    void IPartOptimizer.StepPart(int parameter, int start, ReadOnlySpan<float> gradient) => KernelTable.Current.Adam(
        step, OptimizerState.Part(parameters, parameter, start, gradient.Length), gradient, OptimizerState.Part(means, parameter, start, gradient.Length),
        OptimizerState.Part(squares, parameter, start, gradient.Length), largest is null ? default : OptimizerState.Part(largest, parameter, start, gradient.Length));
}
