using Redress.Tensors.Layers;

namespace Redress.Tensors.Tests.Layers;

public class LaneNetworkTests
{
    public static TheoryData<Activation, string> Networks
    {
        get
        {
            var data = new TheoryData<Activation, string>();
            foreach (var activation in Enum.GetValues<Activation>())
                foreach (string sizes in new[] { "13-18-9-3-1", "9-100-100-1", "1-1", "17-33-65-1", "5-1" }) data.Add(activation, sizes);
            return data;
        }
    }

    /// <summary>Networks whose layers have activations of their own: the image network's shape, and every kind beside every other.</summary>
    internal static FeedForward[] Mixed =>
    [
        new([30, 64, 256, 64, 256, 64, 1], [Activation.Identity, Activation.Gelu, Activation.Identity, Activation.Gelu, Activation.Identity], 0f, new Rng(4)),
        new([7, 9, 8, 7, 6, 5, 17, 1], [Activation.Sigmoid, Activation.Relu, Activation.Gelu, Activation.Identity, Activation.LeakyRelu, Activation.Tanh], 0f, new Rng(4)),
    ];

    [Theory, MemberData(nameof(Networks))]
    public void Outputs_and_gradients_are_the_recorded_network_s_bits(Activation activation, string sizes)
    {
        int[] columns = Array.ConvertAll(sizes.Split('-'), s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture));
        SameBits(new FeedForward(columns, activation, 0f, new Rng(4)));
    }

    [Fact]
    public void Layers_with_activations_of_their_own_give_the_same_bits() => Assert.All(Mixed, SameBits);

    private static void SameBits(FeedForward network)
    {
        int[] columns = [.. network.Sizes];
        var rows = new float[LaneNetwork.Lanes * columns[0]];
        new Rng(5).FillGaussian(rows);
        using var scope = TensorScope.Open();
        var x = Tensor.From(LaneNetwork.Lanes, columns[0], rows).Track();
        var output = network.Forward(x);
        var gradient = Gradients.Of(output.Sum(), [x])[0];

        var lanes = new LaneNetwork(network);
        lanes.Run(new float[rows.Length]);   // what a run leaves must not reach the next
        lanes.Run(Transposed(rows, columns[0]));

        Assert.Equal(Values(output), lanes.Outputs.ToArray());
        Assert.Equal(Transposed(Values(gradient), columns[0]), lanes.InputGradients.ToArray());

        lanes.Run(new float[rows.Length]);
        lanes.Forward(Transposed(rows, columns[0]));
        Assert.Equal(Values(output), lanes.Outputs.ToArray());
    }

    [Fact]
    public void A_network_with_more_outputs_is_refused()
    {
        var network = new FeedForward([3, 2], Activation.Relu, 0f, new Rng(1));
        var thrown = Assert.Throws<ArgumentException>(() => new LaneNetwork(network));
        Assert.StartsWith("Only a network with 1 output runs over lanes; this one has 2.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var lanes = new LaneNetwork(new FeedForward([13, 18, 9, 3, 1], Activation.Relu, 0f, new Rng(1)));
        var x = new float[13 * LaneNetwork.Lanes];
        lanes.Run(x);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) lanes.Run(x);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
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
