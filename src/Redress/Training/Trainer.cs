using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Actions;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Training;

/// <summary>The parts of the data that training uses; calibration and test rows are only remembered, so that nothing is certified or judged on rows it has seen.</summary>
/// <param name="Train">Rows that fit the weights, the encoding and the statistics.</param>
/// <param name="Validation">Rows that choose epoch and θ.</param>
/// <param name="Calibration">Rows set aside for certificates, or null.</param>
/// <param name="Test">Rows set aside for evaluation, or null.</param>
public sealed record TrainingData(Table Train, Table Validation, Table? Calibration = null, Table? Test = null)
{
    /// <summary>Cuts one table by seed, stratified by outcome; or where it stands, and then nothing is drawn.</summary>
    /// <param name="rows">The table.</param>
    /// <param name="shares">How much each part gets.</param>
    /// <param name="rng">Draws the rows of a stratified split.</param>
    /// <param name="rule">How rows come to their part.</param>
    public static TrainingData Of(Table rows, SplitShares shares, Rng rng, SplitRule rule = SplitRule.Stratified)
    {
        var split = rule == SplitRule.Ordered ? Split.Ordered(rows, shares) : Split.Stratified(rows, shares, rng);
        // Keys count copies over the whole table; once derived, they go with the rows to their parts.
        if (rows.Rows > 0) rows.Key(0);
        return new(rows.Select(split.Train), rows.Select(split.Validation), rows.Select(split.Calibration), rows.Select(split.Test));
    }
}

/// <summary>Trains networks by stochastic gradient descent. The same seed gives the same bits at any thread count.</summary>
public static class Trainer
{
    /// <summary>Trains on the standard objective.</summary>
    public static NetworkModel Standard(
        TrainingData data, TrainingSettings settings, ulong seed, Execution? execution = null, IProgress<Progress>? progress = null,
        TrainingCheckpoint? checkpoint = null, CancellationToken cancel = default) =>
        Train(data, settings, new Standard(), seed, execution ?? new(), progress, cancel, checkpoint: checkpoint);

    /// <summary>Trains on the recourse loss (Ross, Lakkaraju and Bastani 2021, eq. 1).</summary>
    /// <param name="data">The rows.</param>
    /// <param name="settings">The network and its training.</param>
    /// <param name="lambda">λ, the weight of the recourse loss; 0 or more.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told after every epoch.</param>
    /// <param name="checkpoint">Where the state is kept after every epoch, and gone on from where it is there; null for nowhere.</param>
    /// <param name="cancel">Stops between steps.</param>
    public static NetworkModel RecourseAware(
        TrainingData data, TrainingSettings settings, double lambda, ulong seed, Execution? execution = null, IProgress<Progress>? progress = null,
        TrainingCheckpoint? checkpoint = null, CancellationToken cancel = default) =>
        Train(data, settings, new RecourseAware(lambda), seed, execution ?? new(), progress, cancel, checkpoint: checkpoint);

    /// <summary>Trains on attacked rows: min-max (Madry et al. 2018; Krishna, Agarwal and Lakkaraju 2023, eq. 1), or a share of each batch (Hardy et al. 2022, section 3.1).</summary>
    /// <param name="data">The rows.</param>
    /// <param name="settings">The network and its training.</param>
    /// <param name="options">The attack, and the share of rows that it meets.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told after every epoch.</param>
    /// <param name="checkpoint">Where the state is kept after every epoch, and gone on from where it is there; null for nowhere.</param>
    /// <param name="cancel">Stops between steps.</param>
    public static NetworkModel Adversarial(
        TrainingData data, TrainingSettings settings, AdversarialOptions options, ulong seed, Execution? execution = null, IProgress<Progress>? progress = null,
        TrainingCheckpoint? checkpoint = null, CancellationToken cancel = default) =>
        Train(data, settings, options.Share == 1 ? new Adversarial(options) : new AdversarialMixed(options), seed, execution ?? new(), progress, cancel, checkpoint: checkpoint);

