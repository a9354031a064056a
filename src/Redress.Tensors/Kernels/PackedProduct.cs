using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redress.Tensors.Kernels;

/// <summary>
/// Products with a <see cref="PackedWeights"/>. Each entry is one chain of fused multiply-adds from the bias in the order of k, as <see cref="MatrixProduct"/>
/// has it; where most of a row's columns are 0, the chain leaves those terms out, which change nothing.
/// </summary>
internal static unsafe class PackedProduct
{
    /// <summary>Rows with more columns are multiplied whole: places of non-zeros stand on the stack.</summary>
    private const int MostSkipped = 2048;

    /// <summary>Fewer rows go one at a time: a tile takes as long for one row as for all of its own.</summary>
    private const int FewRows = 3;

    /// <summary>Tiles of rows that go through a panel one after the other, while it is in the cache.</summary>
    private const int TilesTogether = 4;

    internal static void Run(PackedWeights weights, in PackedRows rows, ReadOnlySpan<float> a, Span<float> y)
    {
        Elementwise.Require(rows.Stride >= weights.Inputs && (rows.Count == 0 || a.Length >= (rows.Count - 1) * rows.Stride + weights.Inputs) && y.Length >= rows.Count * weights.Stride);
        bool skips = rows.SkipZeros && weights.MaySkip && weights.Inputs <= MostSkipped;
        fixed (float* pa = a, pw = weights.Values, py = y)
        {
            if (skips) Skipping(weights, rows, pa, pw, py);
            else Whole(weights, rows.Stride, pa, pw, py, rows.Count);
        }
    }

    private static void Skipping(PackedWeights weights, in PackedRows rows, float* a, float* w, float* y)
    {
        int* places = stackalloc int[weights.Inputs];
        float* values = stackalloc float[weights.Inputs];
        for (int i = 0; i < rows.Count;)
        {
            float* from = a + (nint)i * rows.Stride, to = y + (nint)i * weights.Stride;
            int count = Places(from, weights.Inputs, places, values), some = 1;
            if (2 * count <= weights.Inputs) KnownColumns(weights, values, places, count, w, to);
            else Whole(weights, rows.Stride, from, w, to, some = Math.Min(MatrixProduct.MostTileRows, rows.Count - i));
            i += some;
        }
    }

    /// <summary>Products with rows of which the columns that are not 0 are known.</summary>
    internal static void Run(PackedWeights weights, in PackedTerms terms, ReadOnlySpan<int> columns, ReadOnlySpan<float> values, Span<float> y)
    {
        int each = terms.Each;
        Elementwise.Require(columns.Length >= terms.Count * each && values.Length >= terms.Count * each && y.Length >= terms.Count * weights.Stride);
        foreach (int column in columns[..(terms.Count * each)]) Elementwise.Require((uint)column < (uint)weights.Inputs);
        fixed (int* pc = columns)
        fixed (float* pv = values, pw = weights.Values, py = y)
        {
            for (int i = 0; i < terms.Count; i++) KnownColumns(weights, pv + (nint)i * each, pc + (nint)i * each, each, pw, py + (nint)i * weights.Stride);
        }
    }

    /// <summary>Products with panels. Where many columns are said to be 0, terms that are 0 in all rows of a tile are left out.</summary>
    internal static void Run(PackedPanels panels, in PackedRows rows, ReadOnlySpan<float> a, Span<float> y)
    {
        int k = panels.Inputs, most = MatrixProduct.MostTileRows;
        Elementwise.Require(rows.Stride >= k && (rows.Count == 0 || a.Length >= (rows.Count - 1) * rows.Stride + k) && y.Length >= rows.Count * panels.Stride);
        bool skips = rows.SkipZeros && panels.MaySkip && k <= MostSkipped && Vector512.IsHardwareAccelerated;
        int* places = stackalloc int[skips ? TilesTogether * k : 0], counts = stackalloc int[TilesTogether];
        fixed (float* pa = a, pw = panels.Values, py = y)
        {
            for (int i = 0; i < rows.Count; i += TilesTogether * most)
            {
                var block = new Block(pa + (nint)i * rows.Stride, rows.Stride, Math.Min(TilesTogether * most, rows.Count - i), k, skips ? places : null, counts);
                if (skips) FindTerms(block);
                float* panel = pw, to = py + (nint)i * panels.Stride;
                for (int j = 0, take; j < panels.Stride; j += take * Storage.Lanes, panel += (nint)(k + 1) * take * Storage.Lanes)
                {
                    take = MatrixProduct.Take(panels.Stride - j);
                    if (take == 3) Panel<ThreeVectors>(block, panel, to + j, panels.Stride);
                    else if (take == 2) Panel<TwoVectors>(block, panel, to + j, panels.Stride);
                    else Panel<OneVector>(block, panel, to + j, panels.Stride);
                }
            }
        }
    }

    /// <summary>Rows of <see cref="TilesTogether"/> tiles; where not null, room for the places of each tile's terms and how many they are.</summary>
    private readonly struct Block(float* from, nint stride, int rows, int k, int* places, int* counts)
    {
        internal readonly float* From = from;
        internal readonly nint Stride = stride;
        internal readonly int Rows = rows, K = k;
        internal readonly int* Places = places, Counts = counts;
    }

    private static void FindTerms(in Block block)
    {
        int most = MatrixProduct.MostTileRows;
        for (int i = 0, t = 0; i < block.Rows; i += most, t++)
            block.Counts[t] = Places(block.From + i * block.Stride, block.Stride, Math.Min(most, block.Rows - i), block.K, block.Places + t * block.K);
    }

