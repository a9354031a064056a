using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>
/// How much an autoencoder's decoder stretches distances between codes: ‖G(z₁) - G(z₂)‖₂ against ‖z₁ - z₂‖₂ for one person's immutables, as the bounds
/// of Krishna, Agarwal and Lakkaraju (2023, definition 2 and theorem 2) need it.
/// </summary>
/// <remarks>
/// G is the relaxed decoder in the autoencoder's encoded units: numbers as they are decoded, a category's columns as their probabilities. Taking a
/// category's largest, whole steps and putting a row into Δ happen after it; of these only clamping to intervals stretches nothing.
/// </remarks>
public static class DecoderLipschitz
{
    private const double Converged = 1e-10;
    private const int MostIterations = 20_000;

    /// <summary>
    /// An upper bound L: the product of the layers' spectral norms (of the first layer's code rows only) and of the activations' and the output's largest
    /// slopes. The true constant may be much smaller.
    /// </summary>
    /// <remarks>Spectral norms come from power iteration, which converges from below, to ten digits.</remarks>
    public static double UpperBound(Autoencoder autoencoder)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        var parameters = autoencoder.Decoder.Parameters;
        double bound = LargestSlope(autoencoder);
        for (int p = 0; p < parameters.Length; p += 2)
        {
            var weight = parameters[p];
            bound *= SpectralNorm(weight, p == 0 ? autoencoder.Options.Latent : weight.Rows);
            if (p + 2 < parameters.Length) bound *= LargestSlope(autoencoder.Decoder.Activation);
        }
        return bound;
    }

    /// <summary>The least and the largest stretch seen between the person's code and codes in a ball around it.</summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="person">One person in raw units.</param>
    /// <param name="radius">The ball's; more than 0.</param>
    /// <param name="samples">Codes drawn, uniform in direction and in radius from a hundredth of it on; 1 or more.</param>
    /// <param name="rng">Draws them.</param>
    /// <returns>Least: an estimate, from above, of the lower Lipschitz constant near the code. Largest: a lower bound of L.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The radius or the number of samples is out of range.</exception>
    public static (double Least, double Largest) Stretch(Autoencoder autoencoder, Data.Table person, double radius, int samples, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentNullException.ThrowIfNull(rng);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(radius, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        var layout = autoencoder.Layout;
        int latent = autoencoder.Options.Latent, width = latent + layout.Given;
        var own = new float[width];
        autoencoder.Encode(person, own.AsSpan(0, latent));
        layout.EncodeGiven(person.Row(0), own.AsSpan(latent));
        var inputs = new float[(samples + 1) * width];
        var direction = new float[latent];
        for (int s = 0; s <= samples; s++)
        {
            own.CopyTo(inputs.AsSpan(s * width));
            if (s == 0) continue;
            rng.FillGaussian(direction);
            double scale = radius * (1 - 0.99 * rng.NextDouble()) / Math.Sqrt(direction.Sum(d => (double)d * d));
            for (int k = 0; k < latent; k++) inputs[s * width + k] += (float)(scale * direction[k]);
        }
        var rows = Relaxed(autoencoder, inputs, samples + 1);
        double least = double.PositiveInfinity, largest = 0;
        for (int s = 1; s <= samples; s++)
        {
            double stretch = Distance(rows, 0, s, layout.Generated) / Distance(inputs, 0, s, width);
            (least, largest) = (Math.Min(least, stretch), Math.Max(largest, stretch));
        }
        return (least, largest);
    }

    /// <summary>The largest singular value of a matrix's first rows.</summary>
    internal static double SpectralNorm(Tensor matrix, int rows)
    {
        var values = new float[matrix.Size];
        matrix.ReadTo(values);
        int cols = matrix.Cols;
        var (left, right) = (new double[rows], new double[cols]);
        var start = new Rng(0);
        for (int c = 0; c < cols; c++) right[c] = start.NextGaussian();
        double norm = 0;
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            if (Normalise(right) == 0) return 0;
            for (int r = 0; r < rows; r++)
            {
                double sum = 0;
                for (int c = 0; c < cols; c++) sum += values[r * cols + c] * right[c];
                left[r] = sum;
            }
            double before = norm;
            norm = Normalise(left);
            if (norm - before <= Converged * norm) return norm;
            Array.Clear(right);
            for (int r = 0; r < rows; r++)
                for (int c = 0; c < cols; c++) right[c] += values[r * cols + c] * left[r];
        }
        return norm;
    }

    private static double Normalise(double[] vector)
    {
        double norm = Math.Sqrt(vector.Sum(v => v * v));
        for (int i = 0; i < vector.Length && norm > 0; i++) vector[i] /= norm;
        return norm;
    }

    private static double LargestSlope(Activation activation) => activation switch
    {
        Activation.Sigmoid => 0.25,
        Activation.Gelu => 1.12891,   // Φ(√2) + √2 φ(√2), rounded up
        _ => 1,
    };

    /// <summary>Of what turns the last layer's sums into the relaxed row: a sigmoid's is 1/4, a softmax's 1/2.</summary>
    private static double LargestSlope(Autoencoder autoencoder)
    {
        double numbers = autoencoder.Layout.Numbers == 0 ? 0 : autoencoder.Options.Numbers == NumberLikelihood.Bernoulli ? 0.25 : 1;
        return Math.Max(numbers, autoencoder.Layout.Groups.Count > 0 ? 0.5 : 0);
    }

    private static float[] Relaxed(Autoencoder autoencoder, float[] inputs, int count)
    {
        var layout = autoencoder.Layout;
        var columns = new float[count * layout.Generated];
        autoencoder.Decode(inputs, count, columns);
        for (int i = 0; i < count; i++)
            foreach (var (start, size) in layout.Groups)
            {
                var group = columns.AsSpan(i * layout.Generated + start, size);
                System.Numerics.Tensors.TensorPrimitives.SoftMax(group, group);
            }
        return columns;
    }

    private static double Distance(float[] rows, int a, int b, int width)
    {
        double sum = 0;
        for (int c = 0; c < width; c++) sum += Math.Pow((double)rows[a * width + c] - rows[b * width + c], 2);
        return Math.Sqrt(sum);
    }
}
