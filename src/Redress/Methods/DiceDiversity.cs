using System.Numerics;
using Redress.Search;

namespace Redress.Methods;

/// <summary>
/// det K of the k answers of each person, K_ij = 1/(1 + dist(cᵢ, cⱼ)) + 10⁻⁴ [i = j], and its gradient. Answer a of group g stands in lane a * groups + g, so that all
/// pairs of answers a and a + d are one lane against another d * groups further on.
/// </summary>
/// <remarks>1/(1 + L1 distance) is a positive definite kernel (1/(1 + t) is completely monotone, and L1 distances are of negative type), so K has a Cholesky factor whatever the answers are.</remarks>
internal sealed class DiceDiversity
{
    private const int Lanes = LanePeople.Lanes;
    private const double Diagonal = 1e-4;
    private readonly int answers, groups;
    private readonly int[] columns;
    private readonly float[] weights, spread;
    private readonly float[][] distances, slopes;
    private readonly double[] kernel, adjugate;

    /// <param name="answers">k, 2 or more.</param>
    /// <param name="groups">People side by side.</param>
    /// <param name="columns">Encoded columns that distances are of.</param>
    /// <param name="weights">What |cᵢ - cⱼ| is multiplied by, an encoded column each.</param>
    internal DiceDiversity(int answers, int groups, int[] columns, float[] weights)
    {
        (this.answers, this.groups, this.columns, this.weights) = (answers, groups, columns, weights);
        spread = new float[(weights.Length + 1) * Lanes];   // a lane further on may lie beyond the last column
        distances = [.. Enumerable.Range(0, answers).Select(_ => new float[Lanes])];
        slopes = [.. Enumerable.Range(0, answers).Select(_ => new float[Lanes])];
        (kernel, adjugate) = (new double[answers * answers], new double[answers * answers]);
    }

    /// <summary>Takes the distances of all pairs.</summary>
    /// <param name="points">[columns, lanes].</param>
    internal void Measure(ReadOnlySpan<float> points)
    {
        points.CopyTo(spread);
        for (int d = 1; d < answers; d++)
            for (int lane = 0; lane < (answers - d) * groups; lane += Vector<float>.Count)
            {
                var sum = Vector<float>.Zero;
                foreach (int column in columns)
                {
                    int i = column * Lanes + lane;
                    sum += weights[column] * Vector.Abs(new Vector<float>(spread, i) - new Vector<float>(spread, i + d * groups));
                }
                sum.CopyTo(distances[d], lane);
            }
    }

    /// <summary>det K of one group, at the distances measured; what the distances are worth to -λ₂ det K is kept.</summary>
    internal double Determinant(int group, double lambda)
    {
        for (int i = 0; i < answers; i++)
        {
            kernel[i * answers + i] = 1 + Diagonal;
            for (int j = 0; j < i; j++) kernel[i * answers + j] = 1 / (1 + (double)distances[i - j][j * groups + group]);
        }
        double determinant = Determinant(kernel, answers, adjugate);
        for (int i = 0; i < answers; i++)
            for (int j = 0; j < i; j++)
            {
                // K_ij and K_ji both fall by 1/(1 + dist)².
                double k = 1 / (1 + (double)distances[i - j][j * groups + group]);
                slopes[i - j][j * groups + group] = (float)(2 * lambda * adjugate[i * answers + j] * k * k);
            }
        return determinant;
    }

    /// <summary>Adds the gradient of -λ₂ det K.</summary>
    /// <param name="gradient">[columns + 1, lanes]; what lands in the last column is of no use.</param>
    internal void AddSlopes(float[] gradient)
    {
        for (int d = 1; d < answers; d++)
            foreach (int column in columns)
                for (int lane = 0; lane < (answers - d) * groups; lane += Vector<float>.Count)
                {
                    int i = column * Lanes + lane, j = i + d * groups;
                    var delta = new Vector<float>(spread, i) - new Vector<float>(spread, j);
                    var slope = weights[column] * new Vector<float>(slopes[d], lane);
                    var pull = Vector.ConditionalSelect(Vector.GreaterThan(delta, Vector<float>.Zero), slope, Vector.ConditionalSelect(Vector.LessThan(delta, Vector<float>.Zero), -slope, Vector<float>.Zero));
                    // One after the other: the two may overlap.
                    (new Vector<float>(gradient, i) + pull).CopyTo(gradient, i);
                    (new Vector<float>(gradient, j) - pull).CopyTo(gradient, j);
                }
    }

    /// <summary>det K, and det K · K⁻¹, which is its gradient by K, by Cholesky's factor.</summary>
    /// <param name="kernel">K, n × n, of which the lower half is read; it becomes the inverse of the factor.</param>
    /// <param name="n">Its size.</param>
    /// <param name="adjugate">n × n, of which the lower half is written.</param>
    internal static double Determinant(Span<double> kernel, int n, Span<double> adjugate)
    {
        double determinant = 1;
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                double sum = kernel[i * n + j];
                for (int m = 0; m < j; m++) sum -= kernel[i * n + m] * kernel[j * n + m];
                kernel[i * n + j] = i == j ? Math.Sqrt(sum) : sum / kernel[j * n + j];
            }
            determinant *= kernel[j * n + j] * kernel[j * n + j];
        }
        for (int j = 0; j < n; j++)
        {
            kernel[j * n + j] = 1 / kernel[j * n + j];
            for (int i = j + 1; i < n; i++)
            {
                double sum = 0;
                for (int m = j; m < i; m++) sum -= kernel[i * n + m] * kernel[m * n + j];
                kernel[i * n + j] = sum / kernel[i * n + i];
            }
        }
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int m = i; m < n; m++) sum += kernel[m * n + i] * kernel[m * n + j];
                adjugate[i * n + j] = determinant * sum;
            }
        return determinant;
    }
}
