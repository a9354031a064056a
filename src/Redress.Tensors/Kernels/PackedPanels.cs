namespace Redress.Tensors.Kernels;

/// <summary>A layer's weight and bias packed once as <see cref="MatrixProduct"/> packs them at each call: a wide layer is then one stream for any few rows.</summary>
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
        storage = Storage.Aligned((Inputs + 1) * Storage.PaddedSize(outputs));
        MatrixProduct.PackAll(weight.Values, transpose, Inputs, outputs, bias is null ? default : bias.Values, storage.Values);
    }

    /// <summary>Length of the sums.</summary>
    internal int Inputs { get; }

    /// <summary>Columns of the product.</summary>
    internal int Outputs { get; }

    /// <summary>Panel by panel, each the bias and then a row an input.</summary>
    internal ReadOnlySpan<float> Values => storage.Values;
}
