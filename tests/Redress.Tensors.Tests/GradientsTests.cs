namespace Redress.Tensors.Tests;

public class GradientsTests
{
    [Fact]
    public void Third_derivative_of_tanh()
    {
        var x = Tensor.Full(1, 1, 0.4f).Track();
        var y = x.Tanh();
        for (int order = 0; order < 3; order++) y = Gradients.Of(y, [x], createGraph: true)[0];
        double t = Math.Tanh(0.4), slope = 1 - t * t;
        Assert.Equal(-2 * slope * (1 - 3 * t * t), y.Item, 1e-5);
    }

    [Fact]
    public void Fourth_derivative_of_a_quotient_of_functions()
    {
        var x = Tensor.Full(1, 1, 0.5f).Track();
        var y = 1f / x;
        for (int order = 0; order < 4; order++) y = Gradients.Of(y, [x], createGraph: true)[0];
        Assert.Equal(24 * 32.0, y.Item, 0.01);
    }

    [Fact]
    public void Search_stops_at_what_it_differentiates_by()
    {
        var x = Tensor.Full(1, 1, 3f).Track();
        var y = x.Square();
        var z = y * x;
        var gradients = Gradients.Of(z, [x, y]);
        Assert.Equal(9f, gradients[0].Item);   // y is a variable of its own: only the direct x counts
        Assert.Equal(3f, gradients[1].Item);
        Assert.Equal(27f, Gradients.Of(z, [x])[0].Item);
    }

    [Fact]
    public void Nothing_reaches_a_tensor_that_was_not_used()
    {
        var (x, other) = (Tensor.Full(1, 1, 3f).Track(), Tensor.Full(2, 3, 1f).Track());
        var gradients = Gradients.Of(x.Square(), [other, x, x]);
        new Matrix(2, 3, new double[6]).AssertNear(gradients[0], 0);
        Assert.Equal(6f, gradients[1].Item);
        Assert.Equal(6f, gradients[2].Item);
    }

    [Fact]
    public void Gradient_of_a_tensor_in_itself_is_what_was_given()
    {
        var x = Tensor.From(1, 2, [1f, 2f]).Track();
        var given = Tensor.From(1, 2, [5f, 7f]);
        Assert.Equal(7f, Gradients.Of(x, given, [x])[0][0, 1]);
    }

    [Fact]
    public void Gradients_are_recorded_only_on_demand()
    {
        var x = Tensor.Full(1, 1, 3f).Track();
        Assert.False(Gradients.Of(x.Square() * x, [x])[0].Tracked);
        Assert.True(Gradients.Of(x.Square() * x, [x], createGraph: true)[0].Tracked);
    }

    [Fact]
    public void Off_records_nothing_and_nests()
    {
        var x = Tensor.Full(1, 1, 3f).Track();
        using (Gradients.Off())
        {
            using (Gradients.Off()) Assert.False(x.Square().Tracked);
            Assert.False(x.Square().Tracked);
        }
        Assert.True(x.Square().Tracked);
    }

    [Fact]
    public void A_failing_rule_leaves_recording_as_it_was()
    {
        var x = Tensor.Full(1, 1, 3f).Track();
        Assert.Throws<ArgumentException>(() => Gradients.Of(x.Square(), [x, Tensor.Zeros(1, 1)]));
        Assert.True(x.Square().Tracked);
    }

    [Fact]
    public void A_long_chain_needs_no_deep_stack()
    {
        var x = Tensor.Full(1, 1, 1f).Track();
        var y = x;
        for (int i = 0; i < 50_000; i++) y += 1f;
        Assert.Equal(1f, Gradients.Of(y, [x])[0].Item);
    }

    [Fact]
    public void Alias_shares_values_and_not_marks()
    {
        var x = Tensor.Parameter(1, 1, [3f]);
        var (tracked, constant) = (x.Alias(tracked: true), x.Alias(tracked: false));
        x[0, 0] = 4f;
        Assert.Equal(8f, Gradients.Of(tracked.Square(), [tracked])[0].Item);
        Assert.False(constant.Square().Tracked);
        Assert.Equal(0f, Gradients.Of(tracked.Square(), [x])[0].Item);
    }

    [Fact]
    public void Threads_differentiate_shared_parameters_through_aliases()
    {
        var weight = Tensor.Parameter(1, 1, [2f]);
        var found = new float[4];
        var threads = Enumerable.Range(0, 4).Select(id => new Thread(() =>
        {
            var own = weight.Alias(tracked: true);
            for (int i = 0; i < 500; i++)
            {
                using var scope = TensorScope.Open();
                found[id] += Gradients.Of((own * (float)(id + 1)).Square(), [own])[0].Item;
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        for (int id = 0; id < 4; id++) Assert.Equal(500 * 4f * (id + 1) * (id + 1), found[id]);
    }

    [Fact]
    public void Misuse_is_explained()
    {
        var x = Tensor.Zeros(2, 3).Track();
        Assert.StartsWith("Only a 1x1 tensor has a gradient by itself; this one is 2x3: sum it, or give the output's gradient.", Assert.Throws<ArgumentException>(() => Gradients.Of(x, [x])).Message, StringComparison.Ordinal);
        Assert.Equal("Shapes of the output and its gradient differ: 2x3 and 3x2.", Assert.Throws<ArgumentException>(() => Gradients.Of(x, Tensor.Zeros(3, 2), [x])).Message);
        Assert.StartsWith("Tensor 0 (1x2) is not tracked: make it with Parameter or Track.", Assert.Throws<ArgumentException>(() => Gradients.Of(x.Sum(), [Tensor.Zeros(1, 2)])).Message, StringComparison.Ordinal);
    }
}
