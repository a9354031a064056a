using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Models;

/// <summary>A network's weights and biases as tensors of a file: PREFIX.LAYER.weight and PREFIX.LAYER.bias.</summary>
internal static class NetworkTensors
{
    internal static string NameOf(string prefix, int parameter) => Invariant($"{prefix}.{parameter / 2}.{(parameter % 2 == 0 ? "weight" : "bias")}");

    internal static IEnumerable<StoredTensor> Of(string prefix, FeedForward network) => Of(prefix, network.Parameters.ToArray());

    /// <summary>The same for the parameters of networks one after another.</summary>
    internal static IEnumerable<StoredTensor> Of(string prefix, Tensor[] parameters) => parameters.Select((p, i) => StoredTensor.Of(NameOf(prefix, i), p));

    /// <summary>Reads what <see cref="Of(string, FeedForward)"/> wrote, before a network of such sizes is made.</summary>
    /// <param name="prefix">As it was written.</param>
    /// <param name="sizes">Inputs, hidden layers, outputs.</param>
    /// <param name="find">The tensor of a name; null where there is none.</param>
    /// <param name="damaged">Makes the exception that says what is wrong.</param>
    /// <exception cref="ModelFileException">A tensor is missing, of another shape, or holds values that are no numbers.</exception>
    internal static (float[][] Weights, float[][] Biases) Read(string prefix, IReadOnlyList<int> sizes, Func<string, StoredTensor?> find, Func<string, ModelFileException> damaged)
    {
        int layers = sizes.Count - 1;
        float[][] weights = new float[layers][], biases = new float[layers][];
        for (int l = 0; l < layers; l++)
        {
            float[] Part(int parameter, int rows) => Finite(find(NameOf(prefix, parameter)), NameOf(prefix, parameter), [rows, sizes[l + 1]], damaged);
            (weights[l], biases[l]) = (Part(2 * l, sizes[l]), Part(2 * l + 1, 1));
        }
        return (weights, biases);
    }

    /// <summary>The single-precision numbers of a tensor.</summary>
    /// <exception cref="ModelFileException">It is missing, of another shape, or holds values that are no numbers.</exception>
    internal static float[] Finite(StoredTensor? tensor, string name, ReadOnlySpan<long> shape, Func<string, ModelFileException> damaged)
    {
        if (tensor is not { Type: "F32" } || !tensor.Shape.AsSpan().SequenceEqual(shape)) throw damaged($"tensor '{name}' is missing or not {string.Join(" × ", shape.ToArray())}");
        float[] values = tensor.Floats();
        return values.All(float.IsFinite) ? values : throw damaged($"tensor '{name}' holds values that are no numbers");
    }
}
