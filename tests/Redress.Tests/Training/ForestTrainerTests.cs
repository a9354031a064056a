using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Tests.Training;

public sealed class ForestTrainerTests
{
    private static readonly Schema TwoColumns = new([Feature.Numeric("a", Change.Any), Feature.Categorical("colour", ["red", "green", "blue"], Change.Any), Feature.Numeric("b")], "y", "yes");

    [Theory]
    [InlineData(Calibration.None)]
    [InlineData(Calibration.Isotonic)]
    [InlineData(Calibration.Sigmoid)]
    public void The_same_seed_gives_the_same_bits_at_any_thread_count(Calibration calibration)
    {
        var data = Rows(120, 3);
        ForestModel Train(ulong seed, int threads) => ForestTrainer.Train(data, new(Trees: 7, Calibration: calibration, Folds: 3), seed, new(threads));
        var model = Train(5, 1);
        foreach (int threads in new[] { 2, 7 })
        {
            var other = Train(5, threads);
            Assert.Equal((model.Fingerprint, model.Threshold, model.OutOfBag), (other.Fingerprint, other.Threshold, other.OutOfBag));
        }
        Assert.NotEqual(model.Fingerprint, Train(6, 1).Fingerprint);
        Assert.Equal((ScoreKind.Probability, calibration == Calibration.None ? 7 : 21, "forest"), (model.ScoreKind, model.Trees, model.Training.Objective));
    }

    [Fact]
    public void Pure_leaves_without_bootstrap_know_their_rows()
    {
        var data = Rows(80, 4);
        var model = ForestTrainer.Train(data, new(Trees: 3, Bootstrap: false, Threshold: new(0.5)), 1);
        Assert.Equal(data.Train.Labels!.Select(l => l ? 1.0 : 0), Scores.Favourable(model, data.Train));
        Assert.Null(model.OutOfBag);
    }

    [Fact]
    public void A_row_scores_the_same_in_any_company()
    {
        var data = Rows(150, 6);
        var model = ForestTrainer.Train(data, new(Trees: 9, Calibration: Calibration.Sigmoid, Folds: 2), 2);
        var people = Sample.Random(TwoColumns, 700, 11);
        double[] all = Scores.Favourable(model, people);
        Assert.Equal(all, Scores.Favourable(model, people, new Execution(3, 11), default));
        for (int row = 0; row < 40; row++) Assert.Equal(all[row], Scores.Favourable(model, people.Slice(row, 1))[0]);
        Assert.All(all, p => Assert.InRange(p, 0, 1));
    }

