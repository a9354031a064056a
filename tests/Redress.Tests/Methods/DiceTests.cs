using MathNet.Numerics.LinearAlgebra;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Methods;

public sealed class DiceTests
{
    private const int Lanes = LaneNetwork.Lanes;
    private static readonly Schema Free = new([.. Enumerable.Range(0, 3).Select(f => Feature.Numeric($"x{f}", Change.Any) with { Minimum = -1e9, Maximum = 1e9 })], "y", "yes");
    private static readonly Schema Mixed = new(
        [Feature.Numeric("x", Change.Any) with { Minimum = -3, Maximum = 3 }, Feature.Integer("n", Change.Any) with { Minimum = -4, Maximum = 4 }, Feature.Numeric("z", Change.Any) with { Minimum = -3, Maximum = 3 },
         Feature.Categorical("c", ["a", "b", "d"], Change.Any), Feature.Numeric("frozen")], "y", "yes");

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(10)]
    public void The_determinant_and_its_gradient_are_those_of_linear_algebra(int n)
    {
        var rng = new Rng((ulong)n);
        double[][] points = [.. Enumerable.Range(0, n).Select(_ => new[] { rng.NextGaussian(), rng.NextGaussian(), rng.NextGaussian() })];
        var k = Matrix<double>.Build.Dense(n, n, (i, j) => 1 / (1 + points[i].Zip(points[j], (a, b) => Math.Abs(a - b)).Sum()) + (i == j ? 1e-4 : 0));
        double[] kernel = [.. Enumerable.Range(0, n * n).Select(c => k[c / n, c % n])];
        var adjugate = new double[n * n];
        double determinant = DiceDiversity.Determinant(kernel, n, adjugate);
        Assert.Equal(k.Determinant(), determinant, 1e-9);
        var expected = determinant * k.Inverse();
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++) Assert.Equal(expected[i, j], adjugate[i * n + j], 1e-9);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(10)]
    public void The_slope_of_every_answer_is_that_of_finite_differences(int k)
    {
        const int Width = 5;
        int groups = Lanes / k;
        int[] columns = [0, 2, 4];
        float[] weights = [1, 9, 0.5f, 9, 3];
        var rng = new Rng(5);
        float[] points = [.. Enumerable.Range(0, Width * Lanes).Select(_ => (float)rng.NextGaussian())];
        var diversity = new DiceDiversity(k, groups, columns, weights);
        var gradient = new float[(Width + 1) * Lanes];
        diversity.Measure(points);
        for (int g = 0; g < groups; g++) Assert.Equal(Determinant(points, k, groups, g, columns, weights), diversity.Determinant(g, 0.7), 1e-6);
        diversity.AddSlopes(gradient);
        for (int g = 0; g < groups; g++)
            for (int a = 0; a < k; a++)
                for (int c = 0; c < Width; c++)
                {
                    int at = c * Lanes + a * groups + g;
                    double[] exact = [.. points.Select(p => (double)p)];
                    double Beside(double h)
                    {
                        exact[at] = points[at] + h;
                        return -0.7 * Determinant(exact, k, groups, g, columns, weights);
                    }
                    double slope = (Beside(1e-6) - Beside(-1e-6)) / 2e-6;
                    Assert.Equal(slope, gradient[at], 1e-5);
                }
    }

    [Fact]
    public void Distances_are_in_median_absolute_deviations_counted_by_hand()
    {
        // x: median 3, distances 2 1 0 1 97: MAD 1. y: median 2.5, distances 1.5 .5 .5 7.5 with the middle between two, counted twice as often: see below. z: MAD 0.
        Assert.Equal(1, DiceScales.Mad(EmpiricalDistribution.Of([1, 2, 3, 4, 100])));
        Assert.Equal(1, DiceScales.Mad(EmpiricalDistribution.Of([1, 2, 3, 10])));        // median 2.5; 1.5 .5 .5 7.5: (.5 + 1.5) / 2
        Assert.Equal(0, DiceScales.Mad(EmpiricalDistribution.Of([0, 0, 0, 0, 7])));
        Assert.Equal(2, DiceScales.Mad(EmpiricalDistribution.Of([1, 1, 3, 3, 5, 9])));   // median 3; 0 0 2 2 2 6
        var schema = new Schema([Feature.Numeric("x", Change.Any), Feature.Numeric("z", Change.Any), Feature.Categorical("c", ["a", "b"], Change.Any)], "y", "yes");
        var rows = Sample.Table(schema, [[1, 0, 0], [2, 0, 1], [3, 0, 0], [4, 0, 1], [101, 7, 0]]);
        var statistics = TrainingStatistics.Of(rows);
        var scales = new DiceScales(statistics, Encoding.Fit(schema, statistics, new(NumberScaling.MinMax)));
        // Min-max divides x by 100: MAD 0.01 encoded.
        Assert.Equal([100, 1, 1, 1], scales.Weights(schema).Select(w => Math.Round((double)w, 3)));
        // Distances of 1 2 3 4 101 from 3, ascending: 0 1 1 2 98; the quantile at 0.1 lies 0.4 of the way from 0 to 1, that at 1 is cut to the MAD.
        Assert.Equal(0.4, scales.Limit(0, 0.1), 1e-12);
        Assert.Equal(1, scales.Limit(0, 1));
        // z: 0 and 7 lie 3.5 from their middle; the MAD of 0 stands for 1.
        Assert.Equal(1, scales.Limit(1, 0.1));
    }

    [Fact]
    public void It_comes_to_the_loss_of_a_plain_loop()
    {
        const int K = 3, Steps = 150;
        float[] w = [0.5f, -1.5f, 2];
        var model = Sample.Linear(Sample.Random(Free, 41, 1), w, -1);
        var chunk = ChunkOf(model, Sample.Random(Free, 30, 2), K);
        var scales = new DiceScales(model.Statistics, model.Encoding);
        var run = new DiceRun(chunk, new(MinSteps: Steps, MaxSteps: Steps, Tolerance: 0), scales);
        run.Descend(_ => true, whole: false, CancellationToken.None);
        double[] weights = [.. scales.Weights(Free).Select(v => (double)v)];
        for (int i = 0; i < chunk.Rows; i++)
        {
            double[] x = [.. chunk.Encoded.XOf(i).ToArray().Select(v => (double)v)];
            double[] c = [.. Enumerable.Range(0, K * 3).Select(e => x[e % 3] + 0.01 * (e / 3))];
            var (m, v, best) = (new double[K * 3], new double[K * 3], (Valid: -1, Loss: 0.0));
            for (int t = 1; t <= Steps; t++)
            {
                var (valid, loss) = Loss(c);
                if (valid > best.Valid || valid == best.Valid && loss < best.Loss) best = (valid, loss);
                double[] g = [.. Enumerable.Range(0, K * 3).Select(e => Slope(c, e))];
                for (int e = 0; e < c.Length; e++)
                {
                    m[e] = 0.9 * m[e] + 0.1 * g[e];
                    v[e] = 0.999 * v[e] + 0.001 * g[e] * g[e];
                    c[e] -= 0.05 * m[e] / (1 - Math.Pow(0.9, t)) / (Math.Sqrt(v[e] / (1 - Math.Pow(0.999, t))) + 1e-8);
                }
            }
            Assert.Equal(best.Loss, run.LossOf(i), 0.02);

            (int Valid, double Loss) Loss(double[] at)
            {
                double[] margins = [.. Enumerable.Range(0, K).Select(a => Enumerable.Range(0, 3).Sum(f => w[f] * at[3 * a + f]) - 1)];
                double near = Enumerable.Range(0, K * 3).Sum(e => weights[e % 3] * Math.Abs(at[e] - x[e % 3]));
                return (margins.Count(g => g >= 1e-4), margins.Average(g => Math.Max(0, 1 - g)) + 0.5 * near / (3 * K) - Kernel(at).Determinant());
            }
            Matrix<double> Kernel(double[] at) => Matrix<double>.Build.Dense(K, K, (a, b) => 1 / (1 + Apart(at, a, b)) + (a == b ? 1e-4 : 0));
            double Apart(double[] at, int a, int b) => Enumerable.Range(0, 3).Sum(f => weights[f] * Math.Abs(at[3 * a + f] - at[3 * b + f]));
            double Slope(double[] at, int e)
            {
                var (a, f) = (e / 3, e % 3);
                double margin = Enumerable.Range(0, 3).Sum(h => w[h] * at[3 * a + h]) - 1, slope = (margin < 1 ? -w[f] / (double)K : 0) + 0.5 * weights[f] * Math.Sign(at[e] - x[f]) / (3 * K);
                var adjugate = Kernel(at).Determinant() * Kernel(at).Inverse();
                for (int b = 0; b < K; b++)
                    if (b != a) slope += 2 * adjugate[a, b] / Math.Pow(1 + Apart(at, a, b), 2) * weights[f] * Math.Sign(at[e] - at[3 * b + f]);
                return slope;
            }
        }
    }

    [Fact]
    public void Four_answers_are_different_and_more_spread_than_four_independent_ones()
    {
        var model = Sample.Network(Sample.Random(Mixed, 60, 1), [8, 5], 3, 3);
        var people = Sample.Random(Mixed, 40, 7);
        double Spread(DiceOptions options)
        {
            var batch = Find(options, model, people, 4);
            var found = batch.Records.Where(r => r.Outcome == Outcome.Found).ToArray();
            Assert.True(found.Length > 10);
            foreach (var record in found)
            {
                double[][] rows = Rows(record);
                for (int a = 0; a < rows.Length; a++)
                    for (int b = 0; b < a; b++) Assert.NotEqual(rows[a], rows[b]);
            }
            return found.Average(r => Rows(r) is var rows && rows.Length < 2 ? 0 : Pairs(rows).Average());
        }
        var quick = new DiceOptions(MaxSteps: 500);
        double together = Spread(quick), alone = Spread(quick with { DiversityWeight = 0 }), anywhere = Spread(quick with { DiversityWeight = 0, Start = DiceStart.Random });
        Assert.True(together > 2 * alone && together > anywhere, $"mean distance {together}, of independent answers {alone} and, from random starts, {anywhere}");
        Assert.All(Find(quick, model, people, 4).Records.Where(r => r.Outcome == Outcome.Found), r => Assert.InRange(r.Answers.Count, 1, 4));
        Assert.True(Find(quick, model, people, 4).Records.Where(r => r.Outcome == Outcome.Found).Average(r => r.Answers.Count) > 3.5);
    }

    [Theory]
    [InlineData(DiceSearch.Gradient)]
    [InlineData(DiceSearch.Random)]
    public void Taking_back_goes_towards_the_person_and_leaves_answers_valid(DiceSearch search)
    {
        var model = Sample.Network(Sample.Random(Mixed, 60, 1), [8, 5], 3, 3);
        var people = Sample.Random(Mixed, 60, 7);
        DiceAnswers At(double quantile)
        {
            var (chunk, scales) = (ChunkOf(model, people, 3), new DiceScales(model.Statistics, model.Encoding));
            var answers = new DiceAnswers(chunk, scales, quantile);
            if (search == DiceSearch.Random) new DiceDraws(chunk, 200).Find(answers, CancellationToken.None);
            else new DiceRun(chunk, new(MaxSteps: 500), scales).Find(answers, CancellationToken.None);
            answers.TakeBack(CancellationToken.None);
            return answers;
        }
        var (after, before) = (At(1), At(0));
        Assert.Equal(before.Count, after.Count);
        var actions = new RecourseTask(model).Actions;
        int whole = 0;
        for (int r = 0; r < after.Count; r++)
        {
            Assert.Equal(before.OwnerOf(r), after.OwnerOf(r));
            var (own, from, to) = (people.Row(before.OwnerOf(r)).ToArray(), before.RowOf(r).ToArray(), after.RowOf(r).ToArray());
            Assert.True(Scores.Favourable(model, Sample.Table(Mixed, [to]))[0] >= model.Threshold);
            Assert.True(actions.Allows(own, to));
            for (int f = 0; f < own.Length; f++)
            {
                Assert.InRange(to[f], Math.Min(own[f], from[f]), Math.Max(own[f], from[f]));
                if (to[f] == own[f] && from[f] != own[f]) whole++;
            }
        }
        Assert.True(whole > 5, $"{whole} numbers were taken back");
    }

    [Fact]
    public void What_cannot_be_taken_back_altogether_goes_half_the_way_and_half_of_that()
    {
        var schema = new Schema([Feature.Numeric("x", Change.Any) with { Minimum = -9, Maximum = 9 }, Feature.Integer("n", Change.Any) with { Minimum = -9, Maximum = 9 }], "y", "yes");
        var rows = Sample.Table(schema, [[-8, -8], [0, 0], [8, 8], [-4, -4], [4, 4]]);
        // MAD 4. x may fall from 3 as long as x >= 1 where n stays; n from 3 as long as n >= 2 where x stays.
        var model = Sample.Linear(rows, [1, 1], -3.3f);
        var chunk = ChunkOf(model, Sample.Table(schema, [[0, 0], [0, 0]]), 1);
        var answers = new DiceAnswers(chunk, new DiceScales(model.Statistics, model.Encoding), 1);
        answers.Add(0, [3.2, 1]);
        answers.Add(1, [0.5, 4]);
        answers.TakeBack(CancellationToken.None);
        // x first, both limits being alike: 2.3 is the least with n = 1, met within 3.2/64; then n alone could not fall. x goes back to 0 beside n = 4, which no 3 can stand for.
        Assert.InRange(answers.RowOf(0)[0], 2.3, 2.35);
        Assert.Equal(1, answers.RowOf(0)[1]);
        Assert.Equal([0, 4], answers.RowOf(1).ToArray());
    }

    [Theory]
    [InlineData(DiceSearch.Gradient)]
    [InlineData(DiceSearch.Random)]
    public void Without_limits_random_values_stay_in_the_training_range_and_gradients_go_as_far_as_they_must(DiceSearch search)
    {
        var training = Sample.Random(Free, 60, 1);
        var model = Sample.Network(training, [8, 5], 3, 3, Activation.Relu);
        model = model.With(Scores.Favourable(model, training).Order().ElementAt(36), []);
        var batch = Find(new(search, MaxSteps: 800), model, Sample.Random(Free, 60, 7), 4);
        var found = batch.Records.Where(r => r.Outcome == Outcome.Found).ToArray();
        Assert.True(found.Length > 15);
        if (search == DiceSearch.Random)
            Assert.All(found.SelectMany(r => r.Answers).SelectMany(a => a.Changes), c => Assert.InRange(c.To.Number!.Value, model.Statistics.Distributions[Free.IndexOf(c.Feature)].Minimum, model.Statistics.Distributions[Free.IndexOf(c.Feature)].Maximum));
        else Assert.All(found.SelectMany(r => r.Answers).SelectMany(a => a.Changes), c => Assert.InRange(c.To.Number!.Value, -100, 100));
    }

    [Fact]
    public void Random_draws_change_two_features_at_most_where_that_is_enough()
    {
        var schema = new Schema([.. Enumerable.Range(0, 6).Select(f => Feature.Numeric($"x{f}", Change.Any))], "y", "yes");
        var model = Sample.Linear(Sample.Random(schema, 60, 1), [1, 1, 1, 1, 1, 1], -0.5f);
        var batch = Find(DiceOptions.Carla, model, Sample.Random(schema, 40, 3, spread: 0.1), 1);
        Assert.All(batch.Records, r => Assert.True(r.Outcome is Outcome.Found or Outcome.AlreadyDesired));
        Assert.All(batch.Records.Where(r => r.Outcome == Outcome.Found), r => Assert.InRange(r.Answers[0].Changes.Count, 1, 2));
        Assert.All(batch.Records.Where(r => r.Outcome == Outcome.Found), r => Assert.Equal(2, r.Steps));
    }

    [Fact]
    public void Defaults_presets_and_refusals_are_pinned()
    {
        var method = MethodCatalog.Get("dice");
        Assert.Equal("""{"search":"auto","proximity-weight":0.5,"diversity-weight":1,"start":"near","learning-rate":0.05,"min-steps":500,"max-steps":5000,"tolerance":1E-05,"sparsity":0.1,"samples":1000}""", method.DefaultOptions);
        Assert.Equal("""{"search":"random","proximity-weight":0.5,"diversity-weight":1,"start":"near","learning-rate":0.05,"min-steps":500,"max-steps":5000,"tolerance":1E-05,"sparsity":0,"samples":1000}""", method.Presets["carla"]);
        Assert.Equal(
            """
            Options of 'dice': search is 7; must be auto, gradient or random.
            Options of 'dice': proximity-weight is -1; must be at least 0 and finite.
            Options of 'dice': diversity-weight is NaN; must be at least 0 and finite.
            Options of 'dice': start is 9; must be near or random.
            Options of 'dice': learning-rate is 0; must be more than 0 and finite.
            Options of 'dice': min-steps is 0; must be at least 1.
            Options of 'dice': max-steps is -1; must be at least min-steps, 0.
            Options of 'dice': tolerance is -1; must be at least 0 and finite.
            Options of 'dice': sparsity is 2; must be 0 to 1.
            Options of 'dice': samples is 0; must be 1 to 100000.
            """.ReplaceLineEndings("\n"),
            Sample.Message<OptionsException>(() => new Dice(new((DiceSearch)7, -1, double.NaN, (DiceStart)9, 0, 0, -1, -1, 2, 0))).ReplaceLineEndings("\n"));
        Assert.Equal("Options of 'dice': search is gradient, and the model gives scores only; use random.",
            Sample.Message<OptionsException>(() => new Dice(new(DiceSearch.Gradient)).Prepare(Scenario.Of(1, "black-box").Task(), new Rng(1))));
    }

    private static double Determinant(float[] points, int k, int groups, int g, int[] columns, float[] weights) => Determinant([.. points.Select(p => (double)p)], k, groups, g, columns, weights);

    private static double Determinant(double[] points, int k, int groups, int g, int[] columns, float[] weights) => Matrix<double>.Build.Dense(k, k, (i, j) =>
        1 / (1 + columns.Sum(c => weights[c] * Math.Abs(points[c * Lanes + i * groups + g] - points[c * Lanes + j * groups + g]))) + (i == j ? 1e-4 : 0)).Determinant();

    private static RecourseBatch Find(DiceOptions options, NetworkModel model, Table people, int answers) =>
        new Dice(options).Prepare(new(model), new Rng(1)).Find(new(people, Answers: answers), new Rng(1));

    private static double[][] Rows(RecourseRecord record) => [.. record.Answers.Select(a => RecourseRows.Changed(record.Person.Count == 3 ? Free : Mixed, record, a))];

    private static IEnumerable<double> Pairs(double[][] rows) =>
        Enumerable.Range(0, rows.Length).SelectMany(a => Enumerable.Range(0, a).Select(b => rows[a].Zip(rows[b], (p, q) => Math.Abs(p - q)).Sum()));

    private static SearchChunk ChunkOf(NetworkModel model, Table people, int answers)
    {
        var task = new RecourseTask(model);
        return new(task, people, _ => task.Actions, i => new Rng(1).Split((ulong)i), Scores.Favourable(model, people), [.. Enumerable.Repeat(1, people.Rows)], Redress.Costs.CostCatalog.All[0], answers, new Budget(), new int[people.Rows]);
    }
}
