using Spectre.Console;

namespace Redress.Cli;

/// <summary>Where a command writes: results to Out, everything else to Error. Tests hand in their own.</summary>
internal sealed class Terminal
{
    internal Terminal(TextWriter output, TextWriter error, bool errorIsTerminal, int width)
    {
        (Out, Error, ErrorIsTerminal, Width) = (output, error, errorIsTerminal, width);
        Progress = Make(error, errorIsTerminal, width);
    }

    /// <summary>Results, and nothing but JSON under <c>--json</c>.</summary>
    internal TextWriter Out { get; }

    /// <summary>Remarks, progress and errors.</summary>
    internal TextWriter Error { get; }

    internal bool ErrorIsTerminal { get; }

    internal int Width { get; }

    /// <summary>Progress on <see cref="Error"/>.</summary>
    internal IAnsiConsole Progress { get; }

    /// <summary>The process's own.</summary>
    internal static Terminal OfProcess()
    {
        var utf8 = new System.Text.UTF8Encoding(false);
        int width = Console.IsOutputRedirected ? 120 : Math.Clamp(Console.WindowWidth, 60, 200);
        return new(new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true }, new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true },
            !Console.IsErrorRedirected, width);
    }

    internal static IAnsiConsole Make(TextWriter to, bool ansi, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No, ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No, Out = new AnsiConsoleOutput(to),
        });
        console.Profile.Width = width;
        return console;
    }
}
