using Redress.Tensors.Kernels;
using static System.FormattableString;

namespace Redress.Tensors.Layers;

/// <summary>
/// The decoder of an <see cref="EncoderDecoder"/> for sampling, position by position: keys and values of the positions before are kept, those of a memory are
/// computed once for all samples that share it. Nothing is recorded and a step allocates nothing. The bits are those of
/// <see cref="EncoderDecoder.Decode(Tensor, int, Tensor, int)"/>, at any number of rows.
/// </summary>
/// <remarks>Thread-safe; a <see cref="DecoderCache"/> is not. Weights are copied: what is written to the network afterwards is not seen.</remarks>
internal sealed class CachedDecoder
{
    private readonly Layer[] layers;
    private readonly float[] gain, bias;

    internal CachedDecoder(EncoderDecoder network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Shape = network.Shape;
        layers = Array.ConvertAll(network.Decoder, l => new Layer(l));
        (gain, bias) = (Copy(network.DecoderNorm.Gain), Copy(network.DecoderNorm.Bias));
    }

    internal EncoderDecoderShape Shape { get; }

    /// <summary>A cache for samples of people, at position 0.</summary>
    /// <param name="memory">[people · memoryTokens, d], as <see cref="EncoderDecoder.Encode"/> gives it.</param>
    /// <param name="memoryTokens">Positions of a memory, 1 or more.</param>
    /// <param name="people">Memories, 1 or more.</param>
    /// <param name="samplesPerPerson">Samples that share a memory, 1 or more; sample n is of person n / samplesPerPerson.</param>
    /// <param name="positions">Positions there is to be room for, 1 or more.</param>
    /// <exception cref="InvalidOperationException">The network has no encoder.</exception>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    internal DecoderCache Start(Tensor memory, int memoryTokens, int people, int samplesPerPerson, int positions)
    {
        if (layers[0].Memory is null) throw new InvalidOperationException("This network has no encoder; its decoder reads no memory.");
        RequirePositive(memoryTokens, nameof(memoryTokens));
        RequirePositive(people, nameof(people));
        RequirePositive(samplesPerPerson, nameof(samplesPerPerson));
        RequirePositive(positions, nameof(positions));
        var own = Growing(checked(people * samplesPerPerson), positions);
        var cache = new DecoderCache(this, own, new(people, samplesPerPerson, memoryTokens, Shape.Heads, Shape.Width / Shape.Heads, Storage.PaddedSize(Shape.Width)));
        Restart(cache, memory);
        return cache;
    }

    /// <summary>The same for a network without an encoder.</summary>
    /// <param name="rows">Samples, 1 or more.</param>
    /// <param name="positions">Positions there is to be room for, 1 or more.</param>
    /// <exception cref="InvalidOperationException">The network has an encoder.</exception>
    /// <exception cref="ArgumentException">A size is less than 1.</exception>
    internal DecoderCache Start(int rows, int positions)
    {
        if (layers[0].Memory is not null) throw new InvalidOperationException("This network's decoder reads a memory; encode one and give it.");
        RequirePositive(rows, nameof(rows));
        RequirePositive(positions, nameof(positions));
        return new(this, Growing(rows, positions), null);
    }

    /// <summary>Starts over at position 0 with other memories of the same sizes.</summary>
    /// <param name="cache">A cache that this decoder made.</param>
    /// <param name="memory">[people · memoryTokens, d].</param>
    /// <exception cref="ArgumentException">The cache is another's, or the sizes do not fit.</exception>
    internal void Restart(DecoderCache cache, Tensor memory)
    {
        Restart(cache);
        ArgumentNullException.ThrowIfNull(memory);
        if (cache.Memory is not { } sizes) throw new InvalidOperationException("This network has no encoder; its decoder reads no memory.");
        if (memory.Rows != sizes.People * sizes.Tokens || memory.Cols != Shape.Width)
            throw new ArgumentException(Invariant($"The memory of {sizes.People} people with {sizes.Tokens} positions each is {new Shape(sizes.People * sizes.Tokens, Shape.Width)}, not {memory.Shape}."), nameof(memory));
        var projected = cache.MemoryProjected!;
        for (int i = 0; i < layers.Length; i++)
        {
            KernelTable.Current.MultiplyPacked(layers[i].Memory!.KeyValue, new PackedRows(memory.Rows, Shape.Width, SkipZeros: false), memory.Values, projected.Values);
            ByHeads(sizes, projected.Values, projected.Cols, cache.MemoryKeys[i]);
            ByHeads(sizes, projected.Values[Shape.Width..], projected.Cols, cache.MemoryValues[i]);
        }
    }

    /// <summary>Starts over at position 0, with the memories as they are.</summary>
    /// <exception cref="ArgumentException">The cache is another's.</exception>
    internal void Restart(DecoderCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (!ReferenceEquals(cache.Of, this)) throw new ArgumentException("The cache is another decoder's.", nameof(cache));
        cache.Position = 0;
    }

