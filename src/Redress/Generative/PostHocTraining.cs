using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Optimizers;

namespace Redress.Generative;

/// <summary>How a generator is trained for a classifier that exists.</summary>
/// <param name="Objective">What for.</param>
/// <param name="Epochs">Passes over the rows.</param>
/// <param name="BatchSize">Rows a step.</param>
/// <param name="LearningRate">Adam's.</param>
internal sealed record PostHocTraining(GeneratorObjective Objective, int Epochs, int BatchSize, float LearningRate)
{
    private const int MicroBatch = 32;

    /// <summary>Trains a generator in place; with a data shift in the objective this is the generalised RoCourseNet (Guo et al. 2023, eq. 5).</summary>
    /// <remarks>The opposite of a prediction is told at a probability of one half, whatever θ is: θ stands outside what is learnt.</remarks>
    /// <param name="generator">Over the model's encoding.</param>
    /// <param name="model">Read, never changed.</param>
    /// <param name="rows">Training rows, with labels where the objective has a data shift.</param>
    /// <param name="rng">Its seed is the training's.</param>
    /// <param name="threads">Threads; 0 for all cores.</param>
    /// <param name="progress">Told after every hundredth of an epoch at most.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="OptionsException">The losses are no numbers any more.</exception>
    internal void Run(PostHocGenerator generator, NetworkModel model, Table rows, Rng rng, int threads, IProgress<Progress>? progress, CancellationToken cancel)
    {
        var encoding = model.Encoding;
        var x = new float[rows.Rows * encoding.Width];
        encoding.Encode(rows, 0, rows.Rows, x);
        float[] y = rows.Labels is { } labels ? [.. labels.Select(l => l ? 1f : 0f)] : new float[rows.Rows];
        int batch = Math.Min(BatchSize, rows.Rows), steps = (rows.Rows + batch - 1) / batch;
        Tensor[] parameters = generator.Parameters;
        using var step = new GeneratorStep(
            Objective, model.Schema, encoding, model.Statistics, model.Network, threshold: 0, generator.ForThread, parameters, new Adam(parameters, LearningRate), batch, MicroBatch, threads, gang: null);
        int[] order = [.. Enumerable.Range(0, rows.Rows)];
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            var stream = rng.Split("epoch").Split((ulong)epoch);
            stream.Split("shuffle").Shuffle<int>(order);
            for (int s = 0; s < steps; s++)
            {
                cancel.ThrowIfCancellationRequested();
                var chosen = order.AsMemory(s * batch, Math.Min(batch, rows.Rows - s * batch));
                var (validity, proximity) = step.Take(chosen, x, y, null, (double)epoch / Epochs, 1, stream.Split((ulong)s), cancel);
                if (!double.IsFinite(validity + proximity))
                    throw new OptionsException(Invariant($"The generator's training diverged in epoch {epoch}: its losses are {validity} and {proximity}; lower the learning rate ({LearningRate})."));
                if (progress is not null && (s % Math.Max(1, steps / 100) == 0 || s == steps - 1))
                    progress.Report(new("training the generator", (epoch - 1L) * steps + s + 1, (long)Epochs * steps, Invariant($"epoch {epoch}")));
            }
        }
        generator.Pack();
    }
}
