using System.Buffers;
using Redress.Actions;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>The model's gradients by the encoded rows, and the linear step along them.</summary>
internal static class LinearStepSearch
{
    /// <summary>∇g of everyone in a chunk by the encoded columns: from the pass that screened them, where there is one.</summary>
    /// <param name="chunk">People of a model that has gradients.</param>
    /// <param name="gradients">rows × width, all written.</param>
    internal static void Gradient(SearchChunk chunk, Span<float> gradients)
    {
        if (chunk.Pass is var (pass, places))
        {
            pass.InputGradients(places, gradients);
            return;
        }
        using var scope = TensorScope.Open();
        var x = Tensor.From(chunk.Rows, chunk.Encoded.Width, chunk.Encoded.X).Track();
        var g = ((IDifferentiableClassifier)chunk.Model).Logits(x);
        Gradients.Of(g.Sum(), [x])[0].ReadTo(gradients);
    }

    /// <summary>x + δ* of everyone in a chunk: towards θ from below, or away from it for people who want to be below.</summary>
    internal static float[] Points(SearchChunk chunk)
    {
        var batch = chunk.Encoded;
        int width = batch.Width;
        float[] block = ArrayPool<float>.Shared.Rent(chunk.Rows * width);
        var gradients = block.AsSpan(0, chunk.Rows * width);
        var points = new float[chunk.Rows * width];
        Gradient(chunk, gradients);
        var steepest = new SteepestAction(batch);
        for (int i = 0; i < chunk.Rows; i++)
        {
            var gradient = gradients.Slice(i * width, width);
            if (chunk.Signs[i] < 0)
                foreach (ref float g in gradient) g = -g;
            steepest.Apply(i, gradient, points.AsSpan(i * width, width));
        }
        ArrayPool<float>.Shared.Return(block);
        return points;
    }
}
