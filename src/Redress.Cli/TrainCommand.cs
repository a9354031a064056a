using System.CommandLine;
using System.Globalization;
using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;
using Redress.Training;

namespace Redress.Cli;

/// <summary><c>redress train</c>: from rows to a model file.</summary>
internal sealed class TrainCommand
{
    private const string NoLayers = "none";
    private readonly Option<string?> schema = new("--schema") { Description = "The schema file." };
    private readonly Option<string> output = new("--out") { Description = "Where to write the model (.safetensors).", Required = true };
    private readonly Option<string> objective = new("--objective") { Description = "standard; recourse: trained to offer recourse; adversarial: on rows attacked by pgd; adversarial-mixed: on batches of which a share is attacked; counternet: with a generator of recourse; or rocoursenet: with one whose recourse is to survive a shift of the data.", DefaultValueFactory = _ => "recourse" };
    private readonly Option<string> lambda = new("--lambda") { Description = "Weight of the recourse loss.", DefaultValueFactory = _ => "0.8" };
    private readonly Option<string> epsilon = new("--epsilon") { Description = "Radius of the attack of adversarial training, in encoded units: a number, or a fraction such as 8/255.", DefaultValueFactory = _ => "8/255" };
    private readonly Option<string> share = new("--attacked-share") { Description = "Share of each batch that adversarial-mixed attacks.", DefaultValueFactory = _ => "0.5" };
    private readonly GeneratorSwitches generator = new();
    private readonly AttackSwitches attack = new("attack-", AdversarialOptions.DefaultSteps);
    private readonly ForestSwitches forest = new();
    private readonly Option<string> hidden = new("--hidden") { Description = "Units of each hidden layer, such as 100,100,100; none for a logistic regression.", DefaultValueFactory = _ => "100,100,100" };
    private readonly Option<string> activation = new("--activation") { Description = "tanh, relu, leaky-relu, gelu, sigmoid or identity; or one for each hidden layer, separated by commas.", DefaultValueFactory = _ => "tanh" };
    private readonly Option<string> dropout = new("--dropout") { Description = "Probability that a hidden unit is left out of a step.", DefaultValueFactory = _ => "0.3" };
    private readonly Option<int> epochs = new("--epochs") { Description = "Passes over the training rows.", DefaultValueFactory = _ => 15 };
    private readonly Option<int> batch = new("--batch") { Description = "Rows a step.", DefaultValueFactory = _ => 15 };
    private readonly Option<string> rate = new("--learning-rate") { Description = "The optimizer's step size.", DefaultValueFactory = _ => "0.002" };
    private readonly Option<string> optimizer = new("--optimizer") { Description = "adam, sgd or rmsprop.", DefaultValueFactory = _ => "adam" };
    private readonly Option<string> momentum = new("--momentum") { Description = "Momentum of sgd.", DefaultValueFactory = _ => "0" };
    private readonly Option<string> schedule = new("--schedule") { Description = "The learning rate over all steps: constant or cosine.", DefaultValueFactory = _ => "constant" };
    private readonly Option<string> best = new("--best") { Description = "The epoch that is kept: validation-f1 (the highest), validation-loss (the lowest) or last, which is the default with a generator.", DefaultValueFactory = _ => "validation-f1" };
    private readonly Option<int> patience = new("--patience") { Description = "Epochs without a better one before training stops; 0 to run all." };
    private readonly Option<string> threshold = new("--threshold") { Description = "θ: max-f1 on the validation rows, or a probability such as 0.5, which is the default with a generator.", DefaultValueFactory = _ => "max-f1" };
    private readonly Option<string> split = new("--split") { Description = "Shares of train/validation/calibration/test.", DefaultValueFactory = _ => "60/15/15/10" };
    private readonly Option<string> splitRule = new("--split-rule") { Description = "stratified: drawn by seed, each outcome in its own share; or ordered: as the rows stand, the first for training and the last for test.", DefaultValueFactory = _ => "stratified" };
    private readonly Option<string?> validation = new("--validation") { Description = "A file of validation rows; then the data are all training rows." };
    private readonly Option<string?> calibration = new("--calibration") { Description = "A file of calibration rows, remembered as set aside." };
    private readonly Option<string?> test = new("--test") { Description = "A file of test rows, remembered as set aside." };
    private readonly Option<string> scaling = new("--scaling") { Description = "standardise, min-max, none, or range: to 0 and 1 at the declared range.", DefaultValueFactory = _ => "standardise" };
    private readonly Option<string> categories = new("--categories") { Description = "one-hot or ordinal.", DefaultValueFactory = _ => "one-hot" };
    private readonly Option<string> seed = SharedOptions.Seed();
    private readonly Option<int> threads = SharedOptions.Threads();
    private readonly Option<string?> timeout = SharedOptions.Timeout("nothing is written then, but for a checkpoint");
    private readonly Option<string?> checkpoint = new("--checkpoint") { Description = "Keep the training's state in this file after every epoch; the same command goes on from there." };
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<bool> json = SharedOptions.Json();
    private readonly RowSource source = new(new(), "The CSV file, plain or .gz, or - for standard input.");

