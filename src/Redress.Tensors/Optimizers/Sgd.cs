using Redress.Tensors.Kernels;

namespace Redress.Tensors.Optimizers;

/// <summary>Gradient descent: v ← μ v + g, p ← p - η v.</summary>
/// <param name="parameters">Changed in place.</param>
/// <param name="learningRate">η, more than 0.</param>
/// <param name="momentum">μ, in [0, 1).</param>
public sealed class Sgd(Tensor[] parameters, float learningRate, float momentum = 0f) : IOptimizer
{
    private readonly Tensor[] parameters = OptimizerState.Checked(parameters);
    private readonly Tensor[] velocities = OptimizerState.Zeros(parameters);
    private readonly float rate = OptimizerState.Positive(learningRate, nameof(learningRate));
    private readonly float momentum = OptimizerState.Fraction(momentum, nameof(momentum));

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<Tensor> gradients)
    {
        OptimizerState.Check(parameters, gradients);
        for (int i = 0; i < parameters.Length; i++)
            KernelTable.Current.Momentum(rate, momentum, parameters[i].Padded, gradients[i].Padded, velocities[i].Padded);
    }
}
