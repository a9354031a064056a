using Redress.Tensors.Kernels;

namespace Redress.Tensors.Optimizers;

/// <summary>Gradient descent: v ← μ v + g, p ← p - η v.</summary>
/// <param name="parameters">Changed in place.</param>
/// <param name="learningRate">η, more than 0.</param>
/// <param name="momentum">μ, in [0, 1).</param>
public sealed class Sgd(Tensor[] parameters, float learningRate, float momentum = 0f) : IPartOptimizer
{
    private readonly Tensor[] parameters = OptimizerState.Checked(parameters);
    private readonly Tensor[] velocities = OptimizerState.Zeros(parameters);
    private readonly float rate = OptimizerState.Positive(learningRate, nameof(learningRate));
    private readonly float momentum = OptimizerState.Fraction(momentum, nameof(momentum));
    private float step;

    /// <inheritdoc/>
    IReadOnlyList<Tensor> IPartOptimizer.State => velocities;

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
    void IPartOptimizer.StepPart(int parameter, int start, ReadOnlySpan<float> gradient) => KernelTable.Current.Momentum(
        step, momentum, OptimizerState.Part(parameters, parameter, start, gradient.Length), gradient, OptimizerState.Part(velocities, parameter, start, gradient.Length));
}
