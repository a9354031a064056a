namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class VerifyCommandTests(Workshop workshop)
{
    [Fact]
    public void The_same_model_keeps_every_promise()
    {
        var run = CliRun.Line("verify {0} --model {1} --at-least 1", Records(), workshop.Model).Is(Exit.Done);
        Assert.Matches(@"^(\d+) of \1 answers to \1 people still hold: 100\.0 %, at least 9\d\.\d % with 95 % confidence \(Clopper-Pearson\)\.\n$", run.Out);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void A_stricter_model_breaks_some_and_the_gate_says_so()
    {
        string records = Records(), strict = workshop.Strict;
        var run = CliRun.Line("verify {0} --model {1} --at-least 0.95", records, strict).Is(Exit.PromiseBroken);
        Assert.Matches(@"^error: \d+\.\d % of the recourse holds; 95\.0 % was demanded\.\n$", run.Error);
        Assert.Contains(" person  answer  was told", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"\nand \d+ more; --json lists them all\.\n$", run.Out);
        Assert.Equal(20, run.Out.Split('\n').Count(l => l.Length > 1 && l[0] == ' ' && l[1] is >= '0' and <= '9'));
        Assert.Empty(CliRun.Line("verify {0} --model {1}", records, strict).Is(Exit.Done).Error);
        var json = CliRun.Line("verify {0} --model {1} --json", records, strict).Is(Exit.Done).Json();
        Assert.Equal(json.GetProperty("issued").GetInt32() - json.GetProperty("kept").GetInt32(), json.GetProperty("broken").GetArrayLength());
    }

    [Fact]
    public void What_is_no_record_file_is_named()
    {
        Assert.Equal("error: 'people.csv' is CSV, which does not say all that was promised; verify reads what 'redress recourse --out NAME.ndjson' writes.\n", CliRun.Line("verify people.csv --model {0}", workshop.Model).Is(Exit.BadUsage).Error);
        string path = workshop.Write(".ndjson", "{}");
        Assert.StartsWith($"error: {Path.GetFileName(path)}, line 1: not the run of a record file (", CliRun.Line("verify {0} --model {1}", path, workshop.Model).Is(Exit.BadInput).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_share_is_a_share() =>
        Assert.Equal("error: --at-least is 95; must be 0 to 1.\n", CliRun.Line("verify {0} --model {1} --at-least 95", workshop.People, workshop.Model).Is(Exit.BadUsage).Error);

    private string Records()
    {
        string records = workshop.Fresh(".ndjson");
        CliRun.Line("recourse {0} {1} --out {2}", workshop.Model, workshop.People, records).Is(Exit.Done);
        return records;
    }
}
