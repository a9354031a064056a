using Redress.Actions;
using Redress.Data;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Search;

public sealed class SphereSamplerTests
{
    private const int Lanes = SphereSampler.Lanes;

    private static readonly Schema Schema = new(
        [
            Feature.Numeric("a", Change.Any) with { Minimum = -100, Maximum = 100 },
            Feature.Numeric("b", Change.Any) with { Minimum = -0.5, Maximum = 100 },
            Feature.Integer("n", Change.Any) with { Minimum = -20, Maximum = 20 },
            Feature.Categorical("c", ["x", "y", "z"], Change.Any),
            Feature.Integer("bit", Change.Any) with { Minimum = 0, Maximum = 1 },
            Feature.Numeric("frozen"),
        ], "y", "yes");

    private static readonly double[] Present = [1, 0, 3, 1, 0, 7];

    [Theory]
    [InlineData(false, 0, 2)]
    [InlineData(false, 2, 2.5)]
    [InlineData(true, 2, 2.5)]
    public void Without_limits_points_lie_between_the_radii_in_every_direction(bool uniformRadius, double inner, double outer)
    {
        var (points, squares, x) = Draw(Settings with { UniformRadius = uniformRadius, UniformCategories = false, Clip = false }, inner, outer, 4000);
        const int Dimensions = 7;   // a, b, n, three columns of c, bit
        var mean = new double[x.Length];
        for (int i = 0; i < squares.Count; i++)
        {
            double square = 0;
            for (int c = 0; c < x.Length; c++)
            {
                double d = points[i][c] - x[c];
                square += d * d;
                mean[c] += d / Math.Sqrt(squares[i]) / squares.Count;
            }
            Assert.Equal(square, squares[i], 1e-3 * square + 1e-9);
            Assert.InRange(Math.Sqrt(square), inner * 0.999, outer * 1.001);
        }
        Assert.All(mean, m => Assert.InRange(m, -0.03, 0.03));
        Assert.Equal(7, points[0][^1]);
        // The share of the volume, or of the distance, within each point's radius is uniform.
        double Share(double r) => uniformRadius ? (r - inner) / (outer - inner) : (Math.Pow(r, Dimensions) - Math.Pow(inner, Dimensions)) / (Math.Pow(outer, Dimensions) - Math.Pow(inner, Dimensions));
        double[] shares = [.. squares.Select(s => Share(Math.Sqrt(s))).Order()];
        Assert.InRange(Enumerable.Range(0, shares.Length).Max(i => Math.Abs(shares[i] - (i + 0.5) / shares.Length)), 0, 0.035);
    }

    [Fact]
    public void Clipped_points_are_in_the_action_set_and_flip_categories_far_out_only()
    {
        foreach (var (outer, flips) in new[] { (0.7, false), (6.0, true) })
        {
            var (points, squares, x) = Draw(Settings, outer / 2, outer, 2000);
            int flipped = 0;
            for (int i = 0; i < points.Count; i++)
            {
                float[] p = points[i];
                Assert.InRange(p[0], -100f, 100f);
                Assert.InRange(p[1], -0.5f, 100f);
                Assert.True(p[2] == MathF.Round(p[2]) && p[6] is 0 or 1);
                Assert.True(p[3..6].Sum() == 1 && p[3..6].All(v => v is 0 or 1));
                if (p[4] != 1) flipped++;
                Assert.Equal(p.Zip(x).Sum(v => Math.Pow(v.First - v.Second, 2)), squares[i], 1e-3 + 1e-4 * squares[i]);
            }
            // A group's highest column changes where two of its columns together move by 1 or more: from radius 1/√2 on.
            Assert.True(flips ? flipped > 500 : flipped == 0, $"{flipped} of {points.Count} at {outer}");
        }
    }

    [Fact]
    public void Categories_and_bits_drawn_uniformly_change_at_every_radius()
    {
        var (points, squares, x) = Draw(Settings with { UniformCategories = true, Clip = false }, 0, 0.01, 6000);
        foreach (int c in new[] { 3, 4, 5 }) Assert.InRange(points.Average(p => p[c]), 1 / 3.0 - 0.03, 1 / 3.0 + 0.03);
        Assert.InRange(points.Average(p => p[6]), 0.47, 0.53);
        Assert.All(points.Zip(squares), p => Assert.InRange(p.Second - 2 * (1 - p.First[4]) - p.First[6], -1e-3, 1e-3));
        Assert.All(points, p => Assert.InRange(p[0], x[0] - 0.01f, x[0] + 0.01f));
    }

    [Fact]
    public void A_stream_repeats_and_others_differ()
    {
        Assert.Equal(Draw(Settings, 0, 1, 64, seed: 5).Points, Draw(Settings, 0, 1, 64, seed: 5).Points);
        Assert.NotEqual(Draw(Settings, 0, 1, 64, seed: 5).Points, Draw(Settings, 0, 1, 64, seed: 6).Points);
    }

    [Fact]
    public void The_farthest_corner_counts_numbers_by_their_limits_and_groups_by_a_flip()
    {
        var (batch, points) = (BatchOf(), new float[8 * Lanes]);
        var sampler = new SphereSampler(batch, Settings);
        sampler.Begin(0, new Rng(1), points);
        Assert.Equal(Math.Sqrt(101 * 101 + 100 * 100 + 23 * 23 + 2 + 1), sampler.Reach, 1e-6);
    }

    private static SphereSettings Settings => new(1000, 0, 0.25, true, false, false, true, 100);

    private static (List<float[]> Points, List<float> Squares, float[] X) Draw(SphereSettings settings, double inner, double outer, int count, ulong seed = 1)
    {
        var batch = BatchOf();
        var (block, squares) = (new float[batch.Width * Lanes], new float[Lanes]);
        var sampler = new SphereSampler(batch, settings);
        sampler.Begin(0, new Rng(seed), block);
        var (points, all) = (new List<float[]>(), new List<float>());
        while (points.Count < count)
        {
            sampler.Draw((float)inner, (float)outer, settings.Clip, block, squares);
            for (int lane = 0; lane < Lanes; lane++) points.Add([.. Enumerable.Range(0, batch.Width).Select(c => block[c * Lanes + lane])]);
            all.AddRange(squares);
        }
        return (points, all, batch.XOf(0).ToArray());
    }

    private static EncodedActions BatchOf()
    {
        var statistics = TrainingStatistics.Of(Sample.Table(Schema, [[0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], [0, 6, 2, 2, 1, 2]]));
        var actions = new ActionSet(Schema, statistics);
        return new EncodedActions(Sample.Table(Schema, [Present]), _ => actions, Encoding.Fit(Schema, statistics, new(NumberScaling.None)));
    }
}
