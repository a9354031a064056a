using Redress.Metrics;

namespace Redress.Tests.Metrics;

public class RocCurveTests
{
    [Fact]
    public void Area_agrees_with_counting_every_pair()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var n = random.Next(2, 40);
            var scores = Enumerable.Range(0, n).Select(_ => random.Next(8) / 7.0).ToArray();
            var labels = Enumerable.Range(0, n).Select(i => i == 0 || (i > 1 && random.Next(2) == 0)).ToArray();
            var (wins, pairs) = (0.0, 0);
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    if (!labels[i] || labels[j]) continue;
                    pairs++;
                    wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }

            Assert.Equal(wins / pairs, RocCurve.Area(scores, labels), 1e-15);
        }
    }

    [Fact]
    public void Perfect_reversed_and_constant_scores()
    {
        Assert.Equal(1, RocCurve.Area([0.1, 0.2, 0.8], [false, false, true]));
        Assert.Equal(0, RocCurve.Area([0.1, 0.2, 0.8], [true, true, false]));
        Assert.Equal(0.5, RocCurve.Area([0.3, 0.3, 0.3], [true, false, false]));
        Assert.Equal(1, RocCurve.Area([double.NegativeInfinity, double.PositiveInfinity], [false, true]));
    }

    [Fact]
    public void One_class_has_no_area()
    {
        Assert.True(double.IsNaN(RocCurve.Area([0.1, 0.2], [true, true])));
        Assert.True(double.IsNaN(RocCurve.Area([0.1, 0.2], [false, false])));
        Assert.True(double.IsNaN(RocCurve.Area([], [])));
    }
}
