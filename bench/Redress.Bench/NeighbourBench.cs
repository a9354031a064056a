using System.Diagnostics;
using System.Globalization;
using Redress.Neighbours;
using Redress.Tensors;

namespace Redress.Bench;

/// <summary>Searches for near rows at the sizes of the metrics: adult's 32,561 x 13 against 10,000 points, and 50,000 x 20.</summary>
internal static class NeighbourBench
{
    private const int Rounds = 5, K = 5;

    public static int Run()
    {
        Time(32_561, 13, 10_000);
        Time(50_000, 20, 10_000);
        return 0;
    }

    private static void Time(int rows, int width, int points)
    {
        float[] known = Draw(1, rows * width), asked = Draw(2, points * width);
        var blocks = new RowBlocks(known, width);
        string size = Invariant($"{rows} x {width}");
        foreach (int threads in new[] { 1, 2 })
        {
            var execution = new Execution(threads);
            Print($"neighbours, {size}, {K} nearest of {points} points, {threads} threads", Seconds(() => NearestRows.Of(blocks, asked, K, execution: execution)));
            double mean = 0;
            Print($"neighbours, {size}, mean distance of all pairs, {threads} threads", Seconds(() => mean = MeanDistance.Of(blocks, known, execution)));
            Print($"neighbours, {size}, all within 0.2 of the mean distance of {points} points, {threads} threads",
                Seconds(() => RowsWithin.Each(blocks, asked, 0.2 * mean, null, (_, _, _) => { }, execution)));
            Print($"neighbours, {size}, local outlier factor of {points} points, learning included, {threads} threads", Seconds(() => new LocalOutlierFactor(known, width, K, execution).Of(asked, execution)));
        }
    }

    /// <summary>Normal numbers about 20 centres: as crowded as real rows, not spread evenly.</summary>
    private static float[] Draw(ulong seed, int count)
    {
        var (rng, values) = (new Rng(seed), new float[count]);
        for (int i = 0; i < count; i++) values[i] = (float)(0.05 * rng.NextGaussian() + rng.NextInt(20) / 20.0);
        return values;
    }

    private static double Seconds(Action work)
    {
        work();
        var times = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            times[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        return times.Order().ElementAt(Rounds / 2);
    }

    private static void Print(string name, double seconds) => Console.WriteLine($"{name}\t{seconds.ToString("0.####", CultureInfo.InvariantCulture)}\ts");
}
