using System.Numerics.Tensors;

namespace Redress.Tests.Guarantees;

/// <summary>Plain and adversarial gradient descent of a logistic regression, in double and step by step, as lemma 1 has it: labels are 1 and -1, no intercept.</summary>
/// <param name="Rows">Training rows.</param>
/// <param name="Labels">1 or -1 a row.</param>
/// <param name="LearningRate">η.</param>
internal sealed record LogisticTraining(double[][] Rows, int[] Labels, double LearningRate)
{
    /// <summary>Passes over the rows in batches, in the order of the rows.</summary>
    /// <param name="start">w₀.</param>
    /// <param name="epochs">Passes.</param>
    /// <param name="batch">Rows a step.</param>
    /// <param name="attack">δ for present weights and a label.</param>
    /// <param name="norm">The dual norm to watch.</param>
    /// <returns>The weights, the largest dual norm on the way, and the steps.</returns>
    internal (double[] Weights, double Largest, int Steps) Run(double[] start, int epochs, int batch, Func<double[], int, double[]> attack, Func<double[], double> norm)
    {
        double[] w = [.. start];
        double largest = norm(w);
        int steps = 0;
        for (int epoch = 0; epoch < epochs; epoch++)
            for (int from = 0; from < Rows.Length; from += batch)
            {
                var gradient = new double[w.Length];
                int to = Math.Min(Rows.Length, from + batch);
                for (int i = from; i < to; i++)
                {
                    double[] attacked = new double[w.Length];
                    TensorPrimitives.Add(Rows[i], attack(w, Labels[i]), attacked);
                    double pull = -Labels[i] / (1 + Math.Exp(Labels[i] * TensorPrimitives.Dot<double>(w, attacked))) / (to - from);
                    TensorPrimitives.MultiplyAdd(attacked, pull, gradient, gradient);
                }
                TensorPrimitives.MultiplyAdd(gradient, -LearningRate, w, w);
                largest = Math.Max(largest, norm(w));
                steps++;
            }
        return (w, largest, steps);
    }

    internal static double[] None(double[] w, int label) => new double[w.Length];

    /// <summary>The worst of an L∞ ball: -ε y sign(w).</summary>
    internal static Func<double[], int, double[]> LInfinity(double epsilon) => (w, label) => [.. w.Select(v => -epsilon * label * Math.Sign(v))];

    /// <summary>The worst of an L2 ball: -ε y w / ‖w‖.</summary>
    internal static Func<double[], int, double[]> L2(double epsilon) => (w, label) =>
    {
        double norm = TensorPrimitives.Norm<double>(w);
        return [.. w.Select(v => norm == 0 ? 0 : -epsilon * label * v / norm)];
    };
}
