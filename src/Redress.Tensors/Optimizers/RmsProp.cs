using Redress.Tensors.Kernels;

namespace Redress.Tensors.Optimizers;

/// <summary>RMSprop as PyTorch has it: s ← α s + (1 - α) g², p ← p - η g / (√s + ε).</summary>
/// <param name="parameters">Changed in place.</param>
/// <param name="learningRate">η, more than 0.</param>
/// <param name="alpha">α, in [0, 1).</param>
/// <param name="epsilon">ε, more than 0.</param>
public sealed class RmsProp(Tensor[] parameters, float learningRate = 1e-2f, float alpha = 0.99f, float epsilon = 1e-8f) : IPartOptimizer
{
    private readonly Tensor[] parameters = OptimizerState.Checked(parameters);
    private readonly Tensor[] squares = OptimizerState.Zeros(parameters);
    private readonly float rate = OptimizerState.Positive(learningRate, nameof(learningRate));
    private readonly float alpha = OptimizerState.Fraction(alpha, nameof(alpha));
    private readonly float epsilon = OptimizerState.Positive(epsilon, nameof(epsilon));
    private float step;

    /// <inheritdoc/>
    IReadOnlyList<Tensor> IPartOptimizer.State => squares;

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    void IPartOptimizer.GoOnAfter(long steps) => Steps = steps;

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<Tensor> gradients, float scale = 1f) => OptimizerState.Step(this, parameters, gradients, scale);

    /// <inheritdoc/>
    void IPartOptimizer.Begin(float scale)
    {
        Steps++;
        step = rate * scale;
    }

    /// <inheritdoc/>
    void IPartOptimizer.StepPart(int parameter, int start, ReadOnlySpan<float> gradient) => KernelTable.Current.RmsProp(
        step, alpha, epsilon, OptimizerState.Part(parameters, parameter, start, gradient.Length), gradient, OptimizerState.Part(squares, parameter, start, gradient.Length));
}
