using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Neighbours;

/// <summary>Options of <see cref="TSne"/>.</summary>
/// <param name="Perplexity">The number of neighbours a point counts as near; at least 1 and at most a third of the other points.</param>
/// <param name="Iterations">Steps of gradient descent; 1 or more.</param>
/// <param name="Exaggeration">Factor on p in the first iterations, which lets clusters form before they settle; 1 or more.</param>
/// <param name="ExaggeratedIterations">How many those are; 0 or more.</param>
/// <param name="LearningRate">Step size, more than 0; null for points / exaggeration / 4, at least 50.</param>
public sealed record TSneOptions(double Perplexity = 30, int Iterations = 1000, double Exaggeration = 12, int ExaggeratedIterations = 250, double? LearningRate = null)
{
    internal IEnumerable<string> Problems(int points)
    {
        double most = (points - 1) / 3.0;
        if (points is < 4 or > TSne.MostPoints) yield return Invariant($"There are {points} points; t-SNE takes 4 to {TSne.MostPoints}.");
        else if (!(Perplexity >= 1 && Perplexity <= most)) yield return Invariant($"Perplexity is {Perplexity}; must be 1 to {most:0.##}, a third of the other points.");
        if (Iterations < 1) yield return Invariant($"Iterations is {Iterations}; must be at least 1.");
        if (!(Exaggeration >= 1 && double.IsFinite(Exaggeration))) yield return Invariant($"Exaggeration is {Exaggeration}; must be at least 1 and finite.");
        if (ExaggeratedIterations < 0) yield return Invariant($"Exaggerated iterations is {ExaggeratedIterations}; must be 0 or more.");
        if (LearningRate is { } rate && !(rate > 0 && double.IsFinite(rate))) yield return Invariant($"Learning rate is {rate}; must be more than 0 and finite.");
    }
}

/// <summary>Points in the plane.</summary>
/// <param name="X">One a row.</param>
/// <param name="Y">One a row.</param>
/// <param name="Divergence">KL(P‖Q), what was minimised; 0 or more.</param>
public sealed record PlaneEmbedding(IReadOnlyList<float> X, IReadOnlyList<float> Y, double Divergence);

/// <summary>
/// t-SNE (van der Maaten and Hinton 2008), exact: P from Gaussian neighbourhoods of one perplexity, Q from Student's t in the plane, gradient descent
/// on KL(P‖Q) with momentum and gains. Every pair is looked at in every step: n² work and memory, which is why points are limited.
/// </summary>
/// <remarks>Distances between clusters and cluster sizes in such a picture mean little; that two points are near means much.</remarks>
public static class TSne
{
    /// <summary>The most points: the pairs of so many take 100 MB.</summary>
    public const int MostPoints = 5000;

    private const int MomentumSwitch = 250, Lanes = 16;
    private const float Outside = 1e18f;   // where padding stands: so far away that its weight is 0

    /// <summary>Embeds rows in the plane; the same stream gives the same points.</summary>
    /// <param name="rows">count × width values, row-major, all finite.</param>
    /// <param name="width">Columns; 1 or more.</param>
    /// <param name="rng">Draws the first positions.</param>
    /// <param name="options">Options.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="OptionsException">An option is out of range, or there are too few or too many points; the message lists every problem.</exception>
    /// <exception cref="ArgumentException">The values are no whole number of rows, or one of them is not finite.</exception>
    public static PlaneEmbedding Embed(ReadOnlySpan<float> rows, int width, Rng rng, TSneOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(rng);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (rows.Length % width != 0) throw new ArgumentException(Invariant($"{rows.Length} values are no whole number of rows of {width}."), nameof(rows));
        foreach (float value in rows)
            if (!float.IsFinite(value)) throw new ArgumentException("A value is not finite.", nameof(rows));
        options ??= new();
        int n = rows.Length / width;
        OptionsException.ThrowIfAny(options.Problems(n));
        var descent = new Descent(n, JointProbabilities(rows, n, width, options.Perplexity, cancel), rng);
        float rate = (float)(options.LearningRate ?? Math.Max(n / options.Exaggeration / 4, 50));
        for (int t = 0; t < options.Iterations; t++)
        {
            cancel.ThrowIfCancellationRequested();
            descent.Step(t < options.ExaggeratedIterations ? (float)options.Exaggeration : 1, t < MomentumSwitch ? 0.5f : 0.8f, rate);
        }
        return descent.Embedding();
    }

