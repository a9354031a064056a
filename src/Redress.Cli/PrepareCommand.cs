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
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Keep the state of the method's training in this file after every epoch; the same command goes on from there." };
        var method = new MethodSwitches();
        var csv = new CsvSwitches();
        var command = new Command("prepare", "Prepare a method for a model and save it, for 'recourse --prepared'.") { model, output, checkpoint, force, seed, threads, json };
        method.AddTo(command, withActions: false);
        csv.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            string path = parsed.GetValue(output)!;
            Output.RefuseExisting(parsed.GetValue(force), path);
            Output.RefuseInputs(path, parsed.GetValue(model));
            if (parsed.GetValue(checkpoint) is { } state) Output.RefuseInputs(state, path, parsed.GetValue(model));
            var execution = new Execution(parsed.GetValue(threads));
            OptionsException.ThrowIfAny(execution.Problems());
            var loaded = ModelFile.LoadTrained(parsed.GetValue(model)!);
            ulong root = SharedOptions.SeedOf(parsed.GetValue(seed)!);
            var finder = Work.Run(terminal, "preparing", progress => method.Prepare(parsed, loaded, csv.Of(parsed), root, execution, progress, cancel, parsed.GetValue(checkpoint)));
            AtomicFile.Write(path, finder.Save);
            if (parsed.GetValue(json)) Output.Json(terminal, new PrepareResult(path, finder.Info.Slug, CliJson.Parse(finder.Options), loaded.Fingerprint), CliJson.Default.PrepareResult);
            else terminal.Say($"Prepared {finder.Info.Slug} {finder.Options} into {path}.");
            return Task.FromResult(Exit.Done);
        });
        return command;
    }
}