    internal static Command Create(Terminal terminal)
    {
        var own = new TrainCommand();
        var command = new Command("train", "Train a classifier that offers recourse, and write it as one file.");
        own.source.AddTo(command);
        foreach (var option in new Option[]
        {
            own.schema, own.output, own.objective, own.lambda, own.epsilon, own.share, own.hidden, own.activation, own.dropout, own.epochs, own.batch, own.rate, own.optimizer, own.momentum, own.schedule, own.best, own.patience,
            own.threshold, own.split, own.splitRule, own.validation, own.calibration, own.test, own.scaling, own.categories, own.seed, own.threads, own.timeout, own.checkpoint, own.force, own.json,
        }) command.Add(option);
        own.forest.AddTo(command);
        own.attack.AddTo(command);
        own.generator.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string path = parsed.GetValue(output)!;
        var refusals = new Refusals();
        refusals.Try(() => Output.RefuseExisting(parsed.GetValue(force), path));
        refusals.Try(() => Output.RefuseInputs(path, parsed.GetValue(source.File), parsed.GetValue(schema), parsed.GetValue(validation), parsed.GetValue(calibration), parsed.GetValue(test)));
        if (parsed.GetValue(checkpoint) is { } state) refusals.Try(() => Output.RefuseInputs(state, path, parsed.GetValue(source.File), parsed.GetValue(schema), parsed.GetValue(validation), parsed.GetValue(calibration), parsed.GetValue(test)));
        refusals.Try(() => SharedOptions.Deadline(parsed.GetValue(timeout), default).Dispose());
        refusals.Try(() => RefuseIgnored(parsed));
        bool trees = forest.IsAsked(parsed);
        var settings = trees ? TrainingSettings.Paper : Settings(parsed, refusals);
        var grown = trees ? forest.Read(parsed, refusals.Try(() => ThresholdRule.Parse(parsed.GetValue(threshold)!), ThresholdRule.MaxF1), Encoded(parsed, refusals), refusals) : null;
        ulong root = refusals.Try(() => SharedOptions.SeedOf(parsed.GetValue(seed)!), 0ul);
        var goal = trees ? new Standard() : Goal(parsed, refusals);
        var shares = refusals.Try(() => Shares(parsed), new SplitShares());
        refusals.Try(() => Rule(parsed));
        var execution = new Execution(parsed.GetValue(threads));
        refusals.Try(() => OptionsException.ThrowIfAny(execution.Problems()));
        refusals.Throw();
        var rows = Rows(parsed, terminal, shares, new Rng(root));
        if (goal is CounterNet classes && rows.Train.Schema.Classes.Count > 0)
        {
            var several = Work.Run(terminal, "training", progress => SharedOptions.Within(parsed.GetValue(timeout), within => Trainer.Multiclass(rows, settings, classes.Asked, root, execution, progress, Checkpoint(parsed), within), cancel));
            ModelFile.Save(several, path);
            MulticlassOutput.Trained(terminal, several, rows, path, parsed.GetValue(json));
            return Exit.Done;
        }
        ICertifiableModel model = Work.Run<ICertifiableModel>(terminal, "training", progress => SharedOptions.Within<ICertifiableModel>(parsed.GetValue(timeout), within => grown is not null ? ForestTrainer.Train(rows, grown, root, execution, progress, within) : Trainer.Train(rows, settings, goal, root, execution, progress, within, checkpoint: Checkpoint(parsed)), cancel));
        ModelFile.Save(model, path);
        Report(parsed, terminal, model, rows, path);
        return Exit.Done;
    }

