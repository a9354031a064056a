using System.CommandLine;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Cli;

/// <summary><c>redress robustness</c>: does recourse hold under models trained on other rows, asked before any is issued.</summary>
internal sealed class RobustnessCommand
{
    private readonly Argument<string> model = new("model") { Description = "The model file; it holds the recipe by which it is trained again." };
    private readonly Option<string> confidence = new("--confidence") { Description = "Confidence of the lower bounds.", DefaultValueFactory = _ => "0.95" };
    private readonly Option<string?> atLeast = new("--at-least") { Description = "Exit with 3 where of a method's recourses a smaller share holds under all models; 0 to 1." };
    private readonly Option<int> limit = new("--limit") { Description = "Only the first people; 0 for all." };
    private readonly Option<string?> output = new("--out") { Description = "Where to write the recourses that break: .ndjson or .csv." };
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<string?> seed = SharedOptions.Seed("that of the model's newest certificate, else 1");
    private readonly Option<int> threads = SharedOptions.Threads();
    private readonly Option<string?> timeout = SharedOptions.Timeout("nothing is written then");
    private readonly Option<bool> json = SharedOptions.Json();
    private readonly ClassSwitch desired = new();
    private readonly ReportOption report;
    private readonly ShiftedSource shifted = new();
    private readonly MethodSwitches method = new(several: true);
    private readonly RowSource source = new(new(), "People as CSV: the training file (the test rows set aside are used), or any others.");

    private RobustnessCommand() => report = new("Also write a page with the shares as a heat map to this file, such as report.html.", force);

    internal static Command Create(Terminal terminal)
    {
        var own = new RobustnessCommand();
        var command = new Command("robustness", "Train the model again on other rows, and list the recourses that those models would not honour, before any is issued.") { own.model };
        own.source.AddTo(command);
        foreach (var option in (Option[])[.. own.shifted.Options, own.desired.Option, own.confidence, own.atLeast, own.limit, own.output, .. own.report.Options, own.force, own.seed, own.threads, own.timeout, own.json]) command.Add(option);
        own.method.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var (level, demanded) = Refuse(parsed);
        var loaded = desired.Load(parsed, parsed.GetValue(model)!);
        ulong root = MethodSwitches.Seed(parsed, seed, loaded);
        string file = source.NameOf(parsed);
        var all = source.Read(parsed, terminal, loaded.Schema, needTarget: shifted.Resamples(parsed));
        var aside = SetAsideRows.Of(loaded, all, SetAside.Test);
        if (aside.IsTrainingFile) terminal.Remark(Invariant($"{file} is what the model was trained on: using the {aside.Rows.Rows} test rows that training set aside."));
        var people = parsed.GetValue(limit) is > 0 and var most && most < aside.Rows.Rows ? aside.Rows.Slice(0, most) : aside.Rows;
        var rows = shifted.Read(parsed, terminal, loaded, all, source.Csv.Of(parsed), parsed.GetValue(source.Folder), root);
        var result = SharedOptions.Within(parsed.GetValue(timeout), within =>
        {
            var told = Find(parsed, terminal, loaded, all, people, root, within);
            var models = told.All(t => t.Answers.Count == 0) ? [] : Retrained(parsed, terminal, loaded, rows, root, within);
            return new RobustnessMeasure(loaded, people, NamesOf(all, people), rows, models, level, new(parsed.GetValue(threads)), within)
                .Of(told, root, aside.IsTrainingFile, parsed.GetValue(output));
        }, cancel);
        if (result.Out is { } path) RobustnessOutput.Write(path, result);
        if (report.PathOf(parsed) is { } page)
        {
            ReportOption.Write(page, RobustnessOutput.Page(result, file));
            terminal.Remark($"Wrote the report to {page}.");
        }
        if (parsed.GetValue(json)) Output.Json(terminal, result, CliJson.Default.RobustnessResult);
        else RobustnessOutput.Print(terminal, result);
        return Gate(terminal, result, demanded);
    }

