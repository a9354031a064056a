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
        var limits = LatentShift.Bounds(Answer(z, z1, x, x1), Answer(z, z2, x, x2), LatentShift.LipschitzConstant(decoder));
        double apart = TensorPrimitives.Distance<double>(x1, x2);
        // Rows are decoded in single precision.
        Assert.True(apart >= limits.Lower - 1e-5 && apart <= limits.Upper * (1 + 1e-4) + 1e-5, $"{apart} is not within {limits}");
    });

    [Fact]
    public void The_constant_of_a_linear_decoder_is_its_largest_singular_value()
    {
        // [[3, 0], [4, 5]] has the singular values √45 and √5.
        var decoder = FeedForward.FromValues([2, 2], Activation.Identity, 0, [[3, 0, 4, 5]], [[1, 1]]);
        Assert.Equal(Math.Sqrt(45), LatentShift.LipschitzConstant(decoder), 1e-12);
        var deeper = FeedForward.FromValues([1, 1, 1, 1], Activation.Sigmoid, 0, [[2], [-3], [4]], [[0], [0], [0]]);
        Assert.Equal(24 / 16.0, LatentShift.LipschitzConstant(deeper), 1e-12);
    }

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
