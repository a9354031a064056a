using Redress.Data;
using Redress.Generative;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Generative;

public sealed class DiffusionTests
{
    internal static readonly DiffusionOptions Small = new([32, 32], Latent: 3, CodeEpochs: 4, Epochs: 4);

    [Fact]
    public void The_parts_of_the_denoiser_are_the_published_ones()
    {
        foreach (float sigma in new[] { 0.002f, 0.1f, 0.5f, 3, 80 })
        {
            double square = (double)sigma * sigma + 0.25;
            Assert.Equal(0.25 / square, Denoiser.Skip(sigma), 1e-6);
            Assert.Equal(sigma * 0.5 / Math.Sqrt(square), Denoiser.Out(sigma), 1e-6);
            Assert.Equal(1 / Math.Sqrt(square), Denoiser.In(sigma), 1e-6);
            Assert.Equal(Math.Log(sigma) / 4, Denoiser.Noise(sigma), 1e-6);
            Assert.Equal(sigma, Denoiser.SigmaOf(Denoiser.Noise(sigma)), 1e-5 * sigma);
            var bumps = new float[Denoiser.Bumps];
            Denoiser.BumpsOf(Denoiser.Noise(sigma), bumps);
            for (int k = 0; k < bumps.Length; k++) Assert.Equal(Math.Exp(-0.5 * Math.Pow((Math.Log(sigma) / 4 + 1.6) / 0.18 - k, 2)), bumps[k], 1e-4);
            Assert.True(bumps.Max() > 0.88f, "c_noise lies between two bumps");
        }
    }

    [Fact]
    public void What_the_network_learns_is_the_weighted_loss()
    {
        // (σ² + σd²) / (σ σd)² ‖D - z₀‖² = ‖F - target‖² for any F.
        float[] code = [0.4f, -0.7f], f = [0.3f, 1.1f];
        var (z, input, target) = (new float[2], new float[2 + Denoiser.Bumps], new float[2]);
        float noise = -0.2f, sigma = Denoiser.SigmaOf(noise);
        DiffusionRun.Write(code, noise, new Rng(1), z, input, target);
        for (int k = 0; k < 2; k++)
        {
            double denoised = Denoiser.Skip(sigma) * z[k] + Denoiser.Out(sigma) * f[k];
            double weighted = (sigma * sigma + 0.25) / Math.Pow(sigma * 0.5, 2) * Math.Pow(denoised - code[k], 2);
            Assert.Equal(weighted, Math.Pow(f[k] - target[k], 2), 1e-4);
            Assert.Equal(z[k] * Denoiser.In(sigma), input[k], 1e-6);
        }
    }

    [Fact]
    public void A_denoiser_gives_the_same_bits_in_any_company()
    {
        var denoiser = new Denoiser(new FeedForward([3 + Denoiser.Bumps, 16, 3], Activation.Gelu, 0, new Rng(1)));
        var z = new float[70 * 3];
        new Rng(2).FillGaussian(z);
        var (all, one) = (new float[z.Length], new float[3]);
        denoiser.Denoise(z, 70, 0.7f, all);
        denoiser.Denoise(z.AsSpan(66 * 3, 3), 1, 0.7f, one);
        Assert.Equal(all[(66 * 3)..(67 * 3)], one);
    }

    [Fact]
    public void A_trained_denoiser_draws_the_mean_and_the_spread_of_gaussian_codes()
    {
        var rng = new Rng(3);
        var codes = new float[2000 * 2];
        for (int i = 0; i < 2000; i++)
        {
            float a = 0.5f * (float)rng.NextGaussian();
            (codes[2 * i], codes[2 * i + 1]) = (a, 0.8f * a + 0.3f * (float)rng.NextGaussian());
        }
        var (denoiser, epochs) = new DiffusionRun(codes, new([64, 64], Latent: 2, Epochs: 60), new Rng(4)).Train(new(1), null, CancellationToken.None);
        Assert.True(epochs[^1].Loss < epochs[0].Loss);
        var z = new float[codes.Length];
        DiffusionSampler.Sample(denoiser.Denoise, 50, 2, [.. Enumerable.Range(0, 2000).Select(i => new Rng(5).Split((ulong)i))], z);
        double[] real = Moments(codes), drawn = Moments(z);
        for (int k = 0; k < 2; k++) Assert.Equal(real[k], drawn[k], 0.05);              // means
        for (int k = 2; k < 5; k++) Assert.Equal(real[k], drawn[k], 0.12 * real[2]);    // variances and covariance
    }

