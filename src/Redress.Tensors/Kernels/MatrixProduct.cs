using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redress.Tensors.Kernels;

/// <summary>
/// C = bias + op(A) op(B). B is packed in panels of up to 48 columns, zero-padded, whose first row is the bias; a tile of eight rows
/// by a panel's width stays in registers while k runs. Each entry is one chain of fused multiply-adds from the bias in the order
/// of k, so no entry depends on the number of rows, on the tile it falls in, or on the vector width.
/// </summary>
internal static unsafe class MatrixProduct
{
    private const int TileRows = 8;
    private const int NarrowTileRows = 6;   // by 16 columns: twelve of the sixteen registers that 256-bit machines have
    private const int WidestPanel = 48;

    [ThreadStatic] private static float[]? scratch;
    [ThreadStatic] private static int scratchStart;

    /// <summary>The most rows of a tile; fewer take as long.</summary>
    internal static int MostTileRows => Vector512.IsHardwareAccelerated ? TileRows : NarrowTileRows;

    internal static void Run(in Product product, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c)
    {
        var (m, n, k, ta, tb) = product;
        // Pointers below go no further than these sizes: the one place where the spans are checked.
        if (a.Length < m * k || b.Length < k * n || c.Length < m * n || (!bias.IsEmpty && bias.Length < n)) throw new ArgumentException("A matrix product's operands are shorter than its sizes say.", nameof(product));
        if (m == 0 || n == 0) return;
        var buffer = Scratch(WidestPanel * (k + 1 + TileRows));
        fixed (float* pa = a, pb = b, pbias = bias, pc = c, panel = &buffer[scratchStart])
        {
            var rows = new Rows(pa, ta ? 1 : k, ta ? m : 1, m, k);
            float* tile = panel + WidestPanel * (k + 1);
            for (int j = 0, take; j < n; j += 16 * take)
            {
                take = Take(n - j);
                var to = new Target(pc, j, n, Math.Min(16 * take, n - j), m * n);
                Pack(pb, tb, n, k, j, to.Cols, 16 * take, pbias, panel);
                if (take == 3) Panel<ThreeVectors>(rows, panel, to, tile);
                else if (take == 2) Panel<TwoVectors>(rows, panel, to, tile);
                else Panel<OneVector>(rows, panel, to, tile);
            }
        }
    }

    /// <summary>Writes B, [k, n] or where <paramref name="transposed"/> [n, k], and a bias (empty: zero) as panels; the sizes are the caller's to check.</summary>
    internal static void PackAll(ReadOnlySpan<float> b, bool transposed, int k, int n, ReadOnlySpan<float> bias, Span<float> panels)
    {
        fixed (float* pb = b, pbias = bias, start = panels)
        {
            float* panel = start;
            for (int j = 0, take; j < n; j += 16 * take)
            {
                take = Take(n - j);
                Pack(pb, transposed, n, k, j, Math.Min(16 * take, n - j), 16 * take, pbias, panel);
                panel += (nint)(k + 1) * 16 * take;
            }
        }
    }

    /// <summary>Vectors of the panel at the head of so many columns.</summary>
    internal static int Take(int columns)
    {
        int vectors = (columns + 15) / 16;
        return !Vector512.IsHardwareAccelerated ? 1 : vectors == 4 ? 2 : Math.Min(vectors, 3);   // 2 + 2 rather than 3 + 1
    }

    /// <summary>op(A): entry (i, p) stands at i * RowStep + p * Step.</summary>
    private readonly struct Rows(float* start, nint rowStep, nint step, int count, int k)
    {
        internal readonly float* Start = start;
        internal readonly nint RowStep = rowStep, Step = step;
        internal readonly int Count = count, K = k;
    }

    /// <summary>A panel's columns of C.</summary>
    private readonly struct Target(float* start, int first, int stride, int cols, int size)
    {
        internal readonly float* Start = start;
        internal readonly int First = first, Stride = stride, Cols = cols, Size = size;
    }

    private static float[] Scratch(int length)
    {
        if (scratch is null || scratch.Length < length + Storage.Lanes)
            scratch = Storage.AlignedArray(Math.Max(length, 1 << 14), out scratchStart);
        return scratch;
    }

