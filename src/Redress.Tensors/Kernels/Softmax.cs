using System.Runtime.CompilerServices;

namespace Redress.Tensors.Kernels;

/// <summary>Log-softmax by row and its gradient; exponentials and logarithms over whole vectors, whatever the row's length.</summary>
internal static class Softmax
{
    [ThreadStatic] private static float[]? spare;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Log(ReadOnlySpan<float> x, int rows, int cols, Span<float> y)
    {
        int size = rows * cols, padded = Storage.PaddedSize(size), paddedRows = Storage.PaddedSize(rows);
        var buffer = Spare(padded + paddedRows);
        Span<float> powers = buffer.AsSpan(0, padded), sums = buffer.AsSpan(padded, paddedRows);
        powers[size..].Clear();
        sums[rows..].Fill(1f);
        for (int i = 0; i < size; i += cols)
        {
            float largest = x[i];
            for (int j = i + 1; j < i + cols; j++) largest = Math.Max(largest, x[j]);
            for (int j = i; j < i + cols; j++) powers[j] = y[j] = x[j] - largest;
        }
        Elementwise.Map<ExpOperation>(powers, 0f, powers);
        for (int i = 0; i < rows; i++) sums[i] = Reductions.Sum(powers.Slice(i * cols, cols));
        Elementwise.Map<LogOperation>(sums, 0f, sums);
        for (int i = 0; i < rows; i++)
            for (int j = i * cols; j < (i + 1) * cols; j++) y[j] -= sums[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void LogGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> y, int rows, int cols, Span<float> d)
    {
        int size = rows * cols, padded = Storage.PaddedSize(size);
        var powers = Spare(padded).AsSpan(0, padded);
        y[..size].CopyTo(powers);
        powers[size..].Clear();
        Elementwise.Map<ExpOperation>(powers, 0f, powers);
        for (int i = 0; i < rows; i++)
        {
            float sum = Reductions.Sum(g.Slice(i * cols, cols));
            for (int j = i * cols; j < (i + 1) * cols; j++) d[j] = g[j] - powers[j] * sum;
        }
    }

    private static float[] Spare(int length)
    {
        if (spare is null || spare.Length < length) spare = new float[Math.Max(length, 1 << 12)];
        return spare;
    }
}
