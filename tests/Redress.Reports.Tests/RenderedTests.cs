using Microsoft.Playwright;

namespace Redress.Reports.Tests;

/// <summary>Reports as a browser shows them.</summary>
[Collection(BrowserTests.Name)]
public sealed class RenderedTests(Browser browser)
{
    private static readonly string Html = Samples.Page();

    [Fact]
    public async Task Every_chart_is_drawn_mark_for_mark_without_a_complaint()
    {
        await using var page = await browser.Open("pictures", Html);
        Assert.Empty(page.Problems);
        Assert.Equal(("12", "0"), (await page.Page.EvaluateAsync<string>("document.documentElement.dataset.drawn"), await page.Page.EvaluateAsync<string>("document.documentElement.dataset.failed")));
        // Bars: three methods of two models. Lines: three with 23 points, two of them with bands; then two facets of two lines. Violins: three have a shape, four a median.
        // Arrows: 500 points, and 30 people with a line and its seam each; the second method fails five. Contours: five areas, 400 points and a person.
        (int Chart, string Kind, int Count)[] expected =
        [
            (1, "rect", 6), (1, "symbol", 6), (1, "rule", 6), (2, "line", 3), (2, "symbol", 23), (2, "area", 2), (3, "line", 2), (3, "symbol", 12), (4, "line", 2), (4, "area", 2),
            (5, "area", 3), (5, "symbol", 4), (5, "text", 4), (6, "rect", 19), (6, "text", 19), (7, "symbol", 240),
            (8, "rule", 60), (8, "symbol", 560), (9, "rule", 50), (9, "symbol", 555), (10, "symbol", 560), (11, "line", 5), (11, "symbol", 401), (12, "line", 5), (12, "symbol", 401),
        ];
        foreach (var (chart, kind, count) in expected) Assert.True(await page.Marks(chart, kind) == count, $"chart {chart} has {await page.Marks(chart, kind)} of {kind}, not {count}");
        Assert.Equal(11, await page.Page.EvaluateAsync<int>("Array.from(document.images).filter(i => i.complete && i.naturalWidth === 28).length"));
    }

