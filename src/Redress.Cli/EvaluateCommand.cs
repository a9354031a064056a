using System.CommandLine;
using Redress.Attacks;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Reports;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Cli;

/// <summary><c>redress evaluate</c>: every metric of a model and the recourse its people get.</summary>
internal sealed class EvaluateCommand
{
    private readonly Argument<string> model = new("model") { Description = "The model file." };
    private readonly Option<string?> metrics = new("--metrics") { Description = "Only these, separated by commas." };
    private readonly Option<string?> reference = new("--reference") { Description = "Labelled rows as CSV that recourse is compared with. Default: the rows that fitted the model, where the data are its training file." };
    private readonly Option<string[]> shifted = new("--shifted-model") { Description = "A model that was trained on other rows, for robust-validity; may be given several times.", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string> epsilon = new("--epsilon") { Description = "Radius of the attack of susceptibility and adversarial-accuracy, in encoded units.", DefaultValueFactory = _ => "8/255" };
    private readonly Option<int> limit = new("--limit") { Description = "Only the first rows; 0 for all." };
    private readonly Option<string?> seed = SharedOptions.Seed("that of the model's newest certificate, else 1");
    private readonly Option<int> threads = SharedOptions.Threads();
    private readonly Option<bool> json = SharedOptions.Json();
    private readonly ClassSwitch desired = new();
    private readonly ReportOption report = new("Also write a page with tables and charts to this file, such as report.html.");
    private readonly MethodSwitches method = new();
    private readonly RowSource source = new(new(), "Rows as CSV: the training file (the test rows set aside are used), or any others.");

    internal static Command Create(Terminal terminal)
    {
        var own = new EvaluateCommand();
        var command = new Command("evaluate", "Measure a model and the recourse its people get.") { own.model };
        foreach (var option in (Option[])[own.metrics, own.reference, own.shifted, own.desired.Option, own.epsilon, own.limit, own.seed, own.threads, .. own.report.Options, own.json]) command.Add(option);
        own.source.AddTo(command);
        own.method.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    /// <summary>The figures of some metrics, or of all.</summary>
    /// <exception cref="OptionsException">A name is no metric.</exception>
    internal static List<FigureResult> Figures(Evaluation evaluation, IReadOnlyList<string>? only)
    {
        return [.. Measured(evaluation, only).Select(Result)];
    }

    private static List<ReportedMetric> Measured(Evaluation evaluation, IReadOnlyList<string>? only)
    {
        RefuseUnknown(only);
        return [.. MetricCatalog.All.Where(m => only is null || only.Contains(m.Info.Slug)).SelectMany(m => m.Of(evaluation).Select(v => new ReportedMetric(m.Info, v)))];
    }

    private static FigureResult Result(ReportedMetric m) => new(m.Info.Slug, m.Value.Of, m.Value.Value, m.Value.Count, m.Value.Lower, m.Value.Upper, m.Info.Unit, SharedOptions.Slug(m.Info.Better));

    private static void RefuseUnknown(IReadOnlyList<string>? only)
    {
        string[] unknown = [.. (only ?? []).Where(m => MetricCatalog.All.All(k => k.Info.Slug != m)).Select(m => $"'{m}'")];
        if (unknown.Length > 0) throw new OptionsException($"{string.Join(" and ", unknown)} {(unknown.Length == 1 ? "is no metric" : "are no metrics")}; there are {string.Join(", ", MetricCatalog.All.Select(k => k.Info.Slug))}.");
    }

    private AttackBall Ball(ParseResult parsed, string[]? only)
    {
        if (parsed.IsGiven(epsilon) && only is not null && !only.Contains("susceptibility") && !only.Contains("adversarial-accuracy"))
            throw new OptionsException("--epsilon is of the metrics susceptibility and adversarial-accuracy, and --metrics leaves them out.");
        var ball = new AttackBall(SharedOptions.Fraction("--epsilon", parsed.GetValue(epsilon)!));
        OptionsException.ThrowIfAny(ball.Problems());
        return ball;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string[]? only = parsed.GetValue(metrics)?.Split(',', StringSplitOptions.TrimEntries);
        var refusals = new Refusals();
        refusals.Try(() => RefuseUnknown(only));
        var ball = refusals.Try(() => Ball(parsed, only), new AttackBall());
        refusals.Try(() => RefuseShifted(parsed, only));
        refusals.Try(() => desired.Refuse(parsed));
        refusals.AddIf(parsed.GetValue(limit) < 0, Invariant($"--limit is {parsed.GetValue(limit)}; must be 0 (all) or more."));
        string? rows = refusals.Try(() => source.PathOf(parsed), null);
        refusals.Try(() => source.Csv.Of(parsed), new());
        refusals.Try(() => method.Refuse(parsed));
        refusals.Try(() => { if (parsed.GetValue(seed) is { } text) SharedOptions.SeedOf(text); });
        refusals.Try(() => OptionsException.ThrowIfAny(new Execution(parsed.GetValue(threads)).Problems()));
        refusals.Try(() => report.Refuse(parsed, [parsed.GetValue(model), parsed.GetValue(reference), rows, .. parsed.GetValue(shifted) ?? []]));
        refusals.Throw();
        var loaded = desired.Load(parsed, parsed.GetValue(model)!);
        string file = source.NameOf(parsed);
        var all = source.Read(parsed, terminal, loaded.Schema, needTarget: false);
        var aside = SetAsideRows.Of(loaded, all, SetAside.Test);
        if (aside.IsTrainingFile) terminal.Remark(Invariant($"{file} is what the model was trained on: using the {aside.Rows.Rows} test rows that training set aside."));
        var people = parsed.GetValue(limit) is > 0 and var most && most < aside.Rows.Rows ? aside.Rows.Slice(0, most) : aside.Rows;
        var compared = Reference(parsed, terminal, loaded, all, only);
        var others = Shifted(parsed, loaded);
        ulong root = MethodSwitches.Seed(parsed, seed, loaded);
        var execution = new Execution(parsed.GetValue(threads));
        var actions = method.Actions(parsed, loaded);
        var finder = Work.Run(terminal, "preparing", progress => method.Prepare(parsed, loaded, source.Csv.Of(parsed), root, execution, progress, cancel));
        var batch = Work.Run(terminal, "searching", progress => finder.Find(new RecourseRequest(people, actions, Execution: execution), new Rng(root), progress, cancel));
        cancel.ThrowIfCancellationRequested();
        var evaluation = new Evaluation(loaded, people, actions, batch, new Rng(root), execution, compared, cancel) { AttackBall = ball, ShiftedModels = others };
        var measured = Measured(evaluation, only);
        List<FigureResult> figures = [.. measured.Select(Result)];
        if (report.PathOf(parsed) is { } page)
        {
            ReportOption.Write(page, EvaluationReport.Html(evaluation, measured, Path.GetFileName(file)));
            terminal.Remark($"Wrote the report to {page}.");
        }
        if (parsed.GetValue(json)) Output.Json(terminal, new EvaluateResult(loaded.Fingerprint, finder.Info.Slug, people.Rows, aside.IsTrainingFile, figures, (loaded as ClassModel)?.Classes[1]), CliJson.Default.EvaluateResult);
        else Print(terminal, finder, people, figures, (loaded as ClassModel)?.Classes[1]);
        return Exit.Done;
    }

    private void RefuseShifted(ParseResult parsed, string[]? only)
    {
        bool given = parsed.GetValue(shifted) is { Length: > 0 };
        if (given && only is not null && !only.Contains("robust-validity")) throw new OptionsException("--shifted-model is of the metric robust-validity, and --metrics leaves it out.");
        if (!given && only is not null && only.Contains("robust-validity")) throw new OptionsException("robust-validity is judged by models that were trained on other rows; give --shifted-model FILE, or let 'redress robustness' train them.");
    }

    private List<(string, IModel)> Shifted(ParseResult parsed, ITrainedClassifier loaded)
    {
        var others = (parsed.GetValue(shifted) ?? []).Select(f => (Name: Path.GetFileName(f), Model: Other(f, loaded))).ToList();
        string[] strangers = [.. others.Where(o => !o.Model.Schema.HasColumnsOf(loaded.Schema)).Select(o => $"--shifted-model '{o.Name}' has other columns than the model.")];
        return strangers.Length == 0 ? others : throw new DataException(string.Join(Environment.NewLine, strangers));
    }

    /// <summary>Another model, seen for the class that the present one is seen for.</summary>
    private static IModel Other(string path, ITrainedClassifier loaded) => loaded is ClassModel seen ? ModelFile.LoadMulticlass(path).For(seen.Classes[1]) : ModelFile.LoadTrained(path);

    /// <summary>The rows that recourse is compared with, or null, which is said or, where they are asked for, refused.</summary>
    private Data.Table? Reference(ParseResult parsed, Terminal terminal, ITrainedClassifier loaded, Data.Table all, string[]? only)
    {
        if (parsed.GetValue(reference) is { } path)
        {
            var rows = CsvTable.Read(path, loaded.Schema, source.Csv.Of(parsed), needTarget: true, out var summary);
            CsvRemarks.Print(terminal, summary, path);
            return SetAsideRows.Fitted(loaded, rows) ?? rows;
        }
        if (SetAsideRows.Fitted(loaded, all) is { } fitted) return fitted;
        string[] lacking = [.. MetricCatalog.All.Where(m => m.Info.NeedsReference && (only is null || only.Contains(m.Info.Slug))).Select(m => m.Info.Slug)];
        if (lacking.Length == 0) return null;
        string why = $"{string.Join(", ", lacking)}: recourse is compared with labelled rows, and {source.NameOf(parsed)} is not what the model was trained on; give --reference FILE";
        if (only is not null) throw new OptionsException(why + ".");
        terminal.Remark($"Left out are {why} to have them.");
        return null;
    }

    private static void Print(Terminal terminal, IRecourseFinder finder, Table people, List<FigureResult> figures, string? wanted)
    {
        terminal.Out.WriteLine(Invariant($"{people.Rows:#,0} people, recourse{(wanted is null ? "" : $" to class '{wanted}'")} by {finder.Info.Slug}"));
        terminal.Out.WriteLine();
        var table = Output.Table("metric", ">value", "95 % interval", ">people", "better");
        foreach (var figure in figures)
        {
            string interval = figure.Lower is { } lower && figure.Upper is { } upper ? $"{Output.Figure(lower)} to {Output.Figure(upper)}" : "";
            table.With(figure.Of is null ? figure.Metric : $"{figure.Metric} ({figure.Of})", Output.Figure(figure.Value), interval, Invariant($"{figure.Count:#,0}"), figure.Better.Replace('-', ' '));
        }
        terminal.Show(table);
        if (figures.Any(f => f.Metric == "recourse-all") && figures.All(f => f.Metric != "recourse-neg")) terminal.Say("Nobody is rejected; there is nothing to recommend.");
        terminal.Out.WriteLine("What each measures, and its unit: redress methods");
    }
}
