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
/// The post-hoc baselines of Guo et al. (2023) on one core: <c>vanilla-cf</c>, <c>roar</c> and <c>rbr</c> for everyone of german-original (19 encoded columns, the
/// outcome other than predicted), with networks of the published codes: 50-10-50 ReLU, and RBR's 20-50-20.
/// </summary>
internal static class RobustBench
{
    private const int Rounds = 5;
    private static readonly string[] Cases = ["vanilla", "roar", "rbr"];

    /// <summary>Runs the cases named, or all.</summary>
    public static int Run(string[] only)
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on german/german-original.csv.");
            return 2;
        }
        if (only.Except(Cases).ToArray() is { Length: > 0 } unknown)
        {
            Console.Error.WriteLine($"There is no case {string.Join(", ", unknown)}; the cases are {string.Join(", ", Cases)}.");
            return 2;
        }
        var rows = Load(Path.Combine(folder, "german", "german-original.csv"));
        var (train, test) = (rows.Slice(0, 750), rows.Slice(750, 250));
        bool Wanted(string name) => only.Length == 0 || only.Contains(name);
        foreach (int[] hidden in new int[][] { [50, 10, 50], [20, 50, 20] })
        {
            var settings = new TrainingSettings(
                hidden, Activation.Relu, Dropout: 0.3f, LearningRate: 0.003f, BatchSize: 256, Epochs: 100, ClassWeights: false, Threshold: new(0.5), Encoding: new(NumberScaling.MinMax), Best: BestEpoch.Last);
            var model = Trainer.Standard(new TrainingData(train, test), settings, 1);
            string network = string.Join('-', hidden);
            if (Wanted("vanilla")) Vanilla(network, model, train, rows);
            if (Wanted("roar")) Roars(network, model, train, rows);
            if (Wanted("rbr")) Bayesian(network, model, train, rows);
        }
        return 0;
    }

    private static void Vanilla(string network, NetworkModel model, Table train, Table people)
    {
        foreach (var (preset, options) in new[] { ("", new VanillaCfOptions()), (", preset relax", VanillaCfOptions.Relax), (", preset random", VanillaCfOptions.Random) })
        {
            Ends($"vanilla-cf{preset}, {network}", model, people, options);
            Measured($"vanilla-cf{preset}, {network}", new VanillaCf(options), model, train, people);
        }
    }

    private static void Roars(string network, NetworkModel model, Table train, Table people)
    {
        Measured($"roar, {network}", new Roar(), model, train, people);
        Measured($"roar, one tangent, {network}", new Roar(new(Refreshes: 0)), model, train, people);
        Measured($"roar, no shift, {network}", new Roar(new(DeltaMax: 0)), model, train, people);
        Measured($"roar, LIME asked again, {network}", new Roar(new(Surrogate.Lime)), model, train, people);
        Measured($"roar, preset lime, {network}", new Roar(RoarOptions.Lime), model, train, people);
        Measured($"roar, preset unit, {network}", new Roar(RoarOptions.Unit), model, train, people);
    }

    private static void Bayesian(string network, NetworkModel model, Table train, Table people)
    {
        Measured($"rbr, {network}", new Rbr(), model, train, people);
        Measured($"rbr, preset plain, {network}", new Rbr(RbrOptions.Plain), model, train, people);
        Measured($"rbr, both ε 1, {network}", new Rbr(new(EpsilonOptimistic: 1, EpsilonPessimistic: 1)), model, train, people);
    }

    /// <summary>What whole categories cost: how many are valid as the descent leaves them, made whole, and finished.</summary>
    private static void Ends(string name, NetworkModel model, Table people, VanillaCfOptions options)
    {
        var task = new RecourseTask(model);
        double[] scores = Scores.Favourable(model, people);
        var chunk = new SearchChunk(task, people, _ => task.Actions, i => new Rng(1).Split((ulong)i), scores, [.. scores.Select(s => s >= model.Threshold ? -1 : 1)], Costs.CostCatalog.All[0], 1, new Budget(), new int[people.Rows]);
        using var scope = TensorScope.Open();
        var run = new VanillaCfRun(chunk, options);
        run.Descend(CancellationToken.None);
        CarlaBench.Print($"{name}: valid as mixtures", Valid(), "share");
        CarlaBench.Print($"{name}: mean L1 as mixtures", L1(), "encoded");
        run.MakeWhole();
        CarlaBench.Print($"{name}: valid made whole", Valid(), "share");
        run.Finish(CancellationToken.None);
        CarlaBench.Print($"{name}: valid finished", Valid(), "share");
        CarlaBench.Print($"{name}: mean L1 finished", L1(), "encoded");

        double Valid()
        {
            float[] ends = [.. Enumerable.Range(0, people.Rows).SelectMany(i => run.EndOf(i).ToArray())];
            var logits = new float[people.Rows];
            ((IEncodedClassifier)model).Logits(ends, people.Rows, logits);
            return Enumerable.Range(0, people.Rows).Average(i => chunk.IsValid(i, logits[i]) ? 1.0 : 0);
        }
        double L1() => Enumerable.Range(0, people.Rows).Average(i => Enumerable.Range(0, chunk.Encoded.Width).Sum(c => Math.Abs(run.EndOf(i)[c] - (double)chunk.Encoded.XOf(i)[c])));
    }

    /// <summary>Time and allocation a person, how many are found, and how far they go.</summary>
    private static void Measured(string name, IRecourseMethod method, NetworkModel model, Table train, Table people)
    {
        long start = Stopwatch.GetTimestamp();
        var finder = method.Prepare(new RecourseTask(model, train), new Rng(1));
        CarlaBench.Print($"{name}: preparing", Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
        var request = new RecourseRequest(people, Desired: Desired.OtherThanPredicted, Execution: new(1));
        finder.Find(request, new Rng(1));
        var times = new double[Rounds];
        RecourseBatch batch = null!;
        long bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            start = Stopwatch.GetTimestamp();
            batch = finder.Find(request, new Rng(1));
            times[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / people.Rows;
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / people.Rows;
        }
        CarlaBench.Print($"{name}, {people.Rows} people: one core", times.Order().ElementAt(Rounds / 2), "ms a person");
        CarlaBench.Print($"{name}: allocation", bytes, "bytes a person");
        CarlaBench.Print($"{name}: found", batch.Count(Outcome.Found) / (double)people.Rows, "share");
        CarlaBench.Print($"{name}: steps", batch.Records.Average(r => r.Steps), "a person");
        CarlaBench.Print($"{name}: model calls", batch.Records.Average(r => r.ModelCalls), "a person");
        var encoding = model.Encoding;
        var (from, to) = (new float[encoding.Width], new float[encoding.Width]);
        CarlaBench.Print($"{name}: mean L1", batch.Records.Where(r => r.Outcome == Outcome.Found).Average(r =>
        {
            encoding.Encode(RecourseRows.Present(model.Schema, r), from);
            encoding.Encode(RecourseRows.Changed(model.Schema, r, r.Answers[0]), to);
            TensorPrimitives.Subtract(from, to, to);
            return (double)TensorPrimitives.SumOfMagnitudes<float>(to);
        }), "encoded");
    }

    private static Table Load(string path)
    {
        string[] numbers = ["Duration", "Credit amount", "Installment rate", "Age", "Existing credits", "Number people"];
        string[] Whole(int first, int last) => [.. Enumerable.Range(first, last - first + 1).Select(v => Invariant($"{v}.0"))];
        var schema = new Schema(
            [.. numbers.Select(n => Feature.Numeric(n, Change.Any)), Feature.Categorical("Present residence", Whole(1, 4), Change.Any), Feature.Categorical("Status", Whole(1, 4), Change.Any), Feature.Categorical("History", Whole(0, 4), Change.Any)],
            "GoodCustomer (label)", "1.0", SourceTable.Row);
        var table = new SourceTable(schema);
        SourceTable.Each(path, [.. schema.Features.Select(f => f.Name), schema.Target], row =>
            table.Add([.. schema.Features.Select(row.Value)], row.Is(schema.Target, schema.Favourable, "0.0"), []));
        return table.Table();
    }
}
