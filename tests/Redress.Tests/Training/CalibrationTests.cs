using System.Text.Json;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Tests.Training;

/// <summary>Isotonic regression, Platt's sigmoid and folds, against scikit-learn's numbers, closed forms and the definitions.</summary>
public sealed class CalibrationTests
{
    [Fact]
    public void Isotonic_regression_has_the_golden_values()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "statistics.json")));
        var item = golden.RootElement.GetProperty("isotonic");
        double[] Numbers(string key) => [.. item.GetProperty(key).EnumerateArray().Select(v => v.GetDouble())];
        double[] p = Numbers("p");
        var fitted = IsotonicRegression.Fit(p, [.. Numbers("y").Select(y => y == 1)], [.. p.Select(_ => 1.0)]);
        foreach (var (query, expected) in Numbers("query").Zip(Numbers("calibrated"))) Assert.Equal(expected, fitted.Of(query), 1e-12);
    }

    [Fact]
    public void Falling_neighbours_are_pooled_by_weight()
    {
        // 0.2 and 0.4 fall from 1 to 0 and pool to 3 / (3 + 1); then 0.6 stays at 1.
        var fitted = IsotonicRegression.Fit([0.4, 0.2, 0.6, 0.1], [false, true, true, false], [1, 3, 2, 5]);
        Assert.Equal([0.1, 0.2, 0.4, 0.6], fitted.From);
        Assert.Equal([0, 0.75, 0.75, 1], fitted.To);
        Assert.Equal([0, 0.375, 0.75, 0.875, 1], new[] { 0, 0.15, 0.3, 0.5, 2 }.Select(fitted.Of).Select(v => Math.Round(v, 12)));
    }

    [Fact]
    public void Weights_of_a_calibrator_count_as_repeated_rows()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var rng = new Rng(seed);
            double[] p = [.. Enumerable.Range(0, 50).Select(_ => rng.NextInt(20) / 20.0)], weights = [.. p.Select(_ => (double)rng.NextInt(4))];
            bool[] y = [.. p.Select(v => rng.NextDouble() < v)];
            int[] repeated = [.. Enumerable.Range(0, 50).SelectMany(r => Enumerable.Repeat(r, (int)weights[r]))];
            double[] copies = [.. repeated.Select(r => p[r])], ones = [.. repeated.Select(_ => 1.0)];
            bool[] outcomes = [.. repeated.Select(r => y[r])];
            var (isotonic, isotonicOfCopies) = (IsotonicRegression.Fit(p, y, weights), IsotonicRegression.Fit(copies, outcomes, ones));
            var (sigmoid, sigmoidOfCopies) = (PlattScaling.Fit(p, y, weights), PlattScaling.Fit(copies, outcomes, ones));
            for (int k = -1; k <= 41; k++)
            {
                Assert.Equal(isotonicOfCopies.Of(k / 40.0), isotonic.Of(k / 40.0), 1e-12);
                Assert.Equal(sigmoidOfCopies.Of(k / 40.0), sigmoid.Of(k / 40.0), 1e-9);
            }
        }
    }

    /// <summary>Isotonic regression is max over a ≤ i of min over b ≥ i of the mean of a to b.</summary>
    [Fact]
    public void Isotonic_regression_is_the_max_min_of_means()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var rng = new Rng(seed);
            double[] p = [.. Enumerable.Range(0, 12).Select(i => i / 12.0)], weights = [.. p.Select(_ => 1.0 + rng.NextInt(3))];
            bool[] y = [.. p.Select(_ => rng.NextInt(2) == 0)];
            var fitted = IsotonicRegression.Fit(p, y, weights);
            double Mean(int a, int b) => Enumerable.Range(a, b - a + 1).Sum(i => y[i] ? weights[i] : 0) / Enumerable.Range(a, b - a + 1).Sum(i => weights[i]);
            for (int i = 0; i < p.Length; i++)
                Assert.Equal(Enumerable.Range(0, i + 1).Max(a => Enumerable.Range(i, p.Length - i).Min(b => Mean(a, b))), fitted.Of(p[i]), 1e-12);
        }
    }

    /// <summary>Where p takes two values, the sigmoid meets the mean target of each: two equations, two unknowns.</summary>
    [Fact]
    public void The_sigmoid_of_two_scores_has_a_closed_form()
    {
        double[] p = [0.2, 0.2, 0.2, 0.9, 0.9, 0.9, 0.9];
        bool[] y = [false, false, true, true, true, true, false];
        double high = 5.0 / 6, low = 1.0 / 5, atLow = (2 * low + high) / 3, atHigh = (3 * high + low) / 4;
        double Z(double share) => Math.Log(1 / share - 1);
        var fitted = PlattScaling.Fit(p, y, [1, 1, 1, 1, 1, 1, 1]);
        double a = (Z(atHigh) - Z(atLow)) / 0.7;
        Assert.Equal(a, fitted.A, 1e-8);
        Assert.Equal(Z(atLow) - 0.2 * a, fitted.B, 1e-8);
        Assert.Equal(atHigh, fitted.Of(0.9), 1e-8);
    }

    [Fact]
    public void The_sigmoid_of_equal_scores_is_the_mean_target_and_of_parted_ones_is_finite()
    {
        var equal = PlattScaling.Fit([0.5, 0.5, 0.5, 0.5], [true, true, true, false], [1, 1, 1, 1]);
        Assert.Equal((3 * 0.8 + 1 / 3.0) / 4, equal.Of(0.5), 1e-8);
        var parted = PlattScaling.Fit([0, 0, 1, 1], [false, false, true, true], [1, 1, 1, 1]);
        Assert.Equal(0.25, parted.Of(0), 1e-8);
        Assert.Equal(0.75, parted.Of(1), 1e-8);
    }

    [Fact]
    public void Calibrators_refuse_what_does_not_fit()
    {
        Assert.Equal("There are 1 probabilities, 2 outcomes and 1 weights; each row needs one of each. (Parameter 'y')", Sample.Message<ArgumentException>(() => IsotonicRegression.Fit([0.5], [true, false], [1])));
        Assert.Equal("There are 1 probabilities, 2 outcomes and 1 weights; each row needs one of each. (Parameter 'y')", Sample.Message<ArgumentException>(() => PlattScaling.Fit([0.5], [true, false], [1])));
        Assert.Equal("No row has weight; a calibrator needs at least one. (Parameter 'weights')", Sample.Message<ArgumentException>(() => IsotonicRegression.Fit([0.5], [true], [0])));
    }

    /// <summary>As scikit-learn's StratifiedKFold(3) deals out these twelve rows.</summary>
    [Fact]
    public void Folds_are_blocks_of_each_outcome()
    {
        bool[] labels = [true, true, false, true, false, false, false, true, true, false, false, false];
        // Seven false and five true rows; the first row is true, so true rows are dealt first: 2, 2, 1 and then 2, 2, 3.
        Assert.Equal([0, 0, 0, 1, 0, 1, 1, 1, 2, 2, 2, 2], StratifiedFolds.Of(labels, 3));
        Assert.Equal("The rarer outcome has 5 training rows; 6 folds need at least 6.", Sample.Message<DataException>(() => StratifiedFolds.Of(labels, 6)));
    }
}
