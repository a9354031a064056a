using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Studies.Guo2023;

/// <summary>
/// A mistake of the public code: methods that search a finished f are given its forward pass of training, with dropout on and always the same random key. So they
/// generate for one thinned network and are scored by others.
/// </summary>
/// <remarks>
/// There each call draws its masks from the key and the shape of its rows. A search has one row a call, and one mask for everyone and every step. Scoring has all test people in
/// one call: a mask for each person, the same for x and x^cf and for every model that judges. LIME's samples have a mask each there, and the search's here.
/// </remarks>
internal static class DropoutLeftOn
{
    private const ulong Key = 0;

    /// <summary>f as a search meets it: units of one draw are missing, and the others count for more.</summary>
    internal static NetworkModel Thinned(NetworkModel model)
    {
        var network = model.Network;
        int layers = network.Sizes.Count - 1;
        var (weights, biases) = (new float[layers][], new float[layers][]);
        for (int l = 0; l < layers; l++)
        {
            weights[l] = ValuesOf(network.Parameters[2 * l]);
            biases[l] = ValuesOf(network.Parameters[2 * l + 1]);
            if (l > 0) Scale(weights[l], MaskOf(network, l - 1));
        }
        var thinned = FeedForward.FromValues([.. network.Sizes], network.Activations, network.DropoutProbability, weights, biases);
        return new(model.Schema, model.Encoding, model.Statistics, thinned, model.Threshold, model.Training);
    }

    /// <summary>Scores as the public code has them: a mask for each row by its place, whatever the model.</summary>
    /// <returns>The logit of every row.</returns>
    internal static double[] Scores(NetworkModel model, Table rows, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var scope = TensorScope.Open();
        using var off = Gradients.Off();
        var x = new float[rows.Rows * model.Encoding.Width];
        model.Encoding.Encode(rows, 0, rows.Rows, x);
        var logits = model.Network.Forward(Tensor.From(rows.Rows, model.Encoding.Width, x), new Rng(Key));
        return [.. Enumerable.Range(0, rows.Rows).Select(i => (double)logits[i, 0])];
    }

    /// <summary>What a unit's output is multiplied by: 0, or 1 / (1 - p).</summary>
    private static float[] MaskOf(FeedForward network, int layer)
    {
        using var scope = TensorScope.Open();
        using var off = Gradients.Off();
        return ValuesOf(new Dropout(network.DropoutProbability).Forward(Tensor.Full(1, network.Sizes[layer + 1], 1), new Rng(Key).Split("search").Split((ulong)layer)));
    }

    /// <summary>A unit's mask on the weights that read it.</summary>
    private static void Scale(float[] weights, float[] mask)
    {
        int columns = weights.Length / mask.Length;
        for (int i = 0; i < weights.Length; i++) weights[i] *= mask[i / columns];
    }

    private static float[] ValuesOf(Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return values;
    }
}
