using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Tests;

public class MicroBatchesTests
{
    [Fact]
    public void A_transformer_learns_the_same_bits_at_any_thread_count()
    {
        var one = Trained(1);
        Assert.Equal(one, Trained(2));
        Assert.Equal(one, Trained(3));
        Assert.NotEqual(one, Values(Network()));
    }

    private static EncoderDecoder Network() => new(new(1, 2, 8, 2, 12), new Rng(1));

    /// <summary>Four steps on 37 instances in micro-batches of 8, each micro-batch with parameters of its own over the same storage.</summary>
    private static float[] Trained(int threads)
    {
        const int Tokens = 3, Width = 8, Instances = 37, Micro = 8;
        var network = Network();
        float[] source = new float[Instances * Tokens * Width], target = new float[source.Length], wanted = new float[source.Length];
        foreach (var (values, seed) in new[] { (source, 2ul), (target, 3ul), (wanted, 4ul) }) new Rng(seed).FillGaussian(values);
        using var steps = new MicroBatches(network.Parameters, new Adam(network.Parameters, 0.01f), Instances, Micro, threads);
        EncoderDecoder[] slots = [.. Enumerable.Range(0, steps.Most).Select(_ => network.Alias(tracked: true))];
        for (int step = 0; step < 4; step++)
            steps.Step(Instances, 1, (index, start, count) =>
            {
                Tensor Rows(float[] values) => Tensor.From(count * Tokens, Width, values.AsSpan(start * Tokens * Width, count * Tokens * Width));
                var slot = slots[index];
                var output = slot.Decode(Rows(target), Tokens, slot.Encode(Rows(source), Tokens), Tokens);
                return Gradients.Of(SquaredError.Of(output, Rows(wanted)), slot.Parameters);
            }, CancellationToken.None);
        return Values(network);
    }

    private static float[] Values(EncoderDecoder network) => [.. network.Parameters.SelectMany(p =>
    {
        var values = new float[p.Size];
        p.ReadTo(values);
        return values;
    })];
}
