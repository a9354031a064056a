using Redress.Reports.Pages;
using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>Areas of a density in greys of even steps, nearer to the page's colour where it is thin, so that colours are left to the points above.</summary>
internal static class ContoursChart
{
    private const int LeastPlaces = 2, MostPlaces = 256;

    /// <summary>The shares, the widest area first: later ones lie above. The page has as many greys, <c>--l1</c> and on.</summary>
    private static readonly double[] Shares = [0.95, 0.8, 0.6, 0.4, 0.2];

    private static readonly string[] ShareNames = [.. Shares.Select(s => Invariant($"{100 * s:0} %"))];

    internal static IEnumerable<Chart> Of(Contours picture)
    {
        if (picture.X.Log || picture.Y.Log) throw new ArgumentException($"An axis of '{picture.Title}' is logarithmic; a density on a regular grid needs linear ones.", nameof(picture));
        string[] groups = Plane.Groups(picture, picture.Facets.Select(f => (f.Facet, f.Background)), [picture.Mark]);
        foreach (var facet in picture.Facets) Check(picture, facet.Density);
        var shown = picture.Facets.Select(f => f with { Background = Plane.Shown(f.Background, picture.X, picture.Y) }).ToList();
        // The areas end where the grid does, and so do the axes.
        var x = Extent.Over(picture.X, shown.SelectMany(f => f.Background.Select(p => p.X).Concat([f.Density.FromX, f.Density.ToX, f.MarkX]))) with { Nice = false };
        var y = Extent.Over(picture.Y, shown.SelectMany(f => f.Background.Select(p => p.Y).Concat([f.Density.FromY, f.Density.ToY, f.MarkY]))) with { Nice = false };
        var axes = Plane.Axes(picture.X, x, picture.Y, y);
        return shown.Select(f => new Chart(PictureCharts.Titled(picture, f.Facet), picture.Alt, Numbers(picture, f), Spec(picture, groups, axes, f), IsPlane: true));
    }

    private static void Check(Contours picture, DensityGrid grid)
    {
        string of = $"A density of '{picture.Title}'";
        if (grid.Columns is < LeastPlaces or > MostPlaces || grid.Rows is < LeastPlaces or > MostPlaces)
            throw new ArgumentException(Invariant($"{of} has {grid.Columns} × {grid.Rows} places; must be {LeastPlaces} to {MostPlaces} each way."), nameof(grid));
        if (grid.Values.Count != grid.Columns * grid.Rows) throw new ArgumentException(Invariant($"{of} has {grid.Values.Count} values; {grid.Columns} × {grid.Rows} is {grid.Columns * grid.Rows}."), nameof(grid));
        foreach (var (axis, from, to) in new[] { ("x", grid.FromX, grid.ToX), ("y", grid.FromY, grid.ToY) })
            if (!double.IsFinite(to - from) || !(from < to)) throw new ArgumentException(Invariant($"{of} goes from {axis} = {from} to {to}; must be finite and ascend."), nameof(grid));
        for (int i = 0; i < grid.Values.Count; i++)
            if (!double.IsFinite(grid.Values[i]) || grid.Values[i] < 0)
                throw new ArgumentException(Invariant($"{of} is {grid.Values[i]} in row {i / grid.Columns + 1}, column {i % grid.Columns + 1}; must be finite and 0 or more."), nameof(grid));
    }

    private static VegaSpec Spec(Contours picture, string[] groups, Encoding axes, ContoursFacet facet)
    {
        Channel colour = new(Field.Name, FieldType.Nominal) { Title = "", Scale = Look.ColourScale(groups, [picture.Mark]), Legend = Look.LegendOf([.. groups, picture.Mark]) };
        var shape = colour with { Scale = Look.DotScale(groups, [(picture.Mark, "circle")]) };
        Channel share = new(Field.Group, FieldType.Nominal) { Title = "", Scale = Look.LevelScale(ShareNames), Legend = Look.LegendOf(ShareNames, "area with this share of the density") with { SymbolType = "square" } };
        return new(Plane.Height, null, axes,
        [
            new(new(MarkType.Line) { Filled = true, Opacity = 1, Order = false }, new() { Fill = share }, new([.. Areas(facet.Density)])),
            Plane.Background([.. facet.Background], colour, shape, axes),
            new(new(MarkType.Point) { Filled = true, Size = 210, Opacity = 1, Stroke = Look.Page, StrokeWidth = 2.5 }, new() { Color = colour, Shape = shape, Tooltip = Plane.Tips(axes) }, new([.. Mark(picture, facet)])),
        ]);
    }

    private static IEnumerable<Datum> Areas(DensityGrid grid) => Shares.Select(s => LevelSets.Threshold(grid.Values, s)).SelectMany((level, k) =>
        level > 0 ? LevelSets.Path(grid, level).Select(p => new Datum { Group = ShareNames[k], X = p.X, Y = p.Y }) : []);

    private static IEnumerable<Datum> Mark(Contours picture, ContoursFacet facet) =>
        picture.X.Shows(facet.MarkX) && picture.Y.Shows(facet.MarkY) ? [new() { Name = picture.Mark, X = facet.MarkX, Y = facet.MarkY }] : [];

    private static Table Numbers(Contours picture, ContoursFacet facet)
    {
        var grid = facet.Density;
        Column[] columns = [new("what"), new("points", true), new(picture.X.Title, true), new(picture.Y.Title, true), new("density", true), new("share of the grid", true)];
        double peak = grid.Values.Max();
        int at = Enumerable.Range(0, grid.Values.Count).First(i => grid.Values[i] == peak);
        double X(int i) => grid.FromX + (grid.ToX - grid.FromX) * (i % grid.Columns) / (grid.Columns - 1);
        double Y(int i) => grid.FromY + (grid.ToY - grid.FromY) * (i / grid.Columns) / (grid.Rows - 1);
        Cell none = new("");
        return new(picture.Title, columns,
        [
            [new(picture.Mark), Cell.Of(1), Cell.Of(facet.MarkX), Cell.Of(facet.MarkY), none, none],
            .. Plane.Means([.. facet.Background], columns.Length),
            [new("largest density"), none, Cell.Of(X(at)), Cell.Of(Y(at)), Cell.Of(peak), none],
            .. Shares.Select((s, k) => (Name: ShareNames[k], Level: LevelSets.Threshold(grid.Values, s))).Select(a => (IReadOnlyList<Cell>)
                [new($"area with {a.Name}, from"), none, none, none, Cell.Of(a.Level), a.Level > 0 ? Cell.Of(grid.Values.Count(v => v >= a.Level) / (double)grid.Values.Count) : Cell.Of(null)]),
        ]);
    }
}
