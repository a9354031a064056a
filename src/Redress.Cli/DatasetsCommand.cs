using System.CommandLine;
using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Cli;

/// <summary><c>redress datasets</c>: known data sets, where they come from and whether they are here.</summary>
internal static class DatasetsCommand
{
    internal static Command Create(Terminal terminal)
    {
        var folder = new Option<string?>("--data") { Description = "The data folder; default: REDRESS_DATA." };
        var export = new Option<string?>("--export") { Description = "Write this data set as CSV with its schema." };
        var output = new Option<string?>("--out") { Description = "The folder for --export." };
        var (force, json) = (SharedOptions.Force(), SharedOptions.Json());
        var command = new Command("datasets", "List known data sets, and write one as CSV with its schema.") { folder, export, output, force, json };
        command.SetAction(parsed =>
        {
            string? data = FolderOf(parsed.GetValue(folder));
            if (parsed.GetValue(export) is { } slug)
            {
                Export(terminal, slug, data, parsed.GetValue(output) ?? throw new OptionsException("--export needs --out FOLDER."), parsed.GetValue(force));
                return Exit.Done;
            }
            var results = DataSetCatalog.All.Select(d => new DatasetResult(d.Slug, d.Title, d.Source, d.Licence, d.Files, data is null ? null : d.Missing(data).Count == 0)).ToList();
            if (parsed.GetValue(json)) Output.Json(terminal, results, CliJson.Default.IReadOnlyListDatasetResult);
            else Print(terminal, data);
            return Exit.Done;
        });
        return command;
    }

    /// <summary>Reads a known data set.</summary>
    /// <exception cref="OptionsException">No folder is given or set.</exception>
    internal static DataSetTables Load(string slug, string? folder) => DataSetCatalog.Get(slug).Load(
        FolderOf(folder) ?? throw new OptionsException("Say where the data are: --data FOLDER or the variable REDRESS_DATA."));

    private static string? FolderOf(string? given) => given ?? (Environment.GetEnvironmentVariable("REDRESS_DATA") is { Length: > 0 } set ? set : null);

    private static void Print(Terminal terminal, string? data)
    {
        foreach (var set in DataSetCatalog.All)
        {
            string presence = data is null ? "" : set.Missing(data) is { Count: > 0 } missing ? $" [missing: {string.Join(", ", missing)}]" : " [present]";
            terminal.Out.WriteLine($"{set.Slug}{presence}: {set.Title}");
            terminal.Out.WriteLine($"  {set.Notes}");
            terminal.Out.WriteLine($"  Files: {string.Join(", ", set.Files)}. From {set.Source}. Licence: {set.Licence}.");
        }
        if (data is null) terminal.Out.WriteLine("Say where the data are with --data FOLDER or the variable REDRESS_DATA to see which are present.");
    }

    private static void Export(Terminal terminal, string slug, string? data, string output, bool force)
    {
        var tables = Load(slug, data);
        string Path(string name) => System.IO.Path.Combine(output, name);
        var parts = new List<(string File, Table Table)> { (Path($"{slug}.csv"), tables.Rows) };
        if (tables.Test is { } test) parts.Add((Path($"{slug}-test.csv"), test));
        string schema = Path($"{slug}.schema.json");
        Output.RefuseExisting(force, [schema, .. parts.Select(p => p.File)]);
        Directory.CreateDirectory(output);
        AtomicFile.Write(schema, SchemaFile.ToJson(tables.Rows.Schema) + "\n");
        foreach (var (file, table) in parts) AtomicFile.Write(file, stream => CsvTable.Write(table, stream));
        terminal.Out.WriteLine($"Wrote {schema}, {string.Join(", ", parts.Select(p => Invariant($"{p.File} ({p.Table.Rows} rows)")))}.");
    }
}
