using Redress.Tensors.Layers;

namespace Redress.Tensors.Tests.Layers;

public class LaneMapTests
{
    [Theory]
    [InlineData(Activation.Relu, "8-33-65-20", 8)]
    [InlineData(Activation.Gelu, "10-16-13", 2)]
    [InlineData(Activation.Tanh, "3-2", 1)]
    [InlineData(Activation.Relu, "8-130-127-13", 8)]
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

        int[][] counted = [[.. Enumerable.Range(0, LaneNetwork.Lanes)], [3], [0, 1, 8, 30, 31], [.. Enumerable.Range(7, 17)]];
        foreach (ILaneMap map in new ILaneMap[] { new LaneMap(network, inputs), new PackedMap(network, inputs) })
            foreach (int[] used in counted)
            {
                map.Forward(new float[rows.Length], [2, 3, 31]);   // what one call leaves must not reach the next
                map.Back(new float[weights.Length]);
                map.Forward(Transposed(rows, columns[0]), used);
                map.Back(Transposed(weights, columns[^1]));
                Assert.Equal(In(used, Transposed(Values(output), columns[^1])), In(used, map.Outputs));
                Assert.Equal(In(used, Transposed(Values(gradient), inputs)), In(used, map.InputGradients));
            }
    }

    [Theory]
    [InlineData("8-512-256-13", typeof(PackedMap))]
    [InlineData("200-90-1", typeof(PackedMap))]
    [InlineData("8-64-128-13", typeof(LaneMap))]
    public void Wide_networks_are_packed(string sizes, Type expected) =>
        Assert.IsType(expected, ILaneMap.Of(new FeedForward(Array.ConvertAll(sizes.Split('-'), s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture)), Activation.Relu, 0f, new Rng(4)), 8));

    private static float[] In(int[] used, ReadOnlySpan<float> values)
    {
        var kept = new List<float>();
        for (int i = 0; i < values.Length; i++)
            if (used.Contains(i % LaneNetwork.Lanes)) kept.Add(values[i]);
        return [.. kept];
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
