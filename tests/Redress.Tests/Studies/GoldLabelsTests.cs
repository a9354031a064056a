using Redress.Data;
using Redress.Data.Catalog;
using Redress.Models;
using Redress.Studies.Garg2025;
using Redress.Training;

namespace Redress.Tests.Studies;

/// <summary>The gold labelling of Garg et al. (2025), section 5.1 and appendix C.2.1.</summary>
public sealed class GoldLabelsTests
{
    [Fact]
    public void Outcomes_are_drawn_from_the_forest_of_all_rows()
    {
        var (train, test) = (ForestTrainerRows(200, 1), ForestTrainerRows(60, 2));
        var options = GoldLabels.Options with { Trees = 5 };
        GoldLabels Gold(Table rows, int threads) => GoldLabels.Of(new(rows, test), 3, new(threads), options: options);
        var gold = Gold(train, 1);
        Assert.Equal(260, gold.Forest.Training.Keys.Train.Length);
        Assert.Equal((train.Rows, test.Rows, 0.5), (gold.Train.Rows, gold.Test.Rows, gold.Forest.Threshold));
        Assert.Equal(train.Values.ToArray(), gold.Train.Values.ToArray());
        Assert.Equal(train.Ids, gold.Train.Ids);
        Assert.Equal(gold.Train.Labels, Gold(train, 4).Train.Labels);
        Assert.Equal(GoldFigures.Of(Scores.Favourable(gold.Forest, test), [.. test.Labels!]), gold.Figures);
        // A row of probability 0 or 1 has one outcome only; over the others the share drawn is the mean probability, up to four standard deviations.
        double[] p = Scores.Favourable(gold.Forest, train);
        for (int row = 0; row < train.Rows; row++)
            if (p[row] is 0 or 1) Assert.Equal(p[row] == 1, gold.Train.Labels![row]);
        double deviation = Math.Sqrt(p.Sum(v => v * (1 - v)));
        Assert.InRange(gold.Train.Labels!.Count(l => l), p.Sum() - 4 * deviation, p.Sum() + 4 * deviation);
        Assert.NotEqual(train.Labels, gold.Train.Labels);
    }

    [Fact]
    public void Figures_are_means_over_both_outcomes()
    {
        // Predicted: yes, yes, no, no, no.
        var figures = GoldFigures.Of([0.9, 0.5, 0.4, 0.1, 0.2], [true, false, true, false, false]);
        Assert.Equal(0.6, figures.Accuracy, 1e-12);
        Assert.Equal((1 / 2.0 + 2 / 3.0) / 2, figures.Precision, 1e-12);
        Assert.Equal((1 / 2.0 + 2 / 3.0) / 2, figures.Recall, 1e-12);
        Assert.Equal((1 / 2.0 + 2 / 3.0) / 2, figures.F1, 1e-12);
        Assert.Equal(5 / 6.0, figures.Auc, 1e-12);
        Assert.Equal((0.01 + 0.25 + 0.36 + 0.01 + 0.04) / 5, figures.Brier, 1e-12);
    }

    [Fact]
    public void A_set_without_test_rows_is_refused() =>
        Assert.Equal("The data set has no test rows; gold labels are drawn for a published split.", Sample.Message<DataException>(() => GoldLabels.Of(new(ForestTrainerRows(20, 1)), 1)));

    /// <summary>Table 6 of the paper on COMPAS: 85.74 %, 0.9886, 0.78, 0.91, 0.81 and 0.10. The printed decimals are met, and the accuracy within two points.</summary>
    [Fact]
    public void Compas_has_the_figures_of_table_6()
    {
        var set = DataSetCatalog.Get("compas-carla");
        var gold = GoldLabels.Of(set.Load(RealData.Need(set.Files)), 1);
        Assert.Equal(0.8574, gold.Figures.Accuracy, 0.02);
        Assert.Equal(0.9886, gold.Figures.Auc, 0.003);
        Assert.Equal((0.78, 0.91, 0.81, 0.10), (Math.Round(gold.Figures.Precision, 2), Math.Round(gold.Figures.Recall, 2), Math.Round(gold.Figures.F1, 2), Math.Round(gold.Figures.Brier, 2)));
    }

    private static Table ForestTrainerRows(int count, ulong seed)
    {
        var rows = Training.ForestTrainerTests.Rows(count, seed).Train;
        return new(rows.Schema, rows.Values.ToArray(), [.. Enumerable.Range(0, count).Select(r => $"{seed}-{r}")], rows.Labels);
    }
}
