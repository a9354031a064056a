using System.CommandLine;
using Redress.Costs;
using Redress.Data;
using Redress.Guarantees;
using Redress.Methods;
using Redress.Models;
using Redress.Records;
using Redress.Tensors;

namespace Redress.Cli;

/// <summary><c>redress recourse</c>: a record for everyone in a file of any size.</summary>
internal sealed class RecourseCommand
{
    private readonly Argument<string> model = new("model") { Description = "The model file." };
    private readonly Argument<string> people = new("people") { Description = "The CSV file, plain or .gz, or - for standard input." };
    private readonly Option<string> output = new("--out") { Description = "Where to write the records: .ndjson, or .csv (with NAME.run.json beside it).", Required = true };
    private readonly Option<string?> prepared = new("--prepared") { Description = "A preparation saved by 'redress prepare', in place of --method and its options." };
    private readonly Option<string?> cost = new("--cost") { Description = $"What small means: {string.Join(", ", CostCatalog.All.Select(c => c.Slug))}." };
    private readonly Option<int> answers = new("--answers") { Description = "Different answers a person.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> desired = new("--desired") { Description = "favourable, other-than-predicted, or class:NAME, which may be any class of a multi-class model.", DefaultValueFactory = _ => "favourable" };
    private readonly Option<int?> maxSteps = new("--max-steps") { Description = "Search steps a person at most." };
    private readonly Option<int?> maxCalls = new("--max-calls") { Description = "Rows scored a person at most." };
    private readonly Option<int> limit = new("--limit") { Description = "Only the first rows; 0 for all." };
    private readonly Option<bool> onlyRejected = new("--only-rejected") { Description = "Leave people who already have the outcome out of the file; they are still counted." };
    private readonly Option<bool> safeCells = new("--safe-cells") { Description = "In CSV, put an apostrophe before texts that a spreadsheet takes for formulas; numbers stay." };
    private readonly Option<int> chunk = new("--chunk") { Description = "People searched together; 0 for the tuned number. It never changes a result." };
    private readonly Option<string?> seed = SharedOptions.Seed("that of the model's newest certificate, else 1");
    private readonly Option<int> threads = SharedOptions.Threads();
    private readonly Option<string?> timeout = SharedOptions.Timeout("the people who are finished are kept in NAME.partial");
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<bool> json = SharedOptions.Json();
    private readonly MethodSwitches method = new();
    private readonly CsvSwitches csv = new();

    internal static Command Create(Terminal terminal)
    {
        var own = new RecourseCommand();
        var command = new Command("recourse", "Tell everyone in a file what would change the decision; people without recourse get the reason.") { own.model, own.people };
        foreach (var option in new Option[]
        {
            own.output, own.prepared, own.cost, own.answers, own.desired, own.maxSteps, own.maxCalls, own.limit, own.onlyRejected, own.safeCells, own.chunk, own.seed, own.threads, own.timeout, own.force, own.json,
        }) command.Add(option);
        own.method.AddTo(command);
        own.csv.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string path = parsed.GetValue(output)!;
        bool table = path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        Refuse(parsed, path, table);
        using var deadline = SharedOptions.Deadline(parsed.GetValue(timeout), cancel);
        var (loaded, wanted) = Seen(parsed.GetValue(model)!, DesiredOf(parsed.GetValue(desired)!));
        ulong root = MethodSwitches.Seed(parsed, seed, loaded);
        var finder = Finder(parsed, terminal, loaded, root, deadline.Token);
        var summary = new CsvSummary();
        var execution = new Execution(parsed.GetValue(threads), parsed.GetValue(chunk));
        var request = new RecourseRequest(new Redress.Data.Table(loaded.Schema, []), method.Actions(parsed, loaded), parsed.GetValue(cost) is { } slug ? CostCatalog.Get(slug) : null,
            wanted, parsed.GetValue(answers), Budget(parsed), Execution: execution);
        // A request without people is checked like any other: what cannot be done is refused before a file is opened for writing.
        var run = finder.Find(request, new Rng(root), null, deadline.Token).Run;
        var chunks = CsvTable.ReadChunks(parsed.GetValue(people)!, loaded.Schema, csv.Of(parsed), parsed.GetValue(limit) is > 0 and var few ? Math.Min(few, RecourseFiles.ChunkRows) : RecourseFiles.ChunkRows, summary);
        var files = new RecourseFiles(path, loaded.Schema, run, parsed.GetValue(safeCells), parsed.GetValue(onlyRejected));
        if (!Search(parsed, terminal, files, finder, request, chunks, root, deadline.Token)) return Exit.Cancelled;
        CsvRemarks.Print(terminal, summary, parsed.GetValue(people)!);
        Report(parsed, terminal, loaded, run, files, path);
        return files.Counts.Of(Outcome.InvalidInput) > 0 ? Exit.SomeRowsInvalid : Exit.Done;
    }

    /// <summary>Writes the records; false where the caller stopped. Whatever ends it early, it says where finished records are.</summary>
    private bool Search(ParseResult parsed, Terminal terminal, RecourseFiles files, IRecourseFinder finder, RecourseRequest request, IEnumerable<Redress.Data.Table> chunks, ulong root, CancellationToken cancel)
    {
        int most = parsed.GetValue(limit);
        long total = terminal.ErrorIsTerminal ? Work.RowsOf(parsed.GetValue(people)!) : 0;
        if (most > 0 && total > 0) total = Math.Min(total, most);
        bool done = false;
        try
        {
            Work.Run(terminal, "searching", progress =>
            {
                files.Write(finder, request, Limited(chunks, most), new Rng(root), total, progress, cancel);
                return true;
            });
            done = !files.Counts.Stopped;
        }
        finally
        {
            if (!done)
                terminal.Remark(files.Counts.People == 0 ? "Stopped before anybody's record was finished; nothing was written." : Invariant($"Stopped: the records of the {files.Counts.People:#,0} people who were finished are in {files.Partial}; the others have none."));
        }
        return done;
    }

    private void Refuse(ParseResult parsed, string path, bool table)
    {
        var refusals = new Refusals();
        refusals.AddIf(!table && !path.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase), $"--out is '{path}'; must end in .csv or .ndjson.");
        refusals.AddIf(parsed.GetValue(limit) < 0, Invariant($"--limit is {parsed.GetValue(limit)}; must be 0 (all) or more."));
        refusals.AddIf(!table && parsed.IsGiven(safeCells), "--safe-cells is about spreadsheets; it goes with a .csv file.");
        refusals.AddIf(parsed.IsGiven(prepared) && method.Given(parsed) is not null, $"--prepared holds the method and its options; leave out {method.Given(parsed)}.");
        refusals.Try(() => DesiredOf(parsed.GetValue(desired)!), Desired.Favourable);
        refusals.Try(() => parsed.GetValue(cost) is { } slug ? CostCatalog.Get(slug) : null, null);
        refusals.Try(() => method.Refuse(parsed));
        refusals.Try(() => csv.Of(parsed), new());
        refusals.Try(() => { if (parsed.GetValue(seed) is { } text) SharedOptions.SeedOf(text); });
        refusals.Try(() => SharedOptions.Deadline(parsed.GetValue(timeout), default).Dispose());
        refusals.AddIf(parsed.GetValue(answers) < 1, Invariant($"--answers is {parsed.GetValue(answers)}; must be at least 1."));
        refusals.Try(() => OptionsException.ThrowIfAny(new Execution(parsed.GetValue(threads), parsed.GetValue(chunk)).Problems().Concat(Budget(parsed)?.Problems() ?? [])));
        refusals.Try(() => Output.RefuseInputs(path, parsed.GetValue(model), parsed.GetValue(people), parsed.GetValue(prepared)));
        refusals.Try(() => Output.RefuseExisting(parsed.GetValue(force), path, RecourseFiles.PartialOf(path), table ? RecourseFiles.RunPath(path) : null));
        refusals.Throw();
    }

