using System.CommandLine;
using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Guarantees;
using Redress.Metrics;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Cli;

/// <summary><c>redress demo</c>: the main job on embedded data, without any file.</summary>
internal static class DemoCommand
{
    private const double Lambda = 0.8, Epsilon = 0.05, Alpha = 0.05;
    private const int People = 6;
    private static readonly TrainingSettings Settings = TrainingSettings.Paper with { Threshold = new(0.5) };

    internal static Command Create(Terminal terminal)
    {
        var (seed, json) = (SharedOptions.Seed(), SharedOptions.Json());
        var command = new Command("demo", "Show the main job on embedded credit data: train, certify, compare methods, tell six people what to change.") { seed, json };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(terminal, SharedOptions.SeedOf(parsed.GetValue(seed)!), parsed.GetValue(json), cancel)));
        return command;
    }

    private static int Run(Terminal terminal, ulong seed, bool json, CancellationToken cancel)
    {
        var rng = new Rng(seed);
        var data = TrainingData.Of(CreditDemo.Generate(seed), new SplitShares(), rng.Split("split"));
        if (!json)
        {
            terminal.Out.WriteLine("10,000 made-up loan applicants: age, education, income, savings, amount, duration. Outcome: repaid or not.");
            terminal.Out.WriteLine("They can raise education, income and savings, ask for less, and change the duration, each within limits.");
            terminal.Out.WriteLine();
        }
        var models = new List<(string Name, NetworkModel Model)>();
        foreach (var (name, lambda) in new[] { ("baseline", 0.0), ("recourse-aware", Lambda) })
        {
            var trained = Work.Run(terminal, $"training the {name} model", progress => Trainer.RecourseAware(data, Settings, lambda, seed, null, progress, cancel));
            models.Add((name, trained));
        }
        var rows = models.SelectMany(m => MethodCatalog.All.Select(method => Compare(terminal, m.Name, m.Model, method, data.Test!, rng, cancel))).ToList();
        if (json)
        {
            Output.Json(terminal, rows, CliJson.Default.IReadOnlyListDemoRow);
            return Exit.Done;
        }
        PrintComparison(terminal, rows);
        var certified = Certify(terminal, models, data, rng, cancel);
        Tell(terminal, certified, data.Test!, rng, cancel);
        terminal.Out.WriteLine("Next: redress init people.csv --target COLUMN --favourable VALUE --out schema.json");
        return Exit.Done;
    }

    private static DemoRow Compare(Terminal terminal, string name, NetworkModel model, Method method, Table people, Rng rng, CancellationToken cancel)
    {
        var task = new RecourseTask(model);
        var batch = Work.Run(terminal, $"{name}, {method.Info.Slug}", progress => method.Create().Prepare(task, rng, null, cancel).Find(new(people), rng, progress, cancel));
        cancel.ThrowIfCancellationRequested();
        var figures = EvaluateCommand.Figures(new Evaluation(model, people, task.Actions, batch, rng), null);
        double Of(string slug) => figures.FirstOrDefault(f => f.Metric == slug)?.Value ?? double.NaN;
        return new(name, method.Info.Slug, Of("f1"), Of("accuracy"), Of("recourse-neg"), Of("recourse-all"), Of($"cost-{CostCatalog.All[0].Slug}"));
    }

    private static void PrintComparison(Terminal terminal, List<DemoRow> rows)
    {
        var table = Output.Table("model", "method", ">F1", ">accuracy", ">recourse neg", ">recourse all", ">cost");
        foreach (var row in rows) table.With(row.Model, row.Method, Output.Figure(row.F1), Output.Figure(row.Accuracy), Output.Figure(row.RecourseNeg), Output.Figure(row.RecourseAll), Output.Figure(row.Cost));
        Output.Print(terminal, table);
        terminal.Out.WriteLine("recourse neg: share of rejected people with recourse. recourse all: accepted or with recourse. cost: standard deviations.");
        terminal.Out.WriteLine();
    }

    private static NetworkModel Certify(Terminal terminal, List<(string Name, NetworkModel Model)> models, TrainingData data, Rng rng, CancellationToken cancel)
    {
        NetworkModel last = models[0].Model;
        foreach (var (name, model) in models)
        {
            var finder = MethodCatalog.Get("gradient").Create().Prepare(new RecourseTask(model), rng, null, cancel);
            var certificate = Work.Run(terminal, $"certifying the {name} model", progress => Pare.Certify(model, finder, data.Calibration!, Epsilon, Alpha, rng, progress: progress, cancel: cancel));
            terminal.Out.WriteLine($"The {name} model may decide at any threshold up to {Output.Figure(certificate.Bound)} (it decides at {Output.Figure(model.Threshold)}):");
            last = model.Certified(certificate);
        }
        terminal.Out.WriteLine(Invariant($"up to there at least {Output.Percent(1 - Epsilon)} of people are accepted or have recourse by gradient, with confidence {Output.Percent(1 - Alpha)}."));
        terminal.Out.WriteLine();
        return last;
    }

    private static void Tell(Terminal terminal, NetworkModel model, Table people, Rng rng, CancellationToken cancel)
    {
        var finder = MethodCatalog.Get("actionable-recourse").Create().Prepare(new RecourseTask(model), rng, null, cancel);
        var batch = finder.Find(new(people), rng, null, cancel);
        terminal.Out.WriteLine("Six rejected people of the recourse-aware model, by actionable-recourse:");
        foreach (var record in batch.Records.Where(r => r.Outcome == Outcome.Found).Take(People))
            terminal.Out.WriteLine($"  Applicant {record.PersonId}: {Plain.Words(model.Schema, record.Answers[0])}.");
        terminal.Out.WriteLine();
    }
}
