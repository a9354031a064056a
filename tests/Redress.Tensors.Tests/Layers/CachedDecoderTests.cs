using Redress.Tensors.Layers;

namespace Redress.Tensors.Tests.Layers;

/// <summary>Position by position, the cached decoder gives the bits of the decoder that sees all positions at once.</summary>
public class CachedDecoderTests
{
    [Theory]
    [InlineData(1, 1, 8, 2, 16, 5)]
    [InlineData(3, 10, 32, 8, 32, 13)]
    [InlineData(2, 17, 15, 3, 7, 4)]
    [InlineData(5, 4, 48, 2, 33, 6)]
    public void Each_position_has_the_bits_of_the_whole_decoder(int people, int samples, int width, int heads, int feedForward, int tokens)
    {
        int memoryTokens = tokens + 1, n = people * samples;
        var network = new EncoderDecoder(new(1, 3, width, heads, feedForward), new Rng(1)).Alias(tracked: false);
        var decoder = new CachedDecoder(network);
        float[] source = Gaussian(2, people * memoryTokens * width), target = Gaussian(3, n * tokens * width);
        var memory = network.Encode(Tensor.From(people * memoryTokens, width, source), memoryTokens);
        var repeated = new float[n * memoryTokens * width];
        for (int i = 0; i < n; i++) memory.Values.Slice(i / samples * memoryTokens * width, memoryTokens * width).CopyTo(repeated.AsSpan(i * memoryTokens * width));
        var expected = Matrix.Of(network.Decode(Tensor.From(n * tokens, width, target), tokens, Tensor.From(n * memoryTokens, width, repeated), memoryTokens));
        var cache = decoder.Start(memory, memoryTokens, people, samples, tokens);
        Assert.Equal(expected.Values, AllSteps(decoder, cache, target, width, tokens));
        // Again in the same cache, after other memories.
        decoder.Restart(cache, Tensor.Full(people * memoryTokens, width, 0.25f));
        Assert.NotEqual(expected.Values, AllSteps(decoder, cache, target, width, tokens));
        decoder.Restart(cache, memory);
        Assert.Equal(expected.Values, AllSteps(decoder, cache, target, width, tokens));
    }

    [Fact]
    public void A_decoder_without_memory()
    {
        const int Rows = 19, Tokens = 7, Width = 12;
        var network = new EncoderDecoder(new(0, 2, Width, 3, 20), new Rng(1));
        var decoder = new CachedDecoder(network);
        float[] target = Gaussian(3, Rows * Tokens * Width);
        var expected = Matrix.Of(network.Decode(Tensor.From(Rows * Tokens, Width, target), Tokens));
        var cache = decoder.Start(Rows, Tokens);
        Assert.Equal(expected.Values, AllSteps(decoder, cache, target, Width, Tokens));
        decoder.Restart(cache);
        Assert.Equal(expected.Values, AllSteps(decoder, cache, target, Width, Tokens));
    }

    [Fact]
    public void A_sample_has_the_same_bits_in_any_company()
    {
        const int People = 7, Samples = 9, Tokens = 5, MemoryTokens = 4, Width = 24;
        var network = new EncoderDecoder(new(1, 2, Width, 4, 16), new Rng(1)).Alias(tracked: false);
        var decoder = new CachedDecoder(network);
        float[] source = Gaussian(2, People * MemoryTokens * Width), target = Gaussian(3, People * Samples * Tokens * Width);
        double[] Of(int person, int people, int samples)
        {
            // The first samples of the people.
            var memory = Tensor.From(people * MemoryTokens, Width, source.AsSpan(person * MemoryTokens * Width, people * MemoryTokens * Width));
            var rows = new float[people * samples * Tokens * Width];
            for (int i = 0; i < people * samples; i++)
                target.AsSpan(((person + i / samples) * Samples + i % samples) * Tokens * Width, Tokens * Width).CopyTo(rows.AsSpan(i * Tokens * Width));
            return AllSteps(decoder, decoder.Start(network.Encode(memory, MemoryTokens), MemoryTokens, people, samples, Tokens), rows, Width, Tokens);
        }
        double[] all = Of(0, People, Samples);
        foreach (var (person, people, samples) in new[] { (0, 1, 1), (3, 1, Samples), (6, 1, 2), (2, 4, 3), (1, 6, Samples) })
        {
            double[] some = Of(person, people, samples);
            for (int i = 0; i < people * samples; i++)
                Assert.Equal(all.AsSpan(((person + i / samples) * Samples + i % samples) * Tokens * Width, Tokens * Width), some.AsSpan(i * Tokens * Width, Tokens * Width));
        }
    }

