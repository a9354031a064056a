using System.Diagnostics;
using System.Globalization;
using Redress.Actions;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Methods;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Bench;

/// <summary>Methods that lead people to training rows, and the metrics that compare with these, on CARLA's adult and network (13-18-9-3 ReLU, min-max).</summary>
internal static class ExampleBench
{
    private const int Rounds = 3;

    public static int Run()
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on adult-carla.");
            return 2;
        }
        var tables = DataSetCatalog.Get("adult-carla").Load(folder);
        var settings = new TrainingSettings(
            [18, 9, 3], Activation.Relu, Dropout: 0, LearningRate: 0.002f, BatchSize: 1024, Epochs: 10, ClassWeights: false, Threshold: new(0.5), Encoding: new(NumberScaling.MinMax, CategoryCoding.Ordinal),
            Best: BestEpoch.Last, Optimizer: OptimizerKind.Rmsprop);
        var model = Trainer.Standard(new TrainingData(tables.Rows, tables.Test!), settings, 1);
        double[] scores = Scores.Favourable(model, tables.Test!);
        var people = tables.Test!.Select([.. Enumerable.Range(0, scores.Length).Where(i => scores[i] < model.Threshold)]);
        Print("examples: people rejected", people.Rows, "people");
        var task = new RecourseTask(model, tables.Rows);
        Method("nearest-neighbour", new NearestNeighbour(), task, people);
        Method("nearest-neighbour, clamp", new NearestNeighbour(new(Bring: Search.Bring.Clamp)), task, people.Slice(0, 1000));
        Method("face", new Face(), task, people.Slice(0, 1000));
        Method("face, exact", new Face(new(Bring: Search.Bring.Exact)), task, people.Slice(0, 1000));
        Method("face, 0.1 of the mean distance", new Face(new(Radius: 0.1)), task, people.Slice(0, 1000));
        Measures(model, tables.Rows, people);
        return 0;
    }

    private static void Method(string name, IRecourseMethod method, RecourseTask task, Table people)
    {
        IRecourseFinder finder = null!;
        Print($"{name}: preparing", Seconds(1, () => finder = method.Prepare(task, new Rng(1))), "s");
        RecourseBatch batch = null!;
        double seconds = Seconds(Rounds, () => batch = finder.Find(new RecourseRequest(people, Execution: new(1)), new Rng(1)));
        Print($"{name}, {people.Rows} people: one core", seconds / people.Rows * 1e3, "ms a person");
        var found = batch.Records.Where(r => r.Outcome == Outcome.Found).ToArray();
        Print($"{name}, {people.Rows} people: found", (double)found.Length / people.Rows, "share");
        Print($"{name}, {people.Rows} people: steps", batch.Records.Average(r => r.Steps), "steps a person");
        Print($"{name}, {people.Rows} people: length of the way", found.Average(r => r.Answers[0].Steps?.Count ?? 1), "steps");
        var evaluation = new Evaluation(task.Model, people, task.Actions, batch, new Rng(1));
        foreach (var norm in new[] { EncodedNorm.L1, EncodedNorm.L2 }) Print($"{name}, {people.Rows} people: mean {norm}", new EncodedCost(norm).Of(evaluation).Single().Value, "scaled");
    }

    /// <summary>Every metric of the rejected people's recourse against the training rows, on two cores; what they share is computed once.</summary>
    private static void Measures(NetworkModel model, Table training, Table people)
    {
        var actions = new ActionSet(model.Schema, model.Statistics);
        var batch = new Gradient(GradientOptions.Carla).Prepare(new RecourseTask(model), new Rng(1)).Find(new RecourseRequest(people), new Rng(1));
        Evaluation Fresh() => new(model, people, actions, batch, new Rng(1), new Execution(2), training);
        Print($"metrics of {batch.Count(Outcome.Found)} recourses, {training.Rows} rows: all together", Seconds(Rounds, () =>
        {
            var evaluation = Fresh();
            foreach (var metric in MetricCatalog.All) _ = metric.Of(evaluation).Count();
        }), "s");
        foreach (var metric in MetricCatalog.All.Where(m => m.Info.NeedsReference || m is Redundancy))
            Print($"metrics of {batch.Count(Outcome.Found)} recourses, {training.Rows} rows: {metric.Info.Slug} alone = {string.Join(' ', metric.Of(Fresh()).Select(v => Invariant($"{v.Value:0.###}")))}", Seconds(Rounds, () => _ = metric.Of(Fresh()).Count()), "s");
    }

    private static double Seconds(int rounds, Action work)
    {
        if (rounds > 1) work();
        var times = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            times[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        return times.Order().ElementAt(rounds / 2);
    }

    private static void Print(string name, double value, string unit) => Console.WriteLine($"{name}\t{value.ToString("0.####", CultureInfo.InvariantCulture)}\t{unit}");
}
