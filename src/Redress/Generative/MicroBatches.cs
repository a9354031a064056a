using Redress.Tensors;
using Redress.Tensors.Kernels;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Redress.Generative;

/// <summary>
/// Adam's steps for networks that are trained together. A batch is cut into micro-batches of a fixed size, whose gradients threads compute in any order
/// and add in theirs: the bits depend on the sizes only.
/// </summary>
internal sealed class MicroBatches : IDisposable
{
    private const int PartSize = 2048;   // entries of a parameter that one thread updates at once

    private readonly int size;
    private readonly IPartOptimizer optimizer;
    private readonly Slot[] slots;
    private readonly Part[] parts;
    private readonly Chunks.Gang gang;

    /// <summary>Computes the loss of some rows of a batch, a mean over them, and may tell figures about it.</summary>
    /// <param name="networks">The networks, tracked.</param>
    /// <param name="index">The micro-batch.</param>
    /// <param name="start">Its first row in the batch.</param>
    /// <param name="count">Its rows.</param>
    /// <returns>The loss, 1x1, and two figures to be averaged.</returns>
    internal delegate (Tensor Loss, Tensor A, Tensor B) LossOf(FeedForward[] networks, int index, int start, int count);

    /// <summary>What one micro-batch needs for itself.</summary>
    private sealed class Slot(FeedForward[] networks, int entries)
    {
        internal readonly FeedForward[] Networks = networks;
        internal readonly Tensor[] Parameters = [.. networks.SelectMany(n => n.Parameters)];
        internal readonly float[] Gradient = new float[entries];
        internal double A, B;
    }

    /// <summary>Entries of one parameter from Start on, padding included, which stand in a gradient from Place on.</summary>
    private readonly record struct Part(int Parameter, int Start, int Length, int Place);

    /// <param name="networks">Changed in place.</param>
    /// <param name="learningRate">Adam's.</param>
    /// <param name="batch">The most rows a step.</param>
    /// <param name="size">Rows a micro-batch.</param>
    /// <param name="threads">Threads; 0 for all cores.</param>
    internal MicroBatches(FeedForward[] networks, float learningRate, int batch, int size, int threads)
    {
        this.size = size;
        Tensor[] parameters = [.. networks.SelectMany(n => n.Parameters)];
        optimizer = new Adam(parameters, learningRate);
        parts = [.. PartsOf(parameters)];
        int most = (batch + size - 1) / size, entries = parts.Sum(p => p.Length);
        slots = [.. Enumerable.Range(0, most).Select(_ => new Slot([.. networks.Select(n => n.Alias(tracked: true))], entries))];
        gang = new Chunks.Gang(threads, Math.Max(most, parts.Length));
    }

    public void Dispose() => gang.Dispose();

    /// <summary>One step on a batch; the figures' means over its rows.</summary>
    internal (double A, double B) Step(int rows, LossOf loss, CancellationToken cancel)
    {
        int micro = (rows + size - 1) / size;
        gang.Each(micro, m => Differentiate(m, rows, loss), cancel);
        optimizer.Begin();
        gang.Each(parts.Length, p => Update(parts[p], micro, rows), CancellationToken.None);
        double a = 0, b = 0;
        for (int m = 0; m < micro; m++) (a, b) = (a + ShareOf(m, rows) * slots[m].A, b + ShareOf(m, rows) * slots[m].B);
        return (a, b);
    }

    private int RowsOf(int m, int rows) => Math.Min(size, rows - m * size);

    /// <summary>The share of micro-batch m in the mean over a batch.</summary>
    private float ShareOf(int m, int rows) => (float)RowsOf(m, rows) / rows;

    private void Differentiate(int m, int rows, LossOf loss)
    {
        using var scope = TensorScope.Open();
        var slot = slots[m];
        var (value, a, b) = loss(slot.Networks, m, m * size, RowsOf(m, rows));
        int offset = 0;
        foreach (var gradient in Gradients.Of(value, slot.Parameters))
        {
            gradient.ReadTo(slot.Gradient.AsSpan(offset, gradient.Size));
            offset += Storage.PaddedSize(gradient.Size);
        }
        (slot.A, slot.B) = (a.Item, b.Item);
    }

    /// <summary>Adds the micro-batches' gradients of some entries, in order, and takes Adam's step on them.</summary>
    private void Update(Part part, int micro, int rows)
    {
        var total = slots[0].Gradient.AsSpan(part.Place, part.Length);
        if (micro > 1) TensorPrimitives.Multiply(total, ShareOf(0, rows), total);
        for (int m = 1; m < micro; m++) TensorPrimitives.MultiplyAdd(slots[m].Gradient.AsSpan(part.Place, part.Length), ShareOf(m, rows), total, total);
        optimizer.StepPart(part.Parameter, part.Start, total);
    }

    private static IEnumerable<Part> PartsOf(Tensor[] parameters)
    {
        int place = 0;
        for (int p = 0; p < parameters.Length; p++)
            for (int start = 0, all = Storage.PaddedSize(parameters[p].Size); start < all; start += PartSize)
            {
                int length = Math.Min(PartSize, all - start);
                yield return new(p, start, length, place);
                place += length;
            }
    }
}
