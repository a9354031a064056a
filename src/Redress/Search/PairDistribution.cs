using Redress.Data;
using Redress.Neighbours;
using Redress.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Search;

/// <summary>
/// Rows as points whose L1 distance is the cost of a pair: C(x, x⁺) = Σ |x⁺ - x| over numbers scaled to 0 and 1 at the training minimum and maximum, plus
/// 1 for each category that differs. What nobody can change weighs more than all the rest together.
/// </summary>
/// <remarks>
/// The paper has C → ∞ where immutables differ, and its immutables have two values. This is the limit of such a weight: rows whose immutables are the
/// same come before all others, and where there are none, those whose immutables differ least. A number that nobody can change counts as the same within
/// <see cref="Tolerance"/> of its range, since hardly two people have the same to the last digit.
/// </remarks>
internal sealed class PairSpace
{
    /// <summary>The width, in ranges, of the cells within which an immutable number is the same.</summary>
    internal const double Tolerance = 0.05;

    private readonly Encoding encoding;
    private readonly bool[] immutable;

    internal PairSpace(Schema schema, TrainingStatistics statistics)
    {
        encoding = Encoding.Fit(schema, statistics, new(NumberScaling.MinMax));
        immutable = [.. schema.Features.Select((_, f) => schema.Immutables.Contains(f))];
        // No cost without immutables reaches this, as long as people lie in the training range.
        Weight = 1 + schema.Features.Count;
    }

    /// <summary>What an immutable that differs costs; more than everything else together.</summary>
    internal double Weight { get; }

    internal int Width => encoding.Width;

    /// <summary>rows × <see cref="Width"/>, row-major.</summary>
    internal float[] Points(Table rows)
    {
        var points = new float[checked(rows.Rows * Width)];
        for (int row = 0; row < rows.Rows; row++) Write(rows.Row(row), points.AsSpan(row * Width, Width));
        return points;
    }

    /// <summary>C(x, x⁺).</summary>
    internal double Cost(ReadOnlySpan<double> x, ReadOnlySpan<double> to)
    {
        var (from, there) = (new float[Width], new float[Width]);
        Write(x, from);
        Write(to, there);
        double sum = 0;
        for (int c = 0; c < Width; c++) sum += Math.Abs((double)from[c] - there[c]);
        return sum;
    }

    private void Write(ReadOnlySpan<double> raw, Span<float> point)
    {
        encoding.Encode(raw, point);
        for (int f = 0; f < raw.Length; f++)
        {
            ref readonly var at = ref encoding.At(f);
            var columns = point.Slice(at.Offset, at.Width);
            // Two columns differ where a category does, so each counts a half.
            float factor = (float)((at.IsOneHot ? 0.5 : 1) * (immutable[f] ? Weight : 1));
            if (immutable[f] && !at.IsOneHot) columns[0] = MathF.Floor(Math.Clamp(columns[0], -1e4f, 1e4f) / (float)Tolerance);
            foreach (ref float value in columns) value *= factor;
        }
    }
}

/// <summary>
/// Q(x⁺|x) ∝ exp(-λ C(x, x⁺)) over the rows x⁺ of D_h⁺, of which each x keeps the K nearest (Garg, Nagalapatti and Sarawagi 2025, eq. 6 and algorithm 1, line 3).
/// </summary>
/// <remarks>The table of all costs is never there: near rows are found strip by strip, and K of them are kept for each x. Who has fewer partners than K has nothing in the last places.</remarks>
internal sealed class PairDistribution
{
    private readonly NearestRows near;
    private readonly double[] cumulative;   // x × K

    private PairDistribution(NearestRows near, double lambda, double weight)
    {
        this.near = near;
        cumulative = new double[near.Rows.Length];
        for (int x = 0; x < near.Rows.Length / near.K; x++) Accumulate(x, lambda, weight);
    }

    /// <summary>Finds everyone's partners.</summary>
    /// <param name="space">Says what a pair costs.</param>
    /// <param name="negatives">The rows x, as <see cref="PairSpace.Points"/> has them.</param>
    /// <param name="positives">The rows x⁺; one or more.</param>
    /// <param name="lambda">λ; 0 or more.</param>
    /// <param name="k">K; 1 or more.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="admits">Says of a row x and a row x⁺ whether C is finite beside its immutables; null for always.</param>
    /// <param name="cancel">Stops between batches.</param>
    internal static PairDistribution Of(
        PairSpace space, float[] negatives, RowBlocks positives, double lambda, int k, Execution execution, Func<int, int, bool>? admits = null, CancellationToken cancel = default) =>
        new(NearestRows.Of(positives, negatives, Math.Min(k, positives.Count), Norm.L1, admits, execution, cancel), lambda, space.Weight);

    /// <summary>Partners a row at most.</summary>
    internal int K => near.K;

    /// <summary>The rows x⁺ of a row x, nearest first.</summary>
    internal ReadOnlySpan<int> PartnersOf(int x) => near.RowsOf(x);

    /// <summary>False where no row x⁺ is admitted.</summary>
    internal bool HasPartners(int x) => PartnersOf(x)[0] >= 0;

    /// <summary>C(x, x⁺) of the same.</summary>
    internal ReadOnlySpan<double> CostsOf(int x) => near.DistancesOf(x);

    /// <summary>Q(x⁺|x) of partner k of x.</summary>
    internal double Probability(int x, int k) => cumulative[x * K + k] - (k == 0 ? 0 : cumulative[x * K + k - 1]);

    /// <summary>Draws x⁺ ~ Q(·|x), where it has partners.</summary>
    internal int Draw(int x, Rng rng)
    {
        var sums = cumulative.AsSpan(x * K, K);
        double u = rng.NextDouble();
        int k = 0;
        while (k < sums.Length - 1 && sums[k] <= u && PartnersOf(x)[k + 1] >= 0) k++;
        return PartnersOf(x)[k];
    }

    /// <summary>The cumulative sums of exp(-λ (C - least C)), divided by their total. Who differs in more immutables than the nearest is nobody's partner.</summary>
    private void Accumulate(int x, double lambda, double weight)
    {
        if (!HasPartners(x)) return;
        var costs = CostsOf(x);
        var sums = cumulative.AsSpan(x * K, K);
        double least = costs[0], sum = 0;
        for (int k = 0; k < K; k++) sums[k] = sum += Math.Floor(costs[k] / weight) > Math.Floor(least / weight) ? 0 : Math.Exp(-lambda * (costs[k] - least));
        for (int k = 0; k < K; k++) sums[k] /= sum;
    }
}