    /// <summary>pᵢⱼ = (p(j|i) + p(i|j)) / 2n, rows padded to whole vectors with 0.</summary>
    private static float[] JointProbabilities(ReadOnlySpan<float> rows, int n, int width, double perplexity, CancellationToken cancel)
    {
        int stride = (n + Lanes - 1) / Lanes * Lanes;
        var p = new float[n * stride];
        var distances = new float[stride];
        for (int i = 0; i < n; i++)
        {
            cancel.ThrowIfCancellationRequested();
            for (int j = 0; j < n; j++) distances[j] = SquaredDistance(rows.Slice(i * width, width), rows.Slice(j * width, width));
            Conditional(distances, n, i, Math.Log(perplexity), p.AsSpan(i * stride, stride));
        }
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                p[i * stride + j] = p[j * stride + i] = (p[i * stride + j] + p[j * stride + i]) / (2 * n);
        return p;
    }

    private static float SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int c = 0; c < a.Length; c++) sum += (a[c] - b[c]) * (a[c] - b[c]);
        return sum;
    }

    /// <summary>p(j|i) ∝ exp(-β dᵢⱼ), β by bisection so that the entropy is the perplexity's logarithm.</summary>
    private static void Conditional(Span<float> distances, int n, int i, double entropy, Span<float> p)
    {
        // Taking the smallest distance off changes no p and keeps the largest exponential at 1.
        float nearest = float.PositiveInfinity;
        for (int j = 0; j < n; j++)
            if (j != i) nearest = Math.Min(nearest, distances[j]);
        for (int j = 0; j < n; j++) distances[j] -= nearest;
        var (beta, low, high) = (1.0, 0.0, double.PositiveInfinity);
        for (int tries = 0; tries < 100; tries++)
        {
            var (sum, weighted) = Exponentials(distances, (float)beta, n, i, p);
            double excess = Math.Log(sum) + beta * weighted / sum - entropy;
            if (Math.Abs(excess) < 1e-5 || tries == 99)
            {
                for (int j = 0; j < n; j++) p[j] /= (float)sum;
                return;
            }
            if (excess > 0) (low, beta) = (beta, double.IsPositiveInfinity(high) ? Math.Min(2 * beta, 1e30) : (beta + high) / 2);
            else (high, beta) = (beta, (beta + low) / 2);
        }
    }

    /// <summary>Writes exp(-β d), 0 for the point itself; returns their sum and Σ d exp(-β d).</summary>
    private static (double Sum, double Weighted) Exponentials(ReadOnlySpan<float> distances, float beta, int n, int i, Span<float> p)
    {
        var d = MemoryMarshal.Cast<float, Vector512<float>>(distances);
        var e = MemoryMarshal.Cast<float, Vector512<float>>(p);
        for (int v = 0; v < d.Length; v++) e[v] = VectorMath.Exp(d[v] * -beta);
        p[i] = 0;
        p[n..].Clear();
        var (sum, weighted) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (int v = 0; v < d.Length; v++) (sum, weighted) = (sum + e[v], VectorMath.Fma(e[v], d[v], weighted));
        return (Vector512.Sum(sum), Vector512.Sum(weighted));
    }

    /// <summary>The positions and their way down.</summary>
    private sealed class Descent
    {
        private readonly int n, stride;
        private readonly float[] p;
        private readonly float[][] position = new float[2][], velocity = new float[2][], gain = new float[2][], pull = new float[2][], push = new float[2][];

        internal Descent(int n, float[] p, Rng rng)
        {
            (this.n, this.p, stride) = (n, p, p.Length / n);
            for (int axis = 0; axis < 2; axis++)
            {
                (velocity[axis], gain[axis], pull[axis], push[axis]) = (new float[n], new float[n], new float[n], new float[n]);
                Array.Fill(gain[axis], 1);
                position[axis] = new float[stride];
                Array.Fill(position[axis], Outside);
                for (int i = 0; i < n; i++) position[axis][i] = (float)(1e-4 * rng.NextGaussian());
            }
        }

        /// <summary>One step along ∂KL/∂yᵢ = 4 Σⱼ (pᵢⱼ - qᵢⱼ)(yᵢ - yⱼ) wᵢⱼ with wᵢⱼ = 1/(1 + ‖yᵢ - yⱼ‖²) and qᵢⱼ = wᵢⱼ/Z.</summary>
        internal void Step(float exaggeration, float momentum, float rate)
        {
            double z = 0;
            for (int i = 0; i < n; i++) z += Forces(i);
            for (int axis = 0; axis < 2; axis++)
            {
                var (y, v, g) = (position[axis], velocity[axis], gain[axis]);
                double mean = 0;
                for (int i = 0; i < n; i++)
                {
                    float slope = 4 * (exaggeration * pull[axis][i] - (float)(push[axis][i] / z));
                    g[i] = slope > 0 == v[i] > 0 ? Math.Max(0.8f * g[i], 0.01f) : g[i] + 0.2f;
                    v[i] = momentum * v[i] - rate * g[i] * slope;
                    y[i] += v[i];
                    mean += y[i];
                }
                for (int i = 0; i < n; i++) y[i] -= (float)(mean / n);
            }
        }

        /// <summary>Σⱼ p w (yᵢ - yⱼ) and Σⱼ w² (yᵢ - yⱼ) of one point; returns its Σⱼ w.</summary>
        private double Forces(int i)
        {
            var xs = MemoryMarshal.Cast<float, Vector512<float>>(position[0]);
            var ys = MemoryMarshal.Cast<float, Vector512<float>>(position[1]);
            var near = MemoryMarshal.Cast<float, Vector512<float>>(p.AsSpan(i * stride, stride));
            var (x, y) = (Vector512.Create(position[0][i]), Vector512.Create(position[1][i]));
            Vector512<float> sum = default, pullX = default, pullY = default, pushX = default, pushY = default;
            for (int v = 0; v < xs.Length; v++)
            {
                var (dx, dy) = (x - xs[v], y - ys[v]);
                var w = VectorMath.One / VectorMath.Fma(dx, dx, VectorMath.Fma(dy, dy, VectorMath.One));
                sum += w;
                var (attract, repel) = (near[v] * w, w * w);
                (pullX, pullY) = (VectorMath.Fma(attract, dx, pullX), VectorMath.Fma(attract, dy, pullY));
                (pushX, pushY) = (VectorMath.Fma(repel, dx, pushX), VectorMath.Fma(repel, dy, pushY));
            }
            (pull[0][i], pull[1][i]) = (Vector512.Sum(pullX), Vector512.Sum(pullY));
            (push[0][i], push[1][i]) = (Vector512.Sum(pushX), Vector512.Sum(pushY));
            return Vector512.Sum(sum) - 1;   // w of the point with itself is 1
        }

        internal PlaneEmbedding Embedding() => new(position[0][..n], position[1][..n], Divergence());

        /// <summary>Σ p log(p/q).</summary>
        private double Divergence()
        {
            double z = 0, sum = 0;
            for (int i = 0; i < n; i++) z += Forces(i);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                {
                    double pij = p[i * stride + j];
                    if (pij <= 0) continue;
                    double dx = position[0][i] - position[0][j], dy = position[1][i] - position[1][j];
                    sum += pij * Math.Log(pij * z * (1 + dx * dx + dy * dy));
                }
            return sum;
        }
    }
}
