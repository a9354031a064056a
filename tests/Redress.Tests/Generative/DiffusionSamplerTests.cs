using Redress.Generative;
using Redress.Tensors;

namespace Redress.Tests.Generative;

/// <summary>The samplers on denoisers known in closed form: of N(m, s²), E[z₀ | z] = (s² z + σ² m) / (s² + σ²).</summary>
public sealed class DiffusionSamplerTests
{
    private static readonly (float Mean, float Deviation)[] Columns = [(0.3f, 0.5f), (-1, 0.2f), (2, 1)];

    private const int Steps = 50;

    private static readonly Denoise Exact = (z, count, sigma, denoised) =>
    {
        for (int i = 0; i < count * Columns.Length; i++)
        {
            var (m, s) = Columns[i % Columns.Length];
            denoised[i] = (s * s * z[i] + sigma * sigma * m) / (s * s + sigma * sigma);
        }
    };

    [Fact]
    public void Levels_fall_from_80_to_0_by_the_published_rule()
    {
        float[] levels = DiffusionSampler.Levels(50);
        Assert.Equal(51, levels.Length);
        Assert.Equal(0, levels[^1]);
        for (int i = 0; i < 50; i++)
        {
            double expected = Math.Pow(Math.Pow(80, 1 / 7.0) + i / 49.0 * (Math.Pow(0.002, 1 / 7.0) - Math.Pow(80, 1 / 7.0)), 7);
            Assert.Equal(expected, levels[i], 1e-5 * expected);
        }
        Assert.Equal([levels[0], 0], DiffusionSampler.Levels(1));
        Assert.Equal(10, DiffusionSampler.Levels(4, fromTen: true)[0], 1e-4);
        Assert.Equal(levels[49], DiffusionSampler.Levels(4, fromTen: true)[3]);
    }

    [Fact]
    public void Heun_s_steps_turn_noise_into_the_data_s_distribution()
    {
        // 20,000 draws: means within 4 standard errors, deviations within 3 %.
        var (means, deviations) = Moments(streams =>
        {
            var z = new float[streams.Length * Columns.Length];
            DiffusionSampler.Sample(Exact, 50, Columns.Length, streams, z);
            return z;
        });
        for (int k = 0; k < Columns.Length; k++)
        {
            Assert.Equal(Columns[k].Mean, means[k], 4 * Columns[k].Deviation / Math.Sqrt(20_000));
            Assert.Equal(Columns[k].Deviation, deviations[k], 0.03 * Columns[k].Deviation);
        }
    }

    [Fact]
    public void More_steps_come_nearer_and_one_gives_the_mean()
    {
        var (means, deviations) = Moments(streams =>
        {
            var z = new float[streams.Length * Columns.Length];
            DiffusionSampler.Sample(Exact, 1, Columns.Length, streams, z);
            return z;
        });
        for (int k = 0; k < Columns.Length; k++)
        {
            Assert.Equal(Columns[k].Mean, means[k], 0.01);
            Assert.InRange(deviations[k], 0, 0.03 * Columns[k].Deviation);
        }
    }

    [Fact]
    public void Guidance_without_weight_draws_from_the_data_s_distribution()
    {
        // A column with the deviation σ_data comes out exactly; of the others the recursion of the variances says how near.
        var (means, deviations) = Moments(streams => Guided(streams, 0, candidates: 2, (_, _, rewards) => rewards.Fill(1)));
        for (int k = 0; k < Columns.Length; k++)
        {
            var (m, s) = Columns[k];
            Assert.Equal(m, means[k], 4 * s / Math.Sqrt(20_000) + 0.005);
            Assert.Equal(Deviation(s), deviations[k], 0.02 * s);
            Assert.Equal(s, Deviation(s), s == 0.5 ? 0.005 * s : 0.06 * s);
        }
    }

