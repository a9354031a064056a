using System.Runtime.ExceptionServices;

namespace Redress;

/// <summary>The one parallel loop: cuts rows into chunks and runs them on threads. Results never depend on either number.</summary>
internal static partial class Chunks
{
#if DEBUG
    /// <summary>Tiny in debug builds, so that tests cross chunk borders all the time.</summary>
    internal const int DefaultRows = 3;
#else
    /// <summary>Rows a chunk: large enough to hide the cost of an operation, small enough for the second-level cache.</summary>
    internal const int DefaultRows = 256;
#endif

    /// <summary>Runs <paramref name="body"/>(start, count) over all chunks of <paramref name="rows"/> rows; chunks already begun when the caller cancels are finished.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled before every chunk had begun.</exception>
    internal static void Run(int rows, Execution execution, Action<int, int> body, CancellationToken cancel)
    {
        var (chunks, chunk) = Cut(rows, execution.ChunkRows, body);
        Each(chunks, execution.Threads, chunk, cancel);
    }

    /// <summary>Runs <paramref name="body"/> for 0 to <paramref name="count"/> - 1 on up to <paramref name="threads"/> threads (0: all cores).</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled before every item had begun.</exception>
    internal static void Each(int count, int threads, Action<int> body, CancellationToken cancel)
    {
        threads = Math.Min(Threads(threads), count);
        if (threads <= 1)
        {
            InTurn(count, body, cancel);
            return;
        }
        int next = -1;
        // Items are handed out one at a time: ranges, as the library's loop gives them, leave a thread without work at the end.
        void Work(int thread, ParallelLoopState state)
        {
            while (!state.IsExceptional && !cancel.IsCancellationRequested && Interlocked.Increment(ref next) is var i && i < count) body(i);
        }
        try
        {
#pragma warning disable RS0030 // This is the one place that the ban points to.
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, Work);
#pragma warning restore RS0030
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Capture(failures.InnerExceptions[0]).Throw();
        }
        if (next < count - 1) cancel.ThrowIfCancellationRequested();
    }

    /// <summary>The number of chunks, and what to do for each.</summary>
    private static (int Chunks, Action<int> Body) Cut(int rows, int chunkRows, Action<int, int> body)
    {
        int size = chunkRows > 0 ? chunkRows : DefaultRows;
        return ((rows + size - 1) / size, chunk => body(chunk * size, Math.Min(size, rows - chunk * size)));
    }

    private static int Threads(int asked) => asked > 0 ? asked : Environment.ProcessorCount;

    private static void InTurn(int count, Action<int> body, CancellationToken cancel)
    {
        for (int i = 0; i < count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            body(i);
        }
    }
}
