using Redress.Tensors.Kernels;
using Redress.Tensors.Layers;

namespace Redress.Tensors.Tests.Layers;

/// <summary>A packed network gives the bits of the network, whatever rows stand beside a row and whether zeros are written out or not.</summary>
public class PackedNetworkTests
{
    private const int Most = 150;

    public static TheoryData<Activation, string> Networks
    {
        get
        {
            var data = new TheoryData<Activation, string>();
            foreach (var activation in Enum.GetValues<Activation>())
                foreach (string sizes in new[] { "110-50-10-10-1", "20-50-50-110", "13-18-9-3-2", "1-1", "70-33-65-5", "9-64-128-31-48" }) data.Add(activation, sizes);
            return data;
        }
    }

    [Theory, MemberData(nameof(Networks))]
    public void Outputs_and_hidden_layers_are_those_of_the_network(Activation activation, string sizes)
    {
        var network = Of(activation, sizes);
        foreach (float zeros in new[] { 0f, 0.3f, 0.9f, 1f })
        {
            float[] rows = Rows(network, zeros);
            var expected = Outputs(network, rows);
            foreach (bool skips in new[] { false, true })
            {
                var packed = new PackedNetwork(network, skips);
                foreach (int count in new[] { 1, 2, 3, 4, 8, 13, 64, 65, Most })
                    foreach (int first in new[] { 0, Most - count })
                    {
                        var outputs = new float[count * packed.Outputs];
                        packed.Run(rows.AsSpan(first * packed.Inputs, count * packed.Inputs), count, outputs);
                        AssertSameBits(expected.AsSpan(first * packed.Outputs, outputs.Length), outputs);
                    }
            }
        }
    }

    [Theory, MemberData(nameof(Networks))]
    public void Rows_may_be_given_as_the_columns_that_are_not_0(Activation activation, string sizes)
    {
        var network = Of(activation, sizes);
        var packed = new PackedNetwork(network, skipsZeros: true);
        Assert.True(packed.TakesTerms);
        int each = Math.Min(3, packed.Inputs);
        var (columns, values, rows, rng) = (new int[Most * each], new float[Most * each], new float[Most * packed.Inputs], new Rng(3));
        for (int i = 0; i < Most; i++)
            for (int t = 0; t < each; t++)
            {
                columns[i * each + t] = t * packed.Inputs / each + rng.NextInt(packed.Inputs / each);
                rows[i * packed.Inputs + columns[i * each + t]] = values[i * each + t] = i % 5 == 0 && t == 0 ? 0 : (float)rng.NextGaussian();
            }
        var outputs = new float[Most * packed.Outputs];
        packed.Run(columns, values, each, Most, default, outputs);
        AssertSameBits(Outputs(network, rows), outputs);
        Assert.Throws<ArgumentException>(() => packed.Run([packed.Inputs], [1f], 1, 1, default, new float[packed.Outputs]));
        Assert.Throws<ArgumentException>(() => packed.Run([-1], [1f], 1, 1, default, new float[packed.Outputs]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Where_a_zero_counts_none_is_left_out(float weight)
    {
        var network = Of(Activation.Relu, "110-50-1");
        network.Parameters[0][7, 3] = weight;
        var packed = new PackedNetwork(network, skipsZeros: true);
        Assert.False(packed.TakesTerms);
        var outputs = new float[1];
        packed.Run(new float[110], 1, outputs);
        Assert.Equal(Outputs(network, new float[110])[0], outputs[0]);
    }

    [Theory]
    [InlineData(1), InlineData(7), InlineData(8), InlineData(9)]
    public void Both_kinds_of_kernels_give_the_same_bits(int rows)
    {
        var rng = new Rng(1);
        var weights = new PackedWeights(Matrix.Random(rng, 37, 50, -1, 1).ToTensor(), Matrix.Random(rng, 1, 50, -1, 1).ToTensor());
        var a = new float[rows * 40];
        rng.FillGaussian(a);
        for (int i = 0; i < a.Length; i++) a[i] = i % 3 == 0 ? a[i] : 0;
        float[] plain = new float[rows * weights.Stride], fast = new float[rows * weights.Stride];
        void Same()
        {
            for (int i = 0; i < rows; i++) AssertSameBits(plain.AsSpan(i * weights.Stride, 50), fast.AsSpan(i * weights.Stride, 50));
            Assert.Contains(plain, v => v != 0);
        }
        foreach (bool skips in new[] { false, true })
        {
            new PlainKernels().MultiplyPacked(weights, new PackedRows(rows, 40, skips), a, plain);
            new FastKernels().MultiplyPacked(weights, new PackedRows(rows, 40, skips), a, fast);
            Same();
        }
        int[] columns = [.. Enumerable.Range(0, rows * 4).Select(t => t % 4 * 9 + t / 4 % 9)];
        new PlainKernels().MultiplyPacked(weights, new PackedTerms(rows, 4), columns, a, plain);
        new FastKernels().MultiplyPacked(weights, new PackedTerms(rows, 4), columns, a, fast);
        Same();
        Assert.Throws<ArgumentException>(() => new FastKernels().MultiplyPacked(weights, new PackedRows(rows, 36, false), a, fast));
    }

    [Fact]
    public void The_largest_column_is_the_first_of_equals_and_never_NaN_but_where_it_comes_first()
    {
        var rng = new Rng(2);
        foreach (int count in new[] { 1, 2, 3, 7, 15, 16, 17, 36, 51, 64 })
            foreach (int behind in new[] { 0, 1, 20 })
                for (int trial = 0; trial < 200; trial++)
                {
                    var row = new float[3 + count + behind];
                    for (int i = 0; i < row.Length; i++) row[i] = rng.NextInt(trial % 2 == 0 ? 1000 : 4) - 500;
                    if (trial % 10 == 0) row[3] = float.NegativeInfinity;
                    int best = Enumerable.Range(0, count).MaxBy(j => row[3 + j]);
                    Assert.Equal(best, Largest.Place(row, 3, count));
                }
        Assert.Equal(0, Largest.Place([0f, float.NaN, 5, 3], 1, 3));
        Assert.Equal(1, Largest.Place([0f, 4, 5, float.NaN], 1, 3));
        Assert.Throws<ArgumentException>(() => Largest.Place(new float[4], 2, 3));
    }

    private static FeedForward Of(Activation activation, string sizes) =>
        new(Array.ConvertAll(sizes.Split('-'), s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture)), activation, 0, new Rng(4));

    private static float[] Rows(FeedForward network, float zeros)
    {
        var rows = new float[Most * network.Sizes[0]];
        var rng = new Rng(5);
        rng.FillGaussian(rows);
        foreach (ref float value in rows.AsSpan())
            if (rng.NextSingle() < zeros) value = 0;
        return rows;
    }

    private static float[] Outputs(FeedForward network, float[] rows)
    {
        using var scope = TensorScope.Open();
        var y = network.Forward(Tensor.From(rows.Length / network.Sizes[0], network.Sizes[0], rows));
        var values = new float[y.Size];
        y.ReadTo(values);
        return values;
    }

    private static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(BitConverter.SingleToInt32Bits(expected[i]), BitConverter.SingleToInt32Bits(actual[i]));
    }
}
