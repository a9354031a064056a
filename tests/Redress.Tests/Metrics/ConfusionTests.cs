using System.Text.Json;
using Redress.Metrics;

namespace Redress.Tests.Metrics;

public class ConfusionTests
{
    [Fact]
    public void F1_agrees_with_scikit_learn()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText("golden/statistics.json"));
        var item = golden.RootElement.GetProperty("classification");
        var scores = item.GetProperty("p").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        var labels = item.GetProperty("y").EnumerateArray().Select(v => v.GetDouble() > 0).ToArray();
        Assert.Equal(item.GetProperty("f1_at_0.5").GetDouble(), Confusion.At(scores, labels, 0.5).F1, 1e-15);
        Assert.Equal(item.GetProperty("roc_auc").GetDouble(), RocCurve.Area(scores, labels), 1e-15);
    }

    [Fact]
    public void Counts_by_hand_with_the_threshold_itself_positive()
    {
        var counts = Confusion.At([0.9, 0.5, 0.5, 0.2, 0.1], [true, true, false, true, false], 0.5);
        Assert.Equal(new ConfusionCounts(TruePositives: 2, FalsePositives: 1, TrueNegatives: 1, FalseNegatives: 1), counts);
        Assert.Equal((5, 0.6, 2.0 / 3, 2.0 / 3, 2.0 / 3), (counts.Rows, counts.Accuracy, counts.Precision, counts.Recall, counts.F1));
    }

    [Fact]
    public void Empty_ratios_are_zero()
    {
        var none = Confusion.At([0.1], [false], 0.5);
        Assert.Equal((1.0, 0.0, 0.0, 0.0), (none.Accuracy, none.Precision, none.Recall, none.F1));
        Assert.Equal(0, Confusion.At([], [], 0.5).Accuracy);
        Assert.Equal(1, Confusion.At([0.1], [false], double.NegativeInfinity).FalsePositives);
    }

    [Fact]
    public void Bad_input_is_refused_with_the_numbers()
    {
        Assert.Equal(
            "There are 2 scores and 1 labels; each row needs one of both. (Parameter 'labels')",
            Assert.Throws<ArgumentException>(() => Confusion.At([0.1, 0.2], [true], 0.5)).Message);
        Assert.Equal(
            "The score of row 1 is NaN; it must be a number. (Parameter 'scores')",
            Assert.Throws<ArgumentException>(() => Confusion.At([0.1, double.NaN], [true, true], 0.5)).Message);
        Assert.Equal(
            "threshold is NaN; it must be a number. (Parameter 'threshold')",
            Assert.Throws<ArgumentException>(() => Confusion.At([0.1], [true], double.NaN)).Message);
    }
}
