using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Redress.Tensors.Kernels.VectorMath;

namespace Redress.Tensors.Kernels;

/// <summary>Products with one-hot rows.</summary>
internal static unsafe class OneHot
{
    private const int Together = 4;   // rows of numbers that are summed in registers at once

    /// <summary>Y[m,n] = bias + numbers · W (the number columns' rows) + the rows of W under the ones, each row in this order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply(OneHotRows rows, ReadOnlySpan<float> numbers, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        int n = Require(rows, numbers, weight, y), c = rows.NumberColumns.Length, groups = rows.Groups;
        Elementwise.Require(bias.IsEmpty || bias.Length == n);
        fixed (float* px = numbers, pw = weight, pb = bias, py = y)
        fixed (int* at = rows.NumberColumns, hot = rows.Hot)
        {
            for (int i = 0; i < rows.Rows; i++)
            {
                float* x = px + (nint)i * c, to = py + (nint)i * n;
                int* ones = hot + (nint)i * groups;
                int k = 0;
                for (; k + Storage.Lanes <= n; k += Storage.Lanes)
                {
                    var sum = pb == null ? default : Vector512.Load(pb + k);
                    for (int j = 0; j < c; j++) sum = Fma(Vector512.Create(x[j]), Vector512.Load(pw + (nint)at[j] * n + k), sum);
                    for (int g = 0; g < groups; g++) sum += Vector512.Load(pw + (nint)ones[g] * n + k);
                    sum.Store(to + k);
                }
                for (; k < n; k++)
                {
                    float sum = pb == null ? 0f : pb[k];
                    for (int j = 0; j < c; j++) sum = MathF.FusedMultiplyAdd(x[j], pw[(nint)at[j] * n + k], sum);
                    for (int g = 0; g < groups; g++) sum += pw[(nint)ones[g] * n + k];
                    to[k] = sum;
                }
            }
        }
    }

    /// <summary>W[width,n] += xᵀ G: every entry's sum runs over the rows in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Outer(OneHotRows rows, ReadOnlySpan<float> numbers, ReadOnlySpan<float> gradient, Span<float> weight)
    {
        int n = Require(rows, numbers, weight, gradient), c = rows.NumberColumns.Length, groups = rows.Groups;
        fixed (float* px = numbers, pg = gradient, pw = weight)
        fixed (int* at = rows.NumberColumns, hot = rows.Hot)
        {
            for (int j = 0; j < c; j += Together) Numbers(px + j, c, Math.Min(Together, c - j), at + j, pg, rows.Rows, n, pw);
            for (int i = 0; i < rows.Rows; i++)
            {
                float* from = pg + (nint)i * n;
                for (int g = 0; g < groups; g++)
                {
                    float* to = pw + (nint)hot[(nint)i * groups + g] * n;
                    int k = 0;
                    for (; k + Storage.Lanes <= n; k += Storage.Lanes) (Vector512.Load(to + k) + Vector512.Load(from + k)).Store(to + k);
                    for (; k < n; k++) to[k] += from[k];
                }
            }
        }
    }

    /// <summary>Adds the products of up to four number columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Numbers(float* x, int stride, int count, int* at, float* gradient, int rows, int n, float* weight)
    {
        int b = count > 1 ? 1 : 0, d = count > 2 ? 2 : 0, e = count > 3 ? 3 : 0;
        int k = 0;
        for (; k + Storage.Lanes <= n; k += Storage.Lanes)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int i = 0; i < rows; i++)
            {
                float* row = x + (nint)i * stride;
                var g = Vector512.Load(gradient + (nint)i * n + k);
                s0 = Fma(Vector512.Create(row[0]), g, s0);
                s1 = Fma(Vector512.Create(row[b]), g, s1);
                s2 = Fma(Vector512.Create(row[d]), g, s2);
                s3 = Fma(Vector512.Create(row[e]), g, s3);
            }
            s0.Store(weight + (nint)at[0] * n + k);
            if (count > 1) s1.Store(weight + (nint)at[1] * n + k);
            if (count > 2) s2.Store(weight + (nint)at[2] * n + k);
            if (count > 3) s3.Store(weight + (nint)at[3] * n + k);
        }
        for (; k < n; k++)
            for (int j = 0; j < count; j++)
            {
                float sum = 0;
                for (int i = 0; i < rows; i++) sum = MathF.FusedMultiplyAdd(x[(nint)i * stride + j], gradient[(nint)i * n + k], sum);
                weight[(nint)at[j] * n + k] = sum;
            }
    }

    /// <summary>Checks all sizes and columns against each other, and returns n.</summary>
    private static int Require(OneHotRows rows, ReadOnlySpan<float> numbers, ReadOnlySpan<float> weight, ReadOnlySpan<float> outputs)
    {
        int n = rows.Width == 0 ? 0 : weight.Length / rows.Width;
        Elementwise.Require(numbers.Length == rows.Rows * rows.NumberColumns.Length && weight.Length == rows.Width * n && outputs.Length == rows.Rows * n);
        foreach (int column in rows.Hot) Elementwise.Require((uint)column < (uint)rows.Width);
        return n;
    }
}
