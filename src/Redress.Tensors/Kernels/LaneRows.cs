using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Redress.Tensors.Kernels;

/// <summary>Turns a few columns of sixteen rows into vectors of sixteen lanes, a row a lane, and back. Columns are taken by fours; those beyond the last are 0.</summary>
internal static unsafe class LaneRows
{
    /// <summary>Columns taken together.</summary>
    internal const int Together = 4;

    /// <summary>The columns with those added that make whole fours.</summary>
    internal static int Padded(int columns) => (columns + Together - 1) & ~(Together - 1);

    /// <summary>Reads rows.</summary>
    /// <param name="from">The first column of the first row.</param>
    /// <param name="stride">Floats from a row to the next.</param>
    /// <param name="rows">Rows there are, 1 to 16; the lanes beyond repeat the last.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="to">[padded columns, 16], all written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gather(float* from, nint stride, int rows, int columns, float* to)
    {
        if (rows < Storage.Lanes || columns % Together != 0)
        {
            GatherSome(from, stride, rows, columns, to);
            return;
        }
        for (int c = 0; c < columns; c += Together, from += Together, to += Together * Storage.Lanes)
        {
            float* four = from + 4 * stride, eight = four + 4 * stride, twelve = eight + 4 * stride;
            var r0 = Joined(from, four, eight, twelve);
            var r1 = Joined(from + stride, four + stride, eight + stride, twelve + stride);
            var r2 = Joined(from + 2 * stride, four + 2 * stride, eight + 2 * stride, twelve + 2 * stride);
            var r3 = Joined(from + 3 * stride, four + 3 * stride, eight + 3 * stride, twelve + 3 * stride);
            Transpose(ref r0, ref r1, ref r2, ref r3);
            r0.Store(to);
            r1.Store(to + 16);
            r2.Store(to + 32);
            r3.Store(to + 48);
        }
    }

    /// <summary>Writes rows, each entry times a factor.</summary>
    /// <param name="from">[padded columns, 16].</param>
    /// <param name="factor">What entries are multiplied by.</param>
    /// <param name="to">The first column of the first row.</param>
    /// <param name="stride">Floats from a row to the next.</param>
    /// <param name="rows">Rows there are, 1 to 16.</param>
    /// <param name="columns">Columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Scatter(float* from, float factor, float* to, nint stride, int rows, int columns)
    {
        if (rows < Storage.Lanes || columns % Together != 0)
        {
            for (int row = 0; row < rows; row++, to += stride)
                for (int c = 0; c < columns; c++) to[c] = from[c * Storage.Lanes + row] * factor;
            return;
        }
        for (int c = 0; c < columns; c += Together, from += Together * Storage.Lanes, to += Together)
        {
            V r0 = Vector512.Load(from) * factor, r1 = Vector512.Load(from + 16) * factor, r2 = Vector512.Load(from + 32) * factor, r3 = Vector512.Load(from + 48) * factor;
            Transpose(ref r0, ref r1, ref r2, ref r3);
            float* four = to + 4 * stride, eight = four + 4 * stride, twelve = eight + 4 * stride;
            Part(r0, to, four, eight, twelve);
            Part(r1, to + stride, four + stride, eight + stride, twelve + stride);
            Part(r2, to + 2 * stride, four + 2 * stride, eight + 2 * stride, twelve + 2 * stride);
            Part(r3, to + 3 * stride, four + 3 * stride, eight + 3 * stride, twelve + 3 * stride);
        }
    }

    private static void GatherSome(float* from, nint stride, int rows, int columns, float* to)
    {
        int padded = Padded(columns);
        for (int lane = 0; lane < Storage.Lanes; lane++)
        {
            float* row = from + Math.Min(lane, rows - 1) * stride;
            for (int c = 0; c < columns; c++) to[c * Storage.Lanes + lane] = row[c];
            for (int c = columns; c < padded; c++) to[c * Storage.Lanes + lane] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Joined(float* a, float* b, float* c, float* d) =>
        Vector512.Create(Vector256.Create(Vector128.Load(a), Vector128.Load(b)), Vector256.Create(Vector128.Load(c), Vector128.Load(d)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part(V v, float* a, float* b, float* c, float* d)
    {
        Vector256<float> low = v.GetLower(), high = v.GetUpper();
        low.GetLower().Store(a);
        low.GetUpper().Store(b);
        high.GetLower().Store(c);
        high.GetUpper().Store(d);
    }

    /// <summary>Transposes the four blocks of 4 by 4 that stand beside each other in four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref V r0, ref V r1, ref V r2, ref V r3)
    {
        V low01 = InterleaveLower(r0, r1), low23 = InterleaveLower(r2, r3), high01 = InterleaveUpper(r0, r1), high23 = InterleaveUpper(r2, r3);
        r0 = LowHalves(low01, low23);
        r1 = HighHalves(low01, low23);
        r2 = LowHalves(high01, high23);
        r3 = HighHalves(high01, high23);
    }

    // The indices are literals in each place, since only then a shuffle is one instruction.

    /// <summary>a0 b0 a1 b1 in each block of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V InterleaveLower(V a, V b) => Vector512.ConditionalSelect(
        Vector512.Create(0x00000000FFFFFFFFul).AsSingle(),
        Vector512.Shuffle(a, Vector512.Create(0, 0, 1, 1, 4, 4, 5, 5, 8, 8, 9, 9, 12, 12, 13, 13)),
        Vector512.Shuffle(b, Vector512.Create(0, 0, 1, 1, 4, 4, 5, 5, 8, 8, 9, 9, 12, 12, 13, 13)));

    /// <summary>a2 b2 a3 b3 in each block of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V InterleaveUpper(V a, V b) => Vector512.ConditionalSelect(
        Vector512.Create(0x00000000FFFFFFFFul).AsSingle(),
        Vector512.Shuffle(a, Vector512.Create(2, 2, 3, 3, 6, 6, 7, 7, 10, 10, 11, 11, 14, 14, 15, 15)),
        Vector512.Shuffle(b, Vector512.Create(2, 2, 3, 3, 6, 6, 7, 7, 10, 10, 11, 11, 14, 14, 15, 15)));

    /// <summary>a0 a1 b0 b1 in each block of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LowHalves(V a, V b) => Vector512.ConditionalSelect(
        Vector512.Create(ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue, 0).AsSingle(),
        a, Vector512.Shuffle(b, Vector512.Create(0, 1, 0, 1, 4, 5, 4, 5, 8, 9, 8, 9, 12, 13, 12, 13)));

    /// <summary>a2 a3 b2 b3 in each block of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V HighHalves(V a, V b) => Vector512.ConditionalSelect(
        Vector512.Create(ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue, 0).AsSingle(),
        Vector512.Shuffle(a, Vector512.Create(2, 3, 2, 3, 6, 7, 6, 7, 10, 11, 10, 11, 14, 15, 14, 15)), b);
}
