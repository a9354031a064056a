using Redress.Tensors.Kernels;
using static System.FormattableString;

namespace Redress.Tensors;

// What transformers are made of: attention and layer normalisation, each one operation with first derivatives only.
public sealed partial class Tensor
{
    /// <summary>Attention of every position of an instance to all of its positions: a head's softmax(q kᵀ / √(d / heads)) v on its d / heads columns.</summary>
    /// <param name="projected">[instances · tokens, 3d]: d columns of queries, of keys and of values; row t of instance b is row b · tokens + t.</param>
    /// <param name="tokens">Positions an instance, 1 or more.</param>
    /// <param name="heads">Heads, which share d evenly.</param>
    /// <param name="causal">Whether a position sees itself and those before it only.</param>
    /// <returns>[instances · tokens, d].</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    internal static Tensor SelfAttention(Tensor projected, int tokens, int heads, bool causal)
    {
        ArgumentNullException.ThrowIfNull(projected);
        int d = projected.Cols / 3;
        RequireHeads(d, heads, projected.Cols % 3 == 0, projected.Shape);
        RequireTokens(projected, tokens);
        var y = New(projected.Rows, d);
        if (y.Rows == 0) return y;
        var shape = new AttentionShape(projected.Rows / tokens, tokens, tokens, heads, d / heads, causal);
        var pass = PassFor(projected.Tracked, shape);
        Kernel.Attention(shape, SelfRows(projected), y.Values, pass is null ? default : pass.Kept.Values);
        y.Saved = pass;
        return y.Record(projected, static (g, y) => SelfAttentionGradient(g, y));
    }

