using static System.FormattableString;

namespace Redress.Tensors.Layers;

/// <summary>The sizes of an <see cref="EncoderDecoder"/>.</summary>
/// <param name="EncoderLayers">Layers of the encoder; 0 for a decoder without memory.</param>
/// <param name="DecoderLayers">Layers of the decoder, 1 or more.</param>
/// <param name="Width">Columns of every row, d; 1 or more.</param>
/// <param name="Heads">Heads of attention, which share the columns evenly; 1 or more.</param>
/// <param name="FeedForward">Columns between the two affine layers behind attention, 1 or more.</param>
internal sealed record EncoderDecoderShape(int EncoderLayers, int DecoderLayers, int Width, int Heads, int FeedForward)
{
    /// <summary>Says what is out of range.</summary>
    internal IEnumerable<string> Problems()
    {
        if (EncoderLayers < 0) yield return Invariant($"EncoderLayers is {EncoderLayers}; must be 0 or more.");
        if (DecoderLayers < 1) yield return Invariant($"DecoderLayers is {DecoderLayers}; must be at least 1.");
        if (Width < 1) yield return Invariant($"Width is {Width}; must be at least 1.");
        if (Heads < 1) yield return Invariant($"Heads is {Heads}; must be at least 1.");
        else if (Width % Heads != 0) yield return Invariant($"Width is {Width}; must be a multiple of the {Heads} heads.");
        if (FeedForward < 1) yield return Invariant($"FeedForward is {FeedForward}; must be at least 1.");
    }
}

/// <summary>
/// A transformer (Vaswani et al. 2017) as torch.nn.Transformer builds it, without dropout: encoder layers and a layer normalisation give a memory, decoder layers and a layer
/// normalisation read it. Rows come embedded and with their positions; row t of instance b is row b · tokens + t.
/// </summary>
internal sealed class EncoderDecoder
{
    private readonly TransformerEncoderLayer[] encoder;
    private readonly LayerNorm? encoderNorm;

    /// <summary>A network with initial values as PyTorch's Transformer has them.</summary>
    /// <exception cref="ArgumentException">A size is out of range; all problems in one message.</exception>
    internal EncoderDecoder(EncoderDecoderShape shape, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(rng);
        string[] problems = [.. shape.Problems()];
        if (problems.Length > 0) throw new ArgumentException(string.Join(' ', problems), nameof(shape));
        Shape = shape;
        encoder = new TransformerEncoderLayer[shape.EncoderLayers];
        for (int i = 0; i < encoder.Length; i++) encoder[i] = new(shape.Width, shape.Heads, shape.FeedForward, rng);
        encoderNorm = encoder.Length > 0 ? new(shape.Width) : null;
        Decoder = new TransformerDecoderLayer[shape.DecoderLayers];
        for (int i = 0; i < Decoder.Length; i++) Decoder[i] = new(shape.Width, shape.Heads, shape.FeedForward, encoder.Length > 0, rng);
        DecoderNorm = new(shape.Width);
        Parameters = [.. Named.Select(p => p.Tensor)];
    }

    private EncoderDecoder(EncoderDecoder of, bool tracked)
    {
        Shape = of.Shape;
        encoder = Array.ConvertAll(of.encoder, l => l.Alias(tracked));
        encoderNorm = of.encoderNorm?.Alias(tracked);
        Decoder = Array.ConvertAll(of.Decoder, l => l.Alias(tracked));
        DecoderNorm = of.DecoderNorm.Alias(tracked);
        Parameters = [.. Named.Select(p => p.Tensor)];
    }

    internal EncoderDecoderShape Shape { get; }

    /// <summary>All parameters; weights are [in,out].</summary>
    internal Tensor[] Parameters { get; }

    /// <summary>The parameters in their order, each with a name such as <c>decoder.0.memory.query.weight</c>.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Named
    {
        get
        {
            for (int i = 0; i < encoder.Length; i++)
                foreach (var (name, tensor) in encoder[i].Named) yield return (Invariant($"encoder.{i}.{name}"), tensor);
            if (encoderNorm is not null)
            {
                yield return ("encoder.norm.gain", encoderNorm.Gain);
                yield return ("encoder.norm.bias", encoderNorm.Bias);
            }
            for (int i = 0; i < Decoder.Length; i++)
                foreach (var (name, tensor) in Decoder[i].Named) yield return (Invariant($"decoder.{i}.{name}"), tensor);
            yield return ("decoder.norm.gain", DecoderNorm.Gain);
            yield return ("decoder.norm.bias", DecoderNorm.Bias);
        }
    }

    internal TransformerDecoderLayer[] Decoder { get; }

    internal LayerNorm DecoderNorm { get; }

    /// <summary>Computes the memory.</summary>
    /// <param name="rows">[instances · tokens, d].</param>
    /// <param name="tokens">Positions an instance, which all see each other.</param>
    /// <returns>[instances · tokens, d].</returns>
    /// <exception cref="InvalidOperationException">The network has no encoder.</exception>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    internal Tensor Encode(Tensor rows, int tokens)
    {
        if (encoderNorm is null) throw new InvalidOperationException("This network has no encoder; its decoder reads no memory.");
        var x = Checked(rows);
        foreach (var layer in encoder) x = layer.Forward(x, tokens);
        return encoderNorm.Forward(x);
    }

    /// <summary>All positions at once, each seeing itself, those before it, and the memory.</summary>
    /// <param name="rows">[instances · tokens, d].</param>
    /// <param name="tokens">Positions an instance.</param>
    /// <param name="memory">[instances · memoryTokens, d], as <see cref="Encode"/> gives it.</param>
    /// <param name="memoryTokens">Positions of an instance's memory.</param>
    /// <returns>[instances · tokens, d].</returns>
    /// <exception cref="InvalidOperationException">The network has no encoder.</exception>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    internal Tensor Decode(Tensor rows, int tokens, Tensor memory, int memoryTokens)
    {
        if (encoderNorm is null) throw new InvalidOperationException("This network has no encoder; its decoder reads no memory.");
        return DecodeAll(Checked(rows), tokens, Checked(memory), memoryTokens);
    }

    /// <summary>The same for a network without an encoder.</summary>
    /// <exception cref="InvalidOperationException">The network has an encoder.</exception>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    internal Tensor Decode(Tensor rows, int tokens)
    {
        if (encoderNorm is not null) throw new InvalidOperationException("This network's decoder reads a memory; encode one and give it.");
        return DecodeAll(Checked(rows), tokens, null, 0);
    }

    /// <summary>The same network over the same storage, with parameters of its own for differentiation by another thread.</summary>
    /// <param name="tracked">Whether to differentiate by its parameters.</param>
    internal EncoderDecoder Alias(bool tracked) => new(this, tracked);

    /// <summary>Takes the parameters' values from a network of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    internal void CopyFrom(EncoderDecoder source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (Shape != source.Shape) throw new ArgumentException($"Networks of different sizes: {Shape} cannot take the values of {source.Shape}.", nameof(source));
        for (int i = 0; i < Parameters.Length; i++) Parameters[i].WriteFrom(source.Parameters[i].Values);
    }

    private Tensor DecodeAll(Tensor rows, int tokens, Tensor? memory, int memoryTokens)
    {
        var x = rows;
        foreach (var layer in Decoder) x = layer.Forward(x, tokens, memory, memoryTokens);
        return DecoderNorm.Forward(x);
    }

    private Tensor Checked(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.Cols == Shape.Width ? rows : throw new ArgumentException(Invariant($"The network's rows have {Shape.Width} columns; these are {rows.Shape}."), nameof(rows));
    }
}
