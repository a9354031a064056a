using Redress.Tensors.Layers;
using Redress.Tensors.Losses;

namespace Redress.Tensors.Tests;

/// <summary>A row's outputs and input gradients are the same bits whatever company it has.</summary>
public class BatchSizeTests
{
    private const int Most = 300;

    public static TheoryData<Activation, string> Networks
    {
        get
        {
            var data = new TheoryData<Activation, string>();
            foreach (var activation in Enum.GetValues<Activation>())
                foreach (string sizes in new[] { "12-100-100-1", "13-18-9-3-2", "110-200-10-2", "1-1", "17-33-65-5" }) data.Add(activation, sizes);
            return data;
        }
    }

    [Theory, MemberData(nameof(Networks))]
    public void Rows_are_bit_identical_at_any_batch_size(Activation activation, string sizes)
    {
        int[] columns = Array.ConvertAll(sizes.Split('-'), s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture));
        var network = new FeedForward(columns, activation, 0.25f, new Rng(4));
        var values = new float[Most * columns[0]];
        new Rng(5).FillGaussian(values);
        var (outputs, gradients) = Evaluate(network, values, 0, Most);
        foreach (int rows in new[] { 1, 2, 7, 15, 64 })
            foreach (int first in new[] { 0, 3, 131, Most - rows })
            {
                var (output, gradient) = Evaluate(network, values, first, rows);
                AssertSameBits(outputs.AsSpan(first * columns[^1], output.Length), output);
                AssertSameBits(gradients.AsSpan(first * columns[0], gradient.Length), gradient);
            }
    }

    [Fact]
    public void Dropout_masks_a_row_alike_at_any_batch_size()
    {
        var network = new FeedForward([6, 40, 30, 2], Activation.Relu, 0.5f, new Rng(4));
        var values = new float[Most * 6];
        new Rng(5).FillGaussian(values);
        float[] Outputs(int rows)
        {
            using var scope = TensorScope.Open();
            return Read(network.Forward(Tensor.From(rows, 6, values.AsSpan(0, rows * 6)), new Rng(8)));
        }
        var all = Outputs(Most);
        foreach (int rows in new[] { 1, 2, 7, 15, 64 }) AssertSameBits(all.AsSpan(0, rows * 2), Outputs(rows));
    }

    [Fact]
    public void Softmax_over_groups_gives_a_row_the_same_bits_at_any_batch_size()
    {
        var groups = new ColumnGroups(30, [(1, 3), (4, 21), (26, 2)]);
        var values = new float[Most * 30];
        new Rng(5).FillGaussian(values);
        (float[] Output, float[] Gradient) Of(int first, int rows)
        {
            using var scope = TensorScope.Open();
            var x = Tensor.From(rows, 30, values.AsSpan(first * 30, rows * 30)).Track();
            var y = x.GroupSoftmax(groups);
            var gradient = Gradients.Of((y.Square() * x).Sum(), [x], createGraph: true)[0];
            return (Read(Tensor.ConcatCols(y, gradient)), Read(Gradients.Of(gradient.Square().Sum(), [x])[0]));
        }
        var (outputs, gradients) = Of(0, Most);
        foreach (int rows in new[] { 1, 2, 7, 15, 64 })
            foreach (int first in new[] { 0, 3, 131, Most - rows })
            {
                var (output, gradient) = Of(first, rows);
                AssertSameBits(outputs.AsSpan(first * 60, output.Length), output);
                AssertSameBits(gradients.AsSpan(first * 30, gradient.Length), gradient);
            }
    }

    [Theory]
    [InlineData(8, 2, 16, 5)]
    [InlineData(32, 8, 32, 13)]
    [InlineData(15, 3, 7, 3)]
    public void A_transformer_gives_an_instance_the_same_bits_at_any_batch_size(int width, int heads, int feedForward, int tokens)
    {
        const int Instances = 70;
        int each = tokens * width, memoryEach = (tokens + 2) * width;
        var network = new EncoderDecoder(new(1, 2, width, heads, feedForward), new Rng(4)).Alias(tracked: false);
        float[] source = new float[Instances * memoryEach], target = new float[Instances * each];
        new Rng(5).FillGaussian(source);
        new Rng(6).FillGaussian(target);
        (float[] Memory, float[] Output, float[] OfSource, float[] OfTarget) Of(int first, int count)
        {
            using var scope = TensorScope.Open();
            var x = Tensor.From(count * (tokens + 2), width, source.AsSpan(first * memoryEach, count * memoryEach)).Track();
            var y = Tensor.From(count * tokens, width, target.AsSpan(first * each, count * each)).Track();
            var memory = network.Encode(x, tokens + 2);
            var output = network.Decode(y, tokens, memory, tokens + 2);
            var gradients = Gradients.Of((output.Square() * y).Sum(), [x, y]);
            return (Read(memory), Read(output), Read(gradients[0]), Read(gradients[1]));
        }
        var all = Of(0, Instances);
        foreach (int count in new[] { 1, 2, 15, 16, 17, 33 })
            foreach (int first in new[] { 0, 3, Instances - count })
            {
                var some = Of(first, count);
                AssertSameBits(all.Memory.AsSpan(first * memoryEach, count * memoryEach), some.Memory);
                AssertSameBits(all.Output.AsSpan(first * each, count * each), some.Output);
                AssertSameBits(all.OfSource.AsSpan(first * memoryEach, count * memoryEach), some.OfSource);
                AssertSameBits(all.OfTarget.AsSpan(first * each, count * each), some.OfTarget);
            }
    }

    private static (float[] Output, float[] Gradient) Evaluate(FeedForward network, float[] values, int first, int rows)
    {
        using var scope = TensorScope.Open();
        int columns = network.Sizes[0];
        var x = Tensor.From(rows, columns, values.AsSpan(first * columns, rows * columns)).Track();
        var logits = network.Forward(x);
        var score = logits.Cols == 1
            ? BinaryCrossEntropy.RowsWithLogits(logits, Tensor.Full(rows, 1, 1f))
            : logits.LogSoftmax().SliceCols(1, 1) + (logits * logits).SumCols();
        var gradient = Gradients.Of((score + x.Abs().SumCols()).Sum(), [x])[0];
        return (Read(Tensor.ConcatCols(logits, score).SliceCols(0, logits.Cols)), Read(gradient));
    }

    private static float[] Read(Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return values;
    }

    private static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(BitConverter.SingleToInt32Bits(expected[i]), BitConverter.SingleToInt32Bits(actual[i]));
    }
}
