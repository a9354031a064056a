using Redress.Attacks;
using Redress.Data;
using Redress.Generative;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Tests.Training;

public sealed class CounterNetTests : IDisposable
{
    private static readonly Schema Schema = new(
        [Feature.Numeric("income", Change.Any), Feature.Numeric("debt", Change.Any), Feature.Categorical("job", ["a", "b", "c"], Change.Any), Feature.Categorical("born", ["here", "there"])], "paid", "yes");

    private static readonly TrainingSettings Settings = new(
        [16, 8, 8], Activation.LeakyRelu, 0.1f, 0.01f, BatchSize: 64, Epochs: 12, ClassWeights: false, Threshold: new(0.5), Encoding: new(NumberScaling.MinMax), MicroBatch: 32, Best: BestEpoch.Last);

    private readonly string folder = Directory.CreateTempSubdirectory("redress-counternet").FullName;

    private string File => Path.Combine(folder, "state.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_generator_learns_to_turn_predictions_and_copies_what_nobody_can_change()
    {
        var model = Trainer.CounterNet(Data(), Settings with { Epochs = 40 }, new(2, [16], Recourse: new(1, 0.02)), 3);
        Assert.Equal(("counternet", "counternet"), (model.GeneratorSlug, model.Training.Objective));
        Assert.All(model.Training.Epochs, e => Assert.Equal(3, e.Losses!.Count));
        var (first, last) = (model.Training.Epochs[0].Losses!, model.Training.Epochs[^1].Losses!);
        Assert.True(last[0] < first[0] && last[1] < first[1], $"L1 {first[0]} -> {last[0]}, L2 {first[1]} -> {last[1]}");
        var (x, recourse, before, after) = Recourses(model);
        int turned = before.Zip(after).Count(p => p.First >= 0 != p.Second >= 0);
        Assert.InRange(turned, 0.95 * before.Length, before.Length);
        for (int i = 0; i < before.Length; i++) Assert.Equal(x.AsSpan(i * 7 + 5, 2).ToArray(), recourse.AsSpan(i * 7 + 5, 2).ToArray());
    }

    [Fact]
    public void A_model_gives_the_same_recourse_before_its_file_and_after()
    {
        var model = Trainer.CounterNet(Data(), Settings, new(2, [16], Recourse: new(1, 0.02)), 3);
        ModelFile.Save(model, File);
        string[] Told(NetworkModel m) => [.. new Redress.Methods.CounterNet().Prepare(new(m), new Rng(1)).Find(new(Data().Validation), new Rng(1)).Records.Select(r => r.ToString())];
        string[] told = Told(model);
        Assert.Equal(told, Told(ModelFile.Load(File)));
        Assert.Contains(told, r => r.Contains("Found", StringComparison.Ordinal));
    }

    [Fact]
    public void Recourse_trained_against_the_data_shift_has_margins_that_plain_recourse_lacks()
    {
        double Margin(ulong seed, DataShiftOptions? shift)
        {
            var model = Trainer.CounterNet(Data(), Settings with { Epochs = 40 }, new(2, [16], Recourse: new(1, 1, shift)), seed);
            Assert.Equal(shift is null ? "counternet" : "rocoursenet", model.GeneratorSlug);
            var (_, _, before, after) = Recourses(model);
            return before.Zip(after).Average(p => p.First >= 0 ? -p.Second : p.Second);
        }
        for (ulong seed = 1; seed <= 4; seed++)
        {
            double plain = Margin(seed, null), robust = Margin(seed, new(0.3, LearningRate: 0.1f));
            Assert.True(robust > plain, $"seed {seed}, mean log-odds beyond the threshold: {robust} against the shift, {plain} without");
        }
    }

    [Fact]
    public void Judged_within_the_range_recourse_keeps_its_margin_when_it_is_brought_there()
    {
        double Margin(bool within)
        {
            var model = Trainer.CounterNet(Data(), Settings with { Epochs = 40 }, new(2, [16], Recourse: new(1, 0.02, Within: within)), 3);
            var (_, recourse, before, _) = Recourses(model);
            for (int i = 0; i < before.Length; i++)
                for (int c = 0; c < 2; c++) recourse[i * 7 + c] = Math.Clamp(recourse[i * 7 + c], 0, 1);
            using var scope = TensorScope.Open();
            var after = new float[before.Length];
            model.Network.Forward(Tensor.From(before.Length, 7, recourse)).ReadTo(after);
            return before.Zip(after).Average(p => p.First >= 0 ? -p.Second : p.Second);
        }
        double free = Margin(within: false), kept = Margin(within: true);
        Assert.True(kept > free, $"mean log-odds beyond the threshold: {kept} judged within, {free} as generated");
    }

    [Fact]
    public void The_predictor_does_not_know_of_the_generator()
    {
        var plain = Trainer.CounterNet(Data(), Settings, new(2, [16]), 3);
        var robust = Trainer.CounterNet(Data(), Settings, new(1, [8, 8], Recourse: new(0.5, 0.2, new())), 3);
        Assert.Equal(Weights(plain.Network), Weights(robust.Network));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        NetworkModel Of(int threads) => Trainer.CounterNet(Data(), Settings with { Epochs = 3 }, new(2, [16], Recourse: new(Shift: new(Training: VirtualTraining.Adam))), 5, new(threads));
        Assert.Equal(Of(1).Fingerprint, Of(2).Fingerprint);
    }

    [Theory]
    [InlineData(true, OptimizerKind.Adam)]
    [InlineData(false, OptimizerKind.Adam)]
    [InlineData(false, OptimizerKind.Sgd)]
    [InlineData(false, OptimizerKind.Rmsprop)]
    public void A_training_that_was_stopped_goes_on_to_the_same_bits(bool generator, OptimizerKind optimizer)
    {
        var settings = Settings with { Optimizer = optimizer, Best = generator ? BestEpoch.Last : BestEpoch.ValidationF1, Momentum = optimizer == OptimizerKind.Sgd ? 0.9f : 0 };
        NetworkModel Train(TrainingCheckpoint? checkpoint, IProgress<Progress>? progress = null, CancellationToken cancel = default) => generator
            ? Trainer.CounterNet(Data(), settings, new(2, [16], Recourse: new(Shift: new())), 5, new(1), progress, checkpoint, cancel)
            : Trainer.Standard(Data(), settings, 5, new(1), progress, checkpoint, cancel);
        var whole = Train(null);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(new(File), new StopAt(stop, "epoch 5"), stop.Token));
        var resumed = Train(new(File));
        Assert.Equal((whole.Fingerprint, whole.Training.BestEpoch), (resumed.Fingerprint, resumed.Training.BestEpoch));
        Assert.Equal(whole.Training.Epochs.Select(e => e.TrainLoss), resumed.Training.Epochs.Select(e => e.TrainLoss));
        // Finished, it has nothing left to do but to be read.
        Assert.Equal(whole.Fingerprint, Train(new(File)).Fingerprint);
    }

