using System.Diagnostics;
using Redress.Training;

namespace Redress.Studies.Guo2023;

/// <summary>
/// Tables 10 and 11 by a clock, on one thread with nothing beside: what the first domain's training takes, from some of its epochs less the first, and what one
/// person's recourse takes from raw row to raw row. Each is the least of three.
/// </summary>
internal static class GuoTimes
{
    internal const string Training = "table 10", Inference = "table 11", Seconds = "seconds of training", Ratio = "ratio to counternet", Milliseconds = "milliseconds a person";

    /// <summary>A clock is read for so many steps at least.</summary>
    private const int Runs = 3, Steps = 60;

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
            double Taken(int epochs) => Least(() => (training with { Choice = training.Choice with { Epochs = epochs } }).Model(0).Train(StudyModels.None, cancel));
            int steps = (data.Split(0, 1, plan.Seed).Train.Rows + training.Choice.Batch - 1) / training.Choice.Batch, more = (Steps + steps - 1) / steps;
            double first = Taken(1), epoch = (Taken(1 + more) - first) / more;
            measures.Add(new(Training, data.Slug, kind.Name, "", Seconds, first + (training.Choice.Epochs - 1) * epoch));
        }
        foreach (var method in GuoMethod.All.Where(m => m.Table == GuoMethod.Table2))
        {
            var training = plan.Training(GuoPreset.Chosen, data, method.Kind, 1);
            var model = (training with { Choice = training.Choice with { Epochs = 1 } }).Model(0).Train(StudyModels.None, cancel);
            var people = data.People(0, 1, plan.Seed, GuoChoices.People(plan.IsQuick));
            var stream = data.Stream(0, 1, plan.Seed).Split("methods");
            var finder = method.Prepare(model, data.Split(0, 1, plan.Seed).Train, stream, cancel);
            double seconds = Least(() => finder.Find(new(people, Desired: Desired.OtherThanPredicted, Execution: Guo2023Study.OneThread), stream.Split("find"), null, cancel));
            measures.Add(new(Inference, data.Slug, method.Kind.Name, method.Label, Milliseconds, 1000 * seconds / people.Rows));
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
}
