using Redress.Actions;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Bench;

/// <summary>
/// <c>dice</c> and <c>probe</c> on CARLA's network and data (<see cref="CarlaBench"/>), one core: time, how many are found, how far answers go and how unlike each other they are.
/// Published code on such a machine: dice 2.7 s a person for four answers, probe 663 ms.
/// </summary>
internal static class DiverseBench
{
    private const int People = 1000, Rounds = 5;
    private static readonly string[] Cases = ["dice", "probe"];

    /// <summary>Runs the cases named, or all.</summary>
    public static int Run(string[] only)
    {
        string? data = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(data))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on adult/adult-carla.csv.");
            return 2;
        }
        if (only.Except(Cases).ToArray() is { Length: > 0 } unknown)
        {
            Console.Error.WriteLine($"There is no case {string.Join(", ", unknown)}; the cases are {string.Join(", ", Cases)}.");
            return 2;
        }
        string folder = Path.Combine(data, "adult");
        var rows = CarlaBench.Load(Path.Combine(folder, "adult-carla.csv"));
        var (train, test) = (rows.Select(CarlaBench.Rows(folder, "train")), rows.Select(CarlaBench.Rows(folder, "test")));
        bool Wanted(string name) => only.Length == 0 || only.Contains(name);
        var model = Trainer.Standard(new TrainingData(train, test), CarlaBench.Settings([18, 9, 3], Activation.Relu), 1);
        if (Wanted("dice")) Dices(model, CarlaBench.Rejected(model, test).Slice(0, People));
        if (!Wanted("probe")) return 0;
        Probes("18-9-3 ReLU", model, CarlaBench.Rejected(model, test).Slice(0, People));
        var tanh = Trainer.Standard(new TrainingData(train, test), CarlaBench.Settings([100, 100, 100], Activation.Tanh), 1);
        Probes("3x100 tanh", tanh, CarlaBench.Rejected(tanh, test).Slice(0, People));
        return 0;
    }

    private static void Dices(NetworkModel model, Table people)
    {
        foreach (var (limits, actions) in new[] { ("training range", SetOf(model, free: false)), ("no limits", SetOf(model, free: true)) })
        {
            foreach (int answers in new[] { 1, 4, 10 }) Measured(Invariant($"dice, {answers} answers, {limits}"), new Dice(), model, people, actions, answers);
            Measured($"dice, 4 answers, 500 steps, {limits}", new Dice(new(MaxSteps: 500)), model, people, actions, 4);
            Measured($"dice, 4 answers, nothing taken back, {limits}", new Dice(new(Sparsity: 0)), model, people, actions, 4);
            Measured($"dice, 4 independent answers, {limits}", new Dice(new(DiversityWeight: 0)), model, people, actions, 4);
            Measured($"dice, preset carla, {limits}", new Dice(DiceOptions.Carla), model, people, actions, 1);
        }
    }

    private static void Probes(string network, NetworkModel model, Table people)
    {
        foreach (var (limits, actions) in new[] { ("training range", SetOf(model, free: false)), ("no limits", SetOf(model, free: true)) })
        {
            Measured($"probe, {network}, {limits}", new Probe(), model, people, actions, 1);
            Measured($"probe, {network}, target 0.30, {limits}", new Probe(new(Target: 0.3)), model, people, actions, 1);
            Measured($"probe, {network}, Monte Carlo, {limits}", new Probe(new(Check: RateCheck.MonteCarlo)), model, people, actions, 1);
            if (!model.Network.IsPiecewiseLinear) Measured($"probe, {network}, with curvature, {limits}", new Probe(new(Curvature: true)), model, people, actions, 1);
            Measured($"probe, {network}, preset published, {limits}", new Probe(ProbeOptions.Published), model, people.Slice(0, 100), actions, 1);
            Measured($"probe, {network}, preset carla, {limits}", new Probe(ProbeOptions.Carla), model, people.Slice(0, 100), actions, 1);
        }
    }

    /// <summary>The six numbers move, and with no limits the seven binaries too, as numbers, as the published code has it.</summary>
    private static ActionSet SetOf(NetworkModel model, bool free) => new(
        new Schema([.. CarlaBench.Numbers.Select(n => Limited(n, free)), .. CarlaBench.Binaries.Select(b => free ? Limited(b.Column, free) : Feature.Numeric(b.Column))], "income", "1"), model.Statistics);

    private static Feature Limited(string name, bool free) => free ? Feature.Numeric(name, Change.Any) with { Minimum = -1e9, Maximum = 1e9 } : Feature.Numeric(name, Change.Any);

    private static void Measured(string name, IRecourseMethod method, NetworkModel model, Table people, ActionSet actions, int answers)
    {
        var finder = method.Prepare(new RecourseTask(model), new Rng(1));
        RecourseBatch batch = null!;
        double seconds = Median(() => batch = finder.Find(new RecourseRequest(people, Actions: actions, Answers: answers, Execution: new(1)), new Rng(1)));
        CarlaBench.Print($"{name}: one core", seconds / people.Rows * 1e3, "ms a person");
        var found = batch.Records.Where(r => r.Outcome == Outcome.Found).ToArray();
        CarlaBench.Print($"{name}: found", found.Length / (double)people.Rows, "share");
        CarlaBench.Print($"{name}: steps", batch.Records.Average(r => r.Steps), "a person");
        CarlaBench.Print($"{name}: model calls", batch.Records.Average(r => r.ModelCalls), "a person");
        CarlaBench.Print($"{name}: mean L1", found.SelectMany(r => r.Answers).Average(a => CarlaBench.Deltas(model, a).Sum(Math.Abs)), "scaled");
        CarlaBench.Print($"{name}: features changed", found.SelectMany(r => r.Answers).Average(a => a.Changes.Count), "an answer");
        if (method is Probe) CarlaBench.Print($"{name}: at the target", found.Count(r => r.Answers[0].Note is null) / (double)people.Rows, "share");
        if (answers == 1) return;
        CarlaBench.Print($"{name}: answers", found.Average(r => r.Answers.Count), "a person");
        CarlaBench.Print($"{name}: mean L1 between answers", found.Where(r => r.Answers.Count > 1).Average(r => Between(model, r)), "scaled");
    }

    /// <summary>The time of the processor, which other load on the machine changes less than that of the clock.</summary>
    private static double Median(Action work)
    {
        work();
        var times = new double[Rounds];
        foreach (ref double time in times.AsSpan())
        {
            var start = Environment.CpuUsage.TotalTime;
            work();
            time = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        }
        return times.Order().ElementAt(Rounds / 2);
    }

    private static double Between(NetworkModel model, RecourseRecord record)
    {
        double[][] rows = [.. record.Answers.Select(a => RecourseRows.Changed(model.Schema, record, a))];
        return Enumerable.Range(0, rows.Length).SelectMany(a => Enumerable.Range(0, a).Select(b =>
            Enumerable.Range(0, rows[a].Length).Sum(f => Math.Abs(rows[a][f] - rows[b][f]) / Math.Abs(model.Encoding.Features[f].Scale)))).Average();
    }
}
