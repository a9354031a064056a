using Redress.Reports.Charts;
using Redress.Reports.Pages;
using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Tests.Charts;

public sealed class PictureChartsTests
{
    private static List<Chart> Of(Picture picture) => [.. PictureCharts.Of(picture).Cast<Chart>()];

    [Fact]
    public void A_facet_is_a_chart_and_all_have_the_same_axes()
    {
        var charts = Of(Samples.Faceted);
        Assert.Equal(["cost: logistic", "cost: network"], charts.Select(c => c.Title));
        Assert.All(charts, c => Assert.Equal((1.0, 6.0), ((double, double))c.Spec.Layer[0].Encoding.Y!.Scale!.Span!));
    }

    [Fact]
    public void Lines_differ_in_colour_dash_and_shape_and_what_is_no_number_is_left_out()
    {
        var spec = Of(Samples.Lines).Single().Spec;
        Assert.Equal(23, spec.Data!.Values.Count);
        Assert.Equal([MarkType.Area, MarkType.Line, MarkType.Point], spec.Layer.Select(l => l.Mark.Type));
        Assert.Equal(["var(--c1)", "var(--c2)", "var(--c3)"], spec.Encoding!.Color!.Scale!.Range!);
        Assert.Equal(3, spec.Layer[1].Encoding.StrokeDash!.Scale!.Dashes!.Select(d => string.Join(' ', d)).Distinct().Count());
        Assert.Equal(["circle", "square", "triangle-up"], spec.Layer[2].Encoding.Shape!.Scale!.Range!);
    }

    [Fact]
    public void Lines_without_bands_and_names_have_no_layer_and_no_legend_for_them()
    {
        var spec = Of(new Lines("t", "d", "one", "One line.", new("x"), new("y"), [new("", [new(0, 1), new(1, 2)])])).Single().Spec;
        Assert.Equal([MarkType.Line, MarkType.Point], spec.Layer.Select(l => l.Mark.Type));
        Assert.Equal(Legend.None, spec.Encoding!.Color!.Legend);
    }

    [Fact]
    public void No_two_of_fifty_six_lines_look_the_same()
    {
        string[] names = [.. Enumerable.Range(0, 56).Select(k => Invariant($"{k}"))];
        var looks = Look.ColourScale(names).Range!.Zip(Look.DashScale(names).Dashes!, (c, d) => c + string.Join(' ', d));
        Assert.Equal(56, looks.Distinct().Count());
    }

    [Fact]
    public void A_logarithmic_axis_leaves_out_what_it_cannot_show()
    {
        var spec = Of(new Lines("t", "d", "log", "A line.", new("x", Log: true), new("y", Log: true), [new("a", [new(0, 1), new(1, 10), new(10, 0), new(100, 1000)])])).Single().Spec;
        Assert.Equal([(1, 10), (100, 1000)], spec.Data!.Values.Select(d => (d.X!.Value, d.Y!.Value)));
        Assert.Equal((10, 1000), ((double, double))spec.Layer[0].Encoding.Y!.Scale!.Span!);
    }

    [Fact]
    public void A_violin_names_its_group_median_and_size()
    {
        var chart = Of(Samples.Violins).Single();
        Assert.Equal("one value: median 0.5 (n = 3)", chart.Spec.Layer[^1].Data!.Values[^1].Name);
        // Three groups have a shape of 81 places; three equal values have none.
        Assert.Equal(3 * 81, chart.Spec.Layer[0].Data!.Values.Count);
        Assert.Equal(["one value", "3", "0.5", "0.5", "0.5", "0.5", "0.5"], chart.Numbers!.Rows[^1].Select(c => c.Text));
    }

    [Fact]
    public void Bars_begin_at_0_and_keep_their_order()
    {
        var spec = Of(new Bars("t", "d", "b", "Two bars.", "what", new("value"), [new("z", 5), new("a", 7, 6, 8)])).Single().Spec;
        Assert.Equal((0, 8), ((double, double))spec.Layer[0].Encoding.X!.Scale!.Span!);
        Assert.Equal(["z", "a"], spec.Encoding!.Y!.Scale!.Names!);
        Assert.Equal([MarkType.Bar, MarkType.Rule, MarkType.Point], spec.Layer.Select(l => l.Mark.Type));
    }

