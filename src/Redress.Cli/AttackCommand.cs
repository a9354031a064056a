using System.CommandLine;
using System.Globalization;
using Redress.Attacks;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Reports;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Cli;

/// <summary><c>redress attack</c>: how many decisions small changes of the input turn, by their size.</summary>
internal sealed class AttackCommand
{
    private const int MostPoints = 1000;
    private readonly Argument<string> model = new("model") { Description = "The model file." };
    private readonly Option<string> method = new("--method") { Description = "pgd or fgsm.", DefaultValueFactory = _ => Pgd.About.Slug };
    private readonly Option<string> epsilon = new("--epsilon") { Description = "Radii in encoded units, numbers or fractions separated by commas, such as 8/255,16/255.", DefaultValueFactory = _ => "8/255" };
    private readonly Option<int> curve = new("--curve") { Description = "This many radii, evenly up to --epsilon." };
    private readonly Option<int> restarts = new("--restarts") { Description = "Random starts of pgd for each person.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> still = new("--no-random-start") { Description = "Start pgd at the person's own row." };
    private readonly Option<int> limit = new("--limit") { Description = "Only the first rows; 0 for all." };
    private readonly Option<string?> output = new("--out") { Description = "Where to write the curve (CSV)." };
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<string> seed = SharedOptions.Seed();
    private readonly Option<int> threads = SharedOptions.Threads();
    private readonly Option<string?> timeout = SharedOptions.Timeout("nothing is written then");
    private readonly Option<bool> json = SharedOptions.Json();
    private readonly ReportOption report;
    private readonly AttackSwitches switches = new("", new PgdOptions().Steps);
    private readonly RowSource source = new(new(), "Rows as CSV: the training file (the test rows set aside are used), or any others.");

    private AttackCommand() => report = new("Also write a page with the curve as a chart to this file, such as report.html.", force);

    internal static Command Create(Terminal terminal)
    {
        var own = new AttackCommand();
        var command = new Command("attack", "Measure how many decisions small changes of the input turn: the susceptibility curve of a model.") { own.model };
        own.source.AddTo(command);
        foreach (var option in (Option[])[own.method, own.epsilon, own.curve, own.restarts, own.still, own.limit, own.output, .. own.report.Options, own.force, own.seed, own.threads, own.timeout, own.json]) command.Add(option);
        own.switches.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string? path = parsed.GetValue(output);
        var refusals = new Refusals();
        refusals.Try(() => Output.RefuseExisting(parsed.GetValue(force), path));
        if (path is not null) refusals.Try(() => Output.RefuseInputs(path, parsed.GetValue(model), parsed.GetValue(source.File)));
        refusals.Try(() => report.Refuse(parsed, parsed.GetValue(model), parsed.GetValue(source.File), path));
        refusals.Try(() => source.PathOf(parsed), null);
        refusals.Try(() => source.Csv.Of(parsed), new());
        refusals.Try(() => SharedOptions.Deadline(parsed.GetValue(timeout), default).Dispose());
        refusals.AddIf(parsed.GetValue(limit) < 0, Invariant($"--limit is {parsed.GetValue(limit)}; must be 0 (all) or more."));
        var attack = Attack(parsed, refusals);
        double[] radii = refusals.Try(() => Radii(parsed), []);
        var ball = switches.Ball(parsed, radii.Length > 0 ? radii.Max() : 0, refusals);
        refusals.Try(() => OptionsException.ThrowIfAny(ball.Problems()));
        ulong root = refusals.Try(() => SharedOptions.SeedOf(parsed.GetValue(seed)!), 0ul);
        var execution = new Execution(parsed.GetValue(threads));
        refusals.Try(() => OptionsException.ThrowIfAny(execution.Problems()));
        refusals.Throw();
        var loaded = ModelFile.LoadTrained(parsed.GetValue(model)!);
        var (people, isTest) = People(parsed, terminal, loaded);
        var points = Work.Run(terminal, "attacking", progress => SharedOptions.Within(
            parsed.GetValue(timeout), within => SusceptibilityCurve.Measure(loaded, people, attack, ball, radii, new Rng(root), execution, progress, within), cancel));
        var result = new AttackResult(loaded.Fingerprint, attack.Info.Slug, SharedOptions.Slug(ball.Norm), people.Rows, isTest, path, [.. points.Select(Point)]);
        if (path is not null) Write(path, result);
        if (report.PathOf(parsed) is { } page)
        {
            ReportOption.Write(page, Page(result, Path.GetFileName(source.NameOf(parsed)), root));
            terminal.Remark($"Wrote the report to {page}.");
        }
        if (parsed.GetValue(json)) Output.Json(terminal, result, CliJson.Default.AttackResult);
        else Print(terminal, result);
        return Exit.Done;
    }

    private IAttack Attack(ParseResult parsed, Refusals refusals)
    {
        var options = switches.Pgd(parsed, refusals) with { Restarts = parsed.GetValue(restarts), RandomStart = !parsed.GetValue(still) };
        var named = refusals.Try(() => AttackCatalog.Get(parsed.GetValue(method)!), new Pgd());
        if (named is Fgsm)
        {
            string? given = switches.GivenSteps(parsed) ?? new Option[] { restarts, still }.FirstOrDefault(parsed.IsGiven)?.Name;
            refusals.AddIf(given is not null, $"{given} goes with --method pgd; fgsm takes one step from the person's own row.");
            return named;
        }
        var attack = new Pgd(options);
        refusals.Try(() => OptionsException.ThrowIfAny(attack.Problems()));
        return attack;
    }

    /// <summary>The radii that are listed, or evenly spaced up to the one that is given.</summary>
    private double[] Radii(ParseResult parsed)
    {
        double[] listed = [.. parsed.GetValue(epsilon)!.Split(',').Select(e => SharedOptions.Fraction("--epsilon", e.Trim()))];
        int count = parsed.GetValue(curve);
        if (listed.Length > MostPoints) throw new OptionsException(Invariant($"--epsilon lists {listed.Length} radii; the limit is {MostPoints}."));
        OptionsException.ThrowIfAny(listed.SelectMany(e => new AttackBall(e).Problems()).Distinct());
        if (!parsed.IsGiven(curve)) return listed;
        if (count is < 1 or > MostPoints) throw new OptionsException(Invariant($"--curve is {count}; must be 1 to {MostPoints}."));
        if (listed.Length != 1) throw new OptionsException(Invariant($"--curve goes up to one radius; --epsilon lists {listed.Length}."));
        return [.. Enumerable.Range(1, count).Select(i => listed[0] * i / count)];
    }

    private (Table People, bool IsTest) People(ParseResult parsed, Terminal terminal, ITrainedClassifier loaded)
    {
        var aside = SetAsideRows.Of(loaded, source.Read(parsed, terminal, loaded.Schema, needTarget: true), SetAside.Test);
        if (aside.IsTrainingFile) terminal.Remark(Invariant($"{source.NameOf(parsed)} is what the model was trained on: using the {aside.Rows.Rows} test rows that training set aside."));
        return (parsed.GetValue(limit) is > 0 and var most && most < aside.Rows.Rows ? aside.Rows.Slice(0, most) : aside.Rows, aside.IsTrainingFile);
    }

    private static AttackPointResult Point(SusceptibilityPoint point)
    {
        var (lower, upper) = point.Correct > 0 ? ClopperPearson.Interval(point.Susceptible, point.Correct, 0.95) : (double.NaN, double.NaN);
        double? Known(double value) => double.IsNaN(value) ? null : value;
        return new(point.Epsilon, point.Susceptible, point.Correct, Known(point.Susceptibility), Known(lower), Known(upper), Known(point.AdversarialAccuracy));
    }

    private static void Write(string path, AttackResult result)
    {
        var text = new System.Text.StringBuilder("epsilon,susceptible,correct,people,susceptibility,lower,upper,adversarial_accuracy\n");
        string Show(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
        foreach (var point in result.Points)
            text.Append(CultureInfo.InvariantCulture, $"{Show(point.Epsilon)},{point.Susceptible},{point.Correct},{result.People},{Show(point.Susceptibility)},{Show(point.Lower)},{Show(point.Upper)},{Show(point.AdversarialAccuracy)}\n");
        AtomicFile.Write(path, text.ToString());
    }

    private static string Page(AttackResult result, string rows, ulong seed) => AttackReport.Html(
        [
            Invariant($"{result.People:#,0} people of {rows}, attacked by {result.Attack} in the {result.Norm} ball, seed {seed}."), $"Model {result.Model}.",
            "Susceptibility: of the people decided rightly as they are, the share whom a change within ε turns. Adversarial accuracy: the share of all people who are decided rightly even so. No attack proves that there is no such change.",
        ],
        [
            new("susceptibility", [.. result.Points.Select(p => new AttackPoint(p.Epsilon, p.Susceptibility ?? double.NaN, p.Lower, p.Upper, p.Correct))]),
            new("adversarial accuracy", [.. result.Points.Select(p => new AttackPoint(p.Epsilon, p.AdversarialAccuracy ?? double.NaN, null, null, result.People))]),
        ]);

    private static void Print(Terminal terminal, AttackResult result)
    {
        terminal.Out.WriteLine(Invariant($"{result.People:#,0} people, attacked by {result.Attack} in the {result.Norm} ball"));
        terminal.Out.WriteLine();
        var table = Output.Table(">epsilon", ">susceptible", ">correct", ">share", "95 % interval", ">adversarial accuracy");
        string Show(double? value) => value is { } known ? Output.Figure(known) : "";
        foreach (var point in result.Points)
        {
            string interval = point.Lower is { } lower && point.Upper is { } upper ? $"{Output.Figure(lower)} to {Output.Figure(upper)}" : "";
            table.With(point.Epsilon.ToString("0.#####", CultureInfo.InvariantCulture), Invariant($"{point.Susceptible:#,0}"), Invariant($"{point.Correct:#,0}"), Show(point.Susceptibility), interval, Show(point.AdversarialAccuracy));
        }
        terminal.Show(table);
        terminal.Say("Epsilon is in the model's encoded units; correct are those decided rightly as they are, susceptible those of them whom a change within epsilon turns.");
        if (result.Out is not null) terminal.Out.WriteLine($"Wrote {result.Out}.");
    }
}
