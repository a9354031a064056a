using System.CommandLine;
using Redress.Data;

namespace Redress.Cli;

/// <summary><c>--report</c> and the <c>--force</c> that goes with it.</summary>
/// <param name="description">What the report is, for the help.</param>
/// <param name="shared">The command's own <c>--force</c>, where it has other outputs; null to bring one.</param>
internal sealed class ReportOption(string description, Option<bool>? shared = null)
{
    private readonly Option<string?> path = new("--report") { Description = description };
    private readonly Option<bool> force = shared ?? new("--force") { Description = "Replace a report that exists." };

    /// <summary>The options that it brings to its command.</summary>
    internal IReadOnlyList<Option> Options => shared is null ? [path, force] : [path];

    /// <summary>The file to write, or null where none is named.</summary>
    internal string? PathOf(ParseResult parsed) => parsed.GetValue(path);

    /// <summary>Refuses a report that has no place, stands already, or would replace a file that the command reads or writes.</summary>
    /// <exception cref="OptionsException">It cannot be written there.</exception>
    internal void Refuse(ParseResult parsed, params string?[] others)
    {
        if (parsed.GetValue(path) is not { } target)
        {
            if (shared is null && parsed.GetValue(force)) throw new OptionsException("--force is about a report that exists; it goes with --report.");
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
