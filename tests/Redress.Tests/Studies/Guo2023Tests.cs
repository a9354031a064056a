using Redress.Attacks;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Studies;
using Redress.Studies.Guo2023;
using Redress.Tensors;

namespace Redress.Tests.Studies;

public sealed class Guo2023Tests
{
    private const string German = "german-releases";
    private static readonly PaperFigures Paper = Guo2023Study.Study.Paper;

    [Fact]
    public void The_paper_s_numbers_are_in_its_file_and_agree_with_each_other()
    {
        Assert.Equal(97, Paper.Count);
        foreach (string metric in new[] { "validity", "robust-validity", "proximity" })
            foreach (string set in new[] { "loan", German, "student" })
                Assert.All(new[] { ("base", "vanilla-cf"), ("base", "roar-lime"), ("base", "rbr"), ("counternet", "counternet"), ("rocoursenet", "rocoursenet") }, m => Assert.NotNull(Paper.Of("table 2", set, m.Item1, m.Item2, metric)));
        // The text: RoCourseNet has the highest validity and robust validity on each set.
        foreach (string set in new[] { "loan", German, "student" })
            Assert.All(new[] { "vanilla-cf", "roar-lime", "rbr" }, m => Assert.True(Paper.Of("table 2", set, "base", m, "robust-validity") < Paper.Of("table 2", set, "rocoursenet", "rocoursenet", "robust-validity")));
        Assert.Equal(1326, Paper.Of("table 10", "loan", "counternet", "", "seconds of training"));
    }

    [Fact]
    public void Its_settings_are_those_of_tables_4_and_5_where_the_paper_names_them()
    {
        var (loan, german, student) = (GuoChoices.Of("as-written", "loan"), GuoChoices.Of("as-written", German), GuoChoices.Of("as-written", "student"));
        Assert.Equal([200, 10, 10], loan.Settings.Hidden);
        Assert.Equal([100, 10, 20], german.Settings.Hidden);
        Assert.Equal([50, 10, 10], student.Settings.Hidden);
        Assert.Equal([50], student.Generator);
        Assert.Equal((0.003f, 0.03f, 128, 0.2, 0.1), (loan.LearningRate, loan.Shift.LearningRate, loan.Batch, loan.Validity, loan.Proximity));
        Assert.Equal((0.003f, 0.03f, 256, 1, 0.1), (german.LearningRate, german.Shift.LearningRate, german.Batch, german.Validity, german.Proximity));
        Assert.Equal((0.01f, 0.01f, 128, 0.2, 0.1), (student.LearningRate, student.Shift.LearningRate, student.Batch, student.Validity, student.Proximity));
        Assert.All([loan, german, student], c => Assert.Equal((50, 7, 0.1, 2, VirtualTraining.Gradient, false, false), (c.Epochs, c.Shift.Steps, c.Shift.Epsilon, c.Shift.Unrolled, c.Shift.Training, c.Shift.Soften, c.Within)));
        foreach (var preset in GuoPreset.All)
            foreach (string set in Guo2023Study.Study.DataSets)
            {
                var choice = GuoChoices.Of(preset.Slug, set);
                Assert.Empty(choice.Settings.Problems().Concat(choice.CounterNet(robust: true).Problems()).Concat(choice.CounterNet(robust: true).Problems(choice.Settings)));
            }
        Assert.Equal((9, 64), ((loan with { Epochs = 9, Batch = 64 }).Settings.Epochs, (loan with { Batch = 64 }).Settings.BatchSize));
        Assert.All(GuoMethod.All, m => Assert.Equal(m.Slug, Redress.Methods.MethodCatalog.Get(m.Slug).Info.Slug));
        Assert.Equal(GuoMethod.All.Count, GuoMethod.All.Select(m => m.Label).Distinct().Count());
    }

