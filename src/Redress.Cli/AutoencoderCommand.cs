using System.CommandLine;
using System.Globalization;
using Redress.Data;
using Redress.Generative;
using Redress.Tensors.Layers;

namespace Redress.Cli;

/// <summary><c>redress autoencoder</c>: an autoencoder of people, for methods that search in its codes.</summary>
internal sealed class AutoencoderCommand
{
    private const string Carla = "carla";
    private readonly Option<string?> schema = new("--schema") { Description = "The schema file; what it lets nobody change is given to the decoder, the rest is generated." };
    private readonly Option<string> output = new("--out") { Description = "Where to write the autoencoder (.safetensors).", Required = true };
    private readonly Option<string?> preset = new("--preset") { Description = "carla: 512,256 units, 5 epochs, batches of 32, bernoulli; options below change single ones." };
    private readonly Option<string?> hidden = new("--hidden") { Description = "Units of the encoder's hidden layers, such as 64,32 (default); the decoder has them in reverse." };
    private readonly Option<int?> latent = new("--latent") { Description = "Numbers in a code. Default: 8." };
    private readonly Option<int?> epochs = new("--epochs") { Description = "Passes over the rows. Default: 20." };
    private readonly Option<int?> batch = new("--batch") { Description = "Rows a step; fewer where the table is small. Default: 128." };
    private readonly Option<string?> rate = new("--learning-rate") { Description = "Adam's step size. Default: 0.002." };
    private readonly Option<string?> kl = new("--kl-weight") { Description = "Weight of the codes' divergence from the standard normal. Default: 0.3." };
    private readonly Option<string?> numbers = new("--numbers") { Description = "gaussian (default; standardised, squared error) or bernoulli (min-max, cross-entropy)." };
    private readonly Option<string?> activation = new("--activation") { Description = "tanh, relu (default), leaky-relu, gelu or sigmoid." };
    private readonly Option<string> seed = SharedOptions.Seed();
    private readonly Option<int> threads = SharedOptions.Threads();
    private readonly Option<string?> timeout = SharedOptions.Timeout("nothing is written then");
    private readonly Option<bool> force = SharedOptions.Force();
    private readonly Option<bool> json = SharedOptions.Json();
    private readonly RowSource source = new(new(), "The CSV file, plain or .gz, or - for standard input. All its rows are used: leave out those you judge by.");

    internal static Command Create(Terminal terminal)
    {
        var own = new AutoencoderCommand();
        var command = new Command("autoencoder", "Train an autoencoder of people, for 'prepare', 'recourse', 'certify' and 'evaluate' --autoencoder; several models may share it.");
        own.source.AddTo(command);
        foreach (var option in new Option[]
        {
            own.schema, own.output, own.preset, own.hidden, own.latent, own.epochs, own.batch, own.rate, own.kl, own.numbers, own.activation, own.seed, own.threads, own.timeout, own.force, own.json,
        }) command.Add(option);
        command.SetAction((parsed, cancel) => Task.FromResult(own.Run(parsed, terminal, cancel)));
        return command;
    }

    /// <summary>What an autoencoder is, as JSON.</summary>
    internal static AutoencoderResult Result(Autoencoder autoencoder, string? path) => new(
        AutoencoderFile.Kind, path, autoencoder.Fingerprint, Sizes(autoencoder), SharedOptions.Slug(autoencoder.Options.Activation), SharedOptions.Slug(autoencoder.Options.Numbers),
        autoencoder.Options.KlWeight, autoencoder.Training.Seed, autoencoder.Training.Rows, Names(autoencoder, given: false), Names(autoencoder, given: true), autoencoder.Training.Epochs);

