using System.Text.Json;
using Redress.Guarantees;
using Redress.Metrics;

namespace Redress.Tests.Metrics;

public class ClopperPearsonTests
{
    [Fact]
    public void Intervals_agree_with_SciPy()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText("golden/statistics.json"));
        foreach (var item in golden.RootElement.GetProperty("clopper_pearson").EnumerateArray())
        {
            var (lower, upper) = ClopperPearson.Interval(
                item.GetProperty("successes").GetInt32(), item.GetProperty("trials").GetInt32(), item.GetProperty("confidence").GetDouble());
            Assert.Equal(item.GetProperty("lower").GetDouble(), lower, 1e-12);
            Assert.Equal(item.GetProperty("upper").GetDouble(), upper, 1e-12);
        }
    }

    [Fact]
    public void One_sided_bound_of_a_clean_sample_is_the_root_of_alpha()
    {
        // s = n: P[all succeed] = rateⁿ, so the bound is (1 − confidence)^(1/n).
        Assert.Equal(Math.Pow(0.05, 1.0 / 59), ClopperPearson.LowerBound(59, 59, 0.95), 1e-13);
        Assert.Equal(0, ClopperPearson.LowerBound(0, 59, 0.95));
    }

    [Fact]
    public void One_sided_bound_is_the_lower_end_of_the_wider_interval()
    {
        Assert.Equal(ClopperPearson.Interval(7, 9, 0.9).Lower, ClopperPearson.LowerBound(7, 9, 0.95), 1e-12);
    }

    [Theory]
    [InlineData(480, 500, 0.99)]
    [InlineData(1, 7, 0.8)]
    [InlineData(150, 2000, 0.95)]
    public void At_its_ends_the_tails_have_half_of_alpha(int successes, int trials, double confidence)
    {
        var (lower, upper) = ClopperPearson.Interval(successes, trials, confidence);
        Assert.Equal((1 - confidence) / 2, 1 - BinomialTail.Cumulative(successes - 1, trials, lower), 1e-11);
        Assert.Equal((1 - confidence) / 2, BinomialTail.Cumulative(successes, trials, upper), 1e-11);
    }

    [Fact]
    public void Coverage_is_at_least_what_it_says()
    {
        const int n = 25;
        for (var rate = 0.02; rate < 1; rate += 0.02)
        {
            var covered = 0.0;
            for (var s = 0; s <= n; s++)
            {
                var (lower, upper) = ClopperPearson.Interval(s, n, 0.9);
                if (lower <= rate && rate <= upper) covered += BinomialTail.Cumulative(s, n, rate) - BinomialTail.Cumulative(s - 1, n, rate);
            }

            Assert.True(covered >= 0.9);
        }
    }

    [Fact]
    public void Ranges_are_refused_with_value_and_limit()
    {
        static string Refuse(int successes, int trials, double confidence) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.Interval(successes, trials, confidence)).Message.Split(" (Parameter")[0];
        Assert.Equal("trials is 0; must be at least 1.", Refuse(0, 0, 0.9));
        Assert.Equal("successes is 6; must be in [0, 5], the number of trials.", Refuse(6, 5, 0.9));
        Assert.Equal("successes is -1; must be in [0, 5], the number of trials.", Refuse(-1, 5, 0.9));
        Assert.Equal("confidence is 1; must be more than 0 and less than 1.", Refuse(1, 5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.LowerBound(1, 5, double.NaN));
    }
}