    [Fact]
    public void Steps_and_restarts_allocate_nothing()
    {
        var network = new EncoderDecoder(new(1, 2, 16, 4, 16), new Rng(1)).Alias(tracked: false);
        var decoder = new CachedDecoder(network);
        var memory = Tensor.Full(3 * 2, 16, 0.5f);
        var cache = decoder.Start(memory, 3, 2, 5, 4);
        float[] rows = Gaussian(1, 10 * 16), hidden = new float[10 * 16];
        void Sample()
        {
            decoder.Restart(cache, memory);
            for (int position = 0; position < 4; position++) decoder.Step(cache, position, rows, hidden);
        }
        Sample();
        Sample();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Sample();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Misuse_is_explained()
    {
        static void Says<T>(string message, Action act) where T : Exception => Assert.StartsWith(message, Assert.ThrowsAny<T>(act).Message, StringComparison.Ordinal);
        var decoder = new CachedDecoder(new EncoderDecoder(new(1, 1, 8, 2, 8), new Rng(1)));
        var alone = new CachedDecoder(new EncoderDecoder(new(0, 1, 8, 2, 8), new Rng(1)));
        var memory = Tensor.Zeros(6, 8);
        var cache = decoder.Start(memory, 3, 2, 5, 4);
        var rows = new float[80];
        Says<InvalidOperationException>("This network has no encoder; its decoder reads no memory.", () => alone.Start(memory, 3, 2, 5, 4));
        Says<InvalidOperationException>("This network's decoder reads a memory; encode one and give it.", () => decoder.Start(3, 4));
        Says<InvalidOperationException>("This network has no encoder; its decoder reads no memory.", () => alone.Restart(alone.Start(2, 2), memory));
        foreach (var (tokens, people, samples, positions) in new[] { (0, 2, 5, 4), (3, 0, 5, 4), (3, 2, 0, 4), (3, 2, 5, 0) })
            Says<ArgumentException>("A cache is for at least one sample, one position and one row of memory.", () => decoder.Start(memory, tokens, people, samples, positions));
        Says<ArgumentException>("The memory of 2 people with 3 positions each is 6x8, not 7x8.", () => decoder.Restart(cache, Tensor.Zeros(7, 8)));
        Says<ArgumentException>("The cache is another decoder's.", () => alone.Step(cache, 0, rows, rows));
        Says<ArgumentException>("The cache is another decoder's.", () => alone.Restart(cache));
        Says<ArgumentException>("Position 1 cannot follow: the next is 0, and there is room for 4.", () => decoder.Step(cache, 1, rows, rows));
        Says<ArgumentException>("10 samples have 80 values; 79 were given and 80 asked for.", () => decoder.Step(cache, 0, rows.AsSpan(1), rows));
        for (int position = 0; position < 4; position++) decoder.Step(cache, position, rows, rows);
        Says<ArgumentException>("Position 4 cannot follow: the next is 4, and there is room for 4.", () => decoder.Step(cache, 4, rows, rows));
    }

    /// <summary>All positions one after another: [rows, tokens, width], as the whole decoder takes and gives them.</summary>
    private static double[] AllSteps(CachedDecoder decoder, DecoderCache cache, float[] target, int width, int tokens)
    {
        int rows = cache.Rows;
        float[] some = new float[rows * width], hidden = new float[rows * width], all = new float[rows * tokens * width];
        for (int position = 0; position < tokens; position++)
        {
            for (int i = 0; i < rows; i++) target.AsSpan((i * tokens + position) * width, width).CopyTo(some.AsSpan(i * width));
            decoder.Step(cache, position, some, hidden);
            for (int i = 0; i < rows; i++) hidden.AsSpan(i * width, width).CopyTo(all.AsSpan((i * tokens + position) * width));
        }
        return Array.ConvertAll(all, v => (double)v);
    }

    private static float[] Gaussian(ulong seed, int length)
    {
        var values = new float[length];
        new Rng(seed).FillGaussian(values);
        return values;
    }
}
