using Redress.Data;
using Redress.Generative;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Generative;

public sealed class AutoencoderTests
{
    private static readonly Schema Schema = new(
        [
            Feature.Numeric("age"), Feature.Categorical("town", ["u", "v", "w"], Change.Any), Feature.Numeric("pay", Change.Any), Feature.Categorical("sex", ["f", "m"]),
            Feature.Integer("hours", Change.Increase), Feature.Categorical("region", ["r", "s", "t"]) with { SameAs = "town" },
        ], "y", "yes");

    private static readonly AutoencoderOptions Small = new([16], Latent: 2, LearningRate: 0.01f);

    [Fact]
    public void It_learns_what_goes_with_what()
    {
        var rows = People(400);
        foreach (var numbers in new[] { NumberLikelihood.Gaussian, NumberLikelihood.Bernoulli })
        {
            var trained = Autoencoder.Train(rows, 1, Small with { Numbers = numbers, KlWeight = 0.05f });
            var codes = new float[rows.Rows * 2];
            var decoded = new double[rows.Values.Length];
            trained.Encode(rows, codes);
            trained.Decode(codes, rows, decoded);
            var made = new Table(Schema, decoded);
            int towns = 0;
            double error = 0, spread = 0;
            for (int i = 0; i < rows.Rows; i++)
            {
                Assert.Equal((rows.Row(i)[0], rows.Row(i)[3]), (made.Row(i)[0], made.Row(i)[3]));   // immutables are given, not made
                if (rows.Row(i)[1] == made.Row(i)[1]) towns++;
                (error, spread) = (error + Math.Abs(rows.Row(i)[2] - made.Row(i)[2]), spread + Math.Abs(rows.Row(i)[2]));
            }
            Assert.True(towns > 360, $"{numbers}: {towns} towns of 400");
            // Cross-entropy hardly tells numbers in the middle of their range apart, which is why it is not the default.
            Assert.True(error < (numbers == NumberLikelihood.Gaussian ? 0.3 : 0.6) * spread, $"{numbers}: {error} of {spread}");
            Assert.True(trained.Training.Epochs[^1].Reconstruction < trained.Training.Epochs[0].Reconstruction);
        }
    }

    [Fact]
    public void The_decoder_knows_the_immutables()
    {
        // Pay is the age and nothing else: a code of no information is enough.
        var schema = new Schema([Feature.Numeric("age"), Feature.Numeric("pay", Change.Any)], "y", "yes");
        var rng = new Rng(1);
        var rows = Sample.Table(schema, [.. Enumerable.Range(0, 300).Select(_ => rng.NextGaussian()).Select(a => new[] { a, 3 * a })]);
        var trained = Autoencoder.Train(rows, 1, Small with { KlWeight = 1 });
        var decoded = new double[4];
        trained.Decode([0, 0, 0, 0], Sample.Table(schema, [[1, 0], [-1, 0]]), decoded);
        Assert.Equal([1, -1], [decoded[0], decoded[2]]);
        Assert.Equal(3, decoded[1], 0.7);
        Assert.Equal(-3, decoded[3], 0.7);
    }

    [Fact]
    public void Threads_change_nothing_and_seeds_do()
    {
        var rows = People(300);
        var options = Small with { Epochs = 3, BatchSize = 100 };
        string one = Autoencoder.Train(rows, 1, options, new(1)).Fingerprint;
        Assert.Equal(one, Autoencoder.Train(rows, 1, options, new(3)).Fingerprint);
        Assert.NotEqual(one, Autoencoder.Train(rows, 2, options, new(1)).Fingerprint);
    }

