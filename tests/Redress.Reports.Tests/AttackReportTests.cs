namespace Redress.Reports.Tests;

public sealed class AttackReportTests
{
    internal static string Html() => AttackReport.Html(["Model m, PGD within L∞ balls, 100 people."],
    [
        new("susceptibility", [new(0, 0, 0, 0.04, 90), new(0.05, 0.2, 0.13, 0.29, 90), new(0.1, 0.5, 0.4, 0.6, 90), new(0.2, 0.9, 0.82, 0.95, 90)]),
        new("adversarial accuracy", [new(0, 0.9, 0.83, 0.94, 100), new(0.05, 0.72, 0.62, 0.8, 100), new(0.1, 0.45, 0.36, 0.55, 100), new(0.2, 0.09, 0.05, 0.16, 100)]),
    ]);

    [Fact]
    public void It_has_a_chart_with_words_and_a_table()
    {
        string html = Html();
        Assert.Contains("<p>Model m, PGD within L∞ balls, 100 people.</p>", html, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"susceptibility from 0 at ε = 0 to 0.9 at ε = 0.2; adversarial accuracy from 0.9 at ε = 0 to 0.09 at ε = 0.2.\"", html, StringComparison.Ordinal);
        Assert.Contains("<tr><td>susceptibility</td><td class=\"n\" data-v=\"0.05\">0.05</td><td class=\"n\" data-v=\"0.2\">0.200</td><td class=\"n\" data-v=\"0.13\">0.130</td><td class=\"n\" data-v=\"0.29\">0.290</td><td class=\"n\" data-v=\"90\">90</td></tr>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_measured_is_said() => Assert.DoesNotContain("data-spec", AttackReport.Html([], []), StringComparison.Ordinal);
}
