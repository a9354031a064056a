using System.Diagnostics;
using System.Globalization;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Methods;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Bench;

/// <summary>
/// <c>actionable-recourse</c> with LIME weights of 1,000 samples and one answer: on rejected people of adult, one core; and as Hardy et al. (2022, section 3.2) ran it, flip sets
/// of 500 for 500 people of CARLA's adult and network, two cores.
/// </summary>
internal static class LimeBench
{
    private const int People = 500, Rounds = 5;

    public static int Run()
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; this case runs on adult.");
            return 2;
        }
        var data = TrainingData.Of(DataSetCatalog.Get("adult").Load(folder).Rows, new SplitShares(), new Rng(1));
        var model = Trainer.RecourseAware(data, TrainingSettings.Paper, 0.8, 1);
        var finder = new ActionableRecourse(new(Surrogate.Lime, LimeSamples: 1000)).Prepare(new RecourseTask(model), new Rng(1));
        var screened = finder.Find(new RecourseRequest(data.Test!), new Rng(1));
        var rejected = data.Test!.Select([.. Enumerable.Range(0, screened.Records.Count).Where(r => screened.Records[r].Outcome != Outcome.AlreadyDesired).Take(People)]);
        var times = new double[Rounds];
        RecourseBatch batch = screened;
        long bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            batch = finder.Find(new RecourseRequest(rejected, Execution: new(1)), new Rng(1));
            times[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / rejected.Rows;
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / rejected.Rows;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"actionable-recourse, 1000 LIME samples, {rejected.Rows} rejected people ({batch.Count(Outcome.Found)} found), one core\t{times.Order().ElementAt(Rounds / 2):0.000}\tms a person"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"actionable-recourse, 1000 LIME samples, allocation\t{bytes}\tbytes a person"));
        FlipSets(folder);
        return 0;
    }

    private static void FlipSets(string folder)
    {
        var tables = DataSetCatalog.Get("adult-carla").Load(folder);
        var settings = new TrainingSettings(
            [18, 9, 3], Activation.Relu, Dropout: 0, LearningRate: 0.002f, BatchSize: 1024, Epochs: 10, ClassWeights: false, Threshold: new(0.5),
            Encoding: new(NumberScaling.MinMax, CategoryCoding.Ordinal), Best: BestEpoch.Last, Optimizer: OptimizerKind.Rmsprop);
        var model = Trainer.Standard(new TrainingData(tables.Rows, tables.Test!), settings, 1);
        var finder = new ActionableRecourse(new(Surrogate.Lime, FlipSets: 500)).Prepare(new RecourseTask(model), new Rng(1));
        var screened = new LinearStep().Prepare(new RecourseTask(model), new Rng(1)).Find(new RecourseRequest(tables.Test!), new Rng(1));
        var rejected = tables.Test!.Select([.. Enumerable.Range(0, screened.Records.Count).Where(r => screened.Records[r].Outcome != Outcome.AlreadyDesired).Take(People)]);
        var times = new double[Rounds];
        RecourseBatch batch = screened;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            batch = finder.Find(new RecourseRequest(rejected, Execution: new(2)), new Rng(1));
            times[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"actionable-recourse, LIME, flip sets of 500, {rejected.Rows} rejected people ({batch.Count(Outcome.Found)} found), two cores\t{times.Order().ElementAt(Rounds / 2):0.00}\ts"));
    }
}