    [Fact]
    public void Rows_that_are_drawn_look_like_the_training_rows()
    {
        // Town goes with the sign of pay, hours with its size.
        var rows = AutoencoderTests.People(600);
        var diffusion = Diffusion.Train(rows, 1, new([128, 128], Latent: 6, CodeEpochs: 150, Epochs: 400));
        var drawn = diffusion.Sample(600, new Rng(2));
        Assert.Same(rows.Schema, drawn.Schema);
        int together = 0, clear = 0;
        double hours = 0;
        for (int i = 0; i < 600; i++)
        {
            var row = drawn.Row(i);
            for (int f = 0; f < row.Length; f++) Assert.True(rows.Schema.Features[f].Holds(row[f]));
            Assert.Contains(row[2], Column(rows, 2));
            // Where pay is near a border between towns, a little noise is enough for the other one.
            if (Math.Abs(Math.Abs(row[2]) - 40) > 20)
            {
                clear++;
                if (row[1] == (row[2] > 40 ? 2 : row[2] < -40 ? 1 : 0)) together++;
            }
            hours += Math.Abs(row[4] - (20 + row[2] / 10)) / 600;
        }
        Assert.True(together > 0.85 * clear, $"town goes with pay in {together} of {clear}");
        Assert.True(hours < 4, $"hours are {hours} off on average; their standard deviation is 10");
        foreach (int f in new[] { 0, 2 })
        {
            double[] real = Column(rows, f), made = Column(drawn, f);
            double spread = Math.Sqrt(real.Average(v => Math.Pow(v - real.Average(), 2)));
            Assert.Equal(real.Average(), made.Average(), 0.2 * spread);
            Assert.Equal(spread, Math.Sqrt(made.Average(v => Math.Pow(v - made.Average(), 2))), 0.25 * spread);
        }
    }

    [Fact]
    public void Threads_and_chunks_change_nothing_and_seeds_do()
    {
        var rows = AutoencoderTests.People(150);
        var one = Diffusion.Train(rows, 1, Small, new(1));
        Assert.Equal(one.Fingerprint, Diffusion.Train(rows, 1, Small, new(3)).Fingerprint);
        Assert.NotEqual(one.Fingerprint, Diffusion.Train(rows, 2, Small, new(1)).Fingerprint);
        double[] expected = one.Sample(23, new Rng(1), 6, new(1, 1)).Values.ToArray();
        foreach (var execution in new[] { new Execution(3, 2), new Execution(2, 100) }) Assert.Equal(expected, one.Sample(23, new Rng(1), 6, execution).Values.ToArray());
        Assert.Equal(expected[..(5 * 6)], one.Sample(5, new Rng(1), 6).Values.ToArray());
        Assert.NotEqual(expected, one.Sample(23, new Rng(2), 6).Values.ToArray());
    }

