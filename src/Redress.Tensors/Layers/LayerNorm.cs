namespace Redress.Tensors.Layers;

/// <summary>Layer normalisation with its gain and bias.</summary>
/// <param name="gain">[1,n].</param>
/// <param name="bias">[1,n].</param>
internal sealed class LayerNorm(Tensor gain, Tensor bias)
{
    /// <summary>A layer that starts without gain and bias: 1 and 0.</summary>
    /// <param name="width">Columns, 1 or more.</param>
    internal LayerNorm(int width) : this(Constant(width, 1f), Constant(width, 0f)) { }

    /// <summary>[1,n].</summary>
    internal Tensor Gain { get; } = gain;

    /// <summary>[1,n].</summary>
    internal Tensor Bias { get; } = bias;

    /// <summary>[m,n] to [m,n].</summary>
    internal Tensor Forward(Tensor rows) => rows.LayerNorm(Gain, Bias);

    /// <summary>The layer normalisation of the sum.</summary>
    internal Tensor Forward(Tensor rows, Tensor residual) => Tensor.LayerNorm(rows, residual, Gain, Bias);

    /// <summary>The same layer with leaves of its own over the same storage.</summary>
    internal LayerNorm Alias(bool tracked) => new(Gain.Alias(tracked), Bias.Alias(tracked));

    private static Tensor Constant(int width, float value)
    {
        var values = new float[width];
        Array.Fill(values, value);
        return Tensor.Parameter(1, width, values);
    }
}
