using System.CommandLine;
using Redress.Data;
using Redress.Guarantees;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Cli;

/// <summary><c>redress certify</c>: a PARE certificate, and θ at or below its bound.</summary>
internal sealed class CertifyCommand
{
    private readonly Argument<string> model = new("model") { Description = "The model file." };
    private readonly Option<string> epsilon = new("--epsilon") { Description = "The share of people who may go without recourse.", DefaultValueFactory = _ => "0.05" };
    private readonly Option<string> alpha = new("--alpha") { Description = "The probability that the calibration rows mislead.", DefaultValueFactory = _ => "0.05" };
    private readonly Option<string> choose = new("--choose") { Description = "θ: present (the smaller of the present one and the bound) or max-f1 (the best of ten steps below the bound).", DefaultValueFactory = _ => "present" };
    private readonly Option<string?> output = new("--out") { Description = "Where to write the certified model; default: into the model file." };
    private readonly Option<bool> dropSeen = new("--drop-seen") { Description = "Leave out rows that were seen in training, in place of refusing them." };
    private readonly Option<string> seed = SharedOptions.Seed();
    private readonly Option<int> threads = SharedOptions.Threads();
    private readonly Option<string?> timeout = SharedOptions.Timeout("nothing is written then");
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<bool> json = SharedOptions.Json();
    private readonly MethodSwitches method = new();
    private readonly RowSource source = new(new(), "Calibration rows as CSV: the training file (the rows set aside are used), or rows it has not seen.");

    internal static Command Create(Terminal terminal)
    {
        var own = new CertifyCommand();
        var command = new Command("certify", "Guarantee recourse: the largest threshold at which enough people have it, with confidence.") { own.model };
        foreach (var option in new Option[] { own.epsilon, own.alpha, own.choose, own.output, own.dropSeen, own.seed, own.threads, own.timeout, own.force, own.json }) command.Add(option);
        own.source.AddTo(command);
        own.method.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    /// <summary>A certificate in one sentence.</summary>
    internal static string Sentence(Certificate c) => Invariant(
        $"Certified: with confidence {Output.Percent(1 - c.Alpha)}, at least {Output.Percent(1 - c.Epsilon)} of people are accepted or have recourse by {c.Method} while the threshold is at most {Output.Figure(c.Bound)} ({c.Rows} calibration rows, {c.AllowedFailures} may fail).");

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string from = parsed.GetValue(model)!, path = parsed.GetValue(output) ?? from;
        var refusals = new Refusals();
        refusals.Try(() => Output.RefuseExisting(parsed.GetValue(force) || path == from, path));
        double share = refusals.Try(() => SharedOptions.Number("--epsilon", parsed.GetValue(epsilon)!), 0.5), risk = refusals.Try(() => SharedOptions.Number("--alpha", parsed.GetValue(alpha)!), 0.5);
        var choice = refusals.Try(() => SharedOptions.Named<ThresholdChoice>("--choose", parsed.GetValue(choose)!), default);
        ulong root = refusals.Try(() => SharedOptions.SeedOf(parsed.GetValue(seed)!), 0ul);
        refusals.Try(() => source.PathOf(parsed), null);
        refusals.Try(() => source.Csv.Of(parsed), new());
        refusals.Try(() => Output.RefuseInputs(path, parsed.GetValue(source.File)));
        refusals.Try(() => method.Refuse(parsed));
        refusals.Try(() => SharedOptions.Deadline(parsed.GetValue(timeout), default).Dispose());
        refusals.Try(() => OptionsException.ThrowIfAny(new Execution(parsed.GetValue(threads)).Problems()));
        refusals.Try(() => Pare.Refuse(share, risk));
        refusals.Throw();
        var loaded = ModelFile.LoadTrained(from);
        var (rows, left) = Rows(parsed, terminal, loaded, choice);
        var finder = Work.Run(terminal, "preparing", progress => method.Prepare(parsed, loaded, source.Csv.Of(parsed), root, new Execution(parsed.GetValue(threads)), progress, cancel));
        var certificate = Work.Run(terminal, "certifying", progress => SharedOptions.Within(parsed.GetValue(timeout), within => Pare.Certify(
            loaded, finder, rows, share, risk, new Rng(root), choice, method.Actions(parsed, loaded), new Execution(parsed.GetValue(threads)), progress, within), cancel));
        var certified = loaded.Certified(certificate);
        ModelFile.Save(certified, path);
        if (parsed.GetValue(json)) Output.Json(terminal, new CertifyResult(path, certificate, loaded.Threshold, certified.Threshold, left), CliJson.Default.CertifyResult);
        else Print(terminal, loaded, certified, certificate, rows, path);
        return Exit.Done;
    }

    private (Table Rows, int LeftOut) Rows(ParseResult parsed, Terminal terminal, ICertifiableModel loaded, ThresholdChoice choice)
    {
        string file = source.NameOf(parsed);
        var all = source.Read(parsed, terminal, loaded.Schema, needTarget: choice == ThresholdChoice.MaxF1);
        var aside = SetAsideRows.Of(loaded, all, SetAside.Calibration);
        if (aside.IsTrainingFile) terminal.Remark(Invariant($"{file} is what the model was trained on: using the {aside.Rows.Rows} calibration rows that training set aside."));
        if (!parsed.GetValue(dropSeen)) return (aside.Rows, 0);
        int[] unseen = [.. Enumerable.Range(0, aside.Rows.Rows).Where(r => !loaded.Training.Keys.Saw(aside.Rows.Key(r)))];
        int left = aside.Rows.Rows - unseen.Length;
        if (left > 0) terminal.Remark(Invariant($"{file}: {left} rows were seen in training and are left out."));
        return (aside.Rows.Select(unseen), left);
    }

    private static void Print(Terminal terminal, ICertifiableModel before, ICertifiableModel after, Certificate certificate, Table rows, string path)
    {
        terminal.Say(Sentence(certificate));
        string Shown(double logit) => $"{Output.Figure(logit)} (probability {Output.Figure(Scores.Probability(before.ScoreKind, logit))})";
        terminal.Out.WriteLine(before.Threshold == after.Threshold ? $"The threshold stays {Shown(after.Threshold)}." : $"The threshold goes from {Shown(before.Threshold)} to {Shown(after.Threshold)}.");
        if (rows.Labels is { } labels)
        {
            double[] scores = Scores.Favourable(before, rows);
            var (was, now) = (Confusion.At(scores, [.. labels], before.Threshold), Confusion.At(scores, [.. labels], after.Threshold));
            terminal.Say(before.Threshold == after.Threshold
                ? $"On these rows F1 is {Output.Figure(now.F1)} and accuracy {Output.Figure(now.Accuracy)}, as before."
                : $"On these rows F1 goes from {Output.Figure(was.F1)} to {Output.Figure(now.F1)} and accuracy from {Output.Figure(was.Accuracy)} to {Output.Figure(now.Accuracy)}.");
        }
        terminal.Out.WriteLine($"Wrote {path}.");
    }
}
