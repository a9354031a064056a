using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;

namespace Redress.Methods;

/// <summary>
/// The training of a verifier: in each epoch every row of the larger part is paired with a row of its own label or of the other, at even odds; the loss is the
/// cross-entropy of whether labels differ. A tenth of the rows is held out, and its pairs, drawn once, tell which epoch was best.
/// </summary>
internal sealed class TapTraining
{
    private const int MicroBatch = 64, LeastBatch = 8, LeastSteps = 16, HeldOutShare = 10;

    private readonly TapOptions options;
    private readonly float[] x;
    private readonly bool[] y;
    private readonly int width, batch;
    private readonly Rng rng;
    private readonly int[] trained, held;
    private readonly FeedForward network;

    private TapTraining(TapOptions options, Encoding encoding, Table rows, Rng rng)
    {
        (this.options, this.rng, width, y) = (options, rng, encoding.Width, [.. rows.Labels!]);
        x = new float[rows.Rows * width];
        encoding.Encode(rows, 0, rows.Rows, x);
        int[] order = [.. Enumerable.Range(0, rows.Rows)];
        rng.Split("held-out").Shuffle<int>(order);
        // Held-out rows make pairs of both kinds only where both labels are among them, and so must the others.
        int count = rows.Rows / HeldOutShare;
        held = HasBoth(order.AsSpan(0, count)) && HasBoth(order.AsSpan(count)) ? order[..count] : [];
        trained = order[held.Length..];
        batch = Math.Min(options.BatchSize, Math.Max(LeastBatch, trained.Length / LeastSteps));
        network = new(TapVerifier.SizesFor(options, width), Activation.Relu, 0, rng.Split("weights"));
    }

    /// <summary>Trains a verifier. The same seed gives the same bits at any thread count.</summary>
    /// <exception cref="OptionsException">The rows are not fit to train on, or the loss is no number any more.</exception>
    internal static TapVerifier Run(TapOptions options, Encoding encoding, Table rows, Rng rng, Execution execution, IProgress<Progress>? progress, CancellationToken cancel)
    {
        OptionsException.ThrowIfAny(Problems(rows));
        var run = new TapTraining(options, encoding, rows, rng);
        run.AllEpochs(execution, progress, cancel);
        return new(run.network);
    }

    private static IEnumerable<string> Problems(Table rows)
    {
        if (rows.Rows == 0) yield return "There are no rows to train a verifier on.";
        else if (rows.Labels is null) yield return "A verifier needs training rows with labels; these have none.";
        else if (rows.Labels.Distinct().Count() < 2) yield return "A verifier needs training rows of both labels; these have one.";
        if (rows.Faults.Count > 0) yield return Invariant($"{rows.Faults.Count} of the rows could not be read: {rows.Faults.Values.First()}");
    }

    private bool HasBoth(ReadOnlySpan<int> rows)
    {
        bool yes = false, no = false;
        foreach (int row in rows) (yes, no) = (yes | y[row], no | !y[row]);
        return yes && no;
    }