    [Fact]
    public void The_loss_is_the_weighted_evidence_bound()
    {
        foreach (var numbers in new[] { NumberLikelihood.Gaussian, NumberLikelihood.Bernoulli })
        {
            var rows = People(20);
            var encoding = Encoding.Fit(Schema, TrainingStatistics.Of(rows), new(numbers == NumberLikelihood.Bernoulli ? NumberScaling.MinMax : NumberScaling.Standardise));
            var layout = new RowLayout(Schema, encoding);
            var (encoder, decoder) = (new FeedForward([layout.Width, 4], Activation.Relu, 0, new Rng(1)), new FeedForward([2 + layout.Given, layout.Generated], Activation.Relu, 0, new Rng(2)));
            var x = new float[layout.Width];
            layout.Encode(rows.Row(0), x);
            float[] noise = [0.5f, -1.5f];
            var (reconstruction, divergence) = EvidenceBound.Of(encoder, decoder, layout, new(Latent: 2, Numbers: numbers), Tensor.From(1, layout.Width, x), Tensor.From(1, 2, noise));

            double[] q = Affine(encoder, x);
            double kl = 0;
            var input = new float[2 + layout.Given];
            for (int k = 0; k < 2; k++)
            {
                kl += -0.5 * (1 + q[2 + k] - q[k] * q[k] - Math.Exp(q[2 + k]));
                input[k] = (float)(q[k] + noise[k] * Math.Exp(q[2 + k] / 2));
            }
            x.AsSpan(layout.Generated).CopyTo(input.AsSpan(2));
            double[] made = Affine(decoder, input);
            double expected = 0;
            for (int c = 0; c < layout.Numbers; c++)
                expected += numbers == NumberLikelihood.Gaussian ? Math.Pow(made[c] - x[c], 2) / (2 * 0.3 * 0.3) : -x[c] * Math.Log(Sigmoid(made[c])) - (1 - x[c]) * Math.Log(1 - Sigmoid(made[c]));
            foreach (var (start, width) in layout.Groups)
                expected -= made[start + Array.IndexOf(x, 1f, start, width) - start] - Math.Log(Enumerable.Range(start, width).Sum(c => Math.Exp(made[c])));
            Assert.Equal(kl, divergence.Item, 1e-5);
            Assert.Equal(expected, reconstruction.Item, 1e-4);
        }
    }

    [Fact]
    public void Columns_stand_numbers_first_and_immutables_last()
    {
        var rows = People(30);
        var layout = new RowLayout(Schema, Encoding.Fit(Schema, TrainingStatistics.Of(rows), new()));
        Assert.Equal((2, 8, 11, 3), (layout.Numbers, layout.Generated, layout.Width, layout.Given));   // pay, hours; town, region; age, sex
        Assert.Equal([(2, 3), (5, 3)], layout.Groups);
        Assert.Equal([0, 3], layout.Immutables);
        var encoded = new float[layout.Width];
        var given = new float[layout.Given];
        for (int i = 0; i < rows.Rows; i++)
        {
            layout.Encode(rows.Row(i), encoded);
            layout.EncodeGiven(rows.Row(i), given);
            Assert.Equal(encoded[layout.Generated..], given);
            double[] back = rows.Row(i).ToArray();
            (back[1], back[2], back[4], back[5]) = (9, 9, 9, 9);
            layout.Decode(encoded.AsSpan(0, layout.Generated), back);
            for (int f = 0; f < back.Length; f++) Assert.Equal(rows.Row(i)[f], back[f], 1e-5);
        }
    }

    [Fact]
    public void Without_immutables_or_without_numbers_it_is_an_autoencoder_too()
    {
        var all = new Schema([Feature.Categorical("a", ["u", "v"], Change.Any), Feature.Categorical("b", ["u", "v"], Change.Any)], "y", "yes");
        var rows = Sample.Table(all, [.. Enumerable.Range(0, 64).Select(i => new double[] { i % 2, i % 2 })]);
        var trained = Autoencoder.Train(rows, 1, Small with { Numbers = NumberLikelihood.Bernoulli });
        Assert.Empty(trained.Immutables);
        var (codes, decoded) = (new float[128], new double[128]);
        trained.Encode(rows, codes);
        trained.Decode(codes, rows, decoded);
        Assert.Equal(rows.Values.ToArray(), decoded);
    }

