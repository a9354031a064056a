using System.Diagnostics;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Methods;
using Redress.Models;
using Redress.Neighbours;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Bench;

/// <summary>
/// GenRe on adult-carla, one core: Q over 36,000 × 12,000 rows with the memory that it takes, and what one person waits for ten samples, from raw row to record, at 4 + 4 and 16 + 16 layers
/// (weights of two epochs on a few rows: time does not depend on them).
/// </summary>
internal static class GenReBench
{
    private const int Negatives = 36_000, Positives = 12_000, Few = 600;

    public static int Run()
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on adult-carla.");
            return 2;
        }
        var tables = DataSetCatalog.Get("adult-carla").Load(folder);
        Pairs(tables.Rows);
        var settings = new TrainingSettings([10, 10, 10], Activation.Relu, 0, 0.001f, 64, 5, ClassWeights: false, Threshold: new(0.5), Encoding: new(NumberScaling.MinMax));
        var model = Trainer.Standard(TrainingData.Of(tables.Rows, new(0.9, 0.1, 0, 0), new Rng(1)), settings, 1);
        foreach (int layers in new[] { 4, 16 }) Alone(model, tables, layers);
        return 0;
    }

    /// <summary>Rows stand in for both sides: what is searched depends on their number only.</summary>
    private static void Pairs(Table rows)
    {
        var space = new PairSpace(rows.Schema, TrainingStatistics.Of(rows));
        float[] negatives = space.Points(rows.Slice(0, Negatives));
        var positives = new RowBlocks(space.Points(rows.Slice(rows.Rows - Positives, Positives)), space.Width);
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true), start = Stopwatch.GetTimestamp();
        var q = PairDistribution.Of(space, negatives, positives, 5, 100, new(1));
        CarlaBench.Print("genre: Q, 36,000 x 12,000 rows, K = 100", Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
        CarlaBench.Print("genre: memory that Q holds", (GC.GetTotalMemory(forceFullCollection: false) - before) / (1024.0 * 1024), "MiB");
        CarlaBench.Print("genre: largest working set so far", Process.GetCurrentProcess().PeakWorkingSet64 / (1024.0 * 1024), "MiB");
        GC.KeepAlive(q);
    }

    private static void Alone(NetworkModel model, DataSetTables tables, int layers)
    {
        var some = tables.Rows.Slice(0, Few);
        var finder = new GenRe(new(EncoderLayers: layers, DecoderLayers: layers, Epochs: 1, Confidence: 0, BatchSize: 256)).Prepare(new(model, some) { Execution = new(1) }, new Rng(1));
        double[] scores = Scores.Favourable(model, tables.Test!);
        var people = tables.Test!.Select([.. Enumerable.Range(0, scores.Length).Where(i => scores[i] < model.Threshold).Take(64)]);
        var one = people.Select([0]);
        Measure.Median(Invariant($"genre: one person alone, 10 samples, {layers}+{layers} layers"), 9, 5, () => finder.Find(new(one, Execution: new(1)), new Rng(2)), processor: true);
        Measure.Median(Invariant($"genre: 64 people together, {layers}+{layers} layers"), 5, 2, () => finder.Find(new(people, Execution: new(1)), new Rng(2)), processor: true);
    }
}
