using System.Diagnostics;
using System.Globalization;

namespace Redress.Bench;

/// <summary>Times a piece of work as the peers' scripts do: warm up, then the median of repetitions.</summary>
internal static class Measure
{
    /// <summary>Prints the median time of one call in microseconds and the managed bytes that a call allocates.</summary>
    /// <param name="processor">Whether to print processor time as well, which other programs on the machine stretch less.</param>
    public static void Median(string name, int repetitions, int calls, Action work, bool processor = false)
    {
        for (int i = 0; i < Math.Max(3, calls / 4); i++) work();
        double[] times = new double[repetitions], busy = new double[repetitions];
        for (int r = 0; r < repetitions; r++)
        {
            long start = Stopwatch.GetTimestamp();
            var before = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < calls; i++) work();
            times[r] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
            busy[r] = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / calls;
        }
        Array.Sort(times);
        Array.Sort(busy);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++) work();
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / calls;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{times[repetitions / 2]:F1}\tus"));
        if (processor) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} processor\t{busy[repetitions / 2]:F1}\tus"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} allocation\t{bytes}\tbytes"));
    }
}
