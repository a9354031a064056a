using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redress.Tensors.Kernels;

/// <summary>
/// Y = op(A) X + bias for a matrix X whose <see cref="Lanes"/> columns are instances: nothing is packed, so small layers cost little more than their
/// arithmetic. Each entry is the chain of fused multiply-adds that <see cref="MatrixProduct"/> makes of it, and so the same bits.
/// </summary>
internal static unsafe class LaneProduct
{
    /// <summary>Instances side by side: two vectors, so that a weight that was read serves twice.</summary>
    internal const int Lanes = 32;

    private const int TileRows = 6;      // by two vectors: twelve chains, enough to hide their latency
    private const int ShortTileRows = 3;

    internal static void Run(in Product product, ReadOnlySpan<float> a, ReadOnlySpan<float> bias, ReadOnlySpan<float> x, Span<float> y)
    {
        var (m, n, k, ta, tb) = product;
        if (n != Lanes || tb || a.Length < m * k || (!bias.IsEmpty && bias.Length < m) || x.Length < k * Lanes || y.Length < m * Lanes)
            throw new ArgumentException("A product over lanes has operands shorter than its sizes say.", nameof(product));
        fixed (float* pa = a, pbias = bias, px = x, py = y)
        {
            var weights = new Weights(pa, ta ? 1 : k, ta ? m : 1, m, k);
            if (Vector512.IsHardwareAccelerated) All<TwoVectors>(weights, pbias, px, py);
            else All<HalfVectors>(weights, pbias, px, py);
        }
    }

    /// <summary>op(A): entry (i, p) stands at i * RowStep + p * Step.</summary>
    private readonly struct Weights(float* start, nint rowStep, nint step, int rows, int k)
    {
        internal readonly float* Start = start;
        internal readonly nint RowStep = rowStep, Step = step;
        internal readonly int Rows = rows, K = k;
    }

    private static void All<T>(in Weights a, float* bias, float* x, float* y) where T : struct, IRegisterRow<T>
    {
        for (int lane = 0; lane < Lanes; lane += T.Width)
            for (int i = 0; i < a.Rows;)
            {
                int left = a.Rows - i;
                float* from = a.Start + i * a.RowStep, start = bias == null ? null : bias + i, to = y + (nint)i * Lanes + lane;
                if (left > ShortTileRows) Tile<T>(from, a.RowStep, a.Step, start, x + lane, to, a.K, Math.Min(left, TileRows));
                else ShortTile<T>(from, a.RowStep, a.Step, start, x + lane, to, a.K, left);
                i += left > ShortTileRows ? TileRows : ShortTileRows;
            }
    }

    /// <summary>Six rows. Rows beyond <paramref name="rows"/> repeat the last one: the same value stored again, and no code for tails.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T>(float* a, nint rowStep, nint step, float* bias, float* x, float* y, int k, int rows) where T : struct, IRegisterRow<T>
    {
        nint last = rows - 1;
        nint i1 = Math.Min(1, last), i2 = Math.Min(2, last), i3 = Math.Min(3, last), i4 = Math.Min(4, last), i5 = last;
        float* a1 = a + i1 * rowStep, a2 = a + i2 * rowStep, a3 = a + i3 * rowStep, a4 = a + i4 * rowStep, a5 = a + i5 * rowStep;
        T r0 = Start<T>(bias, 0), r1 = Start<T>(bias, i1), r2 = Start<T>(bias, i2), r3 = Start<T>(bias, i3), r4 = Start<T>(bias, i4), r5 = Start<T>(bias, i5);
        nint w = 0;
        for (int p = 0; p < k; p++)
        {
            var row = T.Load(x);
            r0.AddProduct(a[w], row);
            r1.AddProduct(a1[w], row);
            r2.AddProduct(a2[w], row);
            r3.AddProduct(a3[w], row);
            r4.AddProduct(a4[w], row);
            r5.AddProduct(a5[w], row);
            x += Lanes;
            w += step;
        }
        r0.Store(y);
        r1.Store(y + i1 * Lanes);
        r2.Store(y + i2 * Lanes);
        r3.Store(y + i3 * Lanes);
        r4.Store(y + i4 * Lanes);
        r5.Store(y + i5 * Lanes);
    }

    /// <summary>Three rows, as <see cref="Tile"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ShortTile<T>(float* a, nint rowStep, nint step, float* bias, float* x, float* y, int k, int rows) where T : struct, IRegisterRow<T>
    {
        nint i1 = Math.Min(1, rows - 1), i2 = rows - 1;
        float* a1 = a + i1 * rowStep, a2 = a + i2 * rowStep;
        T r0 = Start<T>(bias, 0), r1 = Start<T>(bias, i1), r2 = Start<T>(bias, i2);
        nint w = 0;
        for (int p = 0; p < k; p++)
        {
            var row = T.Load(x);
            r0.AddProduct(a[w], row);
            r1.AddProduct(a1[w], row);
            r2.AddProduct(a2[w], row);
            x += Lanes;
            w += step;
        }
        r0.Store(y);
        r1.Store(y + i1 * Lanes);
        r2.Store(y + i2 * Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Start<T>(float* bias, nint i) where T : struct, IRegisterRow<T> => T.Fill(bias == null ? 0f : bias[i]);
}
