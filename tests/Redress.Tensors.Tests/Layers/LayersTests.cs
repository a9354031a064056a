using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;

namespace Redress.Tensors.Tests.Layers;

public class LayersTests
{
    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Dropout_zeroes_with_its_probability_and_keeps_the_mean(float probability)
    {
        var y = Matrix.Of(new Dropout(probability).Forward(Tensor.Full(400, 250, 2f), new Rng(1)));
        Assert.Equal(probability, y.Values.Count(v => v == 0) / 100_000.0, 0.006);
        Assert.Equal(2, y.Values.Average(), 0.1);
        Assert.Equal(2 / (1 - probability), y.Values.Max(), 1e-3 * 2 / (1 - probability));
        Assert.Equal(2, y.Values.Distinct().Count());
    }

    [Fact]
    public void Dropout_repeats_with_its_stream_and_passes_gradients_where_it_kept()
    {
        var x = Tensor.Full(5, 9, 1f).Track();
        var dropout = new Dropout(0.5f);
        Tensor first = dropout.Forward(x, new Rng(3)), again = dropout.Forward(x, new Rng(3)), other = dropout.Forward(x, new Rng(4));
        Matrix.Of(first).AssertNear(again, 0);
        Assert.NotEqual(Matrix.Of(first).Values, Matrix.Of(other).Values);
        Matrix.Of(first).AssertNear(Gradients.Of(first.Sum(), [x])[0], 0);
    }

