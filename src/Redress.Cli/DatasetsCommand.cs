using System.CommandLine;
using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Cli;

/// <summary><c>redress datasets</c>: the known data sets, whether present, and their tables as CSV.</summary>
internal sealed class DatasetsCommand
{
    private readonly Option<string?> folder = new("--data") { Description = "The folder of the known data sets; default: REDRESS_DATA." };
    private readonly Option<string?> export = new("--export") { Description = "Write this data set (or some of its domains, such as loan:2006) as CSV with its schema: columns, filters and labels as the notes say." };
    private readonly Option<string?> output = new("--out") { Description = "The folder to write to; goes with --export." };
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<bool> json = SharedOptions.Json();

    internal static Command Create(Terminal terminal)
    {
        var own = new DatasetsCommand();
        var command = new Command("datasets", "List the known data sets and where to get them; export one as CSV with its schema.") { own.folder, own.export, own.output, own.force, own.json };
        command.SetAction(parsed => own.Run(parsed, terminal));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal)
    {
        string? slug = parsed.GetValue(export), target = parsed.GetValue(output);
        if (slug is null != target is null) throw new OptionsException("--export and --out go together: a data set, and the folder to write it to.");
        if (slug is not null) return Export(parsed, terminal, DataSetCatalog.Get(slug), target!);
        string? root = parsed.GetValue(folder) ?? Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (root is "") root = null;
        if (root is not null && !Directory.Exists(root)) throw new DataException($"There is no folder '{root}'.");
        if (parsed.GetValue(json)) Output.Json(terminal, [.. DataSetCatalog.All.Select(s => Result(s, root))], CliJson.Default.IReadOnlyListDatasetResult);
        else Print(terminal, root);
        return Exit.Done;
    }

    private static DatasetResult Result(DataSet set, string? root) =>
        new(set.Slug, set.Title, set.Source, set.Licence, set.Files, set.Notes, set.Domains, root is null ? null : set.Missing(root).Count == 0);

    private static void Print(Terminal terminal, string? root)
    {
        var table = Output.Table("data set", "what", "licence", "present");
        foreach (var set in DataSetCatalog.All) table.With(set.Slug, set.Title, set.Licence, root is null ? "?" : set.Missing(root).Count == 0 ? "yes" : "no");
        terminal.Show(table);
        if (root is null) terminal.Out.WriteLine("Say --data DIR or set REDRESS_DATA to see which are present.");
        foreach (var set in DataSetCatalog.All)
        {
            terminal.Out.WriteLine();
            terminal.Say($"{set.Slug}: {set.Notes}", "  ");
            if (set.Domains.Count > 0) terminal.Say($"  Its domains: {string.Join(", ", set.Domains)}. {set.Slug}:{set.Domains[0]} names one of them, {set.Slug}:{set.Domains[0]},{set.Domains[1]} two.", "  ");
            if (root is null || set.Missing(root).Count > 0)
                terminal.Say($"  Get it from {set.Source}; put it at {string.Join(" and ", set.Files.Select(f => root is null ? $"DIR/{f}" : Path.Combine(root, f)))}.", "  ");
        }
    }

    private static void Write(string path, Table table) => AtomicFile.Write(path, stream => CsvTable.Write(table, stream));

    private int Export(ParseResult parsed, Terminal terminal, DataSet set, string target)
    {
        string name = set.Slug.Replace(':', '-').Replace(',', '-');
        string rows = Path.Combine(target, $"{name}.csv"), test = Path.Combine(target, $"{name}-test.csv"), schema = Path.Combine(target, $"{name}.schema.json");
        var tables = set.Load(RowSource.FolderOf(parsed.GetValue(folder)));
        Directory.CreateDirectory(target);
        Output.RefuseEach(parsed.GetValue(force), [rows, schema, .. tables.Test is null ? Array.Empty<string>() : [test]]);
        var written = new List<string> { rows };
        Write(rows, tables.Rows);
        if (tables.Test is { } held)
        {
            Write(test, held);
            written.Add(test);
        }
        AtomicFile.Write(schema, SchemaFile.ToJson(set.Schema) + "\n");
        written.Add(schema);
        if (parsed.GetValue(json)) Output.Json(terminal, new ExportResult(set.Slug, tables.Rows.Rows, tables.Test?.Rows ?? 0, written), CliJson.Default.ExportResult);
        else
        {
            terminal.Say(Invariant($"{set.Slug}: {tables.Rows.Rows:#,0} rows{(tables.Test is null ? "" : Invariant($" and {tables.Test.Rows:#,0} test rows"))}. {set.Notes}"));
            terminal.Say($"Wrote {string.Join(", ", written)}.");
        }
        return Exit.Done;
    }
}
