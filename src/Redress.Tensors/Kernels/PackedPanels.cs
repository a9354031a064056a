namespace Redress.Tensors.Kernels;

/// <summary>
/// A layer's weight and bias packed once as <see cref="MatrixProduct"/> packs them at each call, which makes a wide layer one stream: for a few rows at a time,
/// over and over. <see cref="PackedWeights"/> has rows of a weight at hand, for rows that are mostly 0.
/// </summary>
internal sealed class PackedPanels
{
    private readonly Storage storage;

    /// <param name="weight">[inputs, outputs]; where <paramref name="transpose"/> its first rows are the outputs, [at least outputs, inputs].</param>
    /// <param name="outputs">Columns of the product.</param>
    /// <param name="bias">[1, outputs]; null for none.</param>
    /// <param name="transpose">Whether the weight is stored the other way.</param>
    internal PackedPanels(Tensor weight, int outputs, Tensor? bias, bool transpose)
    {
        (Inputs, Outputs) = (transpose ? weight.Cols : weight.Rows, outputs);
        Stride = Storage.PaddedSize(outputs);
        storage = Storage.Aligned((Inputs + 1) * Stride);
        var starts = bias is null ? default : bias.Values;
        MaySkip = PackedWeights.ZeroTermsVanish(weight.Values, starts);
        MatrixProduct.PackAll(weight.Values, transpose, Inputs, outputs, starts, storage.Values);
    }

    /// <summary>Length of the sums.</summary>
    internal int Inputs { get; }

    /// <summary>Columns of the product.</summary>
    internal int Outputs { get; }

    /// <summary>The columns with those added that make whole vectors.</summary>
    internal int Stride { get; }

    /// <summary>As <see cref="PackedWeights.MaySkip"/>.</summary>
    internal bool MaySkip { get; }

    /// <summary>Panel by panel, each the bias and then a row an input; a panel has <see cref="MatrixProduct.Take"/> vectors.</summary>
    internal ReadOnlySpan<float> Values => storage.Values;
}
