using MathNet.Numerics.LinearAlgebra;
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
    /// <summary>
    /// An upper bound L: the product of the layers' largest singular values (of the first layer's code rows only) and of the activations' and the output's
    /// largest slopes. The true constant may be much smaller.
    /// </summary>
    public static double UpperBound(Autoencoder autoencoder)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        return UpperBound(autoencoder.Decoder, autoencoder.Options.Latent) * LargestSlope(autoencoder);
    }

    /// <summary>The same of a network as it stands, without what turns its last sums into a row.</summary>
    /// <param name="network">The network.</param>
    /// <param name="codes">How many of its inputs, the first ones, are a code; the rest is given and does not move.</param>
    internal static double UpperBound(FeedForward network, int codes)
    {
        double bound = 1;
        for (int layer = 0; layer + 1 < network.Sizes.Count; layer++)
        {
            var weight = network.Parameters[2 * layer];
            var values = new float[weight.Size];
            weight.ReadTo(values);
            bound *= Matrix<double>.Build.Dense(layer == 0 ? codes : weight.Rows, weight.Cols, (i, j) => values[i * weight.Cols + j]).L2Norm();
            if (layer + 2 < network.Sizes.Count) bound *= LargestSlope(network.Activation);
        }
        return bound;
    }

    /// <summary>The least and the largest stretch seen between the person's code and codes in a ball around it.</summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="person">One person in raw units, with the autoencoder's columns and without faults.</param>
    /// <param name="radius">The ball's; more than 0.</param>
    /// <param name="samples">Codes drawn, uniform in direction and in radius from a hundredth of it on; 1 or more.</param>
    /// <param name="rng">Draws them.</param>
    /// <returns>Least: an estimate, from above, of the lower Lipschitz constant near the code. Largest: a lower bound of L. Both NaN where the radius is so small that single precision moves no code.</returns>
    /// <exception cref="ArgumentException">There is not one person, or with other columns, or one that could not be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The radius or the number of samples is out of range.</exception>
    public static (double Least, double Largest) Stretch(Autoencoder autoencoder, Data.Table person, double radius, int samples, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentNullException.ThrowIfNull(rng);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(radius, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (WhyNot(autoencoder, person) is { } why) throw new ArgumentException(why, nameof(person));
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
            double apart = Distance(inputs, 0, s, width);
            if (apart == 0) continue;
            double stretch = Distance(rows, 0, s, layout.Generated) / apart;
            (least, largest) = (Math.Min(least, stretch), Math.Max(largest, stretch));
        }
        return double.IsFinite(least) ? (least, largest) : (double.NaN, double.NaN);
    }

    private static string? WhyNot(Autoencoder autoencoder, Data.Table person) =>
        !person.Schema.HasColumnsOf(autoencoder.Schema) ? "The person has other columns than the autoencoder's."
        : person.Rows != 1 ? Invariant($"There are {person.Rows} people; must be one.")
        : person.Faults.Count > 0 ? $"The person could not be read: {person.Faults.Values.First()}"
        : null;

    private static double LargestSlope(Activation activation) => activation switch
    {
        Activation.Sigmoid => 0.25,
        // x Φ(x) has the slope Φ(x) + x φ(x), most at x = √2: 1.128904 and not 1.
        Activation.Gelu => 1.128905,
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
