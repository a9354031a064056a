using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;

namespace Redress.Generative;

/// <summary>One training of a denoiser on scaled codes.</summary>
internal sealed class DiffusionRun
{
    // ln σ of a training step is normal with these (Karras et al. 2022, table 1).
    internal const float MeanOfLogSigma = -1.2f, DeviationOfLogSigma = 1.2f;

    private const int MicroBatch = 64, LeastBatch = 8, LeastSteps = 16;

    private readonly DiffusionOptions options;
    private readonly float[] codes;   // rows × latent, with the standard deviation σ_data
    private readonly int rows, latent, batch;
    private readonly Rng rng;
    private readonly FeedForward network;

    internal DiffusionRun(float[] codes, DiffusionOptions options, Rng rng)
    {
        (this.codes, this.options, this.rng, latent) = (codes, options, rng, options.Latent);
        rows = codes.Length / latent;
        // As for the autoencoder, a small table's batches shrink, so that the epochs are worth their name.
        batch = Math.Min(options.BatchSize, Math.Max(LeastBatch, rows / LeastSteps));
        network = new([Denoiser.InputsFor(latent), .. options.Layers, latent], Activation.Gelu, 0, rng.Split("denoiser"));
    }

    internal (Denoiser Denoiser, List<DiffusionEpoch> Epochs) Train(Execution execution, IProgress<Progress>? progress, CancellationToken cancel)
    {
        Tensor[] parameters = network.Parameters;
        using var steps = new MicroBatches(parameters, new Adam(parameters, (float)options.LearningRate), batch, MicroBatch, execution.Threads);
        Slot[] slots = [.. Enumerable.Range(0, steps.Most).Select(_ => new Slot(network.Alias(tracked: true)))];
        var epochs = new List<DiffusionEpoch>();
        int[] order = [.. Enumerable.Range(0, rows)];
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            rng.Split("shuffle").Split((ulong)epoch).Shuffle<int>(order);
            double loss = OneEpoch(steps, slots, order, epoch, progress, cancel);
            if (!double.IsFinite(loss))
                throw new OptionsException(Invariant($"The denoiser's training diverged in epoch {epoch}: its loss is {loss}; lower the learning rate ({options.LearningRate})."));
            epochs.Add(new(epoch, loss));
        }
        return (new(network), epochs);
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
            var chosen = order.AsMemory(step * batch, Math.Min(batch, rows - step * batch));
            var stream = noise.Split((ulong)step);
            float scale = LearningRateSchedule.Cosine.Scale(done, all);
            steps.Step(chosen.Length, scale, (index, start, some) => GradientsOf(slots[index], chosen.Span.Slice(start, some), stream.Split((ulong)index)), cancel);
            loss += (double)chosen.Length / rows * steps.Mean(chosen.Length, m => slots[m].Loss);
            if (progress is not null && (step % Math.Max(1, count / 10) == 0 || step == count - 1)) progress.Report(new("training the denoiser", done + 1, all, Invariant($"epoch {epoch}")));
        }
        return loss;
    }

    private Tensor[] GradientsOf(Slot slot, ReadOnlySpan<int> chosen, Rng stream)
    {
        var (inputs, targets) = (Tensor.New(chosen.Length, Denoiser.InputsFor(latent)), Tensor.New(chosen.Length, latent));
        Span<float> z = stackalloc float[latent];
        for (int i = 0; i < chosen.Length; i++)
        {
            float noise = (MeanOfLogSigma + DeviationOfLogSigma * (float)stream.NextGaussian()) / 4;
            Write(codes.AsSpan(chosen[i] * latent, latent), noise, stream, z, inputs.Values.Slice(i * inputs.Cols, inputs.Cols), targets.Values.Slice(i * latent, latent));
        }
        var loss = (slot.Network.Forward(inputs) - targets).Square().Mean();
        slot.Loss = loss.Item;
        return Gradients.Of(loss, slot.Network.Parameters);
    }

    /// <summary>
    /// What F reads of a noisy code, and what it should tell: the loss (σ² + σ_data²) / (σ σ_data)² ‖D(z; σ) - z₀‖² is ‖F - (z₀ - c_skip z) / c_out‖²
    /// (Karras et al. 2022, eq. 8).
    /// </summary>
    internal static void Write(ReadOnlySpan<float> code, float noise, Rng stream, Span<float> z, Span<float> input, Span<float> target)
    {
        float sigma = Denoiser.SigmaOf(noise);
        stream.FillGaussian(z);
        for (int k = 0; k < z.Length; k++) z[k] = code[k] + sigma * z[k];
        Span<float> bumps = stackalloc float[Denoiser.Bumps];
        Denoiser.BumpsOf(noise, bumps);
        Denoiser.WriteInput(z, Denoiser.In(sigma), bumps, input);
        float cSkip = Denoiser.Skip(sigma), cOut = Denoiser.Out(sigma);
        for (int k = 0; k < z.Length; k++) target[k] = (code[k] - cSkip * z[k]) / cOut;
    }

    /// <summary>What one micro-batch needs for itself, so that several may run at once.</summary>
    private sealed class Slot(FeedForward network)
    {
        internal readonly FeedForward Network = network;
        internal double Loss;
    }
}
