using Redress.Generative;
using Redress.Guarantees;
using Redress.Tensors;
using Redress.Tensors.Layers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Redress.Tests.Guarantees;

public sealed class LatentShiftTests
{
    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Sigmoid)]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.LeakyRelu)]
    [InlineData(Activation.Identity)]
    public void The_distance_of_two_answers_lies_within_the_limits(Activation activation) => RandomCase.ForAll(random =>
    {
        int codes = random.Whole(1, 4), rows = random.Whole(1, 6);
        var decoder = new FeedForward([codes, random.Whole(1, 6), rows], activation, 0, new Rng((ulong)random.Whole(1, 1000)));
        double[] x = random.Vector(rows), z = random.Vector(codes), z1 = [.. z.Zip(random.Vector(codes, random.Positive()), (a, b) => a + b)], z2 = [.. z.Zip(random.Vector(codes, random.Positive()), (a, b) => a + b)];
        double[] x1 = Decoded(decoder, z1), x2 = Decoded(decoder, z2);
        var limits = LatentShift.Bounds(Answer(z, z1, x, x1), Answer(z, z2, x, x2), DecoderLipschitz.UpperBound(decoder, codes));
        double apart = TensorPrimitives.Distance<double>(x1, x2);
        // Rows are decoded in single precision.
        Assert.True(apart >= limits.Lower - 1e-5 && apart <= limits.Upper * (1 + 1e-4) + 1e-5, $"{apart} is not within {limits}");
    });

    [Fact]
    public void A_decoder_that_keeps_distances_gives_a_lower_limit_from_the_radii() =>
        Assert.Equal(new(3, 7), LatentShift.Bounds(new(5, 1), new(2, 1), 1, least: 1));

    private static LatentAnswer Answer(double[] z, double[] code, double[] x, double[] row) =>
        new(TensorPrimitives.Distance<double>(z, code), TensorPrimitives.Distance<double>(x, row));

    private static double[] Decoded(FeedForward decoder, double[] code)
    {
        var row = new float[decoder.Sizes[^1]];
        decoder.Forward(Tensor.From(1, code.Length, Array.ConvertAll(code, c => (float)c))).ReadTo(row);
        return Array.ConvertAll(row, v => (double)v);
    }
}
