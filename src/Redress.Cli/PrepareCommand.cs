using System.CommandLine;
using Redress.Data;
using Redress.Models;

namespace Redress.Cli;

/// <summary><c>redress prepare</c>: what a method must learn, learnt once and saved.</summary>
internal static class PrepareCommand
{
    internal static Command Create(Terminal terminal)
    {
        var model = new Argument<string>("model") { Description = "The model file." };
        var output = new Option<string>("--out") { Description = "Where to write the preparation.", Required = true };
        var (force, seed, json) = (SharedOptions.Force(), SharedOptions.Seed(), SharedOptions.Json());
        var threads = SharedOptions.Threads();
        var method = new MethodSwitches();
        var csv = new CsvSwitches();
        var command = new Command("prepare", "Prepare a method for a model and save it, for 'recourse --prepared'.") { model, output, force, seed, threads, json };
        method.AddTo(command, withActions: false);
        csv.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            string path = parsed.GetValue(output)!;
            Output.RefuseExisting(parsed.GetValue(force), path);
            Output.RefuseInputs(path, parsed.GetValue(model));
            var execution = new Execution(parsed.GetValue(threads));
            OptionsException.ThrowIfAny(execution.Problems());
            var loaded = ModelFile.LoadTrained(parsed.GetValue(model)!);
            ulong root = SharedOptions.SeedOf(parsed.GetValue(seed)!);
            var finder = Work.Run(terminal, "preparing", progress => method.Prepare(parsed, loaded, csv.Of(parsed), root, execution, progress, cancel));
            AtomicFile.Write(path, finder.Save);
            if (parsed.GetValue(json)) Output.Json(terminal, new PrepareResult(path, finder.Info.Slug, CliJson.Parse(finder.Options), loaded.Fingerprint), CliJson.Default.PrepareResult);
            else terminal.Say($"Prepared {finder.Info.Slug} {finder.Options} into {path}.");
            return Task.FromResult(Exit.Done);
        });
        return command;
    }
}
