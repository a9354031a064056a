using System.Diagnostics;
using System.Globalization;

namespace Redress.Bench;

/// <summary>Times a piece of work as the peers' scripts do: warm up, then the median of repetitions.</summary>
internal static class Measure
{
    /// <summary>Prints the median time of one call in microseconds and the managed bytes that a call allocates.</summary>
    public static void Median(string name, int repetitions, int calls, Action work)
    {
        for (int i = 0; i < Math.Max(3, calls / 4); i++) work();
        var times = new double[repetitions];
        for (int r = 0; r < repetitions; r++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++) work();
            times[r] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
        }
        Array.Sort(times);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++) work();
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / calls;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{times[repetitions / 2]:F1}\tus"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} allocation\t{bytes}\tbytes"));
    }
}