    [Fact]
    public void Every_person_counts_the_found_the_tried_and_those_whose_row_stays()
    {
        var schema = new Schema([Feature.Numeric("x", Change.Any), Feature.Categorical("c", ["a", "b"], Change.Any)], "y", "yes");
        var train = Sample.Table(schema, [[-4, 0], [4, 1], [0, 0], [1, 1]], [false, true, false, true]);
        // The logit is x: two people are rejected, one is not. Found moves; the attempt falls short; the last is offered nothing.
        var model = Sample.Linear(train, [1, 0, 0], 0);
        var people = Sample.Table(schema, [[-1, 0], [-3, 0], [2, 1]]);
        var recourse = GuoRecourse.Of(model, new Told(model), people, new Rng(1), CancellationToken.None);
        Assert.Equal([true, true, false], recourse.Above);
        Assert.Equal([0.5, 1, -1, 1, 2, 1], recourse.Rows.Values.ToArray());
        Assert.Equal([true, false, false], recourse.HoldsUnder(model, CancellationToken.None));
        // A changed category counts 2 columns.
        Assert.Equal([3.5, 4, 0], recourse.Proximities(), (a, b) => Math.Abs(a - b) < 1e-6);
        // Another model may honour an attempt, and reject who was accepted.
        Assert.Equal([true, true, false], recourse.HoldsUnder(Sample.Linear(train, [1, 0, 0], 1.5f), CancellationToken.None));
        Assert.Equal([false, false, true], recourse.HoldsUnder(Sample.Linear(train, [1, 0, 0], -2.5f), CancellationToken.None));
    }

    [Fact]
    public void Domains_are_split_alike_whoever_asks_and_encoded_by_all_of_them()
    {
        var data = GuoData.Load([German], RealData.Need("german/german-original.csv", "german/german-corrected.csv"), quick: true)[0];
        Assert.Equal(["original", "corrected"], data.Names);
        Assert.Equal(2000, data.Statistics.Rows);
        var (train, test) = data.Split(0, 1, 7);
        Assert.Equal((750, 250), (train.Rows, test.Rows));
        ulong[] Keys(Table rows) => [.. Enumerable.Range(0, rows.Rows).Select(rows.Key)];
        Assert.Equal(1000, Keys(train).Concat(Keys(test)).Distinct().Count());
        Assert.Equal(Keys(test), Keys(data.Split(0, 1, 7).Test));
        Assert.NotEqual(Keys(test), Keys(data.Split(0, 2, 7).Test));
        Assert.NotEqual(Keys(test), Keys(data.Split(0, 1, 8).Test));
        Assert.Equal(100, Keys(data.People(0, 1, 7, 100)).Intersect(Keys(test)).Count());
        // People of one release stand in the other's training part under the same key.
        Assert.InRange(Keys(test).Intersect(Keys(data.Split(1, 1, 7).Train)).Count(), 150, 230);
        var half = data.TrainingPart(0, 1, 7, 0.5);
        Assert.Equal((375, 375), (half.Train.Rows, Keys(half.Train).Intersect(Keys(train)).Count()));
        var only = data.Only(["corrected"]);
        Assert.Equal(Keys(data.Split(1, 1, 7).Test), Keys(only.Split(0, 1, 7).Test));
    }

    [Fact]
    public void In_order_the_last_quarter_of_a_file_is_tested_in_every_repeat()
    {
        var data = GuoData.Load(["student"], RealData.Need("student/gp.csv", "student/ms.csv"), quick: true)[0];
        var ordered = data.InOrder();
        Assert.NotEqual(data.Fingerprint, ordered.Fingerprint);
        for (int d = 0; d < 2; d++)
        {
            var all = data.Domains[d];
            var (train, test) = ordered.Split(d, 1, 7);
            // As scikit-learn cuts them: 317 and 106 of the first school, 169 and 57 of the second.
            Assert.Equal(d == 0 ? (317, 106) : (169, 57), (train.Rows, test.Rows));
            Assert.Equal(all.Values.ToArray(), (double[])[.. train.Values, .. test.Values]);
            Assert.Equal(test.Values.ToArray(), ordered.Split(d, 3, 8).Test.Values.ToArray());
            Assert.NotEqual(test.Values.ToArray(), data.Split(d, 1, 7).Test.Values.ToArray());
        }
    }

