namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class InitCommandTests(Workshop workshop)
{
    [Fact]
    public void A_draft_goes_to_a_file_or_to_standard_output()
    {
        string schema = workshop.Fresh(".json");
        var run = CliRun.Line("init {0} --target repaid --favourable yes --out {1}", workshop.People, schema).Is(Exit.Done);
        Assert.Equal($"Wrote {schema}. Now say in it what people can change, then: redress check {schema} {workshop.People}\n", run.Out);
        Assert.Equal(File.ReadAllText(schema), CliRun.Line("init {0} --target repaid --favourable yes", workshop.People).Is(Exit.Done).Out);
        CliRun.Line("check {0} {1}", schema, workshop.People).Is(Exit.Done);
    }

    [Theory]
    [InlineData("paid", "yes", "there is no column 'paid'; there are 'age', 'education', 'income', 'savings', 'amount', 'duration', 'gender', 'repaid'.")]
    [InlineData("repaid", "Yes", "column 'repaid' never is 'Yes'; it is ")]
    public void What_the_file_does_not_have_is_named(string target, string favourable, string message) => Assert.StartsWith(
        $"error: people.csv: {message}", CliRun.Line("init {0} --target {1} --favourable {2}", workshop.People, target, favourable).Is(Exit.BadInput).Error, StringComparison.Ordinal);

    [Fact]
    public void A_schema_that_exists_is_kept() =>
        Assert.Equal($"error: '{workshop.Schema}' exists; say --force to replace it.\n", CliRun.Line("init {0} --target repaid --favourable yes --out {1}", workshop.People, workshop.Schema).Is(Exit.BadUsage).Error);

    [Fact]
    public void An_empty_file_is_one_line()
    {
        string empty = workshop.Fresh(".csv");
        File.WriteAllText(empty, "");
        Assert.Equal($"error: {Path.GetFileName(empty)}: empty; the first line must name the columns.\n", CliRun.Line("init {0} --target y --favourable 1", empty).Is(Exit.BadInput).Error);
    }
}
