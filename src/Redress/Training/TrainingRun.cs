using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Training;

/// <summary>One training: the shuffled passes, the micro-batches and the choice of the best epoch.</summary>
/// <remarks>
/// Each of a step's <see cref="MicroBatches"/> has its own dropout stream, so the bits depend on the settings only.
/// </remarks>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingSettings settings;
    private readonly IObjective objective;
    private readonly FeedForward network;
    private readonly Rng rng;
    private readonly Execution execution;
    private readonly Table train, validation;
    private readonly float[] trainX, validationX, labels, weights;
    private readonly float ratioFavourable, ratioOther;
    private readonly ValidationLoss? validationLoss;
    private readonly int width;
    private readonly Slot[] slots;
    private readonly MicroBatches batches;

    /// <summary>What one micro-batch of a step needs for itself, so that several may run at once.</summary>
    private sealed class Slot(FeedForward network, IBatchLoss loss)
    {
        internal readonly FeedForward Network = network;
        internal readonly IBatchLoss Loss = loss;
        internal float[] X = [], Y = [], Weights = [];
        internal double Value;
    }

    internal TrainingRun(
        TrainingData data, TrainingSettings settings, IObjective objective, Encoding encoding, TrainingStatistics statistics, ActionSet actions, FeedForward network, Rng rng, Execution execution)
    {
        (this.settings, this.objective, this.network, this.rng, this.execution) = (settings, objective, network, rng, execution);
        (train, validation, width) = (data.Train, data.Validation, encoding.Width);
        ObjectiveRows RowsOf(Table part) => new(part, encoding, statistics, objective.UsesActions ? new EncodedActions(part, _ => actions, encoding) : null);
        var trainRows = RowsOf(train);
        trainX = trainRows.Actions?.X ?? EncodeAll(encoding, train);
        validationX = EncodeAll(encoding, validation);
        int favourable = train.Labels!.Count(l => l), other = train.Rows - favourable;
        // The rarer class counts as much as the commoner one.
        ratioFavourable = settings.ClassWeights && favourable < other ? (float)other / favourable : 1;
        ratioOther = settings.ClassWeights && other < favourable ? (float)favourable / other : 1;
        labels = [.. train.Labels!.Select(l => l ? 1f : 0f)];
        weights = [.. train.Labels!.Select(l => l ? ratioFavourable : ratioOther)];
        if (settings.Best == BestEpoch.ValidationLoss)
            validationLoss = new(RowsOf(validation), validationX, label => label ? ratioFavourable : ratioOther, objective, network);
        batches = new(network.Parameters, OptimizerOf(settings, network.Parameters), Math.Min(settings.BatchSize, train.Rows), settings.MicroBatch, execution.Threads);
        slots = [.. Enumerable.Range(0, batches.Most).Select(_ => new Slot(network.Alias(tracked: true), objective.ForThread(trainRows)))];
    }

    public void Dispose() => batches.Dispose();

    private static IPartOptimizer OptimizerOf(TrainingSettings settings, Tensor[] parameters) => settings.Optimizer switch
    {
        OptimizerKind.Sgd => new Sgd(parameters, settings.LearningRate, settings.Momentum),
        OptimizerKind.Rmsprop => new RmsProp(parameters, settings.LearningRate),
        _ => new Adam(parameters, settings.LearningRate),
    };

    private bool IsBetter(EpochRecord epoch, EpochRecord best) =>
        settings.Best switch
        {
            BestEpoch.ValidationLoss => epoch.ValidationLoss < best.ValidationLoss,
            BestEpoch.Last => true,
            _ => epoch.ValidationF1 > best.ValidationF1,
        };

    /// <summary>Runs all epochs and returns the weights of the best one (<see cref="TrainingSettings.Best"/>), the first where several share it.</summary>
    internal (FeedForward Network, EpochRecord Best, IReadOnlyList<EpochRecord> Epochs) ToTheBestEpoch(IProgress<Progress>? progress, CancellationToken cancel)
    {
        var kept = new float[network.Parameters.Length][];
        var epochs = new List<EpochRecord>();
        EpochRecord? bestEpoch = null;
        int[] order = [.. Enumerable.Range(0, train.Rows)];
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            if (settings.Shuffle) rng.Split("shuffle").Split((ulong)epoch).Shuffle<int>(order);
            double trainLoss = OnePass(order, epoch, Told(progress, epoch, bestEpoch), cancel);
            var record = Judge(epoch, trainLoss);
            epochs.Add(record);
            if (bestEpoch is null || IsBetter(record, bestEpoch))
            {
                bestEpoch = record;
                for (int p = 0; p < kept.Length; p++) network.Parameters[p].ReadTo(kept[p] ??= new float[network.Parameters[p].Size]);
            }
            if (settings.Patience > 0 && epoch - bestEpoch.Number >= settings.Patience) break;
        }
        for (int p = 0; p < kept.Length; p++) network.Parameters[p].WriteFrom(kept[p]);
        return (network, bestEpoch!, epochs);
    }

    /// <summary>Tells how many of an epoch's steps are done, a hundred times an epoch at most.</summary>
    private Action<int, int>? Told(IProgress<Progress>? progress, int epoch, EpochRecord? best) => progress is null ? null : (done, steps) =>
    {
        if (done != steps && done % Math.Max(1, steps / 100) != 0) return;
        string note = Invariant($"epoch {epoch}{(best is null ? "" : Invariant($", best F1 {best.ValidationF1:0.000}"))}");
        progress.Report(new("training", (epoch - 1L) * steps + done, (long)settings.Epochs * steps, note));
    };

    private double OnePass(int[] order, int epoch, Action<int, int>? told, CancellationToken cancel)
    {
        double sum = 0;
        int steps = (order.Length + settings.BatchSize - 1) / settings.BatchSize;
        var dropout = rng.Split("dropout").Split((ulong)epoch);
        for (int step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            int start = step * settings.BatchSize, count = Math.Min(settings.BatchSize, order.Length - start);
            float scale = settings.Schedule.Scale((epoch - 1L) * steps + step, (long)settings.Epochs * steps);
            sum += OneStep(order.AsMemory(start, count), scale, dropout.Split((ulong)step), cancel);
            told?.Invoke(step + 1, steps);
        }
        return sum / steps;
    }

    /// <summary>One step; the mean loss of the batch.</summary>
    private double OneStep(ReadOnlyMemory<int> rows, float scale, Rng dropout, CancellationToken cancel)
    {
        batches.Step(rows.Length, scale, (index, start, count) => Micro(index, rows.Slice(start, count), dropout), cancel);
        return batches.Mean(rows.Length, m => slots[m].Value);
    }

    private Tensor[] Micro(int index, ReadOnlyMemory<int> rows, Rng dropout)
    {
        var slot = slots[index];
        int n = rows.Length;
        if (slot.Y.Length < n) (slot.X, slot.Y, slot.Weights) = (new float[n * width], new float[n], new float[n]);
        for (int i = 0; i < n; i++)
        {
            int row = rows.Span[i];
            trainX.AsSpan(row * width, width).CopyTo(slot.X.AsSpan(i * width));
            (slot.Y[i], slot.Weights[i]) = (labels[row], weights[row]);
        }
        var batch = new Batch(rows, Tensor.From(n, width, slot.X.AsSpan(0, n * width)), Tensor.From(n, 1, slot.Y.AsSpan(0, n)), Tensor.From(n, 1, slot.Weights.AsSpan(0, n)));
        var loss = slot.Loss.Loss(slot.Network, batch, dropout.Split((ulong)index));
        slot.Value = loss.Item;
        return Gradients.Of(loss, slot.Network.Parameters);
    }

    private EpochRecord Judge(int epoch, double trainLoss)
    {
        var logits = new float[validation.Rows];
        var frozen = network.Alias(tracked: false);
        batches.Gang.Run(logits.Length, execution.ChunkRows, (start, count) =>
        {
            using var scope = TensorScope.Open();
            frozen.Forward(Tensor.From(count, width, validationX.AsSpan(start * width, count * width))).ReadTo(logits.AsSpan(start, count));
        }, CancellationToken.None);
        double loss = 0;
        bool[] favourable = [.. validation.Labels!];
        double[] scores = [.. logits.Select(z => (double)z)];
        for (int i = 0; i < logits.Length; i++)
        {
            double z = favourable[i] ? scores[i] : -scores[i];
            loss += (favourable[i] ? ratioFavourable : ratioOther) * (Math.Max(-z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)))) / logits.Length;
        }
        if (validationLoss is not null) loss = validationLoss.Of(network);
        if (!double.IsFinite(loss)) throw new OptionsException(Invariant($"Training diverged in epoch {epoch}: the validation loss is {loss}; lower the learning rate ({settings.LearningRate})."));
        double threshold = settings.Threshold?.Fixed is { } probability ? Scores.FromProbability(ScoreKind.Logit, probability) : ThresholdSearch.MaxF1(scores, favourable, out _);
        var counts = Confusion.At(scores, favourable, threshold);
        return new(epoch, trainLoss, loss, counts.F1, threshold, counts.Accuracy);
    }

    private static float[] EncodeAll(Encoding encoding, Table rows)
    {
        var encoded = new float[rows.Rows * encoding.Width];
        encoding.Encode(rows, 0, rows.Rows, encoded);
        return encoded;
    }
}
