using System.Text.Json.Nodes;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Methods;

/// <summary>Generators trained for a model that exists.</summary>
public sealed class PostHocMethodTests
{
    private static readonly Schema Columns = new(
        [Feature.Numeric("amount", Change.Any), Feature.Categorical("home", ["rent", "own", "none"], Change.Any), Feature.Numeric("age")], "y", "yes");

    public static TheoryData<string> Slugs => ["cf-model", "vae-cf"];

    private static Table Rows(int rows, bool labels = true)
    {
        var table = Sample.Random(Columns, rows, 5);
        return labels ? new(Columns, table.Values.ToArray(), labels: [.. Enumerable.Range(0, rows).Select(i => table.Row(i)[0] > 0)]) : table;
    }

    private static NetworkModel Model() => Sample.Linear(Rows(200), [3, 0.5f, -0.5f, 0, 0.2f], 0, scaling: NumberScaling.Standardise);

    private static IRecourseFinder Prepare(string slug, string options, RecourseTask task, IProgress<Progress>? progress = null) =>
        MethodCatalog.Get(slug).Create(options).Prepare(task, new Rng(3), progress);

    [Theory, MemberData(nameof(Slugs))]
    public void Training_makes_rows_valid(string slug)
    {
        var model = Model();
        var people = Rows(100);
        int Found(int epochs)
        {
            var finder = Prepare(slug, $$"""{"epochs": {{epochs}}, "hidden": [16], "dropout": 0, "learning-rate": 0.01}""", new(model, Rows(200)));
            return finder.Find(new(people, Desired: Desired.OtherThanPredicted), new Rng(1)).Count(Outcome.Found);
        }
        Assert.True(Found(60) > 80, $"{Found(60)} of 100 after 60 epochs");
        Assert.True(Found(60) > Found(1) + 10, $"{Found(60)} after 60 epochs, {Found(1)} after one");
    }

    [Theory, MemberData(nameof(Slugs))]
    public void A_shift_changes_what_is_learnt_and_both_come_back_from_a_file_to_the_bit(string slug)
    {
        var model = Model();
        string[] Answers(IRecourseFinder finder) => [.. finder.Find(new(Rows(40), Desired: Desired.OtherThanPredicted), new Rng(1)).Records.Select(r => $"{r} {string.Join(',', r.Answers.Select(a => a.Score))}")];
        var told = new List<string[]>();
        string[] robust = ["false", "true", "true, \"norm\": \"l2\"", "true, \"virtual-training\": \"gradient\"", "true, \"shifted-features\": \"all\"", "true, \"schedule\": false"];
        foreach (string options in robust)
        {
            var finder = Prepare(slug, $$"""{"epochs": 4, "hidden": [8], "epsilon": 0.5, "robust": {{options}}}""", new(model, Rows(200)));
            using var file = new MemoryStream();
            finder.Save(file);
            file.Position = 0;
            Assert.Equal(Answers(finder), Answers(MethodCatalog.Load(file, "prepared", new(model), new Rng(1))));
            told.Add(Answers(finder));
        }
        Assert.Equal(robust.Length, told.Select(answers => string.Join('\n', answers)).Distinct().Count());
    }

