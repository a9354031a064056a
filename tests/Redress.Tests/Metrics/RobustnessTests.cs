using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Metrics;

/// <summary>One number x, and models that ask for x of at least 0, 1, 2 and 3: everything can be counted by hand.</summary>
public sealed class RobustnessTests
{
    private static readonly Schema Schema = new([Feature.Numeric("x", Change.Any)], "y", "yes");
    private static readonly Table Training = Sample.Table(Schema, [[-1], [1]]);
    private static readonly NetworkModel[] Models = [.. new[] { 0f, 1, 2, 3 }.Select(limit => Sample.Linear(Training, [1], -limit))];

    /// <summary>Four are told 0.5, 1.5, 2.5 and 3.5.</summary>
    private static readonly IssuedRows Issued = new(Sample.Table(Schema, [[0.5], [1.5], [2.5], [3.5]]), [true, true, true, true]);

    [Fact]
    public void Recourse_is_judged_by_every_model()
    {
        var robust = Robustness.Of(Issued, Models);
        Assert.Equal((4, 4), (robust.Issued, robust.Models));
        Assert.Equal([4, 3, 2, 1], Enumerable.Range(0, 4).Select(j => robust.Under(j).Held));
        Assert.Equal((0.625, 0.25), (robust.Mean, robust.UnderAll.Share));
        Assert.Equal([[1, 2, 3], [2, 3], [3], []], Enumerable.Range(0, 4).Select(i => robust.BreaksUnder(i).ToArray()));
        Assert.True(robust.Holds(1, 1) && !robust.Holds(1, 2));
        // All four hold: the lower bound at confidence c is the fourth root of 1 - c.
        Assert.Equal(Math.Pow(0.05, 0.25), robust.Under(0).LowerBound()!.Value, 1e-9);
        Assert.Equal(Math.Pow(0.2, 0.25), robust.Under(0).LowerBound(0.8)!.Value, 1e-9);
        var some = robust.Among([2, 3]);
        Assert.Equal((2, 1), (some.Under(2).Held, some.UnderAll.Held));
    }

    [Fact]
    public void Chunks_and_threads_change_nothing()
    {
        var rows = Sample.Table(Schema, [.. Enumerable.Range(0, 100).Select(i => new[] { i / 25.0 })]);
        var issued = new IssuedRows(rows, [.. Enumerable.Repeat(true, 100)]);
        int[] Counts(Execution execution) => [.. Enumerable.Range(0, 4).Select(j => Robustness.Of(issued, Models, execution).Under(j).Held)];
        Assert.Equal([100, 75, 50, 25], Counts(new(1, 100)));
        Assert.Equal(Counts(new(1, 100)), Counts(new(2, 7)));
    }

    [Fact]
    public void Who_was_told_to_be_below_is_to_stay_below()
    {
        var robust = Robustness.Of(new(Issued.Rows, [false, true, false, true]), Models);
        Assert.Equal([2, 3, 2, 3], Enumerable.Range(0, 4).Select(j => robust.Under(j).Held));
        // Other than predicted, recorded: from -1 up to 0.5, and from 1 down to -0.5.
        RecourseRecord Told(double from, double to) => new("a", [new(from)], Outcome.Found, null, from, [new(1, [new("x", new(from), new(to))], 1, to)], null, 1, 1);
        var records = new[] { Told(-1, 0.5), Told(1, -0.5) };
        int Held(string desired) => Robustness.Of(IssuedRows.Of([.. records.Select(r => (r, r.Answers[0]))], Models[0], desired), [Models[0]]).Under(0).Held;
        Assert.Equal((2, 1, 1, 1), (Held("other-than-predicted"), Held("favourable"), Held("class:yes"), Held("class:not yes")));
    }