    /// <summary>What an autoencoder is, for people.</summary>
    internal static void Print(Terminal terminal, Autoencoder autoencoder)
    {
        var options = autoencoder.Options;
        terminal.Say(Invariant($"autoencoder {string.Join("-", Sizes(autoencoder))} {SharedOptions.Slug(options.Activation)}, {SharedOptions.Slug(options.Numbers)} numbers, KL weight {options.KlWeight}, fingerprint {autoencoder.Fingerprint[..12]}"));
        terminal.Say(Invariant($"Trained on {autoencoder.Training.Rows:#,0} rows, seed {autoencoder.Training.Seed}."));
        terminal.Say($"It generates {Listed(Names(autoencoder, given: false))}, given {Listed(Names(autoencoder, given: true))}.");
        var curve = Output.Table(">epoch", ">reconstruction", ">divergence");
        foreach (var epoch in autoencoder.Training.Epochs) curve.With(Invariant($"{epoch.Number}"), Output.Figure(epoch.Reconstruction), Output.Figure(epoch.Divergence));
        terminal.Show(curve);
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        string path = parsed.GetValue(output)!;
        var refusals = new Refusals();
        refusals.Try(() => Output.RefuseExisting(parsed.GetValue(force), path));
        refusals.Try(() => Output.RefuseInputs(path, parsed.GetValue(source.File), parsed.GetValue(schema)));
        refusals.Try(() => SharedOptions.Deadline(parsed.GetValue(timeout), default).Dispose());
        bool file = refusals.Try(() => source.PathOf(parsed), "") is not null;
        refusals.AddIf(file && !parsed.IsGiven(schema), "Training on a file needs --schema; 'redress init' drafts one.");
        refusals.AddIf(!file && parsed.IsGiven(schema), "--schema goes with a CSV file; a known data set has its own.");
        refusals.Try(() => source.Csv.Of(parsed), new());
        var options = Options(parsed, refusals);
        ulong root = refusals.Try(() => SharedOptions.SeedOf(parsed.GetValue(seed)!), 0ul);
        var execution = new Execution(parsed.GetValue(threads));
        refusals.Try(() => OptionsException.ThrowIfAny(execution.Problems()));
        refusals.Throw();
        var rows = source.PathOf(parsed) is null ? source.Known(parsed).Rows : source.Read(parsed, terminal, SchemaFile.Load(parsed.GetValue(schema)!), needTarget: false);
        var trained = Work.Run(terminal, "training the autoencoder", progress => SharedOptions.Within(parsed.GetValue(timeout), within => Autoencoder.Train(rows, root, options, execution, progress, within), cancel));
        trained.Save(path);
        if (parsed.GetValue(json)) Output.Json(terminal, Result(trained, path), CliJson.Default.AutoencoderResult);
        else
        {
            Print(terminal, trained);
            terminal.Say($"Wrote {path}.");
        }
        return Exit.Done;
    }

    private AutoencoderOptions Options(ParseResult parsed, Refusals refusals)
    {
        refusals.AddIf(parsed.GetValue(preset) is not (null or Carla), $"--preset is '{parsed.GetValue(preset)}'; must be {Carla}.");
        var start = parsed.GetValue(preset) == Carla ? AutoencoderOptions.Carla : new();
        T Given<T>(Option<string?> option, Func<string, T> read, T otherwise) => parsed.GetValue(option) is { } text ? refusals.Try(() => read(text), otherwise) : otherwise;
        var options = start with
        {
            Hidden = Given(hidden, Layers, start.Hidden),
            Latent = parsed.GetValue(latent) ?? start.Latent,
            Epochs = parsed.GetValue(epochs) ?? start.Epochs,
            BatchSize = parsed.GetValue(batch) ?? start.BatchSize,
            LearningRate = Given(rate, text => SharedOptions.Single("--learning-rate", text), start.LearningRate),
            KlWeight = Given(kl, text => SharedOptions.Single("--kl-weight", text), start.KlWeight),
            Numbers = Given(numbers, text => SharedOptions.Named<NumberLikelihood>("--numbers", text), start.Numbers),
            Activation = Given(activation, text => SharedOptions.Named<Activation>("--activation", text), start.Activation),
        };
        refusals.Try(() => OptionsException.ThrowIfAny(options.Problems()));
        return options;
    }

    private static IReadOnlyList<int>? Layers(string text) =>
        [.. text.Split(',').Select(s => int.TryParse(s.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : throw new OptionsException($"--hidden is '{text}'; write sizes such as 64,32."))];

    /// <summary>Inputs, hidden layers, code.</summary>
    private static int[] Sizes(Autoencoder autoencoder) => [.. autoencoder.Encoder.Sizes.SkipLast(1), autoencoder.Options.Latent];

    private static string[] Names(Autoencoder autoencoder, bool given) =>
        [.. Enumerable.Range(0, autoencoder.Schema.Features.Count).Where(f => autoencoder.Immutables.Contains(f) == given).Select(f => autoencoder.Schema.Features[f].Name)];

    private static string Listed(string[] names) => names.Length == 0 ? "nothing" : string.Join(", ", names);
}
