using System.CommandLine;
using System.Text.Json;

namespace Redress.Cli.Tests;

/// <summary>One command line, run in process: its exit code and what it wrote.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    internal static CliRun Of(params string[] args) => Of(CancellationToken.None, args);

    internal static CliRun Of(CancellationToken cancel, params string[] args)
    {
        using var console = new Captured();
        int code = CommandLine.Run(args, console.Terminal, cancel);
        return console.Result(code);
    }

    /// <summary>The command line without its options: such as <c>"train {0} --out {1}"</c> with paths that may hold spaces.</summary>
    internal static CliRun Line(string line, params string[] paths) => Of([.. line.Split(' ').Select(w => w is ['{', >= '0' and <= '9', '}'] ? paths[w[1] - '0'] : w)]);

    /// <summary>Standard output as the JSON it must be, alone.</summary>
    internal JsonElement Json()
    {
        using var document = JsonDocument.Parse(Out);
        return document.RootElement.Clone();
    }

    internal CliRun Is(int code)
    {
        Assert.True(Code == code, Invariant($"exit {Code}, not {code}\n{Out}\n{Error}"));
        return this;
    }
}

/// <summary>A terminal that keeps what is written to it.</summary>
internal sealed class Captured : IDisposable
{
    private readonly StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };

    internal Captured(bool isTerminal = false, int width = 120, bool isWatched = false) => Terminal = new(output, error, isTerminal, isWatched, width, color: false);

    internal Terminal Terminal { get; }

    internal CliRun Result(int code) => new(code, output.ToString(), error.ToString());

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }
}
