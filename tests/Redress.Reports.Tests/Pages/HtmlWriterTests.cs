using Redress.Reports.Pages;

namespace Redress.Reports.Tests.Pages;

public sealed class HtmlWriterTests
{
    [Fact]
    public void Texts_and_attributes_are_escaped() => Assert.Equal(
        "<p title=\"&quot;&#39;&lt;&gt;&amp;\" hidden>&lt;/p&gt; &amp;amp; λ 𝒙</p>",
        new HtmlWriter().Element("p", "</p> &amp; λ 𝒙", ("title", "\"'<>&"), ("hidden", ""), ("id", null)).ToString());

    [Fact]
    public void What_html_has_no_character_for_is_marked() => Assert.Equal("a\uFFFDb\uFFFDc\td", HtmlWriter.Escaped("a\0b\uD800c\td"));

    [Theory]
    [InlineData("var a = '</SCRIPT>';")]
    [InlineData("// <!-- ")]
    [InlineData("a\rb")]
    public void Nothing_stands_verbatim_that_could_end_its_element(string content) =>
        Assert.Equal("The content of a script element could end it. (Parameter 'content')", Assert.Throws<ArgumentException>(() => new HtmlWriter().Verbatim("script", content)).Message);

    [Fact]
    public void A_comment_cannot_be_ended_from_within() =>
        Assert.Equal("The text of a comment could end it. (Parameter 'text')", Assert.Throws<ArgumentException>(() => new HtmlWriter().Comment("a --> b")).Message);

    [Fact]
    public void An_element_left_open_is_a_fault_of_ours() =>
        Assert.Equal("<p> is not closed.", Assert.Throws<InvalidOperationException>(() => new HtmlWriter().Open("p").ToString()).Message);
}
