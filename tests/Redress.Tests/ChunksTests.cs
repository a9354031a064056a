namespace Redress.Tests;

public sealed class ChunksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_item_is_run_once_unless_one_fails_or_the_caller_stops(int threads)
    {
        var times = new int[50];
        Chunks.Each(50, threads, i => Interlocked.Increment(ref times[i]), CancellationToken.None);
        Assert.All(times, t => Assert.Equal(1, t));

        Assert.Equal("three", Assert.Throws<InvalidOperationException>(() => Chunks.Each(50, threads, i => { if (i == 3) throw new InvalidOperationException("three"); }, CancellationToken.None)).Message);

        using var cancel = new CancellationTokenSource();
        int begun = 0;
        Assert.Throws<OperationCanceledException>(() => Chunks.Each(1000, threads, i =>
        {
            Interlocked.Increment(ref begun);
            cancel.Cancel();
        }, cancel.Token));
        Assert.InRange(begun, 1, threads);

        // Who cancels when all have begun is too late.
        using var late = new CancellationTokenSource();
        Chunks.Each(1, threads, _ => late.Cancel(), late.Token);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Items_are_made_ahead_in_order_and_what_the_source_throws_comes_after_them(int threads)
    {
        Assert.Equal(Enumerable.Range(0, 100), Chunks.Ahead(Enumerable.Range(0, 100), threads));
        Assert.Empty(Chunks.Ahead(Enumerable.Empty<int>(), threads));

        static IEnumerable<int> Broken()
        {
            yield return 1;
            yield return 2;
            throw new InvalidOperationException("no third");
        }
        var seen = new List<int>();
        Assert.Equal("no third", Assert.Throws<InvalidOperationException>(() => seen.AddRange(Chunks.Ahead(Broken(), threads))).Message);
        seen.Clear();
        Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (int item in Chunks.Ahead(Broken(), threads)) seen.Add(item);
        });
        Assert.Equal([1, 2], seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Only_several_threads_make_items_ahead(int threads)
    {
        var makers = new HashSet<int>();
        IEnumerable<int> Items()
        {
            for (int i = 0; i < 5; i++)
            {
                makers.Add(Environment.CurrentManagedThreadId);
                yield return i;
            }
        }
        Assert.Equal(5, Chunks.Ahead(Items(), threads).Count());
        Assert.Equal(threads == 1, makers.SetEquals([Environment.CurrentManagedThreadId]));
    }

    [Fact]
    public void A_source_that_is_left_early_is_disposed_of()
    {
        using var disposed = new ManualResetEventSlim();
        IEnumerable<int> Endless()
        {
            try
            {
                for (int i = 0; ; i++) yield return i;
            }
            finally
            {
                disposed.Set();
            }
        }
        Assert.Equal([0, 1, 2], Chunks.Ahead(Endless(), threads: 2).Take(3));
        Assert.True(disposed.Wait(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void A_gang_runs_every_item_of_every_loop_once(int threads)
    {
        const int Loops = 20_000;
        using var gang = new Chunks.Gang(threads, most: 100);
        var times = new int[40];
        for (int loop = 0; loop < Loops; loop++) gang.Each(loop % times.Length, i => Interlocked.Increment(ref times[i]), CancellationToken.None);

        int[] expected = [.. Enumerable.Range(0, times.Length).Select(i => Enumerable.Range(0, Loops).Count(loop => i < loop % times.Length))];
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
        // More threads than cores do not spin between loops but sleep at once.
        using var gang = new Chunks.Gang(Environment.ProcessorCount + 1, most: 100);
        for (int loop = 0; loop < 50; loop++)
        {
            // One item waits for the other, so two threads must be at work.
            using var both = new Barrier(2);
            gang.Each(2, i => both.SignalAndWait(), CancellationToken.None);
        }
    }
}
