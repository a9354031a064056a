using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redress.Tensors.Kernels;

/// <summary>Softmax over groups of columns, its gradient, and sums over groups; what a row gives depends on the row alone.</summary>
internal static unsafe class GroupSums
{
    [ThreadStatic] private static float[]? spare;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Softmax(ReadOnlySpan<float> x, int rows, ColumnGroups groups, Span<float> y)
    {
        int cols = groups.Columns, size = rows * cols;
        Elementwise.Require(x.Length >= size && y.Length >= size);
        // Exponentials go over whole vectors of all columns; those of no group are 0 there and are written last.
        var powers = Spare(size);
        powers.Clear();
        fixed (float* px = x, py = y, pp = powers)
        {
            for (int k = 0; k < groups.Count; k++)
            {
                var (start, width) = groups[k];
                for (nint i = start; i < size; i += cols) Subtract(px + i, Largest(px + i, width), width, pp + i);
            }
            Elementwise.Map<ExpOperation>(powers, 0f, powers);
            x[..size].CopyTo(y);
            for (int k = 0; k < groups.Count; k++)
            {
                var (start, width) = groups[k];
                for (nint i = start; i < size; i += cols) Scale(pp + i, 1f / Sum(pp + i, width), width, py + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SoftmaxGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> y, int rows, ColumnGroups groups, Span<float> d)
    {
        int cols = groups.Columns, size = rows * cols;
        Elementwise.Require(g.Length >= size && y.Length >= size && d.Length >= size);
        g[..size].CopyTo(d);
        fixed (float* pg = g, py = y, pd = d)
        {
            for (int k = 0; k < groups.Count; k++)
            {
                var (start, width) = groups[k];
                for (nint i = start; i < size; i += cols)
                {
                    float sum = Dot(pg + i, py + i, width);
                    int j = 0;
                    for (; j + 4 <= width; j += 4) (Vector128.Load(py + i + j) * (Vector128.Load(pg + i + j) - Vector128.Create(sum))).Store(pd + i + j);
                    for (; j < width; j++) pd[i + j] = py[i + j] * (pg[i + j] - sum);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Sum(ReadOnlySpan<float> x, int rows, ColumnGroups groups, Span<float> y)
    {
        int cols = groups.Columns, size = rows * cols;
        Elementwise.Require(x.Length >= size && y.Length >= size);
        y[..size].Clear();
        fixed (float* px = x, py = y)
        {
            for (int k = 0; k < groups.Count; k++)
            {
                var (start, width) = groups[k];
                for (nint i = start; i < size; i += cols) new Span<float>(py + i, width).Fill(Sum(px + i, width));
            }
        }
    }

    // Few groups are as wide as a vector of sixteen; four numbers at once serve narrow and wide ones alike.

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(float* x, int count)
    {
        float largest = x[0];
        int j = 1;
        if (count >= 8)
        {
            var four = Vector128.Load(x);
            for (j = 4; j + 4 <= count; j += 4) four = Vector128.Max(four, Vector128.Load(x + j));
            largest = MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
        }
        for (; j < count; j++) largest = x[j] > largest ? x[j] : largest;
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(float* x, int count)
    {
        Vector128<float> four = default;
        int j = 0;
        for (; j + 4 <= count; j += 4) four += Vector128.Load(x + j);
        float sum = Vector128.Sum(four);
        for (; j < count; j++) sum += x[j];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dot(float* a, float* b, int count)
    {
        Vector128<float> four = default;
        int j = 0;
        for (; j + 4 <= count; j += 4) four += Vector128.Load(a + j) * Vector128.Load(b + j);
        float sum = Vector128.Sum(four);
        for (; j < count; j++) sum += a[j] * b[j];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Subtract(float* x, float term, int count, float* y)
    {
        int j = 0;
        for (; j + 4 <= count; j += 4) (Vector128.Load(x + j) - Vector128.Create(term)).Store(y + j);
        for (; j < count; j++) y[j] = x[j] - term;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(float* x, float factor, int count, float* y)
    {
        int j = 0;
        for (; j + 4 <= count; j += 4) (Vector128.Load(x + j) * Vector128.Create(factor)).Store(y + j);
        for (; j < count; j++) y[j] = x[j] * factor;
    }

    private static Span<float> Spare(int size)
    {
        int padded = Storage.PaddedSize(size);
        if (spare is null || spare.Length < padded) spare = new float[Math.Max(padded, 1 << 12)];
        return spare.AsSpan(0, padded);
    }
}
