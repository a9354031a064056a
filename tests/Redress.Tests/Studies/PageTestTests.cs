using Redress.Studies;

namespace Redress.Tests.Studies;

public sealed class PageTestTests
{
    [Fact]
    public void One_block_in_order_has_one_chance_in_all_orders()
    {
        var test = PageTest.Of([[1, 2, 3, 4, 5]]);
        Assert.Equal((1, 5, 1), (test.Blocks, test.Levels, test.Correlation));
        Assert.Equal(1 / 120.0, test.Rising, 1e-15);
        Assert.Equal(1, test.Falling, 1e-12);
        Assert.Equal(1 / 120.0, PageTest.Of([[5, 4, 3, 2, 1]]).Falling, 1e-15);
    }

    /// <summary>Page's table for k = 3, n = 2: L ≥ 28 has probability 1/36, L ≥ 27 5/36.</summary>
    [Fact]
    public void Two_blocks_of_three_agree_with_counting_by_hand()
    {
        Assert.Equal(1 / 36.0, PageTest.Of([[1, 2, 3], [4, 5, 6]]).Rising, 1e-15);
        // L of one block: 14 once, 13 twice, 11 twice, 10 once; 27 or more: (14,14), (14,13) and (13,14), 1 + 2 + 2 of 36.
        Assert.Equal(5 / 36.0, PageTest.Of([[1, 2, 3], [4, 6, 5]]).Rising, 1e-15);
        Assert.Equal(0.75, PageTest.Of([[1, 2, 3], [4, 6, 5]]).Correlation, 1e-12);
    }

    [Fact]
    public void Ties_share_their_rank_and_agree_with_all_orders()
    {
        double[][] blocks = [[0, 0, 1, 2], [3, 1, 3, 3]];
        double observed = blocks.Sum(L);
        var orders = Orders([0, 1, 2, 3]).ToList();
        int all = 0, rising = 0, falling = 0;
        foreach (int[] a in orders)
            foreach (int[] b in orders)
            {
                double sum = L([.. a.Select(i => blocks[0][i])]) + L([.. b.Select(i => blocks[1][i])]);
                all++;
                if (sum >= observed - 1e-9) rising++;
                if (sum <= observed + 1e-9) falling++;
            }
        var test = PageTest.Of(blocks);
        Assert.Equal((double)rising / all, test.Rising, 1e-12);
        Assert.Equal((double)falling / all, test.Falling, 1e-12);
    }

    [Fact]
    public void Numbers_that_never_change_show_no_trend()
    {
        var test = PageTest.Of([[2, 2, 2], [0, 0, 0]]);
        Assert.True(double.IsNaN(test.Correlation));
        Assert.Equal((1, 1), (test.Rising, test.Falling));
    }

    [Fact]
    public void Many_blocks_of_weak_trend_are_told()
    {
        var test = PageTest.Of([.. Enumerable.Range(0, 10).Select(_ => new double[] { 1, 3, 2, 4, 6, 5, 7 })]);
        Assert.InRange(test.Rising, 0, 1e-12);
        Assert.Equal(1, test.Falling, 1e-9);
    }

    [Fact]
    public void What_cannot_be_tested_is_refused()
    {
        static string Refuse(params double[][] blocks) => Sample.Message<ArgumentException>(() => PageTest.Of(blocks)).Split(" (Parameter")[0];
        Assert.Equal("A trend needs at least one block.", Refuse());
        Assert.Equal("There are 1 levels; must be 2 to 12.", Refuse([1.0]));
        Assert.Equal("Blocks must have the same levels.", Refuse([1, 2], [1, 2, 3]));
        Assert.Equal("Every measure must be finite.", Refuse([1, double.NaN]));
    }

    private static double L(double[] block) => block.Select((v, j) => (j + 1) * (block.Count(o => o < v) + (block.Count(o => o == v) + 1) / 2.0)).Sum();

    private static IEnumerable<int[]> Orders(int[] items) => items.Length == 0 ? [[]] : items.SelectMany(i => Orders([.. items.Where(o => o != i)]).Select(rest => new[] { i }.Concat(rest).ToArray()));
}