    [Fact]
    public void Options_out_of_range_are_refused_together() => Assert.Equal(
        """
        The autoencoder has 17 hidden layers; the limit is 16.
        A hidden layer of the autoencoder has 0 units; must be 1 to 16384.
        Latent size is 1025; must be 1 to 1024.
        Epochs is 0; must be at least 1.
        Batch size is 0; must be at least 1.
        Learning rate is NaN; must be more than 0 and finite.
        KL weight is -1; must be at least 0 and finite.
        Number likelihood is 7; must be one of Gaussian, Bernoulli.
        Activation is 9; must be one of Identity, Tanh, Relu, LeakyRelu, Gelu, Sigmoid.
        Threads is -1; must be 0 (all cores) to 1024.
        """.ReplaceLineEndings(),
        Sample.Message<OptionsException>(() => Autoencoder.Train(People(5), 1, new([.. Enumerable.Repeat(4, 16), 0], 1025, 0, 0, float.NaN, -1, (NumberLikelihood)7, (Activation)9), new(-1))).ReplaceLineEndings());

    [Fact]
    public void Rows_that_teach_nothing_are_refused()
    {
        Assert.Equal("There are no rows to train an autoencoder on.", Sample.Message<DataException>(() => Autoencoder.Train(new Table(Schema, []), 1)));
        var faulty = new Table(Schema, new double[6], faults: new Dictionary<int, string> { [0] = "rows.csv, line 2: no number" });
        Assert.Equal("1 of the rows could not be read: rows.csv, line 2: no number", Sample.Message<DataException>(() => Autoencoder.Train(faulty, 1)));
        var frozen = new Schema([Feature.Numeric("age")], "y", "yes");
        Assert.Equal("The schema lets nobody change anything; an autoencoder generates what can change: give at least one feature the change any, increase or decrease.",
            Sample.Message<OptionsException>(() => Autoencoder.Train(Sample.Table(frozen, [[1], [2]]), 1)));
    }

    [Fact]
    public void A_training_that_diverges_says_so()
    {
        string message = Sample.Message<OptionsException>(() => Autoencoder.Train(People(40), 1, Small with { LearningRate = 1e6f }));
        Assert.Matches(@"^The autoencoder's training diverged in epoch \d+: its loss is (NaN|Infinity|∞); lower the learning rate \(1000000\)\.$", message);
    }

    [Fact]
    public void Training_is_visible_and_can_be_stopped()
    {
        var seen = new List<Progress>();
        Autoencoder.Train(People(64), 1, Small with { Epochs = 2 }, null, new Told(seen.Add));
        Assert.Equal(16, seen.Count);
        Assert.Equal(new("training the autoencoder", 16, 16, "epoch 2"), seen[^1]);
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Autoencoder.Train(People(64), 1, Small, null, new Told(_ => cancel.Cancel()), cancel.Token));
    }

    /// <summary>Town goes with the sign of pay, hours with its size, the region with the town.</summary>
    internal static Table People(int rows, ulong seed = 3)
    {
        var rng = new Rng(seed);
        return Sample.Table(Schema, [.. Enumerable.Range(0, rows).Select(i =>
        {
            double pay = 100 * rng.NextGaussian();
            double town = pay > 40 ? 2 : pay < -40 ? 1 : 0;
            return new[] { 40 + 10 * rng.NextGaussian(), i < 3 ? i : town, pay, rng.NextInt(2), Math.Round(20 + pay / 10), i < 3 ? i : town };
        })]);
    }

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    private static double[] Affine(FeedForward network, float[] x)
    {
        var (weight, bias) = (network.Parameters[0], network.Parameters[1]);
        return [.. Enumerable.Range(0, weight.Cols).Select(c => bias[0, c] + Enumerable.Range(0, weight.Rows).Sum(r => (double)weight[r, c] * x[r]))];
    }

    private sealed class Told(Action<Progress> tell) : IProgress<Progress>
    {
        public void Report(Progress value) => tell(value);
    }
}
