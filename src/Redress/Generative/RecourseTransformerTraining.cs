using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Optimizers;

namespace Redress.Generative;

/// <summary>One epoch of a transformer's training.</summary>
/// <param name="Number">1-based.</param>
/// <param name="Loss">The mean of eq. 8 over the training pairs, while they were trained on.</param>
/// <param name="Validation">The same over the pairs set aside, after the epoch.</param>
internal sealed record TransformerEpoch(int Number, double Loss, double Validation);

/// <summary>How R_θ is trained (Garg, Nagalapatti and Sarawagi 2025, algorithm 1).</summary>
/// <param name="Epochs">e.</param>
/// <param name="Patience">Epochs without a lower validation loss after which the training ends.</param>
/// <param name="BatchSize">b.</param>
/// <param name="LearningRate">η, Adam's; it rises from 0 over the first steps and falls to 0 along half a cosine.</param>
/// <param name="Bandwidth">What bins' widths are multiplied by in soft labels.</param>
internal sealed record RecourseTransformerTraining(int Epochs, int Patience, int BatchSize, double LearningRate, double Bandwidth)
{
    private const int MicroBatch = 32, MostSetAside = 1024, WarmUp = 200, LeastSteps = 16, LeastBatch = 8;
    private const double SetAside = 0.1;