    private TrainingCheckpoint? Checkpoint(ParseResult parsed) => parsed.GetValue(checkpoint) is { } path ? new(path) : null;

    /// <summary>No option is ignored: what another one makes meaningless is refused.</summary>
    private void RefuseIgnored(ParseResult parsed)
    {
        var refusals = new Refusals();
        bool file = refusals.Try(() => source.PathOf(parsed), "") is not null, parts = parsed.IsGiven(validation);
        refusals.AddIf(file && !parsed.IsGiven(schema), "Training on a file needs --schema; 'redress init' drafts one.");
        refusals.AddIf(!file && parsed.IsGiven(schema), "--schema goes with a CSV file; a known data set has its own.");
        refusals.AddIf(!file && parts, "--validation goes with a CSV file; a known data set is split.");
        refusals.AddIf(!parts && (parsed.IsGiven(calibration) || parsed.IsGiven(test)), "--calibration and --test go with --validation; without it the one file is split.");
        refusals.AddIf(parts && parsed.IsGiven(split), "--split cuts one file; with --validation the parts are given.");
        refusals.AddIf(parts && parsed.IsGiven(splitRule), "--split-rule cuts one file; with --validation the parts are given.");
        forest.RefuseIgnored(parsed, [objective, lambda, epsilon, share, hidden, activation, dropout, epochs, batch, rate, optimizer, momentum, schedule, best, patience, checkpoint, .. attack.Options, .. generator.All], refusals);
        if (forest.IsAsked(parsed))
        {
            refusals.Throw();
            return;
        }
        string goal = parsed.GetValue(objective)!;
        refusals.AddIf(goal != "recourse" && parsed.IsGiven(lambda), "--lambda weighs the recourse loss; it goes with --objective recourse.");
        string? ofAttack = parsed.IsGiven(epsilon) ? epsilon.Name : attack.Given(parsed);
        refusals.AddIf(ofAttack is not null && !goal.StartsWith("adversarial", StringComparison.Ordinal), $"{ofAttack} describes an attack; it goes with --objective adversarial or adversarial-mixed.");
        refusals.AddIf(goal != "adversarial-mixed" && parsed.IsGiven(share), "--attacked-share is of each batch; it goes with --objective adversarial-mixed.");
        generator.RefuseIgnored(parsed, goal, refusals);
        refusals.AddIf(parsed.GetValue(hidden) == NoLayers && parsed.IsGiven(dropout), "--dropout is of hidden units; with --hidden none there are none.");
        refusals.AddIf(parsed.GetValue(hidden) == NoLayers && parsed.IsGiven(activation), "--activation is of hidden units; with --hidden none there are none.");
        refusals.Throw();
    }

    private bool HasGenerator(ParseResult parsed) => parsed.GetValue(objective) is "counternet" or "rocoursenet";

    private IObjective Goal(ParseResult parsed, Refusals refusals)
    {
        string goal = parsed.GetValue(objective)!;
        if (goal == "recourse") return refusals.Try<IObjective>(() => new RecourseAware(SharedOptions.Number("--lambda", parsed.GetValue(lambda)!)), new Standard());
        if (goal is "adversarial" or "adversarial-mixed") return Adversarial(parsed, goal == "adversarial", refusals);
        if (HasGenerator(parsed)) return new CounterNet(generator.Read(parsed, robust: goal == "rocoursenet", refusals));
        refusals.AddIf(goal != "standard", $"--objective is '{goal}'; must be standard, recourse, adversarial, adversarial-mixed, counternet or rocoursenet.");
        return new Standard();
    }

