using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Training;

/// <summary>The mean of an objective over the validation rows, without dropout: what <see cref="BestEpoch.ValidationLoss"/> chooses by.</summary>
internal sealed class ValidationLoss
{
    private const int BatchRows = 256;
    private readonly float[] x, targets, weights;
    private readonly IBatchLoss loss;
    private readonly FeedForward network;

    /// <param name="rows">The validation rows.</param>
    /// <param name="x">They, encoded.</param>
    /// <param name="weightOf">The weight of a class.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="trained">The network in training, for its sizes.</param>
    internal ValidationLoss(ObjectiveRows rows, float[] x, Func<int, float> weightOf, IObjective objective, FeedForward trained)
    {
        this.x = x;
        targets = TrainingRows.TargetsOf(rows.Table, trained.Sizes[^1]);
        weights = [.. TrainingRows.ClassesOf(rows.Table, trained.Sizes[^1]).Select(weightOf)];
        loss = objective.ForThread(rows);
        network = new FeedForward([.. trained.Sizes], trained.Activations, 0, new Rng(0));
    }

    /// <summary>The mean at the network's present weights; on one thread, so that the sum is in one order.</summary>
    internal double Of(FeedForward trained)
    {
        network.CopyFrom(trained);
        double sum = 0;
        int width = network.Sizes[0], outputs = network.Sizes[^1];
        for (int start = 0; start < weights.Length; start += BatchRows)
        {
            int n = Math.Min(BatchRows, weights.Length - start);
            using var scope = TensorScope.Open();
            var batch = new Batch(
                Enumerable.Range(start, n).ToArray(), Tensor.From(n, width, x.AsSpan(start * width, n * width)),
                Tensor.From(n, outputs, targets.AsSpan(start * outputs, n * outputs)), Tensor.From(n, 1, weights.AsSpan(start, n)));
            sum += n * (double)loss.Loss(network, batch, new Rng(0)).Item;
        }
        return sum / weights.Length;
    }
}
