namespace Redress.Tensors.Layers;

/// <summary>
/// Causal self-attention, attention to a memory where there is one, then two affine layers with a ReLU between them, each added to its input and normalised
/// after the sum (Vaswani et al. 2017): PyTorch's TransformerDecoderLayer with norm_first off and no dropout.
/// </summary>
/// <remarks>PyTorch packs the three projections of attention to a memory in one matrix; here those of queries [d,d] stand apart from those of keys and values [d,2d], which other rows go through.</remarks>
internal sealed class TransformerDecoderLayer
{
    /// <summary>A layer with initial values as PyTorch's Transformer has them.</summary>
    /// <param name="width">Columns, d.</param>
    /// <param name="heads">Heads, which share the columns evenly.</param>
    /// <param name="feedForward">Columns between the two affine layers.</param>
    /// <param name="hasMemory">Whether it attends to a memory.</param>
    /// <param name="rng">Draws the initial values.</param>
    internal TransformerDecoderLayer(int width, int heads, int feedForward, bool hasMemory, Rng rng)
    {
        Heads = heads;
        (Projection, Result, AttentionNorm) = (TransformerWeights.Projection(width, 3 * width, width + 3 * width, rng), TransformerWeights.Projection(width, width, 2 * width, rng), new(width));
        Memory = hasMemory ? new(width, heads, rng) : null;
        (Hidden, Output, OutputNorm) = (TransformerWeights.Affine(width, feedForward, rng), TransformerWeights.Affine(feedForward, width, rng), new(width));
    }

    private TransformerDecoderLayer(TransformerDecoderLayer of, bool tracked)
    {
        Heads = of.Heads;
        (Projection, Result, AttentionNorm) = (of.Projection.Alias(tracked), of.Result.Alias(tracked), of.AttentionNorm.Alias(tracked));
        Memory = of.Memory?.Alias(tracked);
        (Hidden, Output, OutputNorm) = (of.Hidden.Alias(tracked), of.Output.Alias(tracked), of.OutputNorm.Alias(tracked));
    }

    internal int Heads { get; }

    /// <summary>To queries, keys and values behind each other, [d,3d].</summary>
    internal Affine Projection { get; }

    /// <summary>Of what attention gives, [d,d].</summary>
    internal Affine Result { get; }

    internal LayerNorm AttentionNorm { get; }

    /// <summary>Attention to the memory; null where there is none.</summary>
    internal MemoryAttention? Memory { get; }

    internal Affine Hidden { get; }

    internal Affine Output { get; }

    internal LayerNorm OutputNorm { get; }

    /// <summary>The parameters with their names, in a fixed order.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Named =>
    [
        ("self.projection.weight", Projection.Weight), ("self.projection.bias", Projection.Bias), ("self.result.weight", Result.Weight), ("self.result.bias", Result.Bias),
        ("self.norm.gain", AttentionNorm.Gain), ("self.norm.bias", AttentionNorm.Bias),
        .. Memory?.Named ?? [],
        ("hidden.weight", Hidden.Weight), ("hidden.bias", Hidden.Bias), ("output.weight", Output.Weight), ("output.bias", Output.Bias),
        ("output.norm.gain", OutputNorm.Gain), ("output.norm.bias", OutputNorm.Bias),
    ];

    /// <summary>All positions at once, each seeing itself and those before it.</summary>
    /// <param name="rows">[instances · tokens, d].</param>
    /// <param name="tokens">Positions an instance.</param>
    /// <param name="memory">[instances · memoryTokens, d]; null where there is none.</param>
    /// <param name="memoryTokens">Positions of an instance's memory.</param>
    /// <returns>[instances · tokens, d].</returns>
    internal Tensor Forward(Tensor rows, int tokens, Tensor? memory, int memoryTokens)
    {
        var attended = AttentionNorm.Forward(rows, Result.Forward(Tensor.SelfAttention(Projection.Forward(rows), tokens, Heads, causal: true)));
        if (Memory is not null) attended = Memory.Forward(attended, tokens, memory!, memoryTokens);
        return OutputNorm.Forward(attended, Output.Forward(Hidden.Forward(attended, Activation.Relu)));
    }

    /// <summary>The same layer with leaves of its own over the same storage.</summary>
    internal TransformerDecoderLayer Alias(bool tracked) => new(this, tracked);
}

/// <summary>Attention to a memory, added to its input and normalised after the sum.</summary>
internal sealed class MemoryAttention
{
    private readonly int heads;

    internal MemoryAttention(int width, int heads, Rng rng)
    {
        this.heads = heads;
        (Query, KeyValue) = (TransformerWeights.Projection(width, width, width + 3 * width, rng), TransformerWeights.Projection(width, 2 * width, width + 3 * width, rng));
        (Result, Norm) = (TransformerWeights.Projection(width, width, 2 * width, rng), new(width));
    }

    private MemoryAttention(MemoryAttention of, bool tracked)
    {
        heads = of.heads;
        (Query, KeyValue, Result, Norm) = (of.Query.Alias(tracked), of.KeyValue.Alias(tracked), of.Result.Alias(tracked), of.Norm.Alias(tracked));
    }

    /// <summary>To queries, [d,d].</summary>
    internal Affine Query { get; }

    /// <summary>From the memory to keys and values behind each other, [d,2d].</summary>
    internal Affine KeyValue { get; }

    /// <summary>Of what attention gives, [d,d].</summary>
    internal Affine Result { get; }

    internal LayerNorm Norm { get; }

    internal IEnumerable<(string Name, Tensor Tensor)> Named =>
    [
        ("memory.query.weight", Query.Weight), ("memory.query.bias", Query.Bias), ("memory.keyvalue.weight", KeyValue.Weight), ("memory.keyvalue.bias", KeyValue.Bias),
        ("memory.result.weight", Result.Weight), ("memory.result.bias", Result.Bias), ("memory.norm.gain", Norm.Gain), ("memory.norm.bias", Norm.Bias),
    ];

    internal Tensor Forward(Tensor rows, int tokens, Tensor memory, int memoryTokens) =>
        Norm.Forward(rows, Result.Forward(Tensor.CrossAttention(Query.Forward(rows), tokens, KeyValue.Forward(memory), memoryTokens, heads)));

    internal MemoryAttention Alias(bool tracked) => new(this, tracked);
}