    /// <summary>Two rows of each outcome and one tree: rows it did not draw are judged by the leaf that is left to them.</summary>
    [Fact]
    public void Out_of_bag_accuracy_is_of_the_rows_that_trees_did_not_draw()
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            bool[] labels = [false, false, true, true];
            var columns = new TreeColumns([0, 1, 2, 3], 1, 1, default);
            var options = new ForestOptions(Trees: 5, Balanced: false);
            var (members, accuracy) = ForestTrainer.Fit(columns, labels, options, new Rng(seed), new(1), null, default);
            var (right, judged) = (0, 0);
            for (int row = 0; row < 4; row++)
            {
                var votes = new List<double>();
                for (int t = 0; t < 5; t++)
                {
                    var draws = new Rng(seed).Split("tree").Split((ulong)t).Split("bootstrap");
                    if (!Enumerable.Range(0, 4).Select(_ => draws.NextInt(4)).ToList().Contains(row)) votes.Add(members[0].Trees[t].Probability([row]));
                }
                if (votes.Count == 0) continue;
                judged++;
                if (votes.Average() > 0.5 == labels[row]) right++;
            }
            Assert.Equal(judged == 0 ? 0 : (double)right / judged, accuracy);
        }
    }

    [Fact]
    public void Balanced_weights_give_both_outcomes_the_same_sum() =>
        Assert.Equal([2, 2 / 3.0, 2 / 3.0, 2 / 3.0], ForestTrainer.WeightsOf([true, false, false, false], true));

    /// <summary>Each fold's forest is fitted on the others, its calibrator on its own rows and weights, and the mean of the folds is the probability.</summary>
    [Fact]
    public void A_calibrated_forest_is_the_mean_of_its_folds()
    {
        var data = Rows(90, 8);
        var options = new ForestOptions(Trees: 4, Calibration: Calibration.Isotonic, Folds: 3, Threshold: new(0.5));
        var model = ForestTrainer.Train(data, options, 9);
        var columns = TreeColumns.Of(model.Encoding, data.Train, 1, default);
        bool[] labels = [.. data.Train.Labels!];
        double[] weights = ForestTrainer.WeightsOf(labels, true), sum = new double[90];
        int[] folds = StratifiedFolds.Of(labels, 3);
        for (int k = 0; k < 3; k++)
        {
            var trees = model.Members[k].Trees;
            double P(int row) => trees.Sum(t => (double)t.Probability(columns.X.AsSpan(row * columns.Width, columns.Width))) / 4;
            int[] own = [.. Enumerable.Range(0, 90).Where(r => folds[r] == k)];
            var calibrator = IsotonicRegression.Fit([.. own.Select(P)], [.. own.Select(r => labels[r])], [.. own.Select(r => weights[r])]);
            for (int row = 0; row < 90; row++) sum[row] += calibrator.Of(P(row));
            for (int t = 0; t < 4; t++)
            {
                var stream = new Rng(9).Split("train").Split("fold").Split((ulong)k).Split("tree").Split((ulong)t);
                int[] others = [.. Enumerable.Range(0, 90).Where(r => folds[r] != k)];
                var draws = stream.Split("bootstrap");
                var drawn = new double[90];
                foreach (int _ in others)
                {
                    int row = others[draws.NextInt(others.Length)];
                    drawn[row] += weights[row];
                }
                Assert.Equal(new TreeGrower(columns, options).Grow(others, drawn, labels, stream.Split("columns")).Nodes.ToArray(), trees[t].Nodes.ToArray());
            }
        }
        Assert.Equal(sum.Select(s => s / 3), Scores.Favourable(model, data.Train));
    }

    [Fact]
    public void The_threshold_is_chosen_on_validation_rows_or_fixed()
    {
        var data = Rows(120, 12);
        var chosen = ForestTrainer.Train(data, new(Trees: 9), 1);
        double best = Redress.Metrics.ThresholdSearch.MaxF1(Scores.Favourable(chosen, data.Validation), [.. data.Validation.Labels!], out _);
        Assert.Equal(Math.Max(0, best), chosen.Threshold);
        var none = data with { Validation = data.Train.Select([]) };
        Assert.Equal(0.25, ForestTrainer.Train(none, new(Trees: 2, Threshold: new(0.25)), 1).Threshold);
        Assert.Equal("No row has the favourable outcome 'yes' in 'y' (0 rows); a classifier needs both outcomes.", Sample.Message<DataException>(() => ForestTrainer.Train(none, new(Trees: 2), 1)));
    }

    [Fact]
    public void Every_problem_of_the_options_is_said_at_once()
    {
        var options = new ForestOptions(0, -1, 0, 1, -1, Calibration: (Calibration)7, Folds: 1, Threshold: new(double.NaN));
        Assert.Equal(string.Join(Environment.NewLine,
        [
            "Trees is 0; must be 1 to 10000.", "Max depth is -1; must be 0 (no limit) or more.", "Min samples leaf is 0; must be at least 1.", "Min samples split is 1; must be at least 2.",
            "Max features is -1; must be 0 (the square root of the columns) or more.", "Calibration is 7; must be one of None, Isotonic, Sigmoid.", "Folds is 1; must be 2 to 100.",
            "Threshold is NaN; must be max-f1 or a probability between 0 and 1.",
        ]), Sample.Message<OptionsException>(() => ForestTrainer.Train(Rows(20, 1), options, 1)));
    }

    /// <summary>Rows whose outcome depends on a and the colour, and on noise.</summary>
    internal static TrainingData Rows(int count, ulong seed)
    {
        var rows = Sample.Random(TwoColumns, count + 40, seed);
        var rng = new Rng(seed).Split("labels");
        bool[] labels = [.. Enumerable.Range(0, rows.Rows).Select(r => rows.Row(r)[0] + (rows.Row(r)[1] == 1 ? 1 : 0) + rng.NextGaussian() > 0.7)];
        var table = new Table(TwoColumns, rows.Values.ToArray(), labels: labels);
        table.Key(0);
        return new(table.Slice(0, count), table.Slice(count, 40));
    }
}
