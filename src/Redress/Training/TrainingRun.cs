using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;

namespace Redress.Training;

/// <summary>One training: the shuffled passes and the choice of the best epoch.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingSettings settings;
    private readonly FeedForward network;
    private readonly Rng rng;
    private readonly Execution execution;
    private readonly TrainingRows rows;
    private readonly Table validation;
    private readonly float[] validationX;
    private readonly ValidationLoss? validationLoss;
    private readonly IBatchStep step;

    internal TrainingRun(
        TrainingData data, TrainingSettings settings, IObjective objective, Encoding encoding, TrainingStatistics statistics, ActionSet actions, FeedForward network, Rng rng, Execution execution)
    {
        (this.settings, this.network, this.rng, this.execution) = (settings, network, rng, execution);
        validation = data.Validation;
        ObjectiveRows RowsOf(Table part) => new(part, encoding, statistics, objective.UsesActions ? new EncodedActions(part, _ => actions, encoding) : null);
        rows = new(RowsOf(data.Train), settings.ClassWeights, network.Sizes[^1]);
        validationX = TrainingRows.EncodeAll(encoding, validation);
        if (settings.Best == BestEpoch.ValidationLoss) validationLoss = new(RowsOf(validation), validationX, rows.WeightOf, objective, network);
        step = objective.StepOf(rows, settings, network, rng, execution.Threads);
    }

    public void Dispose() => step.Dispose();

    /// <summary>The generator that was trained with the network, or null.</summary>
    internal RecourseGenerator? Generator => step.Generator;

    private bool IsBetter(EpochRecord epoch, EpochRecord best) =>
        settings.Best switch
        {
            BestEpoch.ValidationLoss => epoch.ValidationLoss < best.ValidationLoss,
            BestEpoch.Last => true,
            _ => epoch.ValidationF1 > best.ValidationF1,
        };

    /// <summary>Tells what a training is: its own texts, and its rows.</summary>
    internal string KeyOf(string asked) => TrainingState.KeyOf(asked, rows, validationX, validation);

    /// <summary>Runs all epochs, or those that a checkpoint lacks, and returns the weights of the best one (<see cref="TrainingSettings.Best"/>), the first where several share it.</summary>
    internal (FeedForward Network, EpochRecord Best, IReadOnlyList<EpochRecord> Epochs) ToTheBestEpoch(TrainingCheckpoint? checkpoint, string key, IProgress<Progress>? progress, CancellationToken cancel)
    {
        var kept = new float[step.Parameters.Length][];
        var (epochs, best) = checkpoint?.Restore(key, settings.Epochs, step, kept) ?? ([], 0);
        var bestEpoch = best > 0 ? epochs[best - 1] : null;
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        int done = epochs.Count;
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            if (settings.Patience > 0 && epoch > done && bestEpoch is not null && epoch - 1 - bestEpoch.Number >= settings.Patience) break;
            if (settings.Shuffle) rng.Split("shuffle").Split((ulong)epoch).Shuffle<int>(order);
            if (epoch <= done) continue;
            var record = Judge(epoch, OnePass(order, epoch, Told(progress, epoch, bestEpoch), cancel));
            epochs.Add(record);
            if (bestEpoch is null || IsBetter(record, bestEpoch))
            {
                bestEpoch = record;
                for (int p = 0; p < kept.Length; p++) step.Parameters[p].ReadTo(kept[p] ??= new float[step.Parameters[p].Size]);
            }
            checkpoint?.Save(key, epochs, bestEpoch.Number, step, kept);
        }
        for (int p = 0; p < kept.Length; p++) step.Parameters[p].WriteFrom(kept[p]);
        return (network, bestEpoch!, epochs);
    }

    /// <summary>Tells how many of an epoch's steps are done, a hundred times an epoch at most.</summary>
    private Action<int, int>? Told(IProgress<Progress>? progress, int epoch, EpochRecord? best) => progress is null ? null : (done, steps) =>
    {
        if (done != steps && done % Math.Max(1, steps / 100) != 0) return;
        string note = Invariant($"epoch {epoch}{(best is null ? "" : Invariant($", best F1 {best.ValidationF1:0.000}"))}");
        progress.Report(new("training", (epoch - 1L) * steps + done, (long)settings.Epochs * steps, note));
    };

    private BatchLoss OnePass(int[] order, int epoch, Action<int, int>? told, CancellationToken cancel)
    {
        var sum = new BatchLoss(0);
        int steps = (order.Length + settings.BatchSize - 1) / settings.BatchSize;
        var stream = rng.Split("dropout").Split((ulong)epoch);
        for (int i = 0; i < steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            int start = i * settings.BatchSize, count = Math.Min(settings.BatchSize, order.Length - start);
            float scale = settings.Schedule.Scale((epoch - 1L) * steps + i, (long)settings.Epochs * steps);
            var loss = step.Take(new(order.AsMemory(start, count), scale, (double)epoch / settings.Epochs, stream.Split((ulong)i)), cancel);
            if (loss.Parts is { } parts && !parts.All(double.IsFinite))
                throw new OptionsException(Invariant($"Training diverged in epoch {epoch}: the losses are {string.Join(", ", parts.Select(p => Invariant($"{p}")))}; lower the learning rate ({settings.LearningRate})."));
            sum += loss;
            told?.Invoke(i + 1, steps);
        }
        return sum / steps;
    }

    private EpochRecord Judge(int epoch, BatchLoss trainLoss)
    {
        int outputs = rows.Outputs;
        var logits = new float[validation.Rows * outputs];
        var frozen = network.Alias(tracked: false);
        step.Gang.Run(validation.Rows, execution.ChunkRows, (start, count) =>
        {
            using var scope = TensorScope.Open();
            frozen.Forward(Tensor.From(count, rows.Width, validationX.AsSpan(start * rows.Width, count * rows.Width))).ReadTo(logits.AsSpan(start * outputs, count * outputs));
        }, CancellationToken.None);
        if (outputs == 1) return JudgeOne(epoch, trainLoss, logits);
        int[] classes = TrainingRows.ClassesOf(validation, outputs);
        double entropy = validationLoss?.Of(network) ?? ClassFigures.CrossEntropy(logits, outputs, classes, rows.WeightOf);
        RefuseDiverged(epoch, entropy);
        var figures = ClassFigures.Of(logits, outputs, classes);
        return new(epoch, trainLoss.Mean, entropy, figures.MeanF1, 0, figures.Accuracy, trainLoss.Parts);
    }

    private void RefuseDiverged(int epoch, double loss)
    {
        if (!double.IsFinite(loss)) throw new OptionsException(Invariant($"Training diverged in epoch {epoch}: the validation loss is {loss}; lower the learning rate ({settings.LearningRate})."));
    }

    /// <summary>Judges a network with one output, at its θ.</summary>
    private EpochRecord JudgeOne(int epoch, BatchLoss trainLoss, float[] logits)
    {
        double loss = 0;
        bool[] favourable = [.. validation.Labels!];
        double[] scores = [.. logits.Select(z => (double)z)];
        for (int i = 0; i < logits.Length; i++)
        {
            double z = favourable[i] ? scores[i] : -scores[i];
            loss += rows.WeightOf(favourable[i] ? 1 : 0) * (Math.Max(-z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)))) / logits.Length;
        }
        if (validationLoss is not null) loss = validationLoss.Of(network);
        RefuseDiverged(epoch, loss);
        double threshold = settings.Threshold?.Fixed is { } probability ? Scores.FromProbability(ScoreKind.Logit, probability) : ThresholdSearch.MaxF1(scores, favourable, out _);
        var counts = Confusion.At(scores, favourable, threshold);
        return new(epoch, trainLoss.Mean, loss, counts.F1, threshold, counts.Accuracy, trainLoss.Parts);
    }
}
