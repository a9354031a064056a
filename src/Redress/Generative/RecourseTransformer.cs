using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>
/// R_θ(x⁺|x) = Π_j R_θ(x_j⁺ | x, x_1⁺, …, x_{j-1}⁺), an encoder-decoder transformer whose last layer gives a feature's kernel weights p_{j,k}
/// (Garg, Nagalapatti and Sarawagi 2025, section 4.2); without an encoder it is P(x⁺), the density of section 5.4.
/// </summary>
internal sealed class RecourseTransformer
{
    private const float EmbeddingDeviation = 0.5f;

    private readonly Tensor? encoderTable;
    private readonly Tensor decoderTable;
    private readonly EncoderDecoder layers;
    private readonly Affine[] heads;
    private readonly Tensor noBias;

    /// <param name="tokens">How rows become tokens.</param>
    /// <param name="shape">Layers; without encoder layers the rows x are not read.</param>
    /// <param name="rng">Draws the initial weights.</param>
    internal RecourseTransformer(RecourseTokens tokens, EncoderDecoderShape shape, Rng rng)
        : this(tokens, shape.EncoderLayers > 0 ? Table(tokens, shape, rng.Split("encoder")) : null, Table(tokens, shape, rng.Split("decoder")), new(shape, rng.Split("layers")),
            [.. tokens.Bins.Select((b, f) => new Affine(shape.Width, b.Count, rng.Split("heads").Split((ulong)f)))])
    {
    }

    private RecourseTransformer(RecourseTokens tokens, Tensor? encoderTable, Tensor decoderTable, EncoderDecoder layers, Affine[] heads)
    {
        (Tokens, this.encoderTable, this.decoderTable, this.layers, this.heads) = (tokens, encoderTable, decoderTable, layers, heads);
        noBias = Tensor.Zeros(1, layers.Shape.Width).Keep();
        Named = [.. encoderTable is null ? [] : new[] { ("embedding.encoder", encoderTable) }, ("embedding.decoder", decoderTable), .. layers.Named,
            .. heads.SelectMany((h, f) => new[] { (Invariant($"head.{f}.weight"), h.Weight), (Invariant($"head.{f}.bias"), h.Bias) })];
        Parameters = [.. Named.Select(n => n.Tensor)];
    }

    internal RecourseTokens Tokens { get; }

    internal EncoderDecoderShape Shape => layers.Shape;

    /// <summary>True where it reads x.</summary>
    internal bool IsConditional => encoderTable is not null;

    /// <summary>θ.</summary>
    internal Tensor[] Parameters { get; }

    /// <summary>θ by name, in the same order.</summary>
    internal IReadOnlyList<(string Name, Tensor Tensor)> Named { get; }

    /// <summary>The layers, for a sampler.</summary>
    internal EncoderDecoder Layers => layers;

    /// <summary>[<see cref="RecourseTokens.Width"/>, width]: what the decoder's tokens mean, for a sampler.</summary>
    internal Tensor DecoderTable => decoderTable;

    /// <summary>The last layer of each feature, for a sampler.</summary>
    internal IReadOnlyList<Affine> Heads => heads;

    /// <summary>Other leaves over the same storage, for one more thread.</summary>
    internal RecourseTransformer Alias(bool tracked) => new(Tokens, encoderTable?.Alias(tracked), decoderTable.Alias(tracked), layers.Alias(tracked),
        Array.ConvertAll(heads, h => new Affine(h.Weight.Alias(tracked), h.Bias.Alias(tracked))));

    /// <summary>What the encoder makes of x.</summary>
    /// <param name="x">The tokens of people (<see cref="RecourseTokens.Of"/>).</param>
    /// <returns>[people × tokens, width].</returns>
    internal Tensor Encode(OneHotRows x) => layers.Encode(Embed(x, encoderTable!), Tokens.Count);

