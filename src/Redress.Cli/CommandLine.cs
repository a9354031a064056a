using System.CommandLine;
using System.CommandLine.Parsing;
using Redress.Data;
using Redress.Models;

namespace Redress.Cli;

/// <summary>The command <c>redress</c>: its subcommands, and what becomes of every way to fail.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line and returns its exit code.</summary>
    internal static int Run(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancel)
    {
        var root = new RootCommand("Algorithmic recourse: what people a model rejects can change to be accepted, with a guarantee.")
        {
            DemoCommand.Create(terminal), InitCommand.Create(terminal), CheckCommand.Create(terminal), TrainCommand.Create(terminal),
            InspectCommand.Create(terminal), ScoreCommand.Create(terminal), PrepareCommand.Create(terminal), RecourseCommand.Create(terminal),
            VerifyCommand.Create(terminal), CertifyCommand.Create(terminal), EvaluateCommand.Create(terminal), MethodsCommand.Create(terminal),
            DatasetsCommand.Create(terminal),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) terminal.Error.WriteLine($"error: {error.Message}");
            terminal.Error.WriteLine($"See: {NameOf(parsed.CommandResult)} --help");
            return Exit.BadUsage;
        }
        try
        {
            return parsed.InvokeAsync(new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancel).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            return Explain(e, terminal);
        }
    }

    private static string NameOf(CommandResult command) => command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : "redress";

    private static int Explain(Exception e, Terminal terminal)
    {
        var (code, text) = e switch
        {
            OperationCanceledException => (Exit.Cancelled, e.Message == new OperationCanceledException().Message ? "Cancelled." : e.Message),
            OptionsException => (Exit.BadUsage, e.Message),
            DataException or SchemaException or ModelFileException => (Exit.BadInput, e.Message),
            FileNotFoundException missing => (Exit.BadInput, $"There is no file '{missing.FileName}'."),
            DirectoryNotFoundException or UnauthorizedAccessException or IOException => (Exit.BadInput, e.Message),
            _ => (Exit.Bug, ""),
        };
        if (code == Exit.Bug)
        {
            terminal.Error.WriteLine("This is a bug in redress, not something you did. Please report it with the command you ran and what follows.");
            terminal.Error.WriteLine(Invariant($"redress {typeof(CommandLine).Assembly.GetName().Version}, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}"));
            terminal.Error.WriteLine(e.ToString());
            return code;
        }
        foreach (string line in text.Split('\n')) terminal.Error.WriteLine($"error: {line.TrimEnd('\r')}");
        return code;
    }
}