    [Fact]
    public void The_state_of_another_training_or_a_damaged_file_is_refused()
    {
        Trainer.Standard(Data(), Settings with { Epochs = 1 }, 5, checkpoint: new(File));
        string Refused(TrainingSettings settings) => Sample.Message<ModelFileException>(() => Trainer.Standard(Data(), settings, 5, checkpoint: new(File)));
        Assert.Equal("state.safetensors: the state of another training (other rows, settings or seed); name another file or delete it.", Refused(Settings));
        Assert.StartsWith("state.safetensors: the state of another training", Sample.Message<ModelFileException>(() => Turned()), StringComparison.Ordinal);
        NetworkModel Turned()
        {
            var data = Data();
            bool[] turned = [.. data.Validation.Labels!.Select((l, i) => i == 0 ? !l : l)];
            return Trainer.Standard(data with { Validation = new Table(Schema, data.Validation.Values.ToArray(), labels: turned) }, Settings with { Epochs = 1 }, 5, checkpoint: new(File));
        }
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        void Replace(string from, string to) => System.IO.File.WriteAllBytes(File, [.. System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(bytes).Replace(from, to, StringComparison.Ordinal))]);
        Replace("number\\u0022:1,", "number\\u0022:3,");
        Assert.Equal("state.safetensors: damaged (epochs that do not follow each other).", Refused(Settings with { Epochs = 1 }));
        Replace("\"redress.best\":\"1\"", "\"redress.best\":\"9\"");
        Assert.Equal("state.safetensors: damaged (numbers that do not fit each other).", Refused(Settings with { Epochs = 1 }));
        System.IO.File.WriteAllBytes(File, [.. bytes.AsSpan(0, bytes.Length - 8)]);
        Assert.StartsWith("state.safetensors: ", Refused(Settings with { Epochs = 1 }), StringComparison.Ordinal);
        var model = Trainer.Standard(Data(), Settings with { Epochs = 1 }, 5);
        ModelFile.Save(model, File);
        Assert.Equal("state.safetensors: holds a classifier, not the state of a training.", Sample.Message<ModelFileException>(() => Trainer.Standard(Data(), Settings with { Epochs = 1 }, 5, checkpoint: new(File))));
    }

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var bad = new CounterNetOptions(0, [0], 0, new(-1, double.NaN, new(-1, 0, 0, 0, (AttackNorm)9, (VirtualTraining)9, (ShiftChoice)9, (AttackedFeatures)9)));
        Assert.Equal(
            """
            Encoder layers is 0; must be 1 or more.
            A hidden layer of the generator has 0 units; must be 1 to 16384.
            Prediction weight (λ1) is 0; must be more than 0 and finite.
            Validity weight (λ2) is -1; must be 0 or more and finite.
            Proximity weight (λ3) is NaN; must be 0 or more and finite.
            Epsilon of the data shift is -1; must be 0 to 1000 in encoded units.
            Steps of the data shift (T) is 0; must be 1 to 1000.
            Unrolled steps of the data shift (K) is 0; must be 1 to 100.
            Learning rate of the data shift (η) is 0; must be more than 0 and at most 100.
            Norm of the data shift is 9; must be one of Linf, L2.
            Training of the data shift is 9; must be one of Gradient, Adam.
            Features of the data shift is 9; must be one of Numbers, All.
            Choice of the data shift is 9; must be one of Adversarial, Random.
            """,
            Sample.Message<OptionsException>(() => Trainer.CounterNet(Data(), Settings, bad, 1)));
        Assert.Equal(
            """
            Best is ValidationF1; with a generator of recourse it must be Last.
            Threshold is max-f1; with a generator of recourse it must be 0.5.
            """,
            Sample.Message<OptionsException>(() => Trainer.CounterNet(Data(), Settings with { Best = BestEpoch.ValidationF1, Threshold = null }, new(), 1)));
        Assert.StartsWith(
            "Training diverged in epoch 1: the losses are ", Sample.Message<OptionsException>(() => Trainer.CounterNet(Data(), Settings, new(2, [16], Recourse: new(1e300, 1e300)), 1)), StringComparison.Ordinal);
        Assert.Equal("Encoder layers is 4; the network has 3 hidden layers.", Sample.Message<OptionsException>(() => Trainer.CounterNet(Data(), Settings, new(4), 1)));
        Assert.Equal(
            "Validity weight (λ2) and proximity weight (λ3) are both 0; a generator needs something to learn.",
            Sample.Message<OptionsException>(() => Trainer.CounterNet(Data(), Settings, new(Recourse: new(0, 0)), 1)));
        var fixedSchema = new Schema([.. Schema.Features.Select(f => f.IsNamed ? Feature.Categorical(f.Name, f.Values) : Feature.Numeric(f.Name))], "paid", "yes");
        Assert.Equal(
            "The schema lets nobody change anything; a generator of recourse needs at least one feature whose change is any, increase or decrease.",
            Sample.Message<OptionsException>(() => Trainer.CounterNet(Data(fixedSchema), Settings, new(), 1)));
    }

    private sealed class StopAt(CancellationTokenSource stop, string note) : IProgress<Progress>
    {
        public void Report(Progress value)
        {
            if (value.Note!.StartsWith(note, StringComparison.Ordinal)) stop.Cancel();
        }
    }

    /// <summary>Encoded validation rows, their recourses, and the log-odds of both.</summary>
    private static (float[] X, float[] Recourse, float[] Before, float[] After) Recourses(NetworkModel model)
    {
        var people = Data().Validation;
        var x = new float[people.Rows * 7];
        model.Encoding.Encode(people, 0, people.Rows, x);
        using var scope = TensorScope.Open();
        var rows = Tensor.From(people.Rows, 7, x);
        var (recourse, before, after) = (new float[x.Length], new float[people.Rows], new float[people.Rows]);
        var hard = model.Generator!.Hard(model.Network, rows);
        hard.ReadTo(recourse);
        model.Network.Forward(rows).ReadTo(before);
        model.Network.Forward(hard).ReadTo(after);
        return (x, recourse, before, after);
    }

    private static float[] Weights(FeedForward network) => [.. network.Parameters.SelectMany(p =>
    {
        var values = new float[p.Size];
        p.ReadTo(values);
        return values;
    })];

    /// <summary>Whoever earns more than they owe pays, job a more often.</summary>
    private static TrainingData Data(Schema? schema = null)
    {
        var rng = new Rng(11);
        const int Rows = 600;
        var (values, labels) = (new double[Rows * 4], new bool[Rows]);
        for (int i = 0; i < Rows; i++)
        {
            double income = rng.NextDouble(), debt = rng.NextDouble();
            int job = rng.NextInt(3);
            new[] { income, debt, job, rng.NextInt(2) }.CopyTo(values, i * 4);
            labels[i] = income - debt + (job == 0 ? 0.3 : -0.1) + 0.2 * rng.NextGaussian() > 0;
        }
        return TrainingData.Of(new Table(schema ?? Schema, values, labels: labels), new(0.7, 0.3, 0, 0), new Rng(2));
    }
}