    /// <summary>The loss of pairs (x⁺, x) ~ Q, a mean over them: -Σ_j Σ_k label_{j,k} log p_{j,k} (eq. 8).</summary>
    /// <param name="x">The tokens of the rows x; null where they are not read.</param>
    /// <param name="before">The tokens before those of the rows x⁺ (<see cref="RecourseTokens.Before"/>).</param>
    /// <param name="labels">[pairs, all bins]: the soft labels of the rows x⁺.</param>
    /// <returns>1x1.</returns>
    internal Tensor Loss(OneHotRows? x, OneHotRows before, Tensor labels)
    {
        var rows = Embed(before, decoderTable);
        var hidden = IsConditional ? layers.Decode(rows, Tokens.Count, Encode(x!), Tokens.Count) : layers.Decode(rows, Tokens.Count);
        int pairs = labels.Rows, width = Shape.Width;
        var features = hidden.Reshape(pairs, Tokens.Count * width);
        Tensor? loss = null;
        for (int j = 0; j < Tokens.Count; j++)
        {
            var logP = heads[j].Forward(features.SliceCols(j * width, width)).LogSoftmax();
            var term = (labels.SliceCols(Tokens.OffsetOf(j), Tokens.Bins[j].Count) * logP).Sum();
            loss = loss is null ? term : loss + term;
        }
        return loss! * (-1f / pairs);
    }

    /// <summary>log R_θ(x⁺|x) of many rows x⁺ for one x, or log P(x⁺): Σ_j log Σ_k p_{j,k} N(x_j⁺; μ_{j,k}, w_{j,k}²); of a name its probability.</summary>
    /// <param name="x">One row.</param>
    /// <param name="rows">The rows x⁺.</param>
    internal double[] LogDensities(Redress.Data.Table x, Redress.Data.Table rows)
    {
        const int block = 128;
        using var off = Gradients.Off();
        var densities = new double[rows.Rows];
        for (int start = 0; start < rows.Rows; start += block)
        {
            using var scope = TensorScope.Open();
            int[] some = [.. Enumerable.Range(start, Math.Min(block, rows.Rows - start))];
            var embedded = Embed(Tokens.Before(rows, some), decoderTable);
            var hidden = IsConditional
                ? layers.Decode(embedded, Tokens.Count, Encode(Tokens.Of(x, new int[some.Length])), Tokens.Count)
                : layers.Decode(embedded, Tokens.Count);
            var features = hidden.Reshape(some.Length, Tokens.Count * Shape.Width);
            for (int j = 0; j < Tokens.Count; j++)
            {
                var logP = heads[j].Forward(features.SliceCols(j * Shape.Width, Shape.Width)).LogSoftmax();
                for (int i = 0; i < some.Length; i++) densities[start + i] += LogDensity(Tokens.Bins[j], rows.Row(some[i])[j], logP.Values.Slice(i * logP.Cols, logP.Cols));
            }
        }
        return densities;
    }

    private static double LogDensity(ValueBins bins, double value, ReadOnlySpan<float> logP)
    {
        if (bins.IsNamed) return logP[(int)value];
        double sum = 0;
        for (int k = 0; k < bins.Count; k++)
        {
            double u = (value - bins.Means[k]) / bins.Widths[k];
            sum += Math.Exp(logP[k] - 0.5 * u * u) / (bins.Widths[k] * Math.Sqrt(2 * Math.PI));
        }
        return Math.Log(sum);
    }

    private Tensor Embed(OneHotRows rows, Tensor table)
    {
        var places = Tensor.From(rows.Rows, rows.NumberColumns.Length, rows.Numbers);
        return Tensor.Affine(rows, places, table, noBias.Alias(tracked: false), Activation.Identity);
    }

    private static Tensor Table(RecourseTokens tokens, EncoderDecoderShape shape, Rng rng)
    {
        var values = new float[tokens.Width * shape.Width];
        rng.FillGaussian(values);
        foreach (ref float value in values.AsSpan()) value *= EmbeddingDeviation;
        return Tensor.Parameter(tokens.Width, shape.Width, values);
    }
}
