using Redress.Tensors;
using Redress.Tensors.Kernels;
using Redress.Tensors.Optimizers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Redress;

/// <summary>
/// An optimizer's steps, shared by threads. A batch is cut into micro-batches of a fixed size, whose gradients threads compute in any order and add in
/// theirs: the bits depend on the sizes only. The threads last as long as this object, since steps follow each other closely.
/// </summary>
internal sealed class MicroBatches : IDisposable
{
    private const int PartSize = 2048;   // entries of a parameter that one thread updates at once

    private readonly int size;
    private readonly bool isOwner;
    private readonly IPartOptimizer optimizer;
    private readonly float[][] gradients;   // one a micro-batch, all parameters behind each other
    private readonly Part[] parts;

    /// <summary>Computes the gradients of the mean loss of a micro-batch by all parameters, in their order; called by several threads at once.</summary>
    /// <param name="index">The micro-batch.</param>
    /// <param name="start">Its first row in the batch.</param>
    /// <param name="count">Its rows.</param>
    internal delegate IReadOnlyList<Tensor> GradientsOf(int index, int start, int count);

    /// <summary>Entries of one parameter from Start on, padding included, which stand in a gradient from Place on.</summary>
    private readonly record struct Part(int Parameter, int Start, int Length, int Place);

    /// <param name="parameters">Changed in place.</param>
    /// <param name="optimizer">Of the same parameters.</param>
    /// <param name="batch">The most rows a step.</param>
    /// <param name="size">Rows a micro-batch.</param>
    /// <param name="threads">Threads; 0 for all cores.</param>
    /// <param name="gang">The threads of another that steps in turn with this one, and outlives it; null to start some.</param>
    internal MicroBatches(Tensor[] parameters, IPartOptimizer optimizer, int batch, int size, int threads, Chunks.Gang? gang = null)
    {
        (this.optimizer, this.size, isOwner) = (optimizer, size, gang is null);
        parts = [.. CutUp(parameters)];
        int entries = parts.Sum(p => p.Length);
        gradients = [.. Enumerable.Range(0, (batch + size - 1) / size).Select(_ => new float[entries])];
        Gang = gang ?? new Chunks.Gang(threads, Math.Max(gradients.Length, parts.Length));
    }

    /// <summary>The most micro-batches a step.</summary>
    internal int Most => gradients.Length;

    /// <summary>The threads.</summary>
    internal Chunks.Gang Gang { get; }

    public void Dispose()
    {
        if (isOwner) Gang.Dispose();
    }

    /// <summary>θ ← θ - the optimizer's step for the mean over a batch of ∇θ loss.</summary>
    /// <param name="rows">The batch's rows.</param>
    /// <param name="scale">What the learning rate is multiplied by.</param>
    /// <param name="of">The gradients of a micro-batch; its tensors live until it has returned.</param>
    /// <param name="cancel">Stops before the step is taken.</param>
    internal void Step(int rows, float scale, GradientsOf of, CancellationToken cancel)
    {
        int micro = PartsOf(rows);
        if (micro == 1) Differentiate(0, rows, of);
        else Gang.Each(micro, m => Differentiate(m, rows, of), cancel);
        optimizer.Begin(scale);
        if (micro == 1) foreach (var part in parts) Update(part, 1, rows);
        else Gang.Each(parts.Length, p => Update(parts[p], micro, rows), CancellationToken.None);
    }

    /// <summary>The mean over a batch of what its micro-batches have as means over their rows.</summary>
    internal double Mean(int rows, Func<int, double> of)
    {
        double mean = 0;
        for (int m = 0; m * size < rows; m++) mean += ShareOf(m, rows) * of(m);
        return mean;
    }

    /// <summary>The micro-batches of a batch.</summary>
    internal int PartsOf(int rows) => (rows + size - 1) / size;

    /// <summary>The first row of micro-batch m, and its rows.</summary>
    internal (int Start, int Count) PartOf(int m, int rows) => (m * size, RowsOf(m, rows));

    private int RowsOf(int m, int rows) => Math.Min(size, rows - m * size);

    /// <summary>The share of micro-batch m in the mean over a batch.</summary>
    private float ShareOf(int m, int rows) => (float)RowsOf(m, rows) / rows;

    private void Differentiate(int m, int rows, GradientsOf of)
    {
        using var scope = TensorScope.Open();
        int offset = 0;
        foreach (var gradient in of(m, m * size, RowsOf(m, rows)))
        {
            gradient.ReadTo(gradients[m].AsSpan(offset, gradient.Size));
            offset += Storage.PaddedSize(gradient.Size);
        }
    }

    /// <summary>Adds the micro-batches' gradients of some entries, in order, and takes the optimizer's step on them.</summary>
    private void Update(Part part, int micro, int rows)
    {
        var total = gradients[0].AsSpan(part.Place, part.Length);
        if (micro > 1) TensorPrimitives.Multiply(total, ShareOf(0, rows), total);
        for (int m = 1; m < micro; m++) TensorPrimitives.MultiplyAdd(gradients[m].AsSpan(part.Place, part.Length), ShareOf(m, rows), total, total);
        optimizer.StepPart(part.Parameter, part.Start, total);
    }

    /// <summary>All parameters, in pieces small enough for threads to share an update evenly.</summary>
    private static IEnumerable<Part> CutUp(Tensor[] parameters)
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
