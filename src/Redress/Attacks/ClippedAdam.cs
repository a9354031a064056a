using Redress.Tensors;
using Redress.Tensors.Kernels;
using Redress.Tensors.Layers;

namespace Redress.Attacks;

/// <summary>Adam on gradients clipped to ±1, forwards and, through the last few steps, backwards.</summary>
internal sealed class ClippedAdam
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f, Clip = 1;
    private readonly float rate;
    private readonly ParameterBlock[] means, squares;   // after each of the K steps; the last is also before the first
    private readonly AdamStep[] steps;
    private readonly ParameterBlock clipped, meanGradient, squareGradient;
    private double power1, power2;

    internal ClippedAdam(float rate, ReadOnlySpan<Tensor> parameters, int unrolled)
    {
        this.rate = rate;
        (means, squares, steps) = (new ParameterBlock[unrolled], new ParameterBlock[unrolled], new AdamStep[unrolled]);
        for (int k = 0; k < unrolled; k++) (means[k], squares[k]) = (new(parameters), new(parameters));
        (clipped, meanGradient, squareGradient) = (new(parameters), new(parameters), new(parameters));
    }

    /// <summary>Forgets all steps.</summary>
    internal void Begin()
    {
        (power1, power2) = (1, 1);
        means[^1].Values.Clear();
        squares[^1].Values.Clear();
    }

    /// <summary>Step k of the K, in place.</summary>
    internal void Step(int k, Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        int before = (k + steps.Length - 1) % steps.Length;
        if (before != k)
        {
            means[k].CopyFrom(means[before]);
            squares[k].CopyFrom(squares[before]);
        }
        System.Numerics.Tensors.TensorPrimitives.Clamp(gradient, -Clip, Clip, clipped.Values);
        (power1, power2) = (power1 * Beta1, power2 * Beta2);
        steps[k] = new(Beta1, Beta2, (float)(rate / (1 - power1)), (float)(1 / Math.Sqrt(1 - power2)), Epsilon);
        KernelTable.Current.Adam(steps[k], parameters, clipped.Values, means[k].Values, squares[k].Values, default);
    }

    /// <summary>Begins behind the last of the K steps, whose moments nothing later depends on.</summary>
    internal void BeginBack()
    {
        meanGradient.Values.Clear();
        squareGradient.Values.Clear();
    }

    /// <summary>Through step k: from the gradient in the parameters after it to that in its gradient.</summary>
    internal void Back(int k, ReadOnlySpan<float> gradient, ReadOnlySpan<float> parameters, Span<float> result) => KernelTable.Current.AdamGradient(
        steps[k], Clip, new AdamAdjoint(parameters, meanGradient.Values, squareGradient.Values), gradient, means[k].Values, squares[k].Values, result);
}
