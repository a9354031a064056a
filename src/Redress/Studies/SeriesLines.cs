using System.Globalization;

namespace Redress.Studies;

/// <summary>Rows whose models end in a place on the x-axis, such as <c>λ=0.8</c>, as lines: one picture a table, data set and metric.</summary>
internal static class SeriesLines
{
    /// <summary>A y-axis of shares spans this much at least: a hundredth shall look like one.</summary>
    private const double LeastSpan = 0.2;

    /// <summary>Where a row stands in a series: its model ends in <c>name=number</c>; what comes before names the series.</summary>
    internal static (string Series, string Axis, double X)? Place(string model)
    {
        int word = model.LastIndexOf(' ') + 1, equals = model.IndexOf('=', word);
        if (equals < 0 || !double.TryParse(model.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double x)) return null;
        return (model[..word].TrimEnd(' ', ','), model[word..equals], x);
    }

    /// <summary>The lines of all rows that form a series; bands are one standard deviation over splits to either side.</summary>
    internal static IEnumerable<Lines> Of(IEnumerable<StudyRow> rows) => rows
        .Where(r => r.Ours is not null && Place(r.Model) is not null)
        .GroupBy(r => (r.Table, r.Dataset, r.Metric, Place(r.Model)!.Value.Axis))
        .Select(g => Picture(g.Key.Table, g.Key.Dataset, g.Key.Metric, g.Key.Axis, [.. g]));

    private static Lines Picture(string table, string dataset, string metric, string axis, List<StudyRow> rows)
    {
        var lines = rows.GroupBy(r => string.Join(", ", new[] { Place(r.Model)!.Value.Series, r.Method }.Where(s => s.Length > 0)))
            .Select(g => new Line(g.Key, [.. g.Select(Point).OrderBy(p => p.X)])).ToList();
        var (from, to) = Spanned(rows.Min(r => r.Ours!.Value), rows.Max(r => r.Ours!.Value));
        return new(table, dataset, metric, Alt(metric, axis, lines), new(axis), new(metric, from, to), lines);
    }

    private static LinePoint Point(StudyRow row) => new(Place(row.Model)!.Value.X, row.Ours!.Value, row.Ours - row.OursSd, row.Ours + row.OursSd);

    /// <summary>Where each line begins and ends; a picture of many lines says how many.</summary>
    private static string Alt(string metric, string axis, List<Line> lines)
    {
        string start = $"{metric} over {axis}";
        if (lines.Count > 8) return Invariant($"{start}, {lines.Count} lines; the numbers are in the table below it.");
        return $"{start}: {string.Join("; ", lines.Select(l => Invariant($"{(l.Name.Length == 0 ? "" : l.Name + " ")}from {l.Points[0].Mean:0.###} at {l.Points[0].X:0.###} to {l.Points[^1].Mean:0.###} at {l.Points[^1].X:0.###}")))}.";
    }

    /// <summary>Shares and differences of shares get <see cref="LeastSpan"/>, kept within 0 to 1 where they are; other units stand as they are.</summary>
    private static (double?, double?) Spanned(double low, double high)
    {
        if (high - low >= LeastSpan || low < -1 || high > 1) return (null, null);
        double middle = (low + high) / 2, from = middle - LeastSpan / 2;
        if (low >= 0) from = Math.Clamp(from, 0, 1 - LeastSpan);
        return (Math.Min(low, from), Math.Max(high, from + LeastSpan));
    }
}