    private IObjective Adversarial(ParseResult parsed, bool all, Refusals refusals)
    {
        double radius = refusals.Try(() => SharedOptions.Fraction("--epsilon", parsed.GetValue(epsilon)!), 0);
        double attacked = all ? 1 : refusals.Try(() => SharedOptions.Number("--attacked-share", parsed.GetValue(share)!), 1);
        var options = new AdversarialOptions(attack.Ball(parsed, radius, refusals), attack.Pgd(parsed, refusals), attacked);
        refusals.Try(() => OptionsException.ThrowIfAny(options.Problems()));
        return all ? new Adversarial(options) : new AdversarialMixed(options);
    }

    private TrainingSettings Settings(ParseResult parsed, Refusals refusals)
    {
        int[] sizes = refusals.Try(() => Sizes(parsed.GetValue(hidden)!), [1]);
        Activation[] each = refusals.Try(() => parsed.GetValue(activation)!.Split(',').Select(a => SharedOptions.Named<Activation>("--activation", a)).ToArray(), [Activation.Tanh]);
        var settings = new TrainingSettings(sizes,
            each.Length == 1 ? each[0] : Activation.Tanh,
            sizes.Length == 0 ? 0 : refusals.Try(() => SharedOptions.Single("--dropout", parsed.GetValue(dropout)!), 0f),
            refusals.Try(() => SharedOptions.Single("--learning-rate", parsed.GetValue(rate)!), 1f),
            parsed.GetValue(batch), parsed.GetValue(epochs), parsed.GetValue(patience),
            Threshold: refusals.Try(() => ThresholdRule.Parse(HasGenerator(parsed) && !parsed.IsGiven(threshold) ? "0.5" : parsed.GetValue(threshold)!), ThresholdRule.MaxF1),
            Encoding: Encoded(parsed, refusals),
            Best: refusals.Try(() => SharedOptions.Named<BestEpoch>("--best", HasGenerator(parsed) && !parsed.IsGiven(best) ? "last" : parsed.GetValue(best)!), default),
            Activations: each.Length == 1 ? null : each,
            Optimizer: refusals.Try(() => SharedOptions.Named<OptimizerKind>("--optimizer", parsed.GetValue(optimizer)!), default),
            Momentum: refusals.Try(() => SharedOptions.Single("--momentum", parsed.GetValue(momentum)!), 0f),
            Schedule: refusals.Try(() => SharedOptions.Named<LearningRateSchedule>("--schedule", parsed.GetValue(schedule)!), default));
        refusals.Try(() => OptionsException.ThrowIfAny(settings.Problems()));
        return settings;
    }

    private EncodingOptions Encoded(ParseResult parsed, Refusals refusals) => new(
        refusals.Try(() => SharedOptions.Named<NumberScaling>("--scaling", parsed.GetValue(scaling)!), default),
        refusals.Try(() => SharedOptions.Named<CategoryCoding>("--categories", parsed.GetValue(categories)!), default));

