using MathNet.Numerics.LinearAlgebra;
using Redress.Data;
using Redress.Generative;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Generative;

public sealed class DecoderLipschitzTests
{
    [Theory]
    [InlineData(5, 5, 5)]
    [InlineData(40, 7, 40)]
    [InlineData(9, 60, 4)]
    [InlineData(1, 3, 1)]
    public void The_spectral_norm_is_the_largest_singular_value(int rows, int cols, int used)
    {
        var values = new float[rows * cols];
        new Rng((ulong)(rows + cols)).FillGaussian(values);
        double expected = Matrix<double>.Build.Dense(used, cols, (r, c) => values[r * cols + c]).Svd().S[0];
        Assert.Equal(expected, DecoderLipschitz.SpectralNorm(Tensor.From(rows, cols, values), used), 1e-6 * expected);
        Assert.Equal(0, DecoderLipschitz.SpectralNorm(Tensor.Zeros(3, 2), 3));
    }

    [Fact]
    public void Of_a_linear_decoder_both_ends_are_exact()
    {
        // x = diag(3, 1/2) z: least stretch 1/2, largest 3; the immutable's row of weights has no part in it.
        var autoencoder = Hand([[3, 0, 0, 0.5f, 100, 100]], new([], Latent: 2));
        Assert.Equal(3, DecoderLipschitz.UpperBound(autoencoder), 1e-9);
        var (least, largest) = DecoderLipschitz.Stretch(autoencoder, Sample.Table(autoencoder.Schema, [[0.3, -1, 2]]), 5, 500, new Rng(1));
        Assert.InRange(least, 0.5 - 1e-5, 0.51);
        Assert.InRange(largest, 2.99, 3 + 1e-5);
    }

    [Fact]
    public void The_bound_multiplies_layers_and_slopes()
    {
        float[][] weights = [[2, 0, 0, 0, 0, 0], [5, 0, 0, 1]];   // 3 inputs to 2 units to 2 numbers
        double Bound(Activation activation, NumberLikelihood numbers) => DecoderLipschitz.UpperBound(Hand(weights, new([2], Latent: 2, Activation: activation, Numbers: numbers)));
        Assert.Equal(10, Bound(Activation.Relu, NumberLikelihood.Gaussian), 1e-9);
        Assert.Equal(2.5, Bound(Activation.Sigmoid, NumberLikelihood.Gaussian), 1e-9);
        Assert.Equal(11.2891, Bound(Activation.Gelu, NumberLikelihood.Gaussian), 1e-9);
        Assert.Equal(2.5, Bound(Activation.Tanh, NumberLikelihood.Bernoulli), 1e-9);
    }

    [Theory]
    [InlineData(Activation.Relu, NumberLikelihood.Gaussian)]
    [InlineData(Activation.Gelu, NumberLikelihood.Bernoulli)]
    public void No_two_codes_are_stretched_beyond_the_bound(Activation activation, NumberLikelihood numbers)
    {
        var rows = AutoencoderTests.People(60);
        var trained = Autoencoder.Train(rows, 1, new([8, 6], Latent: 3, Numbers: numbers, Activation: activation, LearningRate: 0.01f));
        double bound = DecoderLipschitz.UpperBound(trained);
        for (int i = 0; i < 10; i++)
        {
            var (least, largest) = DecoderLipschitz.Stretch(trained, rows.Slice(i, 1), 0.1 * (i + 1), 50, new Rng((ulong)i));
            Assert.InRange(least, 0, largest);
            Assert.InRange(largest, 1e-6, bound);
        }
    }

    [Fact]
    public void Balls_without_codes_are_refused()
    {
        var autoencoder = Hand([[3, 0, 0, 0.5f, 0, 0]], new([], Latent: 2));
        var person = Sample.Table(autoencoder.Schema, [[0, 0, 0]]);
        Assert.Throws<ArgumentOutOfRangeException>(() => DecoderLipschitz.Stretch(autoencoder, person, 0, 5, new Rng(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => DecoderLipschitz.Stretch(autoencoder, person, 1, 0, new Rng(1)));
    }

    /// <summary>An autoencoder of two numbers a and b given a third, with the decoder's weights as written; its codes are a and b as they are.</summary>
    internal static Autoencoder Hand(float[][] decoder, AutoencoderOptions options)
    {
        var schema = new Schema(
            [Feature.Numeric("a", Change.Any), Feature.Numeric("b", Change.Any), Feature.Numeric("given")], "y", "yes", id: "id");
        var encoding = new Encoding([new(0, 1, false, 0, 1), new(1, 1, false, 0, 1), new(2, 1, false, 0, 1)]);
        int[] hidden = [.. options.Layers];
        // With hidden layers the encoder is of no interest here: all codes are 0.
        int[] encoderSizes = [3, .. hidden, 4];
        float[][] encoderWeights = [.. Enumerable.Range(0, encoderSizes.Length - 1).Select(l => new float[encoderSizes[l] * encoderSizes[l + 1]])];
        if (hidden.Length == 0) (encoderWeights[0][0], encoderWeights[0][5]) = (1, 1);
        int[] decoderSizes = [3, .. hidden, 2];
        FeedForward Network(int[] sizes, float[][] weights) => FeedForward.FromValues(sizes, options.Activation, 0, weights, [.. sizes.Skip(1).Select(s => new float[s])]);
        return new(schema, encoding, options, Network(encoderSizes, encoderWeights), Network(decoderSizes, decoder), new(1, 1, "", []));
    }
}
