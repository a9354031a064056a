using System.CommandLine;
using Redress.Data;
using Redress.Models;

namespace Redress.Cli;

/// <summary><c>redress score</c>: scores and decisions for every row of a file.</summary>
internal static class ScoreCommand
{
    private const int ChunkRows = 16384;

    internal static Command Create(Terminal terminal)
    {
        var model = new Argument<string>("model") { Description = "The model file." };
        var people = new Argument<string>("people") { Description = "The CSV file, plain or .gz, or - for standard input." };
        var output = new Option<string?>("--out") { Description = "Where to write the scores (CSV); default: standard output." };
        var (force, threads, json) = (SharedOptions.Force(), SharedOptions.Threads(), SharedOptions.Json());
        var csv = new CsvSwitches();
        var command = new Command("score", "Score every row: id, probability, logit, decision; or the likeliest class, and each one's probability.") { model, people, output, force, threads, json };
        csv.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            string? path = parsed.GetValue(output);
            if (path is null && parsed.GetValue(json)) throw new OptionsException("--json prints a summary; it goes with --out, which takes the scores.");
            Output.RefuseExisting(parsed.GetValue(force), path);
            if (path is not null) Output.RefuseInputs(path, parsed.GetValue(model), parsed.GetValue(people));
            IScoresOut loaded = ModelFile.KindOf(parsed.GetValue(model)!) == ModelFile.MulticlassKind ? new ClassScores(ModelFile.LoadMulticlass(parsed.GetValue(model)!)) : new OneScore(ModelFile.LoadTrained(parsed.GetValue(model)!));
            var summary = new CsvSummary();
            var chunks = CsvTable.ReadChunks(parsed.GetValue(people)!, loaded.Schema, csv.Of(parsed), ChunkRows, summary);
            var execution = new Execution(parsed.GetValue(threads));
            long total = terminal.ErrorIsTerminal ? Work.RowsOf(parsed.GetValue(people)!) : 0;
            long favourable = 0;
            if (path is null) favourable = Write(terminal.Out, loaded, chunks, execution, null, total, cancel);
            else AtomicFile.Write(path, stream =>
            {
                using var to = new StreamWriter(stream, new System.Text.UTF8Encoding(false), 1 << 16, leaveOpen: true);
                favourable = Work.Run(terminal, "scoring", progress => Write(to, loaded, chunks, execution, progress, total, cancel));
            });
            CsvRemarks.Print(terminal, summary, parsed.GetValue(people)!);
            if (parsed.GetValue(json)) Output.Json(terminal, new ScoreResult(path!, summary.Rows, favourable, summary.Faulty), CliJson.Default.ScoreResult);
            else if (path is not null) terminal.Out.WriteLine(Invariant($"Scored {summary.Rows} rows into {path}{(summary.Faulty > 0 ? Invariant($"; {summary.Faulty} could not be read") : "")}."));
            return Task.FromResult(summary.Faulty > 0 ? Exit.SomeRowsInvalid : Exit.Done);
        });
        return command;
    }

    /// <summary>Writes a line a person and returns how many are favourable.</summary>
    private static long Write(TextWriter to, IScoresOut model, IEnumerable<Table> chunks, Execution execution, IProgress<Progress>? progress, long total, CancellationToken cancel)
    {
        long favourable = 0;
        to.Write($"person_id,{string.Join(',', model.Columns)},problem\n");
        string none = new(',', model.Columns.Count);
        long first = 1;
        foreach (var chunk in chunks)
        {
            int[] sound = [.. Enumerable.Range(0, chunk.Rows).Where(r => !chunk.Faults.ContainsKey(r))];
            var scores = model.Score(chunk.Select(sound), execution, cancel);
            int next = 0;
            for (int row = 0; row < chunk.Rows; row++)
            {
                string id = CsvTable.Quote(chunk.Ids?[row] ?? Invariant($"{first + row}"));
                if (chunk.Faults.TryGetValue(row, out string? fault)) to.Write($"{id}{none},{CsvTable.Quote(fault)}\n");
                else
                {
                    var (cells, isFavourable) = scores(next++);
                    if (isFavourable) favourable++;
                    to.Write($"{id},{cells},\n");
                }
            }
            first += chunk.Rows;
            progress?.Report(new("scoring", first - 1, total));
        }
        return favourable;
    }
}
