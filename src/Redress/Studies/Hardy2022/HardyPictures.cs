using Redress.Metrics;

namespace Redress.Studies.Hardy2022;

/// <summary>Figures 1 to 6 of what was measured.</summary>
internal static class HardyPictures
{
    private static readonly (string Metric, string Axis, string Title)[] Distances =
    [
        (HardyMeasures.Distance, "L2 distance, network's units", "Distance from person to counterfactual"),
        (HardyMeasures.Knn, "mean L2 distance to 5 neighbours", "KNN manifold distance"),
        (HardyMeasures.Sphere, "mean L2 distance within ε", "Sphere manifold distance"),
    ];

    internal static IEnumerable<Picture> Of(IReadOnlyList<PartResult> results, IReadOnlyList<StudyRow> rows)
    {
        StudySeries[] series = [.. results.SelectMany(r => r.Series)];
        return [.. SeriesLines.Of(rows), .. Figures123(series), .. Figure4(results), .. HardyImages.Pictures(series)];
    }

    private static IEnumerable<Picture> Figures123(StudySeries[] series) =>
        from figure in series.Where(s => s.Table != HardyImages.Figure).GroupBy(s => (s.Table, s.Dataset))
        from distance in Distances
        select new Violins(
            figure.Key.Table, figure.Key.Dataset, distance.Title, $"{distance.Title}: how it is distributed over people, naturally and adversarially trained models beside each other.",
            "model", new(distance.Axis, From: 0), [.. figure.Where(s => s.Metric == distance.Metric).GroupBy(s => (s.Model, s.Method)).Select(g => new Violin(g.Key.Model, [.. g.SelectMany(s => s.Values)], g.Key.Method))]);

    private static IEnumerable<Picture> Figure4(IReadOnlyList<PartResult> results)
    {
        foreach (var set in results.SelectMany(r => r.Measures).Where(m => m.Table == HardyMeasures.Connected).GroupBy(m => m.Dataset))
        {
            var bars = set.GroupBy(m => (m.Model, m.Method)).Select(g =>
            {
                int Sum(string metric) => (int)g.Where(m => m.Metric == metric).Sum(m => m.Value);
                var (part, whole) = (Sum("unconnected"), Sum("unconnected") + Sum("connected"));
                var (lower, upper) = WilsonInterval.Of(part, whole);
                return new Bar(g.Key.Method, whole == 0 ? double.NaN : (double)part / whole, lower, upper, g.Key.Model);
            });
            yield return new Bars(
                HardyMeasures.Connected, set.Key, "Counterfactuals without a chain to a rightly predicted row", "Bars: the share of unconnected counterfactuals, a method and model each, with 95 % intervals.",
                "method", new("share unconnected", 0, 1), [.. bars]);
        }
    }
}