    /// <summary>Computes the hidden rows of one position of every sample.</summary>
    /// <param name="cache">A cache that this decoder made.</param>
    /// <param name="position">The next position: 0, then 1, and so on.</param>
    /// <param name="rows">[samples, d], embedded and with their position.</param>
    /// <param name="hidden">[samples, d], all written.</param>
    /// <exception cref="ArgumentException">The cache is another's, the position is not the next or beyond its room, or a length differs.</exception>
    internal void Step(DecoderCache cache, int position, ReadOnlySpan<float> rows, Span<float> hidden)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (!ReferenceEquals(cache.Of, this)) throw new ArgumentException("The cache is another decoder's.", nameof(cache));
        if (position != cache.Position || position >= cache.Positions)
            throw new ArgumentException(Invariant($"Position {position} cannot follow: the next is {cache.Position}, and there is room for {cache.Positions}."), nameof(position));
        int size = cache.Rows * Shape.Width;
        if (rows.Length != size || hidden.Length != size)
            throw new ArgumentException(Invariant($"{cache.Rows} samples have {size} values; {rows.Length} were given and {hidden.Length} asked for."), nameof(rows));
        rows.CopyTo(cache.X.Values);
        for (int i = 0; i < layers.Length; i++) One(cache, i, position);
        KernelTable.Current.LayerNorm(new(cache.Rows, Shape.Width), cache.X.Values, default, gain, bias, hidden, default, default);
        cache.Position++;
    }

    /// <summary>One layer over the rows between layers.</summary>
    private void One(DecoderCache cache, int index, int position)
    {
        var (kernels, layer) = (KernelTable.Current, layers[index]);
        var x = cache.X.Values;
        var narrow = new PackedRows(cache.Rows, Shape.Width, SkipZeros: false);
        kernels.MultiplyPacked(layer.Projection, narrow, x, cache.Projected.Values);
        kernels.AttendOwn(cache.Own, position, cache.Projected.Values, cache.OwnKeys[index], cache.OwnValues[index], cache.Attended.Values);
        kernels.MultiplyPacked(layer.Result, narrow, cache.Attended.Values, cache.Y.Values);
        AddAndNormalise(cache, layer.Norm);
        if (layer.Memory is { } memory)
        {
            kernels.MultiplyPacked(memory.Query, narrow, x, cache.Y.Values);
            kernels.AttendMemory(cache.Memory!.Value, cache.Y.Values, cache.MemoryKeys[index], cache.MemoryValues[index], cache.Attended.Values);
            kernels.MultiplyPacked(memory.Result, narrow, cache.Attended.Values, cache.Y.Values);
            AddAndNormalise(cache, memory.Norm);
        }
        kernels.MultiplyPacked(layer.Hidden, narrow, x, cache.Hidden.Values);
        kernels.Apply(Unary.Relu, cache.Hidden.Padded, 0f, cache.Hidden.Padded);
        kernels.MultiplyPacked(layer.Output, new PackedRows(cache.Rows, layer.Hidden.Stride, SkipZeros: false), cache.Hidden.Values, cache.Y.Values);
        AddAndNormalise(cache, layer.OutputNorm);
    }

    /// <summary>x = the layer normalisation of x + y.</summary>
    private void AddAndNormalise(DecoderCache cache, Norm norm)
    {
        int d = Shape.Width, stride = cache.Y.Cols;
        var y = cache.Y.Values;
        if (stride != d)
        {
            KernelTable.Current.CopyCols(new ColumnCopy(cache.Rows, d, stride, 0, d, 0), y, cache.Attended.Values);
            y = cache.Attended.Values;
        }
        KernelTable.Current.LayerNorm(new(cache.Rows, d), cache.X.Values, y, norm.Gain, norm.Bias, cache.X.Values, default, default);
    }

    private GrowingRows Growing(int rows, int positions) => new(rows, positions, Shape.Heads, Shape.Width / Shape.Heads, Storage.PaddedSize(3 * Shape.Width));

    /// <summary>Rows [people · tokens, stride] to [people, heads, tokens, padded head width], whose padding stays 0.</summary>
    private static void ByHeads(in SharedMemory sizes, ReadOnlySpan<float> rows, int stride, Span<float> heads)
    {
        int width = sizes.HeadWidth, padded = LaneRows.Padded(width);
        for (int row = 0; row < sizes.People * sizes.Tokens; row++)
            for (int h = 0; h < sizes.Heads; h++)
                rows.Slice(row * stride + h * width, width).CopyTo(heads[(((row / sizes.Tokens * sizes.Heads + h) * sizes.Tokens + row % sizes.Tokens) * padded)..]);
    }

    private static void RequirePositive(int value, string name)
    {
        if (value < 1) throw new ArgumentOutOfRangeException(name, value, "A cache is for at least one sample, one position and one row of memory.");
    }

    private static float[] Copy(Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return values;
    }

    private static PackedWeights Packed(Affine affine) => new(affine.Weight, affine.Bias);

    private sealed record Norm(float[] Gain, float[] Bias)
    {
        internal Norm(LayerNorm of) : this(Copy(of.Gain), Copy(of.Bias)) { }
    }

    private sealed class Layer(TransformerDecoderLayer of)
    {
        internal readonly PackedWeights Projection = Packed(of.Projection), Result = Packed(of.Result), Hidden = Packed(of.Hidden), Output = Packed(of.Output);
        internal readonly Norm Norm = new(of.AttentionNorm), OutputNorm = new(of.OutputNorm);
        internal readonly MemoryLayer? Memory = of.Memory is null ? null : new(of.Memory);
    }

    private sealed class MemoryLayer(MemoryAttention of)
    {
        internal readonly PackedWeights Query = Packed(of.Query), KeyValue = Packed(of.KeyValue), Result = Packed(of.Result);
        internal readonly Norm Norm = new(of.Norm);
    }
}
