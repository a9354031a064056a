using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Bench;

/// <summary>
/// Searches in codes and by a verifier on CARLA's adult data and network (13-18-9-3 ReLU, min-max) with age and sex immutable, as <see cref="CchvaeBench"/>
/// has them. L1 is in CARLA's scaled units.
/// </summary>
internal static class LatentBench
{
    private const int People = 200;
    private const int Rounds = 7;   // what else runs on the machine takes turns: the best of many is the nearest to a core of its own

    public static int Run(string[] cases)
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on adult/adult-carla.csv.");
            return 2;
        }
        folder = Path.Combine(folder, "adult");
        var loaded = CarlaBench.Load(Path.Combine(folder, "adult-carla.csv"));
        var rows = new Table(CchvaeBench.Schema(), loaded.Values.ToArray(), labels: loaded.Labels);
        var (train, test) = (rows.Select(CarlaBench.Rows(folder, "train")), rows.Select(CarlaBench.Rows(folder, "test")));
        var model = Trainer.Standard(new TrainingData(train, test), CarlaBench.Settings([18, 9, 3], Activation.Relu), 1);
        var people = CarlaBench.Rejected(model, test).Slice(0, People);
        bool Asked(string name) => cases.Length == 0 || cases.Contains(name);
        if (Asked("revise")) Revise(model, train, people);
        if (Asked("cruds")) Cruds(model, train, people);
        if (Asked("tap")) Tap(model, train, people);
        return 0;
    }

    private static void Revise(NetworkModel model, Table train, Table people)
    {
        foreach (var (name, options) in new[] { ("64-32-8", new AutoencoderOptions()), ("512-256-8", AutoencoderOptions.Carla) })
        {
            var task = new RecourseTask(model) { Autoencoder = Autoencoder.Train(train, 1, options) };
            Search($"revise, {name}, preset carla", model, new Revise(ReviseOptions.Carla).Prepare(task, new Rng(1)), people);
            Search($"revise, {name}, default", model, new Revise().Prepare(task, new Rng(1)), people);
        }
    }

    private static void Cruds(NetworkModel model, Table train, Table people)
    {
        foreach (var (name, options) in new[] { ("16-8", CrudsOptions.Carla), ("64-32-8", new CrudsOptions()), ("512-256-8", CrudsOptions.Garg2025 with { Epochs = 2 }) })
        {
            var start = Environment.CpuUsage.TotalTime;
            var prepared = new Cruds(options).Prepare(new RecourseTask(model, train) { Execution = new(1) }, new Rng(1));
            CarlaBench.Print($"cruds, {name}: training", (Environment.CpuUsage.TotalTime - start).TotalSeconds, "s");
            Search($"cruds, {name}, {(options.Patience == 0 ? "preset carla's search" : "default")}", model, prepared, people);
        }
    }

    private static void Tap(NetworkModel model, Table train, Table people)
    {
        var start = Environment.CpuUsage.TotalTime;
        var prepared = new Tap().Prepare(new RecourseTask(model, train) { Execution = new(1) }, new Rng(1));
        CarlaBench.Print("tap: training", (Environment.CpuUsage.TotalTime - start).TotalSeconds, "s");
        Search("tap, default", model, prepared, people);
    }

    private static void Search(string name, NetworkModel model, IRecourseFinder finder, Table people)
    {
        RecourseBatch batch = null!;
        double seconds = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            // Time on the processor: what else runs on the machine waits for it, or is waited for.
            var start = Environment.CpuUsage.TotalTime;
            batch = finder.Find(new RecourseRequest(people, Execution: new(1)), new Rng(1));
            seconds = Math.Min(seconds, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
        }
        var found = batch.Records.Where(r => r.Outcome == Outcome.Found).ToArray();
        CarlaBench.Print($"{name}: found of {people.Rows}", found.Length, "people");
        if (found.Length > 0) CarlaBench.Print($"{name}: mean L1", found.Average(r => CarlaBench.Deltas(model, r.Answers[0]).Sum(Math.Abs)), "scaled");
        CarlaBench.Print($"{name}: steps", batch.Records.Average(r => r.Steps), "a person");
        CarlaBench.Print($"{name}: model calls", batch.Records.Average(r => r.ModelCalls), "rows a person");
        CarlaBench.Print($"{name}: one core, best of seven", seconds / people.Rows * 1e3, "ms a person");
    }
}
