using Redress.Tensors;

namespace Redress.Generative;

/// <summary>
/// Draws codes by a denoiser, with the noise σ(t) = t falling to 0: Heun's steps with a little fresh noise before each, algorithm 2 of Karras et al. (2022)
/// with TabSyn's settings (S_churn 1, ρ 7, σ from 80 to 0.002).
/// </summary>
internal static class DiffusionSampler
{
    internal const float SigmaMin = 0.002f, SigmaMax = 80;

    // Seventh roots, ρ = 7: the platform's own differ in the last bit.
    private const double RootOfMin = 0.411559713783607913, RootOfMax = 1.870122253538596862, RootOfTen = 1.389495494373137638;

    /// <summary>Noise levels, largest first, 0 last: steps + 1 of them (eq. 5).</summary>
    /// <param name="steps">1 or more.</param>
    /// <param name="fromTen">True to begin at σ = 10, twenty times σ_data, in place of 80.</param>
    internal static float[] Levels(int steps, bool fromTen = false)
    {
        double first = fromTen ? RootOfTen : RootOfMax;
        var levels = new float[steps + 1];
        for (int i = 0; i < steps; i++)
        {
            double root = steps == 1 ? first : first + i * (RootOfMin - first) / (steps - 1), square = root * root;
            levels[i] = (float)(square * square * square * root);
        }
        return levels;
    }

    /// <summary>Draws codes.</summary>
    /// <param name="denoise">The denoiser.</param>
    /// <param name="steps">1 or more; each but the last asks the denoiser twice.</param>
    /// <param name="width">Columns of a code.</param>
    /// <param name="streams">A row's own stream each: company changes nothing.</param>
    /// <param name="z">Rows × width, all written.</param>
    internal static void Sample(Denoise denoise, int steps, int width, ReadOnlySpan<Rng> streams, Span<float> z)
    {
        int count = streams.Length, size = count * width;
        float[] levels = Levels(steps);
        var noise = new RowNoise(streams, width);
        var (denoised, slope, next) = (new float[size], new float[size], new float[size]);
        noise.Fill(z);
        System.Numerics.Tensors.TensorPrimitives.Multiply(z, levels[0], z);
        double churn = Math.Min(1.0 / steps, Math.Sqrt(2) - 1);
        for (int i = 0; i < steps; i++)
        {
            float now = levels[i], then = levels[i + 1], raised = (float)(now * (1 + churn)), added = MathF.Sqrt(raised * raised - now * now);
            noise.Fill(next);
            for (int k = 0; k < size; k++) z[k] += added * next[k];
            denoise(z, count, raised, denoised);
            for (int k = 0; k < size; k++)
            {
                slope[k] = (z[k] - denoised[k]) / raised;
                next[k] = z[k] + (then - raised) * slope[k];
            }
            if (then > 0)
            {
                denoise(next, count, then, denoised);
                for (int k = 0; k < size; k++) next[k] = z[k] + (then - raised) * 0.5f * (slope[k] + (next[k] - denoised[k]) / then);
            }
            next.CopyTo(z);
        }
    }
}

/// <summary>Standard normal numbers for rows that each have a stream of their own.</summary>
internal sealed class RowNoise
{
    private readonly BlockRng[] streams;
    private readonly float[] block;
    private readonly int width;

    /// <param name="streams">A row each; they advance once.</param>
    /// <param name="width">Numbers a row and time.</param>
    internal RowNoise(ReadOnlySpan<Rng> streams, int width)
    {
        this.width = width;
        this.streams = new BlockRng[streams.Length];
        for (int i = 0; i < streams.Length; i++) this.streams[i] = new(streams[i]);
        block = new float[(width + BlockRng.Unit - 1) / BlockRng.Unit * BlockRng.Unit];
    }

    /// <summary>Fresh numbers.</summary>
    /// <param name="values">Rows × width, all written.</param>
    internal void Fill(Span<float> values)
    {
        for (int i = 0; i < streams.Length; i++)
        {
            streams[i].FillNormal(block);
            block.AsSpan(0, width).CopyTo(values[(i * width)..]);
        }
    }
}
