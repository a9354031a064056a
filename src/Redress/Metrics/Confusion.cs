namespace Redress.Metrics;

/// <summary>Counts of a binary classifier's hits and misses at one threshold.</summary>
/// <param name="TruePositives">Positive rows scored at or above the threshold.</param>
/// <param name="FalsePositives">Negative rows scored at or above the threshold.</param>
/// <param name="TrueNegatives">Negative rows scored below the threshold.</param>
/// <param name="FalseNegatives">Positive rows scored below the threshold.</param>
internal readonly record struct ConfusionCounts(int TruePositives, int FalsePositives, int TrueNegatives, int FalseNegatives)
{
    /// <summary>All rows.</summary>
    public int Rows => TruePositives + FalsePositives + TrueNegatives + FalseNegatives;

    /// <summary>(TP + TN) / rows, in [0, 1]; higher is better; 0 without rows.</summary>
    public double Accuracy => Ratio(TruePositives + TrueNegatives, Rows);

    /// <summary>TP / (TP + FP), in [0, 1]; higher is better; 0 where nothing is predicted positive, as scikit-learn has it.</summary>
    public double Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    /// <summary>TP / (TP + FN), in [0, 1]; higher is better; 0 where no row is positive.</summary>
    public double Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    /// <summary>2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall, in [0, 1]; higher is better; 0 where
    /// nothing is positive or predicted so.</summary>
    public double F1 => Ratio(2.0 * TruePositives, 2.0 * TruePositives + FalsePositives + FalseNegatives);

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}

/// <summary>Counts hits and misses; a row is predicted positive when its score is at or above the threshold.</summary>
internal static class Confusion
{
    /// <summary>Counts at one threshold.</summary>
    /// <param name="scores">A score a row; not NaN.</param>
    /// <param name="labels">A label a row; true is positive.</param>
    /// <param name="threshold">Least positive score; −∞ makes every row positive, +∞ none (but scores of +∞). Not NaN.</param>
    /// <returns>The four counts.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a number is NaN.</exception>
    public static ConfusionCounts At(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels, double threshold)
    {
        RocCurve.Check(scores, labels);
        if (double.IsNaN(threshold)) throw new ArgumentException("threshold is NaN; it must be a number.", nameof(threshold));
        var (tp, fp, tn, fn) = (0, 0, 0, 0);
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] >= threshold)
            {
                if (labels[i]) tp++;
                else fp++;
            }
            else if (labels[i]) fn++;
            else tn++;
        }

        return new(tp, fp, tn, fn);
    }
}
