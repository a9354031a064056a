using System.CommandLine;
using Redress.Actions;
using Redress.Data;

namespace Redress.Cli;

/// <summary><c>redress check</c>: does a schema fit itself and a file.</summary>
internal static class CheckCommand
{
    internal static Command Create(Terminal terminal)
    {
        var schema = new Argument<string>("schema") { Description = "The schema file." };
        var data = new Argument<string>("data") { Description = "The CSV file, plain or .gz, or - for standard input." };
        var json = SharedOptions.Json();
        var csv = new CsvSwitches();
        var command = new Command("check", "Verify a schema and a CSV file against each other.") { schema, data, json };
        csv.AddTo(command);
        command.SetAction(parsed =>
        {
            var report = SchemaCheck.Run(parsed.GetValue(schema)!, parsed.GetValue(data)!, csv.Of(parsed));
            if (ActionSet.WhyEmpty(SchemaFile.Load(parsed.GetValue(schema)!)) is { } empty) report = report with { Problems = [.. report.Problems, empty] };
            if (parsed.GetValue(json)) Output.Json(terminal, report, CliJson.Default.CheckReport);
            else Print(terminal, report, parsed.GetValue(data)!);
            return report.Problems.Count == 0 ? Exit.Done : Exit.BadInput;
        });
        return command;
    }

    private static void Print(Terminal terminal, CheckReport report, string data)
    {
        CsvRemarks.Print(terminal, report.Summary, data);
        foreach (string problem in report.Problems) terminal.Remark($"error: {problem}");
        foreach (string warning in report.Warnings) terminal.Remark($"warning: {warning}");
        if (report.Problems.Count > 0) return;
        string outcome = report.Favourable is { } favourable ? Invariant($", {favourable} of them favourable") : "";
        terminal.Out.WriteLine(Invariant($"{report.Rows} rows{outcome}. People can change {(report.Actionable.Count == 0 ? "nothing" : string.Join(", ", report.Actionable))}."));
        terminal.Out.WriteLine("Schema and data fit.");
    }
}
