using System.CommandLine;
using System.Text.Json;
using Redress.Methods;

namespace Redress.Cli;

/// <summary><c>redress methods</c>: the methods, their options and papers.</summary>
internal static class MethodsCommand
{
    internal static Command Create(Terminal terminal)
    {
        var slug = new Argument<string?>("method") { Description = "One method, with its options and presets.", Arity = ArgumentArity.ZeroOrOne };
        var json = SharedOptions.Json();
        var command = new Command("methods", "List the methods, or show one with its options, presets and paper.") { slug, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<Method> methods = parsed.GetValue(slug) is { } one ? [MethodCatalog.Get(one)] : MethodCatalog.All;
            if (parsed.GetValue(json)) Output.Json(terminal, [.. methods.Select(Result)], CliJson.Default.IReadOnlyListMethodResult);
            else if (parsed.GetValue(slug) is null) List(terminal);
            else Show(terminal, methods[0]);
            return Exit.Done;
        });
        return command;
    }

    private static MethodResult Result(Method method) =>
        new(method.Info, Parse(method.DefaultOptions), method.Presets.ToDictionary(p => p.Key, p => Parse(p.Value)));

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static string NeedsOf(Method method) => method.Info.Needs == Needs.None ? "scores" : method.Info.Needs.ToString().ToLowerInvariant();

    private static void List(Terminal terminal)
    {
        var table = Output.Table("method", "what it does", "needs", ">answers", "when not to use it");
        foreach (var method in MethodCatalog.All)
            table.With(method.Info.Slug, method.Info.Title, NeedsOf(method), Invariant($"{method.Info.MaxAnswers}"), method.Info.WhenNotToUse);
        Output.Print(terminal, table);
    }

    private static void Show(Terminal terminal, Method method)
    {
        terminal.Out.WriteLine($"{method.Info.Slug}: {method.Info.Title}");
        terminal.Out.WriteLine($"Paper: {method.Info.Citation}");
        terminal.Out.WriteLine(Invariant($"Needs {NeedsOf(method)}; up to {method.Info.MaxAnswers} answer{(method.Info.MaxAnswers == 1 ? "" : "s")} a person."));
        terminal.Out.WriteLine($"When not to use it: {method.Info.WhenNotToUse}");
        terminal.Out.WriteLine($"Options: {method.DefaultOptions}");
        foreach (var (name, options) in method.Presets) terminal.Out.WriteLine($"Preset {name}: {options}");
    }
}
