using Redress.Reports.Pages;
using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>
/// Violins that lie, each under its own name: the density to either side, a bar from quartile to quartile and a mark at the median. Names stand in the
/// chart, so that long ones have room on a narrow page.
/// </summary>
internal static class ViolinsChart
{
    private const double Row = 58, HalfWidth = 0.26;

    /// <summary>A violin's middle lies below that of its row, whose top is its name's.</summary>
    private const double Middle = 0.36;

    /// <summary>A group as it is drawn: the places of its row count from below.</summary>
    private sealed record Group(string Name, double[] Sorted, double Floor)
    {
        internal double Centre => Floor + Middle;
    }

    internal static IEnumerable<Chart> Of(Violins picture)
    {
        var shown = picture.Groups.Select(g => g with { Values = [.. g.Values.Where(picture.Value.Shows).Order()] }).Where(g => g.Values.Count > 0).ToList();
        var scale = Extent.Over(picture.Value, shown.SelectMany(g => new[] { g.Values[0], g.Values[^1] }));
        foreach (var facet in shown.GroupBy(g => g.Facet))
        {
            var of = facet.ToList();
            List<Group> groups = [.. of.Select((g, k) => new Group(g.Group, [.. g.Values], of.Count - 1 - k))];
            yield return new(PictureCharts.Titled(picture, facet.Key), picture.Alt, Numbers(picture, groups), Spec(picture, scale, groups), IsWide: shown.Count > 1);
        }
    }

    private static VegaSpec Spec(Violins picture, Scale scale, List<Group> groups)
    {
        string[] names = [.. groups.Select(g => g.Name)];
        var value = new Channel(Field.X, FieldType.Quantitative) { Title = picture.Value.Title, Scale = scale };
        var row = new Channel(Field.Y, FieldType.Quantitative) { Title = "", Axis = Axis.Hidden, Scale = new() { Span = (0, groups.Count), Zero = false, Nice = false } };
        var colour = new Channel(Field.Name, FieldType.Nominal) { Scale = Look.ColourScale(names), Legend = Legend.None };
        ChartRows summaries = new([.. groups.Select(Summary)]), labels = new([.. groups.Select(g => new Datum { Y = g.Floor + 0.98, Name = Label(g) })]);
        return new(Row * groups.Count, null, null,
        [
            new(new(MarkType.Area) { Orient = "vertical", Opacity = 0.45, Interpolate = "monotone" }, new() { X = value, Y = row, Y2 = new(Field.Upper), Color = colour }, new([.. groups.SelectMany(g => Outline(g, picture.Value.Log))])),
            new(new(MarkType.Rule) { StrokeWidth = 4, Opacity = 0.8 }, new() { X = value with { Field = Field.Lower }, X2 = new(Field.Upper), Y = row, Color = colour }, summaries),
            new(new(MarkType.Point) { Filled = true, Size = 70, Opacity = 1, Color = Look.Text }, new() { X = value, Y = row, Tooltip = Tips(picture) }, summaries),
            new(new(MarkType.Text) { Align = "left", Baseline = "top", Color = Look.Text, FontSize = 12, Limit = 330 }, new() { X = new() { Value = 2 }, Y = row, Text = new(Field.Name, FieldType.Nominal) }, labels),
        ]);
    }

    /// <summary>Both edges of the density, the widest of every violin as wide.</summary>
    private static IEnumerable<Datum> Outline(Group group, bool log)
    {
        var density = Density.Of(log ? [.. group.Sorted.Select(Math.Log10)] : group.Sorted);
        double most = density.Count == 0 ? 1 : density.Max(p => p.Density);
        return density.Select(p => new Datum
        {
            Name = group.Name, X = log ? Math.Pow(10, p.X) : p.X, Y = group.Centre - HalfWidth * p.Density / most, Upper = group.Centre + HalfWidth * p.Density / most,
        });
    }

    private static Datum Summary(Group group) => new()
    {
        Name = group.Name, X = Density.Quantile(group.Sorted, 0.5), Y = group.Centre, Lower = Density.Quantile(group.Sorted, 0.25), Upper = Density.Quantile(group.Sorted, 0.75),
    };

    private static string Label(Group group) => $"{(group.Name.Length > 0 ? group.Name + ": " : "")}median {NumberText.Short(Density.Quantile(group.Sorted, 0.5))} (n = {NumberText.Count(group.Sorted.Length)})";

    private static List<Channel> Tips(Violins picture) =>
    [
        new(Field.Name, FieldType.Nominal) { Title = picture.GroupTitle }, new(Field.X, FieldType.Quantitative) { Title = "median", Format = ".4~g" },
        new(Field.Lower, FieldType.Quantitative) { Title = "first quartile", Format = ".4~g" }, new(Field.Upper, FieldType.Quantitative) { Title = "third quartile", Format = ".4~g" },
    ];

    private static Table Numbers(Violins picture, List<Group> groups) => new(picture.Title,
        [new(picture.GroupTitle), new("values", true), new("least", true), new("first quartile", true), new("median", true), new("third quartile", true), new("largest", true)],
        [.. groups.Select(g => (IReadOnlyList<Cell>)[new(g.Name), Cell.Of(g.Sorted.Length), .. new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(q => Cell.Of(Density.Quantile(g.Sorted, q)))])]);
}
