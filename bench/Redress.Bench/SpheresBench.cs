using System.Diagnostics;
using System.Numerics.Tensors;
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
/// score-matching and growing-spheres a person and core on adult-carla with CARLA's network (13-18-9-3 ReLU; CARLA_NETWORK names the weights that
/// bench/peers/carla_search.py wrote), and growing-spheres on 500 images of fashion-mnist with the network of Hardy et al. (2022) on two cores.
/// </summary>
internal static class SpheresBench
{
    private const int Images = 500, Epochs = 8;

    private static readonly string[] Cases = ["adult", "images", "attacked"];

    private static readonly (string Name, GrowingSpheresOptions Options)[] Searches = [("Laugel's search", new()), ("Laugel's search, not made sparse", new(Sparsify: false)), ("preset carla", GrowingSpheresOptions.Carla)];

    /// <summary>Runs the cases named (adult, images, attacked: after adversarial training), or all.</summary>
    public static int Run(string[] only)
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on adult-carla and fashion-mnist.");
            return 2;
        }
        if (only.Except(Cases).ToArray() is { Length: > 0 } unknown)
        {
            Console.Error.WriteLine($"There is no case {string.Join(", ", unknown)}; the cases are {string.Join(", ", Cases)}.");
            return 2;
        }
        if (only.Length == 0 || only.Contains("adult")) Adult(folder);
        if (only.Length == 0 || only.Contains("images")) OnImages(folder, "natural training", (data, settings) => Trainer.Standard(data, settings, 1));
        if (only.Length == 0 || only.Contains("attacked")) OnImages(folder, "adversarial training", (data, settings) => Trainer.Adversarial(data, settings, new(new(Epsilon: 8 / 255.0), Share: 0.5), 1));
        return 0;
    }

    private static void Adult(string folder)
    {
        var data = DataSetCatalog.Get("adult-carla").Load(folder);
        var settings = CarlaBench.Settings([18, 9, 3], Activation.Relu) with { Encoding = new(NumberScaling.MinMax, CategoryCoding.Ordinal) };
        var model = Trainer.Standard(new TrainingData(data.Rows, data.Test!), settings, 1);
        if (Environment.GetEnvironmentVariable("CARLA_NETWORK") is { Length: > 0 } file) model = CarlaBench.Published(file, model);
        var people = CarlaBench.Rejected(model, data.Test!);
        CarlaBench.Print("adult-carla: people rejected", people.Rows, "people");
        // As in CARLA, whose rounding never lets a category move, and with categories too.
        var numbers = new ActionSet(new Schema([.. model.Schema.Features.Select(f => f.IsNamed ? f with { Change = Change.None } : f)], model.Schema.Target, model.Schema.Favourable), model.Statistics);
        var l1 = new ScoreMatching(new(Distance: GradientDistance.L1));
        OnAdult("score-matching, numbers", new ScoreMatching(), model, people, numbers);
        OnAdult("score-matching, L1, numbers", l1, model, people, numbers);
        OnAdult("score-matching", new ScoreMatching(), model, people);
        OnAdult("score-matching, L1", l1, model, people);
        foreach (var (name, options) in Searches) OnAdult($"growing-spheres, {name}", new GrowingSpheres(options), model, people.Slice(0, 1000));
    }

    private static void OnAdult(string name, IRecourseMethod method, NetworkModel model, Table people, ActionSet? actions = null)
    {
        var finder = method.Prepare(new RecourseTask(model), new Rng(1));
        RecourseBatch batch = null!;
        double seconds = CarlaBench.Median(() => batch = finder.Find(new RecourseRequest(people, Actions: actions, Execution: new(1)), new Rng(1)));
        CarlaBench.Print($"{name}, {people.Rows} people: one core", seconds / people.Rows * 1e6, "us a person");
        CarlaBench.Print($"{name}: found", batch.Count(Outcome.Found) / (double)people.Rows, "share");
        CarlaBench.Print($"{name}: model calls", batch.Records.Average(r => r.ModelCalls), "a person");
        CarlaBench.Print($"{name}: steps", batch.Records.Average(r => r.Steps), "a person");
        Sizes(name, model, batch);
    }

    private static void OnImages(string folder, string name, Func<TrainingData, TrainingSettings, NetworkModel> train)
    {
        var data = DataSetCatalog.Get("fashion-mnist").Load(folder);
        var model = train(new TrainingData(data.Rows, data.Test!), TrainingSettings.ImageNetwork with { Epochs = Epochs });
        var people = CarlaBench.Rejected(model, data.Test!).Slice(0, Images);
        foreach (var (search, options) in Searches)
        {
            string title = $"growing-spheres, {search}, {name}";
            var finder = new GrowingSpheres(options).Prepare(new RecourseTask(model), new Rng(1));
            finder.Find(new RecourseRequest(people.Slice(0, 8), Execution: new(2, 4)), new Rng(1));
            long start = Stopwatch.GetTimestamp();
            var batch = finder.Find(new RecourseRequest(people, Execution: new(2)), new Rng(1));
            CarlaBench.Print($"{title}, {Images} images: two cores", Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
            CarlaBench.Print($"{title}: found", batch.Count(Outcome.Found) / (double)Images, "share");
            CarlaBench.Print($"{title}: model calls", batch.Records.Average(r => r.ModelCalls), "a person");
            Sizes(title, model, batch);
        }
        Unclipped(name, model, people.Slice(0, 50));
    }

    /// <summary>What the preset's search finds before it is brought into the action set, as CARLA would give it, on one core.</summary>
    private static void Unclipped(string name, NetworkModel model, Table people)
    {
        var task = new RecourseTask(model);
        double[] scores = Scores.Favourable(model, people);
        var chunk = new SearchChunk(task, people, _ => task.Actions, i => new Rng(1).Split((ulong)i), scores, [.. scores.Select(_ => 1)], Costs.CostCatalog.All[0], 1, new Budget(), new int[people.Rows]);
        using var scope = TensorScope.Open();
        var search = new SphereSearch(chunk, GrowingSpheresOptions.Carla.Settings with { Limit = double.PositiveInfinity }, CancellationToken.None);
        var (found, distance) = (0, 0.0);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < people.Rows; i++)
        {
            if (!search.Find(i)) continue;
            found++;
            distance += TensorPrimitives.Distance(search.Point, chunk.Encoded.XOf(i));
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        CarlaBench.Print($"growing-spheres, preset carla, {name}: the search alone, not clipped, one core", 1000 * seconds / people.Rows, "ms a person");
        CarlaBench.Print($"growing-spheres, preset carla, {name}: a layer of 1,000", 1000 * seconds / chunk.Steps.Sum(), "ms");
        CarlaBench.Print($"growing-spheres, preset carla, {name}: found, not clipped", found / (double)people.Rows, "share");
        CarlaBench.Print($"growing-spheres, preset carla, {name}: mean L2, not clipped", distance / found, "encoded");
    }

    /// <summary>How far people go, in encoded units, and how many features they change.</summary>
    private static void Sizes(string name, NetworkModel model, RecourseBatch batch)
    {
        var found = batch.Records.Where(r => r.Outcome == Outcome.Found).Select(r => r.Answers[0].Changes).ToArray();
        double Square(FeatureChange change)
        {
            var at = model.Encoding.Features[model.Schema.IndexOf(change.Feature)];
            return change.To.Number is { } to ? Math.Pow((to - change.From.Number!.Value) / at.Scale, 2) : 1;
        }
        CarlaBench.Print($"{name}: mean L2", found.Average(changes => Math.Sqrt(changes.Sum(Square))), "encoded");
        CarlaBench.Print($"{name}: features changed", found.Average(changes => changes.Count), "a person");
    }
}
