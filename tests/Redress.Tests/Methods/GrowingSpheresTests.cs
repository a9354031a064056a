using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class GrowingSpheresTests
{
    private static readonly Schema Wide = new([.. Enumerable.Range(0, 4).Select(f => Feature.Numeric($"f{f}", Change.Any) with { Minimum = -50, Maximum = 50 })], "y", "yes");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void On_a_linear_model_the_nearest_point_is_missed_by_little(int seed)
    {
        var (model, people, nearest) = Linear(seed);
        var batch = new GrowingSpheres(new(Samples: 1000, Sparsify: false)).Prepare(new(model), new Rng(1)).Find(new(people, Cost: new L2Cost()), new Rng(1));
        Assert.Equal(people.Rows, batch.Count(Outcome.Found));
        for (int i = 0; i < people.Rows; i++) Assert.InRange(batch.Records[i].Answers[0].Cost / nearest[i], 0.999, 1.4);
        Assert.InRange(Enumerable.Range(0, people.Rows).Average(i => batch.Records[i].Answers[0].Cost / nearest[i]), 1, 1.15);
    }

    [Fact]
    public void Spheres_shrink_until_no_sample_is_valid_and_grow_until_one_is()
    {
        var (model, people, nearest) = Linear(4);
        var chunk = ScoreMatchingTests.ChunkOf(model, people);
        using var scope = TensorScope.Open();
        var search = new SphereSearch(chunk, Laugel, CancellationToken.None);
        for (int i = 0; i < people.Rows; i++)
        {
            Assert.True(search.Find(i));
            // From reach R, halved until R/2ᵏ < nearest, then layers of a quarter of that, up to twice it.
            double reach = Math.Sqrt(Enumerable.Range(0, 4).Sum(c => Math.Pow(Math.Max(chunk.Encoded.UpperOf(i)[c] - chunk.Encoded.XOf(i)[c], chunk.Encoded.XOf(i)[c] - chunk.Encoded.LowerOf(i)[c]), 2)));
            int halvings = (int)Math.Ceiling(Math.Log2(reach / nearest[i]));
            Assert.InRange(chunk.Steps[i], halvings + 1, halvings + 7);
            // Balls that hold valid samples are known for it after a few; the last ball and one or more layers are drawn whole.
            Assert.InRange(chunk.ModelCalls[i], 2 * Laugel.Samples, 6 * Laugel.Samples + 32 * (halvings + 2));
        }
    }

    [Fact]
    public void The_preset_lays_layers_of_a_fifth_and_does_not_clip()
    {
        var (model, people, nearest) = Linear(5, limit: 0.45);
        var chunk = ScoreMatchingTests.ChunkOf(model, people);
        using var scope = TensorScope.Open();
        var search = new SphereSearch(chunk, GrowingSpheresOptions.Carla.Settings with { Limit = double.PositiveInfinity }, CancellationToken.None);
        bool outside = false;
        for (int i = 0; i < people.Rows; i++)
        {
            Assert.True(search.Find(i));
            double distance = Math.Sqrt(search.Point.ToArray().Zip(chunk.Encoded.XOf(i).ToArray()).Sum(p => Math.Pow(p.First - p.Second, 2)));
            // The first layer that reaches beyond θ, or one of the next.
            Assert.InRange(chunk.Steps[i], (int)Math.Ceiling(nearest[i] / 0.2), (int)Math.Ceiling(1.5 * nearest[i] / 0.2) + 1);
            Assert.InRange(distance, (chunk.Steps[i] - 1) * 0.2 - 1e-4, chunk.Steps[i] * 0.2 + 1e-4);
            Assert.Equal(1000 * chunk.Steps[i], chunk.ModelCalls[i]);
            float[] logit = new float[1];
            ((IEncodedClassifier)model).Logits(search.Point, 1, logit);
            Assert.True(logit[0] >= model.Threshold);
            outside |= Enumerable.Range(0, 4).Any(c => search.Point[c] > chunk.Encoded.UpperOf(i)[c] || search.Point[c] < chunk.Encoded.LowerOf(i)[c]);
            Assert.True(search.IsRow && chunk.ActionsOf(i).Allows(people.Row(i), search.Row));
        }
        Assert.True(outside, "nobody was led out of the limits, which this preset's search ignores");
    }

    [Fact]
    public void Features_are_put_back_the_least_changed_first_until_one_is_needed()
    {
        var (model, people, _) = Linear(6);
        var dense = new GrowingSpheres(new(Sparsify: false)).Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1));
        var chunk = ScoreMatchingTests.ChunkOf(model, people);
        using var scope = TensorScope.Open();
        var search = new SphereSearch(chunk, Laugel, CancellationToken.None);
        int fewer = 0;
        for (int i = 0; i < people.Rows; i++)
        {
            search.Find(i);
            double[] found = search.Row.ToArray(), present = people.Row(i).ToArray();
            search.Sparsify();
            double[] sparse = search.Row.ToArray(), deviations = [.. model.Statistics.StandardDeviation];
            int[] order = [.. Enumerable.Range(0, 4).OrderBy(f => Math.Abs(found[f] - present[f]) / deviations[f])];
            int back = order.Count(f => sparse[f] == present[f]);
            Assert.All(order[..back], f => Assert.Equal(present[f], sparse[f]));
            Assert.All(order[back..], f => Assert.Equal(found[f], sparse[f]));
            Assert.True(ScoreOf(model, sparse) >= model.Threshold);
            sparse[order[back]] = present[order[back]];
            Assert.True(back == 3 || ScoreOf(model, sparse) < model.Threshold, "one more could have been put back");
            fewer += back;
        }
        Assert.True(fewer > 5);
        Assert.True(dense.Records.All(r => r.Answers[0].Changes.Count == 4));
    }

    [Fact]
    public void What_only_a_small_ball_meets_is_found()
    {
        // Valid near the person alone: the first ball, as large as Δ, and the layers around it miss it.
        var model = Box(Wide, row => Math.Abs(row[0] - 1) < 0.9 && row.Slice(1).IndexOfAnyExceptInRange(-1.5, 1.5) < 0);
        var record = new GrowingSpheres().Prepare(new(model, Sample.Random(Wide, 60, 3)), new Rng(1)).Find(new(Sample.Table(Wide, [[0, 0, 0, 0]])), new Rng(1)).Records[0];
        Assert.Equal(Outcome.Found, record.Outcome);
        Assert.InRange(record.Answers[0].Changes[0].To.Number!.Value, 0.1, 1);
    }

    [Fact]
    public void A_black_box_is_asked_about_rows_only_and_every_row_is_counted()
    {
        var schema = new Schema(
            [
                Feature.Numeric("x", Change.Any) with { Minimum = -3, Maximum = 3 }, Feature.Integer("n", Change.Increase) with { Maximum = 9 },
                Feature.Categorical("c", ["a", "b", "d"], Change.Any), Feature.Ordinal("o", ["low", "high"], Change.Any), Feature.Numeric("listed", Change.Any) with { Allowed = [-1, 2] },
            ], "y", "yes", constraints: [new("x + n <= 8", [(0, 1), (1, 1)], 8), new("x + listed <= 2", [(0, 1), (4, 1)], 2)]);
        var training = Sample.Table(schema, [[0, 0, 0, 0, -1], [1, 3, 1, 1, 2], [2, 5, 2, 0, 2], [-1, 2, 1, 1, -1]]);
        var people = Sample.Table(schema, [[-2, 1, 0, 0, 2]]);
        foreach (var options in new[] { new GrowingSpheresOptions(), GrowingSpheresOptions.Carla })
        {
            int asked = 0;
            var task = (RecourseTask?)null;
            var model = new DelegateModel(schema, (table, _) =>
            {
                var probabilities = new double[table.Rows];
                asked += table.Rows;
                for (int i = 0; i < table.Rows; i++)
                {
                    var row = table.Row(i);
                    for (int f = 0; f < row.Length; f++) Assert.True(schema.Features[f].Holds(row[f]), $"{schema.Features[f].Name} is {row[f]}");
                    Assert.True(!options.Clip || task!.Actions.Allows(people.Row(0), row));
                    probabilities[i] = row[0] + row[1] > 5 && row[2] == 2 ? 0.9 : 0.1;
                }
                return probabilities;
            }, "asked");
            task = new RecourseTask(model, training);
            var record = new GrowingSpheres(options).Prepare(task, new Rng(1)).Find(new(people, Execution: new(1)), new Rng(1)).Records[0];
            Assert.Equal(Outcome.Found, record.Outcome);
            Assert.True(task.Actions.Allows(people.Row(0), RecourseRows.Changed(schema, record, record.Answers[0])));
            Assert.Equal(record.ModelCalls, asked);
        }
    }

    [Fact]
    public void Who_can_move_nothing_in_fact_is_not_searched()
    {
        var schema = new Schema([Feature.Numeric("x", Change.Increase) with { Maximum = 1 }], "y", "yes");
        var model = Sample.Linear(Sample.Table(schema, [[0], [1]]), [1], 0, threshold: 2);
        var record = new GrowingSpheres().Prepare(new(model), new Rng(1)).Find(new(Sample.Table(schema, [[1]])), new Rng(1)).Records[0];
        Assert.Equal((Outcome.NotFound, 0, 1), (record.Outcome, record.Steps, record.ModelCalls));
    }

    [Fact]
    public void Defaults_presets_and_refusals_are_pinned()
    {
        var method = MethodCatalog.Get("growing-spheres");
        Assert.Equal("""{"samples":500,"radius":0,"layer-width":0.25,"shrink":true,"uniform-radius":false,"uniform-categories":false,"clip":true,"sparsify":true,"max-layers":200}""", method.DefaultOptions);
        Assert.Equal("""{"samples":1000,"radius":0.2,"layer-width":1,"shrink":false,"uniform-radius":true,"uniform-categories":true,"clip":false,"sparsify":false,"max-layers":1000}""", method.Presets["carla"]);
        Assert.Equal(
            """
            Options of 'growing-spheres': samples is 0; must be 1 to 1000000.
            Options of 'growing-spheres': radius is NaN; must be 0 to 1000000.
            Options of 'growing-spheres': layer-width is 0; must be more than 0 to 1000.
            Options of 'growing-spheres': max-layers is 100001; must be 1 to 100000.
            """.ReplaceLineEndings("\n"),
            Sample.Message<OptionsException>(() => new GrowingSpheres(new(Samples: 0, Radius: double.NaN, LayerWidth: 0, MaxLayers: 100_001))).ReplaceLineEndings("\n"));
    }

    private static SphereSettings Laugel => new GrowingSpheresOptions(Samples: 400).Settings;

    private static double ScoreOf(IModel model, double[] row) => Scores.Favourable(model, new Table(model.Schema, row))[0];

    private delegate bool Valid(ReadOnlySpan<double> row);

    private static DelegateModel Box(Schema schema, Valid valid) => new(schema, (table, _) =>
    {
        var probabilities = new double[table.Rows];
        for (int i = 0; i < table.Rows; i++) probabilities[i] = valid(table.Row(i)) ? 0.9 : 0.1;
        return probabilities;
    }, "box");

    /// <summary>People below θ of a linear model, and how far from it each is in encoded units.</summary>
    private static (NetworkModel Model, Table People, double[] Nearest) Linear(int seed, double limit = 50)
    {
        var schema = new Schema([.. Wide.Features.Select(f => f with { Minimum = -limit, Maximum = limit })], "y", "yes");
        var training = Sample.Random(schema, 50, (ulong)seed, spread: 0.4);
        var rng = new Rng((ulong)seed + 50);
        float[] w = [.. Enumerable.Range(0, 4).Select(_ => (float)rng.NextGaussian())];
        var model = Sample.Linear(training, w, -1, 0.5, NumberScaling.Standardise);
        var all = Sample.Random(schema, 40, (ulong)seed + 9, spread: 0.4);
        double[] scores = Scores.Favourable(model, all);
        double norm = Math.Sqrt(w.Sum(v => (double)v * v));
        int[] below = [.. Enumerable.Range(0, 40).Where(i => scores[i] < 0.4 && all.Row(i).IndexOfAnyExceptInRange(-limit, limit) < 0)];
        return (model, all.Select(below), [.. below.Select(i => (0.5 - scores[i]) / norm)]);
    }
}
