using Redress.Data;

namespace Redress.Cli.Tests;

public sealed class TerminalTests
{
    [Fact]
    public void Sentences_break_between_words_where_people_read_along()
    {
        using var screen = new Captured(isTerminal: true, width: 20);
        screen.Terminal.Say("one two three four five six seven", "  ");
        Assert.Equal("one two three four\n  five six seven\n", screen.Result(0).Out);
        using var pipe = new Captured();
        pipe.Terminal.Say(new string('x', 90) + " " + new string('y', 90));
        Assert.Single(pipe.Result(0).Out.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Words_longer_than_a_line_stay_whole()
    {
        using var screen = new Captured(isTerminal: true, width: 10);
        screen.Terminal.Say("  " + new string('x', 30), "  ");
        Assert.Equal("  " + new string('x', 30) + "\n", screen.Result(0).Out);
    }

    [Theory, InlineData(80), InlineData(120)]
    public void Tables_fit_and_carry_no_trailing_spaces(int width)
    {
        using var screen = new Captured(isTerminal: true, width);
        CommandLine.Run(["methods"], screen.Terminal, CancellationToken.None);
        Assert.All(screen.Result(0).Out.Split('\n'), line =>
        {
            Assert.True(line.Length <= width, line);
            Assert.Equal(line.TrimEnd(), line);
        });
    }

    [Fact]
    public void Numbers_are_grouped_in_every_culture()
    {
        Assert.Equal("2,100", Output.Number(2100));
        Assert.Equal("1,234.57", Output.Number(1234.567));
        Assert.Equal("0.500", Output.Figure(0.5));
        Assert.Equal("97.3 %", Output.Percent(0.9731));
    }

    [Fact]
    public void Recourse_reads_as_plain_words()
    {
        var schema = new Schema(
            [Feature.Integer("savings", Change.Increase), Feature.Numeric("amount", Change.Any), Feature.Categorical("job", ["none", "some"], Change.Any), Feature.Ordinal("level", ["low", "high"], Change.Increase)],
            "y", "yes");
        var answer = new RecourseAnswer(1, [
            new("savings", new(2100), new(3400)), new("amount", new(9000.5), new(8000)), new("job", new Cell("none"), new Cell("some")), new("level", new Cell("low"), new Cell("high"))], 1, 1);
        Assert.Equal("raise savings from 2,100 to 3,400, lower amount from 9,000.5 to 8,000, change job from none to some and raise level from low to high", Plain.Words(schema, answer));
    }
}
