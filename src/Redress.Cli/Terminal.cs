using Spectre.Console;

namespace Redress.Cli;

/// <summary>Where a command writes: results to Out, everything else to Error. Tests hand in their own.</summary>
internal sealed class Terminal
{
    private readonly bool outIsTerminal;

    internal Terminal(TextWriter output, TextWriter error, bool outIsTerminal, bool errorIsTerminal, int width, bool color)
    {
        (Out, Error, ErrorIsTerminal, Width) = (output, error, errorIsTerminal, width);
        this.outIsTerminal = outIsTerminal;
        Progress = Make(error, errorIsTerminal, color, width);
    }

    /// <summary>Results, and nothing but JSON under <c>--json</c>.</summary>
    internal TextWriter Out { get; }

    /// <summary>Remarks, progress and errors.</summary>
    internal TextWriter Error { get; }

    internal bool ErrorIsTerminal { get; }

    internal int Width { get; }

    /// <summary>Progress on <see cref="Error"/>.</summary>
    internal IAnsiConsole Progress { get; }

    /// <summary>A table on <see cref="Out"/>, without the spaces that fill its lines and the empty lines around it.</summary>
    internal void Show(Table table)
    {
        using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        // Two columns more than there are: the last column's padding and the right edge are empty and cut off again.
        Make(text, ansi: false, color: false, Width + 2).Write(table);
        var lines = text.ToString().Split('\n').Select(l => l.TrimEnd() is var line && line.Length > Width ? line[..Width].TrimEnd() : line).ToList();
        foreach (string line in lines.SkipWhile(l => l.Length == 0).Reverse().SkipWhile(l => l.Length == 0).Reverse()) Out.WriteLine(line);
        Out.WriteLine();
    }

    /// <summary>A sentence on <see cref="Out"/>; where people read along it is broken between words, and pipes get it whole.</summary>
    internal void Say(string text, string indent = "") => Write(Out, outIsTerminal, text, indent);

    /// <summary>A sentence on <see cref="Error"/>, broken in the same way.</summary>
    internal void Remark(string text) => Write(Error, ErrorIsTerminal, text, "");

    private void Write(TextWriter to, bool wraps, string text, string indent)
    {
        string rest = text;
        while (wraps && rest.Length > Width && rest.LastIndexOf(' ', Width) is var at && at > indent.Length)
        {
            to.WriteLine(rest[..at]);
            rest = indent + rest[(at + 1)..];
        }
        to.WriteLine(rest);
    }

    /// <summary>The process's own.</summary>
    internal static Terminal OfProcess()
    {
        var utf8 = new System.Text.UTF8Encoding(false);
        bool color = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        int width = Console.IsOutputRedirected ? 120 : Math.Clamp(Console.WindowWidth, 60, 200);
        return new(new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true }, new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true },
            !Console.IsOutputRedirected, !Console.IsErrorRedirected, width, color);
    }

    private static IAnsiConsole Make(TextWriter to, bool ansi, bool color, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No, ColorSystem = ansi && color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No, Out = new AnsiConsoleOutput(to),
        });
        console.Profile.Width = width;
        return console;
    }
}
