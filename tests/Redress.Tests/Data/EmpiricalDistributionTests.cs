using Redress.Data;
using Redress.Tensors;

namespace Redress.Tests.Data;

public sealed class EmpiricalDistributionTests
{
    [Fact]
    public void Percentiles_are_shares_at_or_below_and_linear_between()
    {
        var d = EmpiricalDistribution.Of([4, 1, 2, 2]);
        Assert.Equal([1, 2, 4], d.Values);
        Assert.Equal([0.25, 0.75, 1], d.Cumulative);
        Assert.Equal((1, 4), (d.Minimum, d.Maximum));
        foreach (var (value, percentile) in new[] { (0.99, 0.0), (1, 25), (1.5, 50), (2, 75), (3, 87.5), (4, 100), (9, 100) })
            Assert.Equal(percentile, d.PercentileOf(value), 1e-12);
        foreach (var (percentile, value) in new[] { (-5.0, 1.0), (0, 1), (25, 1), (50, 1.5), (75, 2), (87.5, 3), (100, 4), (120, 4) })
            Assert.Equal(value, d.ValueAt(percentile), 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    [InlineData(5000)]
    public void Value_and_percentile_are_inverse_and_never_fall(int rows)
    {
        var rng = new Rng(4);
        var d = EmpiricalDistribution.Of([.. Enumerable.Range(0, rows).Select(_ => Math.Round(rng.NextGaussian(), 3))]);
        Assert.True(d.Values.Count <= 1001);
        Assert.Equal(1, d.Cumulative[^1]);
        double lastValue = double.NegativeInfinity, lastPercentile = double.NegativeInfinity;
        for (int i = 0; i <= 400; i++)
        {
            double value = d.Minimum + (d.Maximum - d.Minimum) * i / 400, percentile = d.PercentileOf(value);
            Assert.True(percentile >= lastPercentile);
            Assert.Equal(value, d.ValueAt(percentile), 1e-9);
            lastPercentile = percentile;
            double at = d.ValueAt(i / 4.0);
            Assert.True(at >= lastValue);
            if (i / 4.0 >= 100 * d.Cumulative[0]) Assert.Equal(i / 4.0, d.PercentileOf(at), 1e-9);
            lastValue = at;
        }
    }

    [Fact]
    public void Many_values_are_kept_as_points_of_the_true_distribution()
    {
        var d = EmpiricalDistribution.Of([.. Enumerable.Range(0, 50_000).Select(i => (double)i)]);
        Assert.Equal((1001, 0, 49_999), (d.Values.Count, d.Minimum, d.Maximum));
        for (int v = 0; v < 50_000; v += 777) Assert.Equal((v + 1) / 500.0, d.PercentileOf(v), 1e-9);
    }
}