    /// <summary>Trains predictions and recourse together: CounterNet, or with a data shift RoCourseNet (Guo et al. 2023, algorithm 2).</summary>
    /// <param name="data">The rows.</param>
    /// <param name="settings">The network and its training; its first hidden layers are the encoder.</param>
    /// <param name="options">The generator, and what it is trained for.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told after every epoch.</param>
    /// <param name="checkpoint">Where the state is kept after every epoch, and gone on from where it is there; null for nowhere.</param>
    /// <param name="cancel">Stops between steps.</param>
    public static NetworkModel CounterNet(
        TrainingData data, TrainingSettings settings, CounterNetOptions options, ulong seed, Execution? execution = null, IProgress<Progress>? progress = null,
        TrainingCheckpoint? checkpoint = null, CancellationToken cancel = default) =>
        Train(data, settings, new CounterNet(options), seed, execution ?? new(), progress, cancel, checkpoint: checkpoint);

    /// <summary>CounterNet or RoCourseNet over all classes that the schema declares (Guo et al. 2023, appendix E, eq. 6): a softmax predictor, and a generator that is told the desired class.</summary>
    /// <param name="data">The rows, with their classes; two or more training rows and a validation row of each.</param>
    /// <param name="settings">As for <see cref="CounterNet"/>; the likeliest class is predicted, so there is no θ to choose, and F1 is the mean over the classes.</param>
    /// <param name="options">The generator, and what it is trained for.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told after every epoch.</param>
    /// <param name="checkpoint">Where the state is kept after every epoch, and gone on from where it is there; null for nowhere.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="DataException">A class has too few rows; the message lists every one.</exception>
    public static MulticlassModel Multiclass(
        TrainingData data, TrainingSettings settings, CounterNetOptions options, ulong seed, Execution? execution = null, IProgress<Progress>? progress = null,
        TrainingCheckpoint? checkpoint = null, CancellationToken cancel = default) =>
        Multiclass(data, settings, options, seed, execution ?? new(), progress, null, checkpoint, cancel);

    /// <summary>The same, by other statistics than those of the training rows, where there are any.</summary>
    internal static MulticlassModel Multiclass(
        TrainingData data, TrainingSettings settings, CounterNetOptions options, ulong seed, Execution execution, IProgress<Progress>? progress, TrainingStatistics? statistics, TrainingCheckpoint? checkpoint, CancellationToken cancel) =>
        new(Trained(data, settings, new CounterNet(options, classes: true), seed, execution, progress, statistics, checkpoint, cancel));

    /// <param name="data">The rows.</param>
    /// <param name="settings">The network and its training.</param>
    /// <param name="objective">What it is trained for.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="progress">Told as steps are done.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <param name="statistics">For studies that repeat codes which scale by other rows than the training rows; null for those.</param>
    /// <param name="checkpoint">Where the state is kept, or null.</param>
    internal static NetworkModel Train(
        TrainingData data, TrainingSettings settings, IObjective objective, ulong seed, Execution execution, IProgress<Progress>? progress, CancellationToken cancel, TrainingStatistics? statistics = null, TrainingCheckpoint? checkpoint = null) =>
        new(Trained(data, settings, objective, seed, execution, progress, statistics, checkpoint, cancel));