    [Fact]
    public void Many_points_are_summed_up_behind_their_chart()
    {
        Assert.Equal(3, Of(Samples.Scatter).Single().Numbers!.Rows.Count);
        var few = Of(Samples.Scatter with { Points = [.. Samples.Scatter.Points.Take(200)] }).Single();
        Assert.Equal(200, few.Numbers!.Rows.Count);
    }

    [Fact]
    public void Symbols_that_say_something_have_a_legend_of_their_own()
    {
        var spec = Of(new Scatter("t", "d", "s", "Points.", new("x"), new("y"), "model", [new(0, 1, "a", "person"), new(1, 2, "b", "recourse")], "what")).Single().Spec;
        Assert.Equal((Field.Group, "model"), (spec.Layer[0].Encoding.Color!.Field, spec.Layer[0].Encoding.Color!.Legend!.Title));
        Assert.Equal((Field.Name, "what"), (spec.Layer[0].Encoding.Shape!.Field, spec.Layer[0].Encoding.Shape!.Legend!.Title));
    }

    [Fact]
    public void Images_of_another_size_are_refused()
    {
        string Message(int width, int height) => Assert.Throws<ArgumentException>(() => PictureCharts.Of(new ImageGrid("t", "", "grid", "Images.", width, height, ["a"], [new("r", [new(new double[6])])])).ToList()).Message;
        Assert.Equal("An image of 'grid' has 6 pixels; 3 × 3 is 9. (Parameter 'image')", Message(3, 3));
        Assert.Equal("The images of 'grid' are 0 × 3 pixels; must be 1 to 256 each way. (Parameter 'grid')", Message(0, 3));
    }

    [Fact]
    public void Arrows_share_their_axes_and_one_that_leads_nowhere_keeps_its_beginning()
    {
        var charts = Of(Samples.Arrows);
        Assert.Equal(["recourse: gradient", $"recourse: {Samples.Hostile}", "recourse: genre"], charts.Select(c => c.Title));
        Assert.Single(charts.Select(c => (c.Spec.Encoding!.X!.Scale!.Span, c.Spec.Encoding.Y!.Scale!.Span)).Distinct());
        var spec = Of(new Arrows("t", "d", "a", "Arrows.", new("x"), new("y"), "from", "to",
            [new([new(0, 0, "p"), new(double.NaN, 1, "q")], [new(1, 2, 3, 4), new(5, 6, null, null), new(7, 8, double.PositiveInfinity, 9), new(double.NaN, 0, 1, 1)])])).Single().Spec;
        Assert.Equal([MarkType.Point, MarkType.Rule, MarkType.Rule, MarkType.Point, MarkType.Point], spec.Layer.Select(l => l.Mark.Type));
        Assert.Equal((1, 1), (spec.Layer[0].Data!.Values.Count, spec.Layer[2].Data!.Values.Count));
        Assert.Equal([("from", 1, 2), ("from", 5, 6), ("from", 7, 8)], spec.Layer[3].Data!.Values.Select(d => (d.Name!, d.X!.Value, d.Y!.Value)));
        Assert.Equal([("to", 3, 4, 1, 2)], spec.Layer[4].Data!.Values.Select(d => (d.Name!, d.X!.Value, d.Y!.Value, d.Lower!.Value, d.Upper!.Value)));
        Assert.Equal(((0, 7), (0, 8)), (((double, double))spec.Encoding!.X!.Scale!.Span!, ((double, double))spec.Encoding.Y!.Scale!.Span!));
    }

    [Fact]
    public void Arrows_stand_out_from_a_pale_background_in_colour_and_shape()
    {
        var chart = Of(Samples.Arrows)[1];
        Assert.Equal(["rejected", Samples.Hostile, "person", "recourse"], chart.Spec.Layer[0].Encoding.Color!.Scale!.Names!);
        Assert.Equal(["var(--p1)", "var(--p2)", "var(--text)", "var(--text)"], chart.Spec.Layer[0].Encoding.Color!.Scale!.Range!);
        Assert.Equal(["circle", "cross"], chart.Spec.Layer[0].Encoding.Shape!.Scale!.Range!.Take(2));
        Assert.Equal((22, 34), (chart.Spec.Layer[0].Mark.Size!.Value, chart.Spec.Layer[3].Mark.Size!.Value));
        Assert.Equal((2 + 30, 250), (chart.Numbers!.Rows.Count, chart.Numbers.Rows[0][1].Number));
    }

