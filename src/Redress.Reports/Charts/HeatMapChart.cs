using Redress.Reports.Pages;
using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>A table as colours, light for small numbers and dark for large ones in every theme, with the numbers in its cells where they have room.</summary>
internal static class HeatMapChart
{
    private const double Step = 30;

    /// <summary>From light to dark evenly, so that it reads in grey.</summary>
    private static readonly string[] Ramp = ["#fdf6d8", "#c3dcae", "#6fb6a1", "#33859a", "#255387", "#1d2258"];

    /// <summary>Words are dark on the light half of the ramp and light on the dark half.</summary>
    private const string Dark = "#111111", Light = "#ffffff";

    /// <summary>More columns than these leave no room for numbers.</summary>
    private const int MostWritten = 10;

    /// <summary>More letters than these under all columns together are written aslant.</summary>
    private const int MostLevel = 36;

    internal static IEnumerable<Chart> Of(HeatMap picture)
    {
        var values = picture.Cells.Where(c => c.Value is { } v && double.IsFinite(v)).Select(c => c.Value!.Value).DefaultIfEmpty(0).ToList();
        var (low, high) = (values.Min(), values.Max());
        var scale = new Scale { Span = (low, high > low ? high : low + 1), Range = Ramp };
        return picture.Cells.GroupBy(c => c.Facet).Select(f => new Chart(PictureCharts.Titled(picture, f.Key), picture.Alt, Numbers(picture, [.. f]), Spec(picture, scale, [.. f])));
    }

    private static VegaSpec Spec(HeatMap picture, Scale scale, List<HeatCell> cells)
    {
        string[] rows = [.. cells.Select(c => c.Row).Distinct()], columns = [.. cells.Select(c => c.Column).Distinct()];
        Filter measured = new(new(Field.Value, Valid: true));
        double middle = (scale.Span!.Value.From + scale.Span.Value.To) / 2;
        Encoding text = new() { Text = new(Field.Value, FieldType.Quantitative) { Format = ".3~g" } };
        Layer Written(string colour, Predicate which) => new(new(MarkType.Text) { Color = colour, FontSize = 11 }, text, Transform: [measured, new(which)]);
        return new(Step * rows.Length, new([.. cells.Select(c => new Datum { Name = c.Row, Group = c.Column, Value = c.Value is { } v && double.IsFinite(v) ? v : null })]), new()
        {
            X = new(Field.Group, FieldType.Nominal) { Title = picture.ColumnTitle, Scale = new() { Names = columns }, Axis = new(LabelAngle: columns.Max(c => c.Length) * columns.Length > MostLevel ? -40 : 0) { Grid = false, Ticks = false, Domain = false } },
            Y = new(Field.Name, FieldType.Nominal) { Title = picture.RowTitle, Scale = new() { Names = rows }, Axis = new() { Grid = false, Ticks = false, Domain = false } },
        },
        [
            new(new(MarkType.Rect), new()
            {
                Color = new(Field.Value, FieldType.Quantitative) { Title = picture.ValueTitle, Scale = scale },
                Tooltip = [new(Field.Name, FieldType.Nominal) { Title = picture.RowTitle }, new(Field.Group, FieldType.Nominal) { Title = picture.ColumnTitle }, new(Field.Value, FieldType.Quantitative) { Title = picture.ValueTitle, Format = ".4~g" }],
            }, Transform: [measured]),
            .. columns.Length > MostWritten ? Array.Empty<Layer>() : [Written(Dark, new(Field.Value, Lte: middle)), Written(Light, new(Field.Value, Gt: middle))],
        ]);
    }

    private static Table Numbers(HeatMap picture, List<HeatCell> cells) => new(picture.Title,
        [new(picture.RowTitle), new(picture.ColumnTitle), new(picture.ValueTitle, true)], [.. cells.Select(c => (IReadOnlyList<Cell>)[new(c.Row), new(c.Column), Cell.Of(c.Value)])]);
}