    [Fact]
    public void Only_the_published_preset_has_the_public_code_s_habits()
    {
        Assert.All(new[] { "chosen", "as-written" }, p => Assert.Equal([("", new GuoHabits(Ordered: false, Dropout: false))], GuoPreset.Habits(p)));
        Assert.Equal(
            [("", new GuoHabits(Ordered: true, Dropout: true)), (", split drawn", new GuoHabits(Ordered: false, Dropout: true)), (", dropout off", new GuoHabits(Ordered: true, Dropout: false))], GuoPreset.Habits("as-published"));
        string data = RealData.Need("student/gp.csv", "student/ms.csv");
        var plan = Guo2023Study.Study.Plan(new StudyRequest(data, DataSets: ["student"], Presets: ["as-published"]).For(Guo2023Study.Study));
        Assert.Equal(plan.Parts.Count, plan.Parts.Select(p => p.Name).Distinct().Count());
        StudyPart Part(string table, string method) => plan.Parts.Single(p => p.Name == $"as-published.student.{table}.{method}.repeat1");
        // Dropout changes what a search finds, not the model that it searches; another split changes the model.
        Assert.Equal(Part("table-2.as-published.base", "vanilla-cf").Models, Part("table-2.dropout-off.as-published.base", "vanilla-cf").Models);
        Assert.NotEqual(Part("table-2.as-published.base", "vanilla-cf").Data, Part("table-2.dropout-off.as-published.base", "vanilla-cf").Data);
        Assert.NotEqual(Part("table-2.as-published.base", "roar-lime").Models, Part("table-2.split-drawn.as-published.base", "roar-lime").Models);
        Assert.DoesNotContain(plan.Parts, p => p.Name.Contains("dropout-off.as-published.rocoursenet", StringComparison.Ordinal));
    }

