using System.CommandLine;
using System.CommandLine.Help;
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
        var root = Root(terminal);
        // A value may begin with @: nothing is read from response files.
        var parsed = root.Parse(args.Count == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Problems(parsed) is { Count: > 0 } problems)
        {
            foreach (string problem in problems) terminal.Remark($"error: {problem}");
            terminal.Remark($"See: {NameOf(parsed.CommandResult)} --help");
            return Exit.BadUsage;
        }
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

    /// <summary>A plain command rather than a root one, whose name would be that of the host that runs it.</summary>
    private static Command Root(Terminal terminal) => new("redress", "Algorithmic recourse: what people a model rejects can change to be accepted, with a guarantee.")
    {
        DemoCommand.Create(terminal), InitCommand.Create(terminal), CheckCommand.Create(terminal), TrainCommand.Create(terminal),
        InspectCommand.Create(terminal), ScoreCommand.Create(terminal), AutoencoderCommand.Create(terminal), PrepareCommand.Create(terminal), RecourseCommand.Create(terminal),
        VerifyCommand.Create(terminal), RobustnessCommand.Create(terminal), CertifyCommand.Create(terminal), EvaluateCommand.Create(terminal), AttackCommand.Create(terminal), MethodsCommand.Create(terminal),
        DatasetsCommand.Create(terminal), ReproduceCommand.Create(terminal), new HelpOption { Recursive = true }, new VersionOption(),
    };

    private static List<string> Problems(ParseResult parsed)
    {
        // A misspelt option would otherwise become the value of an argument, or of the option before it.
        var misspelt = parsed.CommandResult.Children.SelectMany(c => c.Tokens).Select(t => t.Value).Concat(parsed.UnmatchedTokens).Where(t => t.StartsWith("--", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();
        if (misspelt.Count > 0) return misspelt.ConvertAll(t => $"'{t}' is no option of '{NameOf(parsed.CommandResult)}'.");
        return parsed.UnmatchedTokens.Count > 0
            ? [.. parsed.UnmatchedTokens.Select(t => parsed.CommandResult.Parent is null ? $"'{t}' is no command." : $"'{t}' is one argument too many.")]
            : [.. parsed.Errors.Select(e => e.Message)];
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
            terminal.Remark("This is a bug in redress, not something you did. Please report it with the command you ran and what follows.");
            terminal.Remark(Invariant($"redress {typeof(CommandLine).Assembly.GetName().Version}, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}"));
            terminal.Error.WriteLine(e.ToString());
            return code;
        }
        foreach (string line in text.Split('\n')) terminal.Remark($"error: {line.TrimEnd('\r')}");
        return code;
    }
}