    /// <summary>Trains a network in place; it ends with the parameters of the epoch of the lowest validation loss.</summary>
    /// <param name="network">R_θ.</param>
    /// <param name="negatives">The rows x of D_h⁻.</param>
    /// <param name="positives">The rows x⁺ of D_h⁺.</param>
    /// <param name="pairing">All that Q hangs on beside the rows, as text: what a checkpoint is for.</param>
    /// <param name="draw">x⁺ ~ Q(·|x): the number of a row of D_h⁺ for that of a row of D_h⁻.</param>
    /// <param name="rng">Its seed is the training's.</param>
    /// <param name="threads">Threads; 0 for all cores. They change nothing.</param>
    /// <param name="checkpoint">Keeps the state after every epoch; null for none.</param>
    /// <param name="progress">Told as steps are done.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="OptionsException">The loss is no number any more.</exception>
    internal IReadOnlyList<TransformerEpoch> Run(
        RecourseTransformer network, Table negatives, Table positives, string pairing, Func<int, Rng, int> draw, Rng rng, int threads, TrainingCheckpoint? checkpoint, IProgress<Progress>? progress, CancellationToken cancel)
    {
        var pairs = new Pairs(network.Tokens, negatives, positives, Bandwidth);
        int[] rows = [.. Enumerable.Range(0, negatives.Rows)];
        rng.Split("set aside").Shuffle<int>(rows);
        int aside = Math.Min(MostSetAside, (int)(SetAside * rows.Length));
        var (validation, training) = (rows[..aside], rows[aside..]);
        int[] partners = [.. validation.Select(x => draw(x, rng.Split("validation").Split((ulong)x)))];
        // A small table makes few steps of large batches: its batches shrink, so that the epochs are worth their name.
        int batch = Math.Min(BatchSize, Math.Max(LeastBatch, training.Length / LeastSteps)), steps = (training.Length + batch - 1) / batch;
        var parameters = network.Parameters;
        var adam = new Adam(parameters, (float)LearningRate);
        using var micro = new MicroBatches(parameters, adam, batch, MicroBatch, threads);
        Slot[] slots = [.. Enumerable.Range(0, micro.Most).Select(_ => new Slot(network.Alias(tracked: true)))];
        var kept = parameters.Select(p => new float[p.Size]).ToArray();
        List<TransformerEpoch> epochs = [];
        string key = checkpoint is null ? "" : KeyOf(network, negatives, positives, pairing, rng.Seed);
        int best = checkpoint is null ? 0 : Restore(checkpoint, key, network, adam, epochs, kept);
        for (int epoch = epochs.Count + 1; epoch <= Epochs && (best == 0 || epoch - best <= Patience); epoch++)
        {
            var stream = rng.Split("epoch").Split((ulong)epoch);
            int[] order = [.. training];
            stream.Split("shuffle").Shuffle<int>(order);
            double loss = 0;
            for (int s = 0; s < steps; s++)
            {
                cancel.ThrowIfCancellationRequested();
                var chosen = order.AsMemory(s * batch, Math.Min(batch, order.Length - s * batch));
                long step = (epoch - 1L) * steps + s, all = (long)Epochs * steps;
                float scale = Math.Min(1, (step + 1f) / WarmUp) * LearningRateSchedule.Cosine.Scale(step, all);
                micro.Step(chosen.Length, scale, (m, start, count) => slots[m].GradientsOf(pairs, chosen.Span.Slice(start, count), draw, stream), cancel);
                loss += micro.Mean(chosen.Length, m => slots[m].Loss) * chosen.Length / order.Length;
                if (progress is not null && (s % Math.Max(1, steps / 100) == 0 || s == steps - 1))
                    progress.Report(new("training the transformer", step + 1, all, Invariant($"epoch {epoch}{(epochs.Count == 0 ? "" : Invariant($", validation loss {epochs[^1].Validation:0.###}"))}")));
            }
            double held = validation.Length == 0 ? loss : ValidationLoss(micro.Gang, network, pairs, validation, partners);
            if (!double.IsFinite(loss + held)) throw new OptionsException(Invariant($"The transformer's training diverged in epoch {epoch}: its loss is {loss}; lower the learning rate ({LearningRate})."));
            epochs.Add(new(epoch, loss, held));
            if (best == 0 || held < epochs[best - 1].Validation)
            {
                best = epoch;
                for (int p = 0; p < kept.Length; p++) parameters[p].ReadTo(kept[p]);
            }
            checkpoint?.Save(key, JsonSerializer.Serialize(epochs, TransformerJson.Default.ListTransformerEpoch), best, parameters, [adam], kept);
        }
        for (int p = 0; p < kept.Length; p++) parameters[p].WriteFrom(kept[p]);
        return epochs;
    }

    private static double ValidationLoss(Chunks.Gang gang, RecourseTransformer network, Pairs pairs, int[] x, int[] partners)
    {
        var losses = new double[x.Length];
        gang.Run(x.Length, MicroBatch, (start, count) =>
        {
            using var scope = TensorScope.Open();
            using var off = Gradients.Off();
            losses[start] = pairs.Loss(network.Alias(tracked: false), x.AsSpan(start, count), partners.AsSpan(start, count)).Item * count;
        }, CancellationToken.None);
        return losses.Sum() / x.Length;
    }

    private string KeyOf(RecourseTransformer network, Table negatives, Table positives, string pairing, ulong seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Invariant($"{this}\n{network.Shape}\n{seed}\n{pairing}\n{string.Join(' ', network.Tokens.Bins.Select(b => Invariant($"{b.Count}")))}")));
        var tokens = network.Tokens;
        double[][] all = [.. tokens.Bins.SelectMany(b => new[] { b.Means, b.Widths }), [.. tokens.Low], [.. tokens.Range], negatives.Values.ToArray(), positives.Values.ToArray()];
        foreach (double[] values in all) hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private int Restore(TrainingCheckpoint checkpoint, string key, RecourseTransformer network, Adam adam, List<TransformerEpoch> epochs, float[][] kept) => checkpoint.Restore(key, json =>
    {
        epochs.AddRange(JsonSerializer.Deserialize(json, TransformerJson.Default.ListTransformerEpoch)!);
        return epochs.Count <= Epochs && !epochs.Where((e, i) => e is null || e.Number != i + 1).Any() ? epochs.Count : throw new FormatException("epochs that do not follow each other");
    }, network.Parameters, [adam], kept);

    /// <summary>What one micro-batch needs for itself, so that several may run at once.</summary>
    private sealed class Slot(RecourseTransformer network)
    {
        internal double Loss { get; private set; }

        internal Tensor[] GradientsOf(Pairs pairs, ReadOnlySpan<int> x, Func<int, Rng, int> draw, Rng stream)
        {
            var partners = new int[x.Length];
            // Keyed by the row, not by its place in the batch.
            for (int i = 0; i < partners.Length; i++) partners[i] = draw(x[i], stream.Split("pairs").Split((ulong)x[i]));
            var loss = pairs.Loss(network, x, partners);
            Loss = loss.Item;
            return Gradients.Of(loss, network.Parameters);
        }
    }

    /// <summary>The rows on both sides of pairs, with the soft labels of the rows x⁺.</summary>
    private sealed class Pairs
    {
        private readonly RecourseTokens tokens;
        private readonly Table negatives, positives;
        private readonly double bandwidth;

        internal Pairs(RecourseTokens tokens, Table negatives, Table positives, double bandwidth) =>
            (this.tokens, this.negatives, this.positives, this.bandwidth) = (tokens, negatives, positives, bandwidth);

        internal Tensor Loss(RecourseTransformer network, ReadOnlySpan<int> x, ReadOnlySpan<int> partners)
        {
            var labels = Tensor.Zeros(partners.Length, tokens.AllBins);
            for (int i = 0; i < partners.Length; i++)
            {
                var row = positives.Row(partners[i]);
                for (int f = 0; f < row.Length; f++)
                    tokens.Bins[f].SoftLabels(row[f], bandwidth, labels.Values.Slice(i * tokens.AllBins + tokens.OffsetOf(f), tokens.Bins[f].Count));
            }
            return network.Loss(network.IsConditional ? tokens.Of(negatives, x) : null, tokens.Before(positives, partners), labels);
        }
    }
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(List<TransformerEpoch>))]
internal sealed partial class TransformerJson : JsonSerializerContext;
