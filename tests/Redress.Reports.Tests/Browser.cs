using Microsoft.Playwright;

namespace Redress.Reports.Tests;

/// <summary>
/// Debian's Chromium, or that of REDRESS_CHROMIUM, started once for all tests; nothing is downloaded. With REDRESS_PICTURES every page that is opened is
/// also kept in that folder, with a picture of it in each theme, to be looked at.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Reason = "No Chromium was found: install it (apt-get install chromium) or set REDRESS_CHROMIUM to its path.";
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
    private readonly string folder = Directory.CreateTempSubdirectory("redress-reports-").FullName;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        string? named = Environment.GetEnvironmentVariable("REDRESS_CHROMIUM");
        string? path = named is { Length: > 0 } ? named : Places.FirstOrDefault(File.Exists);
        if (path is null) return;
        playwright = await Playwright.CreateAsync();
        // Containers run as root and have little shared memory.
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.CloseAsync();
        playwright?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Opens a page from a file and waits until its charts are drawn; skips the test where there is no browser.</summary>
    internal async Task<OpenPage> Open(string name, string html, BrowserNewContextOptions? options = null)
    {
        Assert.SkipUnless(browser is not null, Reason);
        string file = Path.Combine(folder, name + ".html");
        await File.WriteAllTextAsync(file, html);
        if (Environment.GetEnvironmentVariable("REDRESS_PICTURES") is { Length: > 0 } kept) await Keep(name, html, Directory.CreateDirectory(kept).FullName, file);
        return await OpenPage.Of(browser!, file, options ?? new());
    }

    private async Task Keep(string name, string html, string kept, string file)
    {
        await File.WriteAllTextAsync(Path.Combine(kept, name + ".html"), html);
        (string Theme, BrowserNewContextOptions Options)[] themes =
        [
            ("light", new()), ("dark", new() { ColorScheme = ColorScheme.Dark }), ("narrow", new() { ViewportSize = new() { Width = 400, Height = 800 } }), ("grey", new()),
        ];
        foreach (var (theme, options) in themes)
        {
            await using var page = await OpenPage.Of(browser!, file, options);
            if (theme == "grey") await page.Page.EvaluateAsync("document.documentElement.style.filter = 'grayscale(1)'");
            await page.Page.ScreenshotAsync(new() { Path = Path.Combine(kept, $"{name}-{theme}.png"), FullPage = true });
        }
    }
}

/// <summary>An open page with what went wrong on it.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> problems = [];

    private OpenPage(IBrowserContext context, IPage page) => (this.context, Page) = (context, page);

    internal IPage Page { get; }

    /// <summary>Console errors and warnings (a breach of the content policy is one), exceptions, and requests that go anywhere.</summary>
    internal IReadOnlyList<string> Problems => problems;

    internal static async Task<OpenPage> Of(IBrowser browser, string file, BrowserNewContextOptions options)
    {
        var context = await browser.NewContextAsync(options);
        var opened = new OpenPage(context, await context.NewPageAsync());
        opened.Page.Console += (_, m) => { if (m.Type is "error" or "warning") opened.problems.Add($"{m.Type}: {m.Text}"); };
        opened.Page.PageError += (_, e) => opened.problems.Add($"exception: {e}");
        opened.Page.Request += (_, r) => { if (r.Url != new Uri(file).AbsoluteUri && !r.Url.StartsWith("data:", StringComparison.Ordinal)) opened.problems.Add($"request: {r.Url}"); };
        await opened.Page.GotoAsync(new Uri(file).AbsoluteUri);
        if (options.JavaScriptEnabled != false) await opened.Page.WaitForFunctionAsync("() => !document.querySelector('[data-spec]') || document.documentElement.dataset.drawn !== undefined");
        return opened;
    }

    /// <summary>The number of elements that a selector finds.</summary>
    internal Task<int> Count(string selector) => Page.Locator(selector).CountAsync();

    /// <summary>The number of marks of a kind that a chart shows for its data: legends and axes are not counted.</summary>
    internal Task<int> Marks(int chart, string kind) => Count($"#c{chart}-place g.role-mark.mark-{kind} > *");

    internal Task<string[]> Texts(string selector) => Page.EvaluateAsync<string[]>("s => Array.from(document.querySelectorAll(s), e => e.textContent)", selector);

    public async ValueTask DisposeAsync() => await context.CloseAsync();
}

/// <summary>The tests that share a browser.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}