    /// <summary>Attention of every position of an instance to all positions of another sequence of the same instance.</summary>
    /// <param name="queries">[instances · tokens, d].</param>
    /// <param name="tokens">Positions an instance that ask, 1 or more.</param>
    /// <param name="memory">[instances · memoryTokens, 2d]: d columns of keys and of values.</param>
    /// <param name="memoryTokens">Positions an instance that are asked, 1 or more.</param>
    /// <param name="heads">Heads, which share d evenly.</param>
    /// <returns>[instances · tokens, d].</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    internal static Tensor CrossAttention(Tensor queries, int tokens, Tensor memory, int memoryTokens, int heads)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(memory);
        int d = queries.Cols;
        RequireHeads(d, heads, memory.Cols == 2 * d, memory.Shape);
        RequireTokens(queries, tokens);
        RequireTokens(memory, memoryTokens);
        if (queries.Rows / tokens != memory.Rows / memoryTokens)
            throw new ArgumentException(Invariant($"Attention is between the same instances; queries are of {queries.Rows / tokens}, the memory of {memory.Rows / memoryTokens}."), nameof(memory));
        var y = New(queries.Rows, d);
        if (y.Rows == 0) return y;
        var shape = new AttentionShape(queries.Rows / tokens, tokens, memoryTokens, heads, d / heads, Causal: false);
        var pass = PassFor(queries.Tracked || memory.Tracked, shape);
        Kernel.Attention(shape, CrossRows(queries, memory), y.Values, pass is null ? default : pass.Kept.Values);
        y.Saved = pass;
        return y.Record(queries, static (g, y) => CrossAttentionGradient(g, y).OfQueries!, memory, static (g, y) => CrossAttentionGradient(g, y).OfKeys!);
    }

    /// <summary>Each row with its mean taken off, over its deviation √(variance + 1e-5), times the gain and plus the bias of the column (Ba, Kiros and Hinton 2016).</summary>
    /// <param name="gain">[1,n].</param>
    /// <param name="bias">[1,n].</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    internal Tensor LayerNorm(Tensor gain, Tensor bias) => LayerNorm(this, null, gain, bias);

    /// <summary>The layer normalisation of <paramref name="x"/> + <paramref name="residual"/>.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    internal static Tensor LayerNorm(Tensor x, Tensor? residual, Tensor gain, Tensor bias)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(gain);
        ArgumentNullException.ThrowIfNull(bias);
        if (residual is not null) RequireSameShape("a sum", x, residual);
        if (x.Cols == 0 || gain.Rows != 1 || bias.Rows != 1 || gain.Cols != x.Cols || bias.Cols != x.Cols)
            throw new ArgumentException($"Rows of {x.Shape} are normalised with a gain and a bias of {new Shape(1, x.Cols)}, at least one column; these are {gain.Shape} and {bias.Shape}.", nameof(gain));
        var y = New(x.Rows, x.Cols);
        bool keeps = !Gradients.IsOff && (x.Tracked || residual is { Tracked: true } || gain.Tracked || bias.Tracked);
        var normal = keeps ? New(x.Rows, x.Cols) : null;
        var inverse = keeps ? New(x.Rows, 1) : null;
        Kernel.LayerNorm(
            new(x.Rows, x.Cols), x.Values, residual is null ? default : residual.Values, gain.Values, bias.Values, y.Values, normal is null ? default : normal.Values, inverse is null ? default : inverse.Values);
        if (!keeps) return y;
        y.Saved = new NormPass(normal!, inverse!);
        // This node stands for the sum: the gradient passes through it, its values are never read.
        var sum = residual is null ? x : new Tensor(x.Rows, x.Cols, normal!.storage).Record(x, static (g, y) => g, residual, static (g, y) => g);
        return y.Record(
            sum, static (g, y) => NormGradient(g, y).OfX!,
            gain, static (g, y) => NormGradient(g, y).OfGain!,
            bias, static (g, y) => NormGradient(g, y).OfBias!);
    }

    private static AttentionRows SelfRows(Tensor projected)
    {
        ReadOnlySpan<float> values = projected.Values;
        int d = projected.Cols / 3;
        return new(values, projected.Cols, values[d..], values[(2 * d)..], projected.Cols);
    }

    private static AttentionRows CrossRows(Tensor queries, Tensor memory)
    {
        ReadOnlySpan<float> values = memory.Values;
        return new(queries.Values, queries.Cols, values, values[queries.Cols..], memory.Cols);
    }

    private static AttentionPass? PassFor(bool tracked, in AttentionShape shape) => tracked && !Gradients.IsOff ? new(shape, New(1, Attention.KeptSize(shape))) : null;

    private static Tensor SelfAttentionGradient(Tensor gradient, Tensor y)
    {
        RequireFirstOrder("attention");
        var pass = (AttentionPass)y.Saved!;
        var projected = New(y.A.Rows, y.A.Cols);
        int d = y.Cols;
        Kernel.AttentionGradient(pass.Shape, SelfRows(y.A), pass.Kept.Values, gradient.Values, new(projected.Values, projected.Values[d..], projected.Values[(2 * d)..]));
        return projected;
    }

    /// <summary>Both gradients come of one pass, whichever is asked for first.</summary>
    private static AttentionPass CrossAttentionGradient(Tensor gradient, Tensor y)
    {
        RequireFirstOrder("attention");
        var pass = (AttentionPass)y.Saved!;
        if (pass.Stamp == y.Mark) return pass;
        var (queries, memory) = (New(y.A.Rows, y.A.Cols), New(y.B.Rows, y.B.Cols));
        Kernel.AttentionGradient(pass.Shape, CrossRows(y.A, y.B), pass.Kept.Values, gradient.Values, new(queries.Values, memory.Values, memory.Values[y.Cols..]));
        (pass.Stamp, pass.OfQueries, pass.OfKeys) = (y.Mark, queries, memory);
        return pass;
    }

    /// <summary>All three gradients come of one pass, whichever is asked for first.</summary>
    private static NormPass NormGradient(Tensor gradient, Tensor y)
    {
        RequireFirstOrder("layer normalisation");
        var pass = (NormPass)y.Saved!;
        if (pass.Stamp == y.Mark) return pass;
        var (x, gain, bias) = (New(y.Rows, y.Cols), New(1, y.Cols), New(1, y.Cols));
        Kernel.LayerNormGradient(new(y.Rows, y.Cols), gradient.Values, y.B.Values, pass.Normal.Values, pass.Inverse.Values, x.Values, gain.Values, bias.Values);
        (pass.Stamp, pass.OfX, pass.OfGain, pass.OfBias) = (y.Mark, x, gain, bias);
        return pass;
    }

    private static void RequireFirstOrder(string what)
    {
        if (!Gradients.IsOff) throw new NotSupportedException($"Gradients through {what} cannot themselves be recorded: ask for them without createGraph.");
    }

    private static void RequireHeads(int d, int heads, bool fits, Shape shape)
    {
        if (heads < 1 || d < 1 || d % heads != 0 || !fits)
            throw new ArgumentException(Invariant($"Attention of {heads} heads over {d} columns with keys and values in {shape} does not exist: heads share the columns evenly, and queries, keys and values have as many each."), nameof(heads));
    }

    private static void RequireTokens(Tensor rows, int tokens)
    {
        if (tokens < 1 || rows.Rows % tokens != 0) throw new ArgumentException(Invariant($"{rows.Rows} rows are not instances of {tokens} positions each."), nameof(tokens));
    }

    /// <summary>What attention keeps for the way back, and what that gave in the search of that stamp.</summary>
    private sealed class AttentionPass(AttentionShape shape, Tensor kept)
    {
        internal readonly AttentionShape Shape = shape;
        internal readonly Tensor Kept = kept;
        internal long Stamp;
        internal Tensor? OfQueries, OfKeys;
    }

    /// <summary>What layer normalisation keeps for the way back, and what that gave in the search of that stamp.</summary>
    private sealed class NormPass(Tensor normal, Tensor inverse)
    {
        internal readonly Tensor Normal = normal, Inverse = inverse;
        internal long Stamp;
        internal Tensor? OfX, OfGain, OfBias;
    }
}