    [Fact]
    public void Numbers_become_normal_scores_and_come_back()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any), Feature.Categorical("c", ["u", "v"]), Feature.Ordinal("o", ["l", "m", "h"])], "y", "yes");
        var rows = Sample.Table(schema, [[5, 1, 0], [7, 0, 2], [5, 1, 2], [9, 0, 2]]);
        var numbers = NormalScores.Of(rows);
        Assert.Equal([5, 7, 9], numbers.ValuesOf(0)!);
        double[] row = [7, 0, 2];
        numbers.Score(row);
        Assert.Equal([0.31863936396437514, 0, 0.31863936396437514], row, (a, b) => Math.Abs(a - b) < 1e-9);   // the quantile of 0.625
        foreach (var (score, value) in new[] { (-9.0, 5.0), (-0.2, 5.0), (0.3, 7.0), (0.7, 7.0), (0.8, 9.0), (9, 9) })
        {
            double[] back = [score, 1, 0];
            numbers.Unscore(back);
            Assert.Equal([value, 1, 2], back);
        }
    }

    [Fact]
    public void Rows_that_are_all_alike_can_be_learnt()
    {
        var rows = Sample.Table(AutoencoderTests.People(1).Schema, [.. Enumerable.Repeat<double[]>([40, 1, 3, 0, 8, 1], 3)]);
        var drawn = Diffusion.Train(rows, 1, Small).Sample(4, new Rng(1), 5);
        for (int i = 0; i < 4; i++) Assert.Equal([40, 3, 8], new[] { drawn.Row(i)[0], drawn.Row(i)[2], drawn.Row(i)[4] });
    }

    [Fact]
    public void Training_is_visible_and_can_be_stopped()
    {
        var seen = new List<Progress>();
        var rows = AutoencoderTests.People(64);
        Diffusion.Train(rows, 1, Small, null, new Told(seen.Add));
        Assert.Equal(["training the autoencoder", "training the denoiser"], seen.Select(p => p.Stage).Distinct());
        Assert.Equal(new("training the denoiser", 32, 32, "epoch 4"), seen[^1]);
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Diffusion.Train(rows, 1, Small, null, new Told(p =>
        {
            if (p.Stage == "training the denoiser") cancel.Cancel();
        }), cancel.Token));
    }

    [Fact]
    public void What_cannot_be_learnt_is_refused()
    {
        var rows = AutoencoderTests.People(20);
        Assert.Equal(
            """
            Options of the diffusion model: hidden has 17 layers; the limit is 16.
            Options of the diffusion model: a layer of hidden has 0 units; must be 1 to 16384.
            Options of the diffusion model: latent is 0; must be 1 to 1024.
            Options of the diffusion model: code-epochs is 0; must be 1 to 100000.
            Options of the diffusion model: epochs is 0; must be 1 to 100000.
            Options of the diffusion model: batch-size is 0; must be 1 to 1048576.
            Options of the diffusion model: learning-rate is NaN; must be more than 0 and finite.
            Threads is -1; must be 0 (all cores) to 1024.
            """.ReplaceLineEndings(),
            Sample.Message<OptionsException>(() => Diffusion.Train(rows, 1, new([.. Enumerable.Repeat(4, 16), 0], 0, 0, 0, 0, double.NaN), new(-1))).ReplaceLineEndings());
        Assert.Equal("There are no rows to train a diffusion model on.", Sample.Message<DataException>(() => Diffusion.Train(new Table(rows.Schema, []), 1)));
        var faulty = new Table(rows.Schema, new double[6], faults: new Dictionary<int, string> { [0] = "rows.csv, line 2: no number" });
        Assert.Equal("1 of the rows could not be read: rows.csv, line 2: no number", Sample.Message<DataException>(() => Diffusion.Train(faulty, 1)));
        Assert.Matches(@"^The denoiser's training diverged in epoch \d+: its loss is (NaN|Infinity|∞); lower the learning rate \(1E\+20\)\.$",
            Sample.Message<OptionsException>(() => Diffusion.Train(rows, 1, Small with { LearningRate = 1e20 })));
    }

    private static double[] Column(Table rows, int feature) => [.. Enumerable.Range(0, rows.Rows).Select(i => rows.Row(i)[feature])];

    /// <summary>Means, variances and covariance of pairs.</summary>
    private static double[] Moments(float[] z)
    {
        int n = z.Length / 2;
        double[] m = [Enumerable.Range(0, n).Average(i => (double)z[2 * i]), Enumerable.Range(0, n).Average(i => (double)z[2 * i + 1])];
        double Product(int a, int b) => Enumerable.Range(0, n).Average(i => (z[2 * i + a] - m[a]) * (z[2 * i + b] - m[b]));
        return [m[0], m[1], Product(0, 0), Product(1, 1), Product(0, 1)];
    }

    private sealed class Told(Action<Progress> tell) : IProgress<Progress>
    {
        public void Report(Progress value) => tell(value);
    }
}
