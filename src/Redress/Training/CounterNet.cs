using Redress.Data;
using Redress.Generative;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Training;

/// <summary>
/// CounterNet (Guo, Nguyen and Yadav 2021): an encoder, a predictor on its latent z, and a generator of recourse that reads z and the predictor's last hidden
/// layer, trained in blocks: every batch first moves encoder and predictor along λ1 L1 = λ1 (f(x) - y)², then the generator alone along λ2 L2 + λ3 L3. With
/// a data shift, L2 is taken at the shifted model θ': RoCourseNet (Guo et al. 2023, eq. 4, algorithm 2).
/// </summary>
/// <remarks>
/// Where we differ from the authors' code: rows are shuffled and the last batch of an epoch is used however small; initial weights are PyTorch's; the
/// choices of <see cref="GeneratorStep"/>. With classes (appendix E, eq. 6) the predictor has an output a class, L1 is the squared error of their softmax over the one-hot
/// label, a mean over rows and classes, and the generator also reads the desired class y'; the paper takes y' as given, and training draws it (<see cref="GeneratorStep"/>).
/// </remarks>
/// <param name="options">The generator, and what it is trained for.</param>
/// <param name="classes">True to predict every class that the schema declares, false to tell the favourable outcome from the rest.</param>
internal sealed class CounterNet(CounterNetOptions options, bool classes = false) : IObjective
{
    public string Slug => options.Slug;

    public double Lambda => 0;

    public bool UsesActions => false;

    public string? Options => options.Json;

    public IEnumerable<string> Problems(Schema schema)
    {
        foreach (string problem in options.Problems().Concat(options.RecourseOrDefault.Problems(schema))) yield return problem;
        if (classes && schema.Classes.Count == 0) yield return $"The schema declares no classes of '{schema.Target}'; list all of its values to train a multi-class model.";
        if (!schema.Features.Any(f => f.IsActionable)) yield return "The schema lets nobody change anything; a generator of recourse needs at least one feature whose change is any, increase or decrease.";
    }

    public IEnumerable<string> Problems(TrainingSettings settings)
    {
        foreach (string problem in options.Problems(settings)) yield return problem;
        // The generator learns to cross a probability of a half.
        if (!classes && settings.Threshold?.Fixed != 0.5) yield return Invariant($"Threshold is {(settings.Threshold?.Fixed is { } at ? Invariant($"{at}") : "max-f1")}; with a generator of recourse it must be 0.5.");
        if (classes && settings.Threshold is not (null or { Fixed: 0.5 })) yield return "A multi-class model predicts the likeliest class; it has no threshold to choose.";
    }

    /// <summary>The generator, and what it is trained for.</summary>
    internal CounterNetOptions Asked => options;

    public int OutputsFor(Schema schema) => classes ? schema.Classes.Count : 1;

    public IBatchLoss ForThread(ObjectiveRows rows) => new Prediction((float)options.Prediction);

    public IBatchStep StepOf(TrainingRows rows, TrainingSettings settings, FeedForward network, Rng rng, int threads)
    {
        var encoding = rows.Of.Encoding;
        int inputs = RecourseGenerator.InputsFor([.. network.Sizes], GeneratorInput.Hidden, options.EncoderLayers);
        var g = new FeedForward([inputs, .. options.GeneratorOrDefault, encoding.Width], settings.Activation, settings.Dropout, rng.Split("generator"));
        var generator = new RecourseGenerator(g, GeneratorInput.Hidden, options.EncoderLayers, rows.Of.Table.Schema.Immutables, Slug, options.Json, encoding);
        return new Blocks(rows, settings, this, options.RecourseOrDefault, network, generator, threads);
    }

    /// <summary>λ1 L1.</summary>
    private sealed class Prediction(float weight) : IBatchLoss
    {
        public Tensor Loss(FeedForward network, Batch batch, Rng dropout) =>
            (ClassProbabilities.Of(network.Forward(batch.X, dropout)) - batch.Y).Square().MultiplyColumn(batch.Weights).Mean() * weight;
    }

    /// <summary>Both blocks, one after the other.</summary>
    private sealed class Blocks : IBatchStep
    {
        private readonly TrainingRows rows;
        private readonly LossStep predictor;
        private readonly GeneratorStep recourse;
        private readonly RecourseGenerator generator;
        private readonly double prediction, validity, proximity;
        private readonly float[]? weights;

        internal Blocks(TrainingRows rows, TrainingSettings settings, CounterNet objective, GeneratorObjective what, FeedForward network, RecourseGenerator generator, int threads)
        {
            (this.rows, this.generator) = (rows, generator);
            (prediction, validity, proximity) = (objective.Lambda1, what.Validity, what.Proximity);
            predictor = new(rows, settings, objective, network, threads);
            Tensor[] parameters = generator.Network.Parameters;
            var optimizer = LossStep.OptimizerOf(settings, parameters);
            Optimizers = [.. predictor.Optimizers, optimizer];
            recourse = new(
                what, rows.Of.Table.Schema, rows.Of.Encoding, rows.Of.Statistics, network, threshold: 0, () => new ReadsHidden(generator, network), parameters,
                optimizer, Math.Min(settings.BatchSize, rows.Count), settings.MicroBatch, threads, predictor.Gang);
            Parameters = [.. predictor.Parameters, .. parameters];
            weights = settings.ClassWeights ? rows.Weights : null;
        }

        public Chunks.Gang Gang => predictor.Gang;

        public Tensor[] Parameters { get; }

        public IReadOnlyList<IPartOptimizer> Optimizers { get; }

        public RecourseGenerator Generator => generator.WithPresentWeights();

        public BatchLoss Take(in TrainingBatch batch, CancellationToken cancel)
        {
            double l1 = predictor.Take(batch, cancel).Mean / prediction;
            var (l2, l3) = recourse.Take(batch.Rows, rows.X, rows.Targets, weights, batch.Progress, batch.Scale, batch.Stream.Split("recourse"), cancel);
            return new(prediction * l1 + validity * l2 + proximity * l3, [l1, l2, l3]);
        }

        public void Dispose()
        {
            recourse.Dispose();
            predictor.Dispose();
        }
    }

    private double Lambda1 => options.Prediction;

    /// <summary>The generator on one thread, over the network's present weights.</summary>
    private sealed class ReadsHidden(RecourseGenerator generator, FeedForward network) : IParametricGenerator
    {
        private readonly FeedForward classifier = network.Alias(tracked: false), own = generator.Network.Alias(tracked: true);

        public Tensor[] Parameters => own.Parameters;

        public (Tensor Rows, Tensor? Own) Generate(Tensor x, Tensor desired, Rng? noise) => (generator.Forward(classifier, own, x, noise, desired).Soft, null);
    }
}
