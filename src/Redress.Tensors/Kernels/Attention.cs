using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Redress.Tensors.Kernels.VectorMath;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Redress.Tensors.Kernels;

/// <summary>
/// Scaled dot-product attention, softmax(q kᵀ / √w) v a head, and its gradient. Sixteen instances stand in the lanes of a vector, so that nothing is summed
/// across lanes and a causal query meets no key that it does not see. The softmax is computed again on the way back, from the largest score and the sum kept.
/// </summary>
internal static unsafe class Attention
{
    private const int Lanes = Storage.Lanes;

    /// <summary>Columns whose keys and values are brought into lanes at once: those of a cache line.</summary>
    private const int ColumnsTogether = 16;

    private const float Log2E = 1.44269504f, Ln2 = 0.693147181f;

    [ThreadStatic] private static float[]? scratch;
    [ThreadStatic] private static int scratchStart;

    /// <summary>Floats kept of a softmax: of each block, head and query the largest score and one over the sum, in lanes.</summary>
    internal static int KeptSize(in AttentionShape shape) => checked(shape.Blocks * shape.Heads * shape.Queries * 2 * Lanes);

    internal static void Run(in AttentionShape shape, in AttentionRows rows, Span<float> y, Span<float> kept)
    {
        Require(shape, rows, kept, y.Length);
        int head = LaneRows.Padded(shape.HeadWidth) * Lanes, together = HeadsTogether(shape), side = together * shape.Keys * head;
        var buffer = Scratch(2 * side + 2 * head + shape.Keys * Lanes + 2 * Lanes);
        fixed (float* q = rows.Queries, k = rows.Keys, v = rows.Values, py = y, pkept = kept, start = &buffer[scratchStart])
        {
            var lanes = new Lane(start, start + side, start + 2 * side, start + 2 * side + head, start + 2 * side + 2 * head);
            for (int block = 0; block < shape.Blocks; block++)
                for (int first = 0; first < shape.Heads; first += together)
                {
                    int count = Math.Min(together, shape.Heads - first);
                    Bring(shape, block, first, count, k, rows.KeyStride, lanes.Keys);
                    Bring(shape, block, first, count, v, rows.KeyStride, lanes.Values);
                    for (int h = 0; h < count; h++) Head(shape, block, first + h, q, rows.QueryStride, lanes.Of(h * shape.Keys * head), py, kept.IsEmpty ? null : pkept);
                }
        }
    }

    internal static void Gradient(in AttentionShape shape, in AttentionRows rows, ReadOnlySpan<float> kept, ReadOnlySpan<float> g, in AttentionGradients into)
    {
        Require(shape, rows, kept, g.Length);
        Elementwise.Require(kept.Length > 0 && into.Queries.Length >= rows.Queries.Length && into.Keys.Length >= rows.Keys.Length && into.Values.Length >= rows.Values.Length);
        int head = LaneRows.Padded(shape.HeadWidth) * Lanes, together = HeadsTogether(shape), side = together * shape.Keys * head;
        var buffer = Scratch(4 * side + 3 * head + 2 * shape.Keys * Lanes);
        fixed (float* q = rows.Queries, k = rows.Keys, v = rows.Values, pg = g, pkept = kept, dq = into.Queries, dk = into.Keys, dv = into.Values, start = &buffer[scratchStart])
        {
            float* rest = start + 4 * side;
            var lanes = new BackLane(start, start + side, start + 2 * side, start + 3 * side, rest, rest + head, rest + 2 * head, rest + 3 * head, rest + 3 * head + shape.Keys * Lanes);
            for (int block = 0; block < shape.Blocks; block++)
                for (int first = 0; first < shape.Heads; first += together)
                {
                    int count = Math.Min(together, shape.Heads - first);
                    Bring(shape, block, first, count, k, rows.KeyStride, lanes.Keys);
                    Bring(shape, block, first, count, v, rows.KeyStride, lanes.Values);
                    new Span<float>(lanes.KeyGradients, 2 * side).Clear();
                    for (int h = 0; h < count; h++) HeadGradient(shape, block, first + h, q, rows.QueryStride, lanes.Of(h * shape.Keys * head), pkept, pg, dq);
                    TakeBack(shape, block, first, count, lanes.KeyGradients, Ln2, dk, rows.KeyStride);
                    TakeBack(shape, block, first, count, lanes.ValueGradients, 1f, dv, rows.KeyStride);
                }
        }
    }

