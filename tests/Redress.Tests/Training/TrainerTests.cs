using Redress.Data;
using Redress.Methods;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;
using Redress.Training;

namespace Redress.Tests.Training;

public sealed class TrainerTests
{
    private static readonly Schema Schema = new(
        [Feature.Numeric("fixed"), Feature.Numeric("free", Change.Any, new(0.75, ChangeUnit.StandardDeviations))], "y", "yes");

    private static readonly TrainingSettings Small = new([8, 8], Dropout: 0, BatchSize: 32, Epochs: 6, LearningRate: 0.01f);

    [Fact]
    public void The_bits_are_the_same_at_any_number_of_threads()
    {
        var data = Data(700, 5);
        var settings = new TrainingSettings([12, 9], Dropout: 0.3f, BatchSize: 300, MicroBatch: 64, Epochs: 3, LearningRate: 0.01f);
        var expected = Trainer.RecourseAware(data, settings, 0.8, 11, new(1));
        foreach (int threads in new[] { 2, 7 })
        {
            var model = Trainer.RecourseAware(data, settings, 0.8, 11, new(threads));
            Assert.Equal(Sample.Weights(expected), Sample.Weights(model));
            Assert.Equal((expected.Fingerprint, expected.Threshold), (model.Fingerprint, model.Threshold));
            Assert.Equal(expected.Training.Epochs, model.Training.Epochs);
        }
        Assert.NotEqual(Sample.Weights(expected), Sample.Weights(Trainer.RecourseAware(data, settings, 0.8, 12, new(1))));
        Assert.NotEqual(Sample.Weights(expected), Sample.Weights(Trainer.RecourseAware(data, settings with { MicroBatch = 50 }, 0.8, 11, new(1))));
    }

    [Fact]
    public void Without_weight_the_recourse_loss_is_the_standard_one()
    {
        var data = Data(400, 5);
        var standard = Trainer.Standard(data, Small, 3).Training.Epochs;
        var aware = Trainer.RecourseAware(data, Small, 0, 3).Training.Epochs;
        for (int e = 0; e < standard.Count; e++)
        {
            Assert.Equal(standard[e].ValidationLoss, aware[e].ValidationLoss, 1e-3);
            Assert.Equal(standard[e].TrainLoss, aware[e].TrainLoss, 1e-3);
        }
    }

    [Fact]
    public void The_recourse_loss_gives_more_rejected_people_recourse()
    {
        var data = Data(1000, 7);
        double[] rates = [.. new[] { 0, 0.8 }.Select(lambda =>
        {
            var model = Trainer.RecourseAware(data, Small with { Epochs = 12, Threshold = new(0.5) }, lambda, 3);
            var batch = new LinearStep().Prepare(new(model), new Rng(1)).Find(new(data.Validation), new Rng(1));
            var evaluation = new Evaluation(model, data.Validation, new(Schema, model.Statistics), batch, new Rng(1));
            Assert.True(new Accuracy().Of(evaluation).Single().Value > 0.6);
            return new RecourseNeg().Of(evaluation).Single().Value;
        })];
        Assert.True(rates[1] > rates[0] + 0.1, $"recourse-neg is {rates[1]} with the recourse loss and {rates[0]} without");
    }

    [Fact]
    public void Logistic_regression_finds_a_linear_rule()
    {
        // P[y] = σ(1.5 a - 2 b + 0.5), and the encoding standardises: the weights come back in units of standard deviations.
        var schema = new Schema([Feature.Numeric("a"), Feature.Numeric("b")], "y", "yes");
        var rng = new Rng(12);
        double[][] rows = [.. Enumerable.Range(0, 30_000).Select(_ => new[] { 2 * rng.NextGaussian() + 1, rng.NextGaussian() })];
        bool[] labels = [.. rows.Select(r => rng.NextDouble() < 1 / (1 + Math.Exp(-(1.5 * r[0] - 2 * r[1] + 0.5))))];
        var data = TrainingData.Of(Sample.Table(schema, rows, labels), new(), new Rng(1));
        var model = Trainer.Standard(data, TrainingSettings.Logistic with { BatchSize = 64, Epochs = 1, LearningRate = 0.05f, ClassWeights = false }, 4);
        var (mean, deviation) = (model.Statistics.Mean, model.Statistics.StandardDeviation);
        double[] weights = Sample.Weights(model);
        Assert.True(model.IsLinear);
        Assert.Equal(1.5, weights[0] / deviation[0], 0.2);
        Assert.Equal(-2, weights[1] / deviation[1], 0.2);
        Assert.Equal(0.5, weights[2] - weights[0] * mean[0] / deviation[0] - weights[1] * mean[1] / deviation[1], 0.3);
    }

