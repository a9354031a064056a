using Redress.Data;
using Redress.Generative;
using Redress.Tensors;

namespace Redress.Tests.Generative;

public sealed class SubspaceAutoencoderTests
{
    internal static readonly Schema Columns = new(
        [Feature.Numeric("told", Change.Any), Feature.Numeric("taste", Change.Any), Feature.Numeric("habit", Change.Any), Feature.Categorical("home", ["rent", "own"], Change.Any), Feature.Numeric("age")], "y", "yes");

    internal static readonly SubspaceOptions Small = new([32], 2, 1, 60, 64, 0.005f, 0.2f, 1, 10, NumberLikelihood.Gaussian);

    private static readonly Lazy<(Table Rows, SubspaceAutoencoder Trained)> Learnt = new(() => (People(600), SubspaceRun.Train(People(600), Small, new Rng(1), new(1), null, default)));

    /// <summary>The label moves "told" and "home"; "taste" and "habit" go with each other and with nothing else.</summary>
    internal static Table People(int count)
    {
        var rng = new Rng(9);
        var (rows, labels) = (new double[count][], new bool[count]);
        for (int i = 0; i < count; i++)
        {
            labels[i] = rng.NextInt(2) == 1;
            double taste = rng.NextGaussian();
            rows[i] = [(labels[i] ? 2 : -2) + 0.5 * rng.NextGaussian(), taste, taste + 0.2 * rng.NextGaussian(), labels[i] ? 1 : 0, rng.NextGaussian()];
        }
        return Sample.Table(Columns, rows, labels);
    }

    [Fact]
    public void W_carries_the_label_and_z_does_not()
    {
        var (rows, trained) = Learnt.Value;
        float[] codes = trained.Encode(rows, [.. rows.Labels!]);
        // The nearest mean of the label's codes names the label: hardly better than a coin by z.
        Assert.True(Told(codes, rows.Labels!, 0, 1) > 0.95, $"w: {Told(codes, rows.Labels!, 0, 1)}");
        Assert.InRange(Told(codes, rows.Labels!, 1, 2), 0, 0.6);
    }

    [Fact]
    public void Moving_w_to_the_other_label_s_prior_flips_what_the_label_moves_and_keeps_the_rest()
    {
        var (rows, trained) = Learnt.Value;
        float[] codes = trained.Encode(rows, [.. rows.Labels!]);
        for (int i = 0; i < rows.Rows; i++) codes[3 * i] = trained.Networks.Prior[rows.Labels![i] ? 0 : 1, 0];
        double[][] made = Decode(trained, rows, codes);
        int flipped = Enumerable.Range(0, rows.Rows).Count(i => made[i][0] > 0 != rows.Labels![i] && made[i][3] == (rows.Labels[i] ? 0 : 1));
        Assert.True(flipped > 0.97 * rows.Rows, $"{flipped} flipped");
        double moved = Enumerable.Range(0, rows.Rows).Average(i => Math.Abs(made[i][1] - rows.Row(i)[1]));
        Assert.True(moved < 0.4, $"taste moved by {moved}, of 0.8 from person to person");
        Assert.All(Enumerable.Range(0, rows.Rows), i => Assert.Equal(rows.Row(i)[4], made[i][4]));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        var rows = People(100);
        float[] Weights(int threads) => [.. SubspaceRun.Train(rows, Small with { Epochs = 2 }, new Rng(1), new(threads), null, default).Networks.Parameters.SelectMany(p => p.Values.ToArray())];
        Assert.Equal(Weights(1), Weights(3));
    }

    [Fact]
    public void Training_tells_where_it_is_and_stops_when_asked()
    {
        using var cancel = new CancellationTokenSource();
        var told = new List<Progress>();
        Assert.Throws<OperationCanceledException>(() => SubspaceRun.Train(People(100), Small, new Rng(1), new(1), new Listener(p =>
        {
            told.Add(p);
            if (told.Count == 3) cancel.Cancel();
        }), cancel.Token));
        Assert.Equal(("training the autoencoder", 3L), (told[^1].Stage, told[^1].Done));
    }

    [Fact]
    public void Rows_that_cannot_teach_are_refused()
    {
        string Refused(Table rows, SubspaceOptions? options = null) => Sample.Message<OptionsException>(() => SubspaceRun.Train(rows, options ?? Small, new Rng(1), new(1), null, default));
        var rows = People(60);
        Assert.Equal("There are no rows to train an autoencoder on.", Refused(rows.Slice(0, 0)));
        Assert.Equal("A conditional-subspace autoencoder needs training rows with labels; these have none.", Refused(new(Columns, rows.Values.ToArray())));
        Assert.Equal("A conditional-subspace autoencoder needs training rows of both labels; these have one.", Refused(new(Columns, rows.Values.ToArray(), labels: new bool[60])));
        Assert.StartsWith("The autoencoder's training diverged in epoch ", Refused(rows, Small with { LearningRate = 1e30f }), StringComparison.Ordinal);
    }

    private static double Told(float[] codes, IReadOnlyList<bool> labels, int first, int count)
    {
        int width = codes.Length / labels.Count;
        var means = new double[2, count];
        for (int i = 0; i < labels.Count; i++)
            for (int k = 0; k < count; k++) means[labels[i] ? 1 : 0, k] += codes[i * width + first + k] / labels.Count(l => l == labels[i]);
        double Far(int i, int label) => Enumerable.Range(0, count).Sum(k => Math.Pow(codes[i * width + first + k] - means[label, k], 2));
        return Enumerable.Range(0, labels.Count).Count(i => Far(i, 1) < Far(i, 0) == labels[i]) / (double)labels.Count;
    }

    private static double[][] Decode(SubspaceAutoencoder trained, Table rows, float[] codes)
    {
        var decoder = trained.Decoder;
        float[] inputs = decoder.InputsOf(rows, codes);
        float[] generated = decoder.Network.Forward(Tensor.From(rows.Rows, decoder.Inputs, inputs)).Values.ToArray();
        return [.. Enumerable.Range(0, rows.Rows).Select(i =>
        {
            double[] raw = rows.Row(i).ToArray();
            decoder.Layout.Decode(generated.AsSpan(i * decoder.Layout.Generated, decoder.Layout.Generated), raw);
            return raw;
        })];
    }

    private sealed class Listener(Action<Progress> heard) : IProgress<Progress>
    {
        public void Report(Progress value) => heard(value);
    }
}
