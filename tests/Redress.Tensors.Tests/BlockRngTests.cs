using System.Runtime.Intrinsics;
using Redress.Tensors.Kernels;

namespace Redress.Tensors.Tests;

public class BlockRngTests
{
    [Fact]
    public void A_stream_s_blocks_are_pinned_and_go_on_where_they_stopped()
    {
        float[] whole = Normal(1, 128), parts = new float[128];
        var rng = new BlockRng(new Rng(1));
        rng.FillNormal(parts.AsSpan(0, 32));
        rng.FillNormal(parts.AsSpan(32));
        Assert.Equal(whole, parts);
        Assert.NotEqual(whole, Normal(2, 128));
        // On every machine: nothing in it depends on the processor.
        Assert.Equal(PinnedNormals, whole[..4]);
        var uniform = new float[32];
        new BlockRng(new Rng(1)).FillUniform(uniform);
        Assert.Equal(PinnedUniforms, uniform[..4]);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_and_tails_of_the_normal_distribution()
    {
        const int Draws = 1 << 20;
        float[] z = Normal(7, Draws);
        double Mean(Func<double, double> f) => z.Sum(v => f(v)) / Draws;
        double One(double variance) => 4.5 * Math.Sqrt(variance / Draws);
        Assert.InRange(Mean(v => v), -One(1), One(1));
        Assert.InRange(Mean(v => v * v), 1 - One(2), 1 + One(2));
        Assert.InRange(Mean(v => v * v * v), -One(15), One(15));
        Assert.InRange(Mean(v => Math.Pow(v, 4)), 3 - One(96), 3 + One(96));
        foreach (var (beyond, share) in new[] { (1.0, 0.317310508), (2.0, 0.045500264), (3.0, 0.002699796), (4.0, 6.3342e-5) })
            Assert.InRange(Mean(v => Math.Abs(v) > beyond ? 1 : 0), share - One(share), share + One(share));
        Assert.InRange(z.Max(Math.Abs), 4.5f, 6.7f);
        foreach (int lag in new[] { 1, 8, 16, 32 })
            Assert.InRange(Enumerable.Range(0, Draws - lag).Sum(i => (double)z[i] * z[i + lag]) / Draws, -One(1), One(1));
    }

    [Fact]
    public void Uniform_numbers_fill_the_open_interval_evenly()
    {
        const int Draws = 1 << 18;
        var u = new float[Draws];
        new BlockRng(new Rng(3)).FillUniform(u);
        var counts = new int[64];
        foreach (float v in u)
        {
            Assert.True(v is > 0 and < 1);
            counts[(int)(64 * v)]++;
        }
        double expected = Draws / 64.0, square = counts.Sum(c => (c - expected) * (c - expected) / expected);
        Assert.InRange(square, 20, 130);   // χ² of 63 degrees of freedom
    }

    [Fact]
    public void The_largest_uniform_number_is_below_1()
    {
        // One draw in 16 million has all bits set; this stream's is its 1406th.
        var u = new float[1 << 12];
        new BlockRng(new Rng(4617)).FillUniform(u);
        Assert.Equal(1 - 1f / (1 << 24), u[1405]);
        Assert.True(u.Max() < 1);
    }

    [Theory]
    [InlineData(0, 2, 3)]
    [InlineData(1.5, 2, 1)]
    [InlineData(1.5, 2, 13)]
    [InlineData(5, 10, 784)]
    public void Radii_are_uniform_in_volume(float inner, float outer, int dimensions)
    {
        const int Draws = 1 << 16;
        var radii = new float[Draws];
        new BlockRng(new Rng(4)).FillRadii(inner, outer, dimensions, radii);
        Assert.All(radii, r => Assert.InRange(r, inner * 0.99999f, outer * 1.00001f));
        double low = Math.Pow(inner / outer, dimensions);
        // The share of the volume within a radius is uniform.
        double[] shares = [.. radii.Select(r => (Math.Pow(r / (double)outer, dimensions) - low) / (1 - low)).Order()];
        double largest = Enumerable.Range(0, Draws).Max(i => Math.Abs(shares[i] - (i + 0.5) / Draws));
        Assert.InRange(largest, 0, 2.2 / Math.Sqrt(Draws));   // Kolmogorov and Smirnov
    }

    [Fact]
    public void The_functions_behind_it_are_exact_to_single_precision()
    {
        for (int i = 0; i <= 4000; i++)
        {
            double x = Math.Exp(-80 + i * 0.04), angle = (i / 2000.0 - 1) * Math.PI / 2;
            double log = Math.Log((float)x);
            Assert.InRange(VectorMath.Log(Vector512.Create((float)x))[0] - log, -1.5e-7 * Math.Max(1, Math.Abs(log)), 1.5e-7 * Math.Max(1, Math.Abs(log)));
            var (sin, cos) = VectorMath.SinCos(Vector512.Create((float)angle));
            Assert.InRange(sin[0] - Math.Sin((float)angle), -2e-7, 2e-7);
            Assert.InRange(cos[0] - Math.Cos((float)angle), -2e-7, 2e-7);
        }
    }

    [Fact]
    public void Lengths_radii_and_dimensions_are_checked()
    {
        var rng = new BlockRng(new Rng(1));
        Assert.StartsWith("Blocks are filled by 32 numbers; 16 is no multiple of that.", Assert.Throws<ArgumentException>(() => rng.FillNormal(new float[16])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Radii are 3 and 2; the inner is 0 or more and not more than the outer.", Assert.Throws<ArgumentOutOfRangeException>(() => rng.FillRadii(3, 2, 4, new float[32])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => rng.FillRadii(1, 2, 0, new float[32]));
    }

    private static readonly float[] PinnedNormals = [0.575029135f, -0.962567627f, 0.713034391f, -0.264079154f], PinnedUniforms = [0.0911377966f, 0.605143428f, 0.605774641f, 0.661086082f];

    private static float[] Normal(ulong seed, int count)
    {
        var values = new float[count];
        new BlockRng(new Rng(seed)).FillNormal(values);
        return values;
    }
}
