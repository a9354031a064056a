using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redress.Tensors.Kernels;

/// <summary>
/// Distances between rows, by direct differences: ‖a‖² + ‖b‖² - 2aᵀb would lose near rows to cancellation. The rows of one side stand in blocks of
/// <see cref="Lanes"/> side by side; a tile of six rows of the other by one block stays in registers. Each entry is one chain in the order of the
/// columns, so it depends on neither its company nor the vector width.
/// </summary>
internal static unsafe class RowDistances
{
    /// <summary>Rows side by side in a block.</summary>
    internal const int Lanes = 16;

    private const int TileRows = 6;   // twelve of the sixteen registers that 256-bit machines have

    internal static void Run(Norm norm, int width, ReadOnlySpan<float> a, ReadOnlySpan<float> blocks, Span<float> d)
    {
        int m = a.Length / width, count = blocks.Length / (width * Lanes);
        if (a.Length != m * width || blocks.Length != count * width * Lanes || d.Length < (long)m * count * Lanes)
            throw new ArgumentException("The operands of a distance are shorter than its sizes say.", nameof(a));
        fixed (float* pa = a, pb = blocks, pd = d)
        {
            if (norm == Norm.L1) All<AbsoluteTerm>(pa, m, pb, count, width, pd);
            else All<SquaredTerm>(pa, m, pb, count, width, pd);
        }
    }

    private interface ITerm
    {
        static abstract Vector512<float> Add(Vector512<float> sum, Vector512<float> a, Vector512<float> b);
    }

    private readonly struct SquaredTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Add(Vector512<float> sum, Vector512<float> a, Vector512<float> b)
        {
            var difference = a - b;
            return Vector512.FusedMultiplyAdd(difference, difference, sum);
        }
    }

    private readonly struct AbsoluteTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Add(Vector512<float> sum, Vector512<float> a, Vector512<float> b) => sum + Vector512.Abs(a - b);
    }

    private static void All<T>(float* a, int m, float* blocks, int count, int width, float* d) where T : struct, ITerm
    {
        nint stride = (nint)count * Lanes;
        for (int i = 0; i < m; i += TileRows)
            for (int block = 0; block < count; block++)
                Tile<T>(a + (nint)i * width, blocks + (nint)block * width * Lanes, d + i * stride + (nint)block * Lanes, stride, width, Math.Min(TileRows, m - i));
    }

    /// <summary>Six rows by a block. Rows beyond <paramref name="rows"/> repeat the last one: the same value stored again, and no code for tails.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T>(float* a, float* b, float* d, nint stride, int width, int rows) where T : struct, ITerm
    {
        nint last = rows - 1;
        nint i1 = Math.Min(1, last), i2 = Math.Min(2, last), i3 = Math.Min(3, last), i4 = Math.Min(4, last), i5 = last;
        float* a1 = a + i1 * width, a2 = a + i2 * width, a3 = a + i3 * width, a4 = a + i4 * width, a5 = a + i5 * width;
        Vector512<float> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        for (int p = 0; p < width; p++)
        {
            var row = Vector512.Load(b);
            r0 = T.Add(r0, Vector512.Create(a[p]), row);
            r1 = T.Add(r1, Vector512.Create(a1[p]), row);
            r2 = T.Add(r2, Vector512.Create(a2[p]), row);
            r3 = T.Add(r3, Vector512.Create(a3[p]), row);
            r4 = T.Add(r4, Vector512.Create(a4[p]), row);
            r5 = T.Add(r5, Vector512.Create(a5[p]), row);
            b += Lanes;
        }
        r0.Store(d);
        r1.Store(d + i1 * stride);
        r2.Store(d + i2 * stride);
        r3.Store(d + i3 * stride);
        r4.Store(d + i4 * stride);
        r5.Store(d + i5 * stride);
    }
}
