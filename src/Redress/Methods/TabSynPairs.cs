using Redress.Data;
using Redress.Neighbours;
using Redress.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Methods;

/// <summary>
/// The distribution Q(x⁺ | x) ∝ exp(-λ C(x, x⁺)) over given rows (Garg, Nagalapatti and Sarawagi, eq. 6), cut off after the K nearest; C is the L1 distance of
/// encoded rows with numbers scaled to 0 and 1 at the training minimum and maximum, so that a changed category counts 2.
/// </summary>
/// <param name="rows">Encoded rows, row-major.</param>
/// <param name="width">Columns.</param>
/// <param name="lambda">λ.</param>
/// <param name="nearest">K.</param>
internal sealed class TabSynPairs(float[] rows, int width, double lambda, int nearest)
{
    private readonly RowBlocks blocks = new(rows, width);

    /// <summary>The K rows of the least C, with their C.</summary>
    /// <param name="people">People × width, encoded likewise.</param>
    /// <param name="admits">Says of a person and a row whether C is finite; null for all.</param>
    /// <param name="cancel">Stops between batches.</param>
    internal NearestRows Near(float[] people, Func<int, int, bool>? admits, CancellationToken cancel) =>
        // The people of a chunk are one thread's work already.
        NearestRows.Of(blocks, people, Math.Min(nearest, Math.Max(1, blocks.Count)), Norm.L1, admits, new(1), cancel);

    /// <summary>Draws rows, with replacement.</summary>
    /// <param name="near">A person's K rows.</param>
    /// <param name="costs">Their C, ascending; +∞ where there are no more rows.</param>
    /// <param name="rng">The person's stream.</param>
    /// <param name="drawn">Places in <paramref name="near"/>'s rows, all written; -1 where there is no row at all.</param>
    internal void Draw(ReadOnlySpan<int> near, ReadOnlySpan<double> costs, Rng rng, Span<int> drawn)
    {
        drawn.Fill(-1);
        if (near[0] < 0) return;
        var cumulative = new double[near.Length];
        double sum = 0;
        for (int k = 0; k < near.Length; k++) cumulative[k] = sum += near[k] < 0 ? 0 : Math.Exp(-lambda * (costs[k] - costs[0]));
        foreach (ref int one in drawn)
        {
            double at = rng.NextDouble() * sum;
            int k = Array.FindIndex(cumulative, c => c > at);
            one = near[k < 0 ? 0 : k];
        }
    }
}
