using Redress.Studies;

namespace Redress.Reports.Tests;

public sealed class StudyReportTests
{
    private static string Html(IReadOnlyList<StudyRow> rows, params IReadOnlyList<Picture> pictures) => StudyReport.Html(Samples.Study, 7, new(rows, pictures, 1, 0, []));

    [Fact]
    public void It_says_what_was_run_and_links_to_every_table()
    {
        string html = Samples.Page();
        Assert.Contains("<title>A study of &lt;pictures&gt; &amp; names, repeated</title>", html, StringComparison.Ordinal);
        Assert.Contains("<p>Nobody, 2021. Seed 7.</p>", html, StringComparison.Ordinal);
        Assert.Contains("<li>plain (tables that name no preset): as it is.</li>", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#s2\">figure 1</a>", html, StringComparison.Ordinal);
        Assert.Contains("<h2 id=\"s2\">figure 1</h2>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_stands_beside_the_paper_s_figure_and_looks_like_one()
    {
        string html = Html([new("bar", "a", "m", "", "f1", 0.5, null, 0.4, "met at m"), new("bar", "a", "m", "", "all", 0.3, null, 0.4, "missed by 0.100 at m"), new("bar", "a", "m", "", "x", 0.3, null, null, "method of ours")]);
        Assert.Contains("<th scope=\"col\" class=\"n\">repeated</th><th scope=\"col\" class=\"n\">paper</th><th scope=\"col\" class=\"n\">difference</th><th scope=\"col\">note</th>", html, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\" data-v=\"0.5\">0.500</td><td class=\"n\" data-v=\"0.4\">0.400</td><td class=\"n\" data-v=\"0.09999999999999998\">+0.100</td><td class=\"note met\">met at m</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\" data-v=\"-0.10000000000000003\">-0.100</td><td class=\"note missed\">missed by 0.100 at m</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td class=\"note\">method of ours</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_in_which_nothing_stands_are_left_out()
    {
        string html = Html([new("t", "a", "m", "", "f1", 0.5, null)]);
        Assert.Contains("<th scope=\"col\">data set</th><th scope=\"col\">model</th><th scope=\"col\">metric</th><th scope=\"col\" class=\"n\">repeated</th></tr>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_of_all_rows_stands_above_them_once()
    {
        string html = Html([new("t", "a", "m λ=0", "", "f1", 0.5, null, null, "The text: it rises."), new("t", "a", "m λ=1", "", "f1", 0.6, null, null, "The text: it rises.")]);
        Assert.Equal(2, html.Split("The text: it rises.").Length);
        Assert.Contains("<p class=\"note\">The text: it rises.</p>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_a_line_shows_are_in_its_numbers_and_not_in_a_table_as_well()
    {
        List<StudyRow> rows = [new("t", "a", "λ=0", "", "f1", 0.123, null), new("t", "a", "λ=1", "", "f1", 0.456, null)];
        Assert.Contains("<td>λ=0</td>", Html(rows), StringComparison.Ordinal);
        string drawn = Html(rows, [.. SeriesLines.Of(rows)]);
        Assert.DoesNotContain("<td>λ=0</td>", drawn, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\" data-v=\"0.123\">0.123</td>", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_without_numbers_says_so() => Assert.Contains(
        "<p class=\"note\">empty: there are no numbers to show.</p>", Html([], new Lines("t", "a", "empty", "Nothing.", new("x"), new("y"), [new("l", [new(0, double.NaN)])])), StringComparison.Ordinal);

    /// <summary>Tables alone need none of the scripts that draw.</summary>
    [Fact]
    public void A_page_without_charts_is_small() => Assert.InRange(Html([new("t", "a", "m", "", "f1", 0.5, null)]).Length, 1000, 20_000);
}
