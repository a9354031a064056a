using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;

namespace Redress.Generative;

/// <summary>One training of an autoencoder.</summary>
internal sealed class AutoencoderRun
{
    private const int MicroBatch = 32, LeastBatch = 8, LeastSteps = 16;

    private readonly AutoencoderOptions options;
    private readonly RowLayout layout;
    private readonly float[] x;   // rows × width
    private readonly int rows, batch;
    private readonly Rng rng;
    private readonly FeedForward encoder, decoder;

    private AutoencoderRun(Table table, Encoding encoding, AutoencoderOptions options, Rng rng)
    {
        (this.options, this.rng, rows) = (options, rng, table.Rows);
        layout = new(table.Schema, encoding);
        // A small table makes few steps of large batches: its batches shrink, so that the epochs are worth their name.
        batch = Math.Min(options.BatchSize, Math.Max(LeastBatch, rows / LeastSteps));
        x = new float[rows * layout.Width];
        for (int row = 0; row < rows; row++) layout.Encode(table.Row(row), x.AsSpan(row * layout.Width));
        int[] hidden = [.. options.Layers];
        encoder = new([layout.Width, .. hidden, 2 * options.Latent], options.Activation, 0, rng.Split("encoder"));
        decoder = new([options.Latent + layout.Given, .. hidden.Reverse(), layout.Generated], options.Activation, 0, rng.Split("decoder"));
    }

    internal static Autoencoder Train(Table table, ulong seed, AutoencoderOptions options, Execution execution, IProgress<Progress>? progress, CancellationToken cancel)
    {
        OptionsException.ThrowIfAny(options.Problems().Concat(execution.Problems()));
        if (table.Rows == 0) throw new DataException("There are no rows to train an autoencoder on.");
        if (table.Faults.Count > 0) throw new DataException(Invariant($"{table.Faults.Count} of the rows could not be read: {table.Faults.Values.First()}"));
        if (!table.Schema.Features.Any(f => f.IsActionable))
            throw new OptionsException("The schema lets nobody change anything; an autoencoder generates what can change: give at least one feature the change any, increase or decrease.");
        var scaling = options.Numbers == NumberLikelihood.Bernoulli ? NumberScaling.MinMax : NumberScaling.Standardise;
        var encoding = Encoding.Fit(table.Schema, TrainingStatistics.Of(table), new(scaling));
        var run = new AutoencoderRun(table, encoding, options, new Rng(seed).Split("autoencoder"));
        var epochs = run.AllEpochs(execution, progress, cancel);
        ulong[] keys = [.. Enumerable.Range(0, table.Rows).Select(table.Key).Order()];
        string data = ContentHash.Hex(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>(keys));
        return new(table.Schema, encoding, options, run.encoder, run.decoder, new(seed, table.Rows, data, epochs));
    }

    private List<AutoencoderEpoch> AllEpochs(Execution execution, IProgress<Progress>? progress, CancellationToken cancel)
    {
        Tensor[] parameters = [.. encoder.Parameters, .. decoder.Parameters];
        using var steps = new MicroBatches(parameters, new Adam(parameters, options.LearningRate), batch, MicroBatch, execution.Threads);
        Slot[] slots = [.. Enumerable.Range(0, steps.Most).Select(_ => new Slot(encoder.Alias(tracked: true), decoder.Alias(tracked: true)))];
        var epochs = new List<AutoencoderEpoch>();
        int[] order = [.. Enumerable.Range(0, rows)];
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            rng.Split("shuffle").Split((ulong)epoch).Shuffle<int>(order);
            var record = OneEpoch(steps, slots, order, epoch, progress, cancel);
            if (!double.IsFinite(record.Reconstruction + record.Divergence))
                throw new OptionsException(Invariant($"The autoencoder's training diverged in epoch {epoch}: its loss is {record.Reconstruction + record.Divergence}; lower the learning rate ({options.LearningRate})."));
            epochs.Add(record);
        }
        return epochs;
    }

    private AutoencoderEpoch OneEpoch(MicroBatches steps, Slot[] slots, int[] order, int epoch, IProgress<Progress>? progress, CancellationToken cancel)
    {
        int count = (rows + batch - 1) / batch;
        var noise = rng.Split("noise").Split((ulong)epoch);
        double reconstruction = 0, divergence = 0;
        for (int step = 0; step < count; step++)
        {
            cancel.ThrowIfCancellationRequested();
            long done = (epoch - 1L) * count + step, all = (long)options.Epochs * count;
            float beta = options.KlWeight * (float)Math.Min(1, 2.0 * done / all);
            var chosen = order.AsMemory(step * batch, Math.Min(batch, rows - step * batch));
            var stream = noise.Split((ulong)step);
            steps.Step(chosen.Length, 1, (index, start, some) => GradientsOf(slots[index], chosen.Span.Slice(start, some), beta, stream.Split((ulong)index)), cancel);
            double share = (double)chosen.Length / rows;
            reconstruction += share * steps.Mean(chosen.Length, m => slots[m].Reconstruction);
            divergence += share * steps.Mean(chosen.Length, m => slots[m].Divergence);
            if (progress is not null && (step % Math.Max(1, count / 100) == 0 || step == count - 1)) progress.Report(new("training the autoencoder", done + 1, all, Invariant($"epoch {epoch}")));
        }
        return new(epoch, reconstruction, divergence);
    }

    private Tensor[] GradientsOf(Slot slot, ReadOnlySpan<int> chosen, float beta, Rng stream)
    {
        var (some, noise) = (Tensor.Zeros(chosen.Length, layout.Width), Tensor.Zeros(chosen.Length, options.Latent));
        for (int i = 0; i < chosen.Length; i++) x.AsSpan(chosen[i] * layout.Width, layout.Width).CopyTo(some.Values[(i * layout.Width)..]);
        stream.FillGaussian(noise.Values);
        var (reconstruction, divergence) = EvidenceBound.Of(slot.Encoder, slot.Decoder, layout, options, some, noise);
        (slot.Reconstruction, slot.Divergence) = (reconstruction.Item, divergence.Item);
        return Gradients.Of(reconstruction + divergence * beta, slot.Parameters);
    }

    /// <summary>What one micro-batch needs for itself, so that several may run at once.</summary>
    private sealed class Slot(FeedForward encoder, FeedForward decoder)
    {
        internal readonly FeedForward Encoder = encoder, Decoder = decoder;
        internal readonly Tensor[] Parameters = [.. encoder.Parameters, .. decoder.Parameters];
        internal double Reconstruction, Divergence;
    }
}
