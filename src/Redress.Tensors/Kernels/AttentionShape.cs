namespace Redress.Tensors.Kernels;

/// <summary>Whose queries look at whose keys: row t of instance b is row b * tokens + t.</summary>
/// <param name="Instances">Instances, which do not see each other.</param>
/// <param name="Queries">Rows an instance that ask.</param>
/// <param name="Keys">Rows an instance that are asked.</param>
/// <param name="Heads">Heads, which share the columns evenly.</param>
/// <param name="HeadWidth">Columns a head.</param>
/// <param name="Causal">Whether query t sees keys 0 to t only; there are then as many queries as keys.</param>
internal readonly record struct AttentionShape(int Instances, int Queries, int Keys, int Heads, int HeadWidth, bool Causal)
{
    /// <summary>Columns of queries, of keys, of values and of the result.</summary>
    internal int Width => Heads * HeadWidth;

    /// <summary>What scores are multiplied by: one over the root of a head's columns.</summary>
    internal float Scale => 1f / MathF.Sqrt(HeadWidth);

    /// <summary>Blocks of sixteen instances, the last filled up.</summary>
    internal int Blocks => (Instances + Storage.Lanes - 1) / Storage.Lanes;

    /// <summary>Keys that a query sees.</summary>
    internal int Seen(int query) => Causal ? query + 1 : Keys;
}

/// <summary>Queries, keys and values, each the columns from the start of a span on, of rows that may hold more.</summary>
internal readonly ref struct AttentionRows(ReadOnlySpan<float> queries, int queryStride, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, int keyStride)
{
    internal readonly ReadOnlySpan<float> Queries = queries, Keys = keys, Values = values;

    /// <summary>Floats from a row to the next.</summary>
    internal readonly int QueryStride = queryStride, KeyStride = keyStride;
}

/// <summary>Gradients by queries, keys and values, in rows of the same strides.</summary>
internal readonly ref struct AttentionGradients(Span<float> queries, Span<float> keys, Span<float> values)
{
    internal readonly Span<float> Queries = queries, Keys = keys, Values = values;
}

/// <summary>Samples that grow position by position and see their own positions so far. Keys and values stand in lanes, [blocks of 16 rows, heads, positions, padded head width, 16].</summary>
/// <param name="Rows">Samples.</param>
/// <param name="Positions">Positions there is room for.</param>
/// <param name="Heads">Heads.</param>
/// <param name="HeadWidth">Columns a head.</param>
/// <param name="Stride">Floats from a row of queries, keys and values to the next.</param>
internal readonly record struct GrowingRows(int Rows, int Positions, int Heads, int HeadWidth, int Stride)
{
    /// <summary>Columns of queries, of keys, of values and of the result.</summary>
    internal int Width => Heads * HeadWidth;

    /// <summary>Floats of all keys, or of all values.</summary>
    internal int CacheSize => checked((Rows + Storage.Lanes - 1) / Storage.Lanes * Heads * Positions * LaneRows.Padded(HeadWidth) * Storage.Lanes);
}

/// <summary>Memories that the samples of a person share. Keys and values stand in [people, heads, tokens, padded head width].</summary>
/// <param name="People">Memories.</param>
/// <param name="Samples">Samples a person, which stand behind each other.</param>
/// <param name="Tokens">Rows a memory.</param>
/// <param name="Heads">Heads.</param>
/// <param name="HeadWidth">Columns a head.</param>
/// <param name="Stride">Floats from a row of queries to the next.</param>
internal readonly record struct SharedMemory(int People, int Samples, int Tokens, int Heads, int HeadWidth, int Stride)
{
    /// <summary>Columns of queries and of the result.</summary>
    internal int Width => Heads * HeadWidth;

    /// <summary>Floats of all keys, or of all values.</summary>
    internal int MemorySize => checked(People * Heads * Tokens * LaneRows.Padded(HeadWidth));
}
