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
    public void A_broken_row_keeps_its_place()
    {
        string[] lines = File.ReadAllLines(workshop.People);
        string people = workshop.Write(".csv", lines[0], "old" + lines[1], lines[2]);
        string[] scored = CliRun.Line("score {0} {1}", workshop.Model, people).Is(Exit.SomeRowsInvalid).Out.Split('\n');
        Assert.Matches("^1,,,,.*line 2, column 'age'", scored[1]);
        Assert.StartsWith("2,0.", scored[2], StringComparison.Ordinal);
    }
}
