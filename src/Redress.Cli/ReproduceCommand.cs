using System.CommandLine;
using Redress.Reports;
using Redress.Studies;

namespace Redress.Cli;

/// <summary><c>redress reproduce</c>: published studies again, beside their own figures.</summary>
internal sealed class ReproduceCommand
{
    private readonly Argument<string?> slug = new("study") { Description = "A study; none lists them.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> folder = new("--data") { Description = "The folder of the known data sets; default: REDRESS_DATA." };
    private readonly Option<string?> output = new("--out") { Description = "The folder to write results.json, results.csv and report.html to; finished parts stay there, and a stopped run goes on." };
    private readonly ReportOption report = new("Write the report to this file, not to report.html in --out.");
    private readonly Option<bool> quick = new("--quick") { Description = "The study's short form." };
    private readonly Option<string?> only = new("--only") { Description = "Some of its data sets, such as adult,german." };
    private readonly Option<string?> preset = new("--preset") { Description = "Some of its presets, such as as-written; default: all." };
    private readonly Option<string> seed = SharedOptions.Seed();
    private readonly Option<int> threads = SharedOptions.Threads();
    private readonly Option<string?> timeout = SharedOptions.Timeout("finished parts are kept, and the same command goes on from there");
    private readonly Option<bool> json = SharedOptions.Json();

    internal static Command Create(Terminal terminal)
    {
        var own = new ReproduceCommand();
        var command = new Command("reproduce", "List the published studies, or repeat one and set its figures beside ours.")
        {
            own.slug, own.folder, own.output, own.quick, own.only, own.preset, own.seed, own.threads, own.timeout, own.json,
        };
        foreach (var option in own.report.Options) command.Add(option);
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        if (parsed.GetValue(slug) is not { } name) return List(parsed, terminal);
        var refusals = new Refusals();
        var study = refusals.Try<Study?>(() => StudyCatalog.Get(name), null);
        var request = new StudyRequest(
            refusals.Try(() => RowSource.FolderOf(parsed.GetValue(folder)), ""), refusals.Try(() => SharedOptions.SeedOf(parsed.GetValue(seed)!), 0ul),
            parsed.GetValue(quick), Words(parsed.GetValue(only)), Words(parsed.GetValue(preset)));
        if (study is not null) refusals.Try(() => request.For(study));
        refusals.Try(() => OptionsException.ThrowIfAny(new Execution(parsed.GetValue(threads)).Problems()));
        refusals.Try(() => SharedOptions.Deadline(parsed.GetValue(timeout), default).Dispose());
        string? target = parsed.GetValue(output);
        refusals.AddIf(string.IsNullOrWhiteSpace(target), "Say --out DIR: the folder to write the results to.");
        refusals.Try(() => report.Refuse(parsed, [.. string.IsNullOrWhiteSpace(target) ? [] : StudyFolder.FilesIn(target)]));
        refusals.Throw();
        using var deadline = SharedOptions.Deadline(parsed.GetValue(timeout), cancel);
        var run = Work.Run(terminal, study!.Slug, progress => StudyRunner.Run(study, request, target!, parsed.GetValue(threads), progress, deadline.Token));
        foreach (string remark in run.Remarks) terminal.Remark(remark);
        string page = report.PathOf(parsed) ?? Path.Combine(target!, "report.html");
        ReportOption.Write(page, StudyReport.Html(study, request.Seed, run));
        if (parsed.GetValue(json)) terminal.Out.Write(StudyText.Json(run.Rows));
        else Print(terminal, run, target!, page);
        return Exit.Done;
    }

    private static string[]? Words(string? list) => list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private int List(ParseResult parsed, Terminal terminal)
    {
        Option[] ofRuns = [folder, output, quick, only, preset, seed, threads, timeout, .. report.Options];
        string[] given = [.. ofRuns.Where(parsed.IsGiven).Select(o => o.Name)];
        if (given.Length > 0) throw new OptionsException($"{string.Join(", ", given)} {(given.Length == 1 ? "goes" : "go")} with a study; without one, reproduce lists them.");
        if (parsed.GetValue(json))
        {
            Output.Json(terminal, [.. StudyCatalog.All.Select(s => new StudyResult(s.Slug, s.Title, s.Citation, s.DataSets, [.. s.Presets.Select(p => p.Slug)]))], CliJson.Default.IReadOnlyListStudyResult);
            return Exit.Done;
        }
        var table = Output.Table("study", "paper", "data sets", "presets");
        foreach (var s in StudyCatalog.All) table.With(s.Slug, $"{s.Title}. {s.Citation}", string.Join(", ", s.DataSets), string.Join(", ", s.Presets.Select(p => p.Slug)));
        terminal.Show(table);
        foreach (var s in StudyCatalog.All)
            foreach (var p in s.Presets) terminal.Say($"{s.Slug}, {p.Slug}: {p.Title}.", indent: "  ");
        terminal.Say("Run one: redress reproduce STUDY --data DIR --out DIR");
        return Exit.Done;
    }

    /// <summary>The rows that stand beside a figure of the paper, and how many more there are.</summary>
    private static void Print(Terminal terminal, StudyRun run, string target, string page)
    {
        foreach (var table in run.Rows.Concat(run.Times).Where(r => r.Paper is not null).GroupBy(r => r.Table))
        {
            terminal.Say(table.Key);
            // One split has no deviation: an empty column says nothing.
            bool deviates = table.Any(r => r.OursSd is not null);
            var shown = Output.Table(["data set", "model", "method", "metric", ">ours", .. deviates ? [">±"] : Array.Empty<string>(), ">paper"]);
            foreach (var r in table)
                shown.With([r.Dataset, r.Model, r.Method, r.Metric, StudyText.Figure(r.Ours), .. deviates ? [r.OursSd is null ? "" : StudyText.Figure(r.OursSd)] : Array.Empty<string>(), StudyText.Figure(r.Paper)]);
            terminal.Show(shown);
        }
        string resumed = run.Resumed == 0 ? "" : Invariant($", {run.Resumed} of them finished before");
        terminal.Say(Invariant($"{run.Parts} parts{resumed}; {run.Rows.Count:#,0} rows, {run.Rows.Count(r => r.Paper is not null):#,0} of them beside a figure of the paper."));
        terminal.Say($"Wrote results.json{(run.Times.Count > 0 ? ", times.json" : "")} and results.csv to {target}, and the report to {page}.");
    }
}
