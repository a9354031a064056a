namespace Redress.Tensors.Layers;

/// <summary>
/// Initial values as PyTorch's Transformer has them: weights uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010), biases of attention 0, those of
/// other layers uniform in ±1/√inputs.
/// </summary>
internal static class TransformerWeights
{
    /// <summary>A projection of attention.</summary>
    /// <param name="inputs">Columns of the input.</param>
    /// <param name="outputs">Columns of the output.</param>
    /// <param name="fans">Inputs and outputs of the matrix that PyTorch packs it in.</param>
    /// <param name="rng">Draws the weight.</param>
    internal static Affine Projection(int inputs, int outputs, int fans, Rng rng) => new(Uniform(inputs, outputs, MathF.Sqrt(6f / fans), rng), Uniform(1, outputs, 0f, rng));

    /// <summary>One of the two layers behind attention.</summary>
    /// <param name="inputs">Columns of the input.</param>
    /// <param name="outputs">Columns of the output.</param>
    /// <param name="rng">Draws the weight, then the bias.</param>
    internal static Affine Affine(int inputs, int outputs, Rng rng) => new(Uniform(inputs, outputs, MathF.Sqrt(6f / (inputs + outputs)), rng), Uniform(1, outputs, 1f / MathF.Sqrt(inputs), rng));

    private static Tensor Uniform(int rows, int cols, float bound, Rng rng)
    {
        var values = new float[rows * cols];
        if (bound > 0) foreach (ref float value in values.AsSpan()) value = (2f * rng.NextSingle() - 1f) * bound;
        return Tensor.Parameter(rows, cols, values);
    }
}