    private static void Panel<T>(in Block block, float* panel, float* y, nint stride) where T : struct, IRegisterRow<T>
    {
        int most = MatrixProduct.MostTileRows;
        for (int i = 0, t = 0; i < block.Rows; i += most, t++)
        {
            int rows = Math.Min(most, block.Rows - i);
            float* from = block.From + i * block.Stride, to = y + i * stride;
            if (block.Places == null) MatrixProduct.AnyTile<T>(from, block.Stride, 1, panel, T.Width, to, stride, block.K, rows);
            else MatrixProduct.KnownTile<T>(from, block.Stride, block.Places + t * block.K, block.Counts[t], panel, to, stride, rows);
        }
    }

    /// <summary>The columns, ascending, in which one of the rows at least is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Places(float* a, nint stride, int rows, int columns, int* places)
    {
        int count = 0, first = 0;
        for (; first + 16 <= columns; first += 16)
        {
            ulong others = 0;
            for (int r = 0; r < rows; r++) others |= ~Vector512.Equals(Vector512.Load(a + r * stride + first), Vector512<float>.Zero).ExtractMostSignificantBits() & 0xFFFF;
            for (; others != 0; others &= others - 1) places[count++] = first + BitOperations.TrailingZeroCount(others);
        }
        for (; first < columns; first++)
        {
            bool other = false;
            for (int r = 0; r < rows; r++) other |= a[r * stride + first] != 0;
            if (other) places[count++] = first;
        }
        return count;
    }

    private static void Whole(PackedWeights weights, int stride, float* a, float* w, float* y, int count)
    {
        int most = MatrixProduct.MostTileRows;
        for (int i = 0; i < count; i += most)
        {
            int rows = Math.Min(most, count - i);
            float* from = a + (nint)i * stride, to = y + (nint)i * weights.Stride;
            if (rows <= FewRows)
            {
                for (int r = 0; r < rows; r++) OneRow(weights, from + (nint)r * stride, w, to + (nint)r * weights.Stride);
                continue;
            }
            int k = weights.Inputs;
            nint step = weights.Stride;
            for (int j = 0, take; j < weights.Stride; j += take * Storage.Lanes)
            {
                take = MatrixProduct.Take(weights.Stride - j);
                if (take == 3) MatrixProduct.AnyTile<ThreeVectors>(from, stride, 1, w + j, step, to + j, step, k, rows);
                else if (take == 2) MatrixProduct.AnyTile<TwoVectors>(from, stride, 1, w + j, step, to + j, step, k, rows);
                else MatrixProduct.AnyTile<OneVector>(from, stride, 1, w + j, step, to + j, step, k, rows);
            }
        }
    }

    /// <summary>The columns that are not 0, ascending, and what is in them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Places(float* row, int columns, int* places, float* values)
    {
        int count = 0;
        // Sixty-four columns at once: each round of the inner loop less is a branch that is guessed right.
        for (int first = 0; first < columns; first += 64)
        {
            ulong others = 0;
            int c = first, end = Math.Min(first + 64, columns);
            for (; c + 16 <= end; c += 16) others |= (~Vector512.Equals(Vector512.Load(row + c), Vector512<float>.Zero).ExtractMostSignificantBits() & 0xFFFF) << (c - first);
            for (; c < end; c++)
                if (row[c] != 0) others |= 1ul << (c - first);
            for (; others != 0; others &= others - 1, count++)
            {
                places[count] = first + BitOperations.TrailingZeroCount(others);
                values[count] = row[places[count]];
            }
        }
        return count;
    }

    private static void KnownColumns(PackedWeights weights, float* x, int* places, int count, float* w, float* y)
    {
        int stride = weights.Stride, j = 0;
        for (; j + 64 <= stride; j += 64) KnownColumns<FourVectors>(x, places, count, w + j, stride, y + j);
        if (j + 48 <= stride) KnownColumns<ThreeVectors>(x, places, count, w + j, stride, y + j);
        else if (j + 32 <= stride) KnownColumns<TwoVectors>(x, places, count, w + j, stride, y + j);
        else if (j < stride) KnownColumns<OneVector>(x, places, count, w + j, stride, y + j);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void KnownColumns<T>(float* x, int* places, int count, float* w, nint stride, float* y) where T : struct, IRegisterRow<T>
    {
        T sum = T.Load(w);
        w += stride;
        for (int i = 0; i < count; i++) sum.AddProduct(x[i], T.Load(w + places[i] * stride));
        sum.Store(y);
    }

    private static void OneRow(PackedWeights weights, float* a, float* w, float* y)
    {
        int stride = weights.Stride, k = weights.Inputs, j = 0;
        for (; j + 64 <= stride; j += 64) OneRow<FourVectors>(a, k, w + j, stride, y + j);
        if (j + 48 <= stride) OneRow<ThreeVectors>(a, k, w + j, stride, y + j);
        else if (j + 32 <= stride) OneRow<TwoVectors>(a, k, w + j, stride, y + j);
        else if (j < stride) OneRow<OneVector>(a, k, w + j, stride, y + j);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow<T>(float* a, int k, float* w, nint stride, float* y) where T : struct, IRegisterRow<T>
    {
        T sum = T.Load(w);
        for (int p = 0; p < k; p++)
        {
            w += stride;
            sum.AddProduct(a[p], T.Load(w));
        }
        sum.Store(y);
    }
}
