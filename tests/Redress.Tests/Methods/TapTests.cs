using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class TapTests
{
    private static readonly Schema Columns = new(
        [Feature.Numeric("true", Change.Any), Feature.Numeric("trick", Change.Any), Feature.Categorical("home", ["rent", "own"], Change.Any), Feature.Numeric("age")], "y", "yes");

    private static readonly TapOptions Small = new(Hidden: [24, 24], Epochs: 60, TrainingRate: 0.005, LearningRate: 0.05);

    /// <summary>The label is the sign of "true", two away from 0 for most.</summary>
    private static readonly Table Training = Rows(500);

    /// <summary>A model that is easily tricked: it mostly reads "trick", which has nothing to do with the label.</summary>
    private static readonly NetworkModel Model = Sample.Linear(Training, [1, 4, 0, 0, 0], -1);

    private static Table Rows(int count)
    {
        var rng = new Rng(4);
        var (rows, labels) = (new double[count][], new bool[count]);
        for (int i = 0; i < count; i++)
        {
            labels[i] = rng.NextInt(2) == 1;
            rows[i] = [(labels[i] ? 2 : -2) + 0.5 * rng.NextGaussian(), 0.3 * rng.NextGaussian(), rng.NextInt(2), rng.NextGaussian()];
        }
        return Sample.Table(Columns, rows, labels);
    }

    [Fact]
    public void The_verifier_tells_whether_labels_differ()
    {
        var verifier = TapTraining.Run(Small, Model.Encoding, Training.Slice(0, 400), new Rng(1), new(1), null, default);
        var pairs = Tensor.Zeros(2500, 10);
        for (int i = 0; i < 2500; i++)
        {
            Model.Encoding.Encode(Training.Row(400 + i % 50), pairs.Values.Slice(i * 10, 5));
            Model.Encoding.Encode(Training.Row(450 + i / 50), pairs.Values.Slice(i * 10 + 5, 5));
        }
        float[] verdicts = verifier.Logits(pairs);
        int right = Enumerable.Range(0, 2500).Count(i => verdicts[i] > 0 == (Training.Labels![400 + i % 50] != Training.Labels[450 + i / 50]));
        Assert.True(right > 0.97 * 2500, $"{right} of 2500 pairs of rows it has not seen");
    }

    [Fact]
    public void Where_the_model_is_tricked_the_verifier_is_not()
    {
        var people = Training.Slice(0, 100);
        var task = new RecourseTask(Model, Training);
        int Honest(RecourseBatch batch) => batch.Records.Where(r => r.Outcome == Outcome.Found).Count(r => RecourseRows.Changed(Columns, r, r.Answers[0])[0] > 0);
        var rejected = people.Select([.. Enumerable.Range(0, 100).Where(i => !people.Labels![i])]);
        // Where no rows are, the verifier's boundary may lie anywhere: at 0.99 it is on the far side.
        var (plain, verified) = (new Gradient().Prepare(task, new Rng(1)).Find(new(rejected), new Rng(1)), new Tap(Small with { Verified = 0.99 }).Prepare(task, new Rng(1)).Find(new(rejected), new Rng(1)));
        Assert.True(plain.Count(Outcome.Found) > 30 && Honest(plain) < 0.1 * plain.Count(Outcome.Found), $"gradient: {Honest(plain)} of {plain.Count(Outcome.Found)}");
        Assert.True(verified.Count(Outcome.Found) > 30 && Honest(verified) > 0.9 * verified.Count(Outcome.Found), $"tap: {Honest(verified)} of {verified.Count(Outcome.Found)}");
    }

    [Fact]
    public void Everything_found_is_verified_as_it_is_shown_and_who_has_nothing_is_told_why()
    {
        var task = new RecourseTask(Model, Training);
        var people = Sample.Random(Columns, 60, 3, spread: 2);
        foreach (double verified in new[] { 0.5, 0.99 })
        {
            var options = Small with { Verified = verified };
            var verifier = TapTraining.Run(options, Model.Encoding, Training, new Rng(1).Split("tap"), new(1), null, default);
            var batch = new Tap(options).Prepare(task, new Rng(1)).Find(new(people), new Rng(1));
            Assert.True(batch.Count(Outcome.Found) > 5);
            for (int i = 0; i < 60; i++)
            {
                var record = batch.Records[i];
                if (record.Outcome == Outcome.NotFound && record.Answers.Count == 0 && record.Attempt is null)
                    Assert.Equal("No row that was tried is both valid and, to the verifier, of another true label.", record.Reason);
                if (record.Outcome != Outcome.Found) continue;
                var pair = Tensor.Zeros(1, 10);
                Model.Encoding.Encode(people.Row(i), pair.Values[..5]);
                Model.Encoding.Encode(RecourseRows.Changed(Columns, record, record.Answers[0]), pair.Values[5..10]);
                Assert.True(verifier.Logits(pair)[0] >= Math.Log(verified / (1 - verified)), $"person {i}");
            }
        }
    }

    [Fact]
    public void Unbounded_numbers_without_groups_are_searched_too()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any) with { Minimum = -1e9, Maximum = 1e9 }, Feature.Numeric("b", Change.Any) with { Minimum = -1e9, Maximum = 1e9 }], "y", "yes");
        var random = Sample.Random(schema, 400, 5);
        var rows = new Table(schema, random.Values.ToArray(), labels: [.. Enumerable.Range(0, 400).Select(i => random.Row(i)[0] + random.Row(i)[1] > 0.5)]);
        var batch = new Tap(Small).Prepare(new(Sample.Linear(rows, [4, 4], -2), rows), new Rng(1)).Find(new(rows.Slice(0, 60)), new Rng(1));
        Assert.True(batch.Count(Outcome.Found) + batch.Count(Outcome.AlreadyDesired) >= 55, $"{batch.Count(Outcome.Found)} found, {batch.Count(Outcome.AlreadyDesired)} had it");
    }

    [Fact]
    public void Training_stops_early_on_held_out_pairs_and_threads_change_no_bit()
    {
        int Steps(TapOptions options, int threads, out byte[] saved)
        {
            int heard = 0;
            using var file = new MemoryStream();
            new Tap(options).Prepare(new(Model, Training) { Execution = new(threads) }, new Rng(1), new Listener(p => heard = (int)p.Done)).Save(file);
            saved = file.ToArray();
            return heard;
        }
        var noise = Small with { Epochs = 400, TrainingPatience = 3 };
        Assert.True(Steps(noise, 1, out var one) < 400 * 8, "stopped early");
        Steps(noise, 3, out var three);
        Assert.Equal(one, three);
        Steps(Small with { Epochs = 2 }, 1, out one);
        Assert.NotEqual(one, three);
    }

    [Fact]
    public void Training_stops_when_asked()
    {
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => new Tap(Small).Prepare(new(Model, Training), new Rng(1), new Listener(_ => cancel.Cancel()), cancel.Token));
    }

    [Fact]
    public void Options_are_pinned_and_what_cannot_be_learnt_is_refused()
    {
        Assert.Equal(
            """{"max-steps":1000,"learning-rate":0.01,"lambda":0.1,"verifier-weight":1,"verified":0.5,"patience":0,"hidden":null,"epochs":2000,"batch-size":128,"training-rate":0.0001,"training-patience":0}""",
            MethodCatalog.Get("tap").Presets["garg2025"]);
        Assert.Equal(
            """
            Options of 'tap': max-steps is 0; must be 1 to 1000000.
            Options of 'tap': learning-rate is 0; must be more than 0 and finite.
            Options of 'tap': lambda is -1; must be at least 0 and finite.
            Options of 'tap': verifier-weight is NaN; must be at least 0 and finite.
            Options of 'tap': verified is 1; must be more than 0 and less than 1.
            Options of 'tap': patience is -1; must be at least 0.
            Options of 'tap': a layer of hidden has 0 units; must be 1 to 16384.
            Options of 'tap': epochs is 0; must be 1 to 100000.
            Options of 'tap': batch-size is 0; must be 1 to 1048576.
            Options of 'tap': training-rate is 0; must be more than 0 and finite.
            Options of 'tap': training-patience is -1; must be at least 0.
            """.ReplaceLineEndings(), Sample.Message<OptionsException>(() => new Tap(new(0, 0, -1, double.NaN, 1, -1, [0], 0, 0, 0, -1))).ReplaceLineEndings());
        Assert.Equal("Options of 'tap': hidden has 17 layers; the limit is 16.", Sample.Message<OptionsException>(() => new Tap(new(Hidden: new int[17].Select(_ => 3).ToArray()))));
        string Refused(Table? rows, TapOptions? options = null) => Sample.Message<OptionsException>(() => new Tap(options ?? Small).Prepare(new(Model, rows), new Rng(1)));
        Assert.Equal("Method 'tap' needs training rows, and the task has none.", Refused(null));
        Assert.Equal("There are no rows to train a verifier on.", Refused(Training.Slice(0, 0)));
        Assert.Equal("A verifier needs training rows with labels; these have none.", Refused(new(Columns, Training.Values.ToArray())));
        Assert.Equal("A verifier needs training rows of both labels; these have one.", Refused(new(Columns, Training.Values.ToArray(), labels: new bool[500])));
        Assert.StartsWith("The verifier's training diverged in epoch ", Refused(Training, Small with { TrainingRate = 1e30 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_preparation_is_one_line()
    {
        using var file = new MemoryStream();
        new Tap(Small with { Epochs = 1 }).Prepare(new(Model, Training), new Rng(1)).Save(file);
        string Load(string learnt, Func<StoredTensor, StoredTensor> each)
        {
            file.Position = 0;
            var (metadata, tensors) = SafeTensors.Read(file, "p");
            using var to = new MemoryStream();
            SafeTensors.Write(to, new Dictionary<string, string>(metadata) { ["redress.learnt"] = learnt }, [.. tensors.Values.Select(each)]);
            to.Position = 0;
            return Sample.Message<ModelFileException>(() => MethodCatalog.Load(to, "p", new(Model), new Rng(1)));
        }
        Assert.Equal("p: damaged (what was learnt says more than its tensors do).", Load("[]", t => t));
        Assert.Equal("p: damaged (tensor 'verifier.0.bias' is missing or not 1 × 24).", Load("{}", t => t.Name == "verifier.0.bias" ? StoredTensor.Of(t.Name, [24, 1], new float[24]) : t));
        Assert.Equal("p: damaged (tensor 'verifier.2.bias' holds values that are no numbers).", Load("{}", t => t.Name == "verifier.2.bias" ? StoredTensor.Of(t.Name, [1, 1], new float[] { float.NaN }) : t));
    }

    private sealed class Listener(Action<Progress> heard) : IProgress<Progress>
    {
        public void Report(Progress value) => heard(value);
    }
}
