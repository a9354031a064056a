using System.CommandLine;
using Redress.Costs;
using Redress.Methods;
using Redress.Metrics;

namespace Redress.Cli;

/// <summary><c>redress methods</c>: what there is, what it needs, its options, and when not to use it.</summary>
internal static class MethodsCommand
{
    internal static Command Create(Terminal terminal)
    {
        var slug = new Argument<string?>("method") { Description = "A method, to see its options, presets and paper.", Arity = ArgumentArity.ZeroOrOne };
        var json = SharedOptions.Json();
        var command = new Command("methods", "List recourse methods with what they need; costs and metrics too. With a method: its options, presets and paper.") { slug, json };
        command.SetAction(parsed =>
        {
            string? name = parsed.GetValue(slug);
            Method[] shown = name is null ? [.. MethodCatalog.All] : [MethodCatalog.Get(name)];
            if (parsed.GetValue(json)) Output.Json(terminal, Result(shown), CliJson.Default.MethodsResult);
            else if (name is null) PrintAll(terminal);
            else PrintOne(terminal, shown[0]);
            return Exit.Done;
        });
        return command;
    }

    private static MethodsResult Result(Method[] methods) => new(
        [.. methods.Select(m => new MethodResult(
            m.Info.Slug, m.Info.Title, m.Info.Citation, Needs(m.Info), m.Info.MaxAnswers, m.Info.WhenNotToUse, CliJson.Parse(m.DefaultOptions), m.Presets.ToDictionary(p => p.Key, p => CliJson.Parse(p.Value))))],
        [.. CostCatalog.All.Select(c => new NamedResult(c.Slug, c.Title, "", "lower"))],
        [.. MetricCatalog.All.Select(m => new NamedResult(m.Info.Slug, m.Info.Title, m.Info.Unit, SharedOptions.Slug(m.Info.Better)))]);

    private static string[] Needs(MethodInfo info) =>
        [.. Enum.GetValues<Needs>().Where(n => n != Redress.Needs.None && info.Needs.HasFlag(n)).Select(SharedOptions.Slug)];

    private static string NeedsInWords(MethodInfo info) => Needs(info) is { Length: > 0 } needs ? string.Join(", ", needs).Replace('-', ' ') : "scores only";

    private static string Show(System.Text.Json.JsonElement value) => value.ToString() is "True" or "False" ? value.GetRawText() : value.ToString();

    private static void PrintAll(Terminal terminal)
    {
        var methods = Output.Table("method", "what it does", "needs", ">answers", "presets");
        foreach (var m in MethodCatalog.All)
            methods.With(m.Info.Slug, m.Info.Title, NeedsInWords(m.Info), Invariant($"{m.Info.MaxAnswers}"), string.Join(", ", m.Presets.Keys));
        terminal.Show(methods);
        terminal.Say("Options, paper, and when not to use it: redress methods METHOD");
        terminal.Out.WriteLine();
        var costs = Output.Table("cost (--cost)", "what it measures");
        foreach (var cost in CostCatalog.All) costs.With(cost.Slug, cost.Title);
        terminal.Show(costs);
        var metrics = Output.Table("metric (--metrics)", "what it measures", "better");
        foreach (var metric in MetricCatalog.All) metrics.With(metric.Info.Slug, metric is MeanCost ? metric.Info.Title : $"{metric.Info.Title} ({metric.Info.Unit})", SharedOptions.Slug(metric.Info.Better).Replace('-', ' '));
        terminal.Show(metrics);
    }

    private static void PrintOne(Terminal terminal, Method method)
    {
        var info = method.Info;
        terminal.Say($"{info.Slug}: {info.Title}.");
        terminal.Say($"Paper: {info.Citation}.");
        terminal.Say(Invariant($"Needs: {NeedsInWords(info)}. Answers a person: {(info.MaxAnswers == 1 ? "1" : Invariant($"1 to {info.MaxAnswers}"))}."));
        if (info.FixedImmutables) terminal.Say("What it learns depends on what people cannot change: a request that lets them change more is refused.");
        terminal.Say($"When not to use it: {char.ToLowerInvariant(info.WhenNotToUse[0])}{info.WhenNotToUse[1..]}");
        terminal.Out.WriteLine();
        var options = CliJson.Parse(method.DefaultOptions).EnumerateObject().ToList();
        if (options.Count == 0)
        {
            terminal.Say("It has no options.");
            return;
        }
        var presets = method.Presets.Select(p => (Name: p.Key, Values: CliJson.Parse(p.Value))).ToList();
        var table = Output.Table(["option", ">default", .. presets.Select(p => $">{p.Name}")]);
        foreach (var option in options)
            table.With([option.Name, Show(option.Value), .. presets.Select(p => Show(p.Values.GetProperty(option.Name)) is var v && v == Show(option.Value) ? "" : v)]);
        terminal.Show(table);
        terminal.Say($"Give them as --option {options[0].Name}={Show(options[0].Value)} or --options '{{\"{options[0].Name}\": ...}}'{(presets.Count == 0 ? "" : $"; a column of its own is a preset: --preset {presets[0].Name}")}.");
    }
}
