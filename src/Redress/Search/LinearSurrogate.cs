using System.Buffers;
using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>
/// A linear model that stands in for any model near one person, as LIME fits it (Ribeiro, Singh and Guestrin 2016): random rows around the person are
/// scored, weighed by their nearness, and a ridge regression of the scores on the encoded rows gives the weights.
/// </summary>
/// <remarks>
/// As in the published package: numbers drawn with the training standard deviation, categories with their training frequency, kernel
/// exp(-d²/w²) under a root with w = 0.75 √columns, ridge 1. Where we differ: rows are drawn around the person (the package draws around the training
/// mean unless told otherwise), nothing is cut into intervals, and whole-step features are drawn in whole steps.
/// </remarks>
internal static class LinearSurrogate
{
    private const double Ridge = 1, KernelWidth = 0.75;
    private const int BlockRows = 1024;

    /// <summary>The weights of the encoded columns, and what the line gives the person.</summary>
    /// <param name="task">The model, its encoding and statistics.</param>
    /// <param name="present">The person, raw.</param>
    /// <param name="samples">Rows to score.</param>
    /// <param name="rng">The person's stream.</param>
    /// <param name="unitOf">The unit the scores are fitted in; null for the model's own.</param>
    internal static (double[] Weights, double AtPerson) Fit(RecourseTask task, ReadOnlySpan<double> present, int samples, Rng rng, Func<double, double>? unitOf = null)
    {
        int width = task.Encoding.Width, features = present.Length;
        var sums = new Normal(width);
        var draws = new Draws[features];
        for (int f = 0; f < features; f++) draws[f] = new(task, f, present[f]);
        int most = Math.Min(samples, BlockRows);
        double[] rows = ArrayPool<double>.Shared.Rent(most * features), scores = new double[most];
        float[] encoded = ArrayPool<float>.Shared.Rent(most * width);
        var x = new float[width];
        task.Encoding.Encode(present, x);
        for (int start = 0; start < samples; start += most)
        {
            int count = Math.Min(most, samples - start);
            for (int s = 0; s < count; s++)
            {
                var drawn = rows.AsSpan(s * features, features);
                for (int f = 0; f < features; f++) drawn[f] = draws[f].Next(rng);
                task.Encoding.Encode(drawn, encoded.AsSpan(s * width, width));
            }
            Score(task, rows, encoded, scores.AsSpan(0, count));
            for (int s = 0; s < count; s++) sums.Add(encoded.AsSpan(s * width, width), x, unitOf?.Invoke(scores[s]) ?? scores[s]);
        }
        ArrayPool<double>.Shared.Return(rows);
        ArrayPool<float>.Shared.Return(encoded);
        double[] line = sums.Solve();
        return (line[..width], line[width]);
    }

    /// <summary>Our own networks read what is encoded already, to the same bits.</summary>
    private static void Score(RecourseTask task, double[] rows, float[] encoded, Span<double> scores)
    {
        if (task.Model is not IEncodedClassifier network)
        {
            Scores.Favourable(task.Model, Table.Over(task.Model.Schema, rows, scores.Length)).CopyTo(scores);
            return;
        }
        float[] logits = ArrayPool<float>.Shared.Rent(scores.Length);
        network.Logits(encoded.AsSpan(0, scores.Length * task.Encoding.Width), scores.Length, logits.AsSpan(0, scores.Length));
        for (int i = 0; i < scores.Length; i++) scores[i] = logits[i];
        ArrayPool<float>.Shared.Return(logits);
    }

    /// <summary>(ZᵀWZ + ridge·I) β = ZᵀW y with an intercept, the last of β, that is not shrunk. Rows wait until a few are there, which are then added in their order: entries are loaded once for all.</summary>
    private sealed class Normal
    {
        private const int Together = 4;
        private readonly int width, size, stride;
        private readonly double kernel;
        private readonly double[] sums, right, held;
        private readonly (double Weight, double Score)[] waiting = new (double, double)[Together];
        private int count;

