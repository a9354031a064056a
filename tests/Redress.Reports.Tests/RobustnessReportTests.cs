namespace Redress.Reports.Tests;

public sealed class RobustnessReportTests
{
    internal static string Html() => RobustnessReport.Html(["12 of 60 people are rejected."],
        [new("gradient", "2007", 11, 12, 11 / 12.0, 0.66), new("gradient", "all models", 9, 12, 0.75, 0.47), new("linear-step", "2007", 3, 12, 0.25, 0.07), new("linear-step", "all models", 0, 12, 0, 0)]);

    [Fact]
    public void It_has_a_heat_map_with_words_and_a_table()
    {
        string html = Html();
        Assert.Contains("<p>12 of 60 people are rejected.</p>", html, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"From 0.000 (linear-step under all models) to 0.917 (gradient under 2007).\"", html, StringComparison.Ordinal);
        Assert.Contains("<tr><td>gradient</td><td>2007</td><td class=\"n\" data-v=\"11\">11</td><td class=\"n\" data-v=\"12\">12</td><td class=\"n\" data-v=\"0.9166666666666666\">0.917</td><td class=\"n\" data-v=\"0.66\">0.660</td></tr>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_found_a_recourse_is_said()
    {
        string html = RobustnessReport.Html([], [new("gradient", "all models", 0, 0, null, null)]);
        Assert.DoesNotContain("data-spec", html, StringComparison.Ordinal);
        Assert.Contains("Nobody was found a recourse.", html, StringComparison.Ordinal);
    }
}