    /// <summary>What a head works on: keys and values [keys, padded head width, 16], a query and a result [padded head width, 16], scores [keys, 16].</summary>
    private readonly struct Lane(float* keys, float* values, float* query, float* result, float* scores)
    {
        internal readonly float* Keys = keys, Values = values, Query = query, Result = result, Scores = scores;

        internal Lane Of(int offset) => new(Keys + offset, Values + offset, Query, Result, Scores);
    }

    /// <summary>The same on the way back.</summary>
    private readonly struct BackLane(
        float* keys, float* values, float* keyGradients, float* valueGradients, float* query, float* gradient, float* queryGradient, float* weights, float* slopes)
    {
        internal readonly float* Keys = keys, Values = values, KeyGradients = keyGradients, ValueGradients = valueGradients;
        internal readonly float* Query = query, Gradient = gradient, QueryGradient = queryGradient, Weights = weights, Slopes = slopes;

        internal BackLane Of(int offset) =>
            new(Keys + offset, Values + offset, KeyGradients + offset, ValueGradients + offset, Query, Gradient, QueryGradient, Weights, Slopes);
    }

    private static int HeadsTogether(in AttentionShape shape) => Math.Clamp(ColumnsTogether / shape.HeadWidth, 1, shape.Heads);

    private static int InstancesOf(in AttentionShape shape, int block) => Math.Min(Lanes, shape.Instances - block * Lanes);

    /// <summary>Brings keys, or values, of some heads into lanes: [heads, keys, padded head width, 16].</summary>
    private static void Bring(in AttentionShape shape, int block, int first, int count, float* from, nint stride, float* to)
    {
        int head = LaneRows.Padded(shape.HeadWidth) * Lanes, instances = InstancesOf(shape, block);
        for (int j = 0; j < shape.Keys; j++)
        {
            float* row = from + ((nint)block * Lanes * shape.Keys + j) * stride + first * shape.HeadWidth;
            for (int h = 0; h < count; h++) LaneRows.Gather(row + h * shape.HeadWidth, shape.Keys * stride, instances, shape.HeadWidth, to + (h * shape.Keys + j) * head);
        }
    }

    /// <summary>The reverse of <see cref="Bring"/>.</summary>
    private static void TakeBack(in AttentionShape shape, int block, int first, int count, float* from, float factor, float* to, nint stride)
    {
        int head = LaneRows.Padded(shape.HeadWidth) * Lanes, instances = InstancesOf(shape, block);
        for (int j = 0; j < shape.Keys; j++)
        {
            float* row = to + ((nint)block * Lanes * shape.Keys + j) * stride + first * shape.HeadWidth;
            for (int h = 0; h < count; h++) LaneRows.Scatter(from + (h * shape.Keys + j) * head, factor, row + h * shape.HeadWidth, shape.Keys * stride, instances, shape.HeadWidth);
        }
    }

    private static void Head(in AttentionShape shape, int block, int h, float* q, nint stride, in Lane lane, float* y, float* kept)
    {
        int width = shape.HeadWidth, padded = LaneRows.Padded(width), instances = InstancesOf(shape, block);
        for (int i = 0; i < shape.Queries; i++)
        {
            nint row = (nint)block * Lanes * shape.Queries + i;
            LaneRows.Gather(q + row * stride + h * width, shape.Queries * stride, instances, width, lane.Query);
            Query<InLanes>(lane.Query, padded, shape.Scale, lane.Keys, lane.Values, shape.Seen(i), lane.Scores, lane.Result, out var largest, out var inverse);
            LaneRows.Scatter(lane.Result, 1f, y + row * shape.Width + h * width, (nint)shape.Queries * shape.Width, instances, width);
            if (kept == null) continue;
            float* keep = Kept(shape, block, h, i, kept);
            largest.Store(keep);
            inverse.Store(keep + Lanes);
        }
    }

    private static float* Kept(in AttentionShape shape, int block, int h, int i, float* kept) => kept + (((nint)block * shape.Heads + h) * shape.Queries + i) * 2 * Lanes;

