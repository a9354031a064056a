using System.Globalization;
using Redress.Models;
using Redress.Neighbours;
using Redress.Search;

namespace Redress.Methods;

/// <summary>The links between training rows, each both ways, and what they cost.</summary>
internal sealed class FaceGraph
{
    /// <summary>Links in a graph at most: beyond, memory rather than time is spent.</summary>
    internal const int MaxLinks = 20_000_000;

    private const string LinksTensor = "face.links", WeightsTensor = "face.weights", SparsityTensor = "face.sparsity";

    private readonly ulong[] links;   // the smaller row in the upper half, ascending
    private readonly float[] weights, sparsity;
    private readonly int[] first, ends;
    private readonly float[] costs;

    private FaceGraph(ulong[] links, float[] weights, float[] sparsity, double radius)
    {
        (this.links, this.weights, this.sparsity, Radius) = (links, weights, sparsity, radius);
        first = new int[sparsity.Length + 1];
        foreach (ulong link in links)
        {
            first[From(link) + 1]++;
            first[To(link) + 1]++;
        }
        for (int row = 0; row < sparsity.Length; row++) first[row + 1] += first[row];
        (ends, costs) = (new int[2 * links.Length], new float[2 * links.Length]);
        int[] next = [.. first];
        for (int l = 0; l < links.Length; l++)
        {
            var (a, b) = (From(links[l]), To(links[l]));
            (ends[next[a]], costs[next[a]++]) = (b, weights[l]);
            (ends[next[b]], costs[next[b]++]) = (a, weights[l]);
        }
    }

    /// <summary>Rows.</summary>
    internal int Count => sparsity.Length;

    /// <summary>ε of the ε graph in encoded units, 0 where all rows are alike; without meaning in the graph of nearest neighbours.</summary>
    internal double Radius { get; }

    /// <summary>The rows linked to a row.</summary>
    internal ReadOnlySpan<int> EndsOf(int row) => ends.AsSpan(first[row], first[row + 1] - first[row]);

    /// <summary>What the links to <see cref="EndsOf"/> cost.</summary>
    internal ReadOnlySpan<float> CostsOf(int row) => costs.AsSpan(first[row], first[row + 1] - first[row]);

    /// <summary>What a link from a person to a row costs; the density is the row's.</summary>
    internal double Cost(double distance, int row) => distance * Factor(sparsity[row]);

    /// <summary>Links the rows.</summary>
    /// <exception cref="OptionsException">The radius would link more pairs than <see cref="MaxLinks"/>.</exception>
    internal static FaceGraph Of(Examples examples, FaceOptions options, Execution execution, CancellationToken cancel)
    {
        var rows = new RowBlocks(examples.Encoded, examples.Encoding.Width);
        if (rows.Count < 2) return new([], [], new float[rows.Count], 0);
        var near = options.ReadsNeighbours ? NearestRows.OfThemselves(rows, examples.Encoded, Math.Min(options.Neighbours, rows.Count - 1), execution, cancel) : null;
        double radius = options.Radius is { } share ? share * MeanDistance.Of(rows, examples.Encoded, execution, cancel) : 0;
        ulong[] links = options.Radius is null ? Nearest(near!) : Within(rows, examples.Encoded, radius, execution, cancel);
        float[] sparsity = options.Weight == FaceWeight.Density ? Sparsity(near!) : new float[rows.Count];
        var weights = new float[links.Length];
        int width = rows.Width;
        Chunks.Run(links.Length, new(execution.Threads, 4096), (start, count) =>
        {
            for (int l = start; l < start + count; l++)
            {
                var (a, b) = (From(links[l]), To(links[l]));
                double distance = rows.Distance(Tensors.Kernels.Norm.SquaredL2, examples.Encoded.AsSpan(a * width, width), b);
                weights[l] = (float)(distance * Factor((sparsity[a] + sparsity[b]) / 2));
            }
        }, cancel);
        return new(links, weights, sparsity, radius);
    }

    /// <summary>What a preparation's file keeps; rows stand beside it.</summary>
    internal Learnt Learnt(Examples examples) => new(
        Radius.ToString("R", CultureInfo.InvariantCulture), [.. examples.Tensors, StoredTensor.Of(LinksTensor, links), StoredTensor.Of(WeightsTensor, [weights.Length], weights), StoredTensor.Of(SparsityTensor, [sparsity.Length], sparsity)]);

