using Redress.Reports.Pages;
using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>Points in the plane; a group's colour has a shape beside it, unless the shapes say something of their own.</summary>
internal static class ScatterChart
{
    private const double Height = 320;

    /// <summary>Among more points than these each is smaller and lets others through.</summary>
    private const int Many = 400;

    /// <summary>More points than these are summed up in the table behind the chart.</summary>
    private const int MostListed = 200;

    internal static IEnumerable<Chart> Of(Scatter picture)
    {
        var shown = picture.Points.Where(p => picture.X.Shows(p.X) && picture.Y.Shows(p.Y)).ToList();
        string[] groups = [.. shown.Select(p => p.Group).Distinct()], symbols = [.. shown.Select(p => p.Symbol).Distinct()];
        var (x, y) = (Extent.Over(picture.X, shown.Select(p => p.X)), Extent.Over(picture.Y, shown.Select(p => p.Y)));
        return shown.GroupBy(p => p.Facet).Select(f => new Chart(PictureCharts.Titled(picture, f.Key), picture.Alt, Numbers(picture, [.. f]), Spec(picture, groups, symbols, x, y, [.. f])));
    }

    private static VegaSpec Spec(Scatter picture, string[] groups, string[] symbols, Scale x, Scale y, List<ScatterPoint> points)
    {
        bool own = picture.SymbolTitle.Length > 0;
        Channel colour = new(Field.Group, FieldType.Nominal) { Title = "", Scale = Look.ColourScale(groups), Legend = Look.LegendOf(groups, picture.GroupTitle) };
        var shape = own
            ? new Channel(Field.Name, FieldType.Nominal) { Title = "", Scale = Look.ShapeScale(symbols), Legend = Look.LegendOf(symbols, picture.SymbolTitle) }
            : colour with { Scale = Look.ShapeScale(groups) };
        Channel across = new(Field.X, FieldType.Quantitative) { Title = picture.X.Title, Scale = x }, up = new(Field.Y, FieldType.Quantitative) { Title = picture.Y.Title, Scale = y };
        bool many = points.Count > Many;
        return new(Height, new([.. points.Select(p => new Datum { X = p.X, Y = p.Y, Group = p.Group, Name = own ? p.Symbol : null })]), new() { X = across, Y = up },
        [
            new(new(MarkType.Point) { Filled = true, Size = many ? 18 : 44, Opacity = many ? 0.55 : 0.85 }, new()
            {
                Color = colour, Shape = shape,
                Tooltip =
                [
                    new(Field.Group, FieldType.Nominal) { Title = picture.GroupTitle }, .. own ? [new(Field.Name, FieldType.Nominal) { Title = picture.SymbolTitle }] : Array.Empty<Channel>(),
                    across with { Scale = null, Format = ".4~g" }, up with { Scale = null, Format = ".4~g" },
                ],
            }),
        ]);
    }

    private static Table Numbers(Scatter picture, List<ScatterPoint> points)
    {
        bool own = picture.SymbolTitle.Length > 0;
        Column[] names = [new(picture.GroupTitle), .. own ? [new(picture.SymbolTitle)] : Array.Empty<Column>()];
        IEnumerable<Cell> Names(string group, string symbol) => own ? [new(group), new(symbol)] : [new(group)];
        if (points.Count <= MostListed)
            return new(picture.Title, [.. names, new(picture.X.Title, true), new(picture.Y.Title, true)], [.. points.Select(p => (IReadOnlyList<Cell>)[.. Names(p.Group, p.Symbol), Cell.Of(p.X), Cell.Of(p.Y)])]);
        return new(picture.Title, [.. names, new("points", true), new($"mean {picture.X.Title}", true), new($"mean {picture.Y.Title}", true)],
            [.. points.GroupBy(p => (p.Group, p.Symbol)).Select(g => (IReadOnlyList<Cell>)[.. Names(g.Key.Group, g.Key.Symbol), Cell.Of(g.Count()), Cell.Of(g.Average(p => p.X)), Cell.Of(g.Average(p => p.Y))])]);
    }
}
