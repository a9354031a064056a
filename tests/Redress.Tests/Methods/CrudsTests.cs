using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tests.Generative;

namespace Redress.Tests.Methods;

public sealed class CrudsTests
{
    private static readonly Table Training = SubspaceAutoencoderTests.People(600);

    /// <summary>Accepted where "told" is above 0.</summary>
    private static readonly NetworkModel Model = Sample.Linear(Training, [2, 0, 0, 0, 0, 0], 0);

    private static readonly CrudsOptions Small = new(Hidden: [32], Latent: 2, Subspace: 1, Epochs: 60, BatchSize: 64, TrainingRate: 0.005,  MaxSteps: 1500, LearningRate: 0.01);

    [Fact]
    public void It_moves_what_the_label_moves_and_keeps_what_z_says()
    {
        var people = Training.Slice(0, 80);
        var batch = new Cruds(Small).Prepare(new(Model, Training), new Rng(1)).Find(new(people), new Rng(1));
        Assert.Equal(80, batch.Count(Outcome.Found) + batch.Count(Outcome.AlreadyDesired));
        var found = Enumerable.Range(0, 80).Where(i => batch.Records[i].Outcome == Outcome.Found).ToArray();
        Assert.True(found.Length > 20);
        double moved = 0;
        foreach (int i in found)
        {
            double[] row = RecourseRows.Changed(Training.Schema, batch.Records[i], batch.Records[i].Answers[0]);
            Assert.True(row[0] > 0);
            Assert.Equal(people.Row(i)[4], row[4]);
            moved += Math.Abs(row[1] - people.Row(i)[1]) / found.Length;
        }
        Assert.True(moved < 0.5, $"taste moved by {moved}, of 0.8 from person to person");
    }

    [Fact]
    public void Unbounded_numbers_without_groups_are_searched_too()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any) with { Minimum = -1e9, Maximum = 1e9 }, Feature.Numeric("b", Change.Any) with { Minimum = -1e9, Maximum = 1e9 }], "y", "yes");
        var random = Sample.Random(schema, 300, 5);
        var rows = new Table(schema, random.Values.ToArray(), labels: [.. Enumerable.Range(0, 300).Select(i => random.Row(i)[0] + random.Row(i)[1] > 0.5)]);
        var batch = new Cruds(Small).Prepare(new(Sample.Linear(rows, [4, 4], -2), rows), new Rng(1)).Find(new(rows.Slice(0, 60)), new Rng(1));
        Assert.True(batch.Count(Outcome.Found) + batch.Count(Outcome.AlreadyDesired) >= 57, $"{batch.Count(Outcome.Found)} found, {batch.Count(Outcome.AlreadyDesired)} had it");
    }

    [Fact]
    public void Options_are_pinned_and_refused_together()
    {
        var method = MethodCatalog.Get("cruds");
        Assert.Equal(
            """{"max-steps":2000,"learning-rate":0.008,"lambda":0.001,"patience":0,"hidden":[16],"latent":8,"subspace":2,"epochs":5,"batch-size":32,"training-rate":0.001,"kl-weight":0.2,"subspace-kl-weight":1,"independence":10,"numbers":"bernoulli"}""",
            method.Presets["carla"]);
        Assert.Equal(method.Presets["carla"].Replace("[16]", "[512,256]", StringComparison.Ordinal).Replace("\"epochs\":5", "\"epochs\":100", StringComparison.Ordinal), method.Presets["garg2025"]);
        Assert.Equal(
            """
            Options of 'cruds': max-steps is 0; must be 1 to 1000000.
            Options of 'cruds': learning-rate is 0; must be more than 0 and finite.
            Options of 'cruds': lambda is NaN; must be at least 0 and finite.
            Options of 'cruds': patience is -1; must be at least 0.
            Options of 'cruds': a layer of hidden has 0 units; must be 1 to 16384.
            Options of 'cruds': latent is 0; must be 1 to 1024.
            Options of 'cruds': subspace is 1025; must be 1 to 1024.
            Options of 'cruds': epochs is 0; must be 1 to 100000.
            Options of 'cruds': batch-size is 0; must be 1 to 1048576.
            Options of 'cruds': training-rate is 0; must be more than 0 and finite.
            Options of 'cruds': kl-weight is -1; must be at least 0 and finite.
            Options of 'cruds': subspace-kl-weight is -1; must be at least 0 and finite.
            Options of 'cruds': independence is -1; must be at least 0 and finite.
            Options of 'cruds': numbers is 7; must be gaussian or bernoulli.
            """.ReplaceLineEndings(), Sample.Message<OptionsException>(() => new Cruds(new(0, 0, double.NaN, -1, [0], 0, 1025, 0, 0, 0, -1, -1, -1, (Redress.Generative.NumberLikelihood)7))).ReplaceLineEndings());
        Assert.Equal("Options of 'cruds': hidden has 0 layers; must be 1 to 16.", Sample.Message<OptionsException>(() => new Cruds(new(Hidden: []))));
    }

    [Fact]
    public void What_cannot_be_learnt_is_refused()
    {
        Assert.Equal("Method 'cruds' needs training rows, and the task has none.", Sample.Message<OptionsException>(() => new Cruds().Prepare(new(Model), new Rng(1))));
        var others = new Table(new Schema([Feature.Numeric("a", Change.Any)], "y", "yes"), [1, 2]);
        Assert.Equal("The training rows have other columns than the model's.", Sample.Message<OptionsException>(() => new Cruds().Prepare(new(Model, others), new Rng(1))));
    }

    [Fact]
    public void A_damaged_preparation_is_one_line()
    {
        using var file = new MemoryStream();
        new Cruds(Small with { Epochs = 1 }).Prepare(new(Model, Training.Slice(0, 60)), new Rng(1)).Save(file);
        string Load(Func<string, string> learnt, Func<StoredTensor, StoredTensor>? each = null)
        {
            file.Position = 0;
            var (metadata, tensors) = SafeTensors.Read(file, "p");
            var changed = new Dictionary<string, string>(metadata);
            changed["redress.learnt"] = learnt(changed["redress.learnt"]);
            using var to = new MemoryStream();
            SafeTensors.Write(to, changed, [.. tensors.Values.Select(t => each?.Invoke(t) ?? t)]);
            to.Position = 0;
            return Sample.Message<ModelFileException>(() => MethodCatalog.Load(to, "p", new(Model), new Rng(1)));
        }
        Assert.Equal("p: damaged (its encoding is not of 5 features).", Load(_ => """{"encoding": [], "immutables": []}"""));
        Assert.Equal("p: damaged (it was learnt with other features immutable than the model's schema has).", Load(l => l.Replace("\"immutables\":[4]", "\"immutables\":[3]", StringComparison.Ordinal)));
        Assert.Equal("p: damaged (the encoding of 'taste').", Load(l => l.Replace("\"offset\":1", "\"offset\":2", StringComparison.Ordinal)));
        Assert.Equal("p: damaged (tensor 'prior' is missing or not 2 × 2).", Load(l => l, t => t.Name == "prior" ? StoredTensor.Of(t.Name, [1, 4], new float[4]) : t));
        Assert.Equal("p: damaged (tensor 'prior' holds values that are no numbers).", Load(l => l, t => t.Name == "prior" ? StoredTensor.Of(t.Name, [2, 2], new float[] { 0, float.NaN, 0, 0 }) : t));
        Assert.StartsWith("p: damaged (", Load(_ => "{"), StringComparison.Ordinal);
    }
}
