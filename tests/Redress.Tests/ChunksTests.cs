namespace Redress.Tests;

public sealed class ChunksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void A_gang_runs_every_item_of_every_loop_once(int threads)
    {
        using var gang = new Chunks.Gang(threads, most: 100);
        var times = new int[40];
        for (int loop = 0; loop < 500; loop++) gang.Each(loop % times.Length, i => Interlocked.Increment(ref times[i]), CancellationToken.None);

        int[] expected = [.. Enumerable.Range(0, times.Length).Select(i => Enumerable.Range(0, 500).Count(loop => i < loop % times.Length))];
        Assert.Equal(expected, times);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_gang_outlives_a_loop_that_fails_or_is_cancelled(int threads)
    {
        using var gang = new Chunks.Gang(threads, most: 100);
        var thrown = Assert.Throws<InvalidOperationException>(() => gang.Each(10, i => { if (i == 3) throw new InvalidOperationException("three"); }, CancellationToken.None));
        Assert.Equal("three", thrown.Message);

        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => gang.Each(1000, i => cancel.Cancel(), cancel.Token));

        int done = 0;
        gang.Each(10, i => Interlocked.Increment(ref done), CancellationToken.None);
        Assert.Equal(10, done);
    }

    [Fact]
    public void A_gang_asleep_wakes_for_the_next_loop()
    {
        using var gang = new Chunks.Gang(2, most: 2);
        for (int loop = 0; loop < 5; loop++)
        {
            // One item waits for the other, so both threads must be at work.
            using var both = new Barrier(2);
            gang.Each(2, i => both.SignalAndWait(), CancellationToken.None);
            Thread.Sleep(5);
        }
    }
}
