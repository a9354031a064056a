using Redress.Reports.Pages;
using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>Lines with bands: colour, dash and shape say the name, and every point that was measured has its mark.</summary>
internal static class LinesChart
{
    private const double Height = 220, Band = 0.18;

    /// <summary>One chart a facet, all with the same y-axis and the same look of each name.</summary>
    internal static IEnumerable<Chart> Of(Lines picture)
    {
        var shown = picture.Series.Select(l => l with { Points = [.. l.Points.Where(p => picture.X.Shows(p.X) && picture.Y.Shows(p.Mean)).OrderBy(p => p.X)] }).Where(l => l.Points.Count > 0).ToList();
        string[] names = [.. shown.Select(l => l.Name).Distinct()];
        var x = Extent.Over(picture.X, shown.SelectMany(l => l.Points).Select(p => p.X)) with { Nice = false };
        var y = Extent.Over(picture.Y, shown.SelectMany(l => l.Points).SelectMany(p => new[] { p.Mean, p.Lower ?? p.Mean, p.Upper ?? p.Mean }));
        return shown.GroupBy(l => l.Facet).Select(f => new Chart(PictureCharts.Titled(picture, f.Key), picture.Alt, Numbers(picture, f), Spec(picture, names, x, y, f)));
    }

    private static VegaSpec Spec(Lines picture, string[] names, Scale x, Scale y, IEnumerable<Line> lines)
    {
        Channel name = new(Field.Name, FieldType.Nominal) { Title = "", Scale = Look.ColourScale(names), Legend = Look.LegendOf(names) };
        var value = new Channel(Field.Y, FieldType.Quantitative) { Title = picture.Y.Title, Scale = y };
        var shape = name with { Scale = Look.ShapeScale(names) };
        Datum[] rows = [.. lines.SelectMany(l => l.Points.Select(p => Row(l.Name, p)))];
        Layer[] bands = Array.Exists(rows, r => r.Lower is not null)
            ? [new(new(MarkType.Area) { Opacity = Band }, new() { Y = value with { Field = Field.Lower }, Y2 = new(Field.Upper) }, Transform: [new(new(Field.Lower, Valid: true))])] : [];
        return new(Height, new(rows), new()
        {
            X = new(Field.X, FieldType.Quantitative) { Title = picture.X.Title, Scale = x },
            Color = name,
        },
        [
            .. bands,
            new(new(MarkType.Line) { StrokeWidth = 1.8 }, new() { Y = value, StrokeDash = name with { Scale = Look.DashScale(names) } }),
            new(new(MarkType.Point) { Filled = true, Size = 34, Opacity = 1 }, new()
            {
                Y = value, Shape = shape,
                Tooltip = [new(Field.Name, FieldType.Nominal) { Title = "line" }, new(Field.X, FieldType.Quantitative) { Title = picture.X.Title }, value with { Scale = null, Format = ".4~g" }],
            }),
        ]);
    }

    private static Datum Row(string name, LinePoint p)
    {
        bool band = p is { Lower: { } lower, Upper: { } upper } && double.IsFinite(lower) && double.IsFinite(upper);
        return new() { Name = name, X = p.X, Y = p.Mean, Lower = band ? p.Lower : null, Upper = band ? p.Upper : null };
    }

    private static Table Numbers(Lines picture, IEnumerable<Line> lines)
    {
        var points = lines.SelectMany(l => l.Points.Select(p => (l.Name, Point: p))).ToList();
        bool named = points.Exists(p => p.Name.Length > 0), bands = points.Exists(p => p.Point.Lower is not null || p.Point.Upper is not null);
        return new(picture.Title,
            [.. named ? [new("line")] : Array.Empty<Column>(), new(picture.X.Title, true), new(picture.Y.Title, true), .. bands ? [new("lower", true), new("upper", true)] : Array.Empty<Column>()],
            [.. points.Select(p => (IReadOnlyList<Cell>)
                [.. named ? [new(p.Name)] : Array.Empty<Cell>(), Cell.Of(p.Point.X), Cell.Of(p.Point.Mean), .. bands ? [Cell.Of(p.Point.Lower), Cell.Of(p.Point.Upper)] : Array.Empty<Cell>()])]);
    }
}
