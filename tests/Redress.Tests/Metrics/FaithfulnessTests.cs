using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Metrics;

/// <summary>The figures of Hardy et al. (2022), section 3.3, against plain loops over random rows and cases worked out by hand.</summary>
public sealed class FaithfulnessTests
{
    private const int People = 40, Known = 90, K = 5;

    private static readonly Schema Schema = new([Feature.Numeric("x", Change.Any), Feature.Numeric("y", Change.Any), Feature.Numeric("z", Change.Any)], "o", "yes");

    // The score is x; half of the reference rows have x > 0, and labels disagree with that for a quarter.
    private static readonly Table Reference = ReferenceTable();
    private static readonly NetworkModel Model = Sample.Linear(Reference, [1, 0, 0], 0);
    private static readonly double[][] From = Draw(5, People, -1), To = Draw(6, People, 1);
    private static readonly Evaluation Evaluated = new(Model, Sample.Table(Schema, From), new(Schema, Model.Statistics), Batch(From, To), new Rng(1), new Execution(2), Reference);

    [Fact]
    public void The_radius_is_a_fifth_of_the_mean_distance_over_all_pairs()
    {
        var pairs = from i in Enumerable.Range(0, Known) from j in Enumerable.Range(0, i) select Distance(Row(i), Row(j));
        Assert.Equal(0.2 * pairs.Average(), Evaluated.Reference!.Radius, 1e-6);
    }

    [Fact]
    public void Nearest_rows_are_of_the_desired_label()
    {
        var expected = To.Select(to => Favourable(r => Reference.Labels![r]).Select(r => Distance(to, Row(r))).Order().Take(K).Average()).ToArray();
        Assert.Equal(expected.Average(), Only("knn-distance").Value, 1e-6);
        Assert.Equal(People, Only("knn-distance").Count);
    }

    [Fact]
    public void Spheres_without_a_row_are_counted_apart()
    {
        double radius = Evaluated.Reference!.Radius;
        double[][] inside = [.. To.Select(to => Favourable(r => Reference.Labels![r]).Select(r => Distance(to, Row(r))).Where(d => d < radius).ToArray())];
        int empty = inside.Count(i => i.Length == 0);
        Assert.InRange(empty, 1, People - 1);
        Assert.Equal(inside.Where(i => i.Length > 0).Average(i => i.Average()), Only("sphere-distance").Value, 1e-6);
        Assert.Equal(People - empty, Only("sphere-distance").Count);
        var share = Only("empty-spheres");
        Assert.Equal((double)empty / People, share.Value, 1e-12);
        Assert.True(share.Lower < share.Value && share.Value < share.Upper);
    }

    [Fact]
    public void Chains_are_those_of_a_plain_fill()
    {
        double radius = Evaluated.Reference!.Radius;
        int[] chain = Favourable(r => Row(r)[0] >= 0);
        var reached = new HashSet<int>(chain.Where(r => Reference.Labels![r]));
        for (bool grew = true; grew;)
        {
            int[] next = [.. chain.Where(r => !reached.Contains(r) && reached.Any(a => Distance(Row(a), Row(r)) < radius))];
            reached.UnionWith(next);
            grew = next.Length > 0;
        }
        int connected = To.Count(to => reached.Any(r => Distance(to, Row(r)) < radius));
        Assert.InRange(connected, 1, People - 1);
        Assert.Equal((double)connected / People, Only("connectedness").Value, 1e-12);
    }

    [Fact]
    public void A_chain_without_an_anchor_connects_nothing()
    {
        // ε is 0.2 × 1.9 = 0.38. Rows 1 and 1.3 hang together, 1.3 is an anchor; 3 is predicted favourable and labelled otherwise; -1 is out.
        var rows = Sample.Table(Schema, [[1, 0, 0], [1.3, 0, 0], [3, 0, 0], [-0.5, 0, 0]], [false, true, false, false]);
        double[] ends = [0.7, 1.6, 1.8, 3.1, 2.9];
        double[][] from = [.. ends.Select(_ => new double[] { -1, 0, 0 })], to = [.. ends.Select(x => new[] { x, 0, 0 })];
        var evaluation = new Evaluation(Model, Sample.Table(Schema, from), new(Schema, Model.Statistics), Batch(from, to), new Rng(1), reference: rows);
        Assert.Equal(0.2 * (0.3 + 2 + 1.5 + 1.7 + 1.8 + 3.5) / 6, evaluation.Reference!.Radius, 1e-6);
        Assert.Equal([true, true, false, false, false], Connectedness.Each(evaluation));
    }

