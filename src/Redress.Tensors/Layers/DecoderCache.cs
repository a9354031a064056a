using Redress.Tensors.Kernels;

namespace Redress.Tensors.Layers;

/// <summary>What a <see cref="CachedDecoder"/> keeps of samples from position to position: their keys and values, and those of the memories that they share. One thread at a time.</summary>
internal sealed class DecoderCache
{
    internal DecoderCache(CachedDecoder of, GrowingRows own, SharedMemory? memory)
    {
        (Of, Own, Memory) = (of, own, memory);
        int layers = of.Shape.DecoderLayers, d = of.Shape.Width, memorySize = memory?.MemorySize ?? 0;
        (OwnKeys, OwnValues) = (Arrays(layers, own.CacheSize), Arrays(layers, own.CacheSize));
        (MemoryKeys, MemoryValues) = (Arrays(layers, memorySize), Arrays(layers, memorySize));
        (Projected, Hidden) = (Buffer(own.Rows, own.Stride), Buffer(own.Rows, Storage.PaddedSize(of.Shape.FeedForward)));
        (X, Y, Attended) = (Buffer(own.Rows, d), Buffer(own.Rows, Storage.PaddedSize(d)), Buffer(own.Rows, d));
        MemoryProjected = memory is { } shared ? Buffer(shared.People * shared.Tokens, Storage.PaddedSize(2 * d)) : null;

        static Tensor Buffer(int rows, int cols) => Tensor.Parameter(rows, cols, new float[checked(rows * cols)]).Alias(tracked: false);
    }

    /// <summary>Samples.</summary>
    internal int Rows => Own.Rows;

    /// <summary>Positions there is room for.</summary>
    internal int Positions => Own.Positions;

    /// <summary>The position that comes next.</summary>
    internal int Position { get; set; }

    internal CachedDecoder Of { get; }

    internal GrowingRows Own { get; }

    internal SharedMemory? Memory { get; }

    // One a layer.
    internal float[][] OwnKeys { get; }

    internal float[][] OwnValues { get; }

    internal float[][] MemoryKeys { get; }

    internal float[][] MemoryValues { get; }

    /// <summary>Queries, keys and values of a position; or queries of a memory.</summary>
    internal Tensor Projected { get; }

    /// <summary>Keys and values of the memories, of one layer at a time.</summary>
    internal Tensor? MemoryProjected { get; }

    /// <summary>The rows between layers.</summary>
    internal Tensor X { get; }

    /// <summary>What is added to them.</summary>
    internal Tensor Y { get; }

    internal Tensor Attended { get; }

    internal Tensor Hidden { get; }

    private static float[][] Arrays(int count, int size)
    {
        var arrays = new float[count][];
        for (int i = 0; i < count; i++) arrays[i] = new float[size];
        return arrays;
    }
}
