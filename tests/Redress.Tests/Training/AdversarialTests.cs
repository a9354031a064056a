using Redress.Attacks;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Tests.Training;

public sealed class AdversarialTests
{
    private static readonly Schema Schema = new([Feature.Numeric("strong"), Feature.Numeric("weak"), Feature.Categorical("c", ["u", "v"])], "y", "yes");

    private static readonly TrainingSettings Small = new(
        [12], Activation.Relu, Dropout: 0, LearningRate: 0.02f, BatchSize: 32, Epochs: 8, ClassWeights: false, Threshold: new(0.5), Best: BestEpoch.Last);

    private static readonly AdversarialOptions Options = new(new(0.3));

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    public void Without_a_radius_it_is_standard_training_bit_for_bit(double share)
    {
        var data = Data(300);
        var settings = Small with { Dropout = 0.2f, Epochs = 3 };
        var model = Trainer.Adversarial(data, settings, Options with { Ball = new(0), Share = share }, 4);
        Assert.Equal(Sample.Weights(Trainer.Standard(data, settings, 4)), Sample.Weights(model));
        Assert.NotEqual(Sample.Weights(model), Sample.Weights(Trainer.Adversarial(data, settings, Options with { Share = share }, 4)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    public void The_bits_are_the_same_at_any_number_of_threads(double share)
    {
        var data = Data(400);
        var settings = Small with { BatchSize = 150, MicroBatch = 40, Epochs = 2 };
        double[] weights = Sample.Weights(Trainer.Adversarial(data, settings, Options with { Share = share }, 4, new(1)));
        Assert.Equal(weights, Sample.Weights(Trainer.Adversarial(data, settings, Options with { Share = share }, 4, new(2))));
        Assert.NotEqual(weights, Sample.Weights(Trainer.Adversarial(data, settings, Options with { Share = share }, 5, new(2))));
    }

    [Theory]
    [InlineData(1, "adversarial")]
    [InlineData(0.5, "adversarial-mixed")]
    public void It_makes_models_less_susceptible(double share, string slug)
    {
        // Over many weakly telling columns an attack turns what no single column says.
        var schema = new Schema([.. Enumerable.Range(0, 20).Select(i => Feature.Numeric(Invariant($"weak{i}"))), Feature.Numeric("strong")], "y", "yes");
        var rng = new Rng(8);
        bool[] labels = [.. Enumerable.Range(0, 700).Select(i => i % 2 == 0)];
        double[][] rows = [.. labels.Select(l => (double[])[.. Enumerable.Range(0, 20).Select(_ => (l ? 0.2 : -0.2) + rng.NextGaussian()), (l ? 1.2 : -1.2) + rng.NextGaussian()])];
        var data = TrainingData.Of(Sample.Table(schema, rows, labels), new(), new Rng(1));
        var options = new AdversarialOptions(new(0.4), Share: share);
        double Susceptible(NetworkModel model) => SusceptibilityCurve.Measure(model, data.Test!, new Pgd(), new(), [0.4], new Rng(2))[0].Susceptibility;
        var (standard, hardened) = (Trainer.Standard(data, Small, 3), Trainer.Adversarial(data, Small, options, 3));
        Assert.True(Susceptible(hardened) < Susceptible(standard) - 0.1, $"{Susceptible(hardened)} against {Susceptible(standard)}");
        Assert.Equal(slug, hardened.Training.Objective);
    }

    [Fact]
    public void The_loss_is_the_cross_entropy_of_the_attacked_rows()
    {
        // A linear network: the worst of the ball is x - ε sign(w) for the favourable, x + ε sign(w) for the others; the category stays.
        var table = Data(40).Train;
        var statistics = TrainingStatistics.Of(table);
        var encoding = Encoding.Fit(Schema, statistics, new(NumberScaling.None));
        float[] w = [1.5f, -0.5f, 0.2f, -0.1f];
        var network = FeedForward.FromValues([4, 1], Activation.Tanh, 0, [w], [[0.3f]]);
        int n = table.Rows;
        var x = new float[4 * n];
        encoding.Encode(table, 0, n, x);
        using var scope = TensorScope.Open();
        var batch = new Batch(Enumerable.Range(0, n).ToArray(), Tensor.From(n, 4, x), Tensor.From(n, 1, [.. table.Labels!.Select(l => l ? 1f : 0f)]), Tensor.Full(n, 1, 1));
        var wide = new Dictionary<string, double> { ["weak"] = 2 };
        var schema = new Schema([.. Schema.Features.Select(f => f.IsNamed ? f : f with { Minimum = -99, Maximum = 99 })], "y", "yes");
        var rows = new ObjectiveRows(new(schema, table.Values.ToArray(), labels: table.Labels), encoding, statistics, null);
        IObjective objective = new Adversarial(new(new(0.25, Radii: wide)));
        double expected = 0, none = 0;
        for (int i = 0; i < n; i++)
        {
            double z = 0.3 + Enumerable.Range(0, 4).Sum(c => (double)w[c] * x[4 * i + c]), margin = table.Labels![i] ? z : -z;
            expected += Math.Log(1 + Math.Exp(-(margin - 0.25 * (1.5 + 2 * 0.5)))) / n;
            none += Math.Log(1 + Math.Exp(-margin)) / n;
        }
        Assert.Equal(expected, objective.ForThread(rows).Loss(network, batch, new Rng(1)).Item, 1e-4);
        // Half of the rows attacked lies between none and all of them, and is the same for the same stream.
        IObjective mixed = new AdversarialMixed(new(new(0.25, Radii: wide), Share: 0.5));
        float half = mixed.ForThread(rows).Loss(network, batch, new Rng(1)).Item;
        Assert.InRange(half, none + 0.3 * (expected - none), none + 0.7 * (expected - none));
        Assert.Equal(half, mixed.ForThread(rows).Loss(network, batch, new Rng(1)).Item);
        Assert.NotEqual(half, mixed.ForThread(rows).Loss(network, batch, new Rng(2)).Item);
    }

    [Fact]
    public void The_attack_is_written_down_with_the_model()
    {
        string path = Path.GetTempFileName();
        try
        {
            ModelFile.Save(Trainer.Adversarial(Data(100), Small with { Epochs = 1 }, Options with { Share = 0.5 }, 1), path);
            Assert.Equal(
                """{"ball":{"epsilon":0.3,"norm":"Linf","features":"Numbers","radii":null},"attack":{"steps":7,"step_size":null,"random_start":true,"restarts":1},"share":0.5}""",
                ModelFile.Load(path).Training.ObjectiveOptions);
            ModelFile.Save(Trainer.Standard(Data(100), Small with { Epochs = 1 }, 1), path);
            Assert.Null(ModelFile.Load(path).Training.ObjectiveOptions);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused_before_work()
    {
        var wrong = new AdversarialOptions(new(double.NaN, Radii: new Dictionary<string, double> { ["x"] = 1 }), new(0, Restarts: 2), 0);
        Assert.Equal(
            """
            Epsilon is NaN; must be 0 to 1000 in encoded units.
            Steps is 0; must be 1 to 10000.
            Restarts is 2; a training step starts each attack once (1).
            The attacked share is 0; must be more than 0 and at most 1.
            There is no feature 'x' to give a radius.
            """.ReplaceLineEndings("\n"), Sample.Message<OptionsException>(() => Trainer.Adversarial(Data(100), Small, wrong, 1)).ReplaceLineEndings("\n"));
    }

    private static TrainingData Data(int rows)
    {
        var rng = new Rng(9);
        double[][] values = [.. Enumerable.Range(0, rows).Select(_ => new[] { rng.NextGaussian(), rng.NextGaussian(), rng.NextInt(2) })];
        return TrainingData.Of(Sample.Table(Schema, values, [.. values.Select(v => v[0] + 0.3 * v[1] + 0.3 * rng.NextGaussian() > 0)]), new(), new Rng(1));
    }
}
