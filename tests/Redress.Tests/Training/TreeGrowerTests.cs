using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Tests.Training;

/// <summary>CART against a search of every cut by the definition, and what weights, limits and columns mean.</summary>
public sealed class TreeGrowerTests
{
    private static readonly ForestOptions All = new(MaxFeatures: 1000);

    [Fact]
    public void A_tree_is_the_one_that_trying_every_cut_finds()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            // From few values a column, which are counted, to all different, which are sorted.
            var (x, labels, weights) = Random(seed, rows: 4 + (int)seed, width: 3, values: seed % 3 == 0 ? 1000 : 4);
            var options = All with { MaxDepth = (int)(seed % 4), MinSamplesLeaf = 1 + (int)(seed % 3), MinSamplesSplit = 2 + (int)(seed % 5) };
            var tree = Grow(x, 3, labels, weights, options);
            int used = Check(tree, 0, [.. Enumerable.Range(0, labels.Length).Where(r => weights[r] > 0)], x, 3, labels, weights, options, depth: 0);
            Assert.Equal(tree.Nodes.Length, used);
        }
    }

    [Fact]
    public void Weights_count_as_repeated_rows()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var (x, labels, _) = Random(seed, rows: 40, width: 5, values: 6);
            var rng = new Rng(seed);
            double[] weights = [.. labels.Select(_ => (double)rng.NextInt(4))];
            int[] repeated = [.. Enumerable.Range(0, 40).SelectMany(r => Enumerable.Repeat(r, (int)weights[r]))];
            var heavy = Grow(x, 5, labels, weights, new(MaxFeatures: 2), seed);
            var copied = Grow([.. repeated.SelectMany(r => x[(5 * r)..(5 * r + 5)])], 5, [.. repeated.Select(r => labels[r])], [.. repeated.Select(_ => 1.0)], new(MaxFeatures: 2), seed);
            Assert.Equal(copied.Nodes.ToArray(), heavy.Nodes.ToArray());
        }
    }

    [Fact]
    public void Thresholds_are_half_way_and_rounded_down()
    {
        float above = MathF.BitIncrement(1f);
        var tree = Grow([1f, above, 3f], 1, [true, false, true], [1, 1, 1], All);
        // Half way between neighbouring float32 numbers is the lower one; between above and 3 it is 2 and a bit that float32 holds.
        Assert.Contains(1f, tree.Nodes.ToArray().Select(n => n.Value));
        Assert.Equal([1f, 0f, 1f], new[] { 1f, above, 3f }.Select(v => tree.Probability([v])));
        var half = Grow([0f, 1f], 1, [true, false], [1, 1], All);
        Assert.Equal(0.5f, half.Nodes[0].Value);
        Assert.Equal(1f, half.Probability([0.5f]));
    }

    [Fact]
    public void Impure_nodes_are_split_even_where_no_cut_gains()
    {
        float[] xor = [0, 0, 0, 1, 1, 0, 1, 1];
        var tree = Grow(xor, 2, [true, false, false, true], [1, 1, 1, 1], All);
        Assert.Equal([1f, 0f, 0f, 1f], Enumerable.Range(0, 4).Select(r => tree.Probability(xor.AsSpan(2 * r, 2))));
        Assert.Equal((4, 2), (tree.Leaves, tree.Depth));
    }

    [Fact]
    public void Of_equal_cuts_the_first_column_and_the_lowest_threshold_stand()
    {
        // Both columns part the rows alike, and in column 0 two cuts do.
        var tree = Grow([0, 0, 1, 1, 2, 2], 2, [true, false, true], [1, 1, 1], All with { MaxDepth = 1 });
        Assert.Equal((0, 0.5f), (tree.Column(0), tree.Nodes[0].Value));
    }

    [Fact]
    public void Columns_are_drawn_until_one_is_not_constant()
    {
        // Nine constant columns and one that tells: however few are drawn, the cut is found.
        float[] x = [.. Enumerable.Range(0, 6).SelectMany(r => Enumerable.Range(0, 10).Select(c => c == 7 ? (float)r : 1f))];
        for (ulong seed = 1; seed <= 30; seed++)
        {
            var tree = Grow(x, 10, [false, false, false, true, true, true], [1, 1, 1, 1, 1, 1], new(MaxFeatures: 1), seed);
            Assert.Equal((3, 7, 2.5f), (tree.Nodes.Length, tree.Column(0), tree.Nodes[0].Value));
        }
    }

    [Fact]
    public void A_leaf_holds_the_weighted_share_and_equal_rows_are_not_parted()
    {
        var tree = Grow([1f, 1f, 1f], 1, [true, false, false], [3, 0.5, 0.5], All);
        Assert.Equal(0.75f, Assert.Single(tree.Nodes.ToArray()).Value);
    }

    [Fact]
    public void Rows_go_down_together_as_alone()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var (x, labels, weights) = Random(seed, rows: 200, width: 4, values: 50);
            var tree = Grow(x, 4, labels, weights, new(), seed);
            var (queries, _, _) = Random(seed + 100, rows: 37, width: 4, values: 70);
            var together = new float[37];
            tree.Probabilities(queries, 4, 37, together, new int[74]);
            Assert.Equal(Enumerable.Range(0, 37).Select(r => tree.Probability(queries.AsSpan(4 * r, 4))), together);
        }
    }

    /// <summary>Follows the tree and tries, at every node, every cut of every column by the definition of the impurity.</summary>
    /// <returns>The nodes below, and the node.</returns>
    private static int Check(DecisionTree tree, int node, int[] rows, float[] x, int width, bool[] labels, double[] weights, ForestOptions options, int depth)
    {
        double whole = Impurity(rows, labels, weights);
        var cuts = new List<(double Left, int Column, float From, float To)>();
        for (int c = 0; c < width; c++)
        {
            float[] values = [.. rows.Select(r => x[r * width + c]).Distinct().Order()];
            for (int v = 1; v < values.Length; v++)
            {
                int[] left = [.. rows.Where(r => x[r * width + c] < values[v])], right = [.. rows.Except(left)];
                if (Math.Min(left.Length, right.Length) < options.MinSamplesLeaf) continue;
                cuts.Add((Impurity(left, labels, weights) + Impurity(right, labels, weights), c, values[v - 1], values[v]));
            }
        }
        if (tree.IsLeaf(node))
        {
            double all = rows.Sum(r => weights[r]);
            Assert.Equal(rows.Sum(r => labels[r] ? weights[r] : 0) / all, tree.Nodes[node].Value, 1e-6);
            Assert.True(whole < 1e-12 || cuts.Count == 0 || depth == options.MaxDepth || rows.Length < options.MinSamplesSplit || rows.Length < 2 * options.MinSamplesLeaf);
            return 1;
        }
        Assert.True(options.MaxDepth == 0 || depth < options.MaxDepth);
        var (column, threshold) = (tree.Column(node), tree.Nodes[node].Value);
        var chosen = Assert.Single(cuts, c => c.Column == column && c.From <= threshold && threshold < c.To);
        Assert.Equal(((double)chosen.From + chosen.To) / 2, threshold, 1e-6);
        Assert.True(chosen.Left <= cuts.Min(c => c.Left) + 1e-9);
        int[] below = [.. rows.Where(r => x[r * width + column] <= threshold)], above = [.. rows.Except(below)];
        // Of columns that part the rows alike, to the bit, the first stands.
        int[] Below((double Left, int Column, float From, float To) cut) => [.. rows.Where(r => x[r * width + cut.Column] <= cut.From)];
        Assert.Equal(column, cuts.First(c => Below(c).SequenceEqual(below) || Below(c).SequenceEqual(above)).Column);
        return 1 + Check(tree, tree.Child(node), below, x, width, labels, weights, options, depth + 1)
            + Check(tree, tree.Child(node) + 1, above, x, width, labels, weights, options, depth + 1);
    }

    /// <summary>w (1 - p² - q²).</summary>
    private static double Impurity(int[] rows, bool[] labels, double[] weights)
    {
        double w = rows.Sum(r => weights[r]), p = rows.Sum(r => labels[r] ? weights[r] : 0) / w, q = 1 - p;
        return w * (1 - p * p - q * q);
    }

    private static DecisionTree Grow(float[] x, int width, bool[] labels, double[] weights, ForestOptions options, ulong seed = 1) =>
        new TreeGrower(new TreeColumns(x, width, 1, default), options).Grow([.. Enumerable.Range(0, labels.Length)], weights, labels, new Rng(seed));

    private static (float[] X, bool[] Labels, double[] Weights) Random(ulong seed, int rows, int width, int values)
    {
        var rng = new Rng(seed).Split("tree test");
        float[] x = [.. Enumerable.Range(0, rows * width).Select(_ => rng.NextInt(values) / 8f - 3)];
        bool[] labels = [.. Enumerable.Range(0, rows).Select(_ => rng.NextInt(2) == 0)];
        return (x, labels, [.. labels.Select(_ => rng.NextInt(5) == 0 ? 0 : 1 + rng.NextInt(3) / 2.0)]);
    }
}
