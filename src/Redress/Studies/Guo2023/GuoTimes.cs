using System.Diagnostics;
using Redress.Data;
using Redress.Training;

namespace Redress.Studies.Guo2023;

/// <summary>
/// Tables 10 and 11 by a clock, on one thread with nothing beside: the first domain's training, by the median of its steps, and one person's recourse from raw
/// row to raw row, in a batch of the test people and alone, the least of several runs.
/// </summary>
internal static class GuoTimes
{
    internal const string Training = "table 10", Inference = "table 11", Seconds = "seconds of training", Ratio = "ratio to counternet", Milliseconds = "milliseconds a person", Alone = "milliseconds, one person alone";

    /// <summary>Runs whose least is kept, and training steps at least whose median is.</summary>
    private const int Runs = 5, Steps = 60;

    /// <summary>The times of earlier data sets with those of another.</summary>
    internal static StudyTimes With(StudyTimes? earlier, GuoPlan plan, GuoData data)
    {
        StudyPart part = new(Invariant($"{(plan.IsQuick ? "quick." : "")}times.{data.Slug}"), GuoPreset.Chosen, data.Fingerprint, 10, cancel => new(Of(plan, data, cancel)));
        return new([.. earlier?.Parts ?? [], part], Rows);
    }

    private static List<Measure> Of(GuoPlan plan, GuoData data, CancellationToken cancel)
    {
        var measures = new List<Measure>();
        foreach (var kind in new[] { GuoKind.CounterNet, GuoKind.RoCourseNet })
        {
            var training = plan.Training(GuoPreset.Chosen, data, kind, 1);
            var some = training with { Choice = training.Choice with { Epochs = (int)Math.Ceiling(Steps * training.Choice.Epochs / training.StepsOf(0)) } };
            var clock = new StepClock();
            some.Train(0, clock, cancel);
            measures.Add(new(Training, data.Slug, kind.Name, "", Seconds, clock.Median * training.StepsOf(0)));
        }
        foreach (var method in GuoMethod.All.Where(m => m.Table == GuoMethod.Table2))
        {
            var training = plan.Training(GuoPreset.Chosen, data, method.Kind, 1);
            var model = (training with { Choice = training.Choice with { Epochs = 1 } }).Train(0, null, cancel);
            var people = data.People(0, 1, plan.Seed, GuoChoices.People(plan.IsQuick));
            var stream = data.Stream(0, 1, plan.Seed).Split("methods");
            var finder = method.Prepare(model, training.Choice, data.Split(0, 1, plan.Seed).Train, stream, cancel);
            double Time(Table some) => 1000 * Least(() => finder.Find(new(some, Desired: Desired.OtherThanPredicted, Execution: Guo2023Study.OneThread), stream.Split("find"), null, cancel)) / some.Rows;
            measures.Add(new(Inference, data.Slug, method.Kind.Name, method.Label, Milliseconds, Time(people)));
            measures.Add(new(Inference, data.Slug, method.Kind.Name, method.Label, Alone, Time(people.Select([0]))));
        }
        return measures;
    }

    /// <summary>The rows, and how many times as long RoCourseNet trains, which a machine's speed does not change.</summary>
    private static IEnumerable<StudyRow> Rows(IReadOnlyList<PartResult> results)
    {
        var rows = StudyRow.Means(results.SelectMany(r => r.Measures)).Select(Guo2023Study.Study.Paper.Beside).ToList();
        foreach (var set in rows.Where(r => r.Table == Training).GroupBy(r => r.Dataset).ToList())
        {
            StudyRow Of(GuoKind kind) => set.Single(r => r.Model == kind.Name);
            var (robust, plain) = (Of(GuoKind.RoCourseNet), Of(GuoKind.CounterNet));
            rows.Add(new(Training, set.Key, robust.Model, "", Ratio, robust.Ours / plain.Ours, null, robust.Paper / plain.Paper, "The paper's from its minutes and seconds."));
        }
        return rows.OrderBy(r => r.Table, StringComparer.Ordinal);
    }

    private static double Least(Action run) => Enumerable.Range(0, Runs).Min(_ =>
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    });

    /// <summary>Reads a clock after every step of a training that tells of each; those of more than a hundred steps an epoch tell of every hundredth part.</summary>
    private sealed class StepClock : IProgress<Progress>
    {
        private readonly List<double> taken = [];
        private long last, steps;

        /// <summary>Seconds a step.</summary>
        internal double Median => taken.Order().ElementAt(taken.Count / 2);

        public void Report(Progress value)
        {
            if (last != 0 && value.Done > steps) taken.Add(Stopwatch.GetElapsedTime(last).TotalSeconds / (value.Done - steps));
            (last, steps) = (Stopwatch.GetTimestamp(), value.Done);
        }
    }
}
