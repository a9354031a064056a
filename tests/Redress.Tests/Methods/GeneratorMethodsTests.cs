using Redress.Actions;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Methods;

/// <summary>Methods that read the model's own generator, on generators whose rows are known.</summary>
public sealed class GeneratorMethodsTests
{
    private static readonly Schema Columns = new(
        [Feature.Numeric("amount", Change.Any), Feature.Integer("years", Change.Increase), Feature.Categorical("home", ["rent", "own", "none"], Change.Any), Feature.Numeric("age")], "y", "yes");

    /// <summary>Scores amount alone, and a generator that reads the row and writes the same one for everybody.</summary>
    private static NetworkModel Writing(float amount, float years, int home, Schema? schema = null, string slug = "counternet")
    {
        var training = Sample.Table(schema ?? Columns, [[-9, 0, 0, 40], [9, 20, 1, 50], [3, 4, 2, 60]]);
        var model = Sample.Linear(training, [1, 0, 0, 0, 0, 0], 0);
        float[] bias = [amount, years, 0.1f, 0.2f, 0.3f, 77];
        bias[2 + home] = 5;
        var network = FeedForward.FromValues([6, 6], Activation.Identity, 0, [new float[36]], [bias]);
        return new(model.Schema, model.Encoding, model.Statistics, model.Network, 0, model.Training, null, new(network, GeneratorInput.Row, 0, [3], slug, "{}", model.Encoding));
    }

    private static RecourseRecord One(NetworkModel model, double[] person, Func<RecourseRequest, RecourseRequest>? change = null)
    {
        var request = new RecourseRequest(Sample.Table(model.Schema, [person]));
        return MethodCatalog.Get(model.GeneratorSlug!).Create().Prepare(new(model), new Rng(1)).Find(change?.Invoke(request) ?? request, new Rng(1)).Records[0];
    }

    private static string Told(RecourseRecord record) => string.Join(", ", record.Answers.Concat(record.Attempt is null ? [] : [record.Attempt]).SelectMany(a => a.Changes).Select(c => $"{c.Feature}: {c.From} -> {c.To}"));

    [Theory]
    [InlineData("counternet")]
    [InlineData("rocoursenet")]
    public void What_is_written_is_rounded_and_immutables_stay(string slug)
    {
        var record = One(Writing(2.5f, 6.7f, 1, slug: slug), [-1, 3, 0, 33]);
        Assert.Equal((Outcome.Found, "amount: -1 -> 2.5, years: 3 -> 7, home: rent -> own"), (record.Outcome, Told(record)));
        Assert.Equal((1, 2), (record.Steps, record.ModelCalls));
    }

    [Fact]
    public void What_is_out_of_reach_goes_to_its_limit_or_stays()
    {
        Assert.Equal("amount: -1 -> 9", Told(One(Writing(99, 1, 0), [-1, 3, 0, 33])));
        Assert.Equal("amount: -1 -> 9, years: 3 -> 20", Told(One(Writing(99, 21.5f, 0), [-1, 3, 0, 33])));
    }

    [Fact]
    public void A_constraint_pulls_the_row_back_towards_the_person()
    {
        var schema = new Schema(Columns.Features, "y", "yes", constraints: [new("amount + years <= 6", [(0, 1.0), (1, 1.0)], 6)]);
        var record = One(Writing(7, 3, 0, schema), [-1, 3, 0, 33]);
        Assert.Equal((Outcome.Found, "amount: -1 -> 3"), (record.Outcome, Told(record)));
    }

    [Fact]
    public void A_row_that_is_not_valid_is_an_attempt()
    {
        var record = One(Writing(-0.5f, 3, 2), [-1, 3, 0, 33]);
        Assert.Equal((Outcome.NotFound, "No action that was tried is valid; the best attempt is attached."), (record.Outcome, record.Reason));
        Assert.Equal("amount: -1 -> -0.5, home: rent -> none", Told(record));
    }

