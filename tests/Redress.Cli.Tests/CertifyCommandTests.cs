using Redress.Models;

namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class CertifyCommandTests(Workshop workshop)
{
    [Fact]
    public void The_training_file_gives_the_rows_that_were_set_aside()
    {
        string certified = workshop.Fresh(".safetensors");
        var run = CliRun.Line("certify {0} {1} --method linear-step --out {2}", workshop.Model, workshop.People, certified).Is(Exit.Done);
        Assert.Equal($"{workshop.People} is what the model was trained on: using the 90 calibration rows that training set aside.\n", run.Error);
        string[] lines = run.Out.Split('\n');
        Assert.Matches(@"^Certified: with confidence 95\.0 %, at least 95\.0 % of people are accepted or have recourse by linear-step while the threshold is at most -?\d+\.\d{3} \(90 calibration rows, 0 may fail\)\.$", lines[0]);
        Assert.StartsWith("The threshold ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("On these rows F1 ", lines[2], StringComparison.Ordinal);
        Assert.Equal($"Wrote {certified}.", lines[3]);
        var (before, after) = (ModelFile.Load(workshop.Model), ModelFile.Load(certified));
        Assert.Equal(before.Fingerprint, after.Fingerprint);
        Assert.Equal(before.Certificates.Count + 1, after.Certificates.Count);
        Assert.True(after.Threshold <= after.Certificates[^1].Bound);
    }

    [Fact]
    public void Rows_of_another_file_that_training_saw_are_refused_or_dropped()
    {
        string[] lines = File.ReadAllLines(workshop.People);
        string other = workshop.Write(".csv", lines[..^1]), certified = workshop.Fresh(".safetensors");
        var run = CliRun.Line("certify {0} {1} --method linear-step --out {2}", workshop.Model, other, certified).Is(Exit.BadInput);
        Assert.Matches(@"^error: (449|450) of 599 calibration rows were seen in training or validation; a certificate over them would promise too much\.\n$", run.Error);
        Assert.False(File.Exists(certified));
        var json = CliRun.Line("certify {0} {1} --method linear-step --out {2} --drop-seen --json", workshop.Model, other, certified).Is(Exit.Done).Json();
        Assert.Equal(599, json.GetProperty("rows_left_out").GetInt32() + json.GetProperty("certificate").GetProperty("rows").GetInt32());
    }

    [Theory]
    [InlineData("--epsilon 0.01", Exit.BadInput, "There are 90 calibration rows; epsilon 0.01 and alpha 0.05 need at least 299.")]
    [InlineData("--epsilon 0 --alpha 1", Exit.BadUsage, "Epsilon is 0; must be more than 0 and less than 1.\nerror: Alpha is 1; must be more than 0 and less than 1.")]
    public void What_cannot_be_promised_is_refused(string options, int exit, string message)
    {
        var run = CliRun.Line("certify {0} {1} --out {2} " + options, workshop.Model, workshop.People, workshop.Fresh(".safetensors")).Is(exit);
        Assert.EndsWith($"error: {message}\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_with_the_options_is_said_at_once() => Assert.Equal(
        $"error: '{workshop.People}' exists; say --force to replace it.\nerror: --epsilon is 'small'; must be a number.\nerror: --choose is 'best'; must be present, max-f1.\nerror: Give a CSV file, or --dataset.\n",
        CliRun.Line("certify {0} --out {1} --epsilon small --choose best", workshop.Model, workshop.People).Is(Exit.BadUsage).Error);

    [Fact]
    public void Cancelling_leaves_the_model_as_it_was()
    {
        byte[] before = File.ReadAllBytes(workshop.Model);
        CliRun.Of(new CancellationToken(true), "certify", workshop.Model, workshop.People).Is(Exit.Cancelled);
        Assert.Equal(before, File.ReadAllBytes(workshop.Model));
    }
}
