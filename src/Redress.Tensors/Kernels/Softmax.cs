using System.Runtime.CompilerServices;

namespace Redress.Tensors.Kernels;

/// <summary>Log-softmax by row and its gradient; exponentials and logarithms over whole vectors, whatever the row's length.</summary>
internal static unsafe class Softmax
{
    [ThreadStatic] private static float[]? spare;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Log(ReadOnlySpan<float> x, int rows, int cols, Span<float> y)
    {
        int size = rows * cols, padded = Storage.PaddedSize(size), paddedRows = Storage.PaddedSize(rows);
        Elementwise.Require(x.Length >= size && y.Length >= size);
        var buffer = Spare(padded + paddedRows);
        Span<float> powers = buffer.AsSpan(0, padded), sums = buffer.AsSpan(padded, paddedRows);
        powers[size..].Clear();
        sums[rows..].Fill(1f);
        fixed (float* px = x, py = y, pp = powers)
        {
            for (int i = 0; i < size; i += cols)
            {
                float largest = px[i];
                for (int j = i + 1; j < i + cols; j++) largest = px[j] > largest ? px[j] : largest;
                for (int j = i; j < i + cols; j++) pp[j] = py[j] = px[j] - largest;
            }
            Elementwise.Map<ExpOperation>(powers, 0f, powers);
            Reductions.SumCols(powers[..size], rows, cols, sums);
            Elementwise.Map<LogOperation>(sums, 0f, sums);
            for (int i = 0; i < rows; i++)
            {
                float log = sums[i];
                for (int j = i * cols; j < (i + 1) * cols; j++) py[j] -= log;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void LogGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> y, int rows, int cols, Span<float> d)
    {
        int size = rows * cols, padded = Storage.PaddedSize(size), paddedRows = Storage.PaddedSize(rows);
        Elementwise.Require(g.Length >= size && y.Length >= size && d.Length >= size);
        var buffer = Spare(padded + paddedRows);
        Span<float> powers = buffer.AsSpan(0, padded), sums = buffer.AsSpan(padded, paddedRows);
        y[..size].CopyTo(powers);
        powers[size..].Clear();
        Elementwise.Map<ExpOperation>(powers, 0f, powers);
        Reductions.SumCols(g[..size], rows, cols, sums);
        fixed (float* pg = g, pd = d, pp = powers)
        {
            for (int i = 0; i < rows; i++)
            {
                float sum = sums[i];
                for (int j = i * cols; j < (i + 1) * cols; j++) pd[j] = pg[j] - pp[j] * sum;
            }
        }
    }

    private static float[] Spare(int length)
    {
        if (spare is null || spare.Length < length) spare = new float[Math.Max(length, 1 << 12)];
        return spare;
    }
}
