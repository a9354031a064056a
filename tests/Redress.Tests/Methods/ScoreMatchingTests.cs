using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class ScoreMatchingTests
{
    private static readonly Schema Wide = new([.. Enumerable.Range(0, 4).Select(f => Feature.Numeric($"f{f}", Change.Any) with { Minimum = -1000, Maximum = 1000 })], "y", "yes");

    /// <summary>The paper's setting: s = logit θ, one λ, all steps, however little they gain.</summary>
    private static readonly ScoreMatchingOptions Paper = new(Margin: 0, SearchLambda: false, MaxSteps: 300, Tolerance: 0);

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(20)]
    public void On_a_linear_model_the_minimum_is_m_w_over_lambda_plus_the_square_of_w(double lambda)
    {
        var (model, people, w) = Linear(3);
        double[] scores = Scores.Favourable(model, people), square = [.. w.Select(v => (double)v * v)];
        var chunk = ChunkOf(model, people);
        var run = new ScoreMatchingRun(chunk, Paper with { Lambda = lambda, Score = 0.75 }, keepLast: true);
        run.Descend(CancellationToken.None);
        for (int i = 0; i < people.Rows; i++)
        {
            double m = 0.75 - scores[i];
            for (int f = 0; f < w.Length; f++)
                Assert.Equal(m * w[f] / (lambda + square.Sum()), run.LastOf(i)[f] - chunk.Encoded.XOf(i)[f], 2e-4);
        }
    }

    [Theory]
    [InlineData(0.75, 1, 0.75)]
    [InlineData(0.75, -1, 0.25)]
    [InlineData(-1, -1, -1)]
    [InlineData(-1, 1, 2)]
    public void A_score_on_the_other_side_of_the_threshold_is_reflected(double score, int sign, double target)
    {
        var (model, people, w) = Linear(3);
        double[] scores = Scores.Favourable(model, people);
        var chunk = ChunkOf(model, people, sign: sign);
        var run = new ScoreMatchingRun(chunk, Paper with { Lambda = 0.5, Score = score }, keepLast: true);
        run.Descend(CancellationToken.None);
        for (int i = 0; i < people.Rows; i++)
            for (int f = 0; f < w.Length; f++)
                Assert.Equal((target - scores[i]) * w[f] / (0.5 + w.Sum(v => (double)v * v)), run.LastOf(i)[f] - chunk.Encoded.XOf(i)[f], 2e-4);
    }

    [Fact]
    public void The_first_step_on_a_linear_model_is_the_last()
    {
        var (model, people, _) = Linear(4);
        var chunk = ChunkOf(model, people);
        new ScoreMatchingRun(chunk, new(Tolerance: 0.01)).Descend(CancellationToken.None);
        // The person's own row, the minimum, and one more trial that gains nothing, or the few after it that are shorter.
        Assert.All(chunk.Steps, s => Assert.InRange(s, 2, 15));
    }

    [Fact]
    public void With_the_threshold_as_target_no_lambda_gives_an_answer_and_the_margin_or_a_smaller_lambda_does()
    {
        var (model, people, w) = Linear(5);
        double[] scores = Scores.Favourable(model, people);
        var searched = people.Select([.. Enumerable.Range(0, people.Rows).Where(i => scores[i] < model.Threshold - 0.1)]);
        int Met(ScoreMatchingOptions options)
        {
            var chunk = ChunkOf(model, searched);
            var run = new ScoreMatchingRun(chunk, options);
            run.Descend(CancellationToken.None);
            run.OfferNearest();
            return Enumerable.Range(0, searched.Rows).Count(i => chunk.FirstOffer(i) >= 0);
        }
        Assert.True(searched.Rows > 8);
        Assert.Equal(0, Met(Paper with { Lambda = 1 }));
        Assert.Equal(0, Met(Paper with { Lambda = 1, SearchLambda = true }));
        Assert.Equal(searched.Rows, Met(new()));
        Assert.Equal(searched.Rows, Met(new(Lambda: 1000)));
        double nearest = (model.Threshold - scores.Where(s => s < model.Threshold - 0.1).Max()) / Math.Sqrt(w.Sum(v => (double)v * v));
        var batch = new ScoreMatching().Prepare(new(model), new Rng(1)).Find(new(searched, Cost: new L2Cost()), new Rng(1));
        Assert.Equal(searched.Rows, batch.Count(Outcome.Found));
        Assert.InRange(batch.Records.Min(r => r.Answers[0].Cost), nearest, nearest + 0.06);
    }

    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(2, 1.5)]
    [InlineData(3, 0.01)]
    public void With_l1_it_comes_to_the_minimum_that_a_slow_reference_finds(int seed, double lambda)
    {
        // Narrow limits, so that the strongest feature alone does not do.
        var schema = new Schema([.. Enumerable.Range(0, 4).Select(f => Feature.Numeric($"f{f}", Change.Any) with { Minimum = -0.6, Maximum = 0.8 })], "y", "yes");
        var rng = new Rng((ulong)seed);
        float[] w = [.. Enumerable.Range(0, 4).Select(_ => (float)rng.NextGaussian())];
        var model = Sample.Linear(Sample.Table(schema, [[-0.6, 0.8, 0, 0], [0.1, 0.2, 0.3, -0.4]]), w, -1);
        var people = Sample.Table(schema, [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 4).Select(_ => 1.4 * rng.NextDouble() - 0.6).ToArray())]);
        var chunk = ChunkOf(model, people);
        var run = new ScoreMatchingRun(chunk, Paper with { Lambda = lambda, Score = 1, Distance = GradientDistance.L1, MaxSteps = 20_000 }, keepLast: true);
        run.Descend(CancellationToken.None);
        for (int i = 0; i < people.Rows; i++)
        {
            double[] x = [.. people.Row(i).ToArray()], reference = SlowL1(w, -1, x, 1, lambda);
            double[] found = [.. run.LastOf(i).ToArray().Select(v => (double)v)];
            Assert.InRange(Objective(w, -1, x, found, 1, lambda) - Objective(w, -1, x, reference, 1, lambda), -1e-6, 2e-4);
        }
    }

    [Fact]
    public void On_a_bent_model_the_objective_never_rises_and_limits_hold()
    {
        var training = Sample.Random(Wide, 60, 1);
        var model = Sample.Network(training, [8, 5], 3, scale: 3);
        var people = Sample.Random(Wide, 40, 7);
        var chunk = ChunkOf(model, people);
        var before = Enumerable.Repeat(double.PositiveInfinity, people.Rows).ToArray();
        for (int steps = 1; steps <= 40; steps += 3)
        {
            var run = new ScoreMatchingRun(chunk, Paper with { Lambda = 0.05, Score = 1, MaxSteps = steps }, keepLast: true);
            run.Descend(CancellationToken.None);
            for (int i = 0; i < people.Rows; i++)
            {
                var point = run.LastOf(i);
                double square = 0;
                for (int c = 0; c < point.Length; c++) square += Math.Pow(point[c] - chunk.Encoded.XOf(i)[c], 2);
                float[] logit = new float[1];
                ((IEncodedClassifier)model).Logits(point, 1, logit);
                double now = Math.Pow(logit[0] - 1, 2) + 0.05 * square;
                Assert.True(now <= before[i] + 1e-9, $"person {i}, {steps} steps: {now} after {before[i]}");
                before[i] = now;
            }
        }
        Assert.Contains(before, b => b < 0.3);
    }

    [Fact]
    public void Named_values_stay_where_numbers_do_and_move_where_they_do_not()
    {
        var schema = new Schema([Feature.Numeric("x", Change.Any) with { Minimum = -2, Maximum = 2 }, Feature.Categorical("c", ["a", "b"], Change.Any)], "y", "yes");
        var model = Sample.Linear(Sample.Table(schema, [[-1, 0], [1, 1], [0, 0]]), [1, 0, 3], 0);
        var people = Sample.Table(schema, [[-1, 0], [-1, 0]]);
        string[] Changed(ScoreMatchingOptions options, double threshold) =>
            [.. new ScoreMatching(options).Prepare(new(model.With(threshold, [])), new Rng(1)).Find(new(people), new Rng(1)).Records[0].Answers[0].Changes.Select(c => c.Feature)];
        Assert.Equal(["x"], Changed(new(), 1));
        Assert.Contains("c", Changed(new(NumbersFirst: false), 1));
        // No x reaches 3 alone.
        Assert.Contains("c", Changed(new(), 3));
    }

    [Fact]
    public void The_first_valid_step_can_be_the_last()
    {
        var model = Sample.Network(Sample.Random(Wide, 60, 1), [8, 5], 3, scale: 3);
        var people = Sample.Random(Wide, 60, 7);
        var every = new ScoreMatching().Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1));
        var first = new ScoreMatching(new(StopAtFirst: true)).Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1));
        Assert.Equal(every.Count(Outcome.Found), first.Count(Outcome.Found));
        Assert.True(first.Records.Sum(r => r.Steps) < every.Records.Sum(r => r.Steps));
    }

    [Fact]
    public void Defaults_and_refusals_are_pinned()
    {
        Assert.Equal("""{"score":null,"margin":0.05,"distance":"squared-l2","lambda":0.01,"search-lambda":true,"numbers-first":true,"max-steps":100,"tolerance":0.001,"stop-at-first":false}""",
            MethodCatalog.Get("score-matching").DefaultOptions);
        Assert.Equal(
            """
            Options of 'score-matching': score is NaN; must be finite.
            Options of 'score-matching': margin is -1; must be at least 0 and finite.
            Options of 'score-matching': distance is 8; must be squared-l2 or l1.
            Options of 'score-matching': lambda is -1; must be at least 0 and finite.
            Options of 'score-matching': max-steps is 0; must be at least 1.
            Options of 'score-matching': tolerance is 1; must be 0 to less than 1.
            """.ReplaceLineEndings("\n"),
            Sample.Message<OptionsException>(() => new ScoreMatching(new(double.NaN, -1, (GradientDistance)8, -1, true, true, 0, 1))).ReplaceLineEndings("\n"));
        Assert.Equal("Options of 'score-matching': lambda is 0 and search-lambda is true; a search needs lambda more than 0.", Sample.Message<OptionsException>(() => new ScoreMatching(new(Lambda: 0))));
    }

    internal static SearchChunk ChunkOf(IModel model, Table people, ActionSet? actions = null, int sign = 1)
    {
        var task = new RecourseTask(model);
        double[] scores = Scores.Favourable(model, people);
        return new(task, people, _ => actions ?? task.Actions, i => new Rng(5).Split((ulong)i), scores, [.. scores.Select(_ => sign)], CostCatalog.All[0], 1, new Budget(), new int[people.Rows]);
    }

    private static (NetworkModel Model, Table People, float[] Weights) Linear(int seed)
    {
        var training = Sample.Random(Wide, 50, (ulong)seed, spread: 3);
        var rng = new Rng((ulong)seed + 50);
        float[] w = [.. Enumerable.Range(0, 4).Select(_ => (float)rng.NextGaussian())];
        return (Sample.Linear(training, w, -1, 0.5, NumberScaling.Standardise), Sample.Random(Wide, 40, (ulong)seed + 9, spread: 3), w);
    }

    private static double Objective(float[] w, double b, double[] x, double[] at, double s, double lambda) =>
        Math.Pow(w.Zip(at).Sum(p => p.First * p.Second) + b - s, 2) + lambda * x.Zip(at).Sum(p => Math.Abs(p.First - p.Second));

    /// <summary>Proximal gradient in double with short steps and many of them.</summary>
    private static double[] SlowL1(float[] w, double b, double[] x, double s, double lambda)
    {
        double[] at = [.. x];
        double t = 0.4 / w.Sum(v => (double)v * v);
        for (int step = 0; step < 50_000; step++)
        {
            double r = b - s;
            for (int f = 0; f < at.Length; f++) r += w[f] * at[f];
            for (int f = 0; f < at.Length; f++)
            {
                double u = at[f] - 2 * t * r * w[f] - x[f];
                at[f] = Math.Clamp(x[f] + Math.Sign(u) * Math.Max(0, Math.Abs(u) - t * lambda), -0.6, 0.8);
            }
        }
        return at;
    }
}