    private void AllEpochs(Execution execution, IProgress<Progress>? progress, CancellationToken cancel)
    {
        Tensor[] parameters = network.Parameters;
        using var steps = new MicroBatches(parameters, new Adam(parameters, (float)options.TrainingRate), batch, MicroBatch, execution.Threads);
        var slots = Enumerable.Range(0, steps.Most).Select(_ => new Slot(network.Alias(tracked: true))).ToArray();
        var judged = Pairs(held, rng.Split("judged"));
        var (best, least, since) = (Array.ConvertAll(parameters, p => p.Keep()), double.PositiveInfinity, 0);
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            double loss = OneEpoch(steps, slots, epoch, progress, cancel);
            if (!double.IsFinite(loss)) throw new OptionsException(Invariant($"The verifier's training diverged in epoch {epoch}: its loss is {loss}; lower the training rate ({options.TrainingRate})."));
            if (held.Length == 0) continue;
            double judgement = LossOf(judged);
            if (judgement < least)
            {
                (least, since) = (judgement, 0);
                for (int p = 0; p < best.Length; p++) best[p].WriteFrom(parameters[p].Values);
            }
            else if (++since == options.TrainingPatience) break;
        }
        if (held.Length == 0) return;
        for (int p = 0; p < best.Length; p++) parameters[p].WriteFrom(best[p].Values);
    }

    private double OneEpoch(MicroBatches steps, Slot[] slots, int epoch, IProgress<Progress>? progress, CancellationToken cancel)
    {
        var pairs = Pairs(trained, rng.Split("pairs").Split((ulong)epoch));
        int count = (pairs.Length + batch - 1) / batch;
        double loss = 0;
        for (int step = 0; step < count; step++)
        {
            cancel.ThrowIfCancellationRequested();
            var chosen = pairs.AsMemory(step * batch, Math.Min(batch, pairs.Length - step * batch));
            steps.Step(chosen.Length, 1, (index, start, some) => GradientsOf(slots[index], chosen.Span.Slice(start, some)), cancel);
            loss += (double)chosen.Length / pairs.Length * steps.Mean(chosen.Length, m => slots[m].Loss);
            if (progress is not null && (step % Math.Max(1, count / 100) == 0 || step == count - 1))
                progress.Report(new("training the verifier", (epoch - 1L) * count + step + 1, (long)options.Epochs * count, Invariant($"epoch {epoch}")));
        }
        return loss;
    }

    private Tensor[] GradientsOf(Slot slot, ReadOnlySpan<(int First, int Second)> pairs)
    {
        var (rows, differ) = Read(pairs);
        var loss = Tensor.CrossEntropy(slot.Network.Forward(rows), differ).Sum() / pairs.Length;
        slot.Loss = loss.Item;
        return Gradients.Of(loss, slot.Network.Parameters);
    }

    private double LossOf((int First, int Second)[] pairs)
    {
        double sum = 0;
        using var off = Gradients.Off();
        for (int start = 0; start < pairs.Length; start += batch)
        {
            using var scope = TensorScope.Open();
            var (rows, differ) = Read(pairs.AsSpan(start, Math.Min(batch, pairs.Length - start)));
            sum += Tensor.CrossEntropy(network.Forward(rows), differ).Sum().Item;
        }
        return sum / pairs.Length;
    }

    private (Tensor Rows, Tensor Differ) Read(ReadOnlySpan<(int First, int Second)> pairs)
    {
        var (rows, differ) = (Tensor.Zeros(pairs.Length, 2 * width), Tensor.Zeros(pairs.Length, 1));
        for (int i = 0; i < pairs.Length; i++)
        {
            var (first, second) = pairs[i];
            x.AsSpan(first * width, width).CopyTo(rows.Values[(2 * i * width)..]);
            x.AsSpan(second * width, width).CopyTo(rows.Values[((2 * i + 1) * width)..]);
            differ[i, 0] = y[first] != y[second] ? 1 : 0;
        }
        return (rows, differ);
    }

    /// <summary>Every row, in shuffled order, with a partner: of the other label at even odds.</summary>
    private (int First, int Second)[] Pairs(int[] rows, Rng stream)
    {
        int[][] of = [[.. rows.Where(r => !y[r])], [.. rows.Where(r => y[r])]];
        int[] order = [.. rows];
        stream.Split("order").Shuffle<int>(order);
        var partners = stream.Split("partners");
        return Array.ConvertAll(order, first =>
        {
            int[] those = of[y[first] ^ partners.NextInt(2) == 1 ? 1 : 0];
            return (first, those[partners.NextInt(those.Length)]);
        });
    }

    /// <summary>What one micro-batch needs for itself, so that several may run at once.</summary>
    private sealed class Slot(FeedForward network)
    {
        internal readonly FeedForward Network = network;
        internal double Loss;
    }
}