    [Fact]
    public void The_best_epoch_is_the_one_with_the_highest_F1_at_its_own_threshold()
    {
        var data = Data(500, 5);
        var model = Trainer.Standard(data, Small with { Epochs = 8 }, 3);
        var epochs = model.Training.Epochs;
        Assert.Equal(Enumerable.Range(1, 8), epochs.Select(e => e.Number));
        var best = epochs.First(e => e.ValidationF1 == epochs.Max(o => o.ValidationF1));
        Assert.Equal((best.Number, best.Threshold), (model.Training.BestEpoch, model.Threshold));
        double f1 = new F1Score().Of(new Evaluation(model, data.Validation, new(Schema, model.Statistics), null, new Rng(1))).Single().Value;
        Assert.Equal(best.ValidationF1, f1);
        Assert.True(epochs.Select(e => e.Threshold).Distinct().Count() > 1);

        var half = Trainer.Standard(data, Small with { Threshold = new(0.5) }, 3);
        Assert.Equal(0, half.Threshold);
        Assert.Equal(3, Trainer.Standard(data, Small with { Epochs = 50, Patience = 2, LearningRate = 1e-12f }, 3).Training.Epochs.Count);
    }

    [Fact]
    public void The_rarer_class_weighs_as_much_as_the_commoner()
    {
        // Without a feature that tells anything, the logit settles at the weighted log-odds: 0 with class weights, log(1/4) without.
        var rng = new Rng(2);
        var schema = new Schema([Feature.Numeric("noise")], "y", "yes");
        var rows = Sample.Table(schema, [.. Enumerable.Range(0, 2000).Select(_ => new[] { rng.NextGaussian() })], [.. Enumerable.Range(0, 2000).Select(r => r % 5 == 0)]);
        var data = TrainingData.Of(rows, new(), new Rng(1));
        double Bias(bool weights) => Sample.Weights(Trainer.Standard(
            data, TrainingSettings.Logistic with { BatchSize = 10, Epochs = 1, LearningRate = 0.02f, ClassWeights = weights, Threshold = new(weights ? 0.5 : 0.2) }, 1))[^1];
        Assert.Equal(0, Bias(true), 0.4);
        Assert.Equal(Math.Log(0.25), Bias(false), 0.4);
    }

    [Fact]
    public void The_model_remembers_which_rows_it_saw()
    {
        var rows = Table(200, 5);
        var data = TrainingData.Of(rows, new(), new Rng(1));
        var model = Trainer.Standard(data, Small with { Epochs = 1 }, 3);
        Assert.All(Enumerable.Range(0, data.Train.Rows), r => Assert.True(model.Training.Keys.Saw(data.Train.Key(r))));
        Assert.All(Enumerable.Range(0, data.Validation.Rows), r => Assert.True(model.Training.Keys.Saw(data.Validation.Key(r))));
        Assert.All(Enumerable.Range(0, data.Calibration!.Rows), r => Assert.False(model.Training.Keys.Saw(data.Calibration.Key(r))));
        Assert.Equal(200, new[] { model.Training.Keys.Train, model.Training.Keys.Validation, model.Training.Keys.Calibration, model.Training.Keys.Test }.Sum(k => k.Length));
    }