    private static TrainedNetwork Trained(
        TrainingData data, TrainingSettings settings, IObjective objective, ulong seed, Execution execution, IProgress<Progress>? progress, TrainingStatistics? statistics,
        TrainingCheckpoint? checkpoint, CancellationToken cancel)
    {
        OptionsException.ThrowIfAny(settings.Problems().Concat(execution.Problems()).Concat(objective.Problems(data.Train.Schema)).Concat(objective.Problems(settings)));
        Refuse(data, objective);
        var schema = data.Train.Schema;
        statistics ??= TrainingStatistics.Of(data.Train);
        var encodingOptions = settings.Encoding ?? new();
        RefuseConstants(schema, statistics, encodingOptions.Numbers);
        var encoding = Encoding.Fit(schema, statistics, encodingOptions);
        var actions = new ActionSet(schema, statistics);
        var rng = new Rng(seed).Split("train");
        int[] sizes = [encoding.Width, .. settings.Hidden, objective.OutputsFor(schema)];
        using var run = new TrainingRun(data, settings, objective, encoding, statistics, actions, NetworkOf(sizes, settings, rng.Split("weights")), rng, execution);
        string asked = JsonSerializer.Serialize(settings with { Encoding = encodingOptions }, SettingsJson.Default.TrainingSettings);
        string key = checkpoint is null ? "" : run.KeyOf(string.Join('\n', objective.Slug, Invariant($"{objective.Lambda:R} {seed}"), objective.Options, asked, SchemaFile.ToJson(schema), actions.Json));
        var (network, best, epochs) = run.ToTheBestEpoch(checkpoint, key, progress, cancel);
        var keys = KeysOf(data);
        var record = new TrainingRecord(objective.Slug, objective.Lambda, asked,
            encodingOptions, actions.Json, seed, FingerprintOf(keys), best.Number, epochs, objective.Options) { Keys = keys };
        return new(schema, encoding, statistics, network, best.Threshold, record, [], run.Generator);
    }

    private static FeedForward NetworkOf(int[] sizes, TrainingSettings settings, Rng rng) => settings.Activations is { } each
        ? new(sizes, each.ToArray(), settings.Dropout, rng)
        : new(sizes, settings.Activation, settings.Dropout, rng);

    /// <summary>SHA-256 over the keys of all rows, whatever part they went to.</summary>
    internal static string FingerprintOf(IEnumerable<ulong> keys)
    {
        ulong[] sorted = [.. keys.Order()];
        return ContentHash.Hex(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>(sorted));
    }

    internal static string FingerprintOf(SplitKeys keys) => FingerprintOf(keys.Train.Concat(keys.Validation).Concat(keys.Calibration).Concat(keys.Test));

    internal static SplitKeys KeysOf(TrainingData data) => new(Keys(data.Train), Keys(data.Validation), Keys(data.Calibration), Keys(data.Test));

    private static ulong[] Keys(Table? rows) => rows is null ? [] : [.. Enumerable.Range(0, rows.Rows).Select(rows.Key).Order()];

    private static void Refuse(TrainingData data, IObjective objective)
    {
        bool classes = objective.OutputsFor(data.Train.Schema) > 1;
        foreach (var (name, part, least) in new[] { ("training", data.Train, 2), ("validation", data.Validation, 1) })
        {
            if (part.Faults.Count > 0) throw new DataException(Invariant($"{part.Faults.Count} of the {name} rows could not be read: {part.Faults.Values.First()}"));
            if (classes) Split.RequireEveryClass(part, name, least);
            else Split.RequireBothClasses(part, 1);
        }
        if (objective is { UsesActions: true, Lambda: > 0 } && !data.Train.Schema.Features.Any(f => f.IsActionable))
            throw new OptionsException("The schema lets nobody change anything; the recourse loss needs at least one feature whose change is any, increase or decrease.");
        if (objective is { UsesActions: true, Lambda: > 0 } && SchemaCheck.WhyNobody(data.Train) is { } nobody) throw new DataException(nobody);
    }

    /// <summary>A column that is always the same says nothing; only where its scale is declared it may stand there, such as the border of an image.</summary>
    private static void RefuseConstants(Schema schema, TrainingStatistics statistics, NumberScaling scaling)
    {
        string[] constant = [.. Enumerable.Range(0, schema.Features.Count).Where(f => statistics.IsConstant(f) && !Encoding.IsDeclared(schema.Features[f], scaling))
            .Select(f => Invariant($"Column '{schema.Features[f].Name}' is {schema.Features[f].Show(statistics.Mean[f])} in all {statistics.Rows} training rows; give it the role ignore."))];
        if (constant.Length > 0) throw new DataException(string.Join(Environment.NewLine, constant));
    }
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TrainingSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
