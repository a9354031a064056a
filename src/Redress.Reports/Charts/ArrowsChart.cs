using Redress.Reports.Pages;
using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>Arrows in the colour of words, from a dot to the tip of a head, over pale points; a seam of the page's colour parts them from what lies beneath.</summary>
internal static class ArrowsChart
{
    /// <summary>A head that points up, three times as long as a dot's radius: its tip is the place itself, and in the legend its middle.</summary>
    private const string Head = "M0,0L1.15,3L0,2.4L-1.15,3Z", HeadOfLegend = "M0,-1.5L1.15,1.5L0,0.9L-1.15,1.5Z";

    private static readonly Mark Dot = new(MarkType.Point) { Filled = true, Size = 34, Opacity = 1, Stroke = Look.Page, StrokeWidth = 0.7 };

    /// <summary>From up, clockwise, to where the arrow leads on the screen; <c>lower</c> and <c>upper</c> are where it comes from.</summary>
    private const string Turn = "atan2(scale('x', datum.x) - scale('x', datum.lower), scale('y', datum.upper) - scale('y', datum.y)) * 180 / PI";

    internal static IEnumerable<Chart> Of(Arrows picture)
    {
        string[] groups = Plane.Groups(picture, picture.Facets.Select(f => (f.Facet, f.Background)), [picture.From, picture.To]);
        var shown = picture.Facets.Select(f => f with { Background = Plane.Shown(f.Background, picture.X, picture.Y), Items = [.. Shown(picture, f.Items)] }).Where(f => f.Background.Count + f.Items.Count > 0).ToList();
        var x = Extent.Over(picture.X, shown.SelectMany(f => f.Background.Select(p => p.X).Concat(f.Items.SelectMany(a => new[] { a.X, a.ToX ?? a.X }))));
        var y = Extent.Over(picture.Y, shown.SelectMany(f => f.Background.Select(p => p.Y).Concat(f.Items.SelectMany(a => new[] { a.Y, a.ToY ?? a.Y }))));
        var axes = Plane.Axes(picture.X, x, picture.Y, y);
        return shown.Select(f => new Chart(PictureCharts.Titled(picture, f.Facet), picture.Alt, Numbers(picture, f), Spec(picture, groups, axes, f), IsPlane: true));
    }

    /// <summary>An arrow whose end cannot be shown keeps its beginning.</summary>
    private static IEnumerable<Arrow> Shown(Arrows picture, IReadOnlyList<Arrow> arrows) => arrows.Where(a => picture.X.Shows(a.X) && picture.Y.Shows(a.Y))
        .Select(a => a is { ToX: { } x, ToY: { } y } && picture.X.Shows(x) && picture.Y.Shows(y) ? a : a with { ToX = null, ToY = null });

    private static VegaSpec Spec(Arrows picture, string[] groups, Encoding axes, ArrowsFacet facet)
    {
        string[] names = [.. groups, picture.From, picture.To];
        Channel colour = new(Field.Name, FieldType.Nominal) { Title = "", Scale = Look.PaleScale(groups, [picture.From, picture.To]), Legend = Look.LegendOf(names) };
        var shape = colour with { Scale = Look.DotScale(groups, [(picture.From, "circle"), (picture.To, HeadOfLegend)]) };
        var whole = facet.Items.Where(a => a.ToX is not null).ToList();
        ChartRows lines = new([.. whole.Select(a => new Datum { X = a.X, Y = a.Y, Lower = a.ToX, Upper = a.ToY })]);
        ChartRows starts = new([.. facet.Items.Select(a => new Datum { Name = picture.From, X = a.X, Y = a.Y })]);
        ChartRows ends = new([.. whole.Select(a => new Datum { Name = picture.To, X = a.ToX, Y = a.ToY, Lower = a.X, Upper = a.Y })]);
        Layer Line(string of, double width) => new(new(MarkType.Rule) { Color = of, StrokeWidth = width, Opacity = 1 }, new() { X2 = new(Field.Lower), Y2 = new(Field.Upper) }, lines);
        return new(Plane.Height, null, axes,
        [
            Plane.Background([.. facet.Background], colour, shape, axes),
            Line(Look.Page, 3.2), Line(Look.Text, 1.3),
            new(Dot, new() { Color = colour, Shape = shape, Tooltip = Plane.Tips(axes) }, starts),
            new(Dot with { Shape = Head, Angle = new(Turn) }, new() { Color = colour, Tooltip = Plane.Tips(axes) }, ends),
        ]);
    }

    private static Table Numbers(Arrows picture, ArrowsFacet facet)
    {
        Column[] columns = [new("what"), new("points", true), new(picture.X.Title, true), new(picture.Y.Title, true), new($"{picture.X.Title} of {picture.To}", true), new($"{picture.Y.Title} of {picture.To}", true)];
        return new(picture.Title, columns, [.. Plane.Means([.. facet.Background], columns.Length),
            .. facet.Items.Select(a => (IReadOnlyList<Cell>)[new(picture.From), Cell.Of(1), Cell.Of(a.X), Cell.Of(a.Y), Cell.Of(a.ToX), Cell.Of(a.ToY)])]);
    }
}
