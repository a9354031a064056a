using Redress.Attacks;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Tests.Training;

public sealed class RetrainingTests
{
    private static readonly Table Rows = CreditDemo.Generate(2, 300);
    private static readonly TrainingData Parts = TrainingData.Of(Rows, new(), new Rng(7).Split("split"));
    private static readonly TrainingSettings Settings = new([6], BatchSize: 32, Epochs: 3, LearningRate: 0.01f, Threshold: new(0.5), Encoding: new(NumberScaling.MinMax));

    [Theory]
    [InlineData("standard")]
    [InlineData("recourse")]
    [InlineData("adversarial")]
    [InlineData("adversarial-mixed")]
    [InlineData("counternet")]
    [InlineData("rocoursenet")]
    public void The_same_rows_and_seed_give_the_same_model(string objective)
    {
        var attack = new AdversarialOptions(new AttackBall(0.05), new PgdOptions(3), objective == "adversarial-mixed" ? 0.5 : 1);
        var model = objective switch
        {
            "standard" => Trainer.Standard(Parts, Settings, 7),
            "recourse" => Trainer.RecourseAware(Parts, Settings, 0.8, 7),
            "counternet" or "rocoursenet" => Trainer.CounterNet(
                Parts, Settings with { Best = BestEpoch.Last }, new(1, [5], 0.5, new(0.4, 0.3, objective == "counternet" ? null : new(0.2, 3, 1, 0.05f, AttackNorm.L2, VirtualTraining.Gradient), Schedule: false, Within: false)), 7),
            _ => Trainer.Adversarial(Parts, Settings, attack, 7),
        };
        var again = Retraining.Again(model, Parts, 7);
        Assert.Equal((model.Fingerprint, model.Threshold), (again.Fingerprint, again.Threshold));
        Assert.Equal((model.Training.Objective, model.Training.Lambda, model.Training.Settings, model.Training.ObjectiveOptions), (again.Training.Objective, again.Training.Lambda, again.Training.Settings, again.Training.ObjectiveOptions));
        Assert.NotEqual(model.Fingerprint, Retraining.Again(model, Parts, 8).Fingerprint);
    }

    [Fact]
    public void A_model_of_several_classes_is_trained_again_by_its_recipe()
    {
        var parts = ThreeClasses.Data(200);
        var few = ThreeClasses.Settings with { Epochs = 2 };
        foreach (var options in new[] { ThreeClasses.Plain, ThreeClasses.Robust })
        {
            var model = Trainer.Multiclass(parts, few, options, 3);
            var again = Retraining.Again(model, parts, 3);
            Assert.Equal((model.Fingerprint, model.Training.Objective), (again.Fingerprint, again.Training.Objective));
            Assert.NotEqual(model.Fingerprint, Retraining.Again(model, parts, 4).Fingerprint);
            // Seen for a class, the new model is seen for the same.
            var seen = Retraining.Again((ITrainedClassifier)model.For("mid"), parts, 3, null, new(), null, CancellationToken.None);
            Assert.Equal((model.For("mid").Fingerprint, "mid"), (seen.Fingerprint, seen.Classes[1]));
            Assert.Same(seen.Training, ((ClassModel)seen).Of.Training);
        }
        var trained = Trainer.Multiclass(parts, few, ThreeClasses.Plain, 3);
        var other = Retraining.Cut(trained, ThreeClasses.Rows(100, 5), new Rng(1));
        Assert.Equal((70, 30), (other.Train.Rows, other.Validation.Rows));
        Assert.Equal(trained.Encoding.Features, Retraining.Again(trained, other, 7, statistics: trained.Statistics).Encoding.Features);
        Assert.Empty(Retraining.Problems(trained, other));
        // Of the class in the middle one training row is left, and none for validation.
        Table Without(Table rows, int keep) => rows.Select([.. Enumerable.Range(0, rows.Rows).Where(r => rows.Classes![r] != 2).Concat(Enumerable.Range(0, rows.Rows).Where(r => rows.Classes![r] == 2).Take(keep)).Order()]);
        var lacking = new TrainingData(Without(other.Train, 1), Without(other.Validation, 0));
        string[] lacks = ["Class 'mid' of 'grade' has 1 training row; it needs at least 2.", "Class 'mid' of 'grade' has no validation row; it needs at least 1."];
        Assert.Equal(lacks, Retraining.Problems(trained, lacking));
        Assert.Equal(lacks, Retraining.Problems((ITrainedModel)trained.For("low"), lacking));
        Assert.Equal("Class 'mid' of 'grade' has 1 training row; it needs at least 2.", Sample.Message<DataException>(() => Retraining.Again(trained, lacking, 1)));
        var drawn = Retraining.Resample(parts, new Rng(4));
        for (int c = 0; c < 3; c++) Assert.Equal(parts.Train.Classes!.Count(k => k == c), drawn.Train.Classes!.Count(k => k == c));
    }