    [Fact]
    public void Contours_draw_the_widest_area_first_and_end_with_the_grid()
    {
        var chart = Of(Samples.Contours)[0];
        var spec = chart.Spec;
        Assert.Equal(["95 %", "80 %", "60 %", "40 %", "20 %"], spec.Layer[0].Data!.Values.Select(d => d.Group).Distinct());
        Assert.Equal(["95 %", "80 %", "60 %", "40 %", "20 %"], spec.Layer[0].Encoding.Fill!.Scale!.Names!);
        Assert.Equal((-1.3, 1.3), ((double, double))spec.Encoding!.X!.Scale!.Span!);
        Assert.Equal(("person", 0.9, 0.55), (spec.Layer[2].Data!.Values.Single().Name, spec.Layer[2].Data!.Values.Single().X, spec.Layer[2].Data!.Values.Single().Y));
        double[] shares = [.. chart.Numbers!.Rows.TakeLast(5).Select(r => r[^1].Number!.Value)];
        Assert.Equal(shares.OrderDescending(), shares);
    }

    [Fact]
    public void A_density_of_0_has_no_areas_and_a_place_that_is_no_number_no_mark()
    {
        var spec = Of(new Contours("t", "d", "c", "A density.", new("x"), new("y"), "person", [new(new(0, 1, 0, 1, 2, 2, new double[4]), [], double.NaN, 0)])).Single().Spec;
        Assert.All(spec.Layer, l => Assert.Empty(l.Data!.Values));
    }

    [Theory]
    [InlineData(1, 3, 0, 1, 0, "A density of 'c' has 1 × 3 places; must be 2 to 256 each way. (Parameter 'grid')")]
    [InlineData(2, 257, 0, 1, 0, "A density of 'c' has 2 × 257 places; must be 2 to 256 each way. (Parameter 'grid')")]
    [InlineData(2, 3, 0, 1, 0, "A density of 'c' has 4 values; 2 × 3 is 6. (Parameter 'grid')")]
    [InlineData(2, 2, 1, 1, 0, "A density of 'c' goes from y = 1 to 1; must be finite and ascend. (Parameter 'grid')")]
    [InlineData(2, 2, 0, double.NaN, 0, "A density of 'c' goes from y = 0 to NaN; must be finite and ascend. (Parameter 'grid')")]
    [InlineData(2, 2, 0, 1, -0.5, "A density of 'c' is -0.5 in row 2, column 1; must be finite and 0 or more. (Parameter 'grid')")]
    [InlineData(2, 2, 0, 1, double.NaN, "A density of 'c' is NaN in row 2, column 1; must be finite and 0 or more. (Parameter 'grid')")]
    public void Densities_on_no_grid_are_refused(int columns, int rows, double from, double to, double value, string message) => Assert.Equal(message, Assert.Throws<ArgumentException>(() =>
        PictureCharts.Of(new Contours("t", "", "c", "A density.", new("x"), new("y"), "person", [new(new(0, 1, from, to, columns, rows, [0, 1, value, 2]), [], 0, 0)])).ToList()).Message);

    [Fact]
    public void Densities_need_linear_axes() => Assert.Equal("An axis of 'c' is logarithmic; a density on a regular grid needs linear ones. (Parameter 'picture')",
        Assert.Throws<ArgumentException>(() => PictureCharts.Of(new Contours("t", "", "c", "A density.", new("x"), new("y", Log: true), "person", [])).ToList()).Message);

    [Fact]
    public void Names_that_a_legend_or_facets_would_have_twice_are_refused()
    {
        string Message(string from, string to, string group, string facet) => Assert.Throws<ArgumentException>(() =>
            PictureCharts.Of(new Arrows("t", "", "a", "Arrows.", new("x"), new("y"), from, to, [new([new(0, 0, group)], [], "f"), new([], [], facet)])).ToList()).Message;
        Assert.Equal("The legend of 'a' has 'person' twice; groups and marks must differ. (Parameter 'picture')", Message("person", "recourse", "person", "g"));
        Assert.Equal("The legend of 'a' has 'person' twice; groups and marks must differ. (Parameter 'picture')", Message("person", "person", "rows", "g"));
        Assert.Equal("'a' has 2 facets called 'f'; each must be named once. (Parameter 'picture')", Message("person", "recourse", "rows", "f"));
    }

    private sealed record Painting() : Picture("t", "", "title", "alt");

    [Fact]
    public void A_picture_of_no_known_kind_is_named() =>
        Assert.Equal("There is no chart for Painting. (Parameter 'picture')", Assert.Throws<ArgumentException>(() => PictureCharts.Of(new Painting())).Message);
}
