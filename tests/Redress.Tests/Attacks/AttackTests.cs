using System.Text.Json;
using Redress.Attacks;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Attacks;

public sealed class AttackTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "attacks.json"))).RootElement;

    private static readonly Schema Mixed = new(
        [Feature.Numeric("a"), Feature.Integer("b"), Feature.Categorical("c", ["u", "v", "w"]), Feature.Ordinal("o", ["low", "mid", "top"]), Feature.Numeric("d") with { Minimum = -1, Maximum = 1 }], "y", "yes");

    [Theory]
    [InlineData("fgsm")]
    [InlineData("pgd")]
    public void Examples_are_PyTorch_s(string name)
    {
        var network = Golden.GetProperty("network");
        float[][] first = Matrix(network.GetProperty("0.weight"));
        var weights = new float[24];
        for (int o = 0; o < 6; o++)
            for (int i = 0; i < 4; i++) weights[i * 6 + o] = first[o][i];
        var model = FeedForward.FromValues([4, 6, 1], Activation.Tanh, 0, [weights, Matrix(network.GetProperty("2.weight"))[0]], [Row(network.GetProperty("0.bias")), Row(network.GetProperty("2.bias"))]);
        var schema = new Schema([.. "abcd".Select(c => Feature.Numeric(c.ToString()) with { Minimum = 0, Maximum = 1 })], "y", "yes");
        var table = Sample.Table(schema, [[0, 0, 0, 0], [1, 1, 1, 1]]);
        double epsilon = Golden.GetProperty("epsilon").GetDouble();
        var statistics = TrainingStatistics.Of(table);
        var region = new AttackRegion(schema, Encoding.Fit(schema, statistics, new(NumberScaling.Range)), statistics, new(epsilon));
        IAttack attack = name == "fgsm" ? new Fgsm() : new Pgd(new(Golden.GetProperty("steps").GetInt32(), Golden.GetProperty("alpha").GetDouble(), RandomStart: false));
        float[] x = [.. Matrix(Golden.GetProperty("x")).SelectMany(r => r)], y = [.. Matrix(Golden.GetProperty("y")).Select(r => r[0])];
        using var scope = TensorScope.Open();
        new GradientAttack(region, attack.StepsIn(epsilon)).Perturb(new LaneNetwork(model), x, y, (_, _) => null, x);
        Assert.Equal(Matrix(Golden.GetProperty(name)).SelectMany(r => r), x, (a, b) => Math.Abs(a - b) <= 1e-5f);
    }

    [Theory]
    [InlineData(AttackNorm.Linf)]
    [InlineData(AttackNorm.L2)]
    public void On_a_linear_model_exactly_those_within_epsilon_times_the_dual_norm_are_susceptible(AttackNorm norm)
    {
        var schema = new Schema([Feature.Numeric("a") with { Minimum = -99, Maximum = 99 }, Feature.Numeric("b") with { Minimum = -99, Maximum = 99 }], "y", "yes");
        var rows = Sample.Random(schema, 400, 3, labels: true);
        float[] w = [0.8f, -0.6f];
        var model = Sample.Linear(rows, w, 0.1f, threshold: 0.2);
        double[] scores = Scores.Favourable(model, rows);
        double dual = norm == AttackNorm.Linf ? 1.4 : 1;
        double[] epsilons = [0.3, 0.05, 0.9];
        // A start off the line along w would still be a little off it after ten steps in a round ball.
        var curve = SusceptibilityCurve.Measure(model, rows, new Pgd(new(RandomStart: norm == AttackNorm.Linf)), new(Norm: norm), epsilons, new Rng(1));
        int[] correct = [.. Enumerable.Range(0, 400).Where(r => scores[r] >= 0.2 == rows.Labels![r])];
        Assert.Equal([0.05, 0.3, 0.9], curve.Select(p => p.Epsilon));
        foreach (var point in curve)
        {
            int expected = correct.Count(r => Math.Abs(scores[r] - 0.2) <= point.Epsilon * dual);
            Assert.Equal((expected, correct.Length, 400), (point.Susceptible, point.Correct, point.People));
            Assert.Equal(((double)expected / correct.Length, (correct.Length - expected) / 400.0), (point.Susceptibility, point.AdversarialAccuracy));
        }
        Assert.Equal(curve, SusceptibilityCurve.Measure(model, rows, new Fgsm(), new(Norm: norm), epsilons, new Rng(1)));
    }

    [Theory]
    [InlineData(AttackNorm.Linf, AttackedFeatures.Numbers)]
    [InlineData(AttackNorm.L2, AttackedFeatures.Numbers)]
    [InlineData(AttackNorm.Linf, AttackedFeatures.All)]
    [InlineData(AttackNorm.L2, AttackedFeatures.All)]
    public void Examples_stay_in_the_ball_and_the_valid_range_and_decide_as_they_say(AttackNorm norm, AttackedFeatures features)
    {
        var (model, people, labels) = Case();
        var ball = new AttackBall(0.5, norm, features, new Dictionary<string, double> { ["b"] = 0.5 });
        var outcome = new AttackSearch(model, new Pgd(new(Steps: 15, Restarts: 2)), ball).Run(people, labels, new Rng(2), keepPoints: true, new(), default);
        int width = model.Encoding.Width;
        var x = new float[people.Rows * width];
        model.Encoding.Encode(people, 0, people.Rows, x);
        var logits = new float[people.Rows];
        ((IEncodedClassifier)model).Logits(outcome.Points, people.Rows, logits);
        float[] low = new float[width], high = new float[width];
        model.Encoding.Encode([.. model.Statistics.Distributions.Select(d => d.Minimum)], low);
        model.Encoding.Encode([.. model.Statistics.Distributions.Select(d => d.Maximum)], high);
        model.Encoding.Encode(4, -1, low);
        model.Encoding.Encode(4, 1, high);
        int d = width - 1;
        for (int r = 0; r < people.Rows; r++)
        {
            Assert.Equal(outcome.Fooled[r], logits[r] >= model.Threshold != labels[r]);
            double most = 0, square = 0;
            for (int c = 0; c < width; c++)
            {
                float delta = outcome.Points[r * width + c] - x[r * width + c];
                bool named = c is >= 2 and <= 5;
                if (named && features == AttackedFeatures.Numbers) Assert.Equal(0, delta);
                double scaled = c == 1 ? delta / 0.5 : delta;
                (most, square) = (Math.Max(most, Math.Abs(scaled)), square + scaled * scaled);
                if (c is 0 or 1 || c == d) Assert.InRange(outcome.Points[r * width + c], Math.Min(low[c], x[r * width + c]) - 1e-6f, Math.Max(high[c], x[r * width + c]) + 1e-6f);
                if (c is >= 2 and <= 4) Assert.InRange(outcome.Points[r * width + c], 0, 1);
            }
            Assert.InRange(norm == AttackNorm.Linf ? most : Math.Sqrt(square), 1e-4, 0.5 + 1e-5);
        }
        Assert.Contains(true, outcome.Fooled);
        Assert.Contains(false, outcome.Fooled);
    }

    [Fact]
    public void An_answer_is_the_same_at_any_number_of_threads_chunk_size_order_and_company()
    {
        var (model, people, labels) = Case();
        foreach (var norm in Enum.GetValues<AttackNorm>())
        {
            var search = new AttackSearch(model, new Pgd(new(Steps: 4, Restarts: 3)), new(0.25, norm));
            var whole = search.Run(people, labels, new Rng(7), keepPoints: true, new(1, 1000), default);
            foreach (var execution in new Execution[] { new(2, 1), new(7, 5) })
            {
                var again = search.Run(people, labels, new Rng(7), keepPoints: true, execution, default);
                Assert.Equal(whole.Fooled, again.Fooled);
                Assert.Equal(whole.Points, again.Points);
            }
            int width = model.Encoding.Width;
            int[] some = [61, 3, 40];
            var few = search.Run(people.Select(some), [.. some.Select(r => labels[r])], new Rng(7), keepPoints: true, new(), default);
            Assert.Equal(some.SelectMany(r => whole.Points[(r * width)..((r + 1) * width)]), few.Points);
            Assert.NotEqual(whole.Points, search.Run(people, labels, new Rng(8), keepPoints: true, new(), default).Points);
        }
    }

    [Fact]
    public void Restarts_and_steps_find_no_fewer_and_a_row_s_start_fills_the_ball()
    {
        var (model, people, labels) = Case();
        int Found(PgdOptions options) => new AttackSearch(model, new Pgd(options), new(0.3)).Run(people, labels, new Rng(1), false, new(), default).Fooled.Count(f => f);
        Assert.True(Found(new(Steps: 20, Restarts: 5)) >= Found(new(Steps: 20)));
        Assert.True(Found(new(Steps: 20, RandomStart: false)) > 0);
        // In the L2 ball of two columns half of the starts are within ε/√2; the L∞ ball holds a quarter within ε/2 of both.
        var schema = new Schema([Feature.Numeric("a") with { Minimum = -9, Maximum = 9 }, Feature.Numeric("b") with { Minimum = -9, Maximum = 9 }], "y", "yes");
        var table = Sample.Table(schema, [[0, 0], [1, 1]]);
        var statistics = TrainingStatistics.Of(table);
        foreach (var (norm, share) in new[] { (AttackNorm.L2, 0.5), (AttackNorm.Linf, 0.25) })
        {
            var lanes = new AttackLanes(new AttackRegion(schema, Encoding.Fit(schema, statistics, new(NumberScaling.None)), statistics, new(2, norm)));
            var point = new float[2];
            int inside = 0;
            for (int i = 0; i < 4000; i++)
            {
                lanes.Enter(5, [0.5f, -0.5f], new Rng((ulong)i));
                lanes.ReadPoint(5, point);
                var (a, b) = (point[0] - 0.5, point[1] + 0.5);
                if (norm == AttackNorm.L2 ? Math.Sqrt(a * a + b * b) <= Math.Sqrt(2) : Math.Abs(a) <= 1 && Math.Abs(b) <= 1) inside++;
            }
            Assert.Equal(share, inside / 4000.0, 0.03);
        }
    }

    [Fact]
    public void Problems_are_told_together_with_value_and_limit()
    {
        var (model, people, _) = Case();
        var ball = new AttackBall(-1, (AttackNorm)5, (AttackedFeatures)6, new Dictionary<string, double> { ["a"] = double.NaN, ["q"] = 1 });
        Assert.Equal(
            """
            Steps is 0; must be 1 to 10000.
            Step size is NaN; must be more than 0 and at most 1000.
            Restarts is 4; without a random start all are the same, so it must be 1.
            Epsilon is NaN; must be 0 to 1000 in encoded units.
            Norm is 5; must be one of Linf, L2.
            Features is 6; must be one of Numbers, All.
            The radius of 'a' is NaN; must be 0, or 0.000001 to 1000.
            Epsilon is -1; must be 0 to 1000 in encoded units.
            There is no feature 'q' to give a radius.
            Threads is -1; must be 0 (all cores) to 1024.
            """.ReplaceLineEndings("\n"),
            Sample.Message<OptionsException>(() => SusceptibilityCurve.Measure(model, people, new Pgd(new(0, double.NaN, false, 4)), ball, [-1, double.NaN], new Rng(1), new(-1))).ReplaceLineEndings("\n"));
        string Curve(AttackBall b, params double[] epsilons) => Sample.Message<OptionsException>(() => SusceptibilityCurve.Measure(model, people, new Fgsm(), b, epsilons, new Rng(1)));
        Assert.Equal("There is no radius; give one or more.", Curve(new()));
        Assert.Equal("Epsilon is 1001; must be 0 to 1000 in encoded units.", Curve(new(), 1001));
        Assert.Equal("Every feature has the radius 0; an attack needs one that may move.", Curve(new(Radii: new Dictionary<string, double> { ["a"] = 0, ["b"] = 0, ["d"] = 0 }), 1));
        Assert.Equal("The radius of 'a' is 9E-07; must be 0, or 0.000001 to 1000.", Assert.Single(new AttackBall(Radii: new Dictionary<string, double> { ["a"] = 9e-7, ["b"] = 1e-6, ["d"] = 0 }).Problems()));
        Assert.Equal("Epsilon is -1; must be 0 to 1000 in encoded units.\nThere is no feature 'q' to give a radius.",
            Sample.Message<OptionsException>(() => new AttackSearch(model, new Fgsm(), new(-1, Radii: new Dictionary<string, double> { ["q"] = 1 }))).ReplaceLineEndings("\n"));
        Assert.Equal("Attack 'cw' is not known; there are pgd, fgsm.", Sample.Message<OptionsException>(() => AttackCatalog.Get("cw")));
        Assert.Equal("Restarts is 0; must be 1 to 1000.", Assert.Single(new Pgd(new(Restarts: 0)).Problems()));
        var names = new Schema([Feature.Categorical("c", ["u", "v"])], "y", "yes");
        Assert.Equal("The schema has no number that an attack could move; include categories.", Assert.Single(new AttackBall().Problems(names)));
        Assert.Empty(new AttackBall(Features: AttackedFeatures.All).Problems(names));
    }

    [Fact]
    public void What_cannot_be_attacked_is_refused()
    {
        var (model, people, _) = Case();
        var box = new DelegateModel(Mixed, (t, c) => [.. Enumerable.Repeat(0.5, t.Rows)], "box", 0.5);
        Assert.Equal("Attack 'pgd' needs gradients, and the model gives scores only.", Sample.Message<OptionsException>(() => SusceptibilityCurve.Measure(box, people, new Pgd(), new(), [0.1], new Rng(1))));
        Assert.Equal("The target column 'y' is missing; an attack needs outcomes.", Sample.Message<DataException>(() => SusceptibilityCurve.Measure(model, new Table(Mixed, people.Values.ToArray()), new Pgd(), new(), [0.1], new Rng(1))));
        var faulty = new Table(Mixed, [1, 1, 1, 1, 1], labels: [true], faults: new Dictionary<int, string> { [0] = "line 2: bad" });
        Assert.Equal("1 of the rows could not be read: line 2: bad", Sample.Message<DataException>(() => SusceptibilityCurve.Measure(model, faulty, new Pgd(), new(), [0.1], new Rng(1))));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => SusceptibilityCurve.Measure(model, people, new Pgd(), new(), [0.1], new Rng(1), cancel: cancelled.Token));
    }

    [Fact]
    public void A_network_that_overflows_is_not_fooled()
    {
        // Both units overflow away from 0, and their difference is no number.
        var network = FeedForward.FromValues([1, 2, 1], Activation.Identity, 0, [[1e30f, 1e30f], [1e30f, -1e30f]], [[0, 0], [1]]);
        var schema = new Schema([Feature.Numeric("a") with { Minimum = -9, Maximum = 9 }], "y", "yes");
        var statistics = TrainingStatistics.Of(Sample.Table(schema, [[0], [1]]));
        var region = new AttackRegion(schema, Encoding.Fit(schema, statistics, new(NumberScaling.None)), statistics, new(1));
        var (fooled, points) = (new bool[1], new float[1]);
        using var scope = TensorScope.Open();
        new GradientAttack(region, new Pgd().StepsIn(1)).Search(new LaneNetwork(network), [0], [true], 0, (_, _) => new Rng(1), fooled, points, default);
        Assert.NotEqual(0, points[0]);
        Assert.False(fooled[0]);
    }

    [Fact]
    public void Defaults_are_those_of_the_papers()
    {
        Assert.Equal(new AttackBall(8.0 / 255, AttackNorm.Linf, AttackedFeatures.Numbers, null), new AttackBall());
        Assert.Equal(new PgdOptions(10, null, true, 1), new Pgd().Options);
        Assert.Equal(new AttackSteps(10, 0.25f, true, 1), new Pgd().StepsIn(1));
        Assert.Equal(new AttackSteps(1, 0.5f, false, 1), new Fgsm().StepsIn(0.5));
        Assert.All(AttackCatalog.All, a => Assert.Same(a, AttackCatalog.Get(a.Info.Slug)));
    }

    /// <summary>A network, and people whose outcomes are its decisions; some stand outside the training range.</summary>
    private static (NetworkModel Model, Table People, bool[] Labels) Case()
    {
        var model = Sample.Network(Sample.Random(Mixed, 60, 4), [9, 6], 5);
        var people = Sample.Random(Mixed, 70, 6, spread: 1.4);
        bool[] labels = [.. Scores.Favourable(model, people).Select(s => s >= model.Threshold)];
        return (model, new(Mixed, people.Values.ToArray(), labels: labels), labels);
    }

    private static float[][] Matrix(JsonElement rows) => [.. rows.EnumerateArray().Select(Row)];

    private static float[] Row(JsonElement row) => [.. row.EnumerateArray().Select(v => v.GetSingle())];
}
