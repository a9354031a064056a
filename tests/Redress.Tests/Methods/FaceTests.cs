using Redress.Actions;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class FaceTests
{
    // The score is x - 3: favourable from 3.
    private static readonly Schema Schema = new([Feature.Numeric("x", Change.Any), Feature.Numeric("y", Change.Any), Feature.Numeric("age")], "o", "yes", id: "id");
    private static readonly FaceOptions Plain = new(Neighbours: 2, Weight: FaceWeight.Distance, Confidence: 0), Metric = new(Weight: FaceWeight.Distance, Confidence: 0);

    [Fact]
    public void The_way_goes_from_row_to_row_and_not_through_the_gap()
    {
        // Rows around a gap, linked where they are nearer than 1.5: the only links lead around it.
        double[][] ring = [[0, 1, 0], [1, 2, 0], [2, 2.5, 0], [3, 2, 0], [0, -0.4, 0]];
        double mean = (from i in Enumerable.Range(0, 5) from j in Enumerable.Range(0, i) select Distance(ring[i], ring[j])).Average();
        var record = Find(ring, Metric with { Radius = 1.5 / mean }, [0, 0, 0]);
        Assert.Equal(["y 0 -> 1", "x 0 -> 1, y 1 -> 2", "x 1 -> 2, y 2 -> 2.5", "x 2 -> 3, y 2.5 -> 2"], StepsOf(record));
        Assert.Equal("x 0 -> 3, y 0 -> 2", string.Join(", ", record.Answers[0].Changes));
        Assert.True(record.Steps >= 4);
        Assert.Equal(Outcome.NotFound, Find(ring, Metric with { Radius = 1.1 / mean }, [0, 0, 0]).Outcome);
    }

    [Fact]
    public void Ways_are_the_shortest_by_brute_force()
    {
        int found = 0;
        for (ulong seed = 1; seed <= 12; seed++)
        {
            double[][] rows = Draw(seed, 40);
            double[] person = [-1, 0, 0];
            foreach (var weight in Enum.GetValues<FaceWeight>())
            {
                var options = Plain with { Neighbours = 4, Weight = weight, Tries = 1 };
                var (expected, end) = BruteForce(rows, person, options);
                var record = Find(rows, options, person);
                Assert.Equal(double.IsFinite(expected) ? Outcome.Found : Outcome.NotFound, record.Outcome);
                if (record.Outcome != Outcome.Found) continue;
                found++;
                Assert.Equal(rows[end][0], record.Answers[0].Changes.Single(c => c.Feature == "x").To.Number!.Value);
                Assert.Equal(expected, LengthOf(rows, person, options, record), 1e-4);
            }
        }
        Assert.True(found > 12, $"only {found} ways");
    }

    [Fact]
    public void Dense_places_are_preferred()
    {
        // Two ways to x = 4: straight through two lonely rows, or a little longer through a crowd.
        double[][] lonely = [[0.5, -0.6, 0], [1.5, -0.6, 0], [2.5, -0.6, 0], [3.2, -0.6, 0]];
        double[][] crowd = [.. from i in Enumerable.Range(0, 33) from j in Enumerable.Range(0, 3) select new double[] { i * 0.1, 0.9 + j * 0.1, 0 }];
        string End(FaceWeight weight) => Find([.. lonely, .. crowd], new(Neighbours: 6, Weight: weight, Confidence: 0), [0, 0, 0]).Answers[0].Changes.Single(c => c.Feature == "y").To.ToString();
        Assert.Equal("-0.6", End(FaceWeight.Distance));
        Assert.NotEqual("-0.6", End(FaceWeight.Density));
    }

    [Fact]
    public void No_step_goes_against_a_direction_even_where_the_end_is_further_on()
    {
        // Links are shorter than 1.9. The short way goes up to y = 3 and down to 2, which is still above the person's 1.5; where y may only rise the way is another.
        double[][] rows = [[1, 3, 0], [2, 2, 0], [3.2, 2.5, 0], [2, 4, 0], [3.2, 5.2, 0]];
        var rising = new Schema([Schema.Features[0], Feature.Numeric("y", Change.Increase), Schema.Features[2]], "o", "yes");
        var options = Metric with { Radius = 1.9 / (from i in Enumerable.Range(0, 5) from j in Enumerable.Range(0, i) select Distance(rows[i], rows[j])).Average() };
        Assert.Equal(["x 0 -> 1, y 1.5 -> 3", "x 1 -> 2, y 3 -> 2", "x 2 -> 3.2, y 2 -> 2.5"], StepsOf(Find(rows, options, [0, 1.5, 0])));
        Assert.Equal(["x 0 -> 1, y 1.5 -> 3", "x 1 -> 2, y 3 -> 4", "x 2 -> 3.2, y 4 -> 5.2"], StepsOf(Find(rows, options, [0, 1.5, 0], rising)));
    }

    [Fact]
    public void What_cannot_change_stays_or_is_shared_by_every_row()
    {
        double[][] rows = [[1, 0, 50], [2, 0, 20], [3.1, 0, 50], [40, 0, 20]];
        Assert.Equal("x 0 -> 3.1", string.Join(", ", Find(rows, Plain with { Neighbours = 3 }, [0, 0, 20]).Answers[0].Changes));
        Assert.Equal("x 0 -> 40", string.Join(", ", Find(rows, Plain with { Neighbours = 3, Bring = Bring.Exact }, [0, 0, 20]).Answers[0].Changes));
        Assert.Equal(Outcome.NotFound, Find(rows, Plain with { Neighbours = 3, Bring = Bring.Exact }, [0, 0, 30]).Outcome);
    }

    [Fact]
    public void The_graph_of_a_radius_obeys_every_constraint_on_random_schemas()
    {
        int found = 0, steps = 0;
        for (int seed = 1; seed <= 30; seed++)
        {
            var scenario = Scenario.Of(seed, "network");
            var finder = new Face(new(Radius: 0.6, Bring: Bring.Keep)).Prepare(scenario.Task(), new Rng(1));
            foreach (var record in finder.Find(new(scenario.PeopleTable), new Rng(3)).Records.Where(r => r.Outcome == Outcome.Found))
            {
                double[] from = RecourseRows.Present(scenario.Schema, record), at = from;
                foreach (var step in record.Answers[0].Steps!)
                {
                    var before = record with { Person = [.. at.Select((v, f) => Cell.Of(scenario.Schema.Features[f], v))] };
                    double[] next = RecourseRows.Changed(scenario.Schema, before, new(1, step, 0, 0));
                    Assert.Empty(ConstraintOracle.Violations(scenario.Training, from, next).Concat(ConstraintOracle.WrongWay(scenario.Schema, at, next)));
                    at = next;
                    steps++;
                }
                Assert.Equal(RecourseRows.Changed(scenario.Schema, record, record.Answers[0]), at);
                found++;
            }
        }
        Assert.True(found > 10 && steps > found, $"{found} found in {steps} steps");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_radius_of_nothing_links_nobody_and_so_does_a_saved_one(int alike)
    {
        // All rows are alike, so that any share of their mean distance is 0 and no row is nearer.
        var rows = Sample.Table(Schema, [.. Enumerable.Repeat(new double[] { 4, 0, 0 }, alike)]);
        var model = ModelOf(Sample.Table(Schema, [[0, 0, 0], [4, 1, 1]]));
        var person = Sample.Table(Schema, [[0, 0, 0]], ids: ["p"]);
        foreach (var (options, outcome) in new[] { (Metric with { Radius = 0.5 }, Outcome.NotFound), (new FaceOptions(Radius: 0.5, Confidence: 0), Outcome.NotFound), (Metric, Outcome.Found) })
        {
            var finder = new Face(options).Prepare(new(model, rows), new Rng(1));
            Assert.Equal(outcome, finder.Find(new(person), new Rng(1)).Records[0].Outcome);
            using var file = new MemoryStream();
            finder.Save(file);
            file.Position = 0;
            Assert.Equal(outcome, MethodCatalog.Load(file, "p", new(model), new Rng(1)).Find(new(person), new Rng(1)).Records[0].Outcome);
        }
    }

    [Fact]
    public void More_rows_than_the_graph_holds_are_sampled_by_seed()
    {
        var rows = Sample.Table(Schema, Draw(3, 60));
        byte[] Saved(int most, ulong seed)
        {
            using var file = new MemoryStream();
            new Face(Plain with { MaxRows = most }).Prepare(new(ModelOf(rows), rows), new Rng(seed)).Save(file);
            return file.ToArray();
        }
        Assert.Equal(Saved(20, 1), Saved(20, 1));
        Assert.NotEqual(Saved(20, 1), Saved(20, 2));
        Assert.True(Saved(20, 1).Length < Saved(60, 1).Length / 2);
    }

    [Fact]
    public void What_a_file_says_is_not_trusted()
    {
        var rows = Sample.Table(Schema, Draw(3, 3));
        var model = ModelOf(rows);
        ILearningMethod method = new Face(Plain);
        string Refusal(ulong[] links, float[] weights, float[] sparsity, string json = "0") => Sample.Message<ModelFileException>(() => method.Restore(new(model),
            new(json, [StoredTensor.Of("examples.rows", [3, 3], rows.Values), StoredTensor.Of("face.links", links), StoredTensor.Of("face.weights", [weights.Length], weights), StoredTensor.Of("face.sparsity", [sparsity.Length], sparsity)], "p")));
        ulong good = 1, beyond = 3, backwards = 1ul << 32;
        Assert.Equal("p: damaged (link 0 joins no two of 3 rows in order).", Refusal([beyond], [1], [0, 0, 0]));
        Assert.Equal("p: damaged (link 0 joins no two of 3 rows in order).", Refusal([backwards], [1], [0, 0, 0]));
        Assert.Equal("p: damaged (link 1 joins no two of 3 rows in order).", Refusal([good, good], [1, 1], [0, 0, 0]));
        Assert.Equal("p: damaged (tensor 'face.weights' is missing or not 1).", Refusal([good], [1, 2], [0, 0, 0]));
        Assert.Equal("p: damaged (tensor 'face.sparsity' is missing or not 3).", Refusal([good], [1], [0, 0]));
        Assert.Equal("p: damaged (a link's cost or a row's density is no number of 0 or more).", Refusal([good], [-1], [0, 0, 0]));
        Assert.Equal("p: damaged (a link's cost or a row's density is no number of 0 or more).", Refusal([good], [1], [0, float.NaN, 0]));
        Assert.Equal("p: damaged (the radius is no number of 0 or more).", Refusal([good], [1], [0, 0, 0], "{}"));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Equal(
            """
            Options of 'face': neighbours is 0; must be 1 to 1000.
            Options of 'face': radius is 1.5; must be above 0 and at most 1, a share of the mean distance, or null for the graph of nearest neighbours.
            Options of 'face': weight is 5; must be density or distance.
            Options of 'face': confidence is -0.5; must be 0 to below 1.
            Options of 'face': bring is clamp; a way goes from row to row, so it must be keep or exact.
            Options of 'face': max-rows is 1; must be 2 to 200000.
            Options of 'face': tries is 0; must be 1 to 1000.
            """.ReplaceLineEndings(),
            Sample.Message<OptionsException>(() => new Face(new(0, 1.5, (FaceWeight)5, -0.5, false, Bring.Clamp, 1, 0))).ReplaceLineEndings());
        Assert.Equal("Options of 'face': bring is 9; must be keep or exact.", Sample.Message<OptionsException>(() => new Face(new(Bring: (Bring)9))));
        Assert.Equal("Options of 'face': neighbours is 2, and with a radius and weight distance nothing goes by neighbours; leave it at 20.", Sample.Message<OptionsException>(() => new Face(Plain with { Radius = 0.5 })));
        var rows = Sample.Table(Schema, [[1, 0, 0], [2, 0, 0]]);
        Assert.Equal("Options of 'face': label is true, and the training rows have no outcomes; give rows with outcomes, or set label to false.",
            Sample.Message<OptionsException>(() => new Face(new(Label: true)).Prepare(new(ModelOf(rows), rows), new Rng(1))));
    }

    /// <summary>Bellman and Ford over the same links, made by plain loops.</summary>
    private static (double Length, int End) BruteForce(double[][] rows, double[] person, FaceOptions options)
    {
        double[][] costs = Costs(rows, options, out double[] factor);
        double[] length = [.. rows.Select(_ => double.PositiveInfinity)];
        foreach (int r in Nearest(rows, person, options.Neighbours)) length[r] = Distance(person, rows[r]) * factor[r];
        for (int round = 0; round < rows.Length; round++)
            for (int a = 0; a < rows.Length; a++)
                for (int b = 0; b < rows.Length; b++) length[b] = Math.Min(length[b], length[a] + costs[a][b]);
        int end = Enumerable.Range(0, rows.Length).Where(r => rows[r][0] >= 3).MinBy(r => length[r]);
        return (length[end], end);
    }

    /// <summary>What the way that was given costs.</summary>
    private static double LengthOf(double[][] rows, double[] person, FaceOptions options, RecourseRecord record)
    {
        double[][] costs = Costs(rows, options, out double[] factor);
        int[] way = [.. StepsOf(record).Select((_, s) => Array.FindIndex(rows, r => record.Answers[0].Steps![s].All(c => c.To.Number == r[Schema.IndexOf(c.Feature)])))];
        double length = Distance(person, rows[way[0]]) * factor[way[0]];
        for (int s = 1; s < way.Length; s++) length += costs[way[s - 1]][way[s]];
        return length;
    }

    private static double[][] Costs(double[][] rows, FaceOptions options, out double[] factor)
    {
        int[][] near = [.. rows.Select((r, i) => Nearest(rows, r, options.Neighbours + 1).Where(j => j != i).ToArray())];
        double[] reach = [.. rows.Select((r, i) => Distance(r, rows[near[i][^1]]))];
        double median = reach.Order().ElementAt(rows.Length / 2);
        double[] sparsity = [.. reach.Select(r => options.Weight == FaceWeight.Density ? r / median : 0)];
        factor = [.. sparsity.Select(s => 1 + Math.Log(1 + s))];
        return [.. rows.Select((a, i) => rows.Select((b, j) => near[i].Contains(j) || near[j].Contains(i) ? Distance(a, b) * (1 + Math.Log(1 + (sparsity[i] + sparsity[j]) / 2)) : double.PositiveInfinity).ToArray())];
    }

    private static int[] Nearest(double[][] rows, double[] to, int count) => [.. Enumerable.Range(0, rows.Length).OrderBy(r => Distance(rows[r], to)).Take(count)];

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static double[][] Draw(ulong seed, int count)
    {
        var rng = new Rng(seed);
        return [.. Enumerable.Range(0, count).Select(i => new[] { i == 0 ? 3.5 : 1.5 + 1.5 * rng.NextGaussian(), rng.NextGaussian(), 0.0 })];
    }

    private static NetworkModel ModelOf(Table rows) => Sample.Linear(rows, [1, 0, 0], -3);

    private static RecourseRecord Find(double[][] rows, FaceOptions options, double[] person, Schema? actions = null)
    {
        var table = Sample.Table(Schema, rows);
        var model = ModelOf(table);
        var finder = new Face(options).Prepare(new(model, table), new Rng(1));
        return finder.Find(new(Sample.Table(Schema, [person], ids: ["p"]), new ActionSet(actions ?? Schema, model.Statistics)), new Rng(1)).Records[0];
    }

    private static string[] StepsOf(RecourseRecord record) => [.. record.Answers[0].Steps!.Select(s => string.Join(", ", s))];
}
