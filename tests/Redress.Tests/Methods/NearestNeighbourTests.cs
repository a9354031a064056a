using Redress.Actions;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class NearestNeighbourTests
{
    // The score is pay: favourable from 0, and a probability above 0.7 from ln(7/3) = 0.847.
    private static readonly Schema Schema = new([Feature.Numeric("pay", Change.Increase), Feature.Numeric("debt", Change.Any), Feature.Categorical("town", ["u", "v"])], "y", "yes", id: "id");

    private static readonly Table Rows = Sample.Table(
        Schema,
        [
            [0.5, 0, 0],   // too little confidence
            [1, 0.3, 1],   // another town, outcome no
            [1, 0.6, 1],   // another town
            [1.2, 0.8, 0],
            [3, 0, 0], [-2, 0, 0], [-3, 1, 1],
        ],
        [true, false, true, true, true, false, false]);

    private static readonly NetworkModel Model = Sample.Linear(Rows, [1, 0, 0, 0], 0);
    private static readonly Table Ann = Sample.Table(Schema, [[-1, 0.2, 0]], ids: ["ann"]);

    [Fact]
    public void The_three_variants_of_the_paper_differ_by_label_and_confidence()
    {
        // In L1 from (-1, 0.2): 0.5 is 1.7 away, (1, 0.3) 2.1 + 2 for the town, (1, 0.6) 2.4 + 2, (1.2, 0.8) 2.8.
        Assert.Equal("pay -1 -> 1.2, debt 0.2 -> 0.8", Changes(new(Tries: 1)));
        Assert.Equal("pay -1 -> 0.5, debt 0.2 -> 0", Changes(NearestNeighbourOptions.OfLabel with { Tries = 1 }));
        Assert.Equal("pay -1 -> 1.2, debt 0.2 -> 0.8", Changes(NearestNeighbourOptions.OfConfidence with { Tries = 1 }));
        Assert.Equal("pay -1 -> 1, debt 0.2 -> 0.3", Changes(NearestNeighbourOptions.OfConfidence with { Tries = 3, Confidence = 0.6, Distance = RowDistance.L2 }, Without(0)));
    }

    [Fact]
    public void Where_no_row_is_sure_enough_people_are_told_what_would_help()
    {
        var found = Find(new(Confidence: 0.99));
        Assert.Equal(
            (Outcome.NotFound, "None of the 7 training rows with the desired label is given the desired outcome with a confidence above 0.99; the highest is 0.953. Ask for less confidence."),
            (found.Outcome, found.Reason));
    }

    [Fact]
    public void What_cannot_change_stays_or_must_be_shared()
    {
        var ben = Sample.Table(Schema, [[-1, 0.6, 1]], ids: ["ben"]);
        Assert.Equal("pay -1 -> 1", Changes(new(Tries: 1), people: ben));
        Assert.Equal("pay -1 -> 1", Changes(new(Tries: 1, Bring: Bring.Exact), people: ben));
        Assert.Equal("pay -1 -> 1, debt 0.2 -> 0.6", Changes(new(Tries: 1, Distance: RowDistance.L2), Without(0, 3)));
        Assert.Equal("pay -1 -> 3, debt 0.2 -> 0", Changes(new(Tries: 1, Distance: RowDistance.L2, Bring: Bring.Exact), Without(0, 3)));
    }

    [Fact]
    public void Rows_beyond_the_limits_are_passed_over_or_gone_towards()
    {
        var near = new ActionSet(new Schema([Feature.Numeric("pay", Change.Increase, new(1.5, ChangeUnit.Raw)), Schema.Features[1], Schema.Features[2]], "y", "yes"), Model.Statistics);
        Assert.Equal("pay -1 -> 0.5, debt 0.2 -> 0.8", Changes(new(Tries: 1, Bring: Bring.Clamp), actions: near));
        var none = Find(new(), actions: near);
        Assert.Equal((Outcome.NotFound, "None of the 3 training rows to go to is within this person's action set."), (none.Outcome, none.Reason));
        Assert.Equal("pay -1 -> 0.5, debt 0.2 -> 0", Changes(NearestNeighbourOptions.OfLabel, actions: near));
    }

    [Fact]
    public void The_cheapest_of_the_rows_tried_is_given_and_others_change_other_features()
    {
        var rows = Sample.Table(Schema, [[1, 0.2, 0], [0.9, 0.7, 0], [2, 0.9, 0]], [true, true, true]);
        var batch = Prepare(new(), rows).Find(new(Ann, Answers: 2), new Rng(1));
        Assert.Equal(["pay -1 -> 1", "pay -1 -> 0.9, debt 0.2 -> 0.7"], batch.Records[0].Answers.Select(a => string.Join(", ", a.Changes)));
    }

    [Fact]
    public void It_is_read_back_without_training_rows()
    {
        using var file = new MemoryStream();
        Prepare(new(Tries: 1)).Save(file);
        file.Position = 0;
        var read = MethodCatalog.Load(file, "p", new RecourseTask(Model), new Rng(1));
        Assert.Equal("pay -1 -> 1.2, debt 0.2 -> 0.8", string.Join(", ", read.Find(new(Ann), new Rng(1)).Records[0].Answers[0].Changes));
    }

    [Fact]
    public void What_a_file_says_is_not_trusted()
    {
        ILearningMethod method = new NearestNeighbour();
        string Refusal(params StoredTensor[] tensors) => Sample.Message<ModelFileException>(() => method.Restore(new(Model), new("{}", tensors, "p")));
        Assert.Equal("p: damaged (tensor 'examples.rows' is missing).", Refusal());
        Assert.Equal("p: damaged (tensor 'examples.rows' is 1 × 2; the model has 3 features).", Refusal(StoredTensor.Of("examples.rows", [1, 2], [1.0, 2])));
        Assert.Equal("p: damaged (row 1 of 'examples.rows' has 2 for 'town').", Refusal(StoredTensor.Of("examples.rows", [2, 3], [1.0, 2, 0, 1, 2, 2])));
        Assert.Equal("p: damaged (the rows' outcomes are missing).", Refusal(StoredTensor.Of("examples.rows", [1, 3], [1.0, 2, 0])));
    }

    [Fact]
    public void Options_out_of_range_and_rows_without_outcomes_are_refused()
    {
        Assert.Equal(
            """
            Options of 'nearest-neighbour': confidence is 1; must be 0 to below 1.
            Options of 'nearest-neighbour': bring is 7; must be keep, exact or clamp.
            Options of 'nearest-neighbour': tries is 1001; must be 1 to 1000.
            Options of 'nearest-neighbour': distance is 9; must be l1 or l2.
            """.ReplaceLineEndings(),
            Sample.Message<OptionsException>(() => new NearestNeighbour(new(true, 1, (Bring)7, 1001, (RowDistance)9))).ReplaceLineEndings());
        Assert.Equal("Options of 'nearest-neighbour': label is false and confidence is 0, so any row would do; ask for one of the two.", Sample.Message<OptionsException>(() => new NearestNeighbour(new(false, 0))));
        Assert.Equal("Options of 'nearest-neighbour': label is true, and the training rows have no outcomes; give rows with outcomes, or set label to false.",
            Sample.Message<OptionsException>(() => Prepare(new(), Sample.Table(Schema, [[1, 0, 0]]))));
        Assert.Equal("Method 'nearest-neighbour' needs training rows, and the task has none.", Sample.Message<OptionsException>(() => new NearestNeighbour().Prepare(new(Model), new Rng(1))));
    }

    private static Table Without(params int[] rows) => Rows.Select([.. Enumerable.Range(0, Rows.Rows).Except(rows)]);

    private static IRecourseFinder Prepare(NearestNeighbourOptions options, Table? rows = null) => new NearestNeighbour(options).Prepare(new(Model, rows ?? Rows), new Rng(1));

    private static RecourseRecord Find(NearestNeighbourOptions options, Table? rows = null, Table? people = null, ActionSet? actions = null) =>
        Prepare(options, rows).Find(new(people ?? Ann, actions), new Rng(1)).Records[0];

    private static string Changes(NearestNeighbourOptions options, Table? rows = null, Table? people = null, ActionSet? actions = null) => string.Join(", ", Find(options, rows, people, actions).Answers[0].Changes);
}
