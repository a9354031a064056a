using Redress.Attacks;
using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Generative;

/// <summary>
/// A generator's step on a batch (Guo et al. 2023, algorithm 2, lines 8 and 9): the virtual data shift against its present recourses, then
/// θg ← θg - the optimizer's step along ∇θg (λ2 L2 + λ3 L3) at θ'. The classifier stays.
/// </summary>
/// <remarks>
/// The paper leaves open, and we chose: the shift meets recourses as people get them, with one category a feature, and everything without dropout; the
/// generator and what it reads of the classifier have dropout while it learns, the shifted classifier that judges it has none; what is desired is told
/// without dropout too. What people get is also within each number's range (<see cref="GeneratorObjective.Within"/>); the authors let numbers go anywhere. Where there is one output, the outcome other than predicted is desired; of several classes the paper takes the desired one as given, and
/// here each row's is drawn anew at every step, uniformly among those other than the likeliest.
/// </remarks>
internal sealed class GeneratorStep : IDisposable
{
    private readonly GeneratorObjective objective;
    private readonly Encoding encoding;
    private readonly IReadOnlyList<(int Start, int Width)> groups;
    private readonly FeedForward classifier;
    private readonly float threshold;
    private readonly ColumnRanges? ranges;
    private readonly bool isSparse;
    private readonly MicroBatches batches;
    private readonly VirtualDataShift? shift;
    private readonly Slot[] slots;

    /// <param name="objective">Checked.</param>
    /// <param name="schema">Of the rows.</param>
    /// <param name="encoding">Of the rows.</param>
    /// <param name="statistics">Of the rows.</param>
    /// <param name="classifier">f: read at every step, never changed.</param>
    /// <param name="threshold">The logit from which a person has the favourable outcome, where there is one output.</param>
    /// <param name="generators">The generator for one thread more.</param>
    /// <param name="parameters">θg: what its threads share.</param>
    /// <param name="optimizer">Of θg.</param>
    /// <param name="batch">The most rows a step.</param>
    /// <param name="microBatch">Rows that one thread works on; part of the result.</param>
    /// <param name="threads">Threads; 0 for all cores.</param>
    /// <param name="gang">Threads to share, or null to start some.</param>
    internal GeneratorStep(
        GeneratorObjective objective, Schema schema, Encoding encoding, TrainingStatistics statistics, FeedForward classifier, float threshold, Func<IParametricGenerator> generators,
        Tensor[] parameters, IPartOptimizer optimizer, int batch, int microBatch, int threads, Chunks.Gang? gang)
    {
        (this.objective, this.encoding, this.classifier, this.threshold) = (objective, encoding, classifier, threshold);
        groups = [.. encoding.Features.Where(f => f.IsOneHot).Select(f => (f.Offset, f.Width))];
        ranges = objective.Within ? new(schema, encoding, statistics) : null;
        bool soften = objective.Shift is { Soften: true };
        // Adding rows of a matrix beats multiplying by it where most columns are mostly 0.
        isSparse = objective.Shift is not { MovesCategories: true } && 2 * groups.Sum(g => g.Width) >= encoding.Width;
        batches = new(parameters, optimizer, batch, microBatch, threads, gang);
        if (objective.Shift is { } attack) shift = new(classifier, attack, attack.Moves(schema, encoding, isSparse), soften ? new(encoding.Width, groups) : null, batches.Gang, batches.Most);
        slots = [.. Enumerable.Range(0, batches.Most).Select(_ => new Slot(classifier.Alias(tracked: false), generators(), shift?.Shifted()))];
    }

    /// <summary>What one micro-batch of a step needs for itself, so that several may run at once.</summary>
    private sealed class Slot(FeedForward classifier, IParametricGenerator generator, Tensor[]? shifted)
    {
        internal readonly FeedForward Classifier = classifier;
        internal readonly IParametricGenerator Generator = generator;
        internal readonly Tensor[] Judge = shifted ?? classifier.Parameters;
        internal float[] X = [], Y = [], Weights = [], Desired = [], Recourse = [];
        internal double Validity, Proximity;

        internal void Need(int rows, int width, int outputs)
        {
            if (Y.Length >= rows * outputs) return;
            (X, Y, Weights, Desired, Recourse) = (new float[rows * width], new float[rows * outputs], new float[rows], new float[rows * outputs], new float[rows * width]);
        }
    }

    public void Dispose() => batches.Dispose();

    /// <summary>Takes a step.</summary>
    /// <param name="rows">The batch's rows.</param>
    /// <param name="x">All encoded rows.</param>
    /// <param name="y">All targets, as many a row as f has outputs.</param>
    /// <param name="weights">What each row's loss counts when f is trained, and so in the virtual training; null for 1.</param>
    /// <param name="progress">The share of the training that this epoch ends, for ε's schedule; more than 0 and at most 1.</param>
    /// <param name="scale">What the learning rate is multiplied by.</param>
    /// <param name="stream">The batch's stream; does not advance.</param>
    /// <param name="cancel">Stops before the step is taken.</param>
    /// <returns>L2 and L3, means over the batch.</returns>
    internal (double Validity, double Proximity) Take(ReadOnlyMemory<int> rows, float[] x, float[] y, float[]? weights, double progress, float scale, Rng stream, CancellationToken cancel)
    {
        int parts = batches.PartsOf(rows.Length);
        var shifted = new ShiftedRows[parts];
        batches.Gang.Each(parts, m => shifted[m] = Read(m, rows, x, y, weights, stream), cancel);
        if (shift is not null)
        {
            float epsilon = (float)(objective.Shift!.Epsilon * (objective.Schedule ? progress : 1));
            shift.Run(classifier, shifted, epsilon, stream.Split("shift"), wantShift: false, cancel);
        }
        var noise = stream.Split("generator");
        batches.Step(rows.Length, scale, (m, _, count) => Differentiate(slots[m], count, noise.Split((ulong)m)), cancel);
        return (batches.Mean(rows.Length, m => slots[m].Validity), batches.Mean(rows.Length, m => slots[m].Proximity));
    }

