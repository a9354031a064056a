using Redress.Reports.Pages;
using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>What pictures of the plane share: axes that make circles round, small points of named groups beneath, and one legend for them and for what lies above.</summary>
internal static class Plane
{
    /// <summary>About the width that the page gives the axes of such a chart.</summary>
    internal const double Height = 225;

    private const double PointSize = 22;

    /// <summary>The groups of all facets, in the order in which they come.</summary>
    /// <exception cref="ArgumentException">Two facets have one name, or a group has the name of a mark.</exception>
    internal static string[] Groups(Picture picture, IEnumerable<(string Facet, IReadOnlyList<PlanePoint> Background)> facets, IReadOnlyList<string> marks)
    {
        var all = facets.ToList();
        if (all.GroupBy(f => f.Facet).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"'{picture.Title}' has {Invariant($"{twice.Count()}")} facets called '{twice.Key}'; each must be named once.", nameof(picture));
        string[] groups = [.. all.SelectMany(f => f.Background).Select(p => p.Group).Distinct()];
        if (groups.Concat(marks).GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } same) throw new ArgumentException($"The legend of '{picture.Title}' has '{same.Key}' twice; groups and marks must differ.", nameof(picture));
        return groups;
    }

    internal static List<PlanePoint> Shown(IReadOnlyList<PlanePoint> points, PictureAxis x, PictureAxis y) => [.. points.Where(p => x.Shows(p.X) && y.Shows(p.Y))];

    internal static Encoding Axes(PictureAxis x, Scale across, PictureAxis y, Scale up) => new()
    {
        X = new(Field.X, FieldType.Quantitative) { Title = x.Title, Scale = across },
        Y = new(Field.Y, FieldType.Quantitative) { Title = y.Title, Scale = up },
    };

    internal static Layer Background(List<PlanePoint> points, Channel colour, Channel shape, Encoding axes) => new(
        new(MarkType.Point) { Filled = true, Size = PointSize, Opacity = 1, Stroke = Look.Page, StrokeWidth = 0.4 },
        new() { Color = colour, Shape = shape, Tooltip = Tips(axes) }, new([.. points.Select(p => new Datum { Name = p.Group, X = p.X, Y = p.Y })]));

    internal static List<Channel> Tips(Encoding axes) =>
        [new(Field.Name, FieldType.Nominal) { Title = "what" }, axes.X! with { Scale = null, Format = ".4~g" }, axes.Y! with { Scale = null, Format = ".4~g" }];

    /// <summary>The size and the middle of each group, with empty cells up to a number of columns.</summary>
    internal static IEnumerable<IReadOnlyList<Cell>> Means(List<PlanePoint> points, int columns) => points.GroupBy(p => p.Group).Select(g =>
        (IReadOnlyList<Cell>)[new($"{g.Key}, mean"), Cell.Of(g.Count()), Cell.Of(g.Average(p => p.X)), Cell.Of(g.Average(p => p.Y)), .. Enumerable.Repeat(new Cell(""), columns - 4)]);
}
