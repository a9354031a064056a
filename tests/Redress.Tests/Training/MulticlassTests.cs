using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Losses;
using Redress.Training;

namespace Redress.Tests.Training;

public sealed class MulticlassTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("redress-classes").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_generator_turns_people_into_any_other_class()
    {
        foreach (var options in new[] { ThreeClasses.Plain, ThreeClasses.Robust })
        {
            var model = options == ThreeClasses.Plain ? ThreeClasses.Model : Trainer.Multiclass(ThreeClasses.Data(), ThreeClasses.Settings, options, 3);
            var people = ThreeClasses.Rows(300, 77);
            Assert.True(ClassFigures.Of(model, people).Accuracy > 0.9);
            int[] predicted = model.Predict(people);
            foreach (int step in new[] { 1, 2 })
            {
                string[] desired = [.. predicted.Select(p => model.Classes[(p + step) % 3])];
                var batch = MulticlassRecourse.Find(model, MethodCatalog.Get(model.GeneratorSlug!).Create(), new(people), desired, 5);
                double valid = batch.Records.Count(r => r.Outcome == Outcome.Found) / 300.0;
                Assert.True(valid >= 0.9, Invariant($"{model.GeneratorSlug}: {valid} of the people who want the class {step} on have recourse"));
                for (int i = 0; i < 300; i++)
                {
                    if (batch.Records[i].Outcome != Outcome.Found) continue;
                    Assert.DoesNotContain(batch.Records[i].Answers[0].Changes, c => c.Feature == "born");
                    var row = people.Row(i).ToArray();
                    foreach (var change in batch.Records[i].Answers[0].Changes) row[model.Schema.IndexOf(change.Feature)] = change.To.In(model.Schema.Features[model.Schema.IndexOf(change.Feature)]);
                    Assert.Equal(desired[i], model.Classes[model.Predict(new(model.Schema, row))[0]]);
                }
            }
        }
    }

    [Fact]
    public void Losses_fall_and_the_record_says_what_was_trained()
    {
        var training = ThreeClasses.Model.Training;
        Assert.Equal(("counternet", "counternet", 40), (training.Objective, ThreeClasses.Model.GeneratorSlug, training.Epochs.Count));
        var (first, last) = (training.Epochs[0], training.Epochs[^1]);
        Assert.True(last.Losses![0] < first.Losses![0] && last.Losses[1] < first.Losses[1]);
        Assert.True(last.ValidationLoss < first.ValidationLoss && last.ValidationF1 > 0.9 && last.ValidationAccuracy > 0.9);
        Assert.All(training.Epochs, e => Assert.Equal(0, e.Threshold));
        Assert.Equal(3, ThreeClasses.Model.Parts.Network.Sizes[^1]);
        // [z, p, y']: 12 units of the encoder's last layer, 12 of the network's, a column a class.
        Assert.Equal([12 + 12 + 3, 24, 7], ThreeClasses.Model.Generator!.Network.Sizes);
    }

    [Fact]
    public void The_loss_of_two_classes_is_that_of_one_output()
    {
        var rng = new Rng(4);
        float[] z = [.. Enumerable.Range(0, 50).Select(_ => (float)(4 * rng.NextGaussian()))], other = [.. z.Select(_ => (float)rng.NextGaussian())];
        float[] y = [.. z.Select((_, i) => (float)(i % 2))];
        var one = Tensor.Parameter(50, 1, z);
        // Logits (b, b + z): the softmax of the second is σ(z), whatever b is.
        var two = Tensor.Parameter(50, 2, [.. z.SelectMany((v, i) => new[] { other[i], other[i] + v })]);
        var binary = SquaredError.Of(ClassProbabilities.Of(one), Tensor.From(50, 1, y));
        var classes = SquaredError.Of(ClassProbabilities.Of(two), Tensor.From(50, 2, [.. y.SelectMany(v => new[] { 1 - v, v })]));
        Assert.Equal(binary.Item, classes.Item, 1e-6);
        var (ofOne, ofTwo) = (Gradients.Of(binary, [one])[0], Gradients.Of(classes, [two])[0]);
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(ofOne[i, 0], ofTwo[i, 1], 1e-7);
            Assert.Equal(-ofOne[i, 0], ofTwo[i, 0], 1e-7);
        }
    }

    [Fact]
    public void One_output_and_two_classes_give_the_same_kind_of_result()
    {
        var schema = new Schema(ThreeClasses.Features, "paid", "yes", classes: ["no", "yes"]);
        Table Rows(int count, ulong seed)
        {
            var three = ThreeClasses.Rows(count, seed);
            return new(schema, three.Values.ToArray(), classes: [.. three.Classes!.Select(c => c == 1 ? 1 : 0)]);
        }
        var data = TrainingData.Of(Rows(600, 11), new(0.7, 0.3, 0, 0), new Rng(2));
        var people = Rows(300, 77);
        var one = Trainer.CounterNet(data, ThreeClasses.Settings, ThreeClasses.Plain, 3);
        var two = Trainer.Multiclass(data, ThreeClasses.Settings, ThreeClasses.Plain, 3);
        Assert.Equal((1, 2), (one.Network.Sizes[^1], two.Parts.Network.Sizes[^1]));
        double[] scores = Scores.Favourable(one, people);
        int[] predicted = two.Predict(people);
        Assert.True(scores.Zip(predicted).Count(p => p.First >= 0 == (p.Second == 1)) > 0.93 * 300);
        double Share(IReadOnlyList<RecourseRecord> records) => (double)records.Count(r => r.Outcome == Outcome.Found) / records.Count(r => r.Outcome != Outcome.AlreadyDesired);
        var ofOne = new Redress.Methods.CounterNet().Prepare(new(one), new Rng(5)).Find(new(people, Desired: Desired.OtherThanPredicted), new Rng(5)).Records;
        var ofTwo = MulticlassRecourse.Find(two, new Redress.Methods.CounterNet(), new(people), [.. predicted.Select(p => two.Classes[1 - p])], 5).Records;
        Assert.True(Share(ofOne) >= 0.9 && Share(ofTwo) >= 0.9, Invariant($"{Share(ofOne)}, {Share(ofTwo)}"));
    }

    [Fact]
    public void Threads_change_no_bit_and_a_training_that_was_stopped_goes_on_to_the_same_bits()
    {
        var settings = ThreeClasses.Settings with { Epochs = 4, Dropout = 0.1f, ClassWeights = true };
        MulticlassModel Of(int threads, TrainingCheckpoint? checkpoint = null, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
            Trainer.Multiclass(ThreeClasses.Data(), settings, ThreeClasses.Robust, 5, new(threads), progress, checkpoint, cancel);
        var whole = Of(1);
        Assert.Equal(whole.Fingerprint, Of(3).Fingerprint);
        TrainingCheckpoint state = new(Path.Combine(folder, "state"));
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Of(1, state, new StopAt(stop, "epoch 3"), stop.Token));
        Assert.Equal(whole.Fingerprint, Of(2, state).Fingerprint);
    }

    [Fact]
    public void Rare_classes_weigh_as_much_as_the_commonest()
    {
        var table = new Table(ThreeClasses.Schema, new double[4 * 7], classes: [0, 0, 0, 0, 1, 1, 2]);
        var statistics = TrainingStatistics.Of(ThreeClasses.Rows(50, 1));
        var rows = new TrainingRows(new(table, Encoding.Fit(table.Schema, statistics, new()), statistics, null), classWeights: true, outputs: 3);
        Assert.Equal([1, 1, 1, 1, 2, 2, 4], rows.Weights);
        Assert.Equal([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1], rows.Targets);
        Assert.Equal([0, 0, 0, 0, 1, 1, 0], new TrainingRows(rows.Of, classWeights: true, outputs: 1).Targets);
    }

    [Fact]
    public void A_class_that_cannot_be_learnt_is_named_with_its_rows()
    {
        string Of(TrainingData data) => Sample.Message<DataException>(() => Trainer.Multiclass(data, ThreeClasses.Settings, ThreeClasses.Plain, 1));
        var (train, validation) = (ThreeClasses.Data().Train, ThreeClasses.Data().Validation);
        int[] Without(Table rows, int c, int keep) => [.. Enumerable.Range(0, rows.Rows).Where(r => rows.Classes![r] != c || keep-- > 0)];
        Assert.Equal("Class 'mid' of 'grade' has 1 training row; it needs at least 2.", Of(new(train.Select(Without(train, 2, 1)), validation)));
        Assert.Equal("Class 'low' of 'grade' has no training row; it needs at least 2.", Of(new(train.Select(Without(train, 0, 0)), validation)));
        Assert.Equal("Class 'mid' of 'grade' has no validation row; it needs at least 1.", Of(new(train, validation.Select(Without(validation, 2, 0)))));
        var unknown = new Table(train.Schema, train.Values.ToArray(), labels: train.Labels);
        Assert.Equal("The training rows do not say which class of 'grade' they have; a multi-class model needs it.", Of(new(unknown, validation)));
    }

    [Fact]
    public void Options_that_mean_nothing_with_classes_are_refused()
    {
        string Of(TrainingData data, TrainingSettings settings) => Sample.Message<OptionsException>(() => Trainer.Multiclass(data, settings, ThreeClasses.Plain, 1));
        Assert.Equal("A multi-class model predicts the likeliest class; it has no threshold to choose.", Of(ThreeClasses.Data(), ThreeClasses.Settings with { Threshold = ThresholdRule.MaxF1 }));
        var plain = new Schema(ThreeClasses.Features, "grade", "high");
        var rows = ThreeClasses.Rows(60, 3);
        var data = TrainingData.Of(new Table(plain, rows.Values.ToArray(), labels: rows.Labels), new(0.7, 0.3, 0, 0), new Rng(1));
        Assert.Equal("The schema declares no classes of 'grade'; list all of its values to train a multi-class model.", Of(data, ThreeClasses.Settings));
    }

    [Fact]
    public void Other_objectives_tell_the_favourable_class_from_the_rest()
    {
        var data = ThreeClasses.Data();
        Table Plain(Table rows) => new(new(ThreeClasses.Features, "grade", "high"), rows.Values.ToArray(), labels: rows.Labels);
        var settings = ThreeClasses.Settings with { Epochs = 2 };
        var (with, without) = (Trainer.Standard(data, settings, 3), Trainer.Standard(new(Plain(data.Train), Plain(data.Validation)), settings, 3));
        Assert.Equal(Sample.Weights(without), Sample.Weights(with));
    }

    private sealed class StopAt(CancellationTokenSource stop, string note) : IProgress<Progress>
    {
        public void Report(Progress value)
        {
            if (value.Note!.StartsWith(note, StringComparison.Ordinal)) stop.Cancel();
        }
    }
}
