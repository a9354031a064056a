using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Studies;
using Redress.Studies.Garg2025;
using Redress.Tensors;

namespace Redress.Tests.Studies;

public sealed class Garg2025Tests
{
    private static readonly PaperFigures Paper = Garg2025Study.Study.Paper;

    [Fact]
    public void The_paper_s_numbers_are_in_its_file_and_agree_with_each_other()
    {
        Assert.Equal(187, Paper.Count);
        var features = new Dictionary<string, double> { ["adult-carla"] = 13, ["compas-carla"] = 7, ["heloc-carla"] = 21 };
        foreach (var (set, d) in features)
            foreach (string method in new[] { "wachter", "growing-spheres", "dice", "roar", "probe", "tap", "cchvae", "cruds", "genre" })
            {
                double Of(string metric) => Paper.Of("table 2", set, "ann", method, metric)!.Value;
                // Score = Val + LOF - Cost / d, of rounded figures.
                Assert.Equal(Of("validity") + Of("inliers") - Of("cost") / d, Of("score"), 0.016);
                Assert.True(Of("score") <= Paper.Of("table 2", set, "ann", "genre", "score"));
            }
    }

    [Fact]
    public void Sex_and_race_stay_and_numbers_keep_to_the_range_of_all_rows()
    {
        var data = GargData.Load(["compas-carla"], RealData.Need("compas/compas-carla.csv"))[0];
        var schema = data.Tables.Rows.Schema;
        Assert.Equal(["race", "sex"], schema.Features.Where(f => !f.IsActionable).Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.All(schema.Features.Where(f => !f.IsNamed), f => Assert.True(f.Minimum < f.Maximum));
        Assert.Equal((4629, 1543), (data.Tables.Rows.Rows, data.Tables.Test!.Rows));
        var free = GargData.Unbounded(schema);
        Assert.All(free.Features, f => Assert.Equal((FeatureKind.Numeric, Change.Any), (f.Kind, f.Change)));
        // A number without declared limits would have those of the training rows.
        var train = GargData.Under(free, data.Tables.Rows);
        var (actions, statistics) = (new Redress.Actions.ActionSet(free, TrainingStatistics.Of(train)), TrainingStatistics.Of(train));
        for (int f = 0; f < free.Features.Count; f++)
        {
            var (lower, upper) = actions.Interval(f, train.Row(0)[f]);
            Assert.True(lower < 2 * statistics.Distributions[f].Minimum - statistics.Distributions[f].Maximum && upper > 2 * statistics.Distributions[f].Maximum - statistics.Distributions[f].Minimum, free.Features[f].Name);
        }
    }

    [Fact]
    public void The_judge_measures_as_section_5_1_says()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any), Feature.Categorical("c", ["x", "y"])], "y", "1");
        var rng = new Rng(3);
        double[][] rows = [.. Enumerable.Range(0, 200).Select(i => new[] { i % 2 == 0 ? 8 + 0.2 * rng.NextGaussian() : 0.2 * rng.NextGaussian(), i / 2 % 2 })];
        var all = Sample.Table(schema, rows, [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0)]);
        var forest = Redress.Training.ForestTrainer.Train(new(all, all.Select([])), GoldLabels.Options with { Trees = 10 }, 1, new(1));
        var encoding = Encoding.Fit(schema, TrainingStatistics.Of(all), new(NumberScaling.MinMax, CategoryCoding.Ordinal));
        var judge = new GargJudge(forest, encoding, all, default);
        double low = all.Row(1)[0], range = TrainingStatistics.Of(all).Distributions[0] is var d ? d.Maximum - d.Minimum : 0;
        var people = Sample.Table(schema, [[low, 0], [low, 1], [low, 0]]);
        var to = Sample.Table(schema, [[8, 0], [low, 1], [60, 1]]);
        var judged = judge.Judge(people, to);
        Assert.Equal([true, false, true], judged.Select(j => j.IsValid));
        Assert.Equal([true, false, false], judged.Select(j => j.IsInlier));
        Assert.Equal((8 - low) / range, judged[0].Cost, 5);
        Assert.Equal((60 - low) / range + 1, judged[2].Cost, 4);
        var means = judge.Means(judged).ToDictionary(m => m.Metric, m => m.Value);
        Assert.Equal(2.0 / 3 + 1.0 / 3 - means["cost"] / 2, means["score"], 9);
        Assert.Equal(1.0 / 3, GargJudge.ImmutablesChanged(people, to), 9);
    }

    [Fact]
    public void Bars_are_judged_by_score_and_cost_and_baselines_by_their_distance()
    {
        static PartResult Part(string table, string method, double cost, double score) => new(new(method + table, "within", "", 1, _ => new([])), new(
            [new(table, "adult-carla", "ann", method, "cost", cost), new(table, "adult-carla", "ann", method, "score", score)]));
        var rows = new GargConclusions(Paper, [Part("table 2", "genre", 0.8, 1.91), Part("table 2, as-published", "wachter", 0.3, 1.2), Part("table 2, as-published", "probe", 30, 0)]).Rows().ToList();
        Assert.Equal(["met at least 1.90", "missed at most 0.759, 1.1 times the paper's"], rows.Where(r => r.Table == "bar").Select(r => r.Note));
        Assert.Equal(["met within 0.15 of the paper's Score", "missed within 0.15 of the paper's Score"], rows.Where(r => r.Table == "bar, baselines").Select(r => r.Note));
        Assert.Equal(0.31, rows.Single(r => r is { Table: "table 2, as-published", Method: "wachter", Metric: "cost" }).Paper);
    }

    [Fact]
    public void Shapes_have_two_outcomes_apart()
    {
        foreach (string shape in GargShapes.All)
        {
            var rows = GargShapes.Of(shape, new Rng(1));
            Assert.Equal(GargShapes.Rows / 2, rows.Labels!.Count(l => l));
            // The nearest other row has nearly always the same outcome.
            int same = Enumerable.Range(0, 200).Count(i => rows.Labels![i] == rows.Labels![Enumerable.Range(0, rows.Rows).Where(j => j != i).MinBy(j => Math.Pow(rows.Row(i)[0] - rows.Row(j)[0], 2) + Math.Pow(rows.Row(i)[1] - rows.Row(j)[1], 2))]);
            Assert.True(same > 185, $"{shape}: {same} of 200");
            Assert.Equal(rows.Values.ToArray(), GargShapes.Of(shape, new Rng(1)).Values.ToArray());
        }
    }

    [Fact]
    public void Methods_are_the_catalogue_s_and_their_options_are_taken()
    {
        Assert.Equal(GargMethod.All.Count, GargMethod.All.Select(m => m.Label).Distinct().Count());
        foreach (var method in GargMethod.All)
            foreach (var preset in GargPreset.All) Assert.Equal(method.Slug, MethodCatalog.Get(method.Slug).Create(method.Options(preset.Slug, GargChoices.Full)).Info.Slug);
    }

    [Fact]
    public void People_are_asked_and_judged_alike_under_either_preset()
    {
        var data = GargData.Load(["compas-carla"], RealData.Need("compas/compas-carla.csv"))[0];
        var choices = GargChoices.Quick with { People = 60, Layers = 1, Epochs = 2 };
        var forest = Redress.Training.ForestTrainer.Train(new(data.All, data.All.Select([])), GoldLabels.Options with { Trees = 5, Folds = 2 }, 1, new(2));
        var h = GargSetting.Fit(data, forest, 1, 1, default);
        foreach (string preset in new[] { GargPreset.Within, GargPreset.Published })
        {
            var setting = GargSetting.Of(data, forest, h, preset, 1, 1, choices.People, default);
            Assert.Equal(60, setting.People.Rows);
            Assert.All(Scores.Favourable(setting.H, GargData.Under(setting.H.Schema, setting.People)), s => Assert.True(s < setting.H.Threshold));
            var output = new GargMeasures(setting, preset, choices, default).OfMethod(GargMethod.All.Single(m => m.Label == "wachter"));
            double Of(string metric) => output.Measures.Single(m => m.Metric == metric).Value;
            Assert.Equal(Of("validity") + Of("inliers") - Of("cost") / 7, Of("score"), 9);
            Assert.InRange(Of("found"), 0.9, 1);
            Assert.Equal(preset == GargPreset.Published, output.Measures.Any(m => m is { Metric: GargMeasures.Immutables, Value: > 0 }));
        }
        var within = GargSetting.Of(data, forest, h, GargPreset.Within, 1, 1, choices.People, default);
        var genre = new GargMeasures(within, GargPreset.Within, choices, default).OfGenRe(rules: true).Measures;
        Assert.Equal(1, genre.Single(m => m is { Table: GargMethod.Table2, Metric: "found" }).Value, 0.1);
        Assert.Equal(GargChoices.Temperatures.Length * GargChoices.Sigmas.Length, genre.Count(m => m is { Table: GargMeasures.Table11, Metric: "score" }));
        Assert.Equal(2, genre.Single(m => m.Metric == GargMeasures.Epochs).Value);
    }

    [Fact]
    public void The_short_form_draws_the_plane_and_goes_on_from_its_finished_parts()
    {
        string data = RealData.Need("compas/compas-carla.csv"), folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var request = new StudyRequest(data, Quick: true, DataSets: ["moons"]);
            var run = StudyRunner.Run(Garg2025Study.Study, request, folder);
            Assert.Equal(GargPlane.Methods.Count, run.Rows.Count(r => r is { Table: GargPlane.Figure2, Metric: "found", Ours: > 0.8 }));
            Assert.Single(run.Pictures.OfType<Arrows>());
            Assert.Single(run.Pictures.OfType<Contours>());
            var again = StudyRunner.Run(Garg2025Study.Study, request, folder);
            Assert.Equal((run.Parts, again.Resumed), (again.Parts, again.Parts));
            Assert.Equal(run.Rows, again.Rows);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
