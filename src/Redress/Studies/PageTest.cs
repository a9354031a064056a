namespace Redress.Studies;

/// <summary>
/// Page's test for a trend ("Ordered hypotheses for multiple treatments", JASA 58, 1963): blocks, each measured at the same ordered levels, tell whether the
/// measure rises with the level. L = Σ level × rank within the block. Its distribution where levels change nothing, so that every order of a block's numbers
/// is equally likely, is computed exactly, ties sharing their mean rank; no normal approximation, so it serves a single block too.
/// </summary>
/// <param name="Blocks">Blocks, n.</param>
/// <param name="Levels">Levels, k.</param>
/// <param name="Correlation">Spearman's ρ between level and measure, the mean over blocks in which the measure changes at all; NaN where there is none.</param>
/// <param name="Rising">P[L as large as it is or larger], where levels change nothing.</param>
/// <param name="Falling">P[L as small as it is or smaller].</param>
internal sealed record PageTest(int Blocks, int Levels, double Correlation, double Rising, double Falling)
{
    /// <summary>The distribution of one block is counted over subsets of its levels.</summary>
    internal const int MostLevels = 12;

    /// <summary>Tests blocks of equal length.</summary>
    /// <param name="blocks">At least one; of each its measures, lowest level first, all finite.</param>
    /// <exception cref="ArgumentException">There is no block, or one has another length, or a length is not 2 to <see cref="MostLevels"/>, or a measure is not finite.</exception>
    internal static PageTest Of(IReadOnlyList<double[]> blocks)
    {
        if (blocks.Count == 0) throw new ArgumentException("A trend needs at least one block.", nameof(blocks));
        int levels = blocks[0].Length;
        if (levels is < 2 or > MostLevels) throw new ArgumentException(Invariant($"There are {levels} levels; must be 2 to {MostLevels}."), nameof(blocks));
        if (blocks.Any(b => b.Length != levels)) throw new ArgumentException("Blocks must have the same levels.", nameof(blocks));
        if (blocks.Any(b => b.Any(v => !double.IsFinite(v)))) throw new ArgumentException("Every measure must be finite.", nameof(blocks));
        double[] sums = [1];
        int total = 0;
        var correlations = new List<double>();
        foreach (double[] block in blocks)
        {
            int[] ranks = DoubledRanks(block);
            total += Statistic(ranks);
            sums = Convolved(sums, Distribution(ranks));
            if (Correlated(ranks) is { } rho) correlations.Add(rho);
        }
        return new(blocks.Count, levels, correlations.Count == 0 ? double.NaN : correlations.Average(), Math.Min(1, sums[total..].Sum()), Math.Min(1, sums[..(total + 1)].Sum()));
    }

    /// <summary>Twice the rank of each measure, so that the mean ranks of ties are whole numbers.</summary>
    private static int[] DoubledRanks(double[] block) => [.. block.Select(v => 2 * block.Count(o => o < v) + block.Count(o => o == v) + 1)];

    private static int Statistic(int[] ranks) => ranks.Select((r, j) => (j + 1) * r).Sum();

    /// <summary>P[statistic] over all orders of a block's ranks: levels are given out one after the other, and only the set of ranks given so far matters.</summary>
    private static double[] Distribution(int[] ranks)
    {
        int k = ranks.Length, most = ranks.Order().Select((r, j) => (j + 1) * r).Sum();
        var of = new double[1 << k][];
        of[0] = [1];
        for (int set = 1; set < of.Length; set++)
        {
            int level = System.Numerics.BitOperations.PopCount((uint)set);
            var probabilities = new double[most + 1];
            for (int j = 0; j < k; j++)
            {
                if ((set >> j & 1) == 0) continue;
                double[] before = of[set & ~(1 << j)];
                for (int s = 0; s < before.Length && s + level * ranks[j] <= most; s++) probabilities[s + level * ranks[j]] += before[s] / level;
            }
            of[set] = probabilities;
        }
        return of[^1];
    }

    private static double[] Convolved(double[] a, double[] b)
    {
        var sum = new double[a.Length + b.Length - 1];
        for (int i = 0; i < a.Length; i++)
            if (a[i] > 0) System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(b, a[i], sum.AsSpan(i, b.Length), sum.AsSpan(i, b.Length));
        return sum;
    }

    /// <summary>Pearson's correlation of levels and ranks; null where all measures are one.</summary>
    private static double? Correlated(int[] ranks)
    {
        double middle = (ranks.Length + 1) / 2.0, spread = ranks.Select((_, j) => (j + 1 - middle) * (j + 1 - middle)).Sum(), of = ranks.Sum(r => (r / 2.0 - middle) * (r / 2.0 - middle));
        return of == 0 ? null : ranks.Select((r, j) => (j + 1 - middle) * (r / 2.0 - middle)).Sum() / Math.Sqrt(spread * of);
    }
}