    /// <summary>What one query of sixteen instances, or samples, gets. The query is scaled in place, by log₂ e as well, since powers of two are the quicker ones.</summary>
    /// <param name="q">[padded, 16].</param>
    /// <param name="padded">Columns of the head, whole fours.</param>
    /// <param name="scale">What scores are multiplied by.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="seen">Keys that the query sees.</param>
    /// <param name="scores">[seen, 16], for use in between.</param>
    /// <param name="y">[padded, 16], written.</param>
    /// <param name="largest">The largest score.</param>
    /// <param name="inverse">One over the sum of the weights, the largest of which is 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Query<T>(float* q, int padded, float scale, float* k, float* v, int seen, float* scores, float* y, out V largest, out V inverse) where T : struct, ILaneSource
    {
        for (int c = 0; c < padded; c++) (Vector512.Load(q + c * Lanes) * (scale * Log2E)).Store(q + c * Lanes);
        Scores<T>(q, padded, k, seen, scores);
        var most = Vector512.Load(scores);
        for (int j = 1; j < seen; j++) most = Vector512.MaxNative(most, Vector512.Load(scores + j * Lanes));
        V sum = default;
        for (int j = 0; j < seen; j++)
        {
            var weight = PowerOfTwo(Vector512.Load(scores + j * Lanes) - most);
            sum += weight;
            weight.Store(scores + j * Lanes);
        }
        var over = One / sum;
        int step = T.Step * padded;
        for (int c = 0; c < padded; c += 4)
        {
            V y0 = default, y1 = default, y2 = default, y3 = default;
            float* from = v + T.Step * c;
            for (int j = 0; j < seen; j++, from += step)
            {
                var weight = Vector512.Load(scores + j * Lanes);
                y0 = Fma(weight, T.Load(from), y0);
                y1 = Fma(weight, T.Load(from + T.Step), y1);
                y2 = Fma(weight, T.Load(from + 2 * T.Step), y2);
                y3 = Fma(weight, T.Load(from + 3 * T.Step), y3);
            }
            float* to = y + c * Lanes;
            (y0 * over).Store(to);
            (y1 * over).Store(to + 16);
            (y2 * over).Store(to + 32);
            (y3 * over).Store(to + 48);
        }
        (largest, inverse) = (most, over);
    }

    /// <summary>Σ q k over the columns in order, key by key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scores<T>(float* q, int padded, float* k, int seen, float* scores) where T : struct, ILaneSource
    {
        int step = T.Step * padded;
        for (int c = 0; c < padded; c += 4)
        {
            V q0 = Vector512.Load(q + c * Lanes), q1 = Vector512.Load(q + c * Lanes + 16), q2 = Vector512.Load(q + c * Lanes + 32), q3 = Vector512.Load(q + c * Lanes + 48);
            float* from = k + T.Step * c;
            for (int j = 0; j < seen; j++, from += step)
            {
                var score = c == 0 ? q0 * T.Load(from) : Fma(q0, T.Load(from), Vector512.Load(scores + j * Lanes));
                score = Fma(q1, T.Load(from + T.Step), score);
                score = Fma(q2, T.Load(from + 2 * T.Step), score);
                Fma(q3, T.Load(from + 3 * T.Step), score).Store(scores + j * Lanes);
            }
        }
    }

    private static void HeadGradient(in AttentionShape shape, int block, int h, float* q, nint stride, in BackLane lane, float* kept, float* g, float* dq)
    {
        int width = shape.HeadWidth, padded = LaneRows.Padded(width), instances = InstancesOf(shape, block);
        for (int i = 0; i < shape.Queries; i++)
        {
            nint row = (nint)block * Lanes * shape.Queries + i;
            LaneRows.Gather(q + row * stride + h * width, shape.Queries * stride, instances, width, lane.Query);
            LaneRows.Gather(g + row * shape.Width + h * width, (nint)shape.Queries * shape.Width, instances, width, lane.Gradient);
            QueryGradient(lane, padded, shape.Scale, shape.Seen(i), Kept(shape, block, h, i, kept));
            LaneRows.Scatter(lane.QueryGradient, shape.Scale, dq + row * stride + h * width, shape.Queries * stride, instances, width);
        }
    }