    /// <summary>Reads a graph back.</summary>
    /// <exception cref="ModelFileException">It does not fit the rows.</exception>
    internal static FaceGraph Read(Learnt learnt, int rows)
    {
        long count = learnt.ShapeOf(LinksTensor) is [var n] && n <= MaxLinks ? n : throw learnt.Damaged(Invariant($"tensor '{LinksTensor}' is no list of at most {MaxLinks} links"));
        ulong[] links = learnt.Numbers(LinksTensor, count);
        float[] weights = learnt.Floats(WeightsTensor, count), sparsity = learnt.Floats(SparsityTensor, rows);
        for (int l = 0; l < links.Length; l++)
            if (links[l] >> 32 >= (links[l] & uint.MaxValue) || (links[l] & uint.MaxValue) >= (ulong)rows || l > 0 && links[l] <= links[l - 1]) throw learnt.Damaged(Invariant($"link {l} joins no two of {rows} rows in order"));
        if (weights.Concat(sparsity).Any(w => !(w >= 0) || float.IsInfinity(w))) throw learnt.Damaged("a link's cost or a row's density is no number of 0 or more");
        return double.TryParse(learnt.Json, NumberStyles.Float, CultureInfo.InvariantCulture, out double radius) && radius >= 0 && double.IsFinite(radius)
            ? new(links, weights, sparsity, radius) : throw learnt.Damaged("the radius is no number of 0 or more");
    }

    /// <summary>What is left from each row to the nearest of some rows, along the links and whoever goes: no way of any person is shorter. +∞ where none leads there.</summary>
    internal double[] LeftTo(Func<int, bool> isEnd)
    {
        var left = new double[Count];
        var open = new PriorityQueue<int, double>();
        for (int row = 0; row < Count; row++)
        {
            left[row] = isEnd(row) ? 0 : double.PositiveInfinity;
            if (left[row] == 0) open.Enqueue(row, 0);
        }
        while (open.TryDequeue(out int row, out double at))
        {
            if (at > left[row]) continue;
            var to = EndsOf(row);
            var costs = CostsOf(row);
            for (int l = 0; l < to.Length; l++)
                if (at + costs[l] < left[to[l]]) open.Enqueue(to[l], left[to[l]] = at + costs[l]);
        }
        return left;
    }

    /// <summary>f(p̂) = 1 - log p̂ with p̂ = 1 / (1 + sparsity).</summary>
    private static double Factor(double sparsity) => 1 + Math.Log(1 + sparsity);

    /// <summary>The distance to the K-th neighbour over its median; 0 for rows with K copies.</summary>
    private static float[] Sparsity(NearestRows near)
    {
        double[] reach = [.. Enumerable.Range(0, near.Rows.Length / near.K).Select(r => near.DistancesOf(r)[near.K - 1])];
        double[] apart = [.. reach.Where(r => r > 0).Order()];
        double median = apart.Length == 0 ? 1 : apart[apart.Length / 2];
        return Array.ConvertAll(reach, r => (float)(r / median));
    }

    private static ulong[] Nearest(NearestRows near)
    {
        var links = new ulong[near.Rows.Length];
        for (int i = 0; i < links.Length; i++) links[i] = Link(i / near.K, near.Rows[i]);
        return Distinct(links);
    }

    private static ulong[] Within(RowBlocks rows, float[] values, double radius, Execution execution, CancellationToken cancel)
    {
        var found = new List<ulong>?[rows.Count];
        int count = 0;
        RowsWithin.Each(rows, values, radius, (a, b) => b <= a || Volatile.Read(ref count) > MaxLinks, (a, b, _) =>
        {
            Interlocked.Increment(ref count);
            (found[a] ??= []).Add(Link(a, b));
        }, execution, cancel);
        if (count > MaxLinks) throw new OptionsException(Invariant($"Options of 'face': radius links more than {MaxLinks} pairs of {rows.Count} rows; make it smaller, or max-rows."));
        return Distinct([.. found.SelectMany(l => l ?? [])]);
    }

    private static ulong[] Distinct(ulong[] links)
    {
        Array.Sort(links);
        int kept = 0;
        for (int l = 0; l < links.Length; l++)
            if (l == 0 || links[l] != links[l - 1]) links[kept++] = links[l];
        return links[..kept];
    }

    private static ulong Link(int a, int b) => (ulong)Math.Min(a, b) << 32 | (uint)Math.Max(a, b);

    private static int From(ulong link) => (int)(link >> 32);

    private static int To(ulong link) => (int)(link & uint.MaxValue);
}