    [Fact]
    public void Outliers_are_told_from_inliers()
    {
        double[][] from = [[-1, 0, 0], [-1, 0, 0], [-1, 0, 0]], to = [Reference.Row(0).ToArray(), [2, 0, 0], [400, 400, 400]];
        to[0][0] = Math.Abs(to[0][0]);
        var evaluation = new Evaluation(Model, Sample.Table(Schema, from), new(Schema, Model.Statistics), Batch(from, to), new Rng(1), reference: Reference);
        double[] factors = evaluation.OutlierFactors;
        Assert.True(factors[2] > 50 && factors[1] < 5, string.Join(' ', factors));
        Assert.Equal(factors.Order().ElementAt(1), Value(evaluation, "outlier-factor"));
        Assert.Equal(factors.Count(f => f <= 1.5) / 3.0, Value(evaluation, "inliers"));
    }

    [Fact]
    public void A_class_without_rows_leaves_its_recourses_out()
    {
        var accepted = Sample.Table(Schema, Draw(3, 8, 1), [.. Enumerable.Repeat(false, 8)]);
        var evaluation = new Evaluation(Model, Sample.Table(Schema, From), new(Schema, Model.Statistics), Batch(From, To), new Rng(1), reference: accepted);
        string[] silent = ["knn-distance", "sphere-distance", "outlier-factor", "inliers"];
        foreach (string slug in silent) Assert.Empty(MetricCatalog.All.Single(m => m.Info.Slug == slug).Of(evaluation));
        Assert.Equal(1, Value(evaluation, "empty-spheres"));
        Assert.Equal(0, Value(evaluation, "connectedness"));
    }

    [Fact]
    public void Distances_travelled_are_in_encoded_units()
    {
        double[][] from = [[-1, 0, 0], [-2, 1, 0]], to = [[2, 4, 0], [1, 1, 1]];
        var evaluation = new Evaluation(Sample.Linear(Reference, [1, 0, 0], 5, scaling: NumberScaling.Standardise), Sample.Table(Schema, from), new(Schema, Model.Statistics), Batch(from, to), new Rng(1));
        double[] d = [.. Model.Statistics.StandardDeviation];
        Assert.Equal((3 / d[0] + 4 / d[1] + 3 / d[0] + 1 / d[2]) / 2, Value(evaluation, "encoded-l1"), 1e-5);
        Assert.Equal((Math.Sqrt(Math.Pow(3 / d[0], 2) + Math.Pow(4 / d[1], 2)) + Math.Sqrt(Math.Pow(3 / d[0], 2) + Math.Pow(1 / d[2], 2))) / 2, Value(evaluation, "encoded-l2"), 1e-5);
        Assert.Equal((Math.Max(3 / d[0], 4 / d[1]) + Math.Max(3 / d[0], 1 / d[2])) / 2, Value(evaluation, "encoded-linf"), 1e-5);
    }

    [Fact]
    public void Changes_are_redundant_where_the_decision_stays_without_them()
    {
        // Accepted where x + y ≥ 0; z plays no part.
        var model = Sample.Linear(Reference, [1, 1, 0], 0);
        double[][] from = [[-1, 0, 0], [-1, 0, 0], [-1, -1, 0]], to = [[1, 0, 0], [1, 1, 5], [3, 3, 0]];
        var evaluation = new Evaluation(model, Sample.Table(Schema, from), new(Schema, model.Statistics), Batch(from, to), new Rng(1));
        // Of the second y and z can go, and x too since -1 + 1 ≥ 0; of the third either.
        Assert.Equal([0, 3, 2], Redundancy.Each(evaluation));
        Assert.Equal(5 / 3.0, Value(evaluation, "redundancy"), 1e-12);
    }

    [Fact]
    public void A_follower_goes_back_with_its_leader()
    {
        var schema = new Schema([Feature.Integer("years", Change.Any), Feature.Integer("months", Change.None) with { SameAs = "years" }], "o", "yes");
        var rows = Sample.Table(schema, [[0, 0], [1, 12], [2, 24]]);
        var model = Sample.Linear(rows, [0, 1], -12);
        var record = new RecourseRecord("1", [new(0.0), new(0.0)], Outcome.Found, null, -12, [new(1, [new("years", new(0.0), new(2.0)), new("months", new(0.0), new(24.0))], 1, 12)], null, 1, 1);
        var evaluation = new Evaluation(model, Sample.Table(schema, [[0, 0]]), new(schema, model.Statistics), Batch([record]), new Rng(1));
        Assert.Equal([0], Redundancy.Each(evaluation));
    }

