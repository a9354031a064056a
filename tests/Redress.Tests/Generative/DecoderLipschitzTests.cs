using Redress.Data;
using Redress.Generative;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Generative;

public sealed class DecoderLipschitzTests
{
    [Fact]
    public void The_bound_of_a_linear_layer_is_the_largest_singular_value_of_its_code_rows()
    {
        // [[3, 0], [4, 5]] has the singular values √45 and √5.
        var decoder = FeedForward.FromValues([3, 2], Activation.Identity, 0, [[3, 0, 4, 5, 100, 100]], [[1, 1]]);
        Assert.Equal(Math.Sqrt(45), DecoderLipschitz.UpperBound(decoder, 2), 1e-12);
        var deeper = FeedForward.FromValues([1, 1, 1, 1], Activation.Sigmoid, 0, [[2], [-3], [4]], [[0], [0], [0]]);
        Assert.Equal(24 / 16.0, DecoderLipschitz.UpperBound(deeper, 1), 1e-12);
        // Two singular values a hair apart: iterations that stop at a slow gain would stay below the larger.
        var close = FeedForward.FromValues([2, 2], Activation.Identity, 0, [[1, 0, 0, 1.000001f]], [[0, 0]]);
        Assert.Equal(1.000001f, DecoderLipschitz.UpperBound(close, 2), 1e-15);
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
        Assert.Equal(11.28905, Bound(Activation.Gelu, NumberLikelihood.Gaussian), 1e-9);
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

    [Fact]
    public void Codes_that_single_precision_does_not_move_count_for_nothing()
    {
        var autoencoder = Hand([[3, 0, 0, 0.5f, 0, 0]], new([], Latent: 2));
        var person = Sample.Table(autoencoder.Schema, [[1, 1, 0]]);
        Assert.Equal((double.NaN, double.NaN), DecoderLipschitz.Stretch(autoencoder, person, 1e-12, 5, new Rng(1)));
        // Steps of half a unit in the last place: some codes stay where they are.
        var (least, largest) = DecoderLipschitz.Stretch(autoencoder, person, 6e-8, 200, new Rng(1));
        Assert.InRange(least, 0, largest);
        Assert.InRange(largest, 0.1, 10);
    }

    [Fact]
    public void People_of_other_columns_or_none_or_several_are_refused()
    {
        var autoencoder = Hand([[3, 0, 0, 0.5f, 0, 0]], new([], Latent: 2));
        string Message(Table person) => Sample.Message<ArgumentException>(() => DecoderLipschitz.Stretch(autoencoder, person, 1, 5, new Rng(1)));
        Assert.Equal("The person has other columns than the autoencoder's. (Parameter 'person')", Message(Sample.Table(new Schema([Feature.Numeric("a")], "y", "yes"), [[0]])));
        Assert.Equal("There are 2 people; must be one. (Parameter 'person')", Message(Sample.Table(autoencoder.Schema, [[0, 0, 0], [1, 1, 1]])));
        Assert.Equal("The person could not be read: line 2: bad (Parameter 'person')", Message(new Table(autoencoder.Schema, [0, 0, 0], faults: new Dictionary<int, string> { [0] = "line 2: bad" })));
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
