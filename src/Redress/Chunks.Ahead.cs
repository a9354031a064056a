using System.Collections.Concurrent;

namespace Redress;

internal static partial class Chunks
{
    /// <summary>The items of a source, of which the next is made on a thread of its own while the caller works on the one before; with one thread, in turn.</summary>
    /// <remarks>What the source throws is thrown after the items before it. A caller who leaves early leaves the source at its next item.</remarks>
    /// <param name="source">Makes the items.</param>
    /// <param name="threads">Threads that the caller allows (0: all cores).</param>
    internal static IEnumerable<T> Ahead<T>(IEnumerable<T> source, int threads) => Threads(threads) <= 1 ? source : Ahead(source);

    private static IEnumerable<T> Ahead<T>(IEnumerable<T> source)
    {
        var ready = new BlockingCollection<T>(1);
        using var left = new CancellationTokenSource();
        var token = left.Token;
        var reader = Task.Factory.StartNew(() =>
        {
            try
            {
                foreach (var item in source) ready.Add(item, token);
            }
            catch (OperationCanceledException) when (token.IsCancellationRequested) { }
            finally
            {
                ready.CompleteAdding();
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var item in ready.GetConsumingEnumerable(token)) yield return item;
            reader.GetAwaiter().GetResult();
        }
        finally
        {
            left.Cancel();
        }
    }
}
