using System.Text.Json;
using Redress.Guarantees;

namespace Redress.Tests.Guarantees;

public class BinomialTailTests
{
    [Fact]
    public void Allowed_failures_agree_with_SciPy()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText("golden/statistics.json"));
        foreach (var item in golden.RootElement.GetProperty("pare_k").EnumerateArray())
        {
            Assert.Equal(
                item.GetProperty("k").GetInt32(),
                BinomialTail.LargestAllowedFailures(
                    item.GetProperty("n").GetInt32(), item.GetProperty("epsilon").GetDouble(), item.GetProperty("alpha").GetDouble()));
        }
    }

    // Reference: exact rational sums in Python (fractions.Fraction over the double p), then decimal logarithms to 50 digits.
    [Theory]
    [InlineData(0, 59, 0.05, -3.0263043688654818)]
    [InlineData(3, 50, 0.3, -10.343616693919849)]
    [InlineData(25, 50, 0.5, -0.58673955791674026)]
    [InlineData(2, 1000, 0.05, -44.022781042342338)]
    [InlineData(400, 2000, 0.2, -0.66674546025760073)]
    [InlineData(10, 2000, 0.25, -525.45303243562432)]
    [InlineData(0, 2000, 0.5, -1386.2943611198907)]
    [InlineData(100, 5000, 0.5, -2978.7319817320426)]
    [InlineData(5, 10, 1e-9, 0)]
    public void Far_tail_keeps_its_digits(int k, int n, double p, double logarithm)
    {
        Assert.Equal(logarithm, BinomialTail.LogCumulative(k, n, p), 1e-10);
        if (logarithm > -700) Assert.Equal(1, BinomialTail.Cumulative(k, n, p) / Math.Exp(logarithm), 1e-10);
    }

    [Fact]
    public void Tail_agrees_with_plain_summation_over_a_grid()
    {
        foreach (var n in new[] { 1, 2, 7, 30, 200 })
        {
            foreach (var p in new[] { 0.01, 0.05, 0.3, 0.5, 0.9 })
            {
                var term = Math.Pow(1 - p, n);
                var sum = term;
                for (var k = 0; k < n; k++)
                {
                    Assert.Equal(1, BinomialTail.Cumulative(k, n, p) / sum, 1e-10);
                    term *= (n - k) * p / ((k + 1) * (1 - p));
                    sum += term;
                }
            }
        }
    }

    [Fact]
    public void Ends_of_the_range_are_exact()
    {
        Assert.Equal(0, BinomialTail.Cumulative(-1, 10, 0.3));
        Assert.Equal(1, BinomialTail.Cumulative(10, 10, 0.3));
        Assert.Equal(1, BinomialTail.Cumulative(0, 0, 0.3));
        Assert.Equal(1, BinomialTail.Cumulative(3, 10, 0));
        Assert.Equal(0, BinomialTail.Cumulative(3, 10, 1));
        Assert.Equal(double.NegativeInfinity, BinomialTail.LogCumulative(-1, 10, 0.3));
        Assert.Equal(double.NegativeInfinity, BinomialTail.LogCumulative(3, 10, 1));
        Assert.Equal(0, BinomialTail.LogCumulative(10, 10, 0.3));
    }

    [Fact]
    public void Allowed_failures_are_the_largest_that_hold()
    {
        foreach (var n in new[] { 0, 1, 20, 59, 137, 1000 })
        {
            foreach (var (epsilon, alpha) in new[] { (0.05, 0.05), (0.5, 0.01), (0.01, 0.9), (0.99, 0.5) })
            {
                var k = BinomialTail.LargestAllowedFailures(n, epsilon, alpha);
                Assert.True(k == -1 || BinomialTail.Cumulative(k, n, epsilon) <= alpha);
                Assert.True(BinomialTail.Cumulative(k + 1, n, epsilon) > alpha);
            }
        }
    }

    [Theory]
    [InlineData(0.05, 0.05, 59)]
    [InlineData(0.1, 0.05, 29)]
    [InlineData(0.5, 0.5, 1)]
    [InlineData(0.5, 0.25, 2)]
    [InlineData(0.01, 0.01, 459)]
    [InlineData(0.99, 0.9, 1)]
    [InlineData(1e-6, 0.05, 2995731)]
    public void Rows_needed_is_the_first_size_with_a_certificate(double epsilon, double alpha, int rows)
    {
        Assert.Equal(rows, BinomialTail.RowsNeeded(epsilon, alpha));
        Assert.True(BinomialTail.LargestAllowedFailures(rows, epsilon, alpha) >= 0);
        Assert.Equal(-1, BinomialTail.LargestAllowedFailures(rows - 1, epsilon, alpha));
    }

    [Fact]
    public void Ranges_are_refused_with_value_and_limit()
    {
        static string Refuse(Action act) => Assert.Throws<ArgumentOutOfRangeException>(act).Message.Split(" (Parameter")[0];
        Assert.Equal("n is -1; must be at least 0.", Refuse(() => BinomialTail.Cumulative(0, -1, 0.5)));
        Assert.Equal("p is 1.5; must be in [0, 1].", Refuse(() => BinomialTail.LogCumulative(0, 1, 1.5)));
        Assert.Equal("p is NaN; must be in [0, 1].", Refuse(() => BinomialTail.Cumulative(0, 1, double.NaN)));
        Assert.Equal("epsilon is 0; must be more than 0 and less than 1.", Refuse(() => BinomialTail.LargestAllowedFailures(5, 0, 0.5)));
        Assert.Equal("alpha is NaN; must be more than 0 and less than 1.", Refuse(() => BinomialTail.RowsNeeded(0.5, double.NaN)));
        Assert.StartsWith("epsilon is 1E-12; at alpha 0.05 it needs 29957", Refuse(() => BinomialTail.RowsNeeded(1e-12, 0.05)), StringComparison.Ordinal);
    }
}