    [Fact]
    public void Cancelling_stops_between_steps()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Trainer.Standard(Data(100, 5), Small, 1, cancel: cancelled.Token));
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_in_one_line()
    {
        static string Refuse(Func<object?> train) => Sample.Message<DataException>(train);
        static string RefuseOptions(Func<object?> train) => Sample.Message<OptionsException>(train);
        Table Rows(int favourable, int other, Func<int, double[]>? row = null) => Sample.Table(Schema,
            [.. Enumerable.Range(0, favourable + other).Select(row ?? (r => [r, r * 7 % 5]))], [.. Enumerable.Range(0, favourable + other).Select(r => r < favourable)]);
        TrainingData Both(Table rows) => new(rows, rows);

        Assert.Equal("No row has the favourable outcome 'yes' in 'y' (20 rows); a classifier needs both outcomes.", Refuse(() => Trainer.Standard(Both(Rows(0, 20)), Small, 1)));
        Assert.Equal("Every row has the favourable outcome 'yes' in 'y' (20 rows); a classifier needs both outcomes.", Refuse(() => Trainer.Standard(Both(Rows(20, 0)), Small, 1)));
        Assert.Equal("The rarer outcome in 'y' has 1 row; training and validation need at least 2 each.", Refuse(() => Trainer.Standard(Both(Rows(1, 20)), Small, 1)));
        Assert.Equal("The target column 'y' is missing; training needs outcomes.", Refuse(() => Trainer.Standard(Both(Sample.Table(Schema, [[1, 2]])), Small, 1)));
        Assert.Equal("Column 'free' is 2.5 in all 20 training rows; give it the role ignore.", Refuse(() => Trainer.Standard(Both(Rows(10, 10, r => [r, 2.5])), Small, 1)));
        var faulty = new Table(Schema, [1, 2, 3, 4], labels: [true, false], faults: new Dictionary<int, string> { [1] = "a.csv, line 3: 'x' is no number" });
        Assert.Equal("1 of the validation rows could not be read: a.csv, line 3: 'x' is no number", Refuse(() => Trainer.Standard(new(Rows(10, 10), faulty), Small, 1)));

        var frozen = new Schema([Feature.Numeric("a"), Feature.Numeric("b")], "y", "yes");
        var nobody = new Table(frozen, [.. Rows(10, 10).Values], labels: Rows(10, 10).Labels);
        Assert.Equal("The schema lets nobody change anything; the recourse loss needs at least one feature whose change is any, increase or decrease.",
            RefuseOptions(() => Trainer.RecourseAware(Both(nobody), Small, 0.8, 1)));
        Assert.Equal(6, Trainer.RecourseAware(Both(nobody), Small, 0, 1).Training.Epochs.Count);

        var outside = new Table(new Schema([Feature.Numeric("a", Change.Any) with { Minimum = 900 }, Feature.Numeric("b")], "y", "yes"), [.. Rows(10, 10).Values], labels: Rows(10, 10).Labels);
        Assert.Equal("Nobody can be given recourse, for 'no change' is in nobody's action set: of all 20 people 'a' is outside its range 900 to (no limit).",
            Refuse(() => Trainer.RecourseAware(Both(outside), Small, 0.8, 1)));

        foreach (var (lambda, shown) in new[] { (double.NaN, "NaN"), (-0.5, "-0.5"), (double.PositiveInfinity, "Infinity"), (1e300, "1E+300") })
            Assert.Equal($"Lambda is {shown}; must be at least 0 and finite.", RefuseOptions(() => Trainer.RecourseAware(Both(Rows(10, 10)), Small, lambda, 1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Diverging_is_said_with_the_learning_rate(bool fixedThreshold)
    {
        string message = Sample.Message<OptionsException>(() =>
            Trainer.Standard(Data(200, 5), Small with { LearningRate = 1e30f, Activation = Activation.Relu, Threshold = fixedThreshold ? new(0.5) : null }, 1));
        Assert.Matches(@"^Training diverged in epoch \d+: the validation loss is (NaN|Infinity); lower the learning rate \(1E\+30\)\.$", message);
    }

    [Fact]
    public void Settings_out_of_range_are_refused_together()
    {
        var settings = new TrainingSettings([0, 5], (Activation)99, float.NaN, 0, 0, 0, -1, Threshold: new(1.5), MicroBatch: 0, Best: (BestEpoch)9);
        Assert.Equal(
            """
            A hidden layer has 0 units; must be 1 to 16384.
            Dropout is NaN; must be at least 0 and less than 1.
            Learning rate is 0; must be more than 0.
            Batch size is 0; must be at least 1.
            Epochs is 0; must be at least 1.
            Patience is -1; must be 0 (never stop early) or more.
            Activation is 99; must be one of ACTIVATIONS.
            Threshold is 1.5; must be max-f1 or a probability between 0 and 1.
            Best is 9; must be one of ValidationF1, ValidationLoss, Last.
            Micro batch is 0; must be at least 1.
            Threads is -2; must be 0 (all cores) to 1024.
            """.Replace("ACTIVATIONS", string.Join(", ", Enum.GetNames<Activation>()), StringComparison.Ordinal).ReplaceLineEndings("\n"),
            Sample.Message<OptionsException>(() => Trainer.Standard(Data(100, 5), settings, 1, new(-2))).ReplaceLineEndings("\n"));
        Assert.Equal("There are 33 hidden layers; the limit is 32.", Sample.Message<OptionsException>(() => Trainer.Standard(Data(100, 5), Small with { Hidden = new int[33].Select(_ => 1).ToArray() }, 1)));
        Assert.Equal(new TrainingSettings([100, 100, 100], Activation.Tanh, 0.3f, 0.002f, 15, 15, 0, true, null, null, 128, true, BestEpoch.ValidationF1) with { Hidden = TrainingSettings.Paper.Hidden }, TrainingSettings.Paper);
        Assert.Equal((0.5, null), (ThresholdRule.Parse("0.5").Fixed, ThresholdRule.Parse("max-f1").Fixed));
        Assert.Equal("Threshold is '0,5'; must be max-f1 or a probability between 0 and 1.", Sample.Message<OptionsException>(() => ThresholdRule.Parse("0,5")));
        Assert.Equal("Threshold is 'NaN'; must be max-f1 or a probability between 0 and 1.", Sample.Message<OptionsException>(() => ThresholdRule.Parse("NaN")));
    }

    [Fact]
    public void The_epoch_of_the_lowest_loss_is_kept_where_the_loss_chooses()
    {
        var model = Trainer.RecourseAware(Data(400, 5), Small with { Best = BestEpoch.ValidationLoss, LearningRate = 0.1f, Epochs = 8 }, 0.8, 3);
        var epochs = model.Training.Epochs;
        Assert.Equal(epochs.MinBy(e => e.ValidationLoss)!.Number, model.Training.BestEpoch);
        Assert.Equal(epochs.MaxBy(e => e.ValidationF1)!.Number, Trainer.RecourseAware(Data(400, 5), Small with { LearningRate = 0.1f, Epochs = 8 }, 0.8, 3).Training.BestEpoch);
    }

    [Fact]
    public void The_loss_that_chooses_holds_the_recourse_term()
    {
        var data = Data(400, 5);
        double Loss(double lambda, BestEpoch best) => Trainer.RecourseAware(data, Small with { Best = best, Epochs = 1, LearningRate = 1e-9f }, lambda, 3).Training.Epochs[0].ValidationLoss;
        double none = Loss(0, BestEpoch.ValidationLoss), half = Loss(0.5, BestEpoch.ValidationLoss), whole = Loss(1, BestEpoch.ValidationLoss);
        // With weights that hardly move the loss is linear in λ, and without λ it is the cross-entropy.
        Assert.Equal(Loss(0, BestEpoch.ValidationF1), none, 1e-5);
        Assert.Equal(whole - none, 2 * (half - none), 1e-5);
        Assert.True(whole > none + 0.1);
    }

    [Fact]
    public void Optimizers_and_schedules_are_checked_and_each_changes_the_weights()
    {
        var data = Data(300, 5);
        TrainingSettings[] each =
        [
            Small, Small with { Schedule = LearningRateSchedule.Cosine }, Small with { Optimizer = OptimizerKind.Sgd }, Small with { Optimizer = OptimizerKind.Sgd, Momentum = 0.9f },
            Small with { Optimizer = OptimizerKind.Rmsprop }, Small with { Activations = [Activation.Identity, Activation.Tanh] }, Small with { Best = BestEpoch.Last, LearningRate = 0.3f },
        ];
        double[][] weights = [.. each.Select(s => Sample.Weights(Trainer.Standard(data, s, 3)))];
        for (int i = 0; i < each.Length; i++)
        {
            Assert.Equal(weights[i], Sample.Weights(Trainer.Standard(data, each[i] with { MicroBatch = 8 }, 3, new(1))), (a, b) => Math.Abs(a - b) < 1e-2);
            for (int j = 0; j < i; j++) Assert.NotEqual(weights[i], weights[j]);
        }
        Assert.Equal(weights[0], Sample.Weights(Trainer.Standard(data, Small with { Activations = [Activation.Tanh, Activation.Tanh] }, 3)));
        Assert.Equal(6, Trainer.Standard(data, each[^1], 3).Training.BestEpoch);
        var wrong = Small with { Activations = [Activation.Tanh, (Activation)7, Activation.Relu], Optimizer = (OptimizerKind)5, Momentum = 0.5f, Schedule = (LearningRateSchedule)4, Best = BestEpoch.Last, Patience = 2 };
        Assert.Equal(
            """
            Patience is 2; where the last epoch is kept, all are run (0).
            There are 3 activations for 2 hidden layers; each takes one.
            The activation of a layer is 7; must be one of Identity, Tanh, Relu, LeakyRelu, Gelu, Sigmoid.
            Optimizer is 5; must be one of Adam, Sgd, Rmsprop.
            Momentum is 0.5; it goes with the optimizer Sgd, not 5.
            Schedule is 4; must be one of Constant, Cosine.
            """.ReplaceLineEndings("\n"), Sample.Message<OptionsException>(() => Trainer.Standard(data, wrong, 1)).ReplaceLineEndings("\n"));
        Assert.Equal("Momentum is 1; must be at least 0 and less than 1.", Sample.Message<OptionsException>(() => Trainer.Standard(data, Small with { Optimizer = OptimizerKind.Sgd, Momentum = 1 }, 1)));
    }

    [Fact]
    public void The_image_network_is_the_paper_s()
    {
        var s = TrainingSettings.ImageNetwork;
        Assert.Equal(("64-256-64-256-64", "Identity-Gelu-Identity-Gelu-Identity", 0f, 0.01f, 128, 40), (string.Join('-', s.Hidden), string.Join('-', s.Activations!), s.Dropout, s.LearningRate, s.BatchSize, s.Epochs));
        Assert.Equal((OptimizerKind.Sgd, 0f, LearningRateSchedule.Cosine, BestEpoch.Last), (s.Optimizer, s.Momentum, s.Schedule, s.Best));
    }

    [Fact]
    public void A_constant_column_may_stand_where_its_range_is_declared()
    {
        var schema = new Schema([Feature.Numeric("a") with { Minimum = -4, Maximum = 4 }, Feature.Numeric("border") with { Minimum = 0, Maximum = 255 }], "y", "yes");
        var rng = new Rng(4);
        double[][] rows = [.. Enumerable.Range(0, 80).Select(_ => new[] { rng.NextGaussian(), 0 })];
        var data = TrainingData.Of(Sample.Table(schema, rows, [.. rows.Select(r => r[0] > 0)]), new(), new Rng(1));
        Assert.Equal(0.5, Trainer.Standard(data, Small with { Encoding = new(NumberScaling.Range) }, 1).Encoding.Features[1].Scale * 0.5 / 255);
        Assert.Equal("Column 'border' is 0 in all 48 training rows; give it the role ignore.", Sample.Message<DataException>(() => Trainer.Standard(data, Small with { Encoding = new(NumberScaling.MinMax) }, 1)));
    }

    [Fact]
    public void The_table_s_own_order_can_be_kept()
    {
        var data = Data(300, 5);
        var settings = Small with { Shuffle = false, Epochs = 2 };
        double[] kept = Sample.Weights(Trainer.Standard(data, settings, 3));
        Assert.Equal(kept, Sample.Weights(Trainer.Standard(data, settings, 3, new(3))));
        Assert.NotEqual(kept, Sample.Weights(Trainer.Standard(data, settings with { Shuffle = true }, 3)));
        int[] reversed = [.. Enumerable.Range(0, data.Train.Rows).Reverse()];
        Assert.NotEqual(kept, Sample.Weights(Trainer.Standard(data with { Train = data.Train.Select(reversed) }, settings, 3)));
    }

    private static TrainingData Data(int rows, ulong seed) => TrainingData.Of(Table(rows, seed), new(), new Rng(seed));

    /// <summary>The outcome follows mostly what nobody can change.</summary>
    private static Table Table(int rows, ulong seed)
    {
        var rng = new Rng(seed);
        double[][] values = [.. Enumerable.Range(0, rows).Select(_ => new[] { rng.NextGaussian(), rng.NextGaussian() })];
        return Sample.Table(Schema, values, [.. values.Select(v => rng.NextDouble() < 1 / (1 + Math.Exp(-(2.5 * v[0] + 0.7 * v[1]))))]);
    }
}
