namespace Redress.Neighbours;

/// <summary>
/// The local outlier factor of new points against known rows (Breunig, Kriegel, Ng and Sander, SIGMOD 2000):
/// LOF(p) = mean of lrd(o) over the K nearest rows o of p, divided by lrd(p), where lrd(p) = 1 / mean of max(K-distance(o), d(p, o)).
/// </summary>
/// <remarks>About 1 among known rows. As scikit-learn (novelty mode) has it, 1e-10 is added to each mean of distances, so that rows with K copies have a density at all,
/// and exactly K neighbours count even where others are equally far.</remarks>
internal sealed class LocalOutlierFactor
{
    private const double LeastMean = 1e-10;

    private readonly RowBlocks rows;
    private readonly double[] reach, density;   // K-distance and lrd of each row

    /// <summary>Learns the density around each row.</summary>
    /// <param name="values">rows × width, row-major; K + 1 rows or more.</param>
    /// <param name="width">Columns.</param>
    /// <param name="k">K, 1 or more.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <exception cref="ArgumentException">There are K rows or fewer.</exception>
    internal LocalOutlierFactor(float[] values, int width, int k, Execution? execution = null, CancellationToken cancel = default)
    {
        rows = new RowBlocks(values, width);
        if (rows.Count <= k) throw new ArgumentException(Invariant($"There are {rows.Count} rows; a local outlier factor over {k} neighbours needs more than {k}."), nameof(values));
        K = k;
        var near = NearestRows.OfThemselves(rows, values, k, execution, cancel);
        reach = [.. Enumerable.Range(0, rows.Count).Select(r => near.DistancesOf(r)[k - 1])];
        density = [.. Enumerable.Range(0, rows.Count).Select(r => DensityOf(near, r))];
    }

    /// <summary>Neighbours, K.</summary>
    internal int K { get; }

    /// <summary>The factor of each point.</summary>
    /// <param name="points">Points × width, row-major.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="cancel">Stops between batches.</param>
    internal double[] Of(float[] points, Execution? execution = null, CancellationToken cancel = default)
    {
        var near = NearestRows.Of(rows, points, K, execution: execution, cancel: cancel);
        var factors = new double[points.Length / rows.Width];
        for (int p = 0; p < factors.Length; p++)
        {
            double around = 0;
            foreach (int row in near.RowsOf(p)) around += density[row];
            factors[p] = around / K / DensityOf(near, p);
        }
        return factors;
    }

    private double DensityOf(NearestRows near, int point)
    {
        double sum = 0;
        for (int i = 0; i < K; i++) sum += Math.Max(reach[near.RowsOf(point)[i]], near.DistancesOf(point)[i]);
        return 1 / (sum / K + LeastMean);
    }
}