    /// <summary>Fills a micro-batch's rows, labels and what is desired; and, for the shift, the present recourses.</summary>
    private ShiftedRows Read(int m, ReadOnlyMemory<int> rows, float[] x, float[] y, float[]? weights, Rng stream)
    {
        var slot = slots[m];
        var (start, count) = batches.PartOf(m, rows.Length);
        int width = encoding.Width, outputs = classifier.Sizes[^1];
        slot.Need(count, width, outputs);
        for (int i = 0; i < count; i++)
        {
            int row = rows.Span[start + i];
            x.AsSpan(row * width, width).CopyTo(slot.X.AsSpan(i * width));
            y.AsSpan(row * outputs, outputs).CopyTo(slot.Y.AsSpan(i * outputs));
            slot.Weights[i] = weights?[row] ?? 1;
        }
        using var scope = TensorScope.Open();
        using var off = Gradients.Off();
        var read = Tensor.From(count, width, slot.X.AsSpan(0, count * width));
        var logits = slot.Classifier.Forward(read);
        if (outputs == 1) Desire(logits, slot.Desired);
        else DesireClasses(logits, rows.Span.Slice(start, count), stream, slot.Desired);
        if (shift is null) return default;
        slot.Generator.Generate(read, Tensor.From(count, outputs, slot.Desired.AsSpan(0, count * outputs)), null).Rows.ReadTo(slot.Recourse);
        for (int i = 0; i < count; i++)
        {
            var row = slot.Recourse.AsSpan(i * width, width);
            if (ranges is not null)
                for (int c = 0; c < width; c++) row[c] = Math.Clamp(row[c], ranges.Lowest[c], ranges.Highest[c]);
            encoding.TakeLargest(row);
        }
        return new(Rows(slot.X, count), slot.Y, Rows(slot.Recourse, count), slot.Desired, weights is null ? null : slot.Weights);
    }

    private Tensor[] Differentiate(Slot slot, int count, Rng noise)
    {
        int width = encoding.Width, outputs = classifier.Sizes[^1];
        var x = Tensor.From(count, width, slot.X.AsSpan(0, count * width));
        var desired = Tensor.From(count, outputs, slot.Desired.AsSpan(0, count * outputs));
        var (recourse, own) = slot.Generator.Generate(x, desired, noise);
        var validity = SquaredError.Of(ClassProbabilities.Of(slot.Classifier.Forward(Within(recourse), slot.Judge)), desired);
        var proximity = SquaredError.Of(x, recourse);
        (slot.Validity, slot.Proximity) = (validity.Item, proximity.Item);
        var loss = validity * (float)objective.Validity + proximity * (float)objective.Proximity;
        return Gradients.Of(own is null ? loss : loss + own, slot.Generator.Parameters);
    }

    /// <summary>Rows with each number in its range. Outside it a number gains nothing by going further, and its distance alone pulls it back.</summary>
    private Tensor Within(Tensor rows)
    {
        if (ranges is null) return rows;
        Tensor lowest = Tensor.From(1, rows.Cols, ranges.Lowest), highest = Tensor.From(1, rows.Cols, ranges.Highest);
        return rows + (rows * -1f).AddRow(lowest).Relu() - rows.AddRow(highest * -1f).Relu();
    }

    /// <summary>1 - f(x; θ) rounded: the other side of the threshold.</summary>
    private void Desire(Tensor logits, float[] desired)
    {
        for (int i = 0; i < logits.Rows; i++) desired[i] = logits[i, 0] >= threshold ? 0 : 1;
    }

    /// <summary>y': a class other than the likeliest, drawn from the row's own stream, so that threads and micro-batches change nothing.</summary>
    private static void DesireClasses(Tensor logits, ReadOnlySpan<int> rows, Rng stream, float[] desired)
    {
        int classes = logits.Cols;
        var draws = stream.Split("desired");
        Array.Clear(desired);
        for (int i = 0; i < rows.Length; i++)
        {
            int likeliest = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(logits.Values.Slice(i * classes, classes));
            int other = draws.Split((ulong)rows[i]).NextInt(classes - 1);
            desired[i * classes + (other < likeliest ? other : other + 1)] = 1;
        }
    }

    private ReadRows Rows(float[] rows, int count) =>
        isSparse && OneHotRows.Of(rows.AsSpan(0, count * encoding.Width), encoding.Width, groups) is { } ones ? new(ones) : new(count, encoding.Width, rows);
}
