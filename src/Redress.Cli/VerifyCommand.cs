using System.CommandLine;
using Redress.Data;
using Redress.Guarantees;
using Redress.Models;
using Redress.Records;

namespace Redress.Cli;

/// <summary><c>redress verify</c>: does issued recourse hold under another model.</summary>
internal static class VerifyCommand
{
    private const int Shown = 20;

    internal static Command Create(Terminal terminal)
    {
        var records = new Argument<string>("records") { Description = "Recourse as it was issued (.ndjson), or - for standard input." };
        var model = new Option<string>("--model") { Description = "The model to judge by, such as a retrained one.", Required = true };
        var atLeast = new Option<string?>("--at-least") { Description = "Exit with 3 where a smaller share of the recourse holds; 0 to 1. Without it nothing is demanded." };
        var json = SharedOptions.Json();
        var command = new Command("verify", "Score issued recourse again under another model and list what broke.") { records, model, atLeast, json };
        command.SetAction((parsed, cancel) =>
        {
            double demanded = parsed.GetValue(atLeast) is { } text ? SharedOptions.Number("--at-least", text) : 0;
            if (!(demanded is >= 0 and <= 1)) throw new OptionsException(Invariant($"--at-least is {demanded}; must be 0 to 1."));
            string path = parsed.GetValue(records)!;
            if (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) throw new OptionsException($"'{path}' is CSV, which does not say all that was promised; verify reads what 'redress recourse --out NAME.ndjson' writes.");
            var loaded = ModelFile.LoadTrained(parsed.GetValue(model)!);
            using var reader = new NdjsonReader(path == "-" ? Console.OpenStandardInput() : File.OpenRead(path), path == "-" ? "standard input" : Path.GetFileName(path));
            var report = Work.Run(terminal, "verifying", _ => Promise.Check(reader.Records(), loaded, reader.Run.Desired, cancel));
            if (parsed.GetValue(json)) Output.Json(terminal, report, CliJson.Default.PromiseReport);
            else Print(terminal, report);
            if (report.Issued == 0 && parsed.GetValue(atLeast) is not null) throw new DataException($"{path}: no recourse was issued in it, so nothing can be said of it; is it the right file?");
            if (report.Share >= demanded) return Task.FromResult(Exit.Done);
            terminal.Remark(Invariant($"error: {Output.Percent(report.Share)} of the recourse holds; {Output.Percent(demanded)} was demanded."));
            return Task.FromResult(Exit.PromiseBroken);
        });
        return command;
    }

    private static void Print(Terminal terminal, PromiseReport report)
    {
        if (report.Issued == 0)
        {
            terminal.Out.WriteLine("No recourse was issued in this file; there is nothing to verify.");
            return;
        }
        terminal.Out.WriteLine(Invariant($"{report.Kept} of {report.Issued} answers to {report.People} people still hold: {Output.Percent(report.Share)}, at least {Output.Percent(report.LowerBound)} with 95 % confidence (Clopper-Pearson)."));
        if (report.Broken.Count == 0) return;
        var table = Output.Table("person", ">answer", "was told", ">score now");
        foreach (var broken in report.Broken.Take(Shown))
            table.With(broken.PersonId, Invariant($"{broken.Rank}"), string.Join("; ", broken.Answer.Changes), Output.Figure(broken.Score));
        terminal.Show(table);
        if (report.Broken.Count > Shown) terminal.Out.WriteLine(Invariant($"and {report.Broken.Count - Shown} more; --json lists them all."));
    }
}
