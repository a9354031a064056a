using System.CommandLine;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Cli;

/// <summary>Rows that a model is to be trained again on, and what they are called.</summary>
internal sealed record ShiftedRows(string Name, TrainingData Rows);

/// <summary>Where the rows for models to come are from: other files, other domains of a data set, or resamples of the rows at hand.</summary>
internal sealed class ShiftedSource
{
    private const int MostResamples = 1000;
    private readonly Option<string[]> files = new("--shifted") { Description = "Labelled rows as CSV that the model is trained again on; may be given several times.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> sets = new("--shifted-dataset") { Description = "A known data set, or domains of one such as loan:2007, that the model is trained again on; may be given several times.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int?> bootstrap = new("--bootstrap") { Description = "Where there are no other rows: this many resamples of the rows at hand, drawn by seed, each outcome in its own share." };
    private readonly Option<bool> keep = new("--keep-encoding") { Description = "Encode as the model does, in place of an encoding fitted to each file's training rows." };

    internal IEnumerable<Option> Options => [files, sets, bootstrap, keep];

    /// <summary>True where resamples are asked for.</summary>
    internal bool Resamples(ParseResult parsed) => parsed.GetValue(bootstrap) is not null;

    /// <summary>The files that are read.</summary>
    internal IReadOnlyList<string> Files(ParseResult parsed) => parsed.GetValue(files) ?? [];

    /// <summary>The statistics to encode by: the model's own, or null for those of the new rows.</summary>
    internal TrainingStatistics? Statistics(ParseResult parsed, ITrainedClassifier model) => parsed.GetValue(keep) ? model.Statistics : null;

    internal void Refuse(ParseResult parsed)
    {
        string[] named = [.. Files(parsed), .. parsed.GetValue(sets) ?? []];
        var refusals = new Refusals();
        refusals.AddIf(named.Length == 0 && !Resamples(parsed), "Give --shifted FILE (or --shifted-dataset NAME), or --bootstrap B where there are no other rows.");
        refusals.AddIf(named.Length > 0 && Resamples(parsed), $"{(Files(parsed).Count > 0 ? files.Name : sets.Name)} and --bootstrap are both given; use one.");
        refusals.AddIf(parsed.GetValue(bootstrap) is < 1 or > MostResamples, Invariant($"--bootstrap is {parsed.GetValue(bootstrap)}; must be 1 to {MostResamples}."));
        foreach (var twice in named.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1)) refusals.AddIf(true, $"'{twice.Key}' is given as shifted rows more than once.");
        foreach (string name in parsed.GetValue(sets) ?? []) refusals.Try(() => DataSetCatalog.Get(name));
        refusals.Throw();
    }

    /// <summary>Reads and cuts everything that the model is to be trained again on; what is wrong with any of it is said together, before time is spent on the rest.</summary>
    /// <remarks>Resamples are drawn of the rows at hand: all of the data given.</remarks>
    /// <exception cref="DataException">Rows cannot be read, or nothing can be learnt from them.</exception>
    internal IReadOnlyList<ShiftedRows> Read(ParseResult parsed, Terminal terminal, ITrainedClassifier model, Table atHand, CsvOptions csv, string? folder, ulong root)
    {
        var faults = new List<string>();
        T? Try<T>(string? of, Func<T> read) where T : class
        {
            try
            {
                return read();
            }
            catch (Exception e) when (e is DataException or FileNotFoundException)
            {
                faults.Add(e is FileNotFoundException missing ? $"There is no file '{missing.FileName}'." : of is null ? e.Message : $"{of}: {e.Message}");
                return null;
            }
        }
        ShiftedRows? Cut(string name, Table? rows) => rows is null ? null : Try(name, () => new ShiftedRows(name, Retraining.Cut(model, rows, new Rng(root))));

        List<ShiftedRows?> shifted = Resamples(parsed)
            ? [.. Drawn(model, atHand, parsed.GetValue(bootstrap)!.Value, root, Cut)]
            : [.. Files(parsed).Select(f => Cut(NameOf(f, Files(parsed)), Try(null, () => ReadFile(f, terminal, model, csv)))), .. (parsed.GetValue(sets) ?? []).Select(s => Cut(s, Try(null, () => ReadSet(s, model, folder))))];
        foreach (var rows in shifted.OfType<ShiftedRows>()) faults.AddRange(Retraining.Problems(model, rows.Rows, Statistics(parsed, model)).Select(p => $"{rows.Name}: {p}"));
        return faults.Count == 0 ? [.. shifted.OfType<ShiftedRows>()] : throw new DataException(string.Join(Environment.NewLine, faults));
    }

    /// <summary>Resamples of what the model was trained on, where that is the file at hand, so that the people set aside stay unseen; else of a cut like it.</summary>
    private static IEnumerable<ShiftedRows?> Drawn(ITrainedClassifier model, Table atHand, int count, ulong root, Func<string, Table?, ShiftedRows?> cut)
    {
        var rows = Retraining.PartsOf(model, atHand) ?? cut("the rows to resample", atHand)?.Rows;
        var rng = new Rng(root).Split("bootstrap");
        return rows is null ? [] : Enumerable.Range(1, count).Select(b => new ShiftedRows(Invariant($"resample {b}"), Retraining.Resample(rows, rng.Split((ulong)b))));
    }

    private static Table ReadFile(string path, Terminal terminal, ITrainedClassifier model, CsvOptions csv)
    {
        var rows = CsvTable.Read(path, model.Schema, csv, needTarget: true, out var summary);
        CsvRemarks.Print(terminal, summary, path);
        return rows;
    }

    private static Table ReadSet(string name, ITrainedClassifier model, string? folder)
    {
        var rows = DataSetCatalog.Get(name).Load(RowSource.FolderOf(folder)).Rows;
        return rows.Schema.HasColumnsOf(model.Schema) ? rows : throw new DataException($"Data set '{name}' has other columns than the model: {string.Join(", ", rows.Schema.Features.Select(f => f.Name))}.");
    }

    /// <summary>A file's name alone, unless another has the same.</summary>
    private static string NameOf(string path, IReadOnlyList<string> all) => all.Count(o => Path.GetFileName(o) == Path.GetFileName(path)) == 1 ? Path.GetFileName(path) : path;
}
