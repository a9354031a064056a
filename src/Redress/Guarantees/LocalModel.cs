using System.Buffers;
using System.Numerics.Tensors;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Guarantees;

/// <summary>A model near one person, as its gradient has it: h(x + ζ) ≈ h(x) + wᵀζ in encoded units, and exactly so where the logit is linear.</summary>
/// <param name="Score">h(x), a logit.</param>
/// <param name="Weights">w = ∇h(x), one an encoded column.</param>
internal sealed record LocalModel(double Score, double[] Weights)
{
    /// <summary>‖w‖₂.</summary>
    internal double Norm { get; } = TensorPrimitives.Norm<double>(Weights);

    /// <summary>h(x) + wᵀζ.</summary>
    internal double After(ReadOnlySpan<double> action) => Score + TensorPrimitives.Dot<double>(Weights, action);

    /// <summary>A model near each of some people.</summary>
    /// <param name="model">The model.</param>
    /// <param name="people">Raw rows.</param>
    internal static LocalModel[] Of(IDifferentiableClassifier model, Table people)
    {
        int width = model.Encoding.Width;
        using var scope = TensorScope.Open();
        var pass = model.Pass(people);
        float[] gradients = ArrayPool<float>.Shared.Rent(people.Rows * width);
        pass.InputGradients(Enumerable.Range(0, people.Rows).ToArray(), gradients.AsSpan(0, people.Rows * width));
        var near = new LocalModel[people.Rows];
        for (int i = 0; i < near.Length; i++) near[i] = new(pass.Outputs[i], Array.ConvertAll(gradients[(i * width)..((i + 1) * width)], g => (double)g));
        ArrayPool<float>.Shared.Return(gradients);
        return near;
    }
}
