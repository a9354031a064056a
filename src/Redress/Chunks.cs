namespace Redress;

/// <summary>The one parallel loop: cuts rows into chunks and runs them on threads. Results never depend on either number.</summary>
internal static class Chunks
{
#if DEBUG
    /// <summary>Tiny in debug builds, so that tests cross chunk borders all the time.</summary>
    internal const int DefaultRows = 3;
#else
    /// <summary>Rows a chunk: large enough to hide the cost of an operation, small enough for the second-level cache.</summary>
    internal const int DefaultRows = 256;
#endif

    /// <summary>Runs <paramref name="body"/>(start, count) over all chunks of <paramref name="rows"/> rows.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled between chunks.</exception>
    internal static void Run(int rows, Execution execution, Action<int, int> body, CancellationToken cancel)
    {
        int size = execution.ChunkRows > 0 ? execution.ChunkRows : DefaultRows;
        int chunks = (rows + size - 1) / size;
        int threads = Math.Min(execution.Threads > 0 ? execution.Threads : Environment.ProcessorCount, chunks);
        void One(int chunk) => body(chunk * size, Math.Min(size, rows - chunk * size));
        if (threads <= 1)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                cancel.ThrowIfCancellationRequested();
                One(chunk);
            }
            return;
        }
        int next = -1;
        Exception? failure = null;
        void Work()
        {
            try
            {
                for (int chunk = Interlocked.Increment(ref next); chunk < chunks && Volatile.Read(ref failure) is null; chunk = Interlocked.Increment(ref next))
                {
                    cancel.ThrowIfCancellationRequested();
                    One(chunk);
                }
            }
            catch (Exception e) { Interlocked.CompareExchange(ref failure, e, null); }
        }
        var workers = new Thread[threads - 1];
        for (int t = 0; t < workers.Length; t++)
        {
            workers[t] = new Thread(Work, maxStackSize: 4 << 20) { IsBackground = true };
            workers[t].Start();
        }
        Work();
        foreach (var worker in workers) worker.Join();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure).Throw();
    }
}
