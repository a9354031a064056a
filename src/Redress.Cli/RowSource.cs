using System.CommandLine;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Tensors;

namespace Redress.Cli;

/// <summary>Where labelled rows come from: a CSV file, or a known data set.</summary>
internal sealed class RowSource
{
    internal RowSource(CsvSwitches csv, string what)
    {
        Csv = csv;
        File = new("data") { Description = what, Arity = ArgumentArity.ZeroOrOne };
    }

    internal Argument<string?> File { get; }

    internal Option<string?> DataSet { get; } = new("--dataset") { Description = "A known data set in place of a file, or some of its domains, such as loan:2006 (see: redress datasets)." };

    internal Option<string?> Folder { get; } = new("--data") { Description = "The folder of the known data sets; default: REDRESS_DATA." };

    internal CsvSwitches Csv { get; }

    internal void AddTo(Command command)
    {
        command.Add(File);
        command.Add(DataSet);
        command.Add(Folder);
        Csv.AddTo(command);
    }

    /// <summary>The file's path, or null where a known data set is asked for.</summary>
    /// <exception cref="OptionsException">Both are given, or neither, or an option that goes with the other.</exception>
    internal string? PathOf(ParseResult parsed)
    {
        string? file = parsed.GetValue(File), known = parsed.GetValue(DataSet);
        if (file is null == known is null) throw new OptionsException(file is null ? "Give a CSV file, or --dataset." : "A CSV file and --dataset are both given; use one.");
        if (known is null && parsed.GetValue(Folder) is not null) throw new OptionsException("--data goes with --dataset.");
        if (known is not null && Csv.Given(parsed) is { } name) throw new OptionsException($"{name} says how a CSV file is written; --dataset has its own way.");
        return file;
    }

    /// <summary>The file or data set, for messages.</summary>
    internal string NameOf(ParseResult parsed) => PathOf(parsed) ?? $"Data set {parsed.GetValue(DataSet)}";

    /// <summary>The tables of the known data set that is asked for, its test rows sampled where there are many.</summary>
    internal DataSetTables Known(ParseResult parsed)
    {
        var set = DataSetCatalog.Get(parsed.GetValue(DataSet)!);
        var tables = set.Load(FolderOf(parsed.GetValue(Folder)));
        if (set.TestSample == 0 || tables.Test is not { } test || test.Rows <= set.TestSample) return tables;
        int[] order = [.. Enumerable.Range(0, test.Rows)];
        new Rng(0).Split("test sample").Shuffle<int>(order);
        int[] sample = order[..set.TestSample];
        Array.Sort(sample);
        return tables with { Test = test.Select(sample) };
    }

    /// <summary>All rows, read for a model: of a file, or of the data set it may have been trained on.</summary>
    internal Table Read(ParseResult parsed, Terminal terminal, Schema schema, bool needTarget)
    {
        if (PathOf(parsed) is { } path)
        {
            var table = CsvTable.Read(path, schema, Csv.Of(parsed), needTarget, out var summary);
            CsvRemarks.Print(terminal, summary, path);
            return table;
        }
        var (rows, test) = Known(parsed);
        if (!rows.Schema.Features.Select(f => f.Name).SequenceEqual(schema.Features.Select(f => f.Name)))
            throw new DataException($"Data set '{parsed.GetValue(DataSet)}' has other columns than the model: {string.Join(", ", rows.Schema.Features.Select(f => f.Name))}.");
        return test is null ? rows : Joined(rows, test);
    }

    /// <summary>The folder of known data sets.</summary>
    /// <exception cref="OptionsException">None is given.</exception>
    internal static string FolderOf(string? given) =>
        given ?? (Environment.GetEnvironmentVariable("REDRESS_DATA") is { Length: > 0 } set ? set : throw new OptionsException("Say --data DIR or set REDRESS_DATA to the folder of the known data sets."));

    private static Table Joined(Table a, Table b)
    {
        ulong[] keys = [.. Enumerable.Range(0, a.Rows).Select(a.Key), .. Enumerable.Range(0, b.Rows).Select(b.Key)];
        var groups = a.Groups.ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Value, .. b.Groups[g.Key]]);
        return new(a.Schema, [.. a.Values, .. b.Values], labels: a.Labels is null || b.Labels is null ? null : [.. a.Labels, .. b.Labels], groups: groups, keys: keys);
    }
}
