namespace Redress.Data;

/// <summary>The valid range of each encoded column: that of named values, the declared one, else that of the training rows; 0 to 1 in one-hot columns.</summary>
internal sealed class ColumnRanges
{
    /// <param name="schema">The features.</param>
    /// <param name="encoding">Their encoding.</param>
    /// <param name="statistics">Of the training rows.</param>
    internal ColumnRanges(Schema schema, Encoding encoding, TrainingStatistics statistics)
    {
        (Lowest, Highest) = (new float[encoding.Width], new float[encoding.Width]);
        for (int f = 0; f < schema.Features.Count; f++)
        {
            var at = encoding.Features[f];
            var (low, high) = at.IsOneHot ? (0, 1) : RangeOf(schema.Features[f], statistics.Distributions[f]);
            for (int c = at.Offset; c < at.Offset + at.Width; c++) (Lowest[c], Highest[c]) = ((float)((low - at.Shift) / at.Scale), (float)((high - at.Shift) / at.Scale));
        }
    }

    /// <summary>The lowest valid value of each column.</summary>
    internal float[] Lowest { get; }

    /// <summary>The highest valid value of each column.</summary>
    internal float[] Highest { get; }

    private static (double Low, double High) RangeOf(Feature feature, EmpiricalDistribution training) => feature.IsNamed
        ? (0, feature.Values.Count - 1)
        : (feature.Minimum ?? training.Minimum, feature.Maximum ?? training.Maximum);
}
