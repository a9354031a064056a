using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Redress.Actions;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Bench;

/// <summary>
/// Preset carla on CARLA's network and data (adult, 13-18-9-3 ReLU, min-max, its own split), as bench/peers/carla_search.py has them in PyTorch. Our
/// network has one logit, CARLA's two outputs, whose difference it is; ours is trained by Adam, CARLA's by RMSprop, at the same rate, batch and epochs. CARLA_NETWORK names the
/// file that the script wrote, to search on the very same weights.
/// </summary>
internal static class CarlaBench
{
    private const int Rounds = 7;
    private static readonly string[] Numbers = ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"];

    private static readonly (string Column, string One)[] Binaries =
        [("workclass", "Private"), ("marital-status", "Non-Married"), ("occupation", "Other"), ("relationship", "Non-Husband"), ("race", "White"), ("sex", "Male"), ("native-country", "US")];

    public static int Run()
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on adult/adult-carla.csv.");
            return 2;
        }
        folder = Path.Combine(folder, "adult");
        var rows = Load(Path.Combine(folder, "adult-carla.csv"));
        var (train, test) = (rows.Select(Rows(folder, "train")), rows.Select(Rows(folder, "test")));
        var model = Trainer.Standard(new TrainingData(train, test), Settings([18, 9, 3], Activation.Relu), 1);
        var people = Rejected(model, test);
        Print("carla: test accuracy", Accuracy(model, test), "share");
        Print("carla: people rejected", people.Rows, "people");
        Search("carla's freedom", model, people, free: true);
        Search("age frozen, training range", model, people, free: false);
        if (Environment.GetEnvironmentVariable("CARLA_NETWORK") is { Length: > 0 } file)
        {
            var theirs = Published(file, model);
            Search("PyTorch's network, carla's freedom", theirs, Rejected(theirs, test), free: true);
            Search("PyTorch's network, age frozen, training range", theirs, Rejected(theirs, test), free: false);
        }
        var tanh = Trainer.Standard(new TrainingData(train, test), Settings([100, 100, 100], Activation.Tanh), 1);
        FixedSteps("3x100 tanh", 100, tanh, Rejected(tanh, test));
        FixedSteps("18-9-3 ReLU", 500, model, people);
        return 0;
    }

    /// <summary>The network that bench/peers/carla_search.py trained and wrote; its two outputs' difference is our logit.</summary>
    internal static NetworkModel Published(string file, NetworkModel ours)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        float[][] Arrays(string name) => [.. json.RootElement.GetProperty(name).EnumerateArray().Select(a => a.EnumerateArray().Select(v => v.GetSingle()).ToArray())];
        float[][] weights = Arrays("weights"), biases = Arrays("biases");
        float[] Difference(float[] pairs) => [.. pairs.Chunk(2).Select(p => p[1] - p[0])];
        (weights[^1], biases[^1]) = (Difference(weights[^1]), Difference(biases[^1]));
        var network = FeedForward.FromValues([13, 18, 9, 3, 1], Activation.Relu, 0, weights, biases);
        return new(ours.Schema, ours.Encoding, ours.Statistics, network, 0, ours.Training);
    }

    internal static TrainingSettings Settings(int[] hidden, Activation activation) =>
        new(hidden, activation, Dropout: 0, LearningRate: 0.002f, BatchSize: 1024, Epochs: 10, ClassWeights: false, Threshold: new(0.5), Encoding: new(NumberScaling.MinMax));

    /// <summary>CARLA's search moves the six numbers without any limit, age too, and no category, since it rounds those. Ours keeps to the training range unless told otherwise.</summary>
    private static Schema SchemaOf(bool free)
    {
        Feature Number(string name) => Feature.Numeric(name, free || name != "age" ? Change.Any : Change.None);
        return new Schema([.. Numbers.Select(Number).Select(n => free ? n with { Minimum = -1e9, Maximum = 1e9 } : n), .. Binaries.Select(b => Feature.Numeric(b.Column))], "income", "1");
    }

    private static Table Load(string path)
    {
        var schema = SchemaOf(free: true);
        var values = new List<double>();
        var labels = new List<bool>();
        SourceTable.Each(path, [.. Numbers, .. Binaries.Select(b => b.Column), "income"], row =>
        {
            values.AddRange(Numbers.Select(row.Number));
            values.AddRange(Binaries.Select(b => row[b.Column] == b.One ? 1.0 : 0));
            labels.Add(row["income"] == "1");
        });
        return new Table(schema, [.. values], labels: labels);
    }

    private static int[] Rows(string folder, string part) =>
        [.. File.ReadLines(Path.Combine(folder, $"adult-carla-{part}-index.csv")).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    private static double Accuracy(NetworkModel model, Table rows) =>
        Scores.Favourable(model, rows).Zip(rows.Labels!).Count(p => p.First >= model.Threshold == p.Second) / (double)rows.Rows;

    internal static Table Rejected(NetworkModel model, Table rows)
    {
        double[] scores = Scores.Favourable(model, rows);
        return rows.Select([.. Enumerable.Range(0, scores.Length).Where(i => scores[i] < model.Threshold)]);
    }

    private static void Search(string name, NetworkModel model, Table people, bool free)
    {
        var actions = new ActionSet(SchemaOf(free), model.Statistics);
        var finder = new Gradient(GradientOptions.Carla).Prepare(new RecourseTask(model), new Rng(1));
        var first = finder.Find(new RecourseRequest(people.Slice(0, 100), Actions: actions, Execution: new(1)), new Rng(1));
        Print($"carla, {name}: found of the first 100", first.Count(Outcome.Found), "people");
        var deltas = first.Records.Where(r => r.Outcome == Outcome.Found).Select(r => Deltas(model, r.Answers[0]).ToArray()).ToArray();
        Print($"carla, {name}: mean L1 of the first 100", deltas.Average(d => d.Sum(Math.Abs)), "scaled");
        Print($"carla, {name}: mean L2 of the first 100", deltas.Average(d => Math.Sqrt(d.Sum(x => x * x))), "scaled");
        foreach (int count in new[] { 1000, people.Rows })
        {
            var some = people.Slice(0, Math.Min(count, people.Rows));
            RecourseBatch batch = null!;
            double seconds = Median(() => batch = finder.Find(new RecourseRequest(some, Actions: actions, Execution: new(1)), new Rng(1)));
            Print($"carla, {name}, {some.Rows} people: found", batch.Count(Outcome.Found), "people");
            Print($"carla, {name}, {some.Rows} people: steps", batch.Records.Average(r => r.Steps), "steps a person");
            Print($"carla, {name}, {some.Rows} people: one core", seconds / some.Rows * 1e6, "us a person");
            Print($"carla, {name}, {some.Rows} people: the search alone", Median(() => Alone(model, some, actions, GradientOptions.Carla)) / some.Rows * 1e6, "us a person");
        }
    }

    /// <summary>The descents without screening, rounding, judging and records.</summary>
    private static void Alone(NetworkModel model, Table people, ActionSet actions, GradientOptions options)
    {
        const int ChunkRows = 256;
        var task = new RecourseTask(model);
        for (int start = 0; start < people.Rows; start += ChunkRows)
        {
            var some = people.Slice(start, Math.Min(ChunkRows, people.Rows - start));
            var ones = Enumerable.Repeat(1, some.Rows).ToArray();
            var chunk = new SearchChunk(task, some, _ => actions, _ => new Rng(1), new double[some.Rows], ones, Costs.CostCatalog.All[0], 1, new Budget(), new int[some.Rows]);
            new GradientRun(chunk, options).Descend([.. Enumerable.Repeat(options.Lambda, some.Rows)], options.MaxSteps, CancellationToken.None);
        }
    }

    private static void FixedSteps(string name, int steps, NetworkModel model, Table people)
    {
        var some = people.Slice(0, 2000);
        var actions = new ActionSet(SchemaOf(free: true), model.Statistics);
        var options = GradientOptions.Carla with { MaxSteps = steps, StopAtFirst = false };
        Print(Invariant($"gradient, {steps} steps on {name}: the search alone"), Median(() => Alone(model, some, actions, options)) / some.Rows * 1e6, "us a person");
        var finder = new Gradient(options).Prepare(new RecourseTask(model), new Rng(1));
        RecourseBatch batch = null!;
        double seconds = Median(() => batch = finder.Find(new RecourseRequest(some, Actions: actions, Execution: new(1)), new Rng(1)));
        // Who is not found is tried once more with the method's highest-score action, so people take up to twice the steps.
        Print(Invariant($"gradient, {steps} steps on {name}, {some.Rows} people ({batch.Count(Outcome.Found)} found), one core"), seconds / batch.Records.Sum(r => (double)r.Steps) * steps * 1e6, "us");
    }

    /// <summary>What changes, in the scaled units that CARLA reports.</summary>
    private static IEnumerable<double> Deltas(NetworkModel model, RecourseAnswer answer) =>
        answer.Changes.Select(c => (c.To.Number!.Value - c.From.Number!.Value) / model.Encoding.Features[model.Schema.IndexOf(c.Feature)].Scale);

    internal static double Median(Action work)
    {
        // Methods are compiled well only after a moment of use.
        for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun).TotalSeconds < 0.5;) work();
        var times = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            times[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        return times.Order().ElementAt(Rounds / 2);
    }

    internal static void Print(string name, double value, string unit) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{value:0.####}\t{unit}"));
}
