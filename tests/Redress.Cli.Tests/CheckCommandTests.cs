namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class CheckCommandTests(Workshop workshop)
{
    [Fact]
    public void What_fits_is_said()
    {
        var run = CliRun.Line("check {0} {1}", workshop.Schema, workshop.People).Is(Exit.Done);
        Assert.Matches(@"^600 rows, \d+ of them favourable\. People can change education, income, savings, amount, duration\.\nSchema and data fit\.\n$", run.Out);
    }

    [Fact]
    public void A_schema_of_another_file_lists_what_is_missing()
    {
        string other = workshop.Write(".csv", "height,repaid", "180,yes");
        var run = CliRun.Line("check {0} {1}", workshop.Schema, other).Is(Exit.BadInput);
        Assert.Empty(run.Out);
        Assert.Contains("'age'", run.Error, StringComparison.Ordinal);
        Assert.All(run.Error.TrimEnd().Split('\n'), line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_are_listed_up_to_twenty()
    {
        string[] lines = File.ReadAllLines(workshop.People);
        string broken = workshop.Write(".csv", [lines[0], .. lines.Skip(1).Take(30).Select(l => "old" + l)]);
        var run = CliRun.Line("check {0} {1}", workshop.Schema, broken).Is(Exit.BadInput);
        string[] said = run.Error.TrimEnd().Split('\n');
        Assert.Equal(21, said.Length);
        Assert.Equal("error: and 10 more faulty rows", said[^1]);
    }

    [Fact]
    public void Json_stands_alone()
    {
        var json = CliRun.Line("check {0} {1} --json", workshop.Schema, workshop.People).Is(Exit.Done).Json();
        Assert.Equal(600, json.GetProperty("rows").GetInt32());
        Assert.Equal(0, json.GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public void A_schema_that_is_no_json_names_the_line()
    {
        string schema = workshop.Write(".json", "{", "  \"target\": 7", "}");
        Assert.StartsWith($"error: {schema}, line 2, column ", CliRun.Line("check {0} {1}", schema, workshop.People).Is(Exit.BadInput).Error, StringComparison.Ordinal);
    }
}
