using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;

namespace Redress.Training;

/// <summary>A step along the gradient of one loss in the network's parameters.</summary>
/// <remarks>
/// Each of a step's <see cref="MicroBatches"/> has its own dropout stream, so the bits depend on the settings only.
/// </remarks>
internal sealed class LossStep : IBatchStep
{
    private readonly TrainingRows rows;
    private readonly Slot[] slots;
    private readonly MicroBatches batches;

    internal LossStep(TrainingRows rows, TrainingSettings settings, IObjective objective, FeedForward network, int threads)
    {
        this.rows = rows;
        Parameters = network.Parameters;
        var optimizer = OptimizerOf(settings, Parameters);
        Optimizers = [optimizer];
        batches = new(Parameters, optimizer, Math.Min(settings.BatchSize, rows.Count), settings.MicroBatch, threads);
        slots = [.. Enumerable.Range(0, batches.Most).Select(_ => new Slot(network.Alias(tracked: true), objective.ForThread(rows.Of)))];
    }

    /// <summary>What one micro-batch of a step needs for itself, so that several may run at once.</summary>
    private sealed class Slot(FeedForward network, IBatchLoss loss)
    {
        internal readonly FeedForward Network = network;
        internal readonly IBatchLoss Loss = loss;
        internal float[] X = [], Y = [], Weights = [];
        internal double Value;
    }

    public Chunks.Gang Gang => batches.Gang;

    public Tensor[] Parameters { get; }

    public IReadOnlyList<IPartOptimizer> Optimizers { get; }

    public void Dispose() => batches.Dispose();

    public BatchLoss Take(in TrainingBatch batch, CancellationToken cancel)
    {
        var (of, stream) = (batch.Rows, batch.Stream);
        batches.Step(of.Length, batch.Scale, (index, start, count) => Micro(index, of.Slice(start, count), stream), cancel);
        return new(batches.Mean(of.Length, m => slots[m].Value));
    }

    internal static IPartOptimizer OptimizerOf(TrainingSettings settings, Tensor[] parameters) => settings.Optimizer switch
    {
        OptimizerKind.Sgd => new Sgd(parameters, settings.LearningRate, settings.Momentum),
        OptimizerKind.Rmsprop => new RmsProp(parameters, settings.LearningRate),
        _ => new Adam(parameters, settings.LearningRate),
    };

    private Tensor[] Micro(int index, ReadOnlyMemory<int> some, Rng dropout)
    {
        var slot = slots[index];
        int n = some.Length, width = rows.Width, outputs = rows.Outputs;
        if (slot.Weights.Length < n) (slot.X, slot.Y, slot.Weights) = (new float[n * width], new float[n * outputs], new float[n]);
        for (int i = 0; i < n; i++)
        {
            int row = some.Span[i];
            rows.X.AsSpan(row * width, width).CopyTo(slot.X.AsSpan(i * width));
            rows.Targets.AsSpan(row * outputs, outputs).CopyTo(slot.Y.AsSpan(i * outputs));
            slot.Weights[i] = rows.Weights[row];
        }
        var batch = new Batch(some, Tensor.From(n, width, slot.X.AsSpan(0, n * width)), Tensor.From(n, outputs, slot.Y.AsSpan(0, n * outputs)), Tensor.From(n, 1, slot.Weights.AsSpan(0, n)));
        var loss = slot.Loss.Loss(slot.Network, batch, dropout.Split((ulong)index));
        slot.Value = loss.Item;
        return Gradients.Of(loss, slot.Network.Parameters);
    }
}
