using Redress.Models;

namespace Redress.Cli.Tests;

/// <summary>A random forest, from rows to recourse and a certificate, by the commands alone.</summary>
[Collection(WorkshopTests.Name)]
public sealed class ForestCommandTests(Workshop workshop)
{
    private const string Small = "--model forest --trees 12 --min-leaf 8 --threshold 0.5 --seed 3";

    [Fact]
    public void A_forest_goes_from_rows_to_recourse()
    {
        string model = Train(" --calibrate sigmoid --folds 2", out string said);
        Assert.StartsWith("360 training, 90 validation, 90 calibration and 60 test rows; ", said, StringComparison.Ordinal);
        Assert.Matches(@"\n24 trees of \d+(,\d+)? nodes, depth \d+, calibrated by sigmoid over 2 folds, out-of-bag accuracy\s0\.\d{3}\. Threshold\s\(probability\)\s0\.500\.\n", said);
        Assert.Matches(@"\n test        0\.\d{3}     0\.\d{3}  0\.\d{3}\n", said);

        string shown = CliRun.Of("inspect", model).Is(Exit.Done).Out;
        Assert.StartsWith($"random forest, fingerprint {ModelFile.LoadForest(model).Fingerprint[..12]}: 24 trees of ", shown, StringComparison.Ordinal);
        Assert.Contains("No certificate; 'redress certify' makes one.\n", shown, StringComparison.Ordinal);
        var json = CliRun.Of("inspect", model, "--json").Is(Exit.Done).Json();
        Assert.Equal(("random forest", 24, "sigmoid", 2), (json.GetProperty("kind").GetString(), json.GetProperty("forest").GetProperty("trees").GetInt32(), json.GetProperty("forest").GetProperty("calibration").GetString(), json.GetProperty("forest").GetProperty("folds").GetInt32()));

        string[] scored = CliRun.Of("score", model, workshop.People).Is(Exit.Done).Out.TrimEnd('\n').Split('\n');
        Assert.Equal("person_id,probability,logit,decision,problem", scored[0]);
        foreach (string[] cells in scored.Skip(1).Select(l => l.Split(',')))
        {
            double p = double.Parse(cells[1], System.Globalization.CultureInfo.InvariantCulture), z = double.Parse(cells[2], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Math.Log(p / (1 - p)), z, 1e-9);
            Assert.Equal(p >= 0.5 ? "favourable" : "unfavourable", cells[3]);
        }

        string path = workshop.Fresh(".ndjson");
        string told = CliRun.Line("recourse {0} {1} --out {2} --limit 60", model, workshop.People, path).Is(Exit.Done).Out;
        Assert.Contains("are accepted or have recourse by growing-spheres.", told.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal("error: Method 'gradient' needs gradients, and the model gives scores only; methods without that need run on any model.\n",
            CliRun.Line("recourse {0} {1} --out {2} --method gradient", model, workshop.People, workshop.Fresh(".ndjson")).Is(Exit.BadUsage).Error);
        CliRun.Line("verify {0} --model {1}", path, model).Is(Exit.Done);

        string certified = CliRun.Line("certify {0} {1} --epsilon 0.3 --alpha 0.2", model, workshop.People).Is(Exit.Done).Out;
        Assert.StartsWith("Certified: with confidence 80", certified, StringComparison.Ordinal);
        Assert.Single(ModelFile.LoadForest(model).Certificates);
        Assert.Contains("Certified: with confidence", CliRun.Of("inspect", model).Is(Exit.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forest_is_evaluated_and_trained_again()
    {
        string model = Train("", out _);
        Assert.Contains("recourse-neg", CliRun.Line("evaluate {0} {1} --limit 20", model, workshop.People).Is(Exit.Done).Out, StringComparison.Ordinal);
        string held = CliRun.Line("robustness {0} {1} --bootstrap 2 --limit 20 --seed 1", model, workshop.People).Is(Exit.Done).Out;
        Assert.Contains("resample 2", held, StringComparison.Ordinal);
        Assert.EndsWith("\nerror: Attack 'pgd' needs gradients, and the model gives scores only.\n", CliRun.Line("attack {0} {1}", model, workshop.People).Is(Exit.BadUsage).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_says_what_was_grown_and_the_same_seed_grows_the_same()
    {
        string first = Train("", out _);
        var json = CliRun.Line("train {0} --schema {1} --out {2} --threads 1 --json " + Small, workshop.People, workshop.Schema, workshop.Fresh(".safetensors")).Is(Exit.Done).Json();
        Assert.Equal(ModelFile.LoadForest(first).Fingerprint, json.GetProperty("fingerprint").GetString());
        Assert.Equal((12, "none"), (json.GetProperty("forest").GetProperty("trees").GetInt32(), json.GetProperty("forest").GetProperty("calibration").GetString()));
    }

    [Theory]
    [InlineData("--model tree", "--model is 'tree'; must be network or forest.")]
    [InlineData("--trees 5", "--trees describes a forest; it goes with --model forest.")]
    [InlineData("--model forest --hidden 8 --objective standard", "--objective describes a network; it does not go with --model forest.\nerror: --hidden describes a network; it does not go with --model forest.")]
    [InlineData("--model forest --shift-steps 3", "--shift-steps describes a network; it does not go with --model forest.")]
    [InlineData("--model forest --attack-steps 3", "--attack-steps describes a network; it does not go with --model forest.")]
    [InlineData("--model forest --folds 3", "--folds are for calibration; they go with --calibrate isotonic or sigmoid.")]
    [InlineData("--model forest --calibrate platt", "--calibrate is 'platt'; must be none, isotonic, sigmoid.")]
    [InlineData("--model forest --weights heavy", "--weights is 'heavy'; must be balanced or equal.")]
    [InlineData("--model forest --trees 0 --min-leaf 0", "Trees is 0; must be 1 to 10000.\nerror: Min samples leaf is 0; must be at least 1.")]
    [InlineData("--model forest --threshold 7", "Threshold is '7'; must be max-f1 or a probability between 0 and 1.")]
    public void What_does_not_go_together_is_refused(string options, string message) => Assert.Equal(
        $"error: {message}\n", CliRun.Line("train {0} --schema {1} --out {2} " + options, workshop.People, workshop.Schema, workshop.Fresh(".safetensors")).Is(Exit.BadUsage).Error);

    private string Train(string more, out string said)
    {
        string model = workshop.Fresh(".safetensors");
        said = CliRun.Line("train {0} --schema {1} --out {2} " + Small + more, workshop.People, workshop.Schema, model).Is(Exit.Done).Out;
        return model;
    }
}
