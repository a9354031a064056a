using System.CommandLine;
using System.Globalization;
using Redress.Actions;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Cli;

/// <summary><c>redress train</c>: from rows to a model file.</summary>
internal sealed class TrainCommand
{
    private readonly Argument<string?> data = new("data") { Description = "The CSV file, plain or .gz, or - for standard input.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> schema = new("--schema") { Description = "The schema file." };
    private readonly Option<string?> dataset = new("--dataset") { Description = "A known data set in place of a file (see: redress datasets)." };
    private readonly Option<string?> folder = new("--data") { Description = "The folder of known data sets; default: REDRESS_DATA." };
    private readonly Option<string> output = new("--out") { Description = "Where to write the model (.safetensors).", Required = true };
    private readonly Option<string> objective = new("--objective") { Description = "standard, or recourse: trained to offer recourse.", DefaultValueFactory = _ => "recourse" };
    private readonly Option<string> lambda = new("--lambda") { Description = "Weight of the recourse loss.", DefaultValueFactory = _ => "0.8" };
    private readonly Option<string> hidden = new("--hidden") { Description = "Units of each hidden layer, such as 100,100,100; none for a logistic regression.", DefaultValueFactory = _ => "100,100,100" };
    private readonly Option<string> activation = new("--activation") { Description = "tanh, relu, leaky-relu, gelu or sigmoid.", DefaultValueFactory = _ => "tanh" };
    private readonly Option<string> dropout = new("--dropout") { Description = "Probability that a hidden unit is left out of a step.", DefaultValueFactory = _ => "0.3" };
    private readonly Option<int> epochs = new("--epochs") { Description = "Passes over the training rows.", DefaultValueFactory = _ => 15 };
    private readonly Option<int> batch = new("--batch") { Description = "Rows a step.", DefaultValueFactory = _ => 15 };
    private readonly Option<string> rate = new("--learning-rate") { Description = "Adam's step size.", DefaultValueFactory = _ => "0.002" };
    private readonly Option<int> patience = new("--patience") { Description = "Epochs without a better one before training stops; 0 to run all." };
    private readonly Option<string> threshold = new("--threshold") { Description = "θ: max-f1 on the validation rows, or a probability such as 0.5.", DefaultValueFactory = _ => "max-f1" };
    private readonly Option<string> split = new("--split") { Description = "Shares of train/validation/calibration/test.", DefaultValueFactory = _ => "60/15/15/10" };
    private readonly Option<string?> validation = new("--validation") { Description = "A file of validation rows; then the data are all training rows." };
    private readonly Option<string?> calibration = new("--calibration") { Description = "A file of calibration rows, remembered as set aside." };
    private readonly Option<string?> test = new("--test") { Description = "A file of test rows, remembered as set aside." };
    private readonly Option<string> scaling = new("--scaling") { Description = "standardise, min-max or none.", DefaultValueFactory = _ => "standardise" };
    private readonly Option<string> categories = new("--categories") { Description = "one-hot or ordinal.", DefaultValueFactory = _ => "one-hot" };
    private readonly Option<string> seed = SharedOptions.Seed();
    private readonly Option<int> threads = SharedOptions.Threads();
    private readonly Option<string?> timeout = SharedOptions.Timeout();
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<bool> json = SharedOptions.Json();
    private readonly CsvSwitches csv = new();

    internal static Command Create(Terminal terminal)
    {
        var own = new TrainCommand();
        var command = new Command("train", "Train a classifier that offers recourse, and write it as one file.") { own.data };
        foreach (var option in new Option[]
        {
            own.schema, own.dataset, own.folder, own.output, own.objective, own.lambda, own.hidden, own.activation, own.dropout, own.epochs, own.batch, own.rate, own.patience,
            own.threshold, own.split, own.validation, own.calibration, own.test, own.scaling, own.categories, own.seed, own.threads, own.timeout, own.force, own.json,
        }) command.Add(option);
        own.csv.AddTo(command);
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        using var deadline = SharedOptions.Deadline(parsed.GetValue(timeout), cancel);
        string path = parsed.GetValue(output)!;
        Output.RefuseExisting(parsed.GetValue(force), path);
        var settings = Settings(parsed);
        ulong root = SharedOptions.SeedOf(parsed.GetValue(seed)!);
        var execution = new Execution(parsed.GetValue(threads));
        double weight = SharedOptions.Number("--lambda", parsed.GetValue(lambda)!);
        bool recourse = parsed.GetValue(objective) switch { "recourse" => true, "standard" => false, var other => throw new OptionsException($"--objective is '{other}'; must be standard or recourse.") };
        var rows = Rows(parsed, terminal, new Rng(root));
        var model = Work.Run(terminal, "training", progress => recourse
            ? Trainer.RecourseAware(rows, settings, weight, root, execution, progress, deadline.Token)
            : Trainer.Standard(rows, settings, root, execution, progress, deadline.Token));
        ModelFile.Save(model, path);
        Report(parsed, terminal, model, rows, path);
        return Exit.Done;
    }

    private TrainingSettings Settings(ParseResult parsed)
    {
        string layers = parsed.GetValue(hidden)!;
        int[] sizes = layers is "none" or "" ? [] : [.. layers.Split(',').Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : throw new OptionsException($"--hidden is '{layers}'; write sizes such as 100,100 or none."))];
        return new(sizes, SharedOptions.Named<Activation>("--activation", parsed.GetValue(activation)!), sizes.Length == 0 ? 0 : SharedOptions.Single("--dropout", parsed.GetValue(dropout)!),
            SharedOptions.Single("--learning-rate", parsed.GetValue(rate)!), parsed.GetValue(batch), parsed.GetValue(epochs), parsed.GetValue(patience),
            Threshold: ThresholdRule.Parse(parsed.GetValue(threshold)!),
            Encoding: new(SharedOptions.Named<NumberScaling>("--scaling", parsed.GetValue(scaling)!), SharedOptions.Named<CategoryCoding>("--categories", parsed.GetValue(categories)!)));
    }

