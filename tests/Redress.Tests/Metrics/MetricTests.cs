using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Metrics;

/// <summary>Eight people, the score x, θ = 0: every figure below is worked out by hand.</summary>
public sealed class MetricTests
{
    private static readonly Schema Schema = new(
        [Feature.Numeric("x", Change.Any) with { CostWeight = 2 }, Feature.Categorical("c", ["u", "v"], Change.Any), Feature.Numeric("z")], "y", "yes", groups: ["sex"]);

    // Training: x is 0, 2, 4, 6 (mean 3, standard deviation √5); z is 0 or 10.
    private static readonly Table Training = Sample.Table(Schema, [[0, 0, 0], [2, 1, 10], [4, 0, 0], [6, 1, 10]]);
    private static readonly NetworkModel Model = Sample.Linear(Training, [1, 0, 0, 0], 0);

    // Scores 3, 2, 1, 0, -1, -2, -3, -4; the first four are accepted.
    private static readonly double[] X = [3, 2, 1, 0, -1, -2, -3, -4];
    private static readonly bool[] Labels = [true, true, false, true, true, false, false, false];

    // Of the four rejected, two were found a recourse.
    private static readonly RecourseBatch Recourse = new(
        new RecourseRun("m", 0, "method", "{}", "{}", "f", "l1", "favourable", 1),
        [
            Record(0, Outcome.AlreadyDesired), Record(1, Outcome.AlreadyDesired), Record(2, Outcome.AlreadyDesired), Record(3, Outcome.AlreadyDesired),
            Record(4, Outcome.Found, new FeatureChange("x", new(-1), new(4))),
            Record(5, Outcome.Found, new FeatureChange("x", new(-2), new(2)), new FeatureChange("c", new("u"), new("v"))),
            Record(6, Outcome.NotFound), Record(7, Outcome.Infeasible),
        ]);

    private static readonly string[] Sex = ["f", "m", "m", "m", "f", "m", "m", "f"];

    [Theory]
    [InlineData("f1", 0.75, 8)] // TP 3, FP 1, FN 1, TN 3
    [InlineData("accuracy", 0.75, 8)]
    [InlineData("precision", 0.75, 8)]
    [InlineData("recall", 0.75, 8)]
    [InlineData("auc", 0.875, 8)] // of 16 pairs the favourable one loses two: 0 and -1 to 1
    [InlineData("recourse-neg", 0.5, 4)]
    [InlineData("recourse-all", 0.75, 8)]
    [InlineData("sparsity", 1.5, 2)]
    [InlineData("cost-l1", 4.5249223594996214, 2)] // (2·5/√5 + 2·4/√5 + 1) / 2
    [InlineData("cost-l2", 4.0934855, 2)] // (2√5 + √((8/√5)² + 1)) / 2
    [InlineData("cost-total-percentile-shift", 1.75, 2)] // x: 0 → 0.75 and 0 → 0.5, twice each for the weight; c: 1
    [InlineData("cost-max-percentile-shift", 1.25, 2)] // 1.5 and max(1, 1)
    public void Figures_are_those_worked_out_by_hand(string slug, double value, int count)
    {
        var figure = Assert.Single(MetricCatalog.All.Single(m => m.Info.Slug == slug).Of(Evaluated()));
        Assert.Equal(value, figure.Value, 1e-6);
        Assert.Equal(count, figure.Count);
    }

    [Fact]
    public void Robustness_to_attacks_is_over_those_classified_correctly()
    {
        // Correct are x = 3, 2, 0 (favourable) and -2, -3, -4 (not); within 2 of θ are 2, 0 and -2, but below 0 no training row is, so only -2 is turned.
        var evaluation = new Evaluation(Model, new(Schema, [.. X.SelectMany(x => new[] { x, 0, 0 })], labels: Labels), new(Schema, Model.Statistics), null, new Rng(1)) { AttackBall = new(2.01) };
        Assert.Equal(6, evaluation.UnderAttack()!.Correct);
        var figure = Assert.Single(new Susceptibility().Of(evaluation));
        Assert.Equal((1 / 6.0, 6), (figure.Value, figure.Count));
        Assert.Equal(ClopperPearson.Interval(1, 6, 0.95), (figure.Lower!.Value, figure.Upper!.Value));
        figure = Assert.Single(new AdversarialAccuracy().Of(evaluation));
        Assert.Equal((5 / 8.0, 8), (figure.Value, figure.Count));
        Assert.Equal(ClopperPearson.Interval(5, 8, 0.95), (figure.Lower!.Value, figure.Upper!.Value));
    }

    [Fact]
    public void A_model_without_gradients_has_no_robustness_to_attacks()
    {
        var box = new DelegateModel(Schema, (t, c) => [.. Enumerable.Range(0, t.Rows).Select(r => t.Row(r)[0] > 0 ? 0.9 : 0.1)], "box", 0.5);
        var evaluation = new Evaluation(box, new(Schema, [.. X.SelectMany(x => new[] { x, 0, 0 })], labels: Labels), new(Schema, Model.Statistics), null, new Rng(1));
        Assert.Empty(new Susceptibility().Of(evaluation).Concat(new AdversarialAccuracy().Of(evaluation)));
    }

