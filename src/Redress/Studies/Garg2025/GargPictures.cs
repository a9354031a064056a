namespace Redress.Studies.Garg2025;

/// <summary>Arrows in the plane (figure 2), trade-offs over λ (figure 4), contours of densities (figure 5), and the study's other series.</summary>
internal static class GargPictures
{
    private const string Accepted = "favourable", Rejected = "unfavourable";

    internal static IEnumerable<Picture> Of(IReadOnlyList<PartResult> results, IReadOnlyList<StudyRow> rows) =>
        [.. Arrows(results), .. TradeOffs(rows), .. Contours(results), .. SeriesLines.Of(rows.Where(r => r.Table != GargMeasures.Figure4))];

    private static IEnumerable<Picture> Arrows(IReadOnlyList<PartResult> results)
    {
        foreach (var set in results.SelectMany(r => r.Series).Where(s => s.Table == GargPlane.Figure2).GroupBy(s => s.Dataset))
        {
            var facets = GargPlane.Methods.Where(m => set.Any(s => s.Method == m)).Select(m =>
            {
                IReadOnlyList<double> Of(string metric) => set.Single(s => s.Method == m && s.Metric == metric).Values;
                var (x, y, toX, toY) = (Of(GargPlane.FromX), Of(GargPlane.FromY), Of(GargPlane.ToX), Of(GargPlane.ToY));
                return new ArrowsFacet(Behind(Of), [.. x.Select((_, i) => new Arrow(x[i], y[i], toX[i], toY[i]))], m);
            }).ToList();
            yield return new Arrows(GargPlane.Figure2, set.Key, "Recourse in the plane",
                $"Rows of both outcomes, and an arrow from each of some rejected people to their recourse, a picture a method: {string.Join("; ", facets.Select(f => Invariant($"{f.Facet} moves people by {f.Items.Where(a => a.ToX is { } to && double.IsFinite(to)).Select(a => Math.Abs(a.ToX!.Value - a.X) + Math.Abs(a.ToY!.Value - a.Y)).DefaultIfEmpty(0).Average():0.00} on average")))}.",
                new("x1"), new("x2"), "a rejected person", "their recourse", facets);
        }
    }

    private static IEnumerable<Picture> Contours(IReadOnlyList<PartResult> results)
    {
        foreach (var set in results.SelectMany(r => r.Series).Where(s => s.Table == GargPlane.Figure5).GroupBy(s => s.Dataset))
        {
            var facets = set.Select(s => s.Method).Distinct().Select(m =>
            {
                IReadOnlyList<double> Of(string metric) => set.Single(s => s.Method == m && s.Metric == metric).Values;
                var bounds = Of(GargPlane.Bounds);
                int places = (int)bounds[4];
                return new ContoursFacet(new(bounds[0], bounds[1], bounds[2], bounds[3], places, places, Of(GargPlane.Density)), Behind(Of), bounds[5], bounds[6], m);
            }).ToList();
            yield return new Contours(GargPlane.Figure5, set.Key, "Densities that transformers learn",
                "The density of recourse for one rejected person, told who asks, lies on the nearest part of the accepted rows; that of accepted rows whoever asks lies on all of them.", new("x1"), new("x2"), "the person", facets);
        }
    }

    /// <summary>Validity and inliers over cost, a point a λ.</summary>
    private static IEnumerable<Picture> TradeOffs(IReadOnlyList<StudyRow> rows)
    {
        foreach (var set in rows.Where(r => r.Table == GargMeasures.Figure4).GroupBy(r => r.Dataset))
            foreach (string metric in new[] { GargMeasures.Soft, GargJudge.Inliers })
            {
                var lines = set.GroupBy(r => r.Method).Select(g => new Line(g.Key, [.. g.GroupBy(r => r.Model).Select(m => (Cost: m.FirstOrDefault(r => r.Metric == GargJudge.Cost)?.Ours, Value: m.FirstOrDefault(r => r.Metric == metric)?.Ours))
                    .Where(p => p is (not null, not null)).Select(p => new LinePoint(p.Cost!.Value, p.Value!.Value)).OrderBy(p => p.X)])).Where(l => l.Points.Count > 0).ToList();
                if (lines.Count == 0) continue;
                yield return new Lines(GargMeasures.Figure4, set.Key, $"{metric} over cost",
                    $"{metric} over cost, a point a λ: {string.Join("; ", lines.Select(l => Invariant($"{l.Name} from {l.Points[0].Mean:0.00} at {l.Points[0].X:0.00} to {l.Points[^1].Mean:0.00} at {l.Points[^1].X:0.00}")))}.", new("cost"), new(metric, 0, 1), lines);
            }
    }

    private static List<PlanePoint> Behind(Func<string, IReadOnlyList<double>> of)
    {
        var (x, y, outcome) = (of(GargPlane.BackgroundX), of(GargPlane.BackgroundY), of(GargPlane.BackgroundClass));
        return [.. x.Select((_, i) => new PlanePoint(x[i], y[i], outcome[i] > 0 ? Accepted : Rejected))];
    }
}
