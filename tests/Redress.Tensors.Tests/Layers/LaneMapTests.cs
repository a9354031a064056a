using Redress.Tensors.Layers;

namespace Redress.Tensors.Tests.Layers;

public class LaneMapTests
{
    [Theory]
    [InlineData(Activation.Relu, "8-33-65-20", 8)]
    [InlineData(Activation.Gelu, "10-16-13", 2)]
    [InlineData(Activation.Tanh, "3-2", 1)]
    public void Outputs_and_pulled_back_gradients_are_the_recorded_network_s_bits(Activation activation, string sizes, int inputs)
    {
        int[] columns = Array.ConvertAll(sizes.Split('-'), s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture));
        var network = new FeedForward(columns, activation, 0f, new Rng(4));
        var (rows, weights) = (new float[LaneNetwork.Lanes * columns[0]], new float[LaneNetwork.Lanes * columns[^1]]);
        new Rng(5).FillGaussian(rows);
        new Rng(6).FillGaussian(weights);
        using var scope = TensorScope.Open();
        var x = Tensor.From(LaneNetwork.Lanes, columns[0], rows).Track();
        var output = network.Forward(x);
        var gradient = Gradients.Of(output, Tensor.From(LaneNetwork.Lanes, columns[^1], weights), [x])[0].SliceCols(0, inputs);

        Assert.All([true, false], isFrozen => SameBits(new LaneMap(network, inputs, isFrozen), columns, rows, weights, Values(output), Values(gradient), inputs));
    }

    private static void SameBits(LaneMap map, int[] columns, float[] rows, float[] weights, float[] output, float[] gradient, int inputs)
    {
        map.Forward(new float[rows.Length]);   // what one call leaves must not reach the next
        map.Back(new float[weights.Length]);
        map.Forward(Transposed(rows, columns[0]));
        map.Back(Transposed(weights, columns[^1]));
        Assert.Equal(Transposed(output, columns[^1]), map.Outputs.ToArray());
        Assert.Equal(Transposed(gradient, inputs), map.InputGradients.ToArray());
    }

    private static float[] Values(Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return values;
    }

    private static float[] Transposed(float[] rows, int columns)
    {
        var transposed = new float[rows.Length];
        for (int lane = 0; lane < LaneNetwork.Lanes; lane++)
            for (int c = 0; c < columns; c++) transposed[c * LaneNetwork.Lanes + lane] = rows[lane * columns + c];
        return transposed;
    }
}
