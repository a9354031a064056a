using Redress.Models;

namespace Redress.Training;

/// <summary>The non-decreasing function of p with the least weighted squared distance to outcomes, by pooling neighbours that fall (pool adjacent violators).</summary>
/// <remarks>As scikit-learn's IsotonicRegression with out_of_bounds "clip": rows of equal p are pooled first, and between two kept points the function is linear.</remarks>
internal static class IsotonicRegression
{
    /// <summary>Fits the function.</summary>
    /// <param name="p">A classifier's probability a row; not NaN.</param>
    /// <param name="y">True a row whose outcome is the favourable one.</param>
    /// <param name="weights">A weight a row, 0 or more; rows of weight 0 take no part.</param>
    /// <exception cref="ArgumentException">Lengths differ, or no row has weight.</exception>
    internal static IsotonicCalibrator Fit(ReadOnlySpan<double> p, ReadOnlySpan<bool> y, ReadOnlySpan<double> weights)
    {
        var (x, mean, weight) = Pooled(p, y, weights);
        // Blocks of one value each, the last still open: it takes in those before it that are as high or higher.
        var blocks = new List<(double Mean, double Weight, int First)>();
        for (int i = 0; i < x.Length; i++)
        {
            (double Mean, double Weight, int First) block = (mean[i], weight[i], i);
            while (blocks.Count > 0 && blocks[^1].Mean >= block.Mean)
            {
                var before = blocks[^1];
                blocks.RemoveAt(blocks.Count - 1);
                double sum = before.Weight + block.Weight;
                block = ((before.Mean * before.Weight + block.Mean * block.Weight) / sum, sum, before.First);
            }
            blocks.Add(block);
        }
        // A block is a straight line between its ends: nothing between them is kept.
        var (from, to) = (new List<double>(), new List<double>());
        for (int k = 0; k < blocks.Count; k++)
        {
            int first = blocks[k].First, last = (k + 1 < blocks.Count ? blocks[k + 1].First : x.Length) - 1;
            foreach (int at in first == last ? [first] : new[] { first, last })
            {
                from.Add(x[at]);
                to.Add(Math.Clamp(blocks[k].Mean, 0, 1));
            }
        }
        return new([.. from], [.. to]);
    }

    /// <summary>Distinct probabilities, ascending, each with the mean outcome and the weight of its rows.</summary>
    private static (double[] X, double[] Mean, double[] Weight) Pooled(ReadOnlySpan<double> p, ReadOnlySpan<bool> y, ReadOnlySpan<double> weights)
    {
        if (p.Length != y.Length || p.Length != weights.Length)
            throw new ArgumentException(Invariant($"There are {p.Length} probabilities, {y.Length} outcomes and {weights.Length} weights; each row needs one of each."), nameof(y));
        double[] keys = p.ToArray();
        int[] order = [.. Enumerable.Range(0, p.Length)];
        Array.Sort(keys, order);
        var (x, sums, weight) = (new List<double>(), new List<double>(), new List<double>());
        for (int i = 0; i < order.Length; i++)
        {
            double w = weights[order[i]], favourable = y[order[i]] ? w : 0;
            if (!(w > 0)) continue;
            if (x.Count == 0 || x[^1] != keys[i])
            {
                x.Add(keys[i]);
                sums.Add(favourable);
                weight.Add(w);
                continue;
            }
            sums[^1] += favourable;
            weight[^1] += w;
        }
        if (x.Count == 0) throw new ArgumentException("No row has weight; a calibrator needs at least one.", nameof(weights));
        return ([.. x], [.. sums.Zip(weight, (s, w) => s / w)], [.. weight]);
    }
}
