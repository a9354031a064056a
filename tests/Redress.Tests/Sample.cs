using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests;

/// <summary>Small tables and models with known answers, written out by hand.</summary>
internal static class Sample
{
    /// <summary>Rows as raw numbers, one array a person.</summary>
    internal static Table Table(Schema schema, double[][] rows, bool[]? labels = null, string[]? ids = null) =>
        new(schema, [.. rows.SelectMany(r => r)], ids, labels);

    /// <summary>The score wᵀ enc(x) + b, with the encoding fitted to the training rows; by default the encoding leaves numbers as they are.</summary>
    internal static NetworkModel Linear(Table training, float[] weights, float bias, double threshold = 0, NumberScaling scaling = NumberScaling.None, SplitKeys? keys = null)
    {
        var statistics = TrainingStatistics.Of(training);
        var encoding = Encoding.Fit(training.Schema, statistics, new(scaling));
        var network = FeedForward.FromValues([weights.Length, 1], Activation.Tanh, 0, [weights], [[bias]]);
        return new(training.Schema, encoding, statistics, network, threshold, Record(keys));
    }

    /// <summary>A multilayer perceptron with random weights, a few times as large as training starts from.</summary>
    internal static NetworkModel Network(Table training, int[] hidden, ulong seed, float scale = 2, Activation activation = Activation.Tanh)
    {
        var statistics = TrainingStatistics.Of(training);
        var encoding = Encoding.Fit(training.Schema, statistics, new());
        var network = new FeedForward([encoding.Width, .. hidden, 1], activation, 0, new Rng(seed));
        foreach (var parameter in network.Parameters)
        {
            var values = new float[parameter.Size];
            parameter.ReadTo(values);
            parameter.WriteFrom([.. values.Select(v => scale * v)]);
        }
        return new(training.Schema, encoding, statistics, network, 0, Record(null));
    }

    /// <summary>Rows of independent standard normal numbers, rounded for integers, uniform for named values.</summary>
    internal static Table Random(Schema schema, int rows, ulong seed, double spread = 1, bool labels = false)
    {
        var rng = new Rng(seed);
        var values = new double[rows][];
        for (int r = 0; r < rows; r++)
            values[r] = [.. schema.Features.Select(f => f.IsNamed ? rng.NextInt(f.Values.Count) : f.IsDiscrete ? Math.Round(spread * rng.NextGaussian()) : spread * rng.NextGaussian())];
        return Table(schema, values, labels ? [.. Enumerable.Range(0, rows).Select(r => r % 2 == 0)] : null);
    }

    /// <summary>The model with a generator of random weights that copies what people cannot change: it reads the first and the last hidden layer, or the row where there is none.</summary>
    internal static NetworkModel WithGenerator(NetworkModel model, string slug, ulong seed, float scale = 2)
    {
        int hidden = model.Network.Sizes.Count - 2;
        var input = hidden == 0 ? GeneratorInput.Row : GeneratorInput.Hidden;
        int encoderLayers = Math.Min(1, hidden), inputs = RecourseGenerator.InputsFor([.. model.Network.Sizes], input, encoderLayers);
        var network = new FeedForward([inputs, 7, model.Encoding.Width], Activation.LeakyRelu, 0.25f, new Rng(seed));
        foreach (var parameter in network.Parameters)
        {
            var values = new float[parameter.Size];
            parameter.ReadTo(values);
            parameter.WriteFrom([.. values.Select(v => scale * v)]);
        }
        int[] immutables = [.. Enumerable.Range(0, model.Schema.Features.Count).Where(f => !model.Schema.Features[f].IsActionable)];
        return new(model.Schema, model.Encoding, model.Statistics, model.Network, model.Threshold, model.Training, model.Certificates,
            new(network, input, encoderLayers, immutables, slug, """{"epochs":3}""", model.Encoding));
    }

    internal static double[] Weights(NetworkModel model)
    {
        var all = new List<double>();
        foreach (var parameter in model.Network.Parameters)
        {
            var values = new float[parameter.Size];
            parameter.ReadTo(values);
            all.AddRange(values.Select(v => (double)v));
        }
        return [.. all];
    }

    internal static string Message<T>(Func<object?> act) where T : Exception => Assert.Throws<T>(act).Message;

    private static TrainingRecord Record(SplitKeys? keys) => new("standard", 0, "{}", new(), "{}", 0, "", 1, []) { Keys = keys ?? new([], [], [], []) };
}
