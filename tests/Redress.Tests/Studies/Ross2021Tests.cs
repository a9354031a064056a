using Redress.Actions;
using Redress.Data;
using Redress.Methods;
using Redress.Metrics;
using Redress.Models;
using Redress.Studies;
using Redress.Studies.Ross2021;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Tests.Studies;

public sealed class Ross2021Tests
{
    private static readonly string[] Sets = ["adult", "compas", "bail", "german"];
    private static readonly PaperFigures Paper = Ross2021Study.Study.Paper;

    [Fact]
    public void All_figures_of_the_paper_s_text_are_in_its_file() => Assert.Equal(32 + 48 + 32 + 24 + 1, Paper.Count);

    /// <summary>Table 2's rows of θ by max F1 are table 1's, which tells that table 1's second block is recourse-all.</summary>
    [Fact]
    public void The_paper_s_tables_agree_where_they_meet()
    {
        foreach (string set in Sets)
            foreach (string model in new[] { "baseline", "ours" })
            {
                Assert.Equal(Paper.Of("table 1", set, model, "", "f1"), Paper.Of("table 2", set, $"{model}, θ by max F1", "", "f1"));
                Assert.Equal(Paper.Of("table 1", set, model, "linear-step", "recourse-all"), Paper.Of("table 2", set, $"{model}, θ by max F1", "linear-step", "recourse-all"));
            }
    }