    /// <summary>The model, and what is wanted of it: a multi-class model is seen for the class that is wanted.</summary>
    private static (IFittedModel Model, Desired Wanted) Seen(string path, Desired wanted)
    {
        if (ModelFile.KindOf(path) != ModelFile.MulticlassKind) return (ModelFile.LoadTrained(path), wanted);
        var classes = ModelFile.LoadMulticlass(path);
        if (wanted == Desired.OtherThanPredicted)
            throw new OptionsException($"--desired is {wanted.Text}, and the model has {Invariant($"{classes.Classes.Count}")} classes; say class:NAME, with one of {string.Join(", ", classes.Classes.Select(c => $"'{c}'"))}.");
        return (ClassSwitch.Seen(classes, wanted.Class), wanted);
    }

    private IRecourseFinder Finder(ParseResult parsed, Terminal terminal, IFittedModel loaded, ulong root, CancellationToken cancel)
    {
        var execution = new Execution(parsed.GetValue(threads));
        if (parsed.GetValue(prepared) is not { } file) return Work.Run(terminal, "preparing", progress => method.Prepare(parsed, loaded, csv.Of(parsed), root, execution, progress, cancel));
        using var stream = File.OpenRead(file);
        return MethodCatalog.Load(stream, file, new RecourseTask(loaded) { Execution = execution }, new Rng(root));
    }