    private (double Level, double? Demanded) Refuse(ParseResult parsed)
    {
        var refusals = new Refusals();
        string? path = parsed.GetValue(output), people = refusals.Try(() => source.PathOf(parsed), null);
        string?[] inputs = [parsed.GetValue(model), people, .. shifted.Files(parsed)];
        refusals.Try(() => shifted.Refuse(parsed));
        refusals.Try(() => desired.Refuse(parsed));
        refusals.Try(() => method.RefuseEach(parsed));
        double level = refusals.Try(() => SharedOptions.Number("--confidence", parsed.GetValue(confidence)!), 0.5);
        refusals.AddIf(!(level is > 0 and < 1), Invariant($"--confidence is {level}; must be more than 0 and less than 1."));
        double? demanded = refusals.Try(() => parsed.GetValue(atLeast) is { } text ? SharedOptions.Number("--at-least", text) : (double?)null, null);
        refusals.AddIf(demanded is { } share && !(share is >= 0 and <= 1), Invariant($"--at-least is {demanded}; must be 0 to 1."));
        refusals.AddIf(parsed.GetValue(limit) < 0, Invariant($"--limit is {parsed.GetValue(limit)}; must be 0 (all) or more."));
        refusals.AddIf(path is not null && !RobustnessOutput.IsCsv(path) && !path.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase), $"--out is '{path}'; must end in .csv or .ndjson.");
        refusals.Try(() => source.Csv.Of(parsed), new());
        refusals.Try(() => { if (parsed.GetValue(seed) is { } text) SharedOptions.SeedOf(text); });
        refusals.Try(() => SharedOptions.Deadline(parsed.GetValue(timeout), default).Dispose());
        refusals.Try(() => OptionsException.ThrowIfAny(new Execution(parsed.GetValue(threads)).Problems()));
        refusals.Try(() => { if (path is not null) Output.RefuseInputs(path, inputs); });
        refusals.Try(() => Output.RefuseExisting(parsed.GetValue(force), path));
        refusals.Try(() => report.Refuse(parsed, [.. inputs, path]));
        refusals.Throw();
        return (level, demanded);
    }

    /// <summary>What every method tells the people whom the model rejects.</summary>
    private List<ToldPeople> Find(ParseResult parsed, Terminal terminal, ITrainedClassifier loaded, Table all, Table people, ulong root, CancellationToken cancel)
    {
        var names = method.Names(parsed, loaded);
        var finders = Work.Run(terminal, "preparing", progress => method.PrepareEach(parsed, loaded, source.Csv.Of(parsed), SetAsideRows.Fitted(loaded, all), root, new Execution(parsed.GetValue(threads)), progress, cancel));
        var request = new RecourseRequest(people, method.Actions(parsed, loaded), Execution: new(parsed.GetValue(threads)));
        return [.. finders.Select((finder, i) =>
        {
            var batch = Work.Run(terminal, $"searching, {names[i]}", progress => finder.Find(request, new Rng(root), progress, cancel));
            cancel.ThrowIfCancellationRequested();
            return new ToldPeople(names[i], batch);
        })];
    }

    private List<ITrainedClassifier> Retrained(ParseResult parsed, Terminal terminal, ITrainedClassifier loaded, IReadOnlyList<ShiftedRows> rows, ulong root, CancellationToken cancel)
    {
        var (execution, statistics) = (new Execution(parsed.GetValue(threads)), shifted.Statistics(parsed, loaded));
        // A file's model does not depend on the files beside it: all are trained by the same seed. Resamples differ by their own numbers.
        ulong SeedOf(int i) => shifted.Resamples(parsed) ? new Rng(root).Split("bootstrap").Split((ulong)(i + 1)).Split("train").Seed : root;
        return Work.Run(terminal, "training again", progress => rows.Select((r, i) =>
        {
            try
            {
                return Retraining.Again(loaded, r.Rows, SeedOf(i), statistics, execution, Work.Nth(progress, i, rows.Count, r.Name), cancel);
            }
            catch (DataException e)
            {
                throw new DataException($"{r.Name}: {e.Message}", e);
            }
        }).ToList());
    }

    /// <summary>What people are called: by their ids, or by their row's number in the file.</summary>
    private static string[] NamesOf(Table all, Table people)
    {
        if (people.Ids is { } ids) return [.. ids];
        var place = new Dictionary<ulong, int>();
        for (int r = 0; r < all.Rows; r++) place[all.Key(r)] = r + 1;
        return [.. Enumerable.Range(0, people.Rows).Select(r => Invariant($"{place[people.Key(r)]}"))];
    }

    private static int Gate(Terminal terminal, RobustnessResult result, double? demanded)
    {
        if (demanded is not { } share) return Exit.Done;
        string[] failing = [.. result.Methods.Where(m => m.All.Share is null || m.All.Share < share).Select(m => m.All.Share is { } held
            ? $"{Output.Percent(held)} of the recourse by {m.Method} holds under all models; {Output.Percent(share)} was demanded."
            : $"{m.Method} found nobody a recourse, so nothing can be said of it.")];
        foreach (string line in failing) terminal.Remark($"error: {line}");
        return failing.Length == 0 ? Exit.Done : Exit.PromiseBroken;
    }
}