    [Fact]
    public async Task A_script_that_is_not_the_page_s_own_does_not_run()
    {
        await using var page = await browser.Open("policy", Html);
        await page.Page.EvaluateAsync("() => { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s); }");
        Assert.True(await page.Page.EvaluateAsync<bool>("window.ran === undefined"));
        Assert.Contains(page.Problems, p => p.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tables_sort_by_numbers_and_names_both_ways_and_by_keys()
    {
        await using var page = await browser.Open("sorting", Html);
        Task<string[]> Column(int column) => page.Texts($"section:has(#s1) > .wide tbody td:nth-child({column})");
        var repeated = page.Page.Locator("section:has(#s1) > .wide th", new() { HasTextString = "repeated" });
        await repeated.Locator("button").ClickAsync();
        Assert.Equal(["0.100", "0.500", "0.870", "0.950", "–"], await Column(5));
        Assert.Equal("ascending", await repeated.GetAttributeAsync("aria-sort"));
        await repeated.Locator("button").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.Equal(["0.950", "0.870", "0.500", "0.100", "–"], await Column(5));
        Assert.Equal("descending", await repeated.GetAttributeAsync("aria-sort"));
        await page.Page.Locator("section:has(#s1) > .wide th button").Nth(1).ClickAsync();
        Assert.Equal([Samples.Hostile, "adversarial", "adversarial", "natural", "natural"], await Column(2));
        Assert.Null(await repeated.GetAttributeAsync("aria-sort"));
        Assert.Empty(page.Problems);
    }

    /// <summary>Only the browser knows how wide a chart is, so only there can heads turn.</summary>
    [Fact]
    public async Task Heads_point_along_their_arrows()
    {
        await using var page = await browser.Open("heads", Html, new() { ViewportSize = new() { Width = 500, Height = 800 } });
        double[] off = await page.Page.EvaluateAsync<double[]>("""
            () => {
              const marks = kind => Array.from(document.querySelectorAll(`#c8-place g.role-mark.mark-${kind}`));
              const heads = Array.from(marks('symbol').at(-1).children), lines = Array.from(marks('rule').at(-1).children);
              return heads.map((head, i) => {
                const turn = Number(/rotate\(([-\d.e]+)\)/.exec(head.getAttribute('transform'))[1]);
                const along = Math.atan2(Number(lines[i].getAttribute('x2') || 0), -Number(lines[i].getAttribute('y2') || 0)) * 180 / Math.PI;
                return Math.abs((turn - along + 540) % 360 - 180);
              });
            }
            """);
        Assert.Equal(30, off.Length);
        Assert.All(off, o => Assert.InRange(o, 0, 0.1));
    }

    /// <summary>Clicks on the ring, in its hole and outside: the hole belongs to no area.</summary>
    [Fact]
    public async Task The_hole_of_a_ring_is_not_filled()
    {
        await using var page = await browser.Open("ring", Html);
        bool[] within = await page.Page.EvaluateAsync<bool[]>("""
            () => {
              const area = document.querySelector('#c11-place g.role-mark.mark-line path'), box = area.getBBox();
              return [0.5, 0.08, -0.1].map(at => area.isPointInFill(new DOMPoint(box.x + at * box.width, box.y + box.height / 2)));
            }
            """);
        Assert.Equal([false, true, false], within);
        Assert.Equal("rgb(231, 232, 234)", await page.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('#c11-place g.role-mark.mark-line path')).fill"));
    }

    [Fact]
    public async Task Dark_differs_and_needs_no_drawing_again()
    {
        await using var page = await browser.Open("theme", Html);
        var light = await Colours(page);
        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        var dark = await Colours(page);
        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark, Media = Media.Print });
        Assert.Equal(["rgb(255, 255, 255)", "rgb(0, 114, 178)"], light);
        Assert.Equal(["rgb(20, 24, 29)", "rgb(86, 180, 233)"], dark);
        Assert.Equal(light, await Colours(page));
    }

    [Fact]
    public async Task A_telephone_scrolls_tables_and_not_the_page()
    {
        await using var page = await browser.Open("narrow", Html, new() { ViewportSize = new() { Width = 400, Height = 800 } });
        Assert.Equal(400, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("Array.from(document.querySelectorAll('.chart svg')).filter(s => s.getBoundingClientRect().right > 401).length"));
        Assert.Empty(page.Problems);
    }

    [Fact]
    public async Task Without_scripts_tables_numbers_and_images_are_there()
    {
        await using var page = await browser.Open("scriptless", Html, new() { JavaScriptEnabled = false });
        Assert.Equal(5, await page.Count("section:has(#s1) > .wide tbody tr"));
        await page.Page.Locator("summary").First.ClickAsync();
        Assert.True(await page.Page.Locator("details table").First.IsVisibleAsync());
        Assert.True(await page.Page.Locator(".chart p").First.IsVisibleAsync());
        Assert.Equal(11, await page.Count("img"));
    }

    [Fact]
    public async Task Reports_of_evaluations_and_attacks_are_drawn()
    {
        await using var evaluation = await browser.Open("evaluation", EvaluationReportTests.Html());
        Assert.Empty(evaluation.Problems);
        Assert.Equal("7", await evaluation.Page.EvaluateAsync<string>("document.documentElement.dataset.drawn"));
        await using var attack = await browser.Open("attack", AttackReportTests.Html());
        Assert.Empty(attack.Problems);
        Assert.Equal((2, 2, 8), (await attack.Marks(1, "line"), await attack.Marks(1, "area"), await attack.Marks(1, "symbol")));
        await using var robustness = await browser.Open("robustness", RobustnessReportTests.Html());
        Assert.Empty(robustness.Problems);
        Assert.Equal("1", await robustness.Page.EvaluateAsync<string>("document.documentElement.dataset.drawn"));
    }

    private static Task<string[]> Colours(OpenPage page) => page.Page.EvaluateAsync<string[]>(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('#c2-place g.role-mark.mark-line path')).stroke]");
}
