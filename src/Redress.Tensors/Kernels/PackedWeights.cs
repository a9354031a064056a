namespace Redress.Tensors.Kernels;

/// <summary>Rows that a packed matrix multiplies.</summary>
/// <param name="Count">How many.</param>
/// <param name="Stride">Floats from one to the next.</param>
/// <param name="SkipZeros">Whether many columns are probably 0, as those of one-hot groups or behind ReLU: a matter of time, not of bits.</param>
internal readonly record struct PackedRows(int Count, int Stride, bool SkipZeros);

/// <summary>Rows of which the columns that are not 0 are known.</summary>
/// <param name="Count">How many rows.</param>
/// <param name="Each">Columns known of each, ascending.</param>
internal readonly record struct PackedTerms(int Count, int Each);

/// <summary>A layer's weight and bias copied once for many products: the bias, then each row of the weight, padded with zeros to whole vectors.</summary>
internal sealed class PackedWeights
{
    private readonly Storage storage;

    internal PackedWeights(Tensor weight, Tensor bias)
    {
        (Inputs, Outputs) = (weight.Rows, weight.Cols);
        Stride = Storage.PaddedSize(Outputs);
        storage = Storage.Aligned((Inputs + 1) * Stride);   // its memory comes cleared
        bias.Values.CopyTo(storage.Values);
        for (int p = 0; p < Inputs; p++) weight.Values.Slice(p * Outputs, Outputs).CopyTo(storage.Values[((p + 1) * Stride)..]);
        MaySkip = ZeroTermsVanish(weight.Values, bias.Values);
    }

    /// <summary>Rows of the weight.</summary>
    internal int Inputs { get; }

    /// <summary>Columns of the weight.</summary>
    internal int Outputs { get; }

    /// <summary>Floats from one row to the next.</summary>
    internal int Stride { get; }

    /// <summary>True where a term of 0 changes no bit of a sum: no weight is infinite or not a number, and no sum starts from -0.</summary>
    internal bool MaySkip { get; }

    /// <summary>[1 + inputs, stride].</summary>
    internal ReadOnlySpan<float> Values => storage.Values;

    /// <summary><see cref="MaySkip"/> of a weight and a bias.</summary>
    internal static bool ZeroTermsVanish(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        foreach (float w in weight)
            if (!float.IsFinite(w)) return false;
        foreach (float b in bias)
            if (b == 0 && float.IsNegative(b)) return false;
        return true;
    }
}
