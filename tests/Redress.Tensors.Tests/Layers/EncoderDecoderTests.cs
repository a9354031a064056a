using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;

namespace Redress.Tensors.Tests.Layers;

public class EncoderDecoderTests
{
    private static readonly EncoderDecoderShape Small = new(2, 2, 8, 2, 12);

    [Fact]
    public void Layers_follow_each_other_with_a_layer_norm_behind_each_stack()
    {
        var network = new EncoderDecoder(Small, new Rng(1));
        // Drawn in the order of layers, so that layers alone can be drawn alike.
        var rng = new Rng(1);
        TransformerEncoderLayer[] encoder = [new(8, 2, 12, rng), new(8, 2, 12, rng)];
        TransformerDecoderLayer[] decoder = [new(8, 2, 12, true, rng), new(8, 2, 12, true, rng)];
        Tensor source = Draw(2, 9, 8), target = Draw(3, 6, 8), norm = Tensor.Full(1, 8, 1f), none = Tensor.Zeros(1, 8);
        var memory = encoder[1].Forward(encoder[0].Forward(source, 3), 3).LayerNorm(norm, none);
        Matrix.Of(memory).AssertNear(network.Encode(source, 3), 0);
        var expected = decoder[1].Forward(decoder[0].Forward(target, 2, memory, 3), 2, memory, 3).LayerNorm(norm, none);
        Matrix.Of(expected).AssertNear(network.Decode(target, 2, memory, 3), 0);
    }

    [Fact]
    public void A_position_does_not_see_those_after_it()
    {
        var network = new EncoderDecoder(Small, new Rng(1));
        Tensor memory = network.Encode(Draw(2, 6, 8), 3), target = Draw(3, 10, 8), changed = target.Keep();
        for (int c = 0; c < 8; c++) changed[3, c] += 1;
        Matrix before = Matrix.Of(network.Decode(target, 5, memory, 3)), after = Matrix.Of(network.Decode(changed, 5, memory, 3));
        for (int row = 0; row < 10; row++)
            Assert.Equal(row is 3 or 4, Enumerable.Range(0, 8).Any(c => before[row, c] != after[row, c]));
    }

    [Fact]
    public void A_decoder_alone_reads_no_memory()
    {
        var network = new EncoderDecoder(Small with { EncoderLayers = 0 }, new Rng(1));
        var rng = new Rng(1);
        TransformerDecoderLayer[] decoder = [new(8, 2, 12, false, rng), new(8, 2, 12, false, rng)];
        var target = Draw(3, 6, 8);
        var expected = decoder[1].Forward(decoder[0].Forward(target, 2, null, 0), 2, null, 0).LayerNorm(Tensor.Full(1, 8, 1f), Tensor.Zeros(1, 8));
        Matrix.Of(expected).AssertNear(network.Decode(target, 2), 0);
        Assert.DoesNotContain(network.Named, p => p.Name.Contains("memory", StringComparison.Ordinal) || p.Name.StartsWith("encoder", StringComparison.Ordinal));
    }

    [Fact]
    public void Parameters_have_names_of_their_own_in_a_fixed_order()
    {
        var network = new EncoderDecoder(Small, new Rng(1));
        string[] names = [.. network.Named.Select(p => p.Name)];
        Assert.Equal(2 * 12 + 2 + 2 * 20 + 2, names.Length);
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(network.Parameters, network.Named.Select(p => p.Tensor));
        Assert.Equal(("encoder.0.self.projection.weight", new Shape(8, 24)), (names[0], network.Parameters[0].Shape));
        Assert.Equal(
            ["decoder.1.memory.query.weight", "decoder.1.memory.query.bias", "decoder.1.memory.keyvalue.weight", "decoder.1.memory.keyvalue.bias"], names.Where(n => n.StartsWith("decoder.1.memory", StringComparison.Ordinal)).Take(4));
        Assert.Equal("decoder.norm.bias", names[^1]);
        Assert.All(network.Parameters, p => Assert.True(p.Tracked));
    }

