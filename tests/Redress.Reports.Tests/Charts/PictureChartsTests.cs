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

    private sealed record Painting() : Picture("t", "", "title", "alt");

    [Fact]
    public void A_picture_of_no_known_kind_is_named() =>
        Assert.Equal("There is no chart for Painting. (Parameter 'picture')", Assert.Throws<ArgumentException>(() => PictureCharts.Of(new Painting())).Message);
}
