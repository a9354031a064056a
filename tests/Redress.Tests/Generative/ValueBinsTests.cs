using Redress.Data;
using Redress.Generative;
using Redress.Tensors;

namespace Redress.Tests.Generative;

public sealed class ValueBinsTests
{
    private static readonly Feature Number = Feature.Numeric("x", Change.Any);

    [Fact]
    public void Few_values_have_a_bin_each_and_are_its_mean()
    {
        var bins = ValueBins.Of(Number, [3, 1, 1, 7, 3], 50, Binning.Quantile);
        Assert.Equal([1, 3, 7], bins.Means);
        Assert.Equal([1, 3, 2], bins.Widths);
        Assert.Equal([0, 1, 2, 0, 2], new[] { 0.5, 3, 7, -9, 99 }.Select(bins.BinOf));
    }

    [Fact]
    public void A_named_value_is_a_bin_of_its_own_whatever_rows_hold()
    {
        var bins = ValueBins.Of(Feature.Categorical("c", ["a", "b", "c"], Change.Any), [1, 1], 50, Binning.Quantile);
        Assert.Equal([0, 1, 2], bins.Means);
        var labels = new float[3];
        bins.SoftLabels(2, 1, labels);
        Assert.Equal([0, 0, 1], labels);
    }

    [Fact]
    public void Quantile_bins_hold_about_equally_many_and_a_frequent_value_stands_alone()
    {
        var rng = new Rng(1);
        double[] values = [.. Enumerable.Repeat(0.0, 900), .. Enumerable.Range(0, 300).Select(_ => 10 + rng.NextGaussian())];
        var bins = ValueBins.Of(Number, values, 11, Binning.Quantile);
        Assert.Equal(11, bins.Count);
        Assert.Equal(0, bins.Means[0]);
        int[] held = [.. Enumerable.Range(0, 11).Select(k => values.Count(v => bins.BinOf(v) == k))];
        Assert.Equal(900, held[0]);
        Assert.All(held[1..], h => Assert.InRange(h, 20, 40));
        Assert.All(bins.Means, m => Assert.Contains(m, values));
    }

    [Fact]
    public void Equal_widths_are_the_papers_bins_and_their_labels_equation_8()
    {
        double[] values = [.. Enumerable.Range(0, 101).Select(i => i / 100.0)];
        var bins = ValueBins.Of(Number, values, 10, Binning.EqualWidth);
        Assert.Equal(0.05, bins.Means[0], 12);
        Assert.All(bins.Widths, w => Assert.Equal(0.1, w, 12));
        var labels = new float[10];
        foreach (double x in new[] { 0.0, 0.33, 0.61, 1.0 })
        {
            bins.SoftLabels(x, 1, labels);
            double[] kernels = [.. bins.Means.Select(m => Math.Exp(-0.5 * Math.Pow((x - m) / 0.1, 2)))];
            for (int k = 0; k < 10; k++) Assert.Equal(kernels[k] / kernels.Sum(), labels[k], 5);
        }
    }

    [Fact]
    public void A_frequent_value_keeps_its_label_beside_a_wide_neighbour()
    {
        double[] values = [.. Enumerable.Repeat(0.0, 500), .. Enumerable.Range(1, 500).Select(i => i / 5.0)];
        var bins = ValueBins.Of(Number, values, 5, Binning.Quantile);
        var labels = new float[bins.Count];
        bins.SoftLabels(0, 1, labels);
        Assert.True(labels[0] > 0.99, $"{labels[0]}");
        bins.SoftLabels(bins.Means[2], 1, labels);
        Assert.Equal(1, labels.Sum(), 5);
        Assert.Equal(2, Array.IndexOf(labels, labels.Max()));
        Assert.True(labels[1] > 0.05 && labels[3] > 0.05);
    }

    [Fact]
    public void Labels_sum_to_1_and_lie_on_the_own_bin_far_from_every_mean()
    {
        var bins = ValueBins.Of(Number, [0, 1e-6, 1000, 2000], 4, Binning.Quantile);
        var labels = new float[4];
        foreach (double x in new[] { -1e9, 0, 300, 1e9 })
        {
            bins.SoftLabels(x, 1, labels);
            Assert.Equal(1, labels.Sum(), 5);
            Assert.Equal(bins.BinOf(x), Array.IndexOf(labels, labels.Max()));
        }
    }
}
