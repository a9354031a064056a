using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Models;

public sealed class RecourseGeneratorTests
{
    private static readonly Schema Columns = new(
        [Feature.Numeric("a", Change.Any), Feature.Categorical("b", ["u", "v", "w"], Change.Any), Feature.Categorical("c", ["s", "t"]), Feature.Numeric("d")], "y", "yes");

    private static NetworkModel Model(int[] hidden) =>
        Sample.WithGenerator(Sample.Network(Sample.Random(Columns, 40, 3), hidden, 1), "counternet", 5);

    private static Tensor Rows(NetworkModel model, int rows)
    {
        var people = Sample.Random(Columns, rows, 9);
        var encoded = new float[rows * model.Encoding.Width];
        model.Encoding.Encode(people, 0, rows, encoded);
        return Tensor.From(rows, model.Encoding.Width, encoded);
    }

    [Fact]
    public void It_writes_from_the_latent_and_the_last_hidden_layer_softmax_a_group_and_copies_immutables()
    {
        var model = Model([5, 4]);
        var (generator, x) = (model.Generator!, Rows(model, 6));
        var (logits, soft) = generator.Forward(model.Network, generator.Network, x, null);
        var (hidden, _) = model.Network.ForwardAll(x, null);
        var expected = generator.Network.Forward(Tensor.ConcatCols(hidden[0], hidden[1]));
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 7; j++) Assert.Equal(expected[i, j], logits[i, j]);
            Assert.Equal(logits[i, 0], soft[i, 0]);
            double sum = Enumerable.Range(1, 3).Sum(j => Math.Exp(logits[i, j]));
            for (int j = 1; j < 4; j++) Assert.Equal(Math.Exp(logits[i, j]) / sum, soft[i, j], 1e-6);
            for (int j = 4; j < 7; j++) Assert.Equal(x[i, j], soft[i, j]);
        }
    }

    [Fact]
    public void A_hard_row_has_one_category_a_group()
    {
        var model = Model([5]);
        var (generator, x) = (model.Generator!, Rows(model, 30));
        var (logits, _) = generator.Forward(model.Network, generator.Network, x, null);
        var hard = generator.Hard(model.Network, x);
        var chosen = new HashSet<int>();
        for (int i = 0; i < 30; i++)
        {
            int best = Enumerable.Range(1, 3).MaxBy(j => logits[i, j]);
            chosen.Add(best);
            Assert.Equal(logits[i, 0], hard[i, 0]);
            for (int j = 1; j < 4; j++) Assert.Equal(j == best ? 1 : 0, hard[i, j]);
            for (int j = 4; j < 7; j++) Assert.Equal(x[i, j], hard[i, j]);
        }
        Assert.True(chosen.Count > 1);
        Assert.False(hard.Tracked);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(3)]
    public void Generating_in_one_pass_gives_the_bits_of_both_networks(int layers)
    {
        foreach (var activation in Enum.GetValues<Activation>())
        {
            var model = Sample.WithGenerator(Sample.Network(Sample.Random(Columns, 40, 3), [.. Enumerable.Range(0, layers).Select(i => 9 - 2 * i)], 1, activation: activation), "counternet", 5);
            int width = model.Encoding.Width;
            var x = Rows(model, 200);
            var hard = model.Generator!.Hard(model.Network, x);
            float[] rows = new float[x.Size], expected = new float[x.Size];
            x.ReadTo(rows);
            hard.ReadTo(expected);
            double[] scores = Scores.Favourable(model, Sample.Random(Columns, 200, 9));
            foreach (int count in new[] { 1, 63, 64, 200 })
            {
                float[] logits = new float[count], recourse = new float[count * width];
                model.Generate(rows.AsSpan(0, count * width), count, logits, recourse);
                Assert.Equal(scores[..count], logits.Select(l => (double)l));
                Assert.Equal(expected[..(count * width)], recourse);
            }
        }
        Assert.Equal("The model has no generator.", Sample.Message<InvalidOperationException>(() =>
        {
            Sample.Network(Sample.Random(Columns, 40, 3), [3], 1).Generate([], 0, [], []);
            return null;
        }));
    }

    [Fact]
    public void Without_hidden_layers_it_reads_the_row()
    {
        var model = Model([]);
        var (generator, x) = (model.Generator!, Rows(model, 3));
        var (logits, _) = generator.Forward(model.Network, generator.Network, x, null);
        Assert.Equal(generator.Network.Forward(x)[2, 1], logits[2, 1]);
        Assert.Equal((GeneratorInput.Row, 0), (generator.Input, generator.EncoderLayers));
    }

    [Fact]
    public void Gradients_reach_the_generator_and_not_what_it_copies()
    {
        var model = Model([5, 4]);
        var (generator, x) = (model.Generator!, Rows(model, 6));
        var (_, soft) = generator.Forward(model.Network, generator.Network, x, new Rng(3));
        var gradients = Gradients.Of(soft.Square().Sum(), generator.Network.Parameters);
        Assert.Contains(Enumerable.Range(0, 7), j => gradients[0][0, j] != 0);
        for (int j = 0; j < 7; j++) Assert.Equal(j >= 4, gradients[^1][0, j] == 0);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_refused()
    {
        var model = Model([5, 4]);
        var encoding = model.Encoding;
        RecourseGenerator Of(int inputs, int outputs, int encoderLayers = 1, GeneratorInput input = GeneratorInput.Hidden, string slug = "counternet", int[]? immutables = null) =>
            new(new FeedForward([inputs, outputs], Activation.Relu, 0, new Rng(1)), input, encoderLayers, immutables ?? [], slug, "{}", encoding);
        string Message(Func<RecourseGenerator> make) => Sample.Message<ArgumentException>(() =>
        {
            make().RequireFits(model.Network);
            return null;
        });
        Assert.Equal("The generator writes 6 columns; the encoding has 7. (Parameter 'network')", Message(() => Of(9, 6)));
        Assert.Equal("The generator reads 8 columns; the classifier gives it 9.", Message(() => Of(8, 7)));
        Assert.Equal("The generator reads 9 columns; the classifier gives it 8.", Message(() => Of(9, 7, encoderLayers: 2)));
        Assert.Equal("The generator reads 9 columns; the classifier gives it 7.", Message(() => Of(9, 7, encoderLayers: 0, input: GeneratorInput.Row)));
        Assert.Equal("The generator's input is 5; must be hidden or row. (Parameter 'input')", Message(() => Of(9, 7, input: (GeneratorInput)5)));
        Assert.Equal("The generator's encoder layers are 3; the classifier has 2 hidden layers. (Parameter 'encoderLayers')", Message(() => Of(9, 7, encoderLayers: 3)));
        Assert.Equal("The generator's slug must be 1 to 40 small letters, digits and hyphens. (Parameter 'slug')", Message(() => Of(9, 7, slug: "Counter Net")));
        Assert.Equal("The generator's immutables are not ascending numbers of 4 features. (Parameter 'immutables')", Message(() => Of(9, 7, immutables: [2, 2])));
    }
}