    private TrainingData Rows(ParseResult parsed, Terminal terminal, Rng rng)
    {
        string? file = parsed.GetValue(data), known = parsed.GetValue(dataset);
        if (file is null == known is null) throw new OptionsException("Give either a CSV file or --dataset.");
        if (known is not null) return TrainingData.Of(DatasetsCommand.Load(known, parsed.GetValue(folder)).Rows, Shares(parsed), rng.Split("split"));
        var columns = SchemaFile.Load(parsed.GetValue(schema) ?? throw new OptionsException("Training on a file needs --schema; 'redress init' drafts one."));
        Table Read(string path)
        {
            var table = CsvTable.Read(path, columns, csv.Of(parsed), needTarget: true, out var summary);
            CsvRemarks.Print(terminal, summary, path);
            return table;
        }
        if (parsed.GetValue(validation) is { } given)
            return new(Read(file!), Read(given), parsed.GetValue(calibration) is { } c ? Read(c) : null, parsed.GetValue(test) is { } t ? Read(t) : null);
        if ((parsed.GetValue(calibration) ?? parsed.GetValue(test)) is not null) throw new OptionsException("--calibration and --test go with --validation; without it the one file is split.");
        return TrainingData.Of(Read(file!), Shares(parsed), rng.Split("split"));
    }

    private SplitShares Shares(ParseResult parsed)
    {
        string text = parsed.GetValue(split)!;
        double[] shares = [.. text.Split('/').Select(s => SharedOptions.Number("--split", s) / 100)];
        return shares.Length == 4 ? new(shares[0], shares[1], shares[2], shares[3]) : throw new OptionsException($"--split is '{text}'; write four shares of 100, such as 60/15/15/10.");
    }

    private void Report(ParseResult parsed, Terminal terminal, NetworkModel model, TrainingData rows, string path)
    {
        double probability = Scores.Probability(model.ScoreKind, model.Threshold);
        var judged = rows.Test is { Rows: > 0 } held ? held : rows.Validation;
        var evaluation = new Evaluation(model, judged, new ActionSet(model.Schema, model.Statistics), null, new Rng(model.Training.Seed));
        var figures = EvaluateCommand.Figures(evaluation, ["f1", "accuracy", "auc"]);
        if (parsed.GetValue(json))
        {
            Output.Json(terminal, new TrainResult(path, model.Fingerprint, rows.Train.Rows, rows.Validation.Rows, rows.Calibration?.Rows ?? 0, rows.Test?.Rows ?? 0,
                model.Training.BestEpoch, model.Training.Epochs.Count, model.Threshold, probability, figures), CliJson.Default.TrainResult);
            return;
        }
        int favourable = rows.Train.Labels!.Count(l => l);
        terminal.Out.WriteLine(Invariant($"{rows.Train.Rows} training, {rows.Validation.Rows} validation, {rows.Calibration?.Rows ?? 0} calibration, {rows.Test?.Rows ?? 0} test rows; {Output.Percent((double)favourable / rows.Train.Rows)} of the training rows favourable."));
        terminal.Out.WriteLine(Invariant($"Best epoch {model.Training.BestEpoch} of {model.Training.Epochs.Count}. Threshold {Output.Figure(model.Threshold)} (probability {Output.Figure(probability)})."));
        terminal.Out.WriteLine($"On the {(judged == rows.Test ? "test" : "validation")} rows: {string.Join(", ", figures.Select(f => $"{f.Metric} {Output.Figure(f.Value)}"))}.");
        terminal.Out.WriteLine($"Wrote {path} ({model.Fingerprint[..12]}).");
    }
}