    [Fact]
    public void No_dropout_leaves_input_and_stream_alone()
    {
        var rng = new Rng(3);
        var x = Tensor.Full(5, 9, 1f);
        Assert.Same(x, new Dropout(0f).Forward(x, rng));
        Assert.Equal(new Rng(3).NextUInt64(), rng.NextUInt64());
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void Impossible_dropout_is_refused(float probability) =>
        Assert.StartsWith("A dropout probability is 0 or more and less than 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(probability)).Message, StringComparison.Ordinal);

    [Fact]
    public void Initial_values_fill_the_range_that_PyTorch_uses()
    {
        var layer = new Affine(25, 400, new Rng(1));
        var values = Matrix.Of(layer.Weight).Values;
        Assert.InRange(values.Max(), 0.199, 0.2);
        Assert.InRange(values.Min(), -0.2, -0.199);
        Assert.Equal(0, values.Average(), 0.005);
        Assert.InRange(Matrix.Of(layer.Bias).Values.Max(), 0.19, 0.2);
        Assert.True(layer.Weight.Tracked && layer.Bias.Tracked);
    }

    [Fact]
    public void A_network_is_its_layers_one_after_another()
    {
        var network = new FeedForward([4, 6, 5, 2], Activation.Gelu, 0.3f, new Rng(1));
        var x = Matrix.Random(new Rng(2), 7, 4, -1, 1).ToTensor();
        var p = network.Parameters;
        var expected = Tensor.MatMul(x, p[0]).AddRow(p[1]).Gelu();
        expected = Tensor.MatMul(Tensor.MatMul(expected, p[2]).AddRow(p[3]).Gelu(), p[4]).AddRow(p[5]);
        Matrix.Of(expected).AssertNear(network.Forward(x), 1e-6);
        Assert.Equal((0.3f, Activation.Gelu, "4 6 5 2"), (network.DropoutProbability, network.Activation, string.Join(' ', network.Sizes)));
        Assert.NotEqual(Matrix.Of(network.Forward(x)).Values, Matrix.Of(network.Forward(x, new Rng(1))).Values);
    }

    [Fact]
    public void All_layers_are_those_of_the_forward_pass()
    {
        var network = new FeedForward([4, 6, 5, 2], Activation.Tanh, 0.3f, new Rng(1));
        var x = Matrix.Random(new Rng(2), 7, 4, -1, 1).ToTensor();
        var p = network.Parameters;
        var (hidden, output) = network.ForwardAll(x, null);
        Matrix.Of(network.Forward(x)).AssertNear(output, 0);
        Matrix.Of(Tensor.MatMul(x, p[0]).AddRow(p[1]).Tanh()).AssertNear(hidden[0], 1e-6);
        Matrix.Of(Tensor.MatMul(hidden[0], p[2]).AddRow(p[3]).Tanh()).AssertNear(hidden[1], 1e-6);
        Assert.Equal(2, hidden.Length);
        (hidden, output) = network.ForwardAll(x, new Rng(8));
        Matrix.Of(network.Forward(x, new Rng(8))).AssertNear(output, 0);
        Matrix.Of(Tensor.MatMul(hidden[1], p[4]).AddRow(p[5])).AssertNear(output, 1e-6);
        Assert.Contains(0, Matrix.Of(hidden[0]).Values);
        var (none, linear) = new FeedForward([4, 2], Activation.Tanh, 0.3f, new Rng(1)).ForwardAll(x, new Rng(8));
        Assert.Equal((0, 2), (none.Length, linear.Cols));
    }

    [Fact]
    public void Each_layer_may_have_its_own_activation()
    {
        var network = new FeedForward([4, 6, 5, 2], [Activation.Identity, Activation.Sigmoid], 0f, new Rng(1));
        var x = Matrix.Random(new Rng(2), 7, 4, -1, 1).ToTensor();
        var p = network.Parameters;
        var expected = Tensor.MatMul(Tensor.MatMul(x, p[0]).AddRow(p[1]), p[2]).AddRow(p[3]).Sigmoid();
        Matrix.Of(Tensor.MatMul(expected, p[4]).AddRow(p[5])).AssertNear(network.Forward(x), 1e-6);
        Assert.Equal([Activation.Identity, Activation.Sigmoid], network.Activations.ToArray());
        Matrix.Of(network.Forward(x)).AssertNear(network.Alias(tracked: false).Forward(x), 0);
        // Weights are drawn as for one activation, and one activation everywhere is that one for each.
        var uniform = new FeedForward([4, 6, 5, 2], Activation.Gelu, 0.5f, new Rng(1));
        for (int i = 0; i < p.Length; i++) Matrix.Of(p[i]).AssertNear(uniform.Parameters[i], 0);
        var listed = new FeedForward([4, 6, 5, 2], [Activation.Gelu, Activation.Gelu], 0.5f, new Rng(1));
        Matrix.Of(uniform.Forward(x, new Rng(3))).AssertNear(listed.Forward(x, new Rng(3)), 0);
    }

    [Theory]
    [InlineData(Activation.Identity)]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.LeakyRelu)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.Sigmoid)]
    public void The_fused_layer_has_the_derivatives_of_its_parts(Activation activation)
    {
        var rng = new Rng(6);
        Tensor[] inputs = [Draw(rng, 5, 4), Draw(rng, 4, 3), Draw(rng, 1, 3)];
        var direction = Draw(rng, 5, 3);
        Tensor[] Derivatives(Func<Tensor> layer)
        {
            var first = Gradients.Of((layer().Square() * direction).Sum(), inputs, createGraph: true);
            var slope = first[0].Square().Sum() + first[1].Square().Sum() + first[2].Square().Sum();
            return [.. first, .. Gradients.Of(slope, inputs)];
        }
        var expected = Derivatives(() => activation.Apply(Tensor.Affine(inputs[0], inputs[1], inputs[2])));
        var fused = Derivatives(() => Tensor.Affine(inputs[0], inputs[1], inputs[2], activation));
        for (int i = 0; i < expected.Length; i++) Matrix.Of(expected[i]).AssertNear(fused[i], 1e-6);
    }

    [Fact]
    public void Alias_and_copy()
    {
        FeedForward a = new([3, 4, 1], Activation.Tanh, 0f, new Rng(1)), b = new([3, 4, 1], Activation.Tanh, 0f, new Rng(2));
        var x = Tensor.Full(2, 3, 0.5f);
        var alias = b.Alias(tracked: false);
        b.CopyFrom(a);
        Matrix.Of(a.Forward(x)).AssertNear(alias.Forward(x), 0);
        Assert.False(alias.Forward(x).Tracked);
        Assert.StartsWith("Networks of different sizes: 3-4-1 cannot take the values of 3-5-1.", Assert.Throws<ArgumentException>(() => a.CopyFrom(new FeedForward([3, 5, 1], Activation.Tanh, 0f, new Rng(1)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Misuse_is_explained()
    {
        static void Says(string message, Action act) => Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
        Says("A network has two or more sizes, each 1 or more; these are 3.", () => _ = new FeedForward([3], Activation.Tanh, 0f, new Rng(1)));
        Says("A network has two or more sizes, each 1 or more; these are 3-0-1.", () => _ = new FeedForward([3, 0, 1], Activation.Tanh, 0f, new Rng(1)));
        Says("A network of 3 sizes has 2 layers; 1 weights and 2 biases were given.", () => FeedForward.FromValues([3, 2, 1], Activation.Tanh, 0f, [[1f]], [[1f], [1f]]));
        Says("A network of 3 sizes has 1 hidden layers; 2 activations were given.", () => _ = new FeedForward([3, 2, 1], [Activation.Tanh, Activation.Tanh], 0f, new Rng(1)));
        Says("A network has a weight and a bias for each layer; 3 parameters were given.", () => FeedForward.Forward(Tensor.Zeros(1, 1), [Tensor.Zeros(1, 1), Tensor.Zeros(1, 1), Tensor.Zeros(1, 1)], Activation.Tanh));
        Says("An affine layer with a weight of 3x2 takes a bias of 1x2, not 1x3.", () => _ = new Affine(Tensor.Zeros(3, 2), Tensor.Zeros(1, 3)));
        Says("There is no such activation.", () => ((Activation)99).Apply(Tensor.Zeros(1, 1)));
    }

    [Fact]
    public void A_network_learns_exclusive_or()
    {
        var network = new FeedForward([2, 8, 1], Activation.Tanh, 0f, new Rng(1));
        var x = Tensor.From(4, 2, [0, 0, 0, 1, 1, 0, 1, 1]);
        var y = Tensor.From(4, 1, [0, 1, 1, 0]);
        var optimizer = new Adam(network.Parameters, 0.05f);
        for (int i = 0; i < 300; i++)
        {
            using var scope = TensorScope.Open();
            optimizer.Step(Gradients.Of(Losses.BinaryCrossEntropy.WithLogits(network.Forward(x), y), network.Parameters));
        }
        for (int i = 0; i < 4; i++) Assert.Equal(i is 1 or 2, network.Forward(x)[i, 0] > 0);
    }

    private static Tensor Draw(Rng rng, int rows, int cols) => Matrix.Random(rng, rows, cols, -1, 1).ToTensor().Track();
}
