using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Neighbours;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class RbrTests
{
    private static readonly Schema Numbers = new([.. Enumerable.Range(0, 4).Select(f => Feature.Numeric($"f{f}", Change.Any) with { Minimum = -3, Maximum = 3 })], "y", "yes");

    [Theory]
    [InlineData(1, 0.5, 19)]
    [InlineData(0.3, 1, 5)]
    [InlineData(1, 1, 2)]
    [InlineData(0.5, 2, 1)]
    [InlineData(1, 3, 3)]
    public void The_extreme_gaussians_are_in_their_set_and_no_sampled_one_is_more_extreme(double sigma, double epsilon, int dimensions)
    {
        var (most, least) = (new AmbiguousGaussian(sigma, epsilon, dimensions, most: true), new AmbiguousGaussian(sigma, epsilon, dimensions, most: false));
        var rng = new Rng(9);
        double Density(double c, double a, double e, double f) =>
            -Math.Log(sigma + e) - (c + a) * (c + a) / (2 * (sigma + e) * (sigma + e)) - (dimensions - 1) * Math.Log(sigma + f);
        foreach (double c in new[] { 0, 0.1, 0.4, 0.9, 1.3, 2.2, 5 })
        {
            foreach (var gaussian in new[] { most, least })
            {
                var (a, e, f) = gaussian.Extreme(c);
                Assert.True(a >= 0 && e >= 0 && f >= 0);
                Assert.True(a * a + e * e + (dimensions - 1) * f * f <= epsilon * epsilon * (1 + 1e-9));
                Assert.Equal(Density(c, ReferenceEquals(gaussian, most) ? -a : a, e, f), gaussian.Solve(c).Value, 1e-12);
if (c > 0) Assert.Equal((gaussian.Solve(c + 1e-4).Value - gaussian.Solve(c - 1e-4).Value) / 2e-4, gaussian.Solve(c).Slope, 2e-3);
            }
            var (highest, lowest) = (most.Solve(c).Value + 1e-9, least.Solve(c).Value - 1e-9);
            for (int k = 0; k < 3000; k++)
            {
                double[] draw = [.. Enumerable.Range(0, 3).Select(_ => Math.Abs(rng.NextGaussian()))];
                double scale = epsilon * Math.Pow(rng.NextDouble(), 0.2) / Math.Sqrt(draw.Sum(v => v * v));
                double a = draw[0] * scale, e = draw[1] * scale, f = dimensions > 1 ? draw[2] * scale / Math.Sqrt(dimensions - 1.0) : 0;
                Assert.True(Density(c, -a, e, 0) <= highest, $"c {c}: more at {a}, {e}");
                Assert.True(Density(c, -a, e, f) <= highest, $"c {c}: more at {a}, {e}, {f}");
                Assert.True(Density(c, a, e, f) >= lowest, $"c {c}: less at {a}, {e}, {f}");
            }
        }
    }

    [Theory]
    [InlineData(1, 0.5, 19)]
    [InlineData(0.2, 0.7, 3)]
    public void Between_knots_it_reads_what_it_would_solve(double sigma, double epsilon, int dimensions)
    {
        foreach (bool most in new[] { true, false })
        {
            var gaussian = new AmbiguousGaussian(sigma, epsilon, dimensions, most);
            for (int k = 0; k < 120; k++)
            {
                double c = 0.0371 * k * sigma;
                var (read, solved) = (gaussian.At(c), gaussian.Solve(c));
                Assert.Equal(solved.Value, read.Value, 1e-5);
                Assert.Equal(solved.Slope, read.Slope, 2e-3 / sigma);
            }
        }
    }

    [Fact]
    public void Without_ambiguity_the_odds_are_the_ratio_of_kernel_densities_and_with_it_they_are_worse()
    {
        var rng = new Rng(4);
        var odds = new RbrOdds(4, 37);
        odds.Begin([0, 1, 2, 3]);
        var rows = new List<(bool Desired, float[] Row)>();
        for (int i = 0; i < 37; i++)
        {
            rows.Add((i % 3 == 0, [.. Enumerable.Range(0, 4).Select(_ => (float)rng.NextGaussian())]));
            odds.Add(rows[^1].Desired, rows[^1].Row, 1);
        }
        AmbiguousGaussian Of(double epsilon, bool most) => new(0.8, epsilon, 4, most);
        var (gradient, beside) = (new float[4], new float[4]);
        for (int trial = 0; trial < 20; trial++)
        {
            float[] point = [.. Enumerable.Range(0, 4).Select(_ => (float)rng.NextGaussian())];
            double Density(bool desired) => rows.Where(r => r.Desired == desired).Sum(r => Math.Exp(-r.Row.Zip(point, (a, b) => Math.Pow(a - (double)b, 2)).Sum() / (2 * 0.8 * 0.8)));
            double plain = odds.At(point, Of(0, true), Of(0, false), gradient);
            Assert.Equal(Math.Log(Density(false) / Density(true)), plain, 1e-4);
            double before = plain;
            foreach (double epsilon in new[] { 0.1, 0.4, 1 })
            {
                var (most, least) = (Of(epsilon, true), Of(epsilon, false));
                double now = odds.At(point, most, least, gradient);
                Assert.True(now > before, $"{now} at ε = {epsilon} after {before}");
                before = now;
                for (int c = 0; c < 4; c++)
                {
                    float[] up = [.. point], down = [.. point];
                    (up[c], down[c]) = (up[c] + 0.01f, down[c] - 0.01f);
                    Assert.Equal((odds.At(up, most, least, beside) - odds.At(down, most, least, beside)) / 0.02, gradient[c], 5e-3);
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 100)]
    [InlineData(3, 7)]
    public void The_boundary_point_is_that_of_trying_every_point_on_every_way(int seed, int linePoints)
    {
        var training = Sample.Random(Numbers, 90, (ulong)seed);
        var model = Sample.Network(training, [8, 5], (ulong)seed + 3, scale: 3);
        var people = Sample.Random(Numbers, 60, (ulong)seed + 9);
        var chunk = ChunkOf(model, training, people);
        using var scope = TensorScope.Open();
        var examples = Examples.Of(chunk.Task, 1000, new Rng(1), CancellationToken.None);
        var boundary = new RbrBoundary(chunk, examples, 90, linePoints, new LaneScores(chunk));
        int[] desired = [.. Enumerable.Range(0, 90).Where(r => examples.IsPredicted(r, 1))];
        var found = new float[4];
        int searched = 0;
        for (int i = 0; i < people.Rows; i++)
        {
            if (chunk.Scores[i] >= model.Threshold) continue;
            searched++;
            double best = double.PositiveInfinity;
            foreach (int row in desired)
            {
                float[][] points = [.. Enumerable.Range(1, linePoints - 1).Select(k => k / (float)(linePoints - 1)).Select(share =>
                    Enumerable.Range(0, 4).Select(c => (1 - share) * chunk.Encoded.XOf(i)[c] + share * Math.Clamp(examples.Encoded[row * 4 + c], chunk.Encoded.LowerOf(i)[c], chunk.Encoded.UpperOf(i)[c])).ToArray())];
                var logits = new float[points.Length];
                ((IEncodedClassifier)model).Logits([.. points.SelectMany(p => p)], points.Length, logits);
                for (int k = 0; k < points.Length; k++)
                    if (logits[k] >= model.Threshold + LaneDescent.Slack) best = Math.Min(best, Enumerable.Range(0, 4).Sum(c => Math.Abs(points[k][c] - (double)chunk.Encoded.XOf(i)[c])));
            }
            double distance = boundary.Find(i, desired, found, CancellationToken.None);
            Assert.Equal(best, distance, 1e-5);
        }
        Assert.True(searched > 5);
        Assert.True(chunk.ModelCalls.Sum() < 0.6 * searched * desired.Length * (linePoints - 1), $"{chunk.ModelCalls.Sum()} calls for {searched} people and {desired.Length} rows");
    }

    [Fact]
    public void Answers_stay_in_the_ball_and_lower_the_odds_of_the_boundary_point()
    {
        var training = Sample.Random(Numbers, 90, 1);
        var model = Sample.Network(training, [8, 5], 4, scale: 3);
        var people = Sample.Random(Numbers, 25, 10);
        var chunk = ChunkOf(model, training, people);
        using var scope = TensorScope.Open();
        var examples = Examples.Of(chunk.Task, 1000, new Rng(1), CancellationToken.None);
        var scores = new LaneScores(chunk);
        var boundary = new RbrBoundary(chunk, examples, 90, 100, scores);
        int[] desired = [.. Enumerable.Range(0, 90).Where(r => examples.IsPredicted(r, 1))];
        var gaussians = (new AmbiguousGaussian(1, 0.5, 4, true), new AmbiguousGaussian(1, 0.5, 4, false));
        foreach (double deltaPlus in new[] { 0, 0.2, 1 })
        {
            var run = new RbrRun(chunk, new(DeltaPlus: deltaPlus), 1, scores, _ => gaussians);
            int moved = 0;
            for (int i = 0; i < people.Rows; i++)
            {
                float[] point = new float[4];
                double distance = boundary.Find(i, desired, point, CancellationToken.None);
                if (!double.IsFinite(distance) || chunk.Scores[i] >= model.Threshold) continue;
                float[] start = [.. point];
                run.Minimise(i, point, distance + deltaPlus, CancellationToken.None);
                Assert.True(run.Before >= run.After);
                if (!point.SequenceEqual(start)) moved++;
                Assert.InRange(Enumerable.Range(0, 4).Sum(c => Math.Abs(point[c] - (double)chunk.Encoded.XOf(i)[c])), 0, distance + deltaPlus + 1e-4);
                for (int c = 0; c < 4; c++) Assert.InRange(point[c], chunk.Encoded.LowerOf(i)[c], chunk.Encoded.UpperOf(i)[c]);
            }
            Assert.True(moved > 5);
        }
    }

    [Fact]
    public void Cost_does_not_fall_in_the_mean_with_what_may_be_added()
    {
        var training = Sample.Random(Numbers, 120, 1);
        var model = Sample.Network(training, [8, 5], 4, scale: 3);
        var people = Sample.Random(Numbers, 60, 10);
        double before = 0;
        foreach (double much in new[] { 0, 0.2, 0.6, 1.5 })
        {
            var batch = new Rbr(new(DeltaPlus: much)).Prepare(new(model, training), new Rng(1)).Find(new(people), new Rng(1));
            double cost = batch.Records.Where(r => r.Outcome == Outcome.Found).Average(r => r.Answers[0].Cost);
            Assert.True(cost >= before - 1e-3, $"{cost} at {much} after {before}");
            before = cost;
        }
    }

    [Fact]
    public void The_longest_distance_is_that_of_trying_every_pair()
    {
        var table = Sample.Random(Numbers, 53, 3);
        float[] values = [.. table.Values.ToArray().Select(v => (float)v)];
        double longest = 0;
        for (int i = 0; i < 53; i++)
            for (int j = 0; j < i; j++) longest = Math.Max(longest, Math.Sqrt(Enumerable.Range(0, 4).Sum(c => Math.Pow(values[4 * i + c] - (double)values[4 * j + c], 2))));
        Assert.Equal(longest, LongestDistance.Of(new RowBlocks(values, 4), values), 1e-5);
        Assert.Equal(0, LongestDistance.Of(new RowBlocks(values.AsSpan(0, 4), 4), values[..4]));
    }

    [Fact]
    public void Who_no_way_leads_across_is_told_so()
    {
        var schema = new Schema([Feature.Numeric("x", Change.Decrease) with { Minimum = -3, Maximum = 3 }, Feature.Numeric("z", Change.Any) with { Minimum = -3, Maximum = 3 }], "y", "yes");
        var training = Sample.Table(schema, [[-1, 0], [1, 0], [2, 0.5]]);
        var model = Sample.Linear(training, [1, 0.001f], 0);
        var record = new Rbr().Prepare(new(model, training), new Rng(1)).Find(new(Sample.Table(schema, [[-1, 0]])), new Rng(1)).Records[0];
        Assert.Equal((Outcome.NotFound, true), (record.Outcome, record.Attempt is not null));
        // The search has nothing to offer; what was tried is the method's highest score.
        Assert.Equal("No action that was tried is valid; the best attempt is attached.", record.Reason);
        var without = Sample.Message<OptionsException>(() => new Rbr().Prepare(new(model), new Rng(1)));
        Assert.Equal("Method 'rbr' needs training rows, and the task has none.", without);
    }

    [Fact]
    public void Defaults_presets_and_refusals_are_pinned()
    {
        var method = MethodCatalog.Get("rbr");
        Assert.Equal("""{"samples":200,"radius":0.2,"delta-plus":0.2,"sigma":1,"epsilon-optimistic":0.5,"epsilon-pessimistic":0.5,"neighbours":1000,"line-points":100,"rows":10000,"max-steps":500,"learning-rate":0.0316}""", method.DefaultOptions);
        Assert.Equal("""{"samples":200,"radius":0.2,"delta-plus":0.2,"sigma":1,"epsilon-optimistic":0,"epsilon-pessimistic":0,"neighbours":1000,"line-points":100,"rows":10000,"max-steps":500,"learning-rate":0.0316}""", method.Presets["plain"]);
        Assert.Equal(
            """
            Options of 'rbr': samples is 0; must be 1 to 1000000.
            Options of 'rbr': radius is 0; must be more than 0 and finite.
            Options of 'rbr': delta-plus is -1; must be at least 0 and finite.
            Options of 'rbr': sigma is 0; must be more than 0 and finite.
            Options of 'rbr': epsilon-optimistic is -0.5; must be at least 0 and finite.
            Options of 'rbr': epsilon-pessimistic is NaN; must be at least 0 and finite.
            Options of 'rbr': neighbours is 0; must be 1 to 100000.
            Options of 'rbr': line-points is 1; must be 2 to 10000.
            Options of 'rbr': rows is 1; must be 2 to 1000000.
            Options of 'rbr': max-steps is 0; must be at least 1.
            Options of 'rbr': learning-rate is 0; must be more than 0 and finite.
            """.ReplaceLineEndings("\n"),
            Sample.Message<OptionsException>(() => new Rbr(new(0, 0, -1, 0, -0.5, double.NaN, 0, 1, 1, 0, 0))).ReplaceLineEndings("\n"));
    }

    private static SearchChunk ChunkOf(NetworkModel model, Table training, Table people)
    {
        var task = new RecourseTask(model, training);
        return new(task, people, _ => task.Actions, i => new Rng(1).Split((ulong)i), Scores.Favourable(model, people), [.. Enumerable.Repeat(1, people.Rows)], Redress.Costs.CostCatalog.All[0], 1, new Budget(), new int[people.Rows]);
    }
}
