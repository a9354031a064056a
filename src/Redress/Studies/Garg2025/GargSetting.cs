using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Studies.Garg2025;

/// <summary>What methods see of a data set in one repeat: the classifier h, training rows with drawn outcomes, people who were rejected.</summary>
/// <param name="Data">The data set.</param>
/// <param name="Gold">The gold classifier, which judges and which no method sees.</param>
/// <param name="H">h under the preset's columns.</param>
/// <param name="Train">The training rows under the preset's columns, with outcomes drawn from the gold classifier.</param>
/// <param name="Test">The test rows with limits, with outcomes drawn from it.</param>
/// <param name="People">Test rows that h rejects, in the order in which they were drawn, with limits: what the judge compares with.</param>
/// <param name="Rng">The repeat's stream.</param>
internal sealed record GargSetting(GargData Data, ForestModel Gold, NetworkModel H, Table Train, Table Test, Table People, Rng Rng)
{
    /// <summary>The stream of a data set and repeat.</summary>
    internal static Rng Stream(ulong seed, string set, int repeat) => new Rng(seed).Split("garg2025").Split(set).Split((ulong)repeat);

    /// <summary>Trains h on drawn outcomes.</summary>
    internal static NetworkModel Fit(GargData data, ForestModel gold, int repeat, ulong seed, CancellationToken cancel)
    {
        var rng = Stream(seed, data.Slug, repeat);
        var labelled = GoldLabels.Drawn(gold, data.Tables, rng.Split("gold").Seed, Garg2025Study.OneThread, cancel).Train;
        var rows = TrainingData.Of(labelled, new(GargChoices.Fitted, 1 - GargChoices.Fitted, 0, 0), rng.Split("split"));
        return Trainer.Train(rows, GargChoices.Classifier, new Standard(), rng.Split("train").Seed, Garg2025Study.OneThread, null, cancel, TrainingStatistics.Of(data.All));
    }

    /// <summary>What methods see.</summary>
    internal static GargSetting Of(GargData data, ForestModel gold, NetworkModel h, string preset, int repeat, ulong seed, int most, CancellationToken cancel)
    {
        var rng = Stream(seed, data.Slug, repeat);
        var labelled = GoldLabels.Drawn(gold, data.Tables, rng.Split("gold").Seed, Garg2025Study.OneThread, cancel);
        double[] scores = Scores.Favourable(h, labelled.Test, Garg2025Study.OneThread, cancel);
        int[] rejected = [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] < h.Threshold)];
        rng.Split("people").Shuffle<int>(rejected);
        var people = labelled.Test.Select(rejected.AsSpan(0, Math.Min(most, rejected.Length)));
        if (preset == GargPreset.Within) return new(data, gold, h, labelled.Train, labelled.Test, people, rng);
        var free = GargData.Unbounded(h.Schema);
        var train = GargData.Under(free, labelled.Train);
        return new(data, gold, new(free, h.Encoding, TrainingStatistics.Of(train), h.Network, h.Threshold, h.Training), train, labelled.Test, people, rng);
    }

    /// <summary>Asks a method for everyone's recourse, whole or the best attempt; who is offered nothing keeps their own row.</summary>
    /// <param name="finder">The method, prepared.</param>
    /// <param name="most">People at most, the first.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The people, a row for each, and for whom h found it valid.</returns>
    internal (Table People, Table Rows, bool[] Found) Ask(IRecourseFinder finder, int most, CancellationToken cancel)
    {
        var people = People.Slice(0, Math.Min(most, People.Rows));
        var asking = GargData.Under(H.Schema, people);
        var batch = finder.Find(new(asking, Execution: Garg2025Study.OneThread), Rng.Split("find"), null, cancel);
        cancel.ThrowIfCancellationRequested();
        var rows = asking.Values.ToArray();
        int features = asking.Schema.Features.Count;
        for (int i = 0; i < asking.Rows; i++)
        {
            var record = batch.Records[i];
            if ((record.Answers.Count > 0 ? record.Answers[0] : record.Attempt) is { } shown) RecourseRows.Changed(asking.Schema, record, shown).CopyTo(rows, i * features);
        }
        return (people, new(People.Schema, rows), [.. batch.Records.Select(r => r.Outcome == Outcome.Found)]);
    }
}