    private static void Pack(float* b, bool transposed, int n, int k, int j, int cols, int width, float* bias, float* panel)
    {
        new Span<float>(panel, cols < width ? width * (k + 1) : width).Clear();
        if (bias != null) new Span<float>(bias + j, cols).CopyTo(new Span<float>(panel, cols));
        if (transposed) PackTransposed(b + (nint)j * k, k, cols, width, panel + width);
        else PackStraight(b + j, n, k, cols, width, panel + width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackStraight(float* from, int n, int k, int cols, int width, float* to)
    {
        for (int p = 0; p < k; p++, from += n, to += width)
        {
            int q = 0;
            for (; q + 16 <= cols; q += 16) Vector512.Load(from + q).Store(to + q);
            for (; q + 4 <= cols; q += 4) Vector128.Load(from + q).Store(to + q);
            for (; q < cols; q++) to[q] = from[q];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackTransposed(float* from, int k, int cols, int width, float* to)
    {
        int q = 0;
        for (; q + 4 <= cols; q += 4)
        {
            float* row = from + (nint)q * k, o = to + q;
            int p = 0;
            for (; p + 4 <= k; p += 4, o += 4 * width) Transpose4(row + p, k, o, width);
            for (; p < k; p++, o += width)
                for (int r = 0; r < 4; r++) o[r] = row[(nint)r * k + p];
        }
        for (; q < cols; q++)
            for (int p = 0; p < k; p++) to[(nint)p * width + q] = from[(nint)q * k + p];
    }

    /// <summary>Transposes a block of 4 by 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* from, nint fromStride, float* to, nint toStride)
    {
        var r0 = Vector128.Load(from);
        var r1 = Vector128.Load(from + fromStride);
        var r2 = Vector128.Load(from + 2 * fromStride);
        var r3 = Vector128.Load(from + 3 * fromStride);
        var low01 = InterleaveLower(r0, r1);
        var low23 = InterleaveLower(r2, r3);
        var high01 = InterleaveUpper(r0, r1);
        var high23 = InterleaveUpper(r2, r3);
        // By select rather than by halves: Vector64 goes through memory.
        var lowHalf = Vector128.Create(-1, -1, 0, 0).AsSingle();
        Vector128.ConditionalSelect(lowHalf, low01, Vector128.Shuffle(low23, Vector128.Create(0, 1, 0, 1))).Store(to);
        Vector128.ConditionalSelect(lowHalf, Vector128.Shuffle(low01, Vector128.Create(2, 3, 2, 3)), low23).Store(to + toStride);
        Vector128.ConditionalSelect(lowHalf, high01, Vector128.Shuffle(high23, Vector128.Create(0, 1, 0, 1))).Store(to + 2 * toStride);
        Vector128.ConditionalSelect(lowHalf, Vector128.Shuffle(high01, Vector128.Create(2, 3, 2, 3)), high23).Store(to + 3 * toStride);
    }

    /// <summary>a0 b0 a1 b1. The indices are literals here, since only then a shuffle is one instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLower(Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.Create(-1, 0, -1, 0).AsSingle(), Vector128.Shuffle(a, Vector128.Create(0, 0, 1, 1)), Vector128.Shuffle(b, Vector128.Create(0, 0, 1, 1)));

    /// <summary>a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveUpper(Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.Create(-1, 0, -1, 0).AsSingle(), Vector128.Shuffle(a, Vector128.Create(2, 2, 3, 3)), Vector128.Shuffle(b, Vector128.Create(2, 2, 3, 3)));

    private static void Panel<T>(in Rows a, float* panel, in Target c, float* tile) where T : struct, IRegisterRow<T>
    {
        int most = MostTileRows;
        for (int i = 0; i < a.Count; i += most)
        {
            int rows = Math.Min(most, a.Count - i);
            float* from = a.Start + i * a.RowStep, to = c.Start + c.First + (nint)i * c.Stride;
            // A tile wider than the matrix may still be stored in place, in the order of rows: what it spills is written over by the rows after it.
            bool inPlace = c.Cols == T.Width || (c.Cols == c.Stride && (i + rows - 1) * c.Stride + T.Width <= c.Size);
            if (inPlace) AnyTile<T>(from, a.RowStep, a.Step, panel, T.Width, to, c.Stride, a.K, rows);
            else
            {
                AnyTile<T>(from, a.RowStep, a.Step, panel, T.Width, tile, T.Width, a.K, rows);
                for (int r = 0; r < rows; r++) new ReadOnlySpan<float>(tile + r * T.Width, c.Cols).CopyTo(new Span<float>(to + (nint)r * c.Stride, c.Cols));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AnyTile<T>(float* a, nint rowStep, nint step, float* b, nint bStride, float* c, nint stride, int k, int rows) where T : struct, IRegisterRow<T>
    {
        if (Vector512.IsHardwareAccelerated) Tile<T>(a, rowStep, step, b, bStride, c, stride, k, rows);
        else NarrowTile(a, rowStep, step, b, bStride, c, stride, k, rows);
    }

    /// <summary>Six rows by sixteen columns, in vectors of eight: the tile for machines without 512-bit vectors. The chains, and so the bits, are the other's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowTile(float* a, nint rowStep, nint step, float* b, nint bStride, float* c, nint stride, int k, int rows)
    {
        nint last = rows - 1;
        nint i1 = Math.Min(1, last), i2 = Math.Min(2, last), i3 = Math.Min(3, last), i4 = Math.Min(4, last), i5 = last;
        float* a1 = a + i1 * rowStep, a2 = a + i2 * rowStep, a3 = a + i3 * rowStep, a4 = a + i4 * rowStep, a5 = a + i5 * rowStep;
        HalfVectors r0 = HalfVectors.Load(b), r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0;
        b += bStride;
        nint x = 0;
        for (int p = 0; p < k; p++)
        {
            var row = HalfVectors.Load(b);
            r0.AddProduct(a[x], row);
            r1.AddProduct(a1[x], row);
            r2.AddProduct(a2[x], row);
            r3.AddProduct(a3[x], row);
            r4.AddProduct(a4[x], row);
            r5.AddProduct(a5[x], row);
            b += bStride;
            x += step;
        }
        r0.Store(c);
        r1.Store(c + i1 * stride);
        r2.Store(c + i2 * stride);
        r3.Store(c + i3 * stride);
        r4.Store(c + i4 * stride);
        r5.Store(c + i5 * stride);
    }

    /// <summary>Eight rows by a panel. Rows beyond <paramref name="rows"/> repeat the last one: the same value stored again, and no code for tails.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T>(float* a, nint rowStep, nint step, float* b, nint bStride, float* c, nint stride, int k, int rows) where T : struct, IRegisterRow<T>
    {
        nint last = rows - 1;
        nint i1 = Math.Min(1, last), i2 = Math.Min(2, last), i3 = Math.Min(3, last), i4 = Math.Min(4, last), i5 = Math.Min(5, last), i6 = Math.Min(6, last), i7 = last;
        float* a1 = a + i1 * rowStep, a2 = a + i2 * rowStep, a3 = a + i3 * rowStep, a4 = a + i4 * rowStep;
        float* a5 = a + i5 * rowStep, a6 = a + i6 * rowStep, a7 = a + i7 * rowStep;
        T r0 = T.Load(b), r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0, r6 = r0, r7 = r0;
        b += bStride;
        nint x = 0;
        for (int p = 0; p < k; p++)
        {
            T row = T.Load(b);
            r0.AddProduct(a[x], row);
            r1.AddProduct(a1[x], row);
            r2.AddProduct(a2[x], row);
            r3.AddProduct(a3[x], row);
            r4.AddProduct(a4[x], row);
            r5.AddProduct(a5[x], row);
            r6.AddProduct(a6[x], row);
            r7.AddProduct(a7[x], row);
            b += bStride;
            x += step;
        }
        r0.Store(c);
        r1.Store(c + i1 * stride);
        r2.Store(c + i2 * stride);
        r3.Store(c + i3 * stride);
        r4.Store(c + i4 * stride);
        r5.Store(c + i5 * stride);
        r6.Store(c + i6 * stride);
        r7.Store(c + i7 * stride);
    }

    // A function of its own: with the terms as a parameter of one tile the registers do not suffice, and products took 4 to 10 % longer.
    /// <summary>The same for the terms at some places alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void KnownTile<T>(float* a, nint rowStep, int* places, int count, float* panel, float* c, nint stride, int rows) where T : struct, IRegisterRow<T>
    {
        nint last = rows - 1;
        nint i1 = Math.Min(1, last), i2 = Math.Min(2, last), i3 = Math.Min(3, last), i4 = Math.Min(4, last), i5 = Math.Min(5, last), i6 = Math.Min(6, last), i7 = last;
        float* a1 = a + i1 * rowStep, a2 = a + i2 * rowStep, a3 = a + i3 * rowStep, a4 = a + i4 * rowStep;
        float* a5 = a + i5 * rowStep, a6 = a + i6 * rowStep, a7 = a + i7 * rowStep;
        T r0 = T.Load(panel), r1 = r0, r2 = r0, r3 = r0, r4 = r0, r5 = r0, r6 = r0, r7 = r0;
        panel += T.Width;
        for (int p = 0; p < count; p++)
        {
            nint x = places[p];
            T row = T.Load(panel + x * T.Width);
            r0.AddProduct(a[x], row);
            r1.AddProduct(a1[x], row);
            r2.AddProduct(a2[x], row);
            r3.AddProduct(a3[x], row);
            r4.AddProduct(a4[x], row);
            r5.AddProduct(a5[x], row);
            r6.AddProduct(a6[x], row);
            r7.AddProduct(a7[x], row);
        }
        r0.Store(c);
        r1.Store(c + i1 * stride);
        r2.Store(c + i2 * stride);
        r3.Store(c + i3 * stride);
        r4.Store(c + i4 * stride);
        r5.Store(c + i5 * stride);
        r6.Store(c + i6 * stride);
        r7.Store(c + i7 * stride);
    }
}
