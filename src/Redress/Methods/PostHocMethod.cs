using Redress.Attacks;
using Redress.Data;
using Redress.Generative;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>What methods share that train a generator for a model that exists: the training in Prepare, and what is saved and read back.</summary>
/// <param name="about">The method.</param>
/// <param name="json">Its options as JSON.</param>
/// <param name="training">How its generator is trained.</param>
/// <param name="shape">The generator's networks.</param>
internal sealed class PostHocMethod(MethodInfo about, string json, PostHocTraining training, PostHocShape shape)
{
    private const int MostUnits = 16384, MostLayers = 16, MostEpochs = 100_000, MostRows = 1 << 20;
    private const string Prefix = "generator";

    internal IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress, CancellationToken cancel)
    {
        RecourseFinder.RefuseUnmet(about, task);
        var (model, rows) = ((NetworkModel)task.Model, task.TrainingRows!);
        OptionsException.ThrowIfAny(Problems(model.Schema, rows));
        var own = new Rng(rng.Seed).Split(about.Slug);
        var generator = new PostHocGenerator(shape, model.Schema, model.Encoding, own.Split("weights"));
        training.Run(generator, model, rows, own.Split("training"), task.Execution.Threads, progress, cancel);
        return FinderOf(task, generator);
    }

    internal IRecourseFinder Restore(RecourseTask task, Learnt learnt)
    {
        if (task.Model is not NetworkModel model) throw learnt.Damaged("it was learnt for a network, and the model is none");
        if (learnt.Json != "{}") throw learnt.Damaged("what was learnt says more than its tensors do");
        // Shapes are checked before networks of the sizes that the options ask for are made.
        int[][] sizes = shape.SizesFor(model.Encoding);
        (int Rows, int Columns)[] wanted = [.. sizes.SelectMany(s => Enumerable.Range(0, s.Length - 1).SelectMany(i => new[] { (s[i], s[i + 1]), (1, s[i + 1]) }))];
        float[][] values = [.. wanted.Select((w, p) => learnt.Finite(NetworkTensors.NameOf(Prefix, p), w.Rows, w.Columns))];
        var generator = new PostHocGenerator(shape, model.Schema, model.Encoding, new Rng(0));
        Tensor[] parameters = generator.Parameters;
        for (int p = 0; p < parameters.Length; p++) parameters[p].WriteFrom(values[p]);
        generator.Pack();
        return FinderOf(task, generator);
    }

    /// <summary>Problems of options that these methods share, by their names in JSON.</summary>
    /// <param name="hidden">Layers.</param>
    /// <param name="epochs">Passes.</param>
    /// <param name="batchSize">Rows a step.</param>
    /// <param name="learningRate">Adam's.</param>
    /// <param name="dropout">In training.</param>
    /// <param name="objective">What the generator is trained for.</param>
    /// <param name="shift">The options' shift, which has to be right where it has no effect, too.</param>
    internal static IEnumerable<string> Problems(IReadOnlyList<int> hidden, int epochs, int batchSize, double learningRate, double dropout, GeneratorObjective objective, DataShiftOptions shift)
    {
        if (hidden.Count > MostLayers) yield return Invariant($"hidden has {hidden.Count} layers; the limit is {MostLayers}.");
        foreach (int units in hidden)
            if (units is < 1 or > MostUnits) yield return Invariant($"a layer of hidden has {units} units; must be 1 to {MostUnits}.");
        if (epochs is < 1 or > MostEpochs) yield return Invariant($"epochs is {epochs}; must be 1 to {MostEpochs}.");
        if (batchSize is < 1 or > MostRows) yield return Invariant($"batch-size is {batchSize}; must be 1 to {MostRows}.");
        if (!(learningRate > 0 && double.IsFinite(learningRate))) yield return Invariant($"learning-rate is {learningRate}; must be more than 0 and finite.");
        if (!(dropout is >= 0 and < 1)) yield return Invariant($"dropout is {dropout}; must be 0 or more and less than 1.");
        foreach (string problem in objective.Problems().Union(shift.Problems())) yield return problem;
    }

    private IEnumerable<string> Problems(Schema schema, Table rows)
    {
        if (!rows.Schema.HasColumnsOf(schema)) yield return "The training rows have other columns than the model's.";
        if (rows.Rows == 0) yield return "There are no rows to train a generator on.";
        if (rows.Faults.Count > 0) yield return Invariant($"{rows.Faults.Count} of the rows could not be read: {rows.Faults.Values.First()}");
        if (!schema.Features.Any(f => f.IsActionable)) yield return "The schema lets nobody change anything; a generator writes what can change: give at least one feature the change any, increase or decrease.";
        if (training.Objective.Shift is not null && rows.Labels is null)
            yield return $"Options of '{about.Slug}': robust needs training rows with labels, which the shifted model is trained on; these have none.";
        foreach (string problem in training.Objective.Problems(schema)) yield return problem;
    }

    private RecourseFinder FinderOf(RecourseTask task, PostHocGenerator generator) => new(about, json, task, new GeneratorSearch(new Writer(generator)));

    /// <summary>A trained generator as a search uses it.</summary>
    private sealed class Writer(PostHocGenerator generator) : IRowWriter
    {
        public Encoding Encoding => generator.Encoding;

        public IReadOnlyList<int> Immutables => generator.Immutables;

        public bool ReadsPass => false;

        public Learnt Learnt => new("{}", [.. NetworkTensors.Of(Prefix, generator.Parameters)]);

        public void Write(SearchChunk chunk, Span<float> written)
        {
            var desired = Tensor.Zeros(chunk.Rows, 1);
            for (int i = 0; i < chunk.Rows; i++) desired[i, 0] = chunk.Signs[i] > 0 ? 1 : 0;
            generator.Write(EncodedRows.Of(chunk, Encoding), desired, written);
        }
    }
}
