using Redress.Studies;

namespace Redress.Tests.Studies;

public sealed class LineChartTests
{
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
    public void Every_point_has_a_mark_and_lines_differ_in_dashes()
    {
        string svg = LineChart.Svg("λ", [("a", [(0, 0.5), (1, 0.7)]), ("b", [(0, 0.5), (0.4, 0.6), (1, 0.7)])]);
        Assert.Equal(5, svg.Split("<circle ").Length - 1);
        Assert.Equal(2, svg.Split("stroke-dasharray=\"\"").Length - 1);
        Assert.Equal(2, svg.Split("stroke-dasharray=\"6 3\"").Length - 1);
        Assert.Contains("viewBox=\"0 0 280 210\"", svg, StringComparison.Ordinal);
    }

    /// <summary>A line that moves by a hundredth shall not look as if it fell; what is no share keeps its own scale.</summary>
    [Theory]
    [InlineData(0.511, 0.512, "0.4", "0.65")]
    [InlineData(0.999, 1, "0.8", "1")]
    [InlineData(0, 0.001, "0", "0.2")]
    [InlineData(-0.01, 0.02, "-0.1", "0.15")]
    [InlineData(30, 30.01, "30", "30.01")]
    public void Shares_are_drawn_over_two_tenths_at_least(double low, double high, string bottom, string top)
    {
        string svg = LineChart.Svg("λ", [("", [(0, low), (1, high)])]);
        string[] ticks = [.. svg.Split("text-anchor=\"end\">").Skip(1).Select(t => t[..t.IndexOf('<', StringComparison.Ordinal)])];
        Assert.Equal((bottom, top), (ticks[0], ticks[^1]));
    }

    [Fact]
    public void One_point_and_a_flat_line_are_drawn()
    {
        Assert.Contains("<polyline", LineChart.Svg("λ", [("", [(0.8, 0.5)])]), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", LineChart.Svg("λ", [("", [(0, 1), (2, 1)])]), StringComparison.Ordinal);
    }
}
