using Redress.Tensors.Layers;

namespace Redress.Tensors.Tests.Layers;

public class ParameterBlockTests
{
    [Fact]
    public void Parameters_stand_behind_each_other_and_share_their_values_with_the_tensors_over_them()
    {
        var network = new FeedForward([3, 5, 1], Activation.Tanh, 0, new Rng(1));
        var block = new ParameterBlock(network.Parameters);
        block.CopyFrom(network.Parameters);
        var tensors = block.Tensors(tracked: true);
        for (int p = 0; p < tensors.Length; p++)
        {
            Assert.Equal((network.Parameters[p].Shape, true), (tensors[p].Shape, tensors[p].Tracked));
            for (int i = 0; i < tensors[p].Rows; i++)
                for (int j = 0; j < tensors[p].Cols; j++) Assert.Equal(network.Parameters[p][i, j], tensors[p][i, j]);
        }
        tensors[1][0, 4] = 7;
        Assert.Equal(7, block.Tensors(tracked: false)[1][0, 4]);
    }

    [Fact]
    public void Joining_weighs_blocks_by_their_shares_in_order()
    {
        Tensor[] like = [Tensor.Zeros(2, 3), Tensor.Zeros(1, 1)];
        ParameterBlock Of(float value)
        {
            var block = new ParameterBlock(like);
            block.CopyFrom([Tensor.Full(2, 3, value), Tensor.Full(1, 1, 2 * value)]);
            return block;
        }
        var sum = new ParameterBlock(like);
        sum.Join([Of(1), Of(10), Of(100)], [0.5f, 0.25f, 0.25f], ..);
        var joined = sum.Tensors(tracked: false);
        Assert.Equal((28f, 56f), (joined[0][1, 2], joined[1][0, 0]));
        sum.Join([Of(3)], [1], sum.Pieces()[0]);
        Assert.Equal((3f, 6f), (joined[0][0, 0], joined[1][0, 0]));
        Assert.Equal(2 * 3 * 3 + 6, sum.Values.ToArray().Sum());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4096, 1)]
    [InlineData(4097, 4)]
    [InlineData(6250, 4)]
    [InlineData(16_385, 8)]
    public void Pieces_are_all_values_once_and_about_as_long_as_each_other(int values, int expected)
    {
        var block = new ParameterBlock([Tensor.Full(1, values, 1)]);
        var pieces = block.Pieces();
        Assert.Equal(expected, pieces.Length);
        int end = 0;
        foreach (var piece in pieces)
        {
            Assert.Equal(end, piece.Start.Value);
            end = piece.End.Value;
        }
        Assert.Equal(block.Values.Length, end);
        int longest = pieces.Max(p => p.End.Value - p.Start.Value), shortest = pieces.Min(p => p.End.Value - p.Start.Value);
        Assert.InRange(shortest, longest - 16 * pieces.Length, longest);
    }
}
