using Redress.Data.Catalog;

namespace Redress.Studies.Guo2023;

/// <summary>Fronts, series, training curves and validity matrices.</summary>
internal static class GuoPictures
{
    internal static IEnumerable<Picture> Of(IReadOnlyList<PartResult> results, IReadOnlyList<StudyRow> rows) =>
        [.. Matrices(results), .. Fronts(rows), .. SeriesLines.Of(rows.Where(r => r.Table != GuoSweeps.Fronts && r.Table != GuoSweeps.Data))];

    /// <summary>Figure 10: the share of recourse of each domain's model (rows) that each model (columns) honours, the mean over repeats.</summary>
    private static IEnumerable<Picture> Matrices(IReadOnlyList<PartResult> results)
    {
        var matrices = results.SelectMany(r => r.Series).Where(s => s.Metric == GuoMeasures.Matrix);
        foreach (var set in matrices.GroupBy(s => (s.Table, s.Dataset)))
        {
            var cells = set.GroupBy(s => s.Method).SelectMany(g => CellsOf(set.Key.Dataset, g.Key, [.. g.Select(s => s.Values)])).ToList();
            yield return new HeatMap(
                set.Key.Table, set.Key.Dataset, "Validity matrix", $"The share of recourse valid under each model, a matrix a method: {string.Join("; ", cells.GroupBy(c => c.Facet).Select(f => Invariant($"{f.Key} from {f.Min(c => c.Value):0.00} to {f.Max(c => c.Value):0.00}")))}.",
                "recourse for the model of domain", "judged by the model of domain", "share valid", cells);
        }
    }

    private static IEnumerable<HeatCell> CellsOf(string dataset, string method, List<IReadOnlyList<double>> repeats)
    {
        int domains = (int)Math.Round(Math.Sqrt(repeats[0].Count));
        var names = DataSetCatalog.Get(dataset).Domains;
        if (names.Count != domains) names = GuoData.SomeYears;
        for (int i = 0; i < domains; i++)
            for (int j = 0; j < domains; j++) yield return new(names[i], names[j], repeats.Average(r => r[i * domains + j]), method);
    }

    /// <summary>Figures 3 and 5: validity and robust validity over proximity, a line a family, its points in the order of proximity.</summary>
    private static IEnumerable<Picture> Fronts(IReadOnlyList<StudyRow> rows)
    {
        foreach (var set in rows.Where(r => r.Table is GuoSweeps.Fronts or GuoSweeps.Data).GroupBy(r => (r.Table, r.Dataset)))
            foreach (string metric in new[] { GuoMeasures.Validity, GuoMeasures.RobustValidity })
            {
                var lines = set.GroupBy(FamilyOf).Select(g => new Line(g.Key, Front([.. g], metric))).ToList();
                yield return new Lines(
                    set.Key.Table, set.Key.Dataset, $"{metric} over proximity",
                    $"{metric} over proximity: {string.Join("; ", lines.Select(l => Invariant($"{l.Name} from {l.Points[0].Mean:0.###} at {l.Points[0].X:0.##} to {l.Points[^1].Mean:0.###} at {l.Points[^1].X:0.##}")))}.",
                    new("proximity, encoded columns"), new(metric), lines);
            }
    }

    /// <summary>Figure 3 compares methods, figure 5 fractions of the data.</summary>
    private static string FamilyOf(StudyRow row) => row.Table == GuoSweeps.Fronts ? row.Method : SeriesLines.Place(row.Model)!.Value.Series;

    private static List<LinePoint> Front(List<StudyRow> rows, string metric)
    {
        StudyRow? Of(string model, string what) => rows.Find(r => r.Model == model && r.Metric == what);
        return [.. rows.Select(r => r.Model).Distinct().Select(m => (Of(m, GuoMeasures.Proximity)?.Ours, Of(m, metric)?.Ours)).Where(p => p is (not null, not null)).Select(p => new LinePoint(p.Item1!.Value, p.Item2!.Value)).OrderBy(p => p.X)];
    }
}
