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

    /// <summary>Begins step k of the K, which is taken piece by piece.</summary>
    internal void Begin(int k)
    {
        (power1, power2) = (power1 * Beta1, power2 * Beta2);
        steps[k] = new(Beta1, Beta2, (float)(rate / (1 - power1)), (float)(1 / Math.Sqrt(1 - power2)), Epsilon);
    }

    /// <summary>Step k on some parameters.</summary>
    internal void Step(int k, Range piece, ReadOnlySpan<float> from, ReadOnlySpan<float> gradient, Span<float> to)
    {
        int before = (k + steps.Length - 1) % steps.Length;
        Span<float> mean = means[k].Values[piece], square = squares[k].Values[piece], g = clipped.Values[piece];
        if (before != k)
        {
            means[before].Values[piece].CopyTo(mean);
            squares[before].Values[piece].CopyTo(square);
        }
        from.CopyTo(to);
        System.Numerics.Tensors.TensorPrimitives.Clamp(gradient, -Clip, Clip, g);
        KernelTable.Current.Adam(steps[k], to, g, mean, square, default);
    }

    /// <summary>Through step k, from the last to the first: from the gradient in some parameters after it to that in its gradient.</summary>
    internal void Back(int k, Range piece, ReadOnlySpan<float> gradient, ReadOnlySpan<float> parameters, Span<float> result)
    {
        Span<float> mean = meanGradient.Values[piece], square = squareGradient.Values[piece];
        if (k == steps.Length - 1)
        {
            // Nothing later in the attack's gradient depends on the last step's moments.
            mean.Clear();
            square.Clear();
        }
        KernelTable.Current.AdamGradient(steps[k], Clip, new AdamAdjoint(parameters, mean, square), gradient, means[k].Values[piece], squares[k].Values[piece], result);
    }
}