        internal Normal(int width)
        {
            (this.width, size) = (width, width + 1);
            kernel = KernelWidth * KernelWidth * width;
            int vector = System.Numerics.Vector<double>.Count;
            stride = (size + vector - 1) / vector * vector;
            (sums, right, held) = (new double[size * stride], new double[size], new double[Together * stride]);
            for (int k = 0; k < Together; k++) held[k * stride + width] = 1;
        }

        internal void Add(ReadOnlySpan<float> z, ReadOnlySpan<float> x, double score)
        {
            var row = held.AsSpan(count * stride, width);
            double distance = 0;
            for (int c = 0; c < row.Length; c++)
            {
                row[c] = z[c] - x[c];
                distance += row[c] * row[c];
            }
            waiting[count++] = (Math.Sqrt(Math.Exp(-distance / kernel)), score);
            if (count == Together) Flush();
        }

        internal double[] Solve()
        {
            Flush();
            var matrix = Matrix<double>.Build.Dense(size, size, (a, b) => sums[Math.Max(a, b) * stride + Math.Min(a, b)] + (a == b && a < size - 1 ? Ridge : 0));
            return matrix.Cholesky().Solve(Vector<double>.Build.Dense(right)).ToArray();
        }

        private void Flush()
        {
            // Rows that did not come weigh nothing.
            for (; count < Together; count++) waiting[count] = (0, 0);
            var (p0, p1, p2, p3) = (waiting[0], waiting[1], waiting[2], waiting[3]);
            int lanes = System.Numerics.Vector<double>.Count;
            Span<double> r0 = held.AsSpan(0, stride), r1 = held.AsSpan(stride, stride), r2 = held.AsSpan(2 * stride, stride), r3 = held.AsSpan(3 * stride, stride);
            for (int a = 0; a < size; a++)
            {
                double w0 = p0.Weight * r0[a], w1 = p1.Weight * r1[a], w2 = p2.Weight * r2[a], w3 = p3.Weight * r3[a];
                if (w0 == 0 && w1 == 0 && w2 == 0 && w3 == 0) continue;
                right[a] = right[a] + w0 * p0.Score + w1 * p1.Score + w2 * p2.Score + w3 * p3.Score;
                // Whole vectors, over the diagonal where they end beyond it: nobody reads there.
                int blocks = a / lanes + 1;
                var sum = MemoryMarshal.Cast<double, System.Numerics.Vector<double>>(sums.AsSpan(a * stride, stride))[..blocks];
                var v0 = MemoryMarshal.Cast<double, System.Numerics.Vector<double>>(r0)[..blocks];
                var v1 = MemoryMarshal.Cast<double, System.Numerics.Vector<double>>(r1)[..blocks];
                var v2 = MemoryMarshal.Cast<double, System.Numerics.Vector<double>>(r2)[..blocks];
                var v3 = MemoryMarshal.Cast<double, System.Numerics.Vector<double>>(r3)[..blocks];
                for (int b = 0; b < sum.Length; b++) sum[b] = sum[b] + w0 * v0[b] + w1 * v1[b] + w2 * v2[b] + w3 * v3[b];
            }
            count = 0;
        }
    }

    /// <summary>How a feature is drawn: looked up once a person, as every row asks for it.</summary>
    private readonly struct Draws
    {
        private readonly double present, deviation, last;
        private readonly bool whole;
        private readonly double[]? categories;
        private readonly double[] cumulative;

        internal Draws(RecourseTask task, int feature, double present)
        {
            var f = task.Model.Schema.Features[feature];
            (this.present, deviation, whole) = (present, task.Statistics.StandardDeviation[feature], f.IsDiscrete);
            last = f.IsNamed ? f.Values.Count - 1 : double.NaN;
            cumulative = [];
            if (f.Kind != FeatureKind.Categorical) return;
            var seen = task.Statistics.Distributions[feature];
            (categories, cumulative) = ([.. seen.Values], [.. seen.Cumulative]);
        }

        internal double Next(Rng rng)
        {
            if (categories is not null)
            {
                double share = rng.NextDouble();
                int at = 0;
                while (at < categories.Length - 1 && cumulative[at] <= share) at++;
                return categories[at];
            }
            double value = present + deviation * rng.NextGaussian();
            if (whole) value = Math.Round(value);
            return double.IsNaN(last) ? value : Math.Clamp(value, 0, last);
        }
    }
}
