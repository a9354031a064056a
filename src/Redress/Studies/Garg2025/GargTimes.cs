using System.Diagnostics;
using Redress.Data;
using Redress.Methods;

namespace Redress.Studies.Garg2025;

/// <summary>What GenRe's layers cost by a clock, on one thread with nothing beside: an epoch of training, and a person's recourse.</summary>
internal static class GargTimes
{
    internal const string Training = "seconds an epoch", Alone = "milliseconds, one person alone";

    private const int Runs = 20;

    internal static StudyPart Part(GargData data, GargChoices choices, ulong seed, string gold, string h) => new(
        $"times.{data.Slug}", GargPreset.Within, $"{data.Fingerprint}\n{choices.Key(data.Slug)}", 60, (read, cancel) =>
        {
            var setting = GargSetting.Of(data, read.Forest(gold), read[h], GargPreset.Within, 1, seed, 1, cancel);
            return new([.. choices.LayerCounts.Append(GargChoices.PaperLayers).SelectMany(l => Of(setting, choices, l, cancel))]);
        }) { Models = [gold, h] };

    private static IEnumerable<Measure> Of(GargSetting setting, GargChoices choices, int layers, CancellationToken cancel)
    {
        var task = new RecourseTask(setting.H, setting.Train) { Execution = Garg2025Study.OneThread };
        (double Seconds, IRecourseFinder Finder) Train(int epochs)
        {
            long start = Stopwatch.GetTimestamp();
            var trained = new GenRe(choices.GenRe(setting.Data.Slug, layers: layers) with { Epochs = epochs, Patience = epochs }).Prepare(task, setting.Rng.Split("prepare"), null, cancel);
            return (Stopwatch.GetElapsedTime(start).TotalSeconds, trained);
        }
        // What two epochs take more than one: neither what comes before the first nor what comes after the last.
        double one = Train(1).Seconds;
        var (two, finder) = Train(2);
        string model = Invariant($"{GargMeasures.Ann} layers={layers}");
        yield return new(GargMeasures.LayersTable, setting.Data.Slug, model, "genre", Training, two - one);
        double least = double.PositiveInfinity;
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            finder.Find(new(setting.People, Execution: Garg2025Study.OneThread), setting.Rng.Split("find"), null, cancel);
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        yield return new(GargMeasures.LayersTable, setting.Data.Slug, model, "genre", Alone, least);
    }

    internal static IEnumerable<StudyRow> Rows(IReadOnlyList<PartResult> results) => StudyRow.Means(results.SelectMany(r => r.Measures)).Select(Garg2025Study.Study.Paper.Beside);
}
