using Redress.Tensors.Kernels;

namespace Redress.Tensors.Layers;

/// <summary>
/// A network whose weights stay as they are, made ready once for being run over and over: nothing is recorded, a block of rows goes through all layers while
/// it is in the cache, and the zeros of one-hot columns cost nothing. The bits are those of <see cref="FeedForward.Forward(Tensor)"/> at any number of rows.
/// </summary>
/// <remarks>Thread-safe. Weights are copied: what is written to the network afterwards is not seen.</remarks>
internal sealed class PackedNetwork
{
    private const int BlockRows = 64;

    private readonly PackedWeights[] layers;
    private readonly Activation[] activations;
    private readonly int widest;
    private readonly bool skipsZeros;

    /// <param name="network">Its weights are copied.</param>
    /// <param name="skipsZeros">Whether most columns of a row are probably 0: a matter of time, not of bits.</param>
    internal PackedNetwork(FeedForward network, bool skipsZeros)
    {
        this.skipsZeros = skipsZeros;
        layers = new PackedWeights[network.Parameters.Length / 2];
        for (int i = 0; i < layers.Length; i++) layers[i] = new(network.Parameters[2 * i], network.Parameters[2 * i + 1]);
        activations = network.Activations.ToArray();
        widest = layers.Max(l => l.Stride);
    }

    /// <summary>Columns of the input.</summary>
    internal int Inputs => layers[0].Inputs;

    /// <summary>Columns of the output.</summary>
    internal int Outputs => layers[^1].Outputs;

    /// <summary>True where rows may be given as the columns that are not 0.</summary>
    internal bool TakesTerms => layers[0].MaySkip;

    /// <summary>Computes outputs.</summary>
    /// <param name="rows">count × inputs.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="outputs">count × outputs, all written.</param>
    internal void Run(ReadOnlySpan<float> rows, int count, Span<float> outputs) => Run(rows, count, default, outputs);

    /// <summary>Computes outputs, and keeps what the activations' gradients are told from.</summary>
    /// <param name="rows">count × inputs.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="kept">Of each hidden layer [count, columns], written: its output, but for GELU its sums; null for a layer of which nothing is kept, and empty for all.</param>
    /// <param name="outputs">count × outputs, all written.</param>
    internal void Run(ReadOnlySpan<float> rows, int count, ReadOnlySpan<Tensor?> kept, Span<float> outputs)
    {
        using var scope = TensorScope.Open();
        var (read, written) = Buffers(count);
        var kernels = KernelTable.Current;
        for (int start = 0; start < count; start += BlockRows)
        {
            int some = Math.Min(BlockRows, count - start);
            kernels.MultiplyPacked(layers[0], new PackedRows(some, Inputs, skipsZeros), rows.Slice(start * Inputs, some * Inputs), written.Padded);
            After(start, some, kept, outputs, read, written);
        }
    }

    /// <summary>The same for rows of which some columns are given, and the others are 0.</summary>
    /// <param name="columns">count × each: ascending for a row.</param>
    /// <param name="values">count × each: what is in them.</param>
    /// <param name="each">Columns given of a row.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="kept">As in the other.</param>
    /// <param name="outputs">count × outputs, all written.</param>
    internal void Run(ReadOnlySpan<int> columns, ReadOnlySpan<float> values, int each, int count, ReadOnlySpan<Tensor?> kept, Span<float> outputs)
    {
        using var scope = TensorScope.Open();
        var (read, written) = Buffers(count);
        var kernels = KernelTable.Current;
        for (int start = 0; start < count; start += BlockRows)
        {
            int some = Math.Min(BlockRows, count - start);
            kernels.MultiplyPacked(layers[0], new PackedTerms(some, each), columns.Slice(start * each, some * each), values.Slice(start * each, some * each), written.Padded);
            After(start, some, kept, outputs, read, written);
        }
    }

    private (Tensor Read, Tensor Written) Buffers(int count)
    {
        int most = Math.Min(BlockRows, count);
        return (Tensor.New(most, widest), Tensor.New(most, widest));
    }

    /// <summary>All but the first layer's sums, which are written.</summary>
    private void After(int start, int count, ReadOnlySpan<Tensor?> kept, Span<float> outputs, Tensor read, Tensor written)
    {
        var kernels = KernelTable.Current;
        for (int i = 0; i < activations.Length; i++)
        {
            var layer = layers[i];
            var y = written.Padded[..(count * layer.Stride)];
            bool keepsSums = activations[i] == Activation.Gelu;
            var keep = kept.IsEmpty ? null : kept[i];
            if (keepsSums && keep is not null) Unpad(layer, y, count, keep.Values[(start * layer.Outputs)..]);
            if (activations[i].Kernel() is var (kernel, factor)) kernels.Apply(kernel, y, factor, y);
            if (!keepsSums && keep is not null) Unpad(layer, y, count, keep.Values[(start * layer.Outputs)..]);
            (read, written) = (written, read);
            kernels.MultiplyPacked(layers[i + 1], new PackedRows(count, layer.Stride, SkipZeros: false), read.Padded, written.Padded);
        }
        Unpad(layers[^1], written.Padded, count, outputs[(start * Outputs)..]);
    }

    private static void Unpad(PackedWeights layer, ReadOnlySpan<float> padded, int count, Span<float> values) =>
        KernelTable.Current.CopyCols(new ColumnCopy(count, layer.Outputs, layer.Stride, 0, layer.Outputs, 0), padded, values);
}
