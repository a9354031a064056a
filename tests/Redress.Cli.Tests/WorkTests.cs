namespace Redress.Cli.Tests;

public sealed class WorkTests
{
    [Fact]
    public void Progress_goes_to_standard_error_and_only_where_somebody_watches()
    {
        using var pipe = new Captured();
        Assert.Equal(7, Work.Run(pipe.Terminal, "counting", progress =>
        {
            Assert.Null(progress);
            return 7;
        }));
        Assert.Equal(new CliRun(0, "", ""), pipe.Result(0));
        using var screen = new Captured(isTerminal: true, width: 80, isWatched: true);
        Work.Run(screen.Terminal, "counting", progress =>
        {
            progress!.Report(new("counting", 3, 4, "three [of] four"));
            return true;
        });
        Assert.Empty(screen.Result(0).Out);
        Assert.Contains("counting (three [of] four)", screen.Result(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fails_under_a_bar_fails_outside_it()
    {
        using var screen = new Captured(isTerminal: true, width: 80, isWatched: true);
        Assert.Throws<OperationCanceledException>(() => Work.Run<bool>(screen.Terminal, "counting", _ => throw new OperationCanceledException()));
    }

    [Fact]
    public void Rows_are_counted_where_that_is_cheap()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "a\n1\n2\n");
        Assert.Equal(2, Work.RowsOf(path));
        Assert.Equal(0, Work.RowsOf("-"));
        Assert.Equal(0, Work.RowsOf("people.csv.gz"));
        File.Delete(path);
    }

    [Fact]
    public void A_part_reports_as_the_whole()
    {
        var seen = new List<Progress>();
        var part = Work.Part(new Each(seen.Add), 100, 1000);
        part!.Report(new("searching", 5, 10));
        Assert.Equal([new Progress("searching", 105, 1000, "105 people")], seen);
        Assert.Null(Work.Part(null, 0, 0));
    }

    private sealed class Each(Action<Progress> tell) : IProgress<Progress>
    {
        public void Report(Progress value) => tell(value);
    }
}
