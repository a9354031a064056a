using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Kernels;
using Redress.Tensors.Layers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Redress.Generative;

/// <summary>How bins become values.</summary>
/// <param name="Temperature">τ, the power that densities are raised to; more than 0.</param>
/// <param name="Sigma">σ, the noise around a bin's mean, in widths of the bin; 0 or more.</param>
/// <param name="KeepOwn">True to leave a person's own value where their own bin is drawn.</param>
internal sealed record SamplingRule(double Temperature, double Sigma, bool KeepOwn);

/// <summary>What the values drawn for one person are limited to.</summary>
/// <param name="Fixed">A feature each: true where the person's own value stays.</param>
/// <param name="Allowed">All bins of all features: true for those that may be drawn; of a feature that is not fixed at least one.</param>
internal sealed record BinLimits(bool[] Fixed, bool[] Allowed);

/// <summary>
/// Forward sampling of rows x⁺ ~ R_θ(·|x), feature by feature, many people and samples at once (Garg, Nagalapatti and Sarawagi 2025, algorithm 2). What the
/// decoder computed for earlier features is kept from feature to feature.
/// </summary>
/// <remarks>
/// Thread-safe; weights are copied. Where we differ: bins that a person cannot reach are left out of the softmax, and what they cannot change is their own
/// value, so that later features are drawn for a row that they can become. A category is drawn as such, in place of being projected at the end. τ sharpens the
/// density p_k / w_k over a bin and not the mass p_k in it: where bins are of different widths, wide ones in the tails hold as much mass as narrow ones where
/// most people are, and large τ would choose them. With bins of one width it is algorithm 2.
/// </remarks>
internal sealed class RecourseSampler
{
    private readonly RecourseTransformer network;
    private readonly RecourseTokens tokens;
    private readonly CachedDecoder decoder;
    private readonly PackedWeights[] heads;
    private readonly float[] table;
    private readonly int width;

    internal RecourseSampler(RecourseTransformer network)
    {
        this.network = network.Alias(tracked: false);
        (tokens, width) = (network.Tokens, network.Shape.Width);
        decoder = new(network.Layers);
        heads = [.. network.Heads.Select(h => new PackedWeights(h.Weight, h.Bias))];
        table = new float[network.DecoderTable.Size];
        network.DecoderTable.ReadTo(table);
    }

    /// <summary>What it draws by.</summary>
    internal RecourseTokens Tokens => tokens;

    /// <summary>Draws rows.</summary>
    /// <param name="people">People without faults.</param>
    /// <param name="samples">Rows a person.</param>
    /// <param name="rule">How bins become values.</param>
    /// <param name="limits">What each person is limited to; null where nothing limits anybody.</param>
    /// <param name="streams">people × samples: what each row is drawn by.</param>
    /// <param name="rows">people × samples × features, raw, all written.</param>
    /// <param name="cancel">Stops between features.</param>
    /// <returns>False where the caller cancelled before all were drawn.</returns>
    internal bool Draw(Table people, int samples, SamplingRule rule, BinLimits[]? limits, Rng[] streams, Span<double> rows, CancellationToken cancel = default)
    {
        using var scope = TensorScope.Open();
        using var off = Gradients.Off();
        int count = people.Rows * samples, features = tokens.Count;
        var cache = Start(people, samples);
        var (inputs, hidden) = (Tensor.New(count, width), Tensor.New(count, width));
        for (int j = 0; j < features; j++)
        {
            if (cancel.IsCancellationRequested) return false;
            for (int n = 0; n < count; n++) Embed(j, rows.Slice(n * features, features), inputs.Values.Slice(n * width, width));
            decoder.Step(cache, j, inputs.Values, hidden.Values);
            var logits = Tensor.New(count, heads[j].Stride);
            KernelTable.Current.MultiplyPacked(heads[j], new PackedRows(count, width, SkipZeros: false), hidden.Values, logits.Values);
            for (int n = 0; n < count; n++)
            {
                int person = n / samples;
                rows[n * features + j] = Value(j, people.Row(person)[j], logits.Values.Slice(n * heads[j].Stride, heads[j].Outputs), rule, limits?[person], streams[n]);
            }
        }
        return true;
    }

    private DecoderCache Start(Table people, int samples)
    {
        if (!network.IsConditional) return decoder.Start(people.Rows * samples, tokens.Count);
        int[] all = [.. Enumerable.Range(0, people.Rows)];
        return decoder.Start(network.Encode(tokens.Of(people, all)), tokens.Count, people.Rows, samples, tokens.Count);
    }

    /// <summary>The token before feature j: that of the feature before, whose value is in the row.</summary>
    private void Embed(int j, ReadOnlySpan<double> row, Span<float> token)
    {
        int f = j - 1;
        Entry(f < 0 ? tokens.Start : tokens.OffsetOf(f) + tokens.Bins[f].BinOf(row[f])).CopyTo(token);
        TensorPrimitives.Add(token, Entry(tokens.PositionOf(j)), token);
        if (f >= 0) TensorPrimitives.MultiplyAdd(Entry(tokens.SlopeOf(f)), tokens.PlaceOf(f, row[f]), token, token);
    }

    private ReadOnlySpan<float> Entry(int row) => table.AsSpan(row * width, width);

    /// <summary>k ~ (p_k / w_k)^τ w_k, x_j = μ_k + σ w_k ε.</summary>
    private double Value(int feature, double own, ReadOnlySpan<float> logits, SamplingRule rule, BinLimits? limits, Rng stream)
    {
        var bins = tokens.Bins[feature];
        // Everybody draws for every feature, so that what limits one feature changes no other's numbers.
        double u = stream.NextDouble(), epsilon = rule.Sigma > 0 ? stream.NextGaussian() : 0;
        if (limits?.Fixed[feature] == true) return own;
        var allowed = limits is null ? default : limits.Allowed.AsSpan(tokens.OffsetOf(feature), bins.Count);
        int k = Draw(logits, bins.LogWidths, rule.Temperature, allowed, u);
        if (bins.IsNamed) return k;
        return rule.KeepOwn && bins.Holds(k, own) ? own : bins.Means[k] + rule.Sigma * bins.Widths[k] * epsilon;
    }

    private static int Draw(ReadOnlySpan<float> logits, ReadOnlySpan<double> logWidths, double temperature, ReadOnlySpan<bool> allowed, double u)
    {
        Span<double> weights = logits.Length <= 256 ? stackalloc double[logits.Length] : new double[logits.Length];
        for (int k = 0; k < logits.Length; k++) weights[k] = allowed.IsEmpty || allowed[k] ? logits[k] - logWidths[k] : double.NegativeInfinity;
        // Beside the densest bin, so that no τ is too large.
        double densest = TensorPrimitives.Max<double>(weights), sum = 0;
        for (int k = 0; k < logits.Length; k++) weights[k] = temperature * (weights[k] - densest) + logWidths[k];
        double highest = TensorPrimitives.Max<double>(weights);
        foreach (ref double weight in weights) sum += weight = Math.Exp(weight - highest);
        double left = u * sum;
        int last = 0;
        for (int k = 0; k < logits.Length; k++)
        {
            if (weights[k] == 0) continue;
            last = k;
            left -= weights[k];
            if (left < 0) break;
        }
        return last;
    }
}
