using System.Buffers;
using Redress.Actions;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>The model's gradients by the encoded rows, and the linear step along them.</summary>
internal static class LinearStepSearch
{
    /// <summary>∇g by the encoded columns, and g itself.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">count × width.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="gradients">count × width, all written.</param>
    /// <param name="logits">count values, all written.</param>
    internal static void Gradient(IDifferentiableClassifier model, ReadOnlySpan<float> rows, int count, Span<float> gradients, Span<float> logits)
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From(count, model.Encoding.Width, rows).Track();
        var g = model.Logits(x);
        g.ReadTo(logits);
        Gradients.Of(g.Sum(), [x])[0].ReadTo(gradients);
    }

    /// <summary>x + δ* of everyone in a chunk: towards θ from below, or away from it for people who want to be below.</summary>
    internal static float[] Points(SearchChunk chunk)
    {
        var batch = chunk.Encoded;
        int width = batch.Width;
        float[] block = ArrayPool<float>.Shared.Rent(chunk.Rows * (width + 1));
        Span<float> gradients = block.AsSpan(0, chunk.Rows * width), logits = block.AsSpan(chunk.Rows * width, chunk.Rows);
        var points = new float[chunk.Rows * width];
        Gradient((IDifferentiableClassifier)chunk.Model, batch.X, chunk.Rows, gradients, logits);
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
