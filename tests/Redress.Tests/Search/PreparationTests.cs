using Redress.Actions;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Search;

public sealed class PreparationTests
{
    private static readonly Schema Schema = new([Feature.Numeric("pay", Change.Any), Feature.Numeric("age"), Feature.Categorical("town", ["u", "v"])], "y", "yes", id: "id");
    private static readonly Table Rows = Sample.Table(Schema, [[-1, 20, 0], [1, 30, 1]]);
    private static readonly NetworkModel Model = Sample.Linear(Rows, [1, 0, 0, 0], 0);

    [Fact]
    public void What_was_learnt_is_read_back()
    {
        var learnt = new Learnt("{\"k\":3}", [StoredTensor.Of("a", [2, 1], [1.5f, -2]), StoredTensor.Of("b", [2], [1e300, double.NaN]), StoredTensor.Of("c", [7ul])]);
        var read = Saved(learnt).Learnt!;
        Assert.Equal(("{\"k\":3}", "p"), (read.Json, read.File));
        Assert.Equal([1.5f, -2], read.Floats("a", 2, 1));
        Assert.Equal([1e300, double.NaN], read.Doubles("b", 2));
        Assert.Equal([7ul], read.Numbers("c", 1));
        Assert.Equal([2, 1], read.ShapeOf("a"));
    }

    [Fact]
    public void What_does_not_fit_is_one_line()
    {
        var learnt = new Learnt("{}", [StoredTensor.Of("a", [2, 1], [1.5f, -2])], "p");
        foreach (var act in new Func<object>[] { () => learnt.Floats("a", 1, 2), () => learnt.Floats("a", 2), () => learnt.Floats("a", 2, 1, 1) })
            Assert.StartsWith("p: damaged (tensor 'a' is missing or not ", Sample.Message<ModelFileException>(act), StringComparison.Ordinal);
        Assert.Equal("p: damaged (tensor 'a' is missing or not 2 × 1).", Sample.Message<ModelFileException>(() => learnt.Doubles("a", 2, 1)));
        Assert.Equal("p: damaged (tensor 'a' is missing or not 2 × 1).", Sample.Message<ModelFileException>(() => learnt.Numbers("a", 2, 1)));
        Assert.Equal("p: damaged (tensor 'z' is missing or not 3).", Sample.Message<ModelFileException>(() => learnt.Floats("z", 3)));
        Assert.Equal("p: damaged (tensor 'z' is missing).", Sample.Message<ModelFileException>(() => learnt.ShapeOf("z")));
    }

    [Fact]
    public void Who_learns_nothing_holds_nothing()
    {
        Assert.Null(Saved(null).Learnt);
        Assert.Equal("p: damaged ('gradient' learns nothing, and the file holds what it learnt).", Refusal(metadata => metadata["redress.learnt"] = "{}"));
        Assert.Equal("p: damaged (1 tensors, and no 'redress.learnt' metadata that says what they are).", Refusal(_ => { }, StoredTensor.Of("a", [1ul])));
    }

    [Fact]
    public void The_columns_are_the_model_s()
    {
        var other = new Schema([Feature.Numeric("pay", Change.Any), Feature.Numeric("age"), Feature.Categorical("town", ["u", "w"])], "y", "yes");
        Assert.NotEqual(other.ColumnsFingerprint, Schema.ColumnsFingerprint);
        Assert.Equal(Schema.ColumnsFingerprint, new Schema([.. Schema.Features.Select(f => f with { Change = Change.Any })], "z", "no").ColumnsFingerprint);
        Assert.Equal("p: prepared for a model with other columns; prepare again.", Refusal(metadata => metadata["redress.columns"] = other.ColumnsFingerprint));
    }

    [Fact]
    public void Who_fixed_the_immutables_refuses_requests_that_free_one()
    {
        var finder = new RecourseFinder(LinearStep.About with { Slug = "fixed" }, "{}", new(Model), new Fixed());
        var people = Sample.Table(Schema, [[-1, 20, 0]], ids: ["ann"]);
        ActionSet Freed(params string[] names) => new(
            new([.. Schema.Features.Select(f => f with { Change = names.Contains(f.Name) ? Change.Any : Change.None })], "y", "yes"), Model.Statistics);
        Assert.Single(finder.Find(new(people), new Rng(1)).Records);
        Assert.Single(finder.Find(new(people, Actions: Freed("pay"), Overrides: new Dictionary<string, ActionSet> { ["ann"] = Freed() }), new Rng(1)).Records);
        const string message = "Method 'fixed' was prepared with 'age', 'town' immutable, and the action set lets people change 'town'; prepare it for what people can change.";
        Assert.Equal(message, Sample.Message<OptionsException>(() => finder.Find(new(people, Actions: Freed("pay", "town")), new Rng(1))));
        Assert.Equal(message, Sample.Message<OptionsException>(() => finder.Find(new(people, Overrides: new Dictionary<string, ActionSet> { ["ann"] = Freed("town") }), new Rng(1))));
        Assert.Equal(message, Sample.Message<OptionsException>(() => finder.HighestScores(new(people, Actions: Freed("town")), new Rng(1))));
    }

    [Fact]
    public void Who_has_learnt_needs_no_rows_to_learn_from()
    {
        var needy = LinearStep.About with { Slug = "needy", Needs = Needs.TrainingRows };
        const string message = "Method 'needy' needs training rows, and the task has none.";
        Assert.Equal(message, Sample.Message<OptionsException>(() => new RecourseFinder(needy, "{}", new(Model), new Fixed())));
        Assert.Equal(message, Assert.Throws<OptionsException>(() => RecourseFinder.RefuseUnmet(needy, new(Model))).Message);
        RecourseFinder.RefuseUnmet(needy, new(Model, Rows));
        Assert.Equal("needy", new RecourseFinder(needy, "{}", new(Model), new Fixed(new("{}", []))).Info.Slug);
    }

    private static Preparation Saved(Learnt? learnt)
    {
        using var file = new MemoryStream();
        new RecourseFinder(Gradient.About, "{}", new(Model), new Fixed(learnt)).Save(file);
        file.Position = 0;
        return Preparation.Read(file, "p", Model);
    }

    private static string Refusal(Action<Dictionary<string, string>> change, params StoredTensor[] tensors)
    {
        var metadata = new Dictionary<string, string>
        {
            ["redress.kind"] = "preparation", ["redress.method"] = "gradient", ["redress.options"] = "{}", ["redress.model"] = Model.Fingerprint, ["redress.columns"] = Schema.ColumnsFingerprint,
        };
        change(metadata);
        using var file = new MemoryStream();
        SafeTensors.Write(file, metadata, tensors);
        file.Position = 0;
        return Sample.Message<ModelFileException>(() => MethodCatalog.Load(file, "p", new(Model), new Rng(1)));
    }

    /// <summary>A search that finds nothing, prepared with age and town immutable.</summary>
    private sealed class Fixed(Learnt? learnt = null) : ISearch
    {
        public Learnt? Learnt => learnt;

        public IReadOnlyList<int> FixedImmutables => [1, 2];

        public void Search(SearchChunk chunk, CancellationToken cancel) { }

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel) { }
    }
}
