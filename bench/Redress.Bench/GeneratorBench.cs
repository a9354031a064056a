using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Bench;

/// <summary>
/// Recourse by a model's own generator at the shapes of the loan data: 7 numbers and one-hot groups of 51, 36, 3, 7 and 6; classifier 110-50-10-10-1, generator
/// 20-50-50-110. One core. Weights are random: times do not depend on what a row says.
/// </summary>
internal static class GeneratorBench
{
    private const int People = 16_384, Batch = 1024;
    private static readonly int[] Groups = [51, 36, 3, 7, 6];

    /// <summary>Runs the case named, network or find, or both.</summary>
    public static int Run(string? only = null)
    {
        var schema = new Schema(
            [
                Feature.Categorical("g0", Names(0), Change.Any), .. Enumerable.Range(0, 3).Select(i => Feature.Numeric($"n{i}", Change.Any)),
                .. Enumerable.Range(1, 4).Select(g => Feature.Categorical($"g{g}", Names(g), Change.Any)), .. Enumerable.Range(3, 4).Select(i => Feature.Integer($"n{i}", Change.Any)),
            ], "y", "yes");
        var people = Rows(schema, People);
        var model = Model(schema, people);
        var encoding = model.Encoding;
        var encoded = new float[Batch * encoding.Width];
        encoding.Encode(people, 0, Batch, encoded);
        if (only is null or "network")
        {
            Network("generators, network on encoded rows", model, encoded, Batch);
            Network("generators, network on encoded rows, alone", model, encoded, 1);
        }
        if (only is "network") return 0;
        var finder = new CounterNet().Prepare(new RecourseTask(model), new Rng(1));
        Find($"generators, find from raw to raw rows, {People} people", finder, people);
        Find("generators, find from raw to raw rows, alone", finder, people.Slice(0, 1));
        var batch = finder.Find(new RecourseRequest(people, Execution: new(1), Desired: Desired.OtherThanPredicted), new Rng(1));
        Console.WriteLine(Invariant($"generators, found of {People}\t{batch.Count(Outcome.Found)}\tpeople"));
        return 0;
    }

    private static string[] Names(int group) => [.. Enumerable.Range(0, Groups[group]).Select(v => Invariant($"v{v}"))];

    private static Table Rows(Schema schema, int rows)
    {
        var rng = new Rng(1);
        var values = new double[rows * schema.Features.Count];
        for (int i = 0; i < values.Length; i++)
        {
            var feature = schema.Features[i % schema.Features.Count];
            values[i] = feature.IsNamed ? rng.NextInt(feature.Values.Count) : feature.IsDiscrete ? Math.Round(10 * rng.NextGaussian()) : rng.NextGaussian();
        }
        return new(schema, values);
    }

    private static NetworkModel Model(Schema schema, Table people)
    {
        var statistics = TrainingStatistics.Of(people);
        var encoding = Encoding.Fit(schema, statistics, new());
        var network = Louder(new FeedForward([encoding.Width, 50, 10, 10, 1], Activation.LeakyRelu, 0.3f, new Rng(2)));
        var generator = new RecourseGenerator(
            Louder(new FeedForward([20, 50, 50, encoding.Width], Activation.LeakyRelu, 0.3f, new Rng(3))), GeneratorInput.Hidden, 2, [], CounterNet.About.Slug, "{}", encoding);
        var record = new TrainingRecord("counternet", 0, "{}", new(), "{}", 0, "", 1, []);
        double[] scores = Scores.Favourable(new NetworkModel(schema, encoding, statistics, network, 0, record), people);
        Array.Sort(scores);
        return new(schema, encoding, statistics, network, scores[scores.Length / 2], record, null, generator);
    }

    /// <summary>Larger weights than training starts from, so that rows differ.</summary>
    private static FeedForward Louder(FeedForward network)
    {
        foreach (var parameter in network.Parameters)
        {
            var values = new float[parameter.Size];
            parameter.ReadTo(values);
            parameter.WriteFrom([.. values.Select(v => 3 * v)]);
        }
        return network;
    }

    /// <summary>Score and counterfactual row, one category a feature.</summary>
    private static void Network(string name, NetworkModel model, float[] encoded, int rows)
    {
        float[] x = encoded[..(rows * model.Encoding.Width)], logits = new float[rows], recourse = new float[x.Length];
        Measure.Median($"{name}, {rows} rows", 21, 2_000_000 / (rows + 200), () => model.Generate(x, rows, logits, recourse));
    }

    private static void Find(string name, IRecourseFinder finder, Table people)
    {
        var request = new RecourseRequest(people, Execution: new(1), Desired: Desired.OtherThanPredicted);
        Measure.Median(name, 21, Math.Max(1, 20_000 / (people.Rows + 100)), () => finder.Find(request, new Rng(1)));
    }
}
