using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Studies.Ross2021;

/// <summary>One trained model of the study with its split.</summary>
/// <param name="Preset">The preset.</param>
/// <param name="Dataset">The data set.</param>
/// <param name="Lambda">λ.</param>
/// <param name="Model">The model at its own θ.</param>
/// <param name="Data">Its split.</param>
/// <param name="Rng">The root of its methods' streams.</param>
internal sealed record RossModel(RossPreset Preset, string Dataset, double Lambda, NetworkModel Model, TrainingData Data, Rng Rng)
{
    /// <summary>Methods run on the part's own thread: parts are what runs in parallel.</summary>
    internal static Execution OneThread { get; } = new(Threads: 1);

    internal Table Test => Data.Test!;

    /// <summary>Trains the model of a data set, λ and split.</summary>
    internal static RossModel Train(RossPreset preset, StudyData data, double lambda, int split, ulong seed, CancellationToken cancel)
    {
        if (preset.IsWrong && data.Slug == "german") data = data with { Tables = new(RossSplit.Inverted(data.Tables.Rows)) };
        var parts = RossSplit.Of(data, split, preset, seed);
        int favourable = parts.Train.Labels!.Count(l => l);
        IObjective objective = preset.IsPublished ? new PublishedObjective(lambda, (double)(parts.Train.Rows - favourable) / favourable, preset.IsWrong) : new RecourseAware(lambda);
        var rng = new Rng(seed).Split("ross2021").Split(data.Slug).Split((ulong)split);
        // λ = 0 trains on the same path: the two models of a split differ in λ alone, not in their streams.
        var model = Trainer.Train(parts, preset.Training(data.Slug), objective, rng.Split("train").Seed, OneThread, null, cancel, preset.IsPublished ? TrainingStatistics.Of(data.Tables.Rows) : null);
        if (preset.IsPublished) model = model.With(GridThreshold(model, parts.Validation), model.Certificates);
        return new(preset, data.Slug, lambda, model, parts, rng.Split("methods"));
    }

    /// <summary>As published: θ among {0, 0.05, ..., 1} by F1 on the validation rows, the lowest where several share it.</summary>
    private static double GridThreshold(NetworkModel model, Table validation)
    {
        double[] scores = Scores.Favourable(model, validation);
        bool[] labels = [.. validation.Labels!];
        return Enumerable.Range(0, 21).Select(k => Scores.FromProbability(ScoreKind.Logit, 0.05 * k)).MaxBy(t => Confusion.At(scores, labels, t).F1);
    }
}
