using Redress.Tensors;

namespace Redress.Generative;

/// <summary>
/// Derivative-free guidance by soft values (SVDD-PM; Li et al. 2024, algorithm 1): draws from P'(z) ∝ P(z) exp(λ r(z)), approximately, by a denoiser of
/// P. At each reverse step M candidates are drawn for every chain and one of them is kept with probability ∝ exp(λ v), where the value v of a candidate
/// is the reward of its denoised mean.
/// </summary>
/// <remarks>
/// A reverse step from σ to σ' = ρσ draws from N(D + ρ² (z - D), σ'² (1 - ρ²) + (1 - ρ²)² v), D = E[z₀ | z], with v = σ_data² σ² / (σ_data² + σ²) for the
/// variance of z₀ given z: exact where codes are Gaussian with the deviation σ_data (Bao et al. 2022), at any number of steps. Where we differ: the published
/// code keeps the best candidate, α = 0; here one is drawn, with α = 1 / λ, as the paper writes. σ starts at 10. The last step ends in the denoised mean and
/// has nothing to choose.
/// </remarks>
internal static class SoftValueDecoding
{
    /// <summary>Rewards of clean codes.</summary>
    /// <param name="z">count × width.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="rewards">count, all written.</param>
    internal delegate void Reward(ReadOnlySpan<float> z, int count, Span<double> rewards);

    /// <summary>Draws codes, one a chain.</summary>
    /// <param name="denoise">The denoiser of P.</param>
    /// <param name="steps">1 or more.</param>
    /// <param name="candidates">M, 1 or more.</param>
    /// <param name="lambda">λ, 0 or more.</param>
    /// <param name="reward">r.</param>
    /// <param name="width">Columns of a code.</param>
    /// <param name="streams">A chain's own stream each.</param>
    /// <param name="z">Chains × width, all written.</param>
    /// <param name="cancel">Looked at between steps.</param>
    /// <returns>False where the caller cancelled; what was written is then of no use.</returns>
    internal static bool Sample(
        Denoise denoise, int steps, int candidates, double lambda, Reward reward, int width, ReadOnlySpan<Rng> streams, Span<float> z, CancellationToken cancel)
    {
        int chains = streams.Length, lanes = chains * candidates;
        float[] levels = DiffusionSampler.Levels(steps, fromTen: true);
        var noise = new RowNoise(streams, candidates * width);
        var (drawn, means, fresh) = (new float[lanes * width], new float[lanes * width], new float[lanes * width]);
        var (kept, mean) = (new float[chains * width], new float[chains * width]);
        var values = new double[lanes];
        noise.Fill(fresh);
        for (int c = 0; c < chains; c++) System.Numerics.Tensors.TensorPrimitives.Multiply(fresh.AsSpan(c * candidates * width, width), levels[0], kept.AsSpan(c * width, width));
        denoise(kept, chains, levels[0], mean);
        for (int i = 1; i < steps; i++)
        {
            if (cancel.IsCancellationRequested) return false;
            var (keep, spread) = Step(levels[i - 1], levels[i]);
            noise.Fill(fresh);
            for (int lane = 0; lane < lanes; lane++)
                for (int k = 0; k < width; k++)
                {
                    int at = lane / candidates * width + k;
                    drawn[lane * width + k] = mean[at] + keep * (kept[at] - mean[at]) + spread * fresh[lane * width + k];
                }
            denoise(drawn, lanes, levels[i], means);
            reward(means, lanes, values);
            for (int c = 0; c < chains; c++)
            {
                int chosen = c * candidates + Choose(values.AsSpan(c * candidates, candidates), lambda, streams[c].NextDouble());
                drawn.AsSpan(chosen * width, width).CopyTo(kept.AsSpan(c * width));
                means.AsSpan(chosen * width, width).CopyTo(mean.AsSpan(c * width));
            }
        }
        mean.CopyTo(z);
        return !cancel.IsCancellationRequested;
    }

    /// <summary>ρ², and the deviation of a reverse step.</summary>
    private static (float Keep, float Spread) Step(float now, float then)
    {
        const float data = Denoiser.SigmaData * Denoiser.SigmaData;
        float keep = then / now * (then / now), unknown = data * now * now / (data + now * now);
        return (keep, MathF.Sqrt(then * then * (1 - keep) + (1 - keep) * (1 - keep) * unknown));
    }

    /// <summary>The candidate that a number in [0, 1) falls on, of weights ∝ exp(λ v).</summary>
    private static int Choose(ReadOnlySpan<double> values, double lambda, double at)
    {
        double highest = System.Numerics.Tensors.TensorPrimitives.Max(values), sum = 0;
        foreach (double v in values) sum += Math.Exp(lambda * (v - highest));
        double left = at * sum;
        for (int m = 0; m < values.Length - 1; m++)
        {
            left -= Math.Exp(lambda * (values[m] - highest));
            if (left < 0) return m;
        }
        return values.Length - 1;
    }
}
