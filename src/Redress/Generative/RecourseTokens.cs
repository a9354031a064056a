using Redress.Data;
using Redress.Tensors;

namespace Redress.Generative;

/// <summary>
/// Rows as a transformer reads them: a token a feature, in schema order. A token is the bin of the value, its place between the lowest and the highest
/// training value, and the feature's position; each has learned weights.
/// </summary>
/// <remarks>The paper says of tokens only that positions are learned. A bin alone would not tell that its neighbours are near, the number alone not where frequent values lie.</remarks>
internal sealed class RecourseTokens
{
    private readonly int[] offsets;          // of each feature's first bin
    private readonly double[] low, range;    // of each number; a named value has no place
    private readonly int[] numberColumns;

    /// <param name="bins">A feature each.</param>
    /// <param name="low">The lowest training value of each feature.</param>
    /// <param name="range">The highest less the lowest; more than 0.</param>
    internal RecourseTokens(ValueBins[] bins, double[] low, double[] range)
    {
        (Bins, this.low, this.range) = (bins, low, range);
        offsets = new int[bins.Length];
        for (int f = 0; f < bins.Length; f++) (offsets[f], AllBins) = (AllBins, AllBins + bins[f].Count);
        numberColumns = [.. Enumerable.Range(AllBins + 1 + bins.Length, bins.Length)];
    }

    /// <summary>A feature each.</summary>
    internal ValueBins[] Bins { get; }

    /// <summary>Tokens of a row: one a feature.</summary>
    internal int Count => Bins.Length;

    /// <summary>Σ n_j.</summary>
    internal int AllBins { get; }

    /// <summary>Rows of the table of learned weights: all bins, the start, positions, and a number's place a feature.</summary>
    internal int Width => AllBins + 1 + 2 * Count;

    /// <summary>The lowest training value of each feature.</summary>
    internal IReadOnlyList<double> Low => low;

    /// <summary>The highest less the lowest training value of each feature.</summary>
    internal IReadOnlyList<double> Range => range;

    /// <summary>Where a feature's bins begin among all.</summary>
    internal int OffsetOf(int feature) => offsets[feature];

    /// <summary>Row of the table for what stands before the first feature.</summary>
    internal int Start => AllBins;

    /// <summary>Row of the table for a position.</summary>
    internal int PositionOf(int position) => AllBins + 1 + position;

    /// <summary>Row of the table by which a number's place is multiplied.</summary>
    internal int SlopeOf(int feature) => AllBins + 1 + Count + feature;

    /// <summary>Where a value lies between the lowest and the highest training value, at most a range outside; 0 for a name.</summary>
    internal float PlaceOf(int feature, double value) => Bins[feature].IsNamed ? 0 : (float)Math.Clamp((value - low[feature]) / range[feature], -1, 2);

    /// <summary>The tokens of rows: what the encoder reads.</summary>
    internal OneHotRows Of(Table people, ReadOnlySpan<int> rows) => Tokens(people, rows, shift: 0);

    /// <summary>The tokens before each feature's own, the start first: what the decoder reads (it is causal).</summary>
    internal OneHotRows Before(Table people, ReadOnlySpan<int> rows) => Tokens(people, rows, shift: 1);

    private OneHotRows Tokens(Table people, ReadOnlySpan<int> rows, int shift)
    {
        var hot = new int[rows.Length * Count * 2];
        var places = new float[rows.Length * Count * Count];
        for (int i = 0, token = 0; i < rows.Length; i++)
        {
            var row = people.Row(rows[i]);
            for (int position = 0; position < Count; position++, token++)
            {
                int f = position - shift;
                hot[2 * token] = f < 0 ? Start : offsets[f] + Bins[f].BinOf(row[f]);
                hot[2 * token + 1] = PositionOf(position);
                if (f >= 0) places[token * Count + f] = PlaceOf(f, row[f]);
            }
        }
        return OneHotRows.Known(Width, numberColumns, rows.Length * Count, hot, places);
    }

    /// <summary>Fits bins to D_h⁺.</summary>
    /// <param name="positives">Its rows; one or more.</param>
    /// <param name="statistics">Of the training rows.</param>
    /// <param name="bins">n_j at most for numbers.</param>
    /// <param name="binning">How numbers are cut.</param>
    internal static RecourseTokens Fit(Table positives, TrainingStatistics statistics, int bins, Binning binning)
    {
        var features = positives.Schema.Features;
        var fitted = new ValueBins[features.Count];
        for (int f = 0; f < fitted.Length; f++) fitted[f] = ValueBins.Of(features[f], ColumnOf(positives, f), bins, binning);
        double[] low = [.. statistics.Distributions.Select(d => d.Minimum)];
        return new(fitted, low, [.. statistics.Distributions.Select(d => d.Maximum > d.Minimum ? d.Maximum - d.Minimum : 1)]);
    }

    /// <summary>One feature of all rows.</summary>
    internal static double[] ColumnOf(Table rows, int feature)
    {
        var column = new double[rows.Rows];
        for (int row = 0; row < column.Length; row++) column[row] = rows.Row(row)[feature];
        return column;
    }
}
