using System.Diagnostics;

namespace Redress.Cli.Tests;

/// <summary>docs/tutorial.md and docs/robustness.md are run command by command, and their outputs are compared with what the commands print.</summary>
public sealed class TutorialTests
{
    [Fact]
    public void The_tutorial_s_commands_print_what_it_shows()
    {
        string data = Environment.GetEnvironmentVariable("REDRESS_DATA") ?? "";
        string adult = Path.Combine(data, "adult", "adult-uci.csv");
        Assert.SkipUnless(data.Length > 0 && File.Exists(adult), "REDRESS_DATA names no folder with adult/adult-uci.csv.");
        RunPage("tutorial.md", folder => File.Copy(adult, Path.Combine(folder, "adult-uci.csv")), least: 8);
    }

    [Fact]
    public void The_commands_of_robustness_print_what_it_shows()
    {
        string data = Environment.GetEnvironmentVariable("REDRESS_DATA") ?? "";
        Assert.SkipUnless(data.Length > 0 && new[] { 2005, 2006, 2007 }.All(y => File.Exists(Path.Combine(data, "loan", $"year={y}.csv.gz"))), "REDRESS_DATA names no folder with loan/year=2005.csv.gz to 2007.");
        RunPage("robustness.md", _ => { }, least: 4);
    }

    private static void RunPage(string page, Action<string> furnish, int least)
    {
        string folder = Directory.CreateTempSubdirectory("redress-docs").FullName;
        try
        {
            furnish(folder);
            int commands = 0, status = 0;
            foreach (var (kind, lines) in Blocks(page))
            {
                if (kind == "diff") Edit(Path.Combine(folder, "adult.json"), lines);
                else foreach (var (command, shown) in Commands(lines))
                    {
                        commands++;
                        if (command == "echo $?") Assert.Equal([$"{status}"], shown);
                        else
                        {
                            (status, var printed) = Run(folder, command);
                            // Results and remarks come through two pipes, so their lines may mix in any order.
                            Assert.Equal(shown.Order(StringComparer.Ordinal), printed.Order(StringComparer.Ordinal));
                        }
                    }
            }
            Assert.True(commands >= least, $"{page} has only {commands} commands");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Kind, List<string> Lines)> Blocks(string page)
    {
        string kind = "";
        var lines = new List<string>();
        foreach (string line in File.ReadLines(Path.Combine(Root, "docs", page)))
        {
            if (kind.Length == 0) kind = line is "```console" ? "console" : line is "```diff" ? "diff" : "";
            else if (line != "```") lines.Add(line);
            else
            {
                yield return (kind, lines);
                (kind, lines) = ("", []);
            }
        }
    }

    private static IEnumerable<(string Command, List<string> Shown)> Commands(List<string> lines)
    {
        string command = "";
        var shown = new List<string>();
        foreach (string line in lines)
        {
            if (!line.StartsWith("$ ", StringComparison.Ordinal))
            {
                if (line.Length > 0) shown.Add(line);
                continue;
            }
            if (command.Length > 0) yield return (command, shown);
            (command, shown) = (line[2..], []);
        }
        yield return (command, shown);
    }

    /// <summary>Replaces the one line that begins like each "-" line by the "+" line below it.</summary>
    private static void Edit(string path, List<string> lines)
    {
        var text = File.ReadAllLines(path).ToList();
        for (int i = 0; i + 1 < lines.Count; i += 2)
        {
            string old = lines[i][1..].TrimEnd('…');
            int at = Assert.Single(Enumerable.Range(0, text.Count), l => text[l].Trim().StartsWith(old, StringComparison.Ordinal));
            text[at] = lines[i + 1][1..];
        }
        File.WriteAllLines(path, text);
    }

    private static (int Status, List<string> Lines) Run(string folder, string command)
    {
        string[] words = [.. command.Split(' ').Select(w => w.Trim('"'))];
        Assert.Equal("redress", words[0]);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Redress.Cli.dll"), .. words[1..]])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, [.. (output + errors.Result).Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0)]);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Redress.slnx"))) folder = folder.Parent;
            return folder!.FullName;
        }
    }
}
