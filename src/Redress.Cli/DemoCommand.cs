using System.CommandLine;
using Redress.Costs;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Guarantees;
using Redress.Methods;
using Redress.Metrics;
using Redress.Models;
using Redress.Records;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Cli;

/// <summary><c>redress demo</c>: the main job on embedded data, without any file.</summary>
internal sealed class DemoCommand
{
    private const double Lambda = 0.8, Epsilon = 0.05, Alpha = 0.05;
    private const int People = 6;
    private const string Certifying = "actionable-recourse";

    private readonly int rows;
    private readonly TrainingSettings settings;
    private readonly Option<string?> folder = new("--out") { Description = "Keep the data, schema, models and recourse in this folder, to go on with." };
    private readonly Option<string> seed = SharedOptions.Seed();
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<bool> json = SharedOptions.Json();

    private DemoCommand(int rows, TrainingSettings settings) => (this.rows, this.settings) = (rows, settings);

    /// <summary>Makes the command; tests ask for fewer people and a smaller network.</summary>
    internal static Command Create(Terminal terminal, int rows = 10_000, TrainingSettings? settings = null)
    {
        var own = new DemoCommand(rows, settings ?? TrainingSettings.Paper with { Threshold = new(0.5) });
        var command = new Command("demo", "Show the main job on embedded credit data: train, certify, compare methods, tell six people what to change.") { own.folder, own.seed, own.force, own.json };
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    /// <summary>Methods that train a generative model for longer than a demonstration should take.</summary>
    private static readonly string[] TrainLong = ["genre", "genre-unconditional", "tabsyn-q", "tabsyn-svdd"];

    /// <summary>Methods that serve any model; those that need a generator need a model trained for them alone.</summary>
    internal static IReadOnlyList<Method> Compared { get; } = [.. MethodCatalog.All.Where(m => !m.Info.Needs.HasFlag(Needs.Generator) && !TrainLong.Contains(m.Info.Slug))];

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        if (parsed.GetValue(force) && parsed.GetValue(folder) is null) throw new OptionsException("--force is about files that exist; it goes with --out.");
        ulong root = SharedOptions.SeedOf(parsed.GetValue(seed)!);
        bool speaks = !parsed.GetValue(json);
        var files = parsed.GetValue(folder) is { } path ? new DemoFiles(path, parsed.GetValue(force)) : null;
        var rng = new Rng(root);
        var people = files is null ? CreditDemo.Generate(root, rows) : files.WriteData(CreditDemo.Generate(root, rows));
        var data = TrainingData.Of(people, new SplitShares(), rng.Split("split"));
        if (speaks) Introduce(terminal, data);
        var models = Train(terminal, data, root, cancel);
        var comparison = models.SelectMany(m => Compared.Select(method => Compare(terminal, m.Name, m.Model, method, data, rng, cancel))).ToList();
        if (speaks) Print(terminal, comparison);
        var certificates = new List<DemoCertificate>();
        var certified = models.ConvertAll(m => (m.Name, Model: Certify(terminal, m.Name, m.Model, data, rng, certificates, cancel)));
        if (speaks) Print(terminal, certificates, data.Calibration!.Rows);
        var batch = Find(terminal, certified[^1].Model, data.Test!, rng, cancel);
        var told = Tell(certified[^1].Model, batch);
        if (speaks) Print(terminal, certified[^1].Model, told);
        files?.Write(certified, batch);
        if (speaks) Advise(terminal, parsed.GetValue(folder));
        else Output.Json(terminal, new DemoResult(comparison, certificates, told, files?.Written ?? []), CliJson.Default.DemoResult);
        return Exit.Done;
    }

    private static void Introduce(Terminal terminal, TrainingData data)
    {
        int rows = data.Train.Rows + data.Validation.Rows + data.Calibration!.Rows + data.Test!.Rows;
        terminal.Say(Invariant($"{rows:#,0} made-up loan applicants; {Output.Percent((double)data.Train.Labels!.Count(l => l) / data.Train.Rows)} of them repay. A model decides from age, education, income, savings, amount and duration who gets the loan."));
        terminal.Say("People can raise education, income and savings, ask for less, and change the duration, each within limits.");
        terminal.Out.WriteLine();
    }

    private List<(string Name, NetworkModel Model)> Train(Terminal terminal, TrainingData data, ulong seed, CancellationToken cancel)
    {
        var models = new List<(string, NetworkModel)>();
        foreach (var (name, lambda) in new[] { ("baseline", 0.0), ("recourse-aware", Lambda) })
            models.Add((name, Work.Run(terminal, $"training {name}", progress => Trainer.RecourseAware(data, settings, lambda, seed, progress: progress, cancel: cancel))));
        return models;
    }

    private static DemoRow Compare(Terminal terminal, string name, NetworkModel model, Method method, TrainingData data, Rng rng, CancellationToken cancel)
    {
        var (task, people) = (new RecourseTask(model, data.Train), data.Test!);
        var batch = Work.Run(terminal, $"{name}, {method.Info.Slug}", progress => method.Create().Prepare(task, rng, null, cancel).Find(new(people), rng, progress, cancel));
        cancel.ThrowIfCancellationRequested();
        string cost = $"cost-{CostCatalog.All[0].Slug}";
        var figures = EvaluateCommand.Figures(new Evaluation(model, people, task.Actions, batch, rng), ["f1", "accuracy", "recourse-neg", "recourse-all", cost]);
        double Of(string slug) => figures.FirstOrDefault(f => f.Metric == slug)?.Value ?? double.NaN;
        return new(name, method.Info.Slug, Of("f1"), Of("accuracy"), Of("recourse-neg"), Of("recourse-all"), Of(cost));
    }

