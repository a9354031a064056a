using System.Diagnostics;
using System.Globalization;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Bench;

/// <summary>The library's cases of DESIGN.md's speed table: whole trainings and methods, on one core and on two in turns.</summary>
internal static class LibraryBench
{
    private const int Rounds = 3;

    /// <summary>Those that serve any model; a model's own generator is timed by "generators".</summary>
    private static readonly Method[] Methods = [.. MethodCatalog.All.Where(m => !m.Info.Needs.HasFlag(Needs.Generator))];

    /// <summary>Besides these, each method's slug stands for its part of "methods".</summary>
    private static readonly string[] Cases = ["training", "two-cores-training", "methods", .. Methods.Select(m => m.Info.Slug)];

    /// <summary>Runs the cases named, or all.</summary>
    public static int Run(string[] only)
    {
        if (only.Except(Cases).ToArray() is { Length: > 0 } unknown)
        {
            Console.Error.WriteLine($"There is no case {string.Join(", ", unknown)}; the cases are {string.Join(", ", Cases)}.");
            return 2;
        }
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on adult.");
            return 2;
        }
        var adult = DataSetCatalog.Get("adult").Load(folder).Rows;
        Print("machine", string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, .NET {Environment.Version}"), "");
        bool Wanted(string name) => only.Length == 0 || only.Contains(name);
        string[] methods = [.. Methods.Select(m => m.Info.Slug).Where(slug => Wanted("methods") || Wanted(slug))];
        if (Wanted("training")) TimeTraining(adult);
        if (Wanted("two-cores-training")) TwoCoresTraining(adult);
        if (methods.Length > 0) TwoCoresMethods(adult, methods);
        return 0;
    }

    private static void TimeTraining(Table adult)
    {
        double[] seconds = Times(() => TrainOnAdult(adult));
        Print("training adult, lambda 0.8, 15 epochs, one core", Median(seconds), "s");
        Print("training adult, lambda 0.8, 15 epochs, one core, smallest", seconds.Min(), "s");
    }

    /// <summary>λ = 0.8, 26,048 rows, 15 epochs, batch 15, 3x100 tanh, dropout 0.3, one core.</summary>
    private static NetworkModel TrainOnAdult(Table adult)
    {
        int[] order = [.. Enumerable.Range(0, adult.Rows)];
        new Rng(1).Shuffle<int>(order);
        var data = new TrainingData(adult.Select(order.AsSpan(0, 26_048)), adult.Select(order.AsSpan(26_048, 6_012)));
        return Trainer.RecourseAware(data, TrainingSettings.Paper, 0.8, 1, new(1));
    }

    private static void TwoCoresTraining(Table adult)
    {
        var data = TrainingData.Of(adult, new SplitShares(), new Rng(1));
        var settings = TrainingSettings.Paper with { BatchSize = 512 };
        Ratio("training at batch 512", threads => Trainer.RecourseAware(data, settings, 0.8, 1, new(threads)), rounds: 9);
    }

    private static void TwoCoresMethods(Table adult, string[] slugs)
    {
        var model = TrainOnAdult(adult);
        foreach (var method in Methods.Where(m => slugs.Contains(m.Info.Slug)))
        {
            var finder = method.Create().Prepare(new RecourseTask(model, adult), new Rng(1));
            // Fast methods have more people in one request, or single collections of the heap would decide their ratio.
            var (people, rounds) = method.Info.Slug switch
            {
                "linear-step" => (Repeated(adult, 30), 9),
                "actionable-recourse" => (adult, 9),
                _ => (adult.Slice(0, 4000), 3),
            };
            double seconds = Ratio($"{method.Info.Slug}, {people.Rows} people, 3x100 tanh", threads => finder.Find(new RecourseRequest(people, Execution: new(threads)), new Rng(1)), rounds);
            Print($"{method.Info.Slug}, one core", seconds / people.Rows * 1e6, "us a person, accepted people included");
            // Records are made when they are looked at, which a search's time does not show.
            var batch = finder.Find(new RecourseRequest(people), new Rng(1));
            int answers = 0;
            double looking = Median(Times(() => answers = batch.Records.Sum(r => r.Answers.Count)));
            Print($"{method.Info.Slug}, making the records of {answers} answers", looking / people.Rows * 1e6, "us a person");
        }
    }

    private static Table Repeated(Table people, int times) => new(people.Schema, [.. Enumerable.Range(0, times).SelectMany(_ => people.Values.ToArray())]);

    /// <summary>One core against two, in turns; prints the ratio and returns the time on one.</summary>
    /// <remarks>Several rounds, and beside them what the machine gives to two runs that share nothing: on a rented one it changes from second to second.</remarks>
    private static double Ratio(string name, Action<int> work, int rounds)
    {
        work(1);
        var (one, two, apart) = (new double[rounds], new double[rounds], new double[rounds]);
        for (int round = 0; round < rounds; round++)
        {
            one[round] = Seconds(() => work(1));
            two[round] = Seconds(() => work(2));
            apart[round] = Seconds(() =>
            {
                var other = new Thread(() => work(1));
                other.Start();
                work(1);
                other.Join();
            });
        }
        Print($"{name}: two cores against one", Median(one) / Median(two), "x");
        Print($"{name}: two cores against one, smallest times", one.Min() / two.Min(), "x");
        Print($"{name}: two runs apart against one", 2 * Median(one) / Median(apart), "x");
        Print($"{name}: on one core", Median(one), "s");
        Print($"{name}: on two cores", Median(two), "s");
        return Median(one);
    }

    private static double[] Times(Action work)
    {
        work();
        return [.. Enumerable.Range(0, Rounds).Select(_ => Seconds(work))];
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static void Print(string name, double value, string unit) => Print(name, value.ToString("0.###", CultureInfo.InvariantCulture), unit);

    private static void Print(string name, string value, string unit) => Console.WriteLine($"{name}\t{value}\t{unit}");
}
