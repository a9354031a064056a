using System.Security.Cryptography;
using System.Text;

namespace Redress.Reports.Pages;

/// <summary>The page's style and scripts, with the hashes by which its content policy knows them.</summary>
internal static class PageAssets
{
    /// <summary>A style or script.</summary>
    /// <param name="Content">Its text.</param>
    /// <param name="Hash">Its source in a content policy.</param>
    internal sealed record Asset(string Content, string Hash);

    private static readonly Lazy<Asset> LazyStyle = new(() => Read("report.css")), LazyScript = new(() => Read("report.js"));
    private static readonly Lazy<IReadOnlyList<Asset>> LazyVega = new(() => [Read("vega.js"), Read("vega-lite.js"), Read("vega-embed.js"), Read("charts.js")]);
    private static readonly Lazy<string> LazyNotices = new(() => Text("THIRD-PARTY-NOTICES.txt"));

    internal static Asset Style => LazyStyle.Value;

    /// <summary>What sorts tables.</summary>
    internal static Asset Script => LazyScript.Value;

    /// <summary>What draws charts, for pages that have any.</summary>
    internal static IReadOnlyList<Asset> Vega => LazyVega.Value;

    /// <summary>The licences of what draws charts.</summary>
    internal static string Notices => LazyNotices.Value;

    private static Asset Read(string name)
    {
        // Without a trailing line: a script's text is hashed as it stands between its tags. Map files are not there to be looked for.
        string[] lines = Text(name).Split('\n');
        string content = string.Join('\n', lines.Where(l => !l.StartsWith("//# sourceMappingURL=", StringComparison.Ordinal))).Trim();
        return new(content, $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'");
    }

    private static string Text(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
