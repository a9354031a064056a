namespace Redress.Tensors.Layers;

/// <summary>
/// Self-attention, then two affine layers with a ReLU between them, each added to its input and normalised after the sum (Vaswani et al. 2017): PyTorch's
/// TransformerEncoderLayer with norm_first off and no dropout.
/// </summary>
internal sealed class TransformerEncoderLayer
{
    private readonly int heads;

    /// <summary>A layer with initial values as PyTorch's Transformer has them.</summary>
    /// <param name="width">Columns, d.</param>
    /// <param name="heads">Heads, which share the columns evenly.</param>
    /// <param name="feedForward">Columns between the two affine layers.</param>
    /// <param name="rng">Draws the initial values.</param>
    internal TransformerEncoderLayer(int width, int heads, int feedForward, Rng rng)
    {
        this.heads = heads;
        (Projection, Result, AttentionNorm) = (TransformerWeights.Projection(width, 3 * width, width + 3 * width, rng), TransformerWeights.Projection(width, width, 2 * width, rng), new(width));
        (Hidden, Output, OutputNorm) = (TransformerWeights.Affine(width, feedForward, rng), TransformerWeights.Affine(feedForward, width, rng), new(width));
    }

    private TransformerEncoderLayer(TransformerEncoderLayer of, bool tracked)
    {
        heads = of.heads;
        (Projection, Result, AttentionNorm) = (of.Projection.Alias(tracked), of.Result.Alias(tracked), of.AttentionNorm.Alias(tracked));
        (Hidden, Output, OutputNorm) = (of.Hidden.Alias(tracked), of.Output.Alias(tracked), of.OutputNorm.Alias(tracked));
    }

    /// <summary>To queries, keys and values behind each other, [d,3d].</summary>
    internal Affine Projection { get; }

    /// <summary>Of what attention gives, [d,d].</summary>
    internal Affine Result { get; }

    internal LayerNorm AttentionNorm { get; }

    internal Affine Hidden { get; }

    internal Affine Output { get; }

    internal LayerNorm OutputNorm { get; }

    /// <summary>The parameters with their names, in a fixed order.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Named =>
    [
        ("self.projection.weight", Projection.Weight), ("self.projection.bias", Projection.Bias), ("self.result.weight", Result.Weight), ("self.result.bias", Result.Bias),
        ("self.norm.gain", AttentionNorm.Gain), ("self.norm.bias", AttentionNorm.Bias),
        ("hidden.weight", Hidden.Weight), ("hidden.bias", Hidden.Bias), ("output.weight", Output.Weight), ("output.bias", Output.Bias),
        ("output.norm.gain", OutputNorm.Gain), ("output.norm.bias", OutputNorm.Bias),
    ];

    /// <summary>[instances · tokens, d] to the same shape.</summary>
    internal Tensor Forward(Tensor rows, int tokens)
    {
        var attended = AttentionNorm.Forward(rows, Result.Forward(Tensor.SelfAttention(Projection.Forward(rows), tokens, heads, causal: false)));
        return OutputNorm.Forward(attended, Output.Forward(Hidden.Forward(attended, Activation.Relu)));
    }

    /// <summary>The same layer with leaves of its own over the same storage.</summary>
    internal TransformerEncoderLayer Alias(bool tracked) => new(this, tracked);
}
