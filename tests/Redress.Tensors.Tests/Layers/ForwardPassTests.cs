using Redress.Tensors.Layers;

namespace Redress.Tensors.Tests.Layers;

public class ForwardPassTests
{
    public static TheoryData<Activation, string> Networks => LaneNetworkTests.Networks;

    [Theory, MemberData(nameof(Networks))]
    public void Outputs_and_gradients_of_some_rows_are_the_recorded_network_s_bits(Activation activation, string sizes)
    {
        int[] columns = Array.ConvertAll(sizes.Split('-'), s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture));
        SameBits(new FeedForward(columns, activation, 0f, new Rng(4)));
    }

    [Fact]
    public void Layers_with_activations_of_their_own_give_the_same_bits() => Assert.All(LaneNetworkTests.Mixed, SameBits);

    private static void SameBits(FeedForward network)
    {
        const int Rows = 29;
        int[] columns = [.. network.Sizes];
        var values = new float[Rows * columns[0]];
        new Rng(5).FillGaussian(values);
        using var scope = TensorScope.Open();
        var x = Tensor.From(Rows, columns[0], values).Track();
        var output = network.Forward(x);
        float[] gradients = Values(Gradients.Of(output.Sum(), [x])[0]);

        var pass = new ForwardPass(network, x);
        Assert.Equal(Values(output), pass.Outputs.ToArray());
        foreach (int[] rows in new int[][] { [.. Enumerable.Range(0, Rows)], [3], [28, 0, 7], [.. Enumerable.Range(0, Rows / 2)] })
        {
            var some = new float[rows.Length * columns[0]];
            pass.InputGradients(rows, some);
            Assert.Equal(rows.SelectMany(r => gradients[(r * columns[0])..((r + 1) * columns[0])]), some);
        }
    }

    [Fact]
    public void A_network_with_more_outputs_is_refused()
    {
        var network = new FeedForward([3, 2], Activation.Relu, 0f, new Rng(1));
        var thrown = Assert.Throws<ArgumentException>(() => new ForwardPass(network, Tensor.Zeros(1, 3)));
        Assert.StartsWith("Only a network with 1 output keeps its pass; this one has 2.", thrown.Message, StringComparison.Ordinal);
    }

    private static float[] Values(Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return values;
    }
}
