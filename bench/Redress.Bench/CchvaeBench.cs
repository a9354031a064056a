using System.Diagnostics;
using Redress.Costs;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Bench;

/// <summary>
/// C-CHVAE on CARLA's adult data and network (13-18-9-3 ReLU, min-max) with age and sex immutable, as bench/peers and shared/peers.md have it: CARLA's
/// autoencoder (512-256-8) and shells beside the radius search, and our default autoencoder. Costs are in CARLA's scaled units.
/// </summary>
internal static class CchvaeBench
{
    private const int People = 200;

    public static int Run()
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on adult/adult-carla.csv.");
            return 2;
        }
        folder = Path.Combine(folder, "adult");
        var loaded = CarlaBench.Load(Path.Combine(folder, "adult-carla.csv"));
        var rows = new Table(Schema(), loaded.Values.ToArray(), labels: loaded.Labels);
        var (train, test) = (rows.Select(CarlaBench.Rows(folder, "train")), rows.Select(CarlaBench.Rows(folder, "test")));
        var model = Trainer.Standard(new TrainingData(train, test), CarlaBench.Settings([18, 9, 3], Activation.Relu), 1);
        if (Environment.GetEnvironmentVariable("CARLA_NETWORK") is { Length: > 0 } file) model = CarlaBench.Published(file, model);
        var people = CarlaBench.Rejected(model, test);
        CarlaBench.Print("cchvae: test accuracy", CarlaBench.Accuracy(model, test), "share");
        var carla = Trained("CARLA's 512-256-8, 5 epochs", train, AutoencoderOptions.Carla);
        var own = Trained("default", train, new());
        foreach (var (name, autoencoder) in new[] { ("CARLA's autoencoder", carla), ("default autoencoder", own) })
            foreach (ICost cost in new ICost[] { new ScaledL1(), new L1Cost() })
            {
                Search($"{name}, CARLA's shells, by {cost.Slug}", model, people, autoencoder, CchvaeOptions.Carla, cost);
                Search($"{name}, radius search, by {cost.Slug}", model, people, autoencoder, new(), cost);
            }
        return 0;
    }

    /// <summary>CARLA's catalogue: everything may change but age and sex; binaries in whole steps, as CARLA rounds them.</summary>
    internal static Schema Schema() => new(
        [
            .. CarlaBench.Numbers.Select(n => Feature.Numeric(n, n == "age" ? Change.None : Change.Any)),
            .. CarlaBench.Binaries.Select(b => Feature.Integer(b.Column, b.Column == "sex" ? Change.None : Change.Any) with { Minimum = 0, Maximum = 1 }),
        ], "income", "1");

    private static Autoencoder Trained(string name, Table train, AutoencoderOptions options)
    {
        Autoencoder trained = null!;
        foreach (int threads in new[] { 1, 2 })
        {
            long start = Stopwatch.GetTimestamp();
            trained = Autoencoder.Train(train, 1, options, new(threads));
            CarlaBench.Print(Invariant($"cchvae, training {name}, {threads} threads"), Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
        }
        return trained;
    }

    private static void Search(string name, NetworkModel model, Table people, Autoencoder autoencoder, CchvaeOptions options, ICost cost)
    {
        var some = people.Slice(0, People);
        var finder = new Cchvae(options).Prepare(new RecourseTask(model) { Autoencoder = autoencoder }, new Rng(1));
        RecourseBatch batch = null!;
        double seconds = CarlaBench.Median(() => batch = finder.Find(new RecourseRequest(some, Cost: cost, Execution: new(1)), new Rng(1)));
        var found = batch.Records.Where(r => r.Outcome == Outcome.Found).ToArray();
        var deltas = found.Select(r => CarlaBench.Deltas(model, r.Answers[0]).ToArray()).ToArray();
        CarlaBench.Print($"cchvae, {name}: found of {People}", found.Length, "people");
        CarlaBench.Print($"cchvae, {name}: mean cost", found.Average(r => r.Answers[0].Cost), cost.Slug);
        CarlaBench.Print($"cchvae, {name}: mean L1", deltas.Average(d => d.Sum(Math.Abs)), "scaled");
        CarlaBench.Print($"cchvae, {name}: mean L2", deltas.Average(d => Math.Sqrt(d.Sum(x => x * x))), "scaled");
        CarlaBench.Print($"cchvae, {name}: model calls", batch.Records.Average(r => r.ModelCalls), "rows a person");
        CarlaBench.Print($"cchvae, {name}: one core", seconds / People * 1e3, "ms a person");
    }

    /// <summary>CARLA's cost: L1 on numbers scaled to 0 and 1.</summary>
    private sealed class ScaledL1 : ICost
    {
        public string Slug => "scaled L1";

        public string Title => "Sum of changes in min-max units";

        public CostJoin Join => CostJoin.Sum;

        public double Part(Schema schema, TrainingStatistics statistics, int feature, double from, double to) =>
            Math.Abs(to - from) / (statistics.Distributions[feature].Maximum - statistics.Distributions[feature].Minimum);
    }
}