    private static NetworkModel Certify(Terminal terminal, string name, NetworkModel model, TrainingData data, Rng rng, List<DemoCertificate> certificates, CancellationToken cancel)
    {
        var finder = MethodCatalog.Get(Certifying).Create().Prepare(new RecourseTask(model), rng, null, cancel);
        var certificate = Work.Run(terminal, $"certifying {name}", progress => Pare.Certify(model, finder, data.Calibration!, Epsilon, Alpha, rng, progress: progress, cancel: cancel));
        var certified = model.Certified(certificate);
        double[] scores = Scores.Favourable(model, data.Test!, cancel);
        bool[] labels = [.. data.Test!.Labels!];
        var (before, after) = (Confusion.At(scores, labels, model.Threshold), Confusion.At(scores, labels, certified.Threshold));
        double P(double score) => Scores.Probability(model.ScoreKind, score);
        certificates.Add(new(name, P(certificate.Bound), P(model.Threshold), P(certified.Threshold), before.F1, after.F1, before.Accuracy, after.Accuracy));
        return certified;
    }

    private static RecourseBatch Find(Terminal terminal, NetworkModel model, Table people, Rng rng, CancellationToken cancel)
    {
        var batch = Work.Run(terminal, "telling people", progress => MethodCatalog.Get(Certifying).Create().Prepare(new RecourseTask(model), rng, null, cancel).Find(new(people), rng, progress, cancel));
        cancel.ThrowIfCancellationRequested();
        return batch;
    }

    private static List<DemoPerson> Tell(NetworkModel model, RecourseBatch batch) =>
        [.. batch.Records.Where(r => r.Outcome == Outcome.Found).Take(People).Select(r => new DemoPerson(
            r.PersonId, Scores.Probability(model.ScoreKind, r.Score!.Value), Scores.Probability(model.ScoreKind, r.Answers[0].Score), Plain.Words(model.Schema, r.Answers[0])))];

    private static void Print(Terminal terminal, List<DemoRow> rows)
    {
        terminal.Say(Invariant($"1. Two models and {Compared.Count} ways to find recourse, on people they have not seen (threshold 0.5)"));
        terminal.Out.WriteLine();
        var table = Output.Table("model", "method", ">F1", ">accuracy", ">rejected", ">everyone", ">cost");
        foreach (var row in rows) table.With(row.Model, row.Method, Output.Figure(row.F1), Output.Figure(row.Accuracy), Output.Percent(row.RecourseNeg), Output.Percent(row.RecourseAll), Output.Figure(row.Cost));
        terminal.Show(table);
        terminal.Say("Rejected: the share of rejected people who have recourse. Everyone: the share of people who are accepted or have recourse. Cost: the mean size of an action, in standard deviations.");
        terminal.Out.WriteLine();
    }

    private static void Print(Terminal terminal, List<DemoCertificate> certificates, int rows)
    {
        terminal.Say(Invariant($"2. The guarantee: with {100 * (1 - Alpha):0} % confidence, at least {100 * (1 - Epsilon):0} % of people are accepted or have recourse"));
        terminal.Out.WriteLine();
        var table = Output.Table("model", ">threshold", ">bound", ">certified", ">F1", ">then", ">accuracy", ">then");
        foreach (var c in certificates)
            table.With(c.Model, Output.Figure(c.ThresholdBefore), Output.Figure(c.Bound), Output.Figure(c.ThresholdAfter), Output.Figure(c.F1Before), Output.Figure(c.F1After), Output.Figure(c.AccuracyBefore), Output.Figure(c.AccuracyAfter));
        terminal.Show(table);
        terminal.Say(Invariant($"Bound: the highest threshold (as a probability) that keeps the promise, by {Certifying} on {rows:#,0} people set aside. The certified threshold is never above it."));
        terminal.Out.WriteLine();
    }

    private static void Print(Terminal terminal, NetworkModel model, List<DemoPerson> told)
    {
        terminal.Say(Invariant($"3. Rejected people, and what would have them accepted (probability {Output.Figure(Scores.Probability(model.ScoreKind, model.Threshold))} or more) by the certified recourse-aware model"));
        terminal.Out.WriteLine();
        foreach (var person in told)
            terminal.Say(Invariant($"  Applicant {person.PersonId} ({Output.Figure(person.ProbabilityBefore)} -> {Output.Figure(person.ProbabilityAfter)}): {person.Recourse}"), "    ");
        terminal.Out.WriteLine();
    }

    private static void Advise(Terminal terminal, string? folder)
    {
        terminal.Say("Next:");
        if (folder is null) terminal.Out.WriteLine("  redress demo --out demo-out       keeps data, schema and models to go on with");
        else
        {
            string At(string name) => Path.Combine(folder, name);
            terminal.Out.WriteLine($"  redress inspect {At(DemoFiles.Aware)}");
            terminal.Out.WriteLine($"  redress recourse {At(DemoFiles.Aware)} {At(DemoFiles.Data)} --out {At("everyone.csv")}");
            terminal.Out.WriteLine($"  redress verify {At(DemoFiles.Records)} --model {At(DemoFiles.Baseline)} --at-least 0.95");
        }
        terminal.Out.WriteLine("  redress init people.csv --target COLUMN --favourable VALUE --out schema.json");
        terminal.Out.WriteLine("                                    begins with data of your own");
    }
}