    [Fact]
    public void Initial_values_are_those_of_PyTorch_s_transformer()
    {
        var named = new EncoderDecoder(new(1, 1, 40, 2, 80), new Rng(1)).Named.ToDictionary(p => p.Name, p => Matrix.Of(p.Tensor).Values);
        void Fills(string name, double bound)
        {
            Assert.InRange(named[name].Max(), 0.99 * bound, bound);
            Assert.InRange(named[name].Min(), -bound, -0.99 * bound);
            Assert.Equal(0, named[name].Average(), 0.05 * bound);
        }
        // Attention's projections are drawn as one matrix from 40 to 120 columns.
        Fills("encoder.0.self.projection.weight", Math.Sqrt(6.0 / 160));
        Fills("decoder.0.memory.query.weight", Math.Sqrt(6.0 / 160));
        Fills("decoder.0.memory.keyvalue.weight", Math.Sqrt(6.0 / 160));
        Fills("decoder.0.memory.result.weight", Math.Sqrt(6.0 / 80));
        Fills("decoder.0.hidden.weight", Math.Sqrt(6.0 / 120));
        Fills("encoder.0.output.weight", Math.Sqrt(6.0 / 120));
        Assert.InRange(named["encoder.0.hidden.bias"].Max(Math.Abs), 0.9 / Math.Sqrt(40), 1 / Math.Sqrt(40));
        Assert.InRange(named["encoder.0.output.bias"].Max(Math.Abs), 0.9 / Math.Sqrt(80), 1 / Math.Sqrt(80));
        foreach (string name in new[] { "encoder.0.self.projection.bias", "decoder.0.self.result.bias", "decoder.0.memory.keyvalue.bias", "decoder.norm.bias" }) Assert.All(named[name], v => Assert.Equal(0, v));
        Assert.All(named["decoder.0.output.norm.gain"], v => Assert.Equal(1, v));
    }

