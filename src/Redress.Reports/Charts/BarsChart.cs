using Redress.Reports.Pages;
using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>Bars from 0 that lie, with an interval across their ends; a group's colour has a shape at the end beside it.</summary>
internal static class BarsChart
{
    private const double Step = 24, GroupStep = 16, Gap = 10;

    internal static IEnumerable<Chart> Of(Bars picture)
    {
        var shown = picture.Items.Where(b => picture.Value.Shows(b.Value)).ToList();
        string[] groups = [.. shown.Select(b => b.Group).Distinct()];
        var scale = Extent.Over(picture.Value, shown.SelectMany(b => new[] { b.Value, b.Lower ?? b.Value, b.Upper ?? b.Value }), fromZero: true);
        return shown.GroupBy(b => b.Facet).Select(f => new Chart(PictureCharts.Titled(picture, f.Key), picture.Alt, Numbers(picture, [.. f]), Spec(picture, groups, scale, [.. f])));
    }

    private static VegaSpec Spec(Bars picture, string[] groups, Scale scale, List<Bar> bars)
    {
        bool grouped = groups.Length > 1;
        string[] categories = [.. bars.Select(b => b.Category).Distinct()];
        Datum[] rows = [.. bars.Select(Row)];
        bool measured = Array.Exists(rows, r => r.Lower is not null);
        var value = new Channel(Field.X, FieldType.Quantitative) { Title = picture.Value.Title, Scale = scale };
        Channel group = new(Field.Group, FieldType.Nominal) { Title = "", Scale = Look.ColourScale(groups), Legend = grouped ? Look.LegendOf(groups) : Legend.None };
        Layer interval = new(new(MarkType.Rule) { StrokeWidth = 1.6, Opacity = 1, Color = Look.Text }, new() { X = value with { Field = Field.Lower }, X2 = new(Field.Upper) }, Transform: [new(new(Field.Lower, Valid: true))]);
        Layer end = new(new(MarkType.Point) { Filled = true, Size = 42, Opacity = 1 }, new() { X = value, Shape = grouped ? group with { Scale = Look.ShapeScale(groups) } : null, Color = group, Tooltip = Tips(picture, grouped) });
        return new(categories.Length * (grouped ? GroupStep * groups.Length + Gap : Step), new(rows), new()
        {
            Y = new(Field.Name, FieldType.Nominal) { Title = "", Scale = new() { Names = categories }, Axis = new() { Grid = false, Ticks = false, Domain = false } },
            YOffset = grouped ? new(Field.Group, FieldType.Nominal) { Scale = new() { Names = groups } } : null,
        },
        [
            new(new(MarkType.Bar) { Opacity = 0.55, Height = new(0.72) }, new() { X = value, Color = group, Tooltip = Tips(picture, grouped) }),
            .. measured ? [interval] : Array.Empty<Layer>(),
            .. measured || grouped ? [end] : Array.Empty<Layer>(),
        ]);
    }

    private static List<Channel> Tips(Bars picture, bool grouped) =>
    [
        new(Field.Name, FieldType.Nominal) { Title = picture.CategoryTitle }, .. grouped ? [new(Field.Group, FieldType.Nominal) { Title = "of" }] : Array.Empty<Channel>(),
        new(Field.X, FieldType.Quantitative) { Title = picture.Value.Title, Format = ".4~g" },
        new(Field.Lower, FieldType.Quantitative) { Title = "lower", Format = ".4~g" }, new(Field.Upper, FieldType.Quantitative) { Title = "upper", Format = ".4~g" },
    ];

    private static Datum Row(Bar bar)
    {
        bool interval = bar is { Lower: { } lower, Upper: { } upper } && double.IsFinite(lower) && double.IsFinite(upper);
        return new() { Name = bar.Category, Group = bar.Group, X = bar.Value, Lower = interval ? bar.Lower : null, Upper = interval ? bar.Upper : null };
    }

    private static Table Numbers(Bars picture, List<Bar> bars)
    {
        bool grouped = bars.Exists(b => b.Group.Length > 0), intervals = bars.Exists(b => b.Lower is not null || b.Upper is not null);
        return new(picture.Title,
            [new(picture.CategoryTitle), .. grouped ? [new("of")] : Array.Empty<Column>(), new(picture.Value.Title, true), .. intervals ? [new("lower", true), new("upper", true)] : Array.Empty<Column>()],
            [.. bars.Select(b => (IReadOnlyList<Cell>)
                [new(b.Category), .. grouped ? [new(b.Group)] : Array.Empty<Cell>(), Cell.Of(b.Value), .. intervals ? [Cell.Of(b.Lower), Cell.Of(b.Upper)] : Array.Empty<Cell>()])]);
    }
}