    [Fact]
    public void The_matrix_has_validity_on_its_diagonal()
    {
        var low = new IssuedRows(Sample.Table(Schema, [[0.5], [-0.5]]), [true, true]);
        var matrix = ValidityMatrix.Of([low, Issued], Models[..2]);
        Assert.Equal([0.5, 0, 1, 0.75], new[] { matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1] }.Select(h => h.Share!.Value));
        Assert.Equal((2, 0.625, 0.5), (matrix.Count, matrix.Validity, matrix.RobustValidity));
        Assert.Equal((0.0, 1.0), (matrix.RobustValidityOf(0), matrix.RobustValidityOf(1)));
        Assert.Null(ValidityMatrix.Of([low], Models[..1]).RobustValidity);
        Assert.Equal("There are recourses of 1 models, and 2 models. (Parameter 'issued')", Sample.Message<ArgumentException>(() => ValidityMatrix.Of([low], Models[..2])));
    }

    [Fact]
    public void Nobody_and_no_model_give_no_share()
    {
        var nobody = Robustness.Of(new(Sample.Table(Schema, []), []), Models);
        Assert.Equal((null, null, null, null), (nobody.Mean, nobody.UnderAll.Share, nobody.Under(0).Share, nobody.Under(0).LowerBound()));
        Assert.Null(Robustness.Of(Issued, []).Mean);
        Assert.Equal(4, Robustness.Of(Issued, []).UnderAll.Held);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var other = Sample.Linear(Sample.Table(new([Feature.Numeric("z")], "y", "yes"), [[1], [2]]), [1], 0);
        Assert.Equal("Model 2 of those to judge by has other columns than the recourse.", Sample.Message<OptionsException>(() => Robustness.Of(Issued, [Models[0], other])));
        Assert.Equal("There are 1 sides for 4 rows. (Parameter 'above')", Sample.Message<ArgumentException>(() => new IssuedRows(Issued.Rows, [true])));
    }

    [Fact]
    public void People_are_seen_whom_a_model_was_trained_on()
    {
        var people = Sample.Table(Schema, [[0], [1], [2], [3]], ids: ["a", "b", "c", "d"]);
        ulong[] Keys(params int[] rows) => [.. rows.Select(people.Key).Order()];
        NetworkModel[] models = [Sample.Linear(Training, [1], 0, keys: new(Keys(0), Keys(1), [], Keys(2))), Sample.Linear(Training, [1], 0, keys: new(Keys(0, 1), [], Keys(3), []))];
        Assert.Equal([2, 3], Robustness.Unseen(people, models));
        Assert.Equal([0, 1, 2, 3], Robustness.Unseen(people, []));
    }

    [Fact]
    public void The_metric_gives_each_model_the_mean_and_all()
    {
        var people = Sample.Table(Schema, [[-1], [-2], [5]]);
        RecourseRecord Found(double from, double to) => new("p", [new(from)], Outcome.Found, null, from, [new(1, [new("x", new(from), new(to))], 1, to)], null, 1, 1);
        var batch = new RecourseBatch(new("", 0, "", "{}", "{}", "", "l1", "favourable", 1), [Found(-1, 0.5), Found(-2, 1.5), new("p", [new(5)], Outcome.AlreadyDesired, "", 5, [], null, 0, 1)]);
        Evaluation Of(params (string, IModel)[] shifted) => new(Models[0], people, new ActionSet(Schema, Models[0].Statistics), batch, new Rng(1)) { ShiftedModels = shifted };
        var figures = new RobustValidity().Of(Of(("later", Models[1]), ("last", Models[2]))).ToList();
        Assert.Equal([("later", 0.5), ("last", 0), ("mean", 0.25), ("all of them", 0)], figures.Select(f => (f.Of!, f.Value)));
        Assert.All(figures, f => Assert.Equal(2, f.Count));
        var (lower, upper) = ClopperPearson.Interval(1, 2, 0.95);
        Assert.Equal((lower, upper), (figures[0].Lower, figures[0].Upper));
        Assert.Equal("later", Assert.Single(new RobustValidity().Of(Of(("later", Models[1])))).Of);
        Assert.Empty(new RobustValidity().Of(Of()));
    }
}
