using Redress.Data;
using Redress.Data.Catalog;
using Redress.Generative;

namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class AutoencoderCommandTests(Workshop workshop)
{
    private const string Small = "--hidden 6 --latent 2 --epochs 2 --seed 4";

    [Fact]
    public void It_is_trained_inspected_prepared_with_and_searched()
    {
        string saved = workshop.Fresh(".safetensors"), prepared = workshop.Fresh(".safetensors"), records = workshop.Fresh(".ndjson");
        string[] lines = CliRun.Line("autoencoder {0} --schema {1} --out {2} " + Small, workshop.People, workshop.Schema, saved).Is(Exit.Done).Out.Split('\n');
        var trained = Autoencoder.Load(saved);
        Assert.Equal($"autoencoder 6-6-2 relu, gaussian numbers, KL weight 0.3, fingerprint {trained.Fingerprint[..12]}", lines[0]);
        Assert.Equal("Trained on 600 rows, seed 4.", lines[1]);
        Assert.StartsWith("It generates ", lines[2], StringComparison.Ordinal);
        Assert.Equal(" epoch  reconstruction  divergence", lines[3]);
        Assert.Equal($"Wrote {saved}.", lines[^2]);

        Assert.Equal(lines[..^2], CliRun.Line("inspect {0}", saved).Is(Exit.Done).Out.Split('\n')[..^1]);
        var json = CliRun.Line("inspect {0} --json", saved).Is(Exit.Done).Json();
        Assert.Equal(("autoencoder", trained.Fingerprint, 600), (json.GetProperty("kind").GetString(), json.GetProperty("fingerprint").GetString(), json.GetProperty("training_rows").GetInt32()));
        Assert.Equal(2, json.GetProperty("epochs").GetArrayLength());

        Assert.Equal("error: Threads is -1; must be 0 (all cores) to 1024.\n", CliRun.Line("prepare {0} --method cchvae --autoencoder {1} --out {2} --threads -1", workshop.Model, saved, prepared).Is(Exit.BadUsage).Error);
        string said = CliRun.Line("prepare {0} --method cchvae --autoencoder {1} --out {2} --threads 1", workshop.Model, saved, prepared).Is(Exit.Done).Out;
        Assert.Contains($"\"autoencoder\":\"{trained.Fingerprint}\"", said, StringComparison.Ordinal);
        Assert.Contains(" decoder.0.weight ", CliRun.Line("inspect {0}", prepared).Is(Exit.Done).Out, StringComparison.Ordinal);
        Assert.Equal(8, CliRun.Line("inspect {0} --json", prepared).Is(Exit.Done).Json().GetProperty("tensors").EnumerateObject().Count());

        CliRun.Line("recourse {0} {1} --out {2} --prepared {3} --limit 40", workshop.Model, workshop.People, records, prepared).Is(Exit.Done);
        string other = workshop.Fresh(".ndjson");
        CliRun.Line("recourse {0} {1} --out {2} --method cchvae --autoencoder {3} --limit 40 --threads 1", workshop.Model, workshop.People, other, saved).Is(Exit.Done);
        Assert.Contains("\"outcome\":\"found\"", File.ReadAllText(records), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(File.ReadAllText(records), File.ReadAllText(other));
    }

    [Fact]
    public void Without_one_the_method_trains_one_on_the_training_rows()
    {
        string prepared = workshop.Fresh(".safetensors"), saved = workshop.Fresh(".safetensors");
        string said = CliRun.Line("prepare {0} --method cchvae --training {1} --seed 9 --out {2}", workshop.Model, workshop.People, prepared).Is(Exit.Done).Out;
        CliRun.Line("autoencoder {0} --schema {1} --out {2} --seed 9", workshop.People, workshop.Schema, saved).Is(Exit.Done);
        Assert.Contains(Autoencoder.Load(saved).Fingerprint, said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_preset_is_changed_by_single_options()
    {
        string saved = workshop.Fresh(".safetensors");
        var json = CliRun.Line("autoencoder {0} --schema {1} --out {2} --preset carla --hidden 5,4 --epochs 1 --json", workshop.People, workshop.Schema, saved).Is(Exit.Done).Json();
        Assert.Equal(("bernoulli", saved), (json.GetProperty("numbers").GetString(), json.GetProperty("out").GetString()));
        Assert.Equal([6, 5, 4, 8], json.GetProperty("layers").EnumerateArray().Select(l => l.GetInt32()));
        Assert.Equal((32, 1), (Autoencoder.Load(saved).Options.BatchSize, Autoencoder.Load(saved).Options.Epochs));
    }

    [Fact]
    public void Everything_wrong_is_said_at_once_before_any_file_is_read() => Assert.Equal(
        $"""
        error: '{workshop.Model}' exists; say --force to replace it.
        error: Training on a file needs --schema; 'redress init' drafts one.
        error: --preset is 'alibi'; must be carla.
        error: --hidden is '5,x'; write sizes such as 64,32.
        error: --learning-rate is 'fast'; must be a number.
        error: --numbers is 'poisson'; must be gaussian, bernoulli.
        error: --activation is 'swish'; must be identity, tanh, relu, leaky-relu, gelu, sigmoid.
        error: Latent size is 0; must be 1 to 1024.
        error: Epochs is 0; must be at least 1.
        error: --seed is '-1'; must be a whole number of 0 or more.

        """.ReplaceLineEndings("\n"),
        CliRun.Line("autoencoder nowhere.csv --out {0} --preset alibi --hidden 5,x --latent 0 --epochs 0 --learning-rate fast --numbers poisson --activation swish --seed -1", workshop.Model).Is(Exit.BadUsage).Error);

    [Fact]
    public void A_known_data_set_has_its_own_schema() => Assert.Equal(
        "error: --schema goes with a CSV file; a known data set has its own.\n",
        CliRun.Line("autoencoder --dataset german --schema {0} --out {1}", workshop.Schema, workshop.Fresh(".safetensors")).Is(Exit.BadUsage).Error);

    [Fact]
    public void Switches_that_would_be_ignored_are_refused()
    {
        string saved = workshop.Fresh(".safetensors"), prepared = workshop.Fresh(".safetensors");
        CliRun.Line("autoencoder {0} --schema {1} --out {2} " + Small, workshop.People, workshop.Schema, saved).Is(Exit.Done);
        string Refusal(string line) => CliRun.Line(line, workshop.Model, saved, prepared, workshop.People).Is(Exit.BadUsage).Error;
        Assert.Equal("error: --autoencoder is for methods that search in an autoencoder's codes; 'gradient' does not.\n", Refusal("prepare {0} --method gradient --autoencoder {1} --out {2}"));
        Assert.Equal("error: --training trains an autoencoder, and --autoencoder gives one; use one.\n", Refusal("prepare {0} --method cchvae --autoencoder {1} --training {3} --out {2}"));
        Assert.Equal("error: --training is for methods that learn from training rows; 'gradient' does not.\n", Refusal("prepare {0} --method gradient --training {3} --out {2}"));
        Assert.Equal("error: Method 'cchvae' needs an autoencoder, or training rows to train one on, and the task has neither.\n", Refusal("prepare {0} --method cchvae --out {2}"));
        Assert.Equal("error: --prepared holds the method and its options; leave out --autoencoder.\n", Refusal("recourse {0} {3} --prepared {2} --autoencoder {1} --out x.csv"));
        Assert.Equal("error: model.safetensors: holds a classifier, not an autoencoder.\n", CliRun.Line("prepare {0} --method cchvae --autoencoder {0} --out {1}", workshop.Model, prepared).Is(Exit.BadInput).Error);
    }

    [Fact]
    public void One_of_another_schema_or_other_immutables_is_refused()
    {
        string schema = workshop.Fresh(".json"), saved = workshop.Fresh(".safetensors");
        var own = CreditDemo.Schema;
        int free = own.Features.Select((f, i) => (f, i)).First(p => p.f.IsActionable).i;
        File.WriteAllText(schema, SchemaFile.ToJson(new([.. own.Features.Select((f, i) => i == free ? f with { Change = Change.None } : f)], own.Target, own.Favourable, own.Id, own.Groups, own.Ignored, own.Constraints)));
        CliRun.Line("autoencoder {0} --schema {1} --out {2} " + Small, workshop.People, schema, saved).Is(Exit.Done);
        string error = CliRun.Line("prepare {0} --method cchvae --autoencoder {1} --out {2}", workshop.Model, saved, workshop.Fresh(".safetensors")).Is(Exit.BadUsage).Error;
        Assert.StartsWith("error: The autoencoder takes '", error, StringComparison.Ordinal);
        Assert.EndsWith("; train one for what people can change.\n", error, StringComparison.Ordinal);
    }
}
