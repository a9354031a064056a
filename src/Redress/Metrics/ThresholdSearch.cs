namespace Redress.Metrics;

/// <summary>Finds the decision threshold that a metric likes best on given rows.</summary>
internal static class ThresholdSearch
{
    /// <summary>The threshold with the highest F1 = 2 TP / (2 TP + FP + FN), over every way to cut the ordered scores with at
    /// least one row above the cut.</summary>
    /// <param name="scores">A score a row, one row or more; finite.</param>
    /// <param name="labels">A label a row; true is positive.</param>
    /// <param name="f1">The F1 score at that threshold, in [0, 1].</param>
    /// <returns>A value midway between two neighbouring distinct scores, or 1 below the lowest. Equal F1 scores go to the higher
    /// threshold. Without a positive label every F1 is 0 and the highest cut is returned.</returns>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a score is NaN or infinite.</exception>
    public static double MaxF1(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels, out double f1)
    {
        RocCurve.Check(scores, labels);
        if (scores.IsEmpty) throw new ArgumentException("There are 0 scores; a threshold needs at least 1.", nameof(scores));
        foreach (var score in scores)
            if (double.IsInfinity(score)) throw new ArgumentException("A score is infinite; each must be finite.", nameof(scores));

        var (order, positive) = RocCurve.Sorted(scores, labels);
        long positives = positive.AsSpan().Count(true);
        var (best, above) = (-1, 0L);
        (long Part, long Whole) most = (-1, 1);
        for (var i = order.Length - 1; i >= 0; i--)
        {
            if (positive[i]) above++;
            if (i > 0 && order[i - 1] == order[i]) continue;

            // 2 TP + FP + FN is the number predicted positive plus the number that is; fractions are compared as integers.
            (long Part, long Whole) here = (2 * above, order.Length - i + positives);
            if (here.Part * most.Whole > most.Part * here.Whole) (best, most) = (i, here);
        }

        f1 = (double)most.Part / most.Whole;
        return best == 0 ? order[0] - 1 : Midway(order[best - 1], order[best]);
    }

    /// <summary>A value above <paramref name="lower"/> and at most <paramref name="upper"/>: half way, or upper itself where
    /// the two are neighbouring doubles and half way would round down.</summary>
    private static double Midway(double lower, double upper)
    {
        var middle = lower / 2 + upper / 2;
        return middle > lower && middle <= upper ? middle : upper;
    }
}