    [Fact]
    public void Who_is_written_their_own_row_or_no_row_within_reach_is_told_so()
    {
        var record = One(Writing(-1, 1, 0), [-1, 3, 0, 33]);
        Assert.Equal((Outcome.NotFound, "Within the person's action set, what the generator writes is the person's own row."), (record.Outcome, record.Reason));
        record = One(Writing(float.NaN, float.NaN, 0), [-1, 3, 0, 33]);
        Assert.Equal("Within the person's action set, what the generator writes is the person's own row.", record.Reason);
        // One constraint pulls the row back to 3.36 and, in whole years, 3; another then fails.
        var schema = new Schema(Columns.Features, "y", "yes", constraints: [new("amount + years <= 7", [(0, 1.0), (1, 1.0)], 7), new("amount - years <= 0", [(0, 1.0), (1, -1.0)], 0)]);
        record = One(Writing(5, 5, 0, schema), [-1, 0, 0, 33]);
        Assert.Equal((Outcome.NotFound, "What the generator writes cannot be brought into the person's action set."), (record.Outcome, record.Reason));
    }

    [Fact]
    public void A_request_may_hold_more_still_and_not_less()
    {
        var model = Writing(2.5f, 6.7f, 1);
        ActionSet Set(string name, Change change) => new(new Schema([.. Columns.Features.Select(f => f.Name == name ? f with { Change = change } : f)], "y", "yes"), model.Statistics);
        Assert.Equal("amount: -1 -> 2.5, years: 3 -> 7", Told(One(model, [-1, 3, 0, 33], r => r with { Actions = Set("home", Change.None) })));
        Assert.Equal(
            "Method 'counternet' was prepared with 'age' immutable, and the action set lets people change 'age'; prepare it for what people can change.",
            Sample.Message<OptionsException>(() => One(model, [-1, 3, 0, 33], r => r with { Actions = Set("age", Change.Any) })));
    }

    [Fact]
    public void Hidden_layers_are_those_of_the_screening_pass_and_rows_those_of_the_generator()
    {
        int compared = 0;
        for (int seed = 1; seed <= 20; seed++)
            foreach (var activation in new[] { Activation.Tanh, Activation.Gelu })
            {
                var scenario = Scenario.Of(seed, "network");
                var model = Sample.WithGenerator(Sample.Network(scenario.Training, [9, 6, 5], (ulong)seed, activation: activation), "counternet", 4);
                var encoding = model.Encoding;
                var free = new Schema([.. scenario.Schema.Features.Select(f => f with { Allowed = null, LargestChange = null, Minimum = null, Maximum = null })], "y", "yes", id: "id");
                if (free.Features.Any(f => f.SameAs is not null)) continue;
                var batch = new CounterNet().Prepare(new(model), new Rng(1)).Find(new(scenario.PeopleTable, new ActionSet(free, model.Statistics)), new Rng(1));
                var encoded = new float[Scenario.People * encoding.Width];
                encoding.Encode(scenario.PeopleTable, 0, Scenario.People, encoded);
                var hard = model.Generator!.Hard(model.Network, Tensor.From(Scenario.People, encoding.Width, encoded));
                for (int i = 0; i < Scenario.People; i++)
                {
                    if (batch.Records[i].Outcome is not (Outcome.Found or Outcome.NotFound)) continue;
                    var answer = batch.Records[i].Answers.Count > 0 ? batch.Records[i].Answers[0] : batch.Records[i].Attempt;
                    if (answer is null) continue;
                    int colour = free.IndexOf("colour");
                    var row = new float[encoding.Width];
                    for (int c = 0; c < row.Length; c++) row[c] = hard[i, c];
                    Assert.Equal(encoding.Decode(colour, row), RecourseRows.Changed(scenario.Schema, batch.Records[i], answer)[colour]);
                    compared++;
                }
            }
        Assert.True(compared > 100, $"Only {compared} rows were compared.");
    }
}