    [Fact]
    public void Success_and_validity_under_a_budget_are_over_who_was_searched()
    {
        RecourseRecord Of(Outcome outcome, int calls, int steps) => new("1", [new(0.0), new(0.0), new(0.0)], outcome, null, 0, [], null, steps, calls);
        var batch = Batch([Of(Outcome.Found, 8, 1), Of(Outcome.Found, 100, 7), Of(Outcome.Found, 100, 3), Of(Outcome.NotFound, 5, 5), Of(Outcome.Infeasible, 1, 0), Of(Outcome.AlreadyDesired, 1, 0), Of(Outcome.InvalidInput, 0, 0)]);
        var evaluation = new Evaluation(Model, Sample.Table(Schema, Draw(1, 7, -1)), new(Schema, Model.Statistics), batch, new Rng(1));
        var success = Assert.Single(new SuccessRate().Of(evaluation));
        Assert.Equal((0.6, 5), (success.Value, success.Count));
        Assert.Equal((0.2307, 0.8824), (Math.Round(success.Lower!.Value, 4), Math.Round(success.Upper!.Value, 4)));
        Assert.Equal([("at most 10 model calls", 0.2), ("at most 100 model calls", 0.6), ("at most 1000 model calls", 0.6), ("at most 10000 model calls", 0.6)],
            new ValidityUnderBudget().Of(evaluation).Select(v => (v.Of!, v.Value)));
        Assert.Equal([(8, 0.2), (100, 0.6)], ValidityUnderBudget.Curve(batch, Spending.ModelCalls));
        Assert.Equal([(1, 0.2), (3, 0.4), (7, 0.6)], ValidityUnderBudget.Curve(batch, Spending.Steps));
    }

    [Fact]
    public void Reference_rows_must_have_labels() => Assert.Equal(
        "The reference rows have no labels; recourse is compared with rows of its own class. (Parameter 'rows')",
        Sample.Message<ArgumentException>(() => new Evaluation(Model, Sample.Table(Schema, From), new(Schema, Model.Statistics), null, new Rng(1), reference: Sample.Table(Schema, From))));

    [Fact]
    public void Reference_rows_must_have_been_read()
    {
        var faulty = new Table(Schema, Sample.Table(Schema, From).Values.ToArray(), labels: new bool[From.Length], faults: new Dictionary<int, string> { [1] = "line 3: bad" });
        Assert.Equal("1 of the reference rows could not be read: line 3: bad (Parameter 'rows')",
            Sample.Message<ArgumentException>(() => new Evaluation(Model, Sample.Table(Schema, From), new(Schema, Model.Statistics), null, new Rng(1), reference: faulty)));
    }

    private static MetricValue Only(string slug) => Assert.Single(MetricCatalog.All.Single(m => m.Info.Slug == slug).Of(Evaluated));

    private static double Value(Evaluation evaluation, string slug) => Assert.Single(MetricCatalog.All.Single(m => m.Info.Slug == slug).Of(evaluation)).Value;

    private static double[] Row(int r) => Reference.Row(r).ToArray();

    private static int[] Favourable(Func<int, bool> belongs) => [.. Enumerable.Range(0, Known).Where(belongs)];

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => ((double)(float)x - (float)y) * ((double)(float)x - (float)y)).Sum());

    private static Table ReferenceTable()
    {
        double[][] rows = [.. Draw(1, Known / 2, -1), .. Draw(2, Known / 2, 1)];
        return Sample.Table(Schema, rows, [.. rows.Select((r, i) => r[0] > 0 != (i % 4 == 0))]);
    }

    /// <summary>Normal rows on one side of x = 0.</summary>
    private static double[][] Draw(ulong seed, int count, int side)
    {
        var rng = new Rng(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new[] { side * Math.Abs(rng.NextGaussian()), 0.7 * rng.NextGaussian(), 0.5 * rng.NextGaussian() })];
    }

    private static RecourseBatch Batch(double[][] from, double[][] to)
    {
        RecourseRecord Record(double[] a, double[] b) => new(
            "1", [.. a.Select(v => new Cell(v))], Outcome.Found, null, a[0],
            [new(1, [.. Enumerable.Range(0, a.Length).Where(f => a[f] != b[f]).Select(f => new FeatureChange(Schema.Features[f].Name, new(a[f]), new(b[f])))], 1, b[0])], null, 1, 1);
        return Batch([.. from.Zip(to, Record)]);
    }

    private static RecourseBatch Batch(RecourseRecord[] records) => new(new RecourseRun("m", 0, "method", "{}", "{}", "f", "l1", "favourable", 1), records);
}
