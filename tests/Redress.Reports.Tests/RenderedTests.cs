using Microsoft.Playwright;

namespace Redress.Reports.Tests;

/// <summary>Reports as a browser shows them.</summary>
[Collection(BrowserTests.Name)]
public sealed class RenderedTests(Browser browser)
{
    [Fact]
    public async Task Every_chart_is_drawn_mark_for_mark_without_a_complaint()
    {
        await using var page = await browser.Open("pictures", Samples.Page());
        Assert.Empty(page.Problems);
        Assert.Equal("7", await page.Page.EvaluateAsync<string>("document.documentElement.dataset.drawn"));
    }
}