    [Fact]
    public void Disparity_is_the_largest_group_against_the_others()
    {
        // m: 5 people, 4 of them accepted or with recourse; f: 3 people, 2 of them.
        var figure = Assert.Single(new Disparity().Of(Evaluated()));
        Assert.Equal(4 / 5.0 - 2 / 3.0, figure.Value, 1e-12);
        Assert.Equal("sex: m against others", figure.Of);
        Assert.True(figure.Lower < figure.Value && figure.Value < figure.Upper);
    }

    [Fact]
    public void The_interval_of_a_difference_is_Newcombes_published_example()
    {
        // Newcombe (1998), table II: 56/70 - 48/80, method 10: 0.0524 to 0.3339.
        var (difference, lower, upper) = Disparity.Newcombe(56, 70, 48, 80);
        Assert.Equal(0.2, difference, 1e-12);
        Assert.Equal(0.0524, lower, 5e-5);
        Assert.Equal(0.3339, upper, 5e-5);
    }

    [Fact]
    public void Recourse_robustness_is_the_normal_tail()
    {
        // Noise is N(0, (0.1 √5)²) on x: a recourse 0.2236 = one standard deviation of noise beyond θ survives with probability Φ(1) = 0.8413.
        double sigma = 0.1 * Math.Sqrt(5);
        Assert.Equal(0.8413, Robustness("recourse-robustness", sigma), 0.02);
        Assert.Equal(0.5, Robustness("recourse-robustness", 0), 0.03);
        Assert.Equal(1, Robustness("recourse-robustness", 10 * sigma));
    }

    [Fact]
    public void Model_robustness_is_the_share_of_decisions_that_stay()
    {
        double sigma = 0.1 * Math.Sqrt(5);
        foreach (double x in new[] { sigma, -sigma })
        {
            var people = Sample.Table(Schema, [.. Enumerable.Range(0, 2000).Select(i => new double[] { x, 0, i })]);
            var figure = Assert.Single(new ModelRobustness().Of(new(Model, people, Actions(), null, new Rng(3))));
            Assert.Equal(0.8413, figure.Value, 0.025);
        }
        var frozen = new ActionSet(new Schema([Feature.Numeric("x"), Schema.Features[1], Schema.Features[2]], "y", "yes"), Model.Statistics);
        Assert.Equal(1, Assert.Single(new ModelRobustness().Of(new(Model, Sample.Table(Schema, [[0, 0, 0]]), frozen, null, new Rng(3)))).Value);
    }

    [Fact]
    public void Metrics_without_what_they_need_say_nothing()
    {
        var bare = new Evaluation(Model, Sample.Table(Schema, [[1, 0, 0]]), Actions(), null, new Rng(1));
        Assert.Equal(["model-robustness"], MetricCatalog.All.Where(m => m.Of(bare).Any()).Select(m => m.Info.Slug));
        Assert.Equal("There are 8 records for 1 people. (Parameter 'recourse')",
            Sample.Message<ArgumentException>(() => new Evaluation(Model, Sample.Table(Schema, [[1, 0, 0]]), Actions(), Recourse, new Rng(1))));
    }

    [Fact]
    public void Every_metric_is_in_the_catalogue_once()
    {
        var types = typeof(IMetric).Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(IMetric))).ToList();
        Assert.NotEmpty(types);
        Assert.Equal(types.ToHashSet(), [.. MetricCatalog.All.Select(m => m.GetType())]);
        Assert.Equal(MetricCatalog.All.Count, MetricCatalog.All.Select(m => m.Info.Slug).Distinct().Count());
    }

    private static ActionSet Actions() => new(Schema, Model.Statistics);

    private static Evaluation Evaluated()
    {
        var people = new Table(Schema, [.. X.SelectMany(x => new[] { x, 0, 0 })], labels: Labels, groups: new Dictionary<string, IReadOnlyList<string>> { ["sex"] = Sex });
        return new(Model, people, Actions(), Recourse, new Rng(1));
    }

    private static double Robustness(string slug, double beyond)
    {
        const int people = 2000;
        var table = Sample.Table(Schema, [.. Enumerable.Range(0, people).Select(i => new double[] { -1, 0, i })]);
        var records = Enumerable.Range(0, people).Select(i => new RecourseRecord(
            $"{i + 1}", [new(-1), new("u"), new(i)], Outcome.Found, null, -1, [new(1, [new("x", new(-1), new(beyond))], 1, beyond)], null, 1, 1));
        return Assert.Single(MetricCatalog.All.Single(m => m.Info.Slug == slug).Of(new(Model, table, Actions(), new(Recourse.Run, [.. records]), new Rng(3)))).Value;
    }

    private static RecourseRecord Record(int row, Outcome outcome, params FeatureChange[] changes) =>
        new($"{row + 1}", [new(X[row]), new("u"), new(0.0)], outcome, null, X[row], changes.Length == 0 ? [] : [new(1, changes, 1, 1)], null, 1, 1);
}