    [Fact]
    public void Dropout_left_on_searches_one_thinned_network_and_scores_by_a_mask_a_place()
    {
        var rows = SampleRows(40);
        double[] Plain(NetworkModel of) => Scores.Favourable(of, rows);
        double[] LeftOn(NetworkModel of, Table at) => DropoutLeftOn.Scores(of, at, CancellationToken.None);
        var off = Dropping(rows, 0);
        Assert.Equal(Plain(off), LeftOn(off, rows), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(Plain(off), Plain(DropoutLeftOn.Thinned(off)));

        var model = Dropping(rows, 0.3f);
        Assert.Equal(Plain(off), Plain(model));
        double[] scores = LeftOn(model, rows);
        Assert.Equal(scores, LeftOn(model, rows));
        // A place has its mask, whoever stands there and however many follow.
        Assert.Equal(scores[..7], LeftOn(model, rows.Slice(0, 7)));
        double[] one = LeftOn(model, rows.Select([.. Enumerable.Repeat(3, 40)]));
        Assert.Equal(scores[3], one[3]);
        Assert.InRange(one.Distinct().Count(), 20, 40);

        // Of 24 units about 7 are silent, the others weigh 1 / 0.7.
        var thinned = DropoutLeftOn.Thinned(model);
        float[] Weights(NetworkModel of, int p) => of.Network.Parameters[p].Values.ToArray();
        Assert.Equal(Weights(model, 0), Weights(thinned, 0));
        double[] factors = [.. Weights(thinned, 2).Zip(Weights(model, 2)).Select(w => Math.Round(w.First / (double)w.Second, 3))];
        Assert.Equal([0, 1.429], factors.Distinct().Order());
        Assert.InRange(factors.Count(f => f == 0), 2, 14);
        Assert.Equal(Plain(thinned), Plain(DropoutLeftOn.Thinned(model)));
        Assert.NotEqual(Plain(model), Plain(thinned));
    }

    [Fact]
    public void Recourse_found_with_dropout_left_on_is_judged_by_other_masks_than_it_was_found_by()
    {
        var rows = SampleRows(60);
        var model = Dropping(rows, 0.3f);
        double Validity(bool dropout) => new GuoMeasures(new GuoTraining(
                new GuoData(German, ["original", "corrected"], [rows, rows], TrainingStatistics.Of(rows), "f"), GuoKind.Base, GuoChoices.Of("as-published", German), 1, 1), 100, CancellationToken.None)
            .OfMethod([model, model], GuoMethod.All[0], "table 2", "base", whole: false, dropout).Measures.Where(m => m.Metric == "validity").Average(m => m.Value);
        Assert.Equal(1, Validity(dropout: false));
        Assert.InRange(Validity(dropout: true), 0.3, 0.99);
    }

    [Fact]
    public void An_attacker_of_no_strength_changes_nothing_and_a_strong_one_takes_recourse_away()
    {
        var rows = SampleRows(64);
        var model = Sample.Network(rows, [8], 3, scale: 1);
        double[] scores = Scores.Favourable(model, rows);
        var recourse = new GuoRecourse(model, rows, rows, [.. scores.Select(s => s >= 0)]);
        double Under(DataShiftOptions shift) => GuoAttack.ValidityUnder(recourse, shift, 16, new Rng(1), CancellationToken.None);
        // Everybody's own row stands for a valid recourse.
        Assert.Equal(1, Under(new(Epsilon: 0, Steps: 1, Unrolled: 1, LearningRate: 1e-9f)));
        Assert.InRange(Under(new(Epsilon: 2, Steps: 5, LearningRate: 1)), 0, 0.95);
        Assert.Equal(Under(new(Epsilon: 2, Steps: 5, LearningRate: 1)), Under(new(Epsilon: 2, Steps: 5, LearningRate: 1)));
    }

    [Fact]
    public void Bars_are_met_or_missed_by_the_paper_and_by_counternet()
    {
        PartResult Part(string method, double validity, double robust, double proximity) => new(new(method, "chosen", "", 1, _ => new([])), new(
        [
            new("table 2", German, method, method, "validity", validity), new("table 2", German, method, method, "robust-validity", robust), new("table 2", German, method, method, "proximity", proximity),
        ]));
        var rows = new GuoConclusions(Paper, [Part("counternet", 0.9, 0.5, 5), Part("rocoursenet", 0.958, 0.943, 5.5)]).Rows().ToList();
        Assert.Equal(
            ["met at least 0.958, the paper's less 0.02", "missed at least 0.944, the paper's less 0.02", "met at most 5.500, 1.10 times our CounterNet's"],
            rows.Where(r => r.Table == "bar").Select(r => r.Note));
        Assert.Equal(0.706, rows.Single(r => r is { Table: "table 2", Method: "counternet", Metric: "robust-validity" }).Paper);
    }

    [Fact]
    public void Fronts_go_by_proximity_and_matrices_are_means_over_repeats()
    {
        StudyRow Row(string model, string metric, double value) => new("figure 3", German, model, "rocoursenet", metric, value, null);
        StudyRow[] rows =
        [
            Row("rocoursenet λ3=0.1", "proximity", 7), Row("rocoursenet λ3=0.1", "validity", 0.9), Row("rocoursenet λ3=0.1", "robust-validity", 0.8),
            Row("rocoursenet λ3=1", "proximity", 5), Row("rocoursenet λ3=1", "validity", 0.7), Row("rocoursenet λ3=1", "robust-validity", 0.6),
        ];
        PartResult Part(params double[] matrix) => new(new("p", "chosen", "", 1, _ => new([])), new([], [new("table 2", German, "rocoursenet", "rocoursenet", GuoMeasures.Matrix, matrix)]));
        var pictures = GuoPictures.Of([Part(1, 0.5, 0, 1), Part(0.5, 0.5, 0, 1)], rows).ToList();
        var heat = Assert.IsType<HeatMap>(pictures[0]);
        Assert.Equal([("original", "original", 0.75), ("original", "corrected", 0.5), ("corrected", "original", 0), ("corrected", "corrected", 1)], heat.Cells.Select(c => (c.Row, c.Column, c.Value!.Value)));
        Assert.Equal("The share of recourse valid under each model, a matrix a method: rocoursenet from 0.00 to 1.00.", heat.Alt);
        Assert.Equal(3, pictures.Count);
        var front = Assert.IsType<Lines>(pictures[2]);
        Assert.Equal([(5, 0.6), (7, 0.8)], front.Series.Single().Points.Select(p => (p.X, p.Mean)));
        Assert.Equal("robust-validity over proximity: rocoursenet from 0.6 at 5 to 0.8 at 7.", front.Alt);
    }

    [Fact]
    public void A_plan_shares_its_models_and_names_its_parts_once()
    {
        string data = RealData.Need("german/german-original.csv", "german/german-corrected.csv", "student/gp.csv", "student/ms.csv");
        var plan = Guo2023Study.Study.Plan(new StudyRequest(data, DataSets: [German, "student"]).For(Guo2023Study.Study));
        Assert.Equal(plan.Parts.Count, plan.Parts.Select(p => p.Name).Distinct().Count());
        Assert.All(plan.Parts.Select(p => p.Name).Concat(plan.Models.Select(m => m.Name)).Concat(plan.Times!.Parts.Select(p => p.Name)), n => Assert.Matches(@"^[\w.=-]+$", n));
        Assert.Equal(plan.Models.Count, plan.Models.Select(m => m.Name).Distinct().Count());
        // The front's point at RoCourseNet's own λ3 is the model of table 2.
        var own = plan.Parts.Single(p => p.Name == "chosen.student.figure-3.rocoursenet-λ3=0.4.rocoursenet.repeat1");
        Assert.Equal(own.Models, plan.Parts.Single(p => p.Name == "chosen.student.table-2.rocoursenet.rocoursenet.repeat1").Models);
        Assert.Equal(2, own.Models.Count);
    }

    [Fact]
    public void A_quick_run_on_the_published_data_goes_through_and_on()
    {
        string data = RealData.Need("student/gp.csv", "student/ms.csv");
        using var folder = new Data.TemporaryFolder();
        var request = new StudyRequest(data, Seed: 1, Quick: true, DataSets: ["student"], Presets: ["chosen"]);
        var run = StudyRunner.Run(Guo2023Study.Study, request, folder["out"]);
        Assert.Equal(0, run.Resumed);
        Assert.Equal(3, run.Rows.Count(r => r.Table == "bar"));
        Assert.All(run.Rows.Where(r => r.Metric.Contains("validity", StringComparison.Ordinal) && r.Ours is not null), r => Assert.InRange(r.Ours!.Value, 0, 1));
        Assert.All(run.Rows.Where(r => r.Metric == "proximity"), r => Assert.InRange(r.Ours!.Value, 0.1, 28));
        // A method that scores what it finds is right about its own model.
        Assert.Equal(1, run.Rows.Single(r => r is { Table: "table 2", Method: "vanilla-cf", Metric: "validity" }).Ours!.Value, 0.05);
        Assert.Contains(run.Rows, r => r.Table == "figure 11" && r.Metric == "L3");
        Assert.NotEmpty(run.Times);
        Assert.Contains(run.Pictures, p => p is HeatMap);
        var again = StudyRunner.Run(Guo2023Study.Study, request, folder["out"]);
        Assert.Equal((run.Parts, run.Parts), (again.Parts, again.Resumed));
        Assert.Equal(run.Rows, again.Rows);
        Assert.Equal(run.Times, again.Times);
    }

    /// <summary>A network of 24 hidden units, its dropout told.</summary>
    private static NetworkModel Dropping(Table rows, float dropout)
    {
        var model = Sample.Network(rows, [24], 3, scale: 1);
        float[][] Every(int first) => [.. model.Network.Parameters.Where((_, i) => i % 2 == first).Select(p => p.Values.ToArray())];
        var network = Tensors.Layers.FeedForward.FromValues([.. model.Network.Sizes], model.Network.Activation, dropout, Every(0), Every(1));
        return new(model.Schema, model.Encoding, model.Statistics, network, model.Threshold, model.Training);
    }

    private static Table SampleRows(int rows)
    {
        var schema = new Schema([Feature.Numeric("x", Change.Any), Feature.Numeric("z", Change.Any)], "y", "yes");
        return Sample.Random(schema, rows, 1, labels: true);
    }

    /// <summary>Tells the first person a row, the second an attempt, and the third nothing.</summary>
    private sealed class Told(NetworkModel model) : IRecourseFinder
    {
        public MethodInfo Info => Redress.Methods.LinearStep.About;

        public string Options => "{}";

        public void Save(Stream to) => throw new InvalidOperationException();

        public double[] HighestScores(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) => throw new InvalidOperationException();

        public RecourseBatch Find(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
        {
            Assert.Same(Desired.OtherThanPredicted, request.Desired);
            var features = model.Schema.Features;
            RecourseAnswer To(double x) => new(1, [new("x", Cell.Of(features[0], 0), Cell.Of(features[0], x)), new("c", Cell.Of(features[1], 0), Cell.Of(features[1], 1))], 1, x);
            RecourseRecord Record(int row, Outcome outcome, RecourseAnswer? answer, RecourseAnswer? attempt) => new(
                $"{row}", [.. features.Select((f, i) => Cell.Of(f, request.People.Row(row)[i]))], outcome, null, null, answer is null ? [] : [answer], attempt, 0, 0);
            return new(new("", 0, "", "{}", "{}", "", "", "", 0), [Record(0, Outcome.Found, To(0.5), null), Record(1, Outcome.NotFound, null, To(-1)), Record(2, Outcome.NotFound, null, null)]);
        }
    }
}