    private Budget? Budget(ParseResult parsed)
    {
        var (steps, calls) = (parsed.GetValue(maxSteps), parsed.GetValue(maxCalls));
        return steps is null && calls is null ? null : new(steps, calls);
    }

    private static Desired DesiredOf(string text) => text switch
    {
        "favourable" => Desired.Favourable,
        "other-than-predicted" => Desired.OtherThanPredicted,
        _ when text.StartsWith("class:", StringComparison.Ordinal) => Desired.Of(text[6..]),
        _ => throw new OptionsException($"--desired is '{text}'; must be favourable, other-than-predicted or class:NAME."),
    };

    private static IEnumerable<Redress.Data.Table> Limited(IEnumerable<Redress.Data.Table> chunks, int limit)
    {
        int left = limit == 0 ? int.MaxValue : limit;
        foreach (var part in chunks)
        {
            yield return part.Rows <= left ? part : part.Slice(0, left);
            left -= Math.Min(left, part.Rows);
            if (left == 0) yield break;
        }
    }

    private void Report(ParseResult parsed, Terminal terminal, IModel loaded, RecourseRun run, RecourseFiles files, string path)
    {
        var counts = files.Counts;
        string covered = Covered(loaded, run, Budget(parsed) is not null);
        if (parsed.GetValue(json))
        {
            Output.Json(terminal, new RecourseResult(path, counts.People, counts.ByName(), covered, run, counts.Share), CliJson.Default.RecourseResult);
            return;
        }
        var table = Output.Table("outcome", ">people");
        foreach (var (name, people) in counts.ByName()) table.With(name, Output.Number(people));
        terminal.Show(table);
        if (counts.Scored == 0) terminal.Say("Nobody's row could be scored; there is nothing to recommend.");
        else if (counts.Of(Outcome.AlreadyDesired) == counts.Scored) terminal.Say("Nobody is rejected; there is nothing to recommend.");
        else terminal.Say($"{Output.Percent(counts.Share)} of the people who could be scored are accepted or have recourse by {run.Method}.");
        terminal.Say(covered);
        terminal.Out.WriteLine($"Wrote {path}{(path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? $" and {RecourseFiles.RunPath(path)}" : "")}.");
    }

    /// <summary>Whether the model's certificate speaks of this run.</summary>
    private static string Covered(IModel model, RecourseRun run, bool budgeted)
    {
        if (model is not ICertifiableModel { Certificates.Count: > 0 } loaded) return "The model has no certificate.";
        var reasons = loaded.Certificates.Select(c => Pare.WhyNotCovered(c, run, budgeted)).ToList();
        int covering = reasons.LastIndexOf(null);
        if (covering < 0) return $"The model's certificate does not apply: {reasons[^1]}.";
        var c = loaded.Certificates[covering];
        return $"Covered by the certificate: at least {Output.Percent(1 - c.Epsilon)} of people are accepted or have recourse, with confidence {Output.Percent(1 - c.Alpha)}.";
    }
}