    /// <summary>p = softmax, s = p (g v - Σ p g v): by values p g, by keys s q, by the query s k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void QueryGradient(in BackLane lane, int padded, float scale, int seen, float* kept)
    {
        float* q = lane.Query, g = lane.Gradient, weights = lane.Weights, slopes = lane.Slopes;
        for (int c = 0; c < padded; c++) (Vector512.Load(q + c * Lanes) * (scale * Log2E)).Store(q + c * Lanes);
        Scores<InLanes>(q, padded, lane.Keys, seen, weights);
        Scores<InLanes>(g, padded, lane.Values, seen, slopes);
        V largest = Vector512.Load(kept), inverse = Vector512.Load(kept + Lanes), mean = default;
        for (int j = 0; j < seen; j++)
        {
            var p = PowerOfTwo(Vector512.Load(weights + j * Lanes) - largest) * inverse;
            mean = Fma(p, Vector512.Load(slopes + j * Lanes), mean);
            p.Store(weights + j * Lanes);
        }
        for (int c = 0; c < padded; c += 4)
        {
            int column = c * Lanes;
            V q0 = Vector512.Load(q + column), q1 = Vector512.Load(q + column + 16), q2 = Vector512.Load(q + column + 32), q3 = Vector512.Load(q + column + 48);
            V g0 = Vector512.Load(g + column), g1 = Vector512.Load(g + column + 16), g2 = Vector512.Load(g + column + 32), g3 = Vector512.Load(g + column + 48);
            V d0 = default, d1 = default, d2 = default, d3 = default;
            float* k = lane.Keys + column, dk = lane.KeyGradients + column, dv = lane.ValueGradients + column;
            for (int j = 0; j < seen; j++, k += padded * Lanes, dk += padded * Lanes, dv += padded * Lanes)
            {
                var p = Vector512.Load(weights + j * Lanes);
                var s = p * (Vector512.Load(slopes + j * Lanes) - mean);
                d0 = Fma(s, Vector512.Load(k), d0);
                d1 = Fma(s, Vector512.Load(k + 16), d1);
                d2 = Fma(s, Vector512.Load(k + 32), d2);
                d3 = Fma(s, Vector512.Load(k + 48), d3);
                Fma(s, q0, Vector512.Load(dk)).Store(dk);
                Fma(s, q1, Vector512.Load(dk + 16)).Store(dk + 16);
                Fma(s, q2, Vector512.Load(dk + 32)).Store(dk + 32);
                Fma(s, q3, Vector512.Load(dk + 48)).Store(dk + 48);
                Fma(p, g0, Vector512.Load(dv)).Store(dv);
                Fma(p, g1, Vector512.Load(dv + 16)).Store(dv + 16);
                Fma(p, g2, Vector512.Load(dv + 32)).Store(dv + 32);
                Fma(p, g3, Vector512.Load(dv + 48)).Store(dv + 48);
            }
            float* dq = lane.QueryGradient + column;
            d0.Store(dq);
            d1.Store(dq + 16);
            d2.Store(dq + 32);
            d3.Store(dq + 48);
        }
    }

    internal static float[] Scratch(int length)
    {
        if (scratch is null || scratch.Length < length + Lanes) scratch = Storage.AlignedArray(Math.Max(length, 1 << 14), out scratchStart);
        return scratch;
    }

    /// <summary>Where the aligned part of <see cref="Scratch"/> begins.</summary>
    internal static int ScratchStart => scratchStart;

    /// <summary>Pointers go no further than these sizes: the one place where the spans are checked.</summary>
    private static void Require(in AttentionShape shape, in AttentionRows rows, ReadOnlySpan<float> kept, int results)
    {
        int queries = checked(shape.Instances * shape.Queries), keys = checked(shape.Instances * shape.Keys), width = shape.Width;
        Elementwise.Require(shape is { Instances: > 0, Queries: > 0, Keys: > 0, Heads: > 0, HeadWidth: > 0 } && (!shape.Causal || shape.Queries == shape.Keys)
            && rows.QueryStride >= width && rows.KeyStride >= width && results >= checked(queries * width) && rows.Queries.Length >= checked((queries - 1) * rows.QueryStride + width)
            && rows.Keys.Length >= checked((keys - 1) * rows.KeyStride + width) && rows.Values.Length >= checked((keys - 1) * rows.KeyStride + width)
            && (kept.IsEmpty || kept.Length >= KeptSize(shape)));
    }
}

/// <summary>Where an entry for all sixteen lanes comes from.</summary>
internal unsafe interface ILaneSource
{
    /// <summary>Floats from an entry to the next.</summary>
    static abstract int Step { get; }

    static abstract V Load(float* from);
}

/// <summary>Each lane has its own entry.</summary>
internal readonly unsafe struct InLanes : ILaneSource
{
    public static int Step => Storage.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(float* from) => Vector512.Load(from);
}

/// <summary>All lanes share the entry.</summary>
internal readonly unsafe struct Shared : ILaneSource
{
    public static int Step => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(float* from) => Vector512.Create(*from);
}
