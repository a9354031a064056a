using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Redress.Tensors.Kernels.VectorMath;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Redress.Tensors.Kernels;

/// <summary>Rows brought to mean 0 and variance 1, then scaled and shifted by column; and the gradient. A row's sums run over whole vectors, then over what is left.</summary>
internal static unsafe class LayerNormalisation
{
    /// <summary>Added to the variance, as PyTorch has it.</summary>
    internal const float Epsilon = 1e-5f;

    private const int Lanes = Storage.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(in NormRows sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> residual, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y, Span<float> normal, Span<float> inverse)
    {
        var (rows, cols) = sizes;
        int size = checked(rows * cols), whole = cols & ~(Lanes - 1);
        bool keeps = !normal.IsEmpty;
        Elementwise.Require(x.Length >= size && (residual.IsEmpty || residual.Length >= size) && gain.Length >= cols && bias.Length >= cols && y.Length >= size && (!keeps || (normal.Length >= size && inverse.Length >= rows)));
        fixed (float* px = x, pr = residual, pg = gain, pb = bias, py = y, pn = normal, pi = inverse)
        {
            for (int i = 0; i < rows; i++)
            {
                nint at = (nint)i * cols;
                float* to = py + at;
                float mean = Sum(px + at, pr == null ? null : pr + at, cols, whole, to) / cols;
                float scale = 1f / MathF.Sqrt(Squares(to, mean, cols, whole) / cols + Epsilon);
                float* keep = keeps ? pn + at : null;
                if (keeps) pi[i] = scale;
                Write(to, mean, scale, pg, pb, cols, whole, keep);
            }
        }
    }

    /// <summary>With n the row's normal values, r one over its deviation and d = g times the gain: r (d - mean d - n mean dn) by x, Σ g n by the gain and Σ g by the bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Gradient(in NormRows sizes, ReadOnlySpan<float> g, ReadOnlySpan<float> gain, ReadOnlySpan<float> normal, ReadOnlySpan<float> inverse, Span<float> x, Span<float> gains, Span<float> biases)
    {
        var (rows, cols) = sizes;
        int size = checked(rows * cols), whole = cols & ~(Lanes - 1);
        Elementwise.Require(g.Length >= size && gain.Length >= cols && normal.Length >= size && inverse.Length >= rows && x.Length >= size && gains.Length >= cols && biases.Length >= cols);
        gains[..cols].Clear();
        biases[..cols].Clear();
        fixed (float* pg = g, scale = gain, pn = normal, pi = inverse, px = x, dg = gains, db = biases)
        {
            for (int i = 0; i < rows; i++)
            {
                nint at = (nint)i * cols;
                GradientRow(pg + at, scale, pn + at, pi[i], px + at, dg, db, cols, whole);
            }
        }
    }

    /// <summary>Writes x, with the residual where there is one, and sums it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(float* x, float* residual, int cols, int whole, float* to)
    {
        V sum = default;
        float rest = 0;
        for (int j = 0; j < whole; j += Lanes)
        {
            var v = Vector512.Load(x + j);
            if (residual != null) v += Vector512.Load(residual + j);
            v.Store(to + j);
            sum += v;
        }
        for (int j = whole; j < cols; j++)
        {
            to[j] = residual == null ? x[j] : x[j] + residual[j];
            rest += to[j];
        }
        return whole == 0 ? rest : Vector512.Sum(sum) + rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Squares(float* x, float mean, int cols, int whole)
    {
        V sum = default;
        float rest = 0;
        for (int j = 0; j < whole; j += Lanes)
        {
            var v = Vector512.Load(x + j) - Vector512.Create(mean);
            sum = Fma(v, v, sum);
        }
        for (int j = whole; j < cols; j++) rest = MathF.FusedMultiplyAdd(x[j] - mean, x[j] - mean, rest);
        return whole == 0 ? rest : Vector512.Sum(sum) + rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(float* y, float mean, float scale, float* gain, float* bias, int cols, int whole, float* normal)
    {
        for (int j = 0; j < whole; j += Lanes)
        {
            var v = (Vector512.Load(y + j) - Vector512.Create(mean)) * Vector512.Create(scale);
            if (normal != null) v.Store(normal + j);
            Fma(v, Vector512.Load(gain + j), Vector512.Load(bias + j)).Store(y + j);
        }
        for (int j = whole; j < cols; j++)
        {
            float v = (y[j] - mean) * scale;
            if (normal != null) normal[j] = v;
            y[j] = MathF.FusedMultiplyAdd(v, gain[j], bias[j]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GradientRow(float* g, float* gain, float* normal, float inverse, float* x, float* gains, float* biases, int cols, int whole)
    {
        V sum = default, product = default;
        float rest = 0, restProduct = 0;
        for (int j = 0; j < whole; j += Lanes)
        {
            V gradient = Vector512.Load(g + j), n = Vector512.Load(normal + j), d = gradient * Vector512.Load(gain + j);
            sum += d;
            product = Fma(d, n, product);
            Fma(gradient, n, Vector512.Load(gains + j)).Store(gains + j);
            (Vector512.Load(biases + j) + gradient).Store(biases + j);
        }
        for (int j = whole; j < cols; j++)
        {
            rest += g[j] * gain[j];
            restProduct = MathF.FusedMultiplyAdd(g[j] * gain[j], normal[j], restProduct);
            gains[j] = MathF.FusedMultiplyAdd(g[j], normal[j], gains[j]);
            biases[j] += g[j];
        }
        if (whole > 0) (rest, restProduct) = (Vector512.Sum(sum) + rest, Vector512.Sum(product) + restProduct);
        float mean = rest / cols, slope = restProduct / cols;
        for (int j = 0; j < whole; j += Lanes)
        {
            var d = Vector512.Load(g + j) * Vector512.Load(gain + j) - Vector512.Create(mean);
            (Fma(Vector512.Load(normal + j), Vector512.Create(-slope), d) * Vector512.Create(inverse)).Store(x + j);
        }
        for (int j = whole; j < cols; j++) x[j] = MathF.FusedMultiplyAdd(normal[j], -slope, g[j] * gain[j] - mean) * inverse;
    }
}
