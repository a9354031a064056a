using Redress.Neighbours;
using Redress.Tensors;

namespace Redress.Tests.Neighbours;

public sealed class TSneTests
{
    [Fact]
    public void Separated_clusters_stay_together()
    {
        const int clusters = 4, each = 40, width = 10;
        var rows = Clusters(clusters, each, width);
        var plane = TSne.Embed(rows, width, new Rng(1), new(Perplexity: 15, Iterations: 400));
        for (int i = 0; i < clusters * each; i++)
        {
            int nearest = Enumerable.Range(0, clusters * each).Where(j => j != i).MinBy(j => Distance(plane, i, j));
            Assert.Equal(i / each, nearest / each);
        }
        // Clusters stand apart, not merely side by side: points are nearer to their own than to any other.
        double within = Pairs(plane, each, same: true).Average(), between = Pairs(plane, each, same: false).Min();
        Assert.True(between > within, Invariant($"nearest of two clusters {between}, mean within one {within}"));
    }

    [Fact]
    public void The_same_stream_gives_the_same_points_and_another_gives_others()
    {
        var rows = Clusters(2, 20, 5);
        var (one, same, other) = (Embed(1), Embed(1), Embed(2));
        Assert.Equal(one.X, same.X);
        Assert.Equal(one.Y, same.Y);
        Assert.NotEqual(one.X, other.X);

        PlaneEmbedding Embed(ulong seed) => TSne.Embed(rows, 5, new Rng(seed), new(Perplexity: 10, Iterations: 50));
    }

    [Fact]
    public void More_steps_bring_the_divergence_down_to_a_small_one()
    {
        var rows = Clusters(3, 30, 4);
        double start = TSne.Embed(rows, 4, new Rng(3), new(Perplexity: 12, Iterations: 1, ExaggeratedIterations: 0)).Divergence;
        double end = TSne.Embed(rows, 4, new Rng(3), new(Perplexity: 12, Iterations: 600)).Divergence;
        Assert.True(end < start / 2, Invariant($"{start} to {end}"));
        Assert.InRange(end, 0, 1);
    }

    [Fact]
    public void Points_at_one_place_are_embedded_all_the_same()
    {
        var plane = TSne.Embed(new float[20 * 3], 3, new Rng(1), new(Perplexity: 5, Iterations: 50));
        Assert.All(plane.X.Concat(plane.Y), v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Three_points_at_a_distance_and_one_far_away()
    {
        // On a line: 0, 1, 2 and 1000. The far one's distances differ by little of their size.
        var plane = TSne.Embed([0, 1, 2, 1000], 1, new Rng(1), new(Perplexity: 1, Iterations: 300, LearningRate: 10));
        Assert.All(plane.X, v => Assert.True(float.IsFinite(v)));
        Assert.True(Distance(plane, 0, 1) < Distance(plane, 0, 3));
    }

    [Fact]
    public void Bad_options_are_named_together()
    {
        var e = Assert.Throws<OptionsException>(() => TSne.Embed(new float[31], 1, new Rng(1), new(11, 0, 0.5, -1, 0)));
        Assert.Equal(
            [
                "Perplexity is 11; must be 1 to 10, a third of the other points.", "Iterations is 0; must be at least 1.", "Exaggeration is 0.5; must be at least 1 and finite.",
                "Exaggerated iterations is -1; must be 0 or more.", "Learning rate is 0; must be more than 0 and finite.",
            ],
            e.Message.Split(Environment.NewLine));
    }

    [Fact]
    public void Too_many_points_are_refused_before_their_pairs_are_counted()
    {
        var e = Assert.Throws<OptionsException>(() => TSne.Embed(new float[5001], 1, new Rng(1)));
        Assert.Equal("There are 5001 points; t-SNE takes 4 to 5000.", e.Message);
    }

    [Fact]
    public void Values_that_are_no_rows_are_refused()
    {
        Assert.StartsWith("7 values are no whole number of rows of 2.", Assert.Throws<ArgumentException>(() => TSne.Embed(new float[7], 2, new Rng(1))).Message, StringComparison.Ordinal);
        Assert.StartsWith("A value is not finite.", Assert.Throws<ArgumentException>(() => TSne.Embed([1, 2, float.NaN, 4], 1, new Rng(1))).Message, StringComparison.Ordinal);
    }

    private static float[] Clusters(int clusters, int each, int width)
    {
        var rng = new Rng(7);
        var rows = new float[clusters * each * width];
        for (int i = 0; i < clusters * each; i++)
            for (int c = 0; c < width; c++)
                rows[i * width + c] = (c == i / each ? 10 : 0) + (float)rng.NextGaussian();
        return rows;
    }

    private static IEnumerable<double> Pairs(PlaneEmbedding plane, int each, bool same) =>
        from i in Enumerable.Range(0, plane.X.Count)
        from j in Enumerable.Range(0, i)
        where i / each == j / each == same
        select Distance(plane, i, j);

    private static double Distance(PlaneEmbedding plane, int i, int j) => Math.Sqrt(Math.Pow(plane.X[i] - plane.X[j], 2) + Math.Pow(plane.Y[i] - plane.Y[j], 2));
}
