using Redress.Data;
using Redress.Models;
using Redress.Neighbours;

namespace Redress.Metrics;

/// <summary>
/// Labelled rows that show what real people look like, usually those the model was trained on. Distances are L2 in encoded units. What a metric does
/// not ask for is not computed.
/// </summary>
public sealed class ReferenceRows
{
    /// <summary>The radius of spheres and chains is this share of the mean distance (Hardy et al. 2022, section 3.3).</summary>
    internal const double RadiusShare = 0.2;

    private readonly Lazy<double> radius;
    private readonly Lazy<double[]> scores;
    private readonly PerClass<RowBlocks> labelled;
    private readonly PerClass<LocalOutlierFactor?> outliers;
    private readonly PerClass<Chains> chains;
    private readonly float[] encoded;

    internal ReferenceRows(IModel model, Encoding encoding, Table rows, Execution execution, CancellationToken cancel)
    {
        if (rows.Faults.Count > 0) throw new ArgumentException(Invariant($"{rows.Faults.Count} of the reference rows could not be read: {rows.Faults.Values.First()}"), nameof(rows));
        if (rows.Labels is not { } labels) throw new ArgumentException("The reference rows have no labels; recourse is compared with rows of its own class.", nameof(rows));
        (Rows, Width, encoded) = (rows, encoding.Width, RowBlocks.Encoded(rows, encoding));
        radius = new(() => RadiusShare * MeanDistance.Of(new RowBlocks(encoded, Width), encoded, execution, cancel));
        scores = new(() => Scores.Favourable(model, rows, execution, cancel));
        bool Predicted(int row) => scores.Value[row] >= model.Threshold;
        labelled = new(c => new RowBlocks(Values(r => labels[r] == c), Width));
        outliers = new(c => Values(r => labels[r] == c) is var values && values.Length > OutlierFactor.K * Width ? new LocalOutlierFactor(values, Width, OutlierFactor.K, execution, cancel) : null);
        chains = new(c => new Chains(Values(r => Predicted(r) == c), Width, [.. Which(r => Predicted(r) == c).Select(r => labels[r] == c)], Radius, execution, cancel));
    }

    /// <summary>The rows.</summary>
    public Table Rows { get; }

    /// <summary>ε: 20 % of the mean distance between two rows, over all pairs; NaN with fewer than two rows.</summary>
    public double Radius => radius.Value;

    /// <summary>Columns of an encoded row.</summary>
    internal int Width { get; }

    /// <summary>The rows whose label is a class.</summary>
    internal RowBlocks Labelled(bool favourable) => labelled.Of(favourable);

    /// <summary>What is an outlier among rows of a class, or null where there are too few.</summary>
    internal LocalOutlierFactor? Outliers(bool favourable) => outliers.Of(favourable);

    /// <summary>The chains of rows predicted as a class.</summary>
    internal Chains ChainsOf(bool favourable) => chains.Of(favourable);

    /// <summary>Something of each class, made when it is first asked for.</summary>
    private sealed class PerClass<T>(Func<bool, T> make)
    {
        private readonly Lock gate = new();
        private readonly Dictionary<bool, T> made = [];

        internal T Of(bool favourable)
        {
            lock (gate)
            {
                if (!made.TryGetValue(favourable, out var known)) made[favourable] = known = make(favourable);
                return known;
            }
        }
    }

    private int[] Which(Func<int, bool> belongs) => [.. Enumerable.Range(0, Rows.Rows).Where(belongs)];

    private float[] Values(Func<int, bool> belongs)
    {
        int[] which = Which(belongs);
        var values = new float[which.Length * Width];
        for (int i = 0; i < which.Length; i++) encoded.AsSpan(which[i] * Width, Width).CopyTo(values.AsSpan(i * Width));
        return values;
    }
}