    [Theory, MemberData(nameof(Slugs))]
    public void What_cannot_be_learnt_is_refused(string slug)
    {
        string Refused(string options, IModel model, Table? rows) => Sample.Message<OptionsException>(() => Prepare(slug, options, new(model, rows)));
        Assert.Equal($"Method '{slug}' needs training rows, and the task has none.", Refused("{}", Model(), null));
        Assert.Equal(
            $"Options of '{slug}': robust needs training rows with labels, which the shifted model is trained on; these have none.", Refused("""{"robust": true}""", Model(), Rows(9, labels: false)));
        Assert.Equal("There are no rows to train a generator on.", Refused("{}", Model(), Rows(9).Slice(0, 0)));
        var other = new Schema([Feature.Numeric("amount", Change.Any)], "y", "yes");
        Assert.Equal("The training rows have other columns than the model's.", Refused("{}", Model(), Sample.Random(other, 9, 1)));
        var black = new DelegateModel(Columns, (t, _) => new double[t.Rows], "black box");
        Assert.Equal($"Method '{slug}' needs gradients, and the model gives scores only; methods without that need run on any model.", Refused("{}", black, Rows(9)));
        var still = new Schema([.. Columns.Features.Select(f => f with { Change = Change.None })], "y", "yes");
        var rows = new Table(still, Rows(9).Values.ToArray());
        Assert.StartsWith("The schema lets nobody change anything; a generator writes what can change", Refused("{}", Sample.Linear(rows, [1, 0, 0, 0, 0], 0), rows), StringComparison.Ordinal);
        Assert.StartsWith("The generator's training diverged in epoch 1: its losses are ", Refused("""{"learning-rate": 1e30, "epochs": 9, "batch-size": 4}""", Model(), Rows(30)), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_together()
    {
        string message = Sample.Message<OptionsException>(() => MethodCatalog.Get("vae-cf").Create(
            """{"latent": 0, "divergence": -1, "hidden": [0], "epochs": 0, "batch-size": 0, "learning-rate": 0, "dropout": 1, "validity": -1, "robust": true, "attack-steps": 0, "unrolled": 0}"""));
        Assert.Equal(
            """
            Options of 'vae-cf': latent is 0; must be 1 to 1024.
            Options of 'vae-cf': divergence is -1; must be 0 or more and finite.
            Options of 'vae-cf': a layer of hidden has 0 units; must be 1 to 16384.
            Options of 'vae-cf': epochs is 0; must be 1 to 100000.
            Options of 'vae-cf': batch-size is 0; must be 1 to 1048576.
            Options of 'vae-cf': learning-rate is 0; must be more than 0 and finite.
            Options of 'vae-cf': dropout is 1; must be 0 or more and less than 1.
            Options of 'vae-cf': Validity weight (λ2) is -1; must be 0 or more and finite.
            Options of 'vae-cf': Steps of the data shift (T) is 0; must be 1 to 1000.
            Options of 'vae-cf': Unrolled steps of the data shift (K) is 0; must be 1 to 100.
            """.ReplaceLineEndings(), message.ReplaceLineEndings());
        Assert.Equal("Options of 'cf-model': hidden has 17 layers; the limit is 16.", Sample.Message<OptionsException>(() => new CfModel(new(new int[17].Select(_ => 3).ToArray()))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_shift_has_to_be_right_also_where_it_has_no_effect(bool robust) => Assert.Equal(
        """
        Options of 'cf-model': Learning rate of the data shift (η) is NaN; must be more than 0 and at most 100.
        Options of 'cf-model': Norm of the data shift is 7; must be one of Linf, L2.
        """.ReplaceLineEndings(), Sample.Message<OptionsException>(() => new CfModel(new(Robust: robust, Norm: (Redress.Attacks.AttackNorm)7, VirtualRate: double.NaN))).ReplaceLineEndings());

    [Theory]
    [InlineData("cf-model", """{"epochs": 2, "hidden": [8], "robust": true}""")]
    [InlineData("vae-cf", """{"epochs": 2, "hidden": [8]}""")]
    [InlineData("face", "{}")]
    [InlineData("rbr", "{}")]
    public void Threads_change_no_bit_of_what_is_learnt_and_must_be_a_number_of_threads(string slug, string options)
    {
        byte[] Learnt(int threads)
        {
            using var file = new MemoryStream();
            Prepare(slug, options, new(Model(), Rows(90)) { Execution = new(threads) }).Save(file);
            return file.ToArray();
        }
        Assert.Equal(Learnt(1), Learnt(2));
        Assert.Equal("Threads is -1; must be 0 (all cores) to 1024.", Sample.Message<OptionsException>(() => Learnt(-1)));
    }

    [Theory, MemberData(nameof(Slugs))]
    public void A_damaged_preparation_is_one_line(string slug)
    {
        var model = Model();
        using var file = new MemoryStream();
        Prepare(slug, """{"epochs": 1, "hidden": [4]}""", new(model, Rows(20))).Save(file);
        string Damaged(Func<StoredTensor, StoredTensor> tensor, string learnt = "{}", string? options = null)
        {
            file.Position = 0;
            var (metadata, tensors) = SafeTensors.Read(file, "p");
            var changed = metadata.ToDictionary(m => m.Key, m => m.Key == "redress.learnt" ? learnt : m.Key == "redress.options" ? options ?? m.Value : m.Value);
            using var to = new MemoryStream();
            SafeTensors.Write(to, changed, [.. tensors.Values.Select(tensor)]);
            to.Position = 0;
            return Sample.Message<ModelFileException>(() => MethodCatalog.Load(to, "p", new(model), new Rng(1)));
        }
        Assert.Equal("p: damaged (what was learnt says more than its tensors do).", Damaged(t => t, "{\"a\":1}"));
        Assert.StartsWith("p: damaged (tensor 'generator.0.weight' is missing or not ", Damaged(t => t with { Name = "x" + t.Name }), StringComparison.Ordinal);
        Assert.Equal(
            "p: damaged (tensor 'generator.0.bias' holds values that are no numbers).",
            Damaged(t => t.Name == "generator.0.bias" ? StoredTensor.Of(t.Name, t.Shape, [.. Enumerable.Repeat(float.NaN, t.Bytes.Length / 4)]) : t));
        file.Position = 0;
        var asked = JsonNode.Parse(SafeTensors.Read(file, "p").Metadata["redress.options"])!.AsObject();
        asked["hidden"] = new JsonArray(16384, 16384, 16384, 16384);
        Assert.StartsWith("p: damaged (tensor 'generator.0.weight' is missing or not ", Damaged(t => t, options: asked.ToJsonString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_counts_steps_and_cancelling_stops()
    {
        var seen = new List<Progress>();
        Prepare("cf-model", """{"epochs": 3, "hidden": [4], "batch-size": 10}""", new(Model(), Rows(25)), new Listener(seen.Add));
        Assert.Equal((9, new Progress("training the generator", 9, 9, "epoch 3")), (seen.Count, seen[^1]));
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => new CfModel(new([4], BatchSize: 10)).Prepare(new(Model(), Rows(25)), new Rng(1), new Listener(_ => cancel.Cancel()), cancel.Token));
    }

    private sealed class Listener(Action<Progress> hear) : IProgress<Progress>
    {
        public void Report(Progress value) => hear(value);
    }
}