    [Fact]
    public void Alias_and_copy()
    {
        EncoderDecoder a = new(Small, new Rng(1)), b = new(Small, new Rng(2));
        var x = Draw(3, 6, 8);
        Tensor Run(EncoderDecoder network) => network.Decode(x, 3, network.Encode(x, 3), 3);
        var alias = b.Alias(tracked: false);
        Assert.NotEqual(Matrix.Of(Run(a)).Values, Matrix.Of(Run(b)).Values);
        b.CopyFrom(a);
        Matrix.Of(Run(a)).AssertNear(Run(alias), 0);
        Assert.False(Run(alias).Tracked);
        Assert.StartsWith(
            "Networks of different sizes: EncoderDecoderShape { EncoderLayers = 2, DecoderLayers = 2, Width = 8, Heads = 2, FeedForward = 12 } cannot take the values of EncoderDecoderShape { EncoderLayers = 2, DecoderLayers = 2, Width = 8, Heads = 2, FeedForward = 13 }.",
            Assert.Throws<ArgumentException>(() => a.CopyFrom(new(Small with { FeedForward = 13 }, new Rng(1)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_learns_to_reverse()
    {
        // Position t of the target is to tell symbol 2 - t of the source, which only attention to the memory knows.
        const int Tokens = 3, Symbols = 3, Width = 8;
        var network = new EncoderDecoder(new(1, 1, Width, 2, 16), new Rng(1));
        Tensor heads = Tensor.Parameter(Width, Symbols, Matrix.Random(new Rng(2), Width, Symbols, -0.3, 0.3).Values.Select(v => (float)v).ToArray()), bias = Tensor.Parameter(1, Symbols, new float[Symbols]);
        Tensor[] parameters = [.. network.Parameters, heads, bias];
        var optimizer = new Adam(parameters, 0.01f);
        int instances = Symbols * Symbols * Symbols;
        float[] source = new float[instances * Tokens * Width], target = new float[source.Length], wanted = new float[instances * Tokens * Symbols];
        for (int i = 0, rest = 0; i < instances; i++)
        {
            rest = i;
            for (int t = 0; t < Tokens; t++, rest /= Symbols)
            {
                (source[(i * Tokens + t) * Width + rest % Symbols], source[(i * Tokens + t) * Width + Symbols + t], target[(i * Tokens + t) * Width + Symbols + t]) = (1, 1, 1);
                wanted[(i * Tokens + Tokens - 1 - t) * Symbols + rest % Symbols] = 1;
            }
        }
        float Step(bool learns)
        {
            using var scope = TensorScope.Open();
            var memory = network.Encode(Tensor.From(instances * Tokens, Width, source), Tokens);
            var logits = Tensor.Affine(network.Decode(Tensor.From(instances * Tokens, Width, target), Tokens, memory, Tokens), heads, bias);
            var loss = Losses.SoftmaxCrossEntropy.WithLogits(logits, Tensor.From(instances * Tokens, Symbols, wanted));
            if (learns) optimizer.Step(Gradients.Of(loss, parameters));
            return loss.Item;
        }
        Assert.InRange(Step(learns: false), 1f, 1.6f);
        for (int i = 0; i < 200; i++) Step(learns: true);
        Assert.InRange(Step(learns: false), 0f, 0.1f);
    }

    [Fact]
    public void Misuse_is_explained()
    {
        static void Says<T>(string message, Action act) where T : Exception => Assert.StartsWith(message, Assert.ThrowsAny<T>(act).Message, StringComparison.Ordinal);
        Says<ArgumentException>(
            "EncoderLayers is -1; must be 0 or more. DecoderLayers is 0; must be at least 1. Width is 0; must be at least 1. Heads is 0; must be at least 1. FeedForward is 0; must be at least 1.", () => _ = new EncoderDecoder(new(-1, 0, 0, 0, 0), new Rng(1)));
        Says<ArgumentException>("Width is 9; must be a multiple of the 2 heads.", () => _ = new EncoderDecoder(Small with { Width = 9 }, new Rng(1)));
        EncoderDecoder network = new(Small, new Rng(1)), alone = new(Small with { EncoderLayers = 0 }, new Rng(1));
        Tensor six = Tensor.Zeros(6, 8), seven = Tensor.Zeros(7, 8);
        Says<InvalidOperationException>("This network has no encoder; its decoder reads no memory.", () => alone.Encode(six, 3));
        Says<InvalidOperationException>("This network has no encoder; its decoder reads no memory.", () => alone.Decode(six, 3, six, 3));
        Says<InvalidOperationException>("This network's decoder reads a memory; encode one and give it.", () => network.Decode(six, 3));
        Says<ArgumentException>("The network's rows have 8 columns; these are 6x9.", () => network.Encode(Tensor.Zeros(6, 9), 3));
        Says<ArgumentException>("7 rows are not instances of 3 positions each.", () => network.Encode(seven, 3));
        Says<ArgumentException>("6 rows are not instances of 0 positions each.", () => network.Encode(six, 0));
        Says<ArgumentException>("Attention is between the same instances; queries are of 2, the memory of 3.", () => network.Decode(six, 3, six, 2));
        Says<ArgumentException>(
            "Attention of 3 heads over 8 columns with keys and values in 6x24 does not exist: heads share the columns evenly, and queries, keys and values have as many each.", () => Tensor.SelfAttention(Tensor.Zeros(6, 24), 3, 3, causal: false));
        Says<ArgumentException>("Attention of 2 heads over 8 columns with keys and values in 6x17 does not exist", () => Tensor.CrossAttention(six, 3, Tensor.Zeros(6, 17), 3, 2));
        Says<ArgumentException>("Rows of 6x8 are normalised with a gain and a bias of 1x8, at least one column; these are 1x7 and 1x8.", () => six.LayerNorm(Tensor.Zeros(1, 7), Tensor.Zeros(1, 8)));
        Says<ArgumentException>("Shapes of a sum differ: 6x8 and 7x8.", () => Tensor.LayerNorm(six, seven, Tensor.Zeros(1, 8), Tensor.Zeros(1, 8)));
    }

    private static Tensor Draw(ulong seed, int rows, int cols) => Matrix.Random(new Rng(seed), rows, cols, -1, 1).ToTensor();
}
