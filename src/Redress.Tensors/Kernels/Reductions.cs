using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redress.Tensors.Kernels;

/// <summary>Sums in an order that depends on the lengths alone.</summary>
internal static unsafe class Reductions
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Sum(ReadOnlySpan<float> x)
    {
        float tail = 0;
        int i = 0;
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        fixed (float* p = x)
        {
            for (; i + 64 <= x.Length; i += 64)
            {
                s0 += Vector512.Load(p + i);
                s1 += Vector512.Load(p + i + 16);
                s2 += Vector512.Load(p + i + 32);
                s3 += Vector512.Load(p + i + 48);
            }
            for (; i + 16 <= x.Length; i += 16) s0 += Vector512.Load(p + i);
            for (; i < x.Length; i++) tail += p[i];
        }
        return x.Length < 16 ? tail : Vector512.Sum(s0 + s1 + (s2 + s3)) + tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SumCols(ReadOnlySpan<float> x, int rows, int cols, Span<float> y)
    {
        Elementwise.Require(x.Length == rows * cols && y.Length >= rows);
        fixed (float* px = x, py = y)
        {
            for (int i = 0; i < rows; i++)
            {
                float* row = px + (nint)i * cols;
                if (cols >= 16) py[i] = Sum(new ReadOnlySpan<float>(row, cols));
                else
                {
                    float sum = 0;   // a short row is not worth a call
                    for (int j = 0; j < cols; j++) sum += row[j];
                    py[i] = sum;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SumRows(ReadOnlySpan<float> x, int rows, int cols, Span<float> y)
    {
        if (cols == 1)
        {
            y[0] = Sum(x);
            return;
        }
        Elementwise.Require(x.Length == rows * cols && y.Length == cols);
        fixed (float* px = x, py = y)
        {
            int j = 0;
            for (; j + 64 <= cols; j += 64) SumRows64(px + j, rows, cols, py + j);
            for (; j + 16 <= cols; j += 16) SumRows16(px + j, rows, cols, py + j);
            for (; j + 4 <= cols; j += 4)
            {
                Vector128<float> sum = default;
                for (int i = 0; i < rows; i++) sum += Vector128.Load(px + (nint)i * cols + j);
                sum.Store(py + j);
            }
            for (; j < cols; j++)
            {
                float sum = 0;
                for (int i = 0; i < rows; i++) sum += px[(nint)i * cols + j];
                py[j] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows64(float* x, int rows, nint cols, float* y)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = 0; i < rows; i++, x += cols)
        {
            s0 += Vector512.Load(x);
            s1 += Vector512.Load(x + 16);
            s2 += Vector512.Load(x + 32);
            s3 += Vector512.Load(x + 48);
        }
        s0.Store(y);
        s1.Store(y + 16);
        s2.Store(y + 32);
        s3.Store(y + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows16(float* x, int rows, nint cols, float* y)
    {
        Vector512<float> even = default, odd = default;   // two chains hide an addition's latency
        int i = 0;
        for (; i + 2 <= rows; i += 2, x += 2 * cols)
        {
            even += Vector512.Load(x);
            odd += Vector512.Load(x + cols);
        }
        if (i < rows) even += Vector512.Load(x);
        (even + odd).Store(y);
    }
}
