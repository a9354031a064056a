using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Bench;

/// <summary>Training and sampling with an encoder-decoder of 32 columns, 8 heads and 13 positions; the twins are in bench/peers/transformer.py.</summary>
internal static class TransformerBench
{
    private const int Width = 32, Heads = 8, Inner = 32, Tokens = 13, Batch = 256, Micro = 32, Samples = 10, Bins = 50;

    /// <param name="micro">Instances a micro-batch.</param>
    public static int Run(int micro = Micro)
    {
        foreach (int layers in new[] { 4, 16 })
        {
            Training(layers, micro);
            Sampling(layers);
        }
        return 0;
    }

    /// <summary>A step on a batch against random targets: forward and backward alone, then with Adam.</summary>
    private static void Training(int layers, int micro)
    {
        var rng = new Rng(1);
        var network = new EncoderDecoder(new(layers, layers, Width, Heads, Inner), rng);
        float[] source = Gaussian(rng, Batch), target = Gaussian(rng, Batch), wanted = Gaussian(rng, Batch);
        EncoderDecoder[] slots = [.. Enumerable.Range(0, Batch / micro).Select(_ => network.Alias(tracked: true))];
        Tensor[] GradientsOf(int index, int start, int count)
        {
            Tensor Rows(float[] values) => Tensor.From(count * Tokens, Width, values.AsSpan(start * Tokens * Width, count * Tokens * Width));
            var slot = slots[index];
            var output = slot.Decode(Rows(target), Tokens, slot.Encode(Rows(source), Tokens), Tokens);
            return Gradients.Of(SquaredError.Of(output, Rows(wanted)), slot.Parameters);
        }
        Measure.Median(Invariant($"forward and backward, {layers}+{layers} layers"), 9, layers == 4 ? 4 : 1, () =>
        {
            for (int m = 0; m < Batch / micro; m++)
            {
                using var scope = TensorScope.Open();
                GradientsOf(m, m * micro, micro);
            }
        }, processor: true);
        using var steps = new MicroBatches(network.Parameters, new Adam(network.Parameters), Batch, micro, threads: 1);
        Measure.Median(Invariant($"Adam step, {layers}+{layers} layers"), 9, layers == 4 ? 4 : 1, () => steps.Step(Batch, 1, GradientsOf, CancellationToken.None), processor: true);
    }

    /// <summary>Ten sequences for one person: encode, then position by position a row, its logits, and a draw from their softmax.</summary>
    private static void Sampling(int layers)
    {
        var rng = new Rng(2);
        var network = new EncoderDecoder(new(layers, layers, Width, Heads, Inner), rng).Alias(tracked: false);
        var decoder = new CachedDecoder(network);
        Affine[] outputs = [.. Enumerable.Range(0, Tokens).Select(_ => new Affine(Width, Bins, rng).Alias(tracked: false))];
        float[] source = Gaussian(rng, 1), positions = Gaussian(rng, 1), values = new float[Width], rows = new float[Samples * Width], hidden = new float[Samples * Width];
        rng.FillGaussian(values);
        DecoderCache? cache = null;
        int[] drawn = new int[Samples];
        Measure.Median(Invariant($"10 samples for a person, {layers}+{layers} layers"), 9, 10, () =>
        {
            using var scope = TensorScope.Open();
            using var off = Gradients.Off();
            var memory = network.Encode(Tensor.From(Tokens, Width, source), Tokens);
            if (cache is null) cache = decoder.Start(memory, Tokens, 1, Samples, Tokens);
            else decoder.Restart(cache, memory);
            Array.Clear(drawn);
            for (int position = 0; position < Tokens; position++)
            {
                for (int n = 0; n < Samples; n++)
                    for (int c = 0; c < Width; c++) rows[n * Width + c] = positions[position * Width + c] + drawn[n] / (float)Bins * values[c];
                decoder.Step(cache, position, rows, hidden);
                var chances = outputs[position].Forward(Tensor.From(Samples, Width, hidden)).LogSoftmax().Exp();
                for (int n = 0; n < Samples; n++)
                {
                    float left = rng.NextSingle();
                    int bin = 0;
                    while (bin < Bins - 1 && (left -= chances[n, bin]) > 0) bin++;
                    drawn[n] = bin;
                }
            }
        }, processor: true);
    }

    private static float[] Gaussian(Rng rng, int instances)
    {
        var values = new float[instances * Tokens * Width];
        rng.FillGaussian(values);
        return values;
    }
}
