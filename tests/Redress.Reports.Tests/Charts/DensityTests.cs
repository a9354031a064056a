using Redress.Reports.Charts;

namespace Redress.Reports.Tests.Charts;

public sealed class DensityTests
{
    /// <summary>10,000 quantiles of a standard normal distribution: the density at 0 is 0.399, a little less for the kernel's width.</summary>
    [Fact]
    public void The_density_of_a_normal_distribution_is_near_its_own()
    {
        double[] sorted = [.. Enumerable.Range(0, 10_000).Select(i => Normal((i + 0.5) / 10_000))];
        var density = Density.Of(sorted);
        Assert.InRange(density.MinBy(p => Math.Abs(p.X)).Density, 0.385, 0.4);
        Assert.InRange(density.MinBy(p => Math.Abs(p.X - 1)).Density, 0.235, 0.25);
        double step = density[1].X - density[0].X;
        Assert.InRange(density.Sum(p => p.Density) * step, 0.98, 1.01);
    }

    /// <summary>The sum of the kernels as it is defined, without bins.</summary>
    [Fact]
    public void Bins_change_little()
    {
        double[] sorted = [.. Enumerable.Range(0, 300).Select(i => Math.Pow(i / 299.0, 2) * 4)];
        double mean = sorted.Average(), deviation = Math.Sqrt(sorted.Sum(v => (v - mean) * (v - mean)) / 299);
        double width = 0.9 * Math.Min(deviation, (Density.Quantile(sorted, 0.75) - Density.Quantile(sorted, 0.25)) / 1.34) * Math.Pow(300, -0.2);
        foreach (var (x, density) in Density.Of(sorted))
            Assert.Equal(sorted.Sum(v => Math.Exp(-(x - v) * (x - v) / (2 * width * width))) / (300 * width * Math.Sqrt(2 * Math.PI)), density, 3e-3);
    }

    [Fact]
    public void It_goes_no_further_than_the_numbers()
    {
        var density = Density.Of([1, 2, 3, 4, 9]);
        Assert.Equal((1, 9, 81), (density[0].X, density[^1].X, density.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Few_numbers_have_no_shape(int count) => Assert.Empty(Density.Of([.. Enumerable.Range(0, count).Select(i => (double)i)]));

    [Fact]
    public void Nor_have_equal_ones() => Assert.Empty(Density.Of([2, 2, 2, 2, 2, 2]));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.25, 1.75)]
    [InlineData(1, 4)]
    public void Quantiles_lie_between_numbers(double share, double quantile) => Assert.Equal(quantile, Density.Quantile([1, 2, 3, 4], share), 12);

    /// <summary>The quantile of the standard normal distribution, by bisection of its series.</summary>
    private static double Normal(double p)
    {
        double low = -8, high = 8;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (Cumulative(middle) < p) low = middle;
            else high = middle;
        }
        return low;
    }

    private static double Cumulative(double x)
    {
        double sum = x, term = x;
        for (int i = 1; i < 200 && Math.Abs(term) > 1e-17; i++) sum += term *= x * x / (2 * i + 1);
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }
}
