using System.CommandLine;
using System.Text.Json;
using Redress.Data;

namespace Redress.Cli;

/// <summary><c>redress init</c>: a first schema.</summary>
internal static class InitCommand
{
    internal static Command Create(Terminal terminal)
    {
        var data = new Argument<string>("data") { Description = "The CSV file, plain or .gz, or - for standard input." };
        var target = new Option<string>("--target") { Description = "The column with the outcome.", Required = true };
        var favourable = new Option<string>("--favourable") { Description = "Its value that people want.", Required = true };
        var output = new Option<string?>("--out") { Description = "Where to write the schema; default: standard output." };
        var (force, json) = (SharedOptions.Force(), SharedOptions.Json());
        var csv = new CsvSwitches();
        var command = new Command("init", "Write a first schema for a CSV file: types, values, ids, constants, columns that go together. Nothing is changeable until you say so.") { data, target, favourable, output, force, json };
        csv.AddTo(command);
        command.SetAction(parsed =>
        {
            string? path = parsed.GetValue(output);
            Output.RefuseExisting(parsed.GetValue(force), path);
            if (path is not null) Output.RefuseInputs(path, parsed.GetValue(data));
            string draft = SchemaDraft.Draft(parsed.GetValue(data)!, parsed.GetValue(target)!, parsed.GetValue(favourable)!, csv.Of(parsed));
            if (path is not null) AtomicFile.Write(path, draft);
            if (parsed.GetValue(json))
            {
                using var schema = JsonDocument.Parse(draft, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
                Output.Json(terminal, new InitResult(path, schema.RootElement.Clone()), CliJson.Default.InitResult);
                return Exit.Done;
            }
            if (path is null)
            {
                terminal.Out.Write(draft);
                return Exit.Done;
            }
            terminal.Out.WriteLine($"Wrote {path}. Now say in it what people can change, then: redress check {path} {parsed.GetValue(data)}");
            return Exit.Done;
        });
        return command;
    }
}
