namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class ScoreCommandTests(Workshop workshop)
{
    [Fact]
    public void Every_row_has_its_score_with_a_decimal_point()
    {
        string scores = workshop.Fresh(".csv");
        Assert.Equal($"Scored 600 rows into {scores}.\n", CliRun.Line("score {0} {1} --out {2}", workshop.Model, workshop.People, scores).Is(Exit.Done).Out);
        string[] lines = File.ReadAllLines(scores);
        Assert.Equal("person_id,probability,logit,decision,problem", lines[0]);
        Assert.Equal(601, lines.Length);
        Assert.All(lines.Skip(1), l => Assert.Matches(@"^\d+,0\.\d+,-?\d+\.\d+(E-\d+)?,(un)?favourable,$", l));
        Assert.Equal(string.Join('\n', lines) + "\n", CliRun.Line("score {0} {1}", workshop.Model, workshop.People).Is(Exit.Done).Out);
    }

    [Fact]
    public void A_summary_and_a_draft_can_be_read_by_programs()
    {
        string scores = workshop.Fresh(".csv");
        using var summary = System.Text.Json.JsonDocument.Parse(CliRun.Line("score {0} {1} --out {2} --json", workshop.Model, workshop.People, scores).Is(Exit.Done).Out);
        Assert.Equal(File.ReadLines(scores).Count(l => l.EndsWith(",favourable,", StringComparison.Ordinal)), summary.RootElement.GetProperty("favourable").GetInt32());
        Assert.Equal((600, 0), (summary.RootElement.GetProperty("rows").GetInt32(), summary.RootElement.GetProperty("invalid").GetInt32()));
        Assert.Equal("error: --json prints a summary; it goes with --out, which takes the scores.\n", CliRun.Line("score {0} {1} --json", workshop.Model, workshop.People).Is(Exit.BadUsage).Error);
        using var draft = System.Text.Json.JsonDocument.Parse(CliRun.Line("init {0} --target repaid --favourable yes --json", workshop.People).Is(Exit.Done).Out);
        Assert.Equal("repaid", draft.RootElement.GetProperty("schema").GetProperty("target").GetProperty("column").GetString());
    }

    [Fact]
    public void A_broken_row_keeps_its_place()
    {
        string[] lines = File.ReadAllLines(workshop.People);
        string people = workshop.Write(".csv", lines[0], "old" + lines[1], lines[2]);
        string[] scored = CliRun.Line("score {0} {1}", workshop.Model, people).Is(Exit.SomeRowsInvalid).Out.Split('\n');
        Assert.Matches("^1,,,,.*line 2, column 'age'", scored[1]);
        Assert.StartsWith("2,0.", scored[2], StringComparison.Ordinal);
    }
}
