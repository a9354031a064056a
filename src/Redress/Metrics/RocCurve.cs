using static System.FormattableString;

namespace Redress.Metrics;

/// <summary>The receiver operating characteristic of a score.</summary>
internal static class RocCurve
{
    /// <summary>Area under the curve: the chance that a random positive row scores above a random negative one, ties counted
    /// half, (#{s⁺ > s⁻} + ½ #{s⁺ = s⁻}) / (n⁺ n⁻), in [0, 1]; 1 is a perfect ranking, ½ is none.</summary>
    /// <param name="scores">A score a row; not NaN.</param>
    /// <param name="labels">A label a row; true is positive.</param>
    /// <returns>The area, exact but for one division; NaN where all labels are the same, since it is then not defined.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a score is NaN.</exception>
    public static double Area(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        Check(scores, labels);
        var (order, positive) = Sorted(scores, labels);
        long below = 0, positives = 0;
        var doubledWins = (Int128)0;
        for (int start = 0, end; start < order.Length; start = end)
        {
            // Rows start..end-1 share one score; `below` counts negatives with a lower one.
            long tiedPositives = 0, tiedNegatives = 0;
            for (end = start; end < order.Length && order[end] == order[start]; end++)
            {
                if (positive[end]) tiedPositives++;
                else tiedNegatives++;
            }

            doubledWins += (Int128)tiedPositives * (2 * below + tiedNegatives);
            positives += tiedPositives;
            below += tiedNegatives;
        }

        return positives == 0 || below == 0 ? double.NaN : (double)doubledWins / (2.0 * positives * below);
    }

    /// <summary>Scores in ascending order, each with its label.</summary>
    internal static (double[] Scores, bool[] Labels) Sorted(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        var (order, positive) = (scores.ToArray(), labels.ToArray());
        Array.Sort(order, positive);
        return (order, positive);
    }

    /// <summary>Refuses scores and labels of different lengths, and NaN, which has no place in an order.</summary>
    internal static void Check(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        if (scores.Length != labels.Length)
            throw new ArgumentException(Invariant($"There are {scores.Length} scores and {labels.Length} labels; each row needs one of both."), nameof(labels));
        for (var i = 0; i < scores.Length; i++)
            if (double.IsNaN(scores[i])) throw new ArgumentException(Invariant($"The score of row {i} is NaN; it must be a number."), nameof(scores));
    }
}
