using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class InspectCommandTests(Workshop workshop)
{
    [Fact]
    public void A_preparation_shows_its_method_options_and_model()
    {
        string prepared = workshop.Fresh(".safetensors");
        CliRun.Line("prepare {0} --method gradient --option max-steps=7 --out {1}", workshop.Model, prepared).Is(Exit.Done);
        Assert.Contains("A preparation of gradient with the options {", CliRun.Line("inspect {0}", prepared).Is(Exit.Done).Out, StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(CliRun.Line("inspect {0} --json", prepared).Is(Exit.Done).Out);
        Assert.Equal(7, json.RootElement.GetProperty("options").GetProperty("max-steps").GetInt32());
    }

    [Fact]
    public void It_shows_what_the_file_holds()
    {
        string shown = CliRun.Line("inspect {0}", workshop.Model).Is(Exit.Done).Out;
        foreach (string part in new[]
        {
            "multilayer perceptron 6-8-1 tanh, fingerprint ", "Target repaid, favourable yes, threshold ",
            "Trained on 360 rows (90 validation, 90 calibration, 60 test), objective recourse-aware, lambda 0.8, seed 3",
            " income     integer  increase  ", " epoch  train loss  validation loss", "  kept\n", "Certified: with confidence 95.0 %",
        }) Assert.Contains(part, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_stands_alone()
    {
        var json = CliRun.Line("inspect {0} --json", workshop.Model).Is(Exit.Done).Json();
        Assert.Equal([6, 8, 1], json.GetProperty("layers").EnumerateArray().Select(l => l.GetInt32()));
        Assert.Equal(4, json.GetProperty("epochs").GetArrayLength());
        Assert.Equal("linear-step", json.GetProperty("certificates")[0].GetProperty("method").GetString());
    }

    [Fact]
    public void A_generator_is_shown_with_what_it_reads_and_copies()
    {
        var model = ModelFile.Load(workshop.Model);
        int income = model.Schema.IndexOf("income");
        var network = new FeedForward([16, 5, 6], Activation.LeakyRelu, 0, new Rng(1));
        var generator = new RecourseGenerator(network, GeneratorInput.Hidden, 1, [income], "counternet", """{"epochs":3}""", model.Encoding);
        string path = workshop.Fresh(".safetensors");
        ModelFile.Save(new NetworkModel(model.Schema, model.Encoding, model.Statistics, model.Network, 0, model.Training, null, generator), path);
        Assert.Contains(
            "Generator 16-5-6 leaky-relu, trained as counternet with the options {\"epochs\":3}: reads the classifier's hidden layers 1 and last, copies income. 'redress recourse --method counternet' uses it.",
            CliRun.Line("inspect {0}", path).Is(Exit.Done).Out, StringComparison.Ordinal);
        var json = CliRun.Line("inspect {0} --json", path).Is(Exit.Done).Json().GetProperty("generator");
        Assert.Equal(("counternet", 3, "income"), (json.GetProperty("trained_as").GetString(), json.GetProperty("options").GetProperty("epochs").GetInt32(), json.GetProperty("copies")[0].GetString()));
        Assert.False(CliRun.Line("inspect {0} --json", workshop.Model).Is(Exit.Done).Json().TryGetProperty("generator", out _));
    }

    [Fact]
    public void What_is_no_model_is_one_line()
    {
        var run = CliRun.Line("inspect {0}", workshop.People).Is(Exit.BadInput);
        Assert.StartsWith("error: people.csv: looks like text; a .safetensors file is expected.", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_damaged_model_is_one_line()
    {
        byte[] bytes = File.ReadAllBytes(workshop.Model);
        bytes[^1] ^= 1;
        string damaged = workshop.Fresh(".safetensors");
        File.WriteAllBytes(damaged, bytes[..(bytes.Length / 2)]);
        Assert.Single(CliRun.Line("inspect {0}", damaged).Is(Exit.BadInput).Error.TrimEnd().Split('\n'));
    }
}