    [Fact]
    public void Splits_are_of_the_paper_s_sizes_and_share_no_row()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any, new(1, ChangeUnit.Raw))], "y", "yes", "id");
        var rows = Sample.Table(schema, [.. Enumerable.Range(0, 6000).Select(i => new[] { (double)i })], [.. Enumerable.Range(0, 6000).Select(i => i % 3 == 0)], [.. Enumerable.Range(0, 6000).Select(i => Invariant($"{i}"))]);
        var data = new StudyData("compas", new(rows), "");
        var written = RossSplit.Of(data, 1, RossPreset.AsWritten, 1);
        Assert.Equal((4200, 700, 600, 500), (written.Train.Rows, written.Validation.Rows, written.Calibration!.Rows, written.Test!.Rows));
        string[] ids = [.. new[] { written.Train, written.Validation, written.Calibration, written.Test }.SelectMany(t => t.Ids!)];
        Assert.Equal(6000, ids.Distinct().Count());
        var published = RossSplit.Of(data, 1, RossPreset.AsPublished, 1);
        Assert.Equal((4800, 700, 500), (published.Train.Rows, published.Calibration!.Rows, published.Test!.Rows));
        Assert.Equal(written.Test.Ids, published.Test.Ids);
        Assert.NotEqual(written.Test.Ids, RossSplit.Of(data, 2, RossPreset.AsWritten, 1).Test!.Ids);
        Assert.Equal(6000 - rows.Labels!.Count(l => l), RossSplit.Inverted(rows).Labels!.Count(l => l));
    }

    [Fact]
    public void The_reversed_step_goes_to_the_worst_corner()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any, new(1, ChangeUnit.Raw)), Feature.Numeric("b", Change.Increase, new(1, ChangeUnit.Raw))], "y", "yes");
        var people = Sample.Table(schema, [[0, 0], [1, 2]]);
        var model = Sample.Linear(people, [1, -2], 0, threshold: 9);
        var record = ReversedStep.Prepare(new RecourseTask(model)).Find(new(people), new Rng(1)).Records[0];
        Assert.Equal(-3, record.Attempt!.Score);
    }

    [Fact]
    public void The_published_loss_is_ours_but_for_the_sign()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any, new(1, ChangeUnit.Raw)), Feature.Numeric("b")], "y", "yes");
        var rows = Sample.Random(schema, 30, 6, labels: true);
        var statistics = TrainingStatistics.Of(rows);
        var actions = new ActionSet(schema, statistics);
        var encoded = new EncodedActions(rows, _ => actions, Encoding.Fit(schema, statistics, new()));
        var network = new FeedForward([2, 6, 1], Activation.Tanh, 0, new Rng(3));
        using var scope = TensorScope.Open();
        var batch = new Batch(
            Enumerable.Range(0, 30).ToArray(), Tensor.From(30, 2, encoded.X), Tensor.From(30, 1, [.. rows.Labels!.Select(l => l ? 1f : 0f)]), Tensor.Full(30, 1, 1));
        double Loss(IObjective objective) => objective.ForThread(new(rows, encoded.Encoding, statistics, encoded)).Loss(network.Alias(tracked: true), batch, new Rng(1)).Item;
        double ours = Loss(new RecourseAware(0.8)), none = Loss(new RecourseAware(0));
        Assert.Equal(ours, Loss(new PublishedObjective(0.8, 2, reversed: false)), 1e-5);
        Assert.Equal(ours - none / 2, Loss(new PublishedObjective(0.8, 0.5, reversed: false)), 1e-5);
        Assert.True(Loss(new PublishedObjective(0.8, 2, reversed: true)) > ours + 0.01);
    }

    [Fact]
    public void The_wrong_tail_allows_more_failures_than_the_right_one()
    {
        double[] scores = [.. Enumerable.Range(0, 200).Select(i => (i - 100) / 20.0)];
        var scored = new Scored([.. scores.Select(s => s > 0)], scores, scores);
        double wrong = Scores.Probability(ScoreKind.Logit, WrongTail.Threshold(scored, 0.05, 0.05));
        // P[Binomial(200, 0.05) ≤ 14] = 0.9219 and ≤ 15: 0.9556, so 14 may fail; the right tail, 0.05, lets 4.
        Assert.Equal(Scores.Probability(ScoreKind.Logit, scores[14]), wrong, 12);
    }

    [Fact]
    public void Rates_at_a_threshold_are_counted_by_hand()
    {
        var scored = new Scored([true, false, true, false], [2, -1, 0, -3], [2, 1, 0, -2]);
        Assert.Equal(0.5, scored.RecourseNeg(0));
        Assert.Equal(0.75, scored.RecourseAll(0));
        Assert.True(double.IsNaN(scored.RecourseNeg(-5)));
        Assert.Equal(0, scored.ThresholdAccepting(0.5));
        Assert.Equal(-3, scored.ThresholdOfPrecision(0.5));
    }

    [Fact]
    public void The_comparison_says_met_or_missed()
    {
        List<StudyRow> Point(string table, string model, double f1, double accuracy, double neg, double all) =>
        [
            new(table, "adult", model, "", "f1", f1, null), new(table, "adult", model, "", "accuracy", accuracy, null),
            .. new[] { "gradient", "linear-step" }.SelectMany(m => new StudyRow[] { new(table, "adult", model, m, "recourse-neg", neg, null), new(table, "adult", model, m, "recourse-all", all, null) }),
        ];
        List<StudyRow> means =
        [
            .. Point("table 1", "λ=0.8", 0.64, 0.80, 0.45, 0.70), .. Point("table 1", "λ=0", 0.70, 0.84, 0.2, 0.4),
            .. Point(RossConclusions.TestFront, "λ=0 accepted=0.3", 0.70, 0.84, 0.2, 0.4), .. Point(RossConclusions.TestFront, "λ=0.5 accepted=0.4", 0.66, 0.80, 0.55, 0.75),
            .. Point(RossConclusions.ValidationFront, "λ=0.5 accepted=0.4", 0.65, 0.79, 0.5, 0.7),
        ];
        var rows = new RossComparison(Paper, means).Rows().ToList();
        StudyRow Bar(string model, string metric) => rows.Single(r => r is { Table: "bar", Method: "linear-step" } && r.Model == model && r.Metric == metric);
        Assert.Equal("missed by 0.048 at λ=0.8", Bar("own θ", "recourse-neg").Note);
        Assert.Equal("met, but not the whole bar, at λ=0.8", Bar("own θ", "recourse-all").Note);
        Assert.Equal("met at λ=0.5 accepted=0.4; chosen on the test rows", Bar("front", "recourse-neg").Note);
        Assert.Equal((0.55, 0.498), (Bar("front, chosen on validation", "recourse-neg").Ours, Bar("front, chosen on validation", "recourse-neg").Paper));
        Assert.Equal(0.2, rows.Single(r => r is { Table: "equal performance", Model: "baseline", Method: "gradient", Metric: "recourse-neg" }).Ours);
        Assert.DoesNotContain(rows, r => r is { Table: "equal performance", Model: "ours" });
        Assert.Equal(2, rows.Count(r => r.Table == "front"));
    }

    [Fact]
    public void A_quick_run_on_the_published_data_goes_through_and_on()
    {
        string data = RealData.Need("german/german.csv");
        using var folder = new Data.TemporaryFolder();
        var request = new StudyRequest(data, Seed: 1, Quick: true, DataSets: ["german"]);
        var run = StudyRunner.Run(Ross2021Study.Study, request, folder["out"]);
        Assert.Equal((6, 0), (run.Parts, run.Resumed));
        foreach (string preset in new[] { "", ", as-published", ", corrected" })
            Assert.Equal(20, run.Rows.Count(r => r.Table == "table 1" + preset && r.Paper is not null));
        Assert.Contains(run.Rows, r => r.Table == "bar");
        Assert.All(run.Rows.Where(r => r.Ours is not null && r.Metric is "f1" or "recourse-all"), r => Assert.InRange(r.Ours!.Value, 0, 1));
        Assert.Equal(6, StudyRunner.Run(Ross2021Study.Study, request, folder["out"]).Resumed);
    }
}
