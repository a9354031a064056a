using System.Text.Json;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Training;

/// <summary>Trains a model again, by the recipe that its file holds, on other rows: what a lender's next model will be like, before there is one.</summary>
/// <remarks>The recipe is objective, settings (θ's rule among them), shares of the parts and kind of encoding. A θ that a certificate moved afterwards is not part of it.</remarks>
public static class Retraining
{
    /// <summary>Trains on the rows given.</summary>
    /// <param name="model">The model whose recipe is followed.</param>
    /// <param name="rows">The rows; their columns are the model's.</param>
    /// <param name="seed">The seed of the new training.</param>
    /// <param name="statistics">What limits and scales refer to: null for those of the new training rows, as the recipe has it; those of the model (<see cref="IFittedModel.Statistics"/>) to encode alike.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told after every epoch.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="ModelFileException">The model holds no recipe.</exception>
    /// <exception cref="DataException">Nothing can be learnt from the rows.</exception>
    public static NetworkModel Again(
        NetworkModel model, TrainingData rows, ulong seed, TrainingStatistics? statistics = null, Execution? execution = null, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        Trainer.Train(rows, SettingsOf(model), ObjectiveOf(model.Training), seed, execution ?? new(), progress, cancel, statistics);

    /// <summary>The same for a model of several classes.</summary>
    /// <param name="model">The model whose recipe is followed.</param>
    /// <param name="rows">The rows with their classes; two or more training rows and a validation row of each.</param>
    /// <param name="seed">The seed of the new training.</param>
    /// <param name="statistics">As for a model of one outcome.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told after every epoch.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="ModelFileException">The model holds no recipe.</exception>
    /// <exception cref="DataException">Nothing can be learnt from the rows.</exception>
    public static MulticlassModel Again(
        MulticlassModel model, TrainingData rows, ulong seed, TrainingStatistics? statistics = null, Execution? execution = null, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        Trainer.Multiclass(
            rows, SettingsOf(model), ObjectiveOf(model.Training) is CounterNet learnt ? learnt.Asked : throw NoRecipe($"its objective '{model.Training.Objective}' learns one outcome"),
            seed, execution ?? new(), progress, statistics, null, cancel);

    /// <summary>The same for a forest.</summary>
    /// <inheritdoc cref="Again(NetworkModel, TrainingData, ulong, TrainingStatistics, Execution, IProgress{Progress}, CancellationToken)"/>
    public static ForestModel Again(
        ForestModel model, TrainingData rows, ulong seed, TrainingStatistics? statistics = null, Execution? execution = null, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        ForestTrainer.Train(rows, ForestOptionsOf(model), seed, execution ?? new(), progress, statistics, cancel);

    /// <summary>The same for a model as judges see it; one of several classes is seen for the same class again.</summary>
    /// <inheritdoc cref="Again(NetworkModel, TrainingData, ulong, TrainingStatistics, Execution, IProgress{Progress}, CancellationToken)"/>
    public static ITrainedClassifier Again(
        ITrainedClassifier model, TrainingData rows, ulong seed, TrainingStatistics? statistics = null, Execution? execution = null, IProgress<Progress>? progress = null, CancellationToken cancel = default) => model switch
        {
            ClassModel seen => (ITrainedClassifier)Again(seen.Of, rows, seed, statistics, execution, progress, cancel).For(seen.Classes[1]),
            ForestModel forest => Again(forest, rows, seed, statistics, execution, progress, cancel),
            _ => Again((NetworkModel)model, rows, seed, statistics, execution, progress, cancel),
        };

    /// <summary>Cuts rows by seed into parts as large as those that the model was trained on; stratified, also where those were the rows as they stood.</summary>
    /// <exception cref="ModelFileException">The model does not say how large they were.</exception>
    /// <exception cref="DataException">A class has too few rows.</exception>
    public static TrainingData Cut(ITrainedModel model, Table rows, Rng rng)
    {
        var keys = model.Training.Keys;
        double all = keys.Train.Length + keys.Validation.Length + keys.Calibration.Length + keys.Test.Length;
        if (keys.Train.Length == 0 || keys.Validation.Length == 0) throw NoRecipe("it does not say how many rows fitted its weights and chose its epoch");
        return TrainingData.Of(rows, new(keys.Train.Length / all, keys.Validation.Length / all, keys.Calibration.Length / all, keys.Test.Length / all), rng.Split("split"));
    }

    /// <summary>The parts of a file that the model was trained on, or null where it is another file.</summary>
    public static TrainingData? PartsOf(ITrainedModel model, Table file)
    {
        ulong[] of = [.. Enumerable.Range(0, file.Rows).Select(file.Key)];
        if (Trainer.FingerprintOf(of) != model.Training.DataFingerprint) return null;
        Table Part(ulong[] keys) => file.Select([.. Enumerable.Range(0, of.Length).Where(r => Array.BinarySearch(keys, of[r]) >= 0)]);
        var parts = model.Training.Keys;
        return new(Part(parts.Train), Part(parts.Validation), Part(parts.Calibration), Part(parts.Test));
    }

    /// <summary>A bootstrap resample: training and validation rows drawn with replacement, within each part and outcome, or class, as many as there are, so that no class vanishes.</summary>
    /// <param name="rows">The rows; calibration and test rows are left as they are.</param>
    /// <param name="rng">The resample's stream.</param>
    public static TrainingData Resample(TrainingData rows, Rng rng) =>
        rows with { Train = Drawn(rows.Train, rng.Split("train")), Validation = Drawn(rows.Validation, rng.Split("validation")) };

    /// <summary>What would stop a training on these rows, found before any time is spent; none where nothing would.</summary>
    /// <param name="model">The model whose recipe is to be followed.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="statistics">As for training again.</param>
    /// <exception cref="ModelFileException">The model holds no recipe.</exception>
    public static IEnumerable<string> Problems(ITrainedModel model, TrainingData rows, TrainingStatistics? statistics = null)
    {
        // A column without a spread gives a network no scale, and a forest no split.
        if (model is ForestModel)
        {
            ForestOptionsOf(model);
            yield break;
        }
        ObjectiveOf(model.Training);
        if (model is MulticlassModel or ClassModel)
            foreach (var (name, part, least) in new[] { ("training", rows.Train, 2), ("validation", rows.Validation, 1) })
                if (LackOf(part, name, least) is { } lack) yield return lack;
        var scaling = (SettingsOf(model).Encoding ?? new()).Numbers;
        if (statistics is not null) yield break;
        var schema = rows.Train.Schema;
        for (int f = 0; f < schema.Features.Count; f++)
        {
            double first = rows.Train.Row(0)[f];
            if (Encoding.IsDeclared(schema.Features[f], scaling) || Enumerable.Range(0, rows.Train.Rows).Any(r => rows.Train.Row(r)[f] != first)) continue;
            yield return Invariant($"column '{schema.Features[f].Name}' is {schema.Features[f].Show(first)} in all {rows.Train.Rows} training rows, which give it no scale; encode as the model does (--keep-encoding).");
        }
    }

    /// <summary>What the model was trained for, made again from its record.</summary>
    /// <exception cref="ModelFileException">The objective is not known, or its options cannot be read.</exception>
    internal static IObjective ObjectiveOf(TrainingRecord training) => training.Objective switch
    {
        "standard" => new Standard(),
        "recourse-aware" => new RecourseAware(training.Lambda),
        "adversarial" => new Adversarial(AttackOf(training)),
        "adversarial-mixed" => new AdversarialMixed(AttackOf(training)),
        "counternet" or "rocoursenet" => new CounterNet(Read(training.ObjectiveOptions, CounterNetJson.Default.CounterNetOptions, "the options of its objective")),
        var other => throw NoRecipe($"its objective '{other}' is not known to this program"),
    };

    private static AdversarialOptions AttackOf(TrainingRecord training) => Read(training.ObjectiveOptions, AdversarialJson.Default.AdversarialOptions, "the options of its objective");

    /// <summary>What keeps every class from being learnt from rows, or null.</summary>
    private static string? LackOf(Table rows, string part, int least)
    {
        try
        {
            Split.RequireEveryClass(rows, part, least);
            return null;
        }
        catch (DataException e)
        {
            return e.Message;
        }
    }

    private static TrainingSettings SettingsOf(ITrainedModel model)
    {
        var settings = Read(model.Training.Settings, SettingsJson.Default.TrainingSettings, "its settings");
        return settings.Hidden is null ? throw NoRecipe("its settings do not say what layers it has") : settings;
    }

    /// <exception cref="ModelFileException">They cannot be read, or are those of no forest that can be grown.</exception>
    private static ForestOptions ForestOptionsOf(ITrainedModel model)
    {
        var options = Read(model.Training.Settings, ForestJson.Default.ForestOptions, "its settings");
        return options.Problems().FirstOrDefault() is { } problem ? throw NoRecipe(problem.TrimEnd('.')) : options;
    }

    private static T Read<T>(string? json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string what)
    {
        try
        {
            return JsonSerializer.Deserialize(json ?? "null", type) ?? throw new JsonException("they are missing");
        }
        catch (JsonException e)
        {
            throw NoRecipe($"{what} cannot be read ({e.Message.Split('\n')[0]})", e);
        }
    }

    private static ModelFileException NoRecipe(string why, Exception? inner = null) => new($"The model cannot be trained again: {why}.", inner!);

    private static Table Drawn(Table rows, Rng rng)
    {
        if (rows.Rows == 0) return rows;
        // Keys count copies over the rows as they are; once derived, they go with the rows that are drawn.
        rows.Key(0);
        var labels = rows.Labels ?? throw new DataException($"The target column '{rows.Schema.Target}' is missing; training needs outcomes.");
        int OutcomeOf(int row) => rows.Classes is { } classes ? classes[row] : labels[row] ? 1 : 0;
        var members = Enumerable.Range(0, rows.Rows).GroupBy(OutcomeOf).ToDictionary(g => g.Key, g => g.ToArray());
        int[] drawn = new int[rows.Rows];
        for (int i = 0; i < drawn.Length; i++)
        {
            int[] from = members[OutcomeOf(i)];
            drawn[i] = from[rng.NextInt(from.Length)];
        }
        return rows.Select(drawn);
    }
}
