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
        // A value may begin with @: nothing is read from response files.
        var parsed = root.Parse(args.Count == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0) return Explain(parsed, terminal);
        try
        {
            int code = parsed.InvokeAsync(new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancel).GetAwaiter().GetResult();
            return args.Count == 0 ? Exit.BadUsage : code;
        }
        catch (Exception e)
        {
            return Explain(e, terminal);
        }
    }

    private static int Explain(ParseResult parsed, Terminal terminal)
    {
        // A misspelt command is one fault, not also a missing one.
        bool misspelt = parsed.UnmatchedTokens.Count > 0;
        foreach (var error in parsed.Errors.Where(e => !misspelt || e.SymbolResult is not CommandResult { Command: RootCommand } || e.Message.Contains(parsed.UnmatchedTokens[0], StringComparison.Ordinal)))
            terminal.Error.WriteLine($"error: {error.Message}");
        terminal.Error.WriteLine($"See: {NameOf(parsed.CommandResult)} --help");
        return Exit.BadUsage;
    }

    private static string NameOf(CommandResult command) => command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : "redress";

    /// <summary>Says what went wrong in the caller's words; a stack trace is only for bugs.</summary>
    internal static int Explain(Exception e, Terminal terminal)
    {
        var (code, text) = e switch
        {
            OperationCanceledException => (Exit.Cancelled, e.Message == new OperationCanceledException().Message ? "Cancelled." : e.Message),
            OptionsException => (Exit.BadUsage, e.Message),
            DataException or SchemaException or ModelFileException => (Exit.BadInput, e.Message),
            FileNotFoundException missing => (Exit.BadInput, $"There is no file '{missing.FileName}'."),
            UnauthorizedAccessException => (Exit.BadInput, e.Message.Contains('\'') && Directory.Exists(e.Message.Split('\'')[1]) ? $"'{e.Message.Split('\'')[1]}' is a folder, not a file." : e.Message),
            DirectoryNotFoundException or IOException => (Exit.BadInput, e.Message),
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
