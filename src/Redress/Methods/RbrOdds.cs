using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Tensors.Kernels;

namespace Redress.Methods;

/// <summary>The worst log posterior odds of one person: log Σ of the most that Gaussians around rows of the outcome to be left say of a point, less log Σ of the least that those around rows of the desired one say.</summary>
internal sealed class RbrOdds
{
    private const int Block = 16;
    private readonly int capacity;
    private readonly Side desired, other;
    private int[] columns = [];

    /// <summary>The rows of an outcome, [columns, capacity], and the room to weigh them in.</summary>
    private sealed class Side(int width, int capacity)
    {
        internal readonly float[] Rows = new float[width * capacity], Weights = new float[capacity], Distances = new float[capacity];
        internal readonly double[] Slopes = new double[capacity];
        internal int Count;
    }

    /// <param name="width">Encoded columns.</param>
    /// <param name="samples">Rows at most.</param>
    internal RbrOdds(int width, int samples)
    {
        capacity = (samples + Block - 1) / Block * Block;
        (desired, other) = (new(width, capacity), new(width, capacity));
    }

    /// <summary>Turns to another person.</summary>
    /// <param name="moving">The columns in which rows differ.</param>
    internal void Begin(int[] moving) => (columns, desired.Count, other.Count) = (moving, 0, 0);

    /// <summary>Adds a row.</summary>
    /// <param name="isDesired">Whether the model gives it the desired outcome.</param>
    /// <param name="row">All encoded columns of it, from the first on.</param>
    /// <param name="stride">From one column to the next.</param>
    internal void Add(bool isDesired, ReadOnlySpan<float> row, int stride)
    {
        var side = isDesired ? desired : other;
        for (int j = 0; j < columns.Length; j++) side.Rows[j * capacity + side.Count] = row[columns[j] * stride];
        side.Count++;
    }

    /// <summary>The odds and their gradient. An outcome without rows has no part in them.</summary>
    /// <param name="point">All encoded columns.</param>
    /// <param name="most">Of the Gaussians of the outcome to be left.</param>
    /// <param name="least">Of those of the desired one.</param>
    /// <param name="gradient">All encoded columns; those in which rows differ are written.</param>
    internal double At(ReadOnlySpan<float> point, AmbiguousGaussian most, AmbiguousGaussian least, Span<float> gradient)
    {
        foreach (int column in columns) gradient[column] = 0;
        return LogSum(other, most, point, 1, gradient) - LogSum(desired, least, point, -1, gradient);
    }

    /// <summary>log Σ exp(value), its gradient times a sign added.</summary>
    private double LogSum(Side side, AmbiguousGaussian gaussian, ReadOnlySpan<float> point, float sign, Span<float> gradient)
    {
        if (side.Count == 0) return 0;
        Measure(side, point);
        var weights = side.Weights.AsSpan(0, side.Count);
        double largest = double.NegativeInfinity;
        for (int i = 0; i < side.Count; i++)
        {
            var (value, slope) = gaussian.At(side.Distances[i]);
            (side.Slopes[i], side.Weights[i]) = (slope, (float)value);
            largest = Math.Max(largest, value);
        }
        TensorPrimitives.Subtract(weights, (float)largest, weights);
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(side.Weights.AsSpan(0, Padded(side.Count)));
        foreach (ref var vector in vectors) vector = VectorMath.Exp(vector);
        double sum = 0;
        foreach (float weight in weights) sum += weight;
        // d c / d x is (x - row) / c.
        for (int i = 0; i < side.Count; i++) side.Weights[i] = (float)(sign * side.Weights[i] / sum * side.Slopes[i] / Math.Max(side.Distances[i], 1e-9));
        side.Weights.AsSpan(side.Count..Padded(side.Count)).Clear();
        Pull(side, point, gradient);
        return largest + Math.Log(sum);
    }

    /// <summary>The distance of every row from the point.</summary>
    private void Measure(Side side, ReadOnlySpan<float> point)
    {
        var rows = MemoryMarshal.Cast<float, Vector512<float>>(side.Rows.AsSpan());
        var distances = MemoryMarshal.Cast<float, Vector512<float>>(side.Distances.AsSpan());
        int stride = capacity / Block;
        for (int block = 0; block < Padded(side.Count) / Block; block++)
        {
            var sum = Vector512<float>.Zero;
            for (int j = 0, at = block; j < columns.Length; j++, at += stride)
            {
                var difference = Vector512.Create(point[columns[j]]) - rows[at];
                sum = VectorMath.Fma(difference, difference, sum);
            }
            distances[block] = Vector512.Sqrt(sum);
        }
    }

    /// <summary>Adds Σ weight (x - row) to the gradient.</summary>
    private void Pull(Side side, ReadOnlySpan<float> point, Span<float> gradient)
    {
        var rows = MemoryMarshal.Cast<float, Vector512<float>>(side.Rows.AsSpan());
        var weights = MemoryMarshal.Cast<float, Vector512<float>>(side.Weights.AsSpan());
        int stride = capacity / Block, blocks = Padded(side.Count) / Block;
        for (int j = 0; j < columns.Length; j++)
        {
            var (x, sum) = (Vector512.Create(point[columns[j]]), Vector512<float>.Zero);
            for (int block = 0; block < blocks; block++) sum = VectorMath.Fma(weights[block], x - rows[j * stride + block], sum);
            gradient[columns[j]] += Vector512.Sum(sum);
        }
    }

    private static int Padded(int count) => (count + Block - 1) / Block * Block;
}
