using System.Runtime.ExceptionServices;

namespace Redress;

internal static partial class Chunks
{
    /// <summary>
    /// Threads for loops that follow each other closely, such as the steps of a training. Between two loops they spin for a moment before they sleep,
    /// since waking a thread costs as much as a small loop; and each begins with its own share of the items, so that what these touch stays in its cache.
    /// </summary>
    internal sealed class Gang : IDisposable
    {
        // About 75 µs: what falling asleep and waking up take together.
        private const int Spins = 2000;

        private readonly object gate = new();
        private readonly int threads, spins;
        private Loop? current;
        private bool closed;
        private int asleep;

        /// <summary>Starts the threads; the caller of <see cref="Each"/> is one of them.</summary>
        /// <param name="threads">Threads, 1 or more (0: all cores).</param>
        /// <param name="most">The items that loops have at most, about: no more threads than these are started.</param>
        internal Gang(int threads, int most)
        {
            this.threads = Math.Min(Threads(threads), most);
            // More threads than cores would spin in each other's way.
            spins = this.threads <= Environment.ProcessorCount ? Spins : 0;
            for (int t = 1; t < this.threads; t++)
            {
                int thread = t;
                new Thread(() => Help(thread)) { IsBackground = true, Name = Invariant($"Redress {thread}") }.Start();
            }
        }

        /// <summary>Runs <paramref name="body"/> for 0 to <paramref name="count"/> - 1; one loop at a time.</summary>
        /// <exception cref="OperationCanceledException">The caller cancelled before every item had begun.</exception>
        internal void Each(int count, Action<int> body, CancellationToken cancel)
        {
            if (threads <= 1 || count <= 1)
            {
                InTurn(count, body, cancel);
                return;
            }
            var loop = new Loop(count, threads, body, cancel);
            Volatile.Write(ref current, loop);
            Wake();
            if (!loop.Work(0)) WaitFor(() => loop.IsDone);
            loop.ThrowIfFailed();
        }

        /// <summary>As <see cref="Each"/>, over chunks of rows.</summary>
        internal void Run(int rows, int chunkRows, Action<int, int> body, CancellationToken cancel)
        {
            var (chunks, chunk) = Cut(rows, chunkRows, body);
            Each(chunks, chunk, cancel);
        }

        /// <summary>Lets the threads end.</summary>
        public void Dispose()
        {
            Volatile.Write(ref closed, true);
            Wake();
        }

        private void Help(int thread)
        {
            Loop? last = null;
            while (true)
            {
                WaitFor(() => Volatile.Read(ref closed) || Volatile.Read(ref current) != last);
                if (Volatile.Read(ref closed)) return;
                last = Volatile.Read(ref current);
                if (last!.Work(thread)) Wake();
            }
        }

        private void WaitFor(Func<bool> condition)
        {
            for (int spin = 0; spin < spins; spin++)
            {
                if (condition()) return;
                Thread.SpinWait(1);
            }
            lock (gate)
            {
                Interlocked.Increment(ref asleep);
                while (!condition()) Monitor.Wait(gate);
                Interlocked.Decrement(ref asleep);
            }
        }

        /// <summary>
        /// Wakes who sleeps, after a change. Whoever falls asleep counts before looking for a change, and here the count is read after the change: with a
        /// barrier between the two, one sees the other, and the lock is taken only where somebody sleeps.
        /// </summary>
        private void Wake()
        {
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref asleep) == 0) return;
            lock (gate) Monitor.PulseAll(gate);
        }

        /// <summary>One loop. A thread that comes late finds every item taken, and so cannot mistake one loop for the next.</summary>
        private sealed class Loop(int count, int threads, Action<int> body, CancellationToken cancel)
        {
            private readonly int[] taken = new int[count];
            private int done;
            private Exception? failure;

            internal bool IsDone => Volatile.Read(ref done) == count;

            /// <summary>Works on what is left, own share first; true where the last item was finished here.</summary>
            internal bool Work(int thread)
            {
                bool last = false;
                for (int k = 0, i = (int)((long)thread * count / threads); k < count; k++, i = i + 1 == count ? 0 : i + 1)
                {
                    if (Interlocked.Exchange(ref taken[i], 1) != 0) continue;
                    Run(i);
                    last = Interlocked.Increment(ref done) == count;
                }
                return last;
            }

            internal void ThrowIfFailed()
            {
                if (failure is not null) ExceptionDispatchInfo.Capture(failure).Throw();
            }

            private void Run(int item)
            {
                if (Volatile.Read(ref failure) is not null) return;
                try
                {
                    cancel.ThrowIfCancellationRequested();
                    body(item);
                }
#pragma warning disable CA1031 // It is thrown again on the thread that asked for the loop.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref failure, e, null);
                }
            }
        }
    }
}
