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
        var (force, seed) = (SharedOptions.Force(), SharedOptions.Seed());
        var method = new MethodSwitches();
        var csv = new CsvSwitches();
        var command = new Command("prepare", "Prepare a method for a model and save it, for 'recourse --prepared'.") { model, output, force, seed };
        method.AddTo(command);
        csv.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            string path = parsed.GetValue(output)!;
            Output.RefuseExisting(parsed.GetValue(force), path);
            var loaded = ModelFile.Load(parsed.GetValue(model)!);
            var finder = Work.Run(terminal, "preparing", _ => method.Prepare(parsed, loaded, csv.Of(parsed), SharedOptions.SeedOf(parsed.GetValue(seed)!), cancel));
            AtomicFile.Write(path, finder.Save);
            terminal.Out.WriteLine($"Prepared {finder.Info.Slug} {finder.Options} into {path}.");
            return Task.FromResult(Exit.Done);
        });
        return command;
    }
}
