using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Redress.Reports.Tests.Pages;

public sealed class PageHtmlTests
{
    private static readonly string Page = Samples.Page();

    [Fact]
    public void The_same_page_has_the_same_bytes() => Assert.Equal(Page, Samples.Page());

    [Fact]
    public void The_policy_allows_the_page_s_own_scripts_and_style_by_hash_and_nothing_else()
    {
        string policy = Samples.Between(Page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"").Single().Replace("&#39;", "'", StringComparison.Ordinal);
        string Hash(string content) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";
        string[] scripts = [.. Samples.Between(Page, "<script>", "</script>").Select(Hash)];
        Assert.Equal(5, scripts.Length);
        Assert.Equal(
            $"default-src 'none'; script-src {string.Join(' ', scripts)}; style-src {Hash(Samples.Between(Page, "<style>", "</style>").Single())}; img-src data:; base-uri 'none'; form-action 'none'", policy);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    /// <summary>A column called &lt;/script&gt; is a name among others.</summary>
    [Fact]
    public void A_hostile_name_is_only_ever_a_name()
    {
        Assert.DoesNotContain(Samples.Hostile, Page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", Page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"long\">&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!-- &quot; &#39; &amp; \u2028 {{signal}} [x].y</td>", Page, StringComparison.Ordinal);
        string[] specs = [.. Samples.Between(Page, "<script type=\"application/json\" id=\"c", "</script>").Select(s => s[(s.IndexOf('>', StringComparison.Ordinal) + 1)..])];
        Assert.Equal(12, specs.Length);
        foreach (string spec in specs) using (JsonDocument.Parse(spec)) Assert.StartsWith("{\"$schema\":", spec, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_chart_has_its_words_and_its_numbers()
    {
        string[] words = [.. Samples.Between(Page, "<div class=\"chart\" role=\"img\" aria-label=\"", "\">")];
        Assert.Equal(12, words.Length);
        Assert.All(words, w => Assert.NotEmpty(w));
        Assert.Equal("Validity over ε: both fall.", words[1]);
        Assert.Equal(12, Samples.Between(Page, "<details><summary>Numbers</summary><div class=\"wide\"", "</details>").Count());
    }

    [Fact]
    public void Images_stand_in_the_page_itself_with_their_words()
    {
        string[] images = [.. Samples.Between(Page, "<img src=\"data:image/png;base64,", ">")];
        Assert.Equal(11, images.Length);
        Assert.EndsWith("\" alt=\"image 1, image: shirt\" width=\"56\" height=\"56\"", images[0], StringComparison.Ordinal);
    }

    /// <summary>Those whose code every page hands on ask that their notices go with it.</summary>
    [Fact]
    public void The_licences_of_what_draws_go_with_the_page()
    {
        string comment = Page[..Page.IndexOf("-->", StringComparison.Ordinal)];
        foreach (string package in new[] { "vega, ", "vega-lite", "vega-embed", "vega-interpreter", "d3-array", "University of Washington" }) Assert.Contains(package, comment, StringComparison.Ordinal);
    }
}