    /// <summary>P'(z) ∝ N(z; m, s²) exp(λ z) = N(z; m + λ s², s²). The value of a linear reward is that of the denoised mean, up to a constant: nothing is approximate but the number of candidates.</summary>
    [Fact]
    public void Guidance_tilts_the_distribution_by_the_reward()
    {
        const double lambda = 1.5;
        var (means, deviations) = Moments(streams => Guided(streams, lambda, candidates: 30, (z, count, rewards) =>
        {
            for (int i = 0; i < count; i++) rewards[i] = z[i * Columns.Length];
        }), 4000);
        double shift = lambda * Columns[0].Deviation * Columns[0].Deviation;
        Assert.Equal(Columns[0].Mean + shift, means[0], 0.08 * shift);
        Assert.Equal(Columns[0].Deviation, deviations[0], 0.05 * Columns[0].Deviation);
        // What the reward does not look at stays as it is.
        Assert.Equal(Columns[2].Mean, means[2], 0.06);
        Assert.Equal(Deviation(1), deviations[2], 0.05);
    }

    [Fact]
    public void A_row_s_draw_does_not_depend_on_its_company()
    {
        Rng[] streams() => [.. Enumerable.Range(0, 5).Select(i => new Rng(7).Split((ulong)i))];
        var (all, one) = (new float[5 * 3], new float[3]);
        DiffusionSampler.Sample(Exact, 9, 3, streams(), all);
        DiffusionSampler.Sample(Exact, 9, 3, streams().AsSpan(3, 1), one);
        Assert.Equal(all[9..12], one);
        void reward(ReadOnlySpan<float> z, int count, Span<double> rewards)
        {
            for (int i = 0; i < count; i++) rewards[i] = -Math.Abs(z[i * 3]);
        }
        Assert.True(SoftValueDecoding.Sample(Exact, 9, 4, 5, reward, 3, streams(), all, CancellationToken.None));
        Assert.True(SoftValueDecoding.Sample(Exact, 9, 4, 5, reward, 3, streams().AsSpan(3, 1), one, CancellationToken.None));
        Assert.Equal(all[9..12], one);
        Assert.False(SoftValueDecoding.Sample(Exact, 9, 4, 5, reward, 3, streams(), all, new CancellationToken(canceled: true)));
    }

    private static float[] Guided(Rng[] streams, double lambda, int candidates, SoftValueDecoding.Reward reward)
    {
        var z = new float[streams.Length * Columns.Length];
        Assert.True(SoftValueDecoding.Sample(Exact, Steps, candidates, lambda, reward, Columns.Length, streams, z, CancellationToken.None));
        return z;
    }

    /// <summary>What the deviation of a column with deviation s comes to: each step is linear in z.</summary>
    private static double Deviation(double s)
    {
        float[] levels = DiffusionSampler.Levels(Steps, fromTen: true);
        double variance = 100;
        for (int i = 1; i < Steps; i++)
        {
            double now = levels[i - 1] * (double)levels[i - 1], then = levels[i] * (double)levels[i], keep = then / now;
            double factor = keep + (1 - keep) * s * s / (s * s + now);
            variance = factor * factor * variance + then * (1 - keep) + (1 - keep) * (1 - keep) * 0.25 * now / (0.25 + now);
        }
        return Math.Sqrt(variance) * s * s / (s * s + levels[Steps - 1] * (double)levels[Steps - 1]);
    }

    private static (double[] Means, double[] Deviations) Moments(Func<Rng[], float[]> draw, int rows = 20_000)
    {
        float[] z = draw([.. Enumerable.Range(0, rows).Select(i => new Rng(5).Split((ulong)i))]);
        double[] means = [.. Columns.Select((_, k) => Enumerable.Range(0, rows).Average(i => (double)z[i * Columns.Length + k]))];
        return (means, [.. Columns.Select((_, k) => Math.Sqrt(Enumerable.Range(0, rows).Average(i => Math.Pow(z[i * Columns.Length + k] - means[k], 2))))]);
    }
}
