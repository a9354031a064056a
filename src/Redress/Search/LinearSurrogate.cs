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

    /// <summary>The weights of the encoded columns, and what the line gives the person.</summary>
    /// <param name="task">The model, its encoding and statistics.</param>
    /// <param name="present">The person, raw.</param>
    /// <param name="samples">Rows to score.</param>
    /// <param name="rng">The person's stream.</param>
    /// <param name="unitOf">The unit the scores are fitted in; null for the model's own.</param>
    internal static (double[] Weights, double AtPerson) Fit(RecourseTask task, ReadOnlySpan<double> present, int samples, Rng rng, Func<double, double>? unitOf = null)
    {
        int width = task.Encoding.Width, features = present.Length;
        var rows = new double[samples * features];
        for (int s = 0; s < samples; s++) Draw(task, present, rng, rows.AsSpan(s * features, features));
        double[] scores = Scores.Favourable(task.Model, new Table(task.Model.Schema, rows));
        if (unitOf is not null) scores = Array.ConvertAll(scores, s => unitOf(s));
        var (x, z) = (new float[width], new float[width]);
        task.Encoding.Encode(present, x);

        // (ZᵀWZ + ridge·I) β = ZᵀW y with an intercept that is not shrunk.
        int size = width + 1;
        var (normal, right) = (new double[size * size], new double[size]);
        double kernel = KernelWidth * KernelWidth * width;
        var row = new double[width + 1];
        for (int s = 0; s < samples; s++)
        {
            task.Encoding.Encode(rows.AsSpan(s * features, features), z);
            double distance = 0;
            for (int c = 0; c < width; c++)
            {
                row[c] = z[c] - x[c];
                distance += row[c] * row[c];
            }
            row[width] = 1;
            double weight = Math.Sqrt(Math.Exp(-distance / kernel));
            for (int a = 0; a < size; a++)
            {
                double weighted = weight * row[a];
                if (weighted == 0) continue;
                right[a] += weighted * scores[s];
                Add(weighted, row.AsSpan(0, a + 1), normal.AsSpan(a * size, a + 1));
            }
        }
        var matrix = Matrix<double>.Build.Dense(size, size, (a, b) => normal[Math.Max(a, b) * size + Math.Min(a, b)] + (a == b && a < width ? Ridge : 0));
        double[] line = matrix.Cholesky().Solve(Vector<double>.Build.Dense(right)).ToArray();
        return (line[..width], line[width]);
    }

    /// <summary>sum += weighted · row, entry by entry, so that the width of vectors changes no bit.</summary>
    private static void Add(double weighted, ReadOnlySpan<double> row, Span<double> sum)
    {
        int i = 0;
        for (var by = new System.Numerics.Vector<double>(weighted); i + System.Numerics.Vector<double>.Count <= row.Length; i += System.Numerics.Vector<double>.Count)
            (new System.Numerics.Vector<double>(sum[i..]) + by * new System.Numerics.Vector<double>(row[i..])).CopyTo(sum[i..]);
        for (; i < row.Length; i++) sum[i] += weighted * row[i];
    }

    private static void Draw(RecourseTask task, ReadOnlySpan<double> present, Rng rng, Span<double> row)
    {
        var schema = task.Model.Schema;
        for (int f = 0; f < row.Length; f++)
        {
            var feature = schema.Features[f];
            if (feature.Kind == FeatureKind.Categorical)
            {
                row[f] = DrawCategory(task.Statistics.Distributions[f], rng.NextDouble());
                continue;
            }
            double value = present[f] + task.Statistics.StandardDeviation[f] * rng.NextGaussian();
            if (feature.IsDiscrete) value = Math.Round(value);
            row[f] = feature.IsNamed ? Math.Clamp(value, 0, feature.Values.Count - 1) : value;
        }
    }

    private static double DrawCategory(EmpiricalDistribution distribution, double share)
    {
        int at = 0;
        while (at < distribution.Values.Count - 1 && distribution.Cumulative[at] <= share) at++;
        return distribution.Values[at];
    }
}