    [Fact]
    public void The_parts_of_the_training_file_are_found_again_and_other_rows_are_cut_alike()
    {
        var model = Trainer.Standard(Parts, Settings, 7);
        var found = Retraining.PartsOf(model, Rows)!;
        Assert.Equal([180, 45, 45, 30], new[] { found.Train, found.Validation, found.Calibration!, found.Test! }.Select(p => p.Rows));
        Assert.Equal(Parts.Train.Values.ToArray(), found.Train.Values.ToArray());
        var other = CreditDemo.Generate(3, 400);
        Assert.Null(Retraining.PartsOf(model, other));
        var cut = Retraining.Cut(model, other, new Rng(1));
        Assert.Equal([240, 60, 60, 40], new[] { cut.Train, cut.Validation, cut.Calibration!, cut.Test! }.Select(p => p.Rows));
    }

    [Fact]
    public void The_encoding_is_fitted_anew_or_kept()
    {
        var model = Trainer.Standard(Parts, Settings, 7);
        var other = Retraining.Cut(model, CreditDemo.Generate(3, 400), new Rng(1));
        Assert.NotEqual(model.Encoding.Features, Retraining.Again(model, other, 7).Encoding.Features);
        Assert.Equal(model.Encoding.Features, Retraining.Again(model, other, 7, statistics: model.Statistics).Encoding.Features);
    }

    [Fact]
    public void A_resample_draws_rows_of_each_part_and_outcome_with_replacement()
    {
        var drawn = Retraining.Resample(Parts, new Rng(4));
        foreach (var (was, part) in new[] { (Parts.Train, drawn.Train), (Parts.Validation, drawn.Validation) })
        {
            Assert.Equal((was.Rows, was.Labels!.Count(l => l)), (part.Rows, part.Labels!.Count(l => l)));
            var place = Enumerable.Range(0, was.Rows).ToDictionary(was.Key);
            // A row that is drawn keeps its key, so that it is known whom the new model has seen.
            Assert.All(Enumerable.Range(0, part.Rows), r => Assert.Equal(was.Row(place[part.Key(r)]).ToArray(), part.Row(r).ToArray()));
            // Of n rows about (1 - 1/n)^n = 37 % are not drawn.
            Assert.InRange((double)Enumerable.Range(0, part.Rows).Select(part.Key).Distinct().Count() / part.Rows, 0.5, 0.76);
        }
        Assert.Same(Parts.Test, drawn.Test);
        Assert.Equal(drawn.Train.Values.ToArray(), Retraining.Resample(Parts, new Rng(4)).Train.Values.ToArray());
        Assert.NotEqual(drawn.Train.Values.ToArray(), Retraining.Resample(Parts, new Rng(5)).Train.Values.ToArray());
    }

    [Fact]
    public void A_resample_of_two_rows_of_a_class_still_has_it()
    {
        var few = Sample.Table(new([Feature.Numeric("x")], "y", "yes"), [.. Enumerable.Range(0, 50).Select(i => new double[] { i })], [.. Enumerable.Range(0, 50).Select(i => i < 2)]);
        for (ulong seed = 0; seed < 20; seed++) Assert.Equal(2, Retraining.Resample(new(few, few), new Rng(seed)).Train.Labels!.Count(l => l));
        var blind = Sample.Table(few.Schema, [[1]]);
        Assert.Equal("The target column 'y' is missing; training needs outcomes.", Sample.Message<DataException>(() => Retraining.Resample(new(blind, blind), new Rng(1))));
    }

    [Fact]
    public void What_would_stop_a_training_is_said_before()
    {
        var model = Trainer.Standard(Parts, Settings, 7);
        int column = Rows.Schema.IndexOf("duration");
        double[] values = Parts.Train.Values.ToArray();
        for (int r = 0; r < Parts.Train.Rows; r++) values[r * Rows.Schema.Features.Count + column] = 24;
        var constant = Parts with { Train = new(Rows.Schema, values, labels: Parts.Train.Labels) };
        Assert.Equal("column 'duration' is 24 in all 180 training rows, which give it no scale; encode as the model does (--keep-encoding).", Assert.Single(Retraining.Problems(model, constant)));
        Assert.Empty(Retraining.Problems(model, constant, model.Statistics));
        Assert.Empty(Retraining.Problems(model, Parts));
        Assert.Equal(model.Encoding.Features, Retraining.Again(model, constant, 1, statistics: model.Statistics).Encoding.Features);
    }

    [Fact]
    public void A_model_without_a_recipe_is_refused()
    {
        var bare = Sample.Linear(Sample.Table(new([Feature.Numeric("x")], "y", "yes"), [[1], [2]]), [1], 0);
        Assert.Equal("The model cannot be trained again: it does not say how many rows fitted its weights and chose its epoch.", Sample.Message<ModelFileException>(() => Retraining.Cut(bare, Rows, new Rng(1))));
        Assert.Equal("The model cannot be trained again: its settings do not say what layers it has.", Sample.Message<ModelFileException>(() => Retraining.Again(bare, Parts, 1)));
        var record = new TrainingRecord("magic", 0, "{}", new(), "{}", 0, "", 1, []);
        Assert.Equal("The model cannot be trained again: its objective 'magic' is not known to this program.", Sample.Message<ModelFileException>(() => Retraining.ObjectiveOf(record)));
        Assert.Equal("The model cannot be trained again: the options of its objective cannot be read (they are missing).", Sample.Message<ModelFileException>(() => Retraining.ObjectiveOf(record with { Objective = "adversarial" })));
    }
}
