using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Optimizers;

namespace Redress.Generative;

/// <summary>One training of a conditional-subspace autoencoder. The same seed gives the same bits at any thread count.</summary>
internal sealed class SubspaceRun
{
    private const int MicroBatch = 32, LeastBatch = 8, LeastSteps = 16;

    private readonly SubspaceAutoencoder trained;
    private readonly SubspaceOptions options;
    private readonly float[] x, y;   // rows × width; labels
    private readonly int rows, width, batch;
    private readonly Rng rng;

    private SubspaceRun(SubspaceAutoencoder trained, Table table, Rng rng)
    {
        (this.trained, options, this.rng, rows, width) = (trained, trained.Options, rng, table.Rows, trained.Layout.Width);
        // A small table makes few steps of large batches: its batches shrink, so that the epochs are worth their name.
        batch = Math.Min(options.BatchSize, Math.Max(LeastBatch, rows / LeastSteps));
        x = new float[rows * width];
        for (int row = 0; row < rows; row++) trained.Layout.Encode(table.Row(row), x.AsSpan(row * width, width));
        y = [.. table.Labels!.Select(l => l ? 1f : 0f)];
    }

    /// <summary>Trains one.</summary>
    /// <param name="table">People with labels, in raw units; what their schema lets nobody change is given to the decoder.</param>
    /// <param name="options">Checked by the caller.</param>
    /// <param name="rng">Its seed is the training's.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="progress">Told as steps are done.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="OptionsException">The rows are not fit to train on, or the losses are no numbers any more.</exception>
    internal static SubspaceAutoencoder Train(Table table, SubspaceOptions options, Rng rng, Execution execution, IProgress<Progress>? progress, CancellationToken cancel)
    {
        OptionsException.ThrowIfAny(Problems(table));
        var scaling = options.Numbers == NumberLikelihood.Bernoulli ? NumberScaling.MinMax : NumberScaling.Standardise;
        var encoding = Encoding.Fit(table.Schema, TrainingStatistics.Of(table), new(scaling));
        var trained = new SubspaceAutoencoder(options, table.Schema, encoding, rng.Split("weights"));
        new SubspaceRun(trained, table, rng).AllEpochs(execution, progress, cancel);
        return trained;
    }

    private static IEnumerable<string> Problems(Table table)
    {
        if (table.Rows == 0) yield return "There are no rows to train an autoencoder on.";
        else if (table.Labels is null) yield return "A conditional-subspace autoencoder needs training rows with labels; these have none.";
        else if (table.Labels.Distinct().Count() < 2) yield return "A conditional-subspace autoencoder needs training rows of both labels; these have one.";
        if (table.Faults.Count > 0) yield return Invariant($"{table.Faults.Count} of the rows could not be read: {table.Faults.Values.First()}");
        if (!table.Schema.Features.Any(f => f.IsActionable))
            yield return "The schema lets nobody change anything; an autoencoder generates what can change: give at least one feature the change any, increase or decrease.";
    }

    private void AllEpochs(Execution execution, IProgress<Progress>? progress, CancellationToken cancel)
    {
        Tensor[] parameters = trained.Networks.Parameters;
        using var steps = new MicroBatches(parameters, new Adam(parameters, options.LearningRate), batch, MicroBatch, execution.Threads);
        Slot[] slots = [.. Enumerable.Range(0, steps.Most).Select(_ => new Slot(trained.Networks.Alias()))];
        int[] order = [.. Enumerable.Range(0, rows)];
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            rng.Split("shuffle").Split((ulong)epoch).Shuffle<int>(order);
            double loss = OneEpoch(steps, slots, order, epoch, progress, cancel);
            if (!double.IsFinite(loss)) throw new OptionsException(Invariant($"The autoencoder's training diverged in epoch {epoch}: its loss is {loss}; lower the learning rate ({options.LearningRate})."));
        }
    }

    private double OneEpoch(MicroBatches steps, Slot[] slots, int[] order, int epoch, IProgress<Progress>? progress, CancellationToken cancel)
    {
        int count = (rows + batch - 1) / batch;
        var noise = rng.Split("noise").Split((ulong)epoch);
        double loss = 0;
        for (int step = 0; step < count; step++)
        {
            cancel.ThrowIfCancellationRequested();
            long done = (epoch - 1L) * count + step, all = (long)options.Epochs * count;
            float rise = (float)Math.Min(1, 2.0 * done / all);
            var chosen = order.AsMemory(step * batch, Math.Min(batch, rows - step * batch));
            var stream = noise.Split((ulong)step);
            steps.Step(chosen.Length, 1, (index, start, some) => GradientsOf(slots[index], chosen.Span.Slice(start, some), rise, stream.Split((ulong)index)), cancel);
            loss += (double)chosen.Length / rows * steps.Mean(chosen.Length, m => slots[m].Loss);
            if (progress is not null && (step % Math.Max(1, count / 100) == 0 || step == count - 1)) progress.Report(new("training the autoencoder", done + 1, all, Invariant($"epoch {epoch}")));
        }
        return loss;
    }

    /// <summary>Both players step at once, each along its own loss: the model's by all but the adversary's parameters, the adversary's by its own.</summary>
    private Tensor[] GradientsOf(Slot slot, ReadOnlySpan<int> chosen, float rise, Rng stream)
    {
        var (some, labels, noise) = (Tensor.Zeros(chosen.Length, width), Tensor.Zeros(chosen.Length, 1), Tensor.Zeros(chosen.Length, options.Subspace + options.Latent));
        for (int i = 0; i < chosen.Length; i++)
        {
            x.AsSpan(chosen[i] * width, width).CopyTo(some.Values[(i * width)..]);
            labels[i, 0] = y[chosen[i]];
        }
        stream.FillGaussian(noise.Values);
        var bound = SubspaceBound.Of(slot.Networks, trained.Layout, options, some, labels, noise);
        var loss = bound.Reconstruction + (bound.DivergenceW * options.SubspaceKlWeight + bound.DivergenceZ * options.KlWeight) * rise + bound.NegativeEntropy * options.Independence;
        slot.Loss = loss.Item + bound.Adversary.Item;
        return [.. Gradients.Of(loss, slot.Networks.Model), .. Gradients.Of(bound.Adversary, slot.Networks.Adversary.Parameters)];
    }

    /// <summary>What one micro-batch needs for itself, so that several may run at once.</summary>
    private sealed class Slot(SubspaceNetworks networks)
    {
        internal readonly SubspaceNetworks Networks = networks;
        internal double Loss;
    }
}
