using System.Diagnostics;
using Redress.Data;
using Redress.Methods;

namespace Redress.Studies.Garg2025;

/// <summary>What GenRe's layers cost by a clock, on one thread with nothing beside: an epoch of training, and a person's recourse.</summary>
internal static class GargTimes
{
    internal const string Training = "seconds an epoch", Alone = "milliseconds, one person alone";

    private const int Some = 2048, Runs = 20;

    internal static StudyPart Part(GargData data, GargChoices choices, ulong seed, string gold, string h) => new(
        $"times.{data.Slug}", GargPreset.Within, Invariant($"{data.Fingerprint}\n{choices}"), 60, (read, cancel) =>
        {
            var setting = GargSetting.Of(data, read.Forest(gold), read[h], GargPreset.Within, 1, seed, 1, cancel);
            return new([.. choices.LayerCounts.Append(GargChoices.PaperLayers).SelectMany(l => Of(setting, choices, l, cancel))]);
        }) { Models = [gold, h] };

    private static IEnumerable<Measure> Of(GargSetting setting, GargChoices choices, int layers, CancellationToken cancel)
    {
        // An epoch of some rows: all rows take as many times as long as they are more.
        var some = setting.Train.Select([.. Enumerable.Range(0, Math.Min(Some, setting.Train.Rows))]);
        var task = new RecourseTask(setting.H, some) { Execution = Garg2025Study.OneThread };
        var clock = new EpochClock();
        var finder = new GenRe(choices.GenRe(layers: layers) with { Epochs = 2, Patience = 2 }).Prepare(task, setting.Rng.Split("prepare"), clock, cancel);
        string model = Invariant($"{GargMeasures.Ann} layers={layers}");
        yield return new(GargMeasures.LayersTable, setting.Data.Slug, model, "genre", Training, clock.Seconds * setting.Train.Rows / some.Rows);
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

    /// <summary>The seconds of the second epoch, from the first to the last it is told of.</summary>
    private sealed class EpochClock : IProgress<Progress>
    {
        private long first, last;
        private long counted;

        internal double Seconds { get; private set; }

        public void Report(Progress value)
        {
            if (value.Stage != "training the transformer" || value.Done * 2 <= value.Total) return;
            last = Stopwatch.GetTimestamp();
            if (first == 0) (first, counted) = (last, value.Done);
            else Seconds = Stopwatch.GetElapsedTime(first, last).TotalSeconds * (value.Total / 2.0) / (value.Done - counted);
        }
    }
}
