using Redress.Studies;

namespace Redress.Tests.Studies;

public sealed class LineChartTests
{
    [Theory]
    [InlineData("λ=0.8", "", "λ", 0.8)]
    [InlineData("λ=0 θ=0.35", "λ=0", "θ", 0.35)]
    [InlineData("ours, any λ F1=0.64", "ours, any λ", "F1", 0.64)]
    public void The_last_word_is_the_place(string model, string series, string axis, double x) => Assert.Equal((series, axis, x), LineChart.Place(model));

    [Theory]
    [InlineData("baseline")]
    [InlineData("λ=0.8, in fractions")]
    [InlineData("name=x")]
    public void Other_models_have_none(string model) => Assert.Null(LineChart.Place(model));

    [Fact]
    public void Few_grid_lines_at_round_numbers()
    {
        string svg = LineChart.Svg("λ", [("a<b", [(0, 0.512), (1, 0.7381)]), ("c", [(0, 0.6), (1, 0.55)])]);
        foreach (string tick in new[] { ">0.5<", ">0.6<", ">0.7<", ">0.8<" }) Assert.Contains(tick, svg, StringComparison.Ordinal);
        Assert.Equal(4, svg.Split("<line ").Length - 1);
        Assert.Equal(2, svg.Split("<polyline ").Length - 1);
        Assert.Contains("a&lt;b", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void One_point_and_a_flat_line_are_drawn()
    {
        Assert.Contains("<polyline", LineChart.Svg("λ", [("", [(0.8, 0.5)])]), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", LineChart.Svg("λ", [("", [(0, 1), (2, 1)])]), StringComparison.Ordinal);
    }
}