    private static int[] Sizes(string layers) => layers == NoLayers ? [] :
        [.. layers.Split(',').Select(s => int.TryParse(s.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : throw new OptionsException($"--hidden is '{layers}'; write sizes such as 100,100, or none."))];

    private TrainingData Rows(ParseResult parsed, Terminal terminal, SplitShares shares, Rng rng)
    {
        if (source.PathOf(parsed) is not { } file) return Known(parsed, shares, rng);
        var columns = SchemaFile.Load(parsed.GetValue(schema)!);
        Table Read(string path)
        {
            var table = CsvTable.Read(path, columns, source.Csv.Of(parsed), needTarget: true, out var summary);
            CsvRemarks.Print(terminal, summary, path);
            return table;
        }
        return parsed.GetValue(validation) is { } given
            ? new(Read(file), Read(given), parsed.GetValue(calibration) is { } c ? Read(c) : null, parsed.GetValue(test) is { } t ? Read(t) : null)
            : TrainingData.Of(Read(file), shares, rng.Split("split"), Rule(parsed));
    }

    /// <summary>A known data set, split; where its publisher set test rows aside, those are the test part and the other shares fill the rest.</summary>
    private TrainingData Known(ParseResult parsed, SplitShares shares, Rng rng)
    {
        var (rows, held) = source.Known(parsed);
        if (held is null) return TrainingData.Of(rows, shares, rng.Split("split"), Rule(parsed));
        double rest = 1 - shares.Test;
        return TrainingData.Of(rows, new(shares.Train / rest, shares.Validation / rest, shares.Calibration / rest, 0), rng.Split("split"), Rule(parsed)) with { Test = held };
    }

    private SplitRule Rule(ParseResult parsed) => SharedOptions.Named<SplitRule>("--split-rule", parsed.GetValue(splitRule)!);

    private SplitShares Shares(ParseResult parsed)
    {
        string text = parsed.GetValue(split)!;
        double[] parts = [.. text.Split('/').Select(s => SharedOptions.Number("--split", s) / 100)];
        if (parts.Length != 4) throw new OptionsException($"--split is '{text}'; write four shares of 100, such as 60/15/15/10.");
        var shares = new SplitShares(parts[0], parts[1], parts[2], parts[3]);
        OptionsException.ThrowIfAny(shares.Problems());
        return shares;
    }

    private void Report(ParseResult parsed, Terminal terminal, ICertifiableModel model, TrainingData rows, string path)
    {
        double probability = Scores.Probability(model.ScoreKind, model.Threshold);
        var validated = Figures(model, rows.Validation);
        var tested = rows.Test is { Rows: > 0, Labels: not null } held ? Figures(model, held) : [];
        int favourable = rows.Train.Labels!.Count(l => l);
        if (parsed.GetValue(json))
        {
            Output.Json(terminal, new TrainResult(path, model.Fingerprint, rows.Train.Rows, rows.Validation.Rows, rows.Calibration?.Rows ?? 0, rows.Test?.Rows ?? 0, favourable,
                model.Training.BestEpoch, model.Training.Epochs.Count, model.Threshold, probability, validated, tested, model is ForestModel own ? ForestOutput.Result(own) : null), CliJson.Default.TrainResult);
            return;
        }
        terminal.Say(Invariant($"{rows.Train.Rows:#,0} training, {rows.Validation.Rows:#,0} validation, {rows.Calibration?.Rows ?? 0:#,0} calibration and {rows.Test?.Rows ?? 0:#,0} test rows; {Output.Percent((double)favourable / rows.Train.Rows)} of the training rows are favourable."));
        terminal.Say(model is ForestModel grown
            ? Invariant($"{ForestOutput.Grown(grown)}. Threshold (probability) {Output.Figure(model.Threshold)}.")
            : Invariant($"Best epoch {model.Training.BestEpoch} of {model.Training.Epochs.Count}. Threshold {Output.Figure(model.Threshold)} (probability {Output.Figure(probability)})."));
        terminal.Out.WriteLine();
        var table = Output.Table(["rows", .. validated.Select(f => $">{f.Metric}")]);
        foreach (var (part, figures) in new[] { ("validation", validated), ("test", tested) })
            if (figures.Count > 0) table.With([part, .. figures.Select(f => Output.Figure(f.Value))]);
        terminal.Show(table);
        terminal.Say($"Wrote {path} (fingerprint {model.Fingerprint[..12]}).");
    }

    private static List<FigureResult> Figures(ICertifiableModel model, Table rows) =>
        EvaluateCommand.Figures(new Evaluation(model, rows, new ActionSet(model.Schema, model.Statistics), null, new Rng(model.Training.Seed)), ["f1", "accuracy", "auc"]);
}
