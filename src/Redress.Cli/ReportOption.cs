using System.CommandLine;
using Redress.Data;

namespace Redress.Cli;

/// <summary><c>--report</c> and the <c>--force</c> that goes with it.</summary>
internal sealed class ReportOption(string description)
{
    private readonly Option<string?> path = new("--report") { Description = description };
    private readonly Option<bool> force = new("--force") { Description = "Replace a report that exists." };

    /// <summary>The options.</summary>
    internal IReadOnlyList<Option> Options => [path, force];

    /// <summary>The file to write, or null where none is named.</summary>
    internal string? PathOf(ParseResult parsed) => parsed.GetValue(path);

    /// <summary>Refuses a report that has no place, stands already, or would replace a file that the command reads or writes.</summary>
    /// <exception cref="OptionsException">It cannot be written there.</exception>
    internal void Refuse(ParseResult parsed, params string?[] others)
    {
        if (parsed.GetValue(path) is not { } target)
        {
            if (parsed.GetValue(force)) throw new OptionsException("--force is about a report that exists; it goes with --report.");
            return;
        }
        if (string.IsNullOrWhiteSpace(target)) throw new OptionsException("--report names no file.");
        if (others.Any(o => o is not null and not "-" && Path.GetFullPath(o) == Path.GetFullPath(target))) throw new OptionsException($"'{target}' is a file that this command reads or writes itself; write the report to another.");
        Output.RefuseExisting(parsed.GetValue(force), target);
    }

    /// <summary>Writes a report, whole or not at all.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    internal static void Write(string target, string html)
    {
        try
        {
            AtomicFile.Write(target, html);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The report '{target}' cannot be written: {e.Message}", e);
        }
    }
}
