using System.Diagnostics;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Models;
using Redress.Studies.Garg2025;
using Redress.Training;

namespace Redress.Bench;

/// <summary>Random forests on CARLA's data sets: training, scoring against a walk of one row at a time, and the gold labelling of Garg et al. (2025).</summary>
internal static class ForestBench
{
    private const int Rounds = 5;
    private static readonly string[] Sets = ["adult-carla", "compas-carla", "heloc-carla"];
    private static readonly string[] Cases = ["score", "gold", "readings"];

    /// <summary>Runs the cases named, or all.</summary>
    public static int Run(string[] only)
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on CARLA's.");
            return 2;
        }
        if (only.Except(Cases).ToArray() is { Length: > 0 } unknown)
        {
            Console.Error.WriteLine($"There is no case {string.Join(", ", unknown)}; the cases are {string.Join(", ", Cases)}.");
            return 2;
        }
        bool Wanted(string name) => only.Length == 0 || only.Contains(name);
        if (Wanted("score")) Scoring(DataSetCatalog.Get("adult-carla").Load(folder));
        foreach (string set in Sets)
        {
            var tables = DataSetCatalog.Get(set).Load(folder);
            if (Wanted("gold")) Gold(set, tables, "", GoldLabels.Options);
            if (!Wanted("readings")) continue;
            foreach (var (name, options) in Readings()) Gold(set, tables, $", {name}", options);
        }
        return 0;
    }

    /// <summary>What the paper leaves open, read in other ways.</summary>
    private static IEnumerable<(string Name, ForestOptions Options)> Readings()
    {
        foreach (int depth in new[] { 5, 10, 15, 20 }) yield return (Invariant($"depth {depth}"), GoldLabels.Options with { MaxDepth = depth });
        foreach (int leaf in new[] { 2, 5, 20 }) yield return (Invariant($"leaves of {leaf}"), GoldLabels.Options with { MinSamplesLeaf = leaf });
        yield return ("equal weights", GoldLabels.Options with { Balanced = false });
        yield return ("not calibrated", GoldLabels.Options with { Calibration = Calibration.None });
        yield return ("one column a category", GoldLabels.Options with { Encoding = new(NumberScaling.MinMax) });
    }

    private static void Scoring(DataSetTables tables)
    {
        var data = new TrainingData(tables.Rows, tables.Rows.Select([]));
        foreach (var (name, options) in new[] { ("pure leaves", new ForestOptions(Threshold: new(0.5))), ("leaves of 20", new ForestOptions(MinSamplesLeaf: 20, Threshold: new(0.5))) })
        {
            long start = Stopwatch.GetTimestamp();
            var model = ForestTrainer.Train(data, options, 1);
            Console.WriteLine(Invariant($"adult-carla, {name}, training\t{Stopwatch.GetElapsedTime(start).TotalSeconds:F2}\ts"));
            Console.WriteLine(Invariant($"adult-carla, {name}, nodes\t{model.Nodes}\tnodes"));
            Console.WriteLine(Invariant($"adult-carla, {name}, depth\t{model.Depth}\tedges"));
            Console.WriteLine(Invariant($"adult-carla, {name}, out-of-bag accuracy\t{model.OutOfBag:F4}\tshare"));
            var test = tables.Test!;
            float[] rows = TrainingRows.EncodeAll(model.Encoding, test);
            double[] together = new double[test.Rows], apart = new double[test.Rows];
            double whole = Micros(test.Rows, () => Scores.Favourable(model, test).CopyTo(together, 0)), walk = Micros(test.Rows, () => Walk(model, rows, apart));
            if (!together.SequenceEqual(apart)) throw new InvalidOperationException("The two ways differ.");
            double few = Micros(test.Rows, () => { for (int r = 0; r + 256 <= test.Rows; r += 256) Scores.Favourable(model, test.FeaturesOf([.. Enumerable.Range(r, 256)])); });
            Console.WriteLine(Invariant($"adult-carla, {name}, score\t{whole:F2}\tus a row"));
            Console.WriteLine(Invariant($"adult-carla, {name}, score 256 at a time\t{few:F2}\tus a row"));
            Console.WriteLine(Invariant($"adult-carla, {name}, one row at a time\t{walk:F2}\tus a row"));
        }
    }

    private static void Walk(ForestModel model, float[] rows, double[] to)
    {
        int width = model.Encoding.Width;
        var trees = model.Members[0].Trees;
        for (int r = 0; r < to.Length; r++)
        {
            double sum = 0;
            foreach (var tree in trees) sum += tree.Probability(rows.AsSpan(r * width, width));
            to[r] = sum / trees.Length;
        }
    }

    /// <summary>Processor time, which other programs on the machine touch less than time on the wall: the median of a few rounds on one thread.</summary>
    private static double Micros(int rows, Action work)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan Spent()
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        work();
        var times = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            var start = Spent();
            work();
            times[round] = (Spent() - start).TotalMicroseconds / rows;
        }
        return times.Order().ElementAt(Rounds / 2);
    }

    private static void Gold(string set, DataSetTables tables, string reading, ForestOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        var gold = GoldLabels.Of(tables, 1, options: options);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var f = gold.Figures;
        Console.WriteLine(Invariant($"gold {set}{reading}\taccuracy {100 * f.Accuracy:F2}, AUC {f.Auc:F4}, precision {f.Precision:F2}, recall {f.Recall:F2}, F1 {f.F1:F2}, Brier {f.Brier:F3}; out-of-bag {gold.Forest.OutOfBag:F3}; {gold.Forest.Nodes} nodes, depth {gold.Forest.Depth}; favourable {gold.Train.Labels!.Count(l => l) / (double)gold.Train.Rows:F3} drawn, {tables.Rows.Labels!.Count(l => l) / (double)tables.Rows.Rows:F3} real; {seconds:F1}\ts"));
    }
}
