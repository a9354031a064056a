namespace Redress.Tensors.Layers;

/// <summary>x W + b.</summary>
public sealed class Affine
{
    /// <summary>A layer with uniform initial values in ±1/√inputs, weight first, as PyTorch's Linear has them.</summary>
    /// <param name="inputs">Columns of the input, 1 or more.</param>
    /// <param name="outputs">Columns of the output, 1 or more.</param>
    /// <param name="rng">Draws the initial values.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public Affine(int inputs, int outputs, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentNullException.ThrowIfNull(rng);
        Weight = Initial(inputs, outputs, inputs, rng);
        Bias = Initial(1, outputs, inputs, rng);
    }

    /// <summary>A layer over the given parameters.</summary>
    /// <param name="weight">[in,out].</param>
    /// <param name="bias">[1,out].</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public Affine(Tensor weight, Tensor bias)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        if (bias.Rows != 1 || bias.Cols != weight.Cols)
            throw new ArgumentException($"An affine layer with a weight of {weight.Shape} takes a bias of {new Shape(1, weight.Cols)}, not {bias.Shape}.", nameof(bias));
        (Weight, Bias) = (weight, bias);
    }

    /// <summary>[in,out].</summary>
    public Tensor Weight { get; }

    /// <summary>[1,out].</summary>
    public Tensor Bias { get; }

    /// <summary>[m,in] to [m,out].</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public Tensor Forward(Tensor rows) => Tensor.Affine(rows, Weight, Bias);

    /// <summary>[m,in] to [m,out], with an activation.</summary>
    internal Tensor Forward(Tensor rows, Activation activation) => Tensor.Affine(rows, Weight, Bias, activation);

    /// <summary>The same layer with leaves of its own over the same storage.</summary>
    internal Affine Alias(bool tracked) => new(Weight.Alias(tracked), Bias.Alias(tracked));

    private static Tensor Initial(int rows, int cols, int inputs, Rng rng)
    {
        var values = new float[rows * cols];
        float bound = 1f / MathF.Sqrt(inputs);
        foreach (ref float value in values.AsSpan()) value = (2f * rng.NextSingle() - 1f) * bound;
        return Tensor.Parameter(rows, cols, values);
    }
}
