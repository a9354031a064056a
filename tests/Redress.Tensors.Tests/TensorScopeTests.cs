using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Tensors.Tests;

public class TensorScopeTests
{
    [Fact]
    public void What_was_made_before_a_scope_survives_it()
    {
        using var outer = TensorScope.Open();
        var before = Tensor.Full(3, 5, 2f);
        Tensor kept;
        using (TensorScope.Open())
        {
            var inner = before * 3f;
            using (TensorScope.Open()) _ = inner * 5f;
            kept = (inner + 1f).Keep();
        }
        _ = Tensor.Full(40, 40, -1f);
        Assert.Equal((2f, 7f), (before[2, 4], kept[2, 4]));
    }

    [Fact]
    public void Storage_is_used_again_after_its_scope()
    {
        Tensor stale;
        using (TensorScope.Open()) stale = Tensor.Full(3, 5, 2f);
#if DEBUG
        Assert.True(float.IsNaN(stale[2, 4]));
#endif
        using var scope = TensorScope.Open();
        var next = Tensor.Full(3, 5, 9f);
        Assert.Equal((9f, 9f), (next[2, 4], stale[2, 4]));
    }

    [Fact]
    public void What_is_made_in_a_space_waits_there_for_the_next_thread()
    {
        var space = new TensorSpace();
        Tensor made;
        using (space.Enter()) made = Tensor.Full(3, 5, 2f);
        _ = Tensor.Full(40, 40, -1f);
        float read = 0;
        var other = new Thread(() =>
        {
            using var inside = space.Enter();
            read = (made * 3f)[2, 4];
        });
        other.Start();
        other.Join();
        Assert.Equal(6f, read);
        space.Clear();
        using (space.Enter()) Assert.Equal(9f, Tensor.Full(3, 5, 9f)[0, 0]);
        Assert.Equal(9f, made[0, 0]);
    }

    [Fact]
    public void Large_tensors_and_many_slabs_hold_their_values()
    {
        using var outer = TensorScope.Open();
        for (int round = 0; round < 3; round++)
        {
            using var scope = TensorScope.Open();
            var made = Enumerable.Range(0, 12).Select(i => Tensor.Full(300, 100 * (i + 1), i + round)).ToArray();
            for (int i = 0; i < made.Length; i++) Assert.Equal((i + round, (float)i + round), (made[i][0, 0], made[i][299, made[i].Cols - 1]));
        }
    }

    [Fact]
    public void Parameters_outlive_every_scope()
    {
        Tensor parameter;
        using (TensorScope.Open()) parameter = Tensor.Parameter(1, 2, [1f, 2f]);
        using (TensorScope.Open()) _ = Tensor.Full(64, 64, 9f);
        Assert.Equal(2f, parameter[0, 1]);
    }

    [Fact]
    public void Scopes_close_in_reverse_order_and_once()
    {
        const string Message = "Tensor scopes close in the reverse order of opening, each once and on the thread that opened it.";
        var outer = TensorScope.Open();
        var inner = TensorScope.Open();
        string? early = null, twice = null;
        try { outer.Dispose(); } catch (InvalidOperationException e) { early = e.Message; }
        inner.Dispose();
        try { inner.Dispose(); } catch (InvalidOperationException e) { twice = e.Message; }
        outer.Dispose();
        Assert.Equal((Message, Message), (early, twice));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(128)]
    public void A_training_step_allocates_less_than_16_KiB(int batch)
    {
        const int Steps = 50;
        var rng = new Rng(1);
        var network = new FeedForward([12, 100, 100, 100, 1], Activation.Tanh, 0f, rng);
        var optimizer = new Adam(network.Parameters);
        var (x, y) = (Tensor.Full(batch, 12, 0.5f), Tensor.Full(batch, 1, 1f));
        float first = 0, last = 0;
        void Step()
        {
            using var scope = TensorScope.Open();
            var loss = BinaryCrossEntropy.WithLogits(network.Forward(x), y);
            last = loss.Item;
            optimizer.Step(Gradients.Of(loss, network.Parameters));
        }
        Step();
        first = last;
        for (int i = 0; i < 5; i++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Steps; i++) Step();
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Steps;
        Assert.InRange(bytes, 1, 16 * 1024 - 1);
        Assert.True(last < 0.5f * first);
    }
}
