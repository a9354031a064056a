using Redress.Metrics;

namespace Redress.Tests.Metrics;

public class ThresholdSearchTests
{
    [Fact]
    public void Best_threshold_agrees_with_trying_every_cut()
    {
        var random = new Random(17);
        for (var round = 0; round < 300; round++)
        {
            var n = random.Next(1, 25);
            var scores = Enumerable.Range(0, n).Select(_ => random.Next(round % 2 == 0 ? 6 : 1000) / 10.0).ToArray();
            var labels = Enumerable.Range(0, n).Select(_ => random.Next(3) == 0).ToArray();
            var distinct = scores.Distinct().Order().ToArray();
            double[] cuts = [distinct[0] - 1, .. distinct.Zip(distinct.Skip(1), (a, b) => (a + b) / 2)];
            var best = cuts.Reverse().MaxBy(cut => Confusion.At(scores, labels, cut).F1);
            var threshold = ThresholdSearch.MaxF1(scores, labels, out var f1);
            Assert.Equal(Confusion.At(scores, labels, best).F1, f1, 1e-15);
            Assert.Equal(f1, Confusion.At(scores, labels, threshold).F1, 1e-15);
            Assert.Equal(best, threshold, 1e-12);
        }
    }

    [Fact]
    public void A_clean_split_is_cut_half_way()
    {
        Assert.Equal(0.5, ThresholdSearch.MaxF1([0.75, 0.1, 0.25, 0.9], [true, false, false, true], out var f1));
        Assert.Equal(1, f1);
    }

    [Fact]
    public void Ties_go_to_the_higher_threshold()
    {
        // Above 0.8: 2·1/(1+2) = 2/3; above 0.2: 2·2/(4+2) = 2/3.
        Assert.Equal(0.8, ThresholdSearch.MaxF1([0.9, 0.7, 0.5, 0.3, 0.1], [true, false, false, true, false], out var f1), 1e-15);
        Assert.Equal(2.0 / 3, f1, 1e-15);
    }

    [Fact]
    public void All_positive_rows_are_cut_below_the_lowest()
    {
        Assert.Equal(-0.5, ThresholdSearch.MaxF1([0.5, 0.75], [true, true], out var f1));
        Assert.Equal(1, f1);
    }

    [Fact]
    public void Neighbouring_doubles_are_still_told_apart()
    {
        var low = 0.3;
        var high = Math.BitIncrement(low);
        Assert.Equal(high, ThresholdSearch.MaxF1([low, high], [false, true], out var f1));
        Assert.Equal(1, f1);
        Assert.True(double.IsFinite(ThresholdSearch.MaxF1([1e308, 1.7e308], [false, true], out _)));
    }

    [Fact]
    public void Without_positives_nothing_can_be_found_but_it_says_so()
    {
        Assert.Equal(0.5, ThresholdSearch.MaxF1([0.25, 0.75], [false, false], out var f1));
        Assert.Equal(0, f1);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Equal("There are 0 scores; a threshold needs at least 1. (Parameter 'scores')", Assert.Throws<ArgumentException>(() => ThresholdSearch.MaxF1([], [], out _)).Message);
        Assert.Equal("A score is infinite; each must be finite. (Parameter 'scores')", Assert.Throws<ArgumentException>(() => ThresholdSearch.MaxF1([1 / 0.0], [true], out _)).Message);
        Assert.Throws<ArgumentException>(() => ThresholdSearch.MaxF1([1], [], out _));
    }
}
