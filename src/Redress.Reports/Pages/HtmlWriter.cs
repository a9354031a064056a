using System.Text;

namespace Redress.Reports.Pages;

/// <summary>Writes HTML; every text and attribute is escaped here and nowhere else.</summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder html = new();
    private readonly Stack<string> open = [];

    /// <summary>Begins an element; attributes that are null are left out, and empty ones stand without a value.</summary>
    internal HtmlWriter Open(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(tag, attributes);
        open.Push(tag);
        return this;
    }

    /// <summary>Ends the innermost element.</summary>
    internal HtmlWriter Close()
    {
        html.Append("</").Append(open.Pop()).Append('>');
        return this;
    }

    /// <summary>Ends the innermost element and the line.</summary>
    internal HtmlWriter CloseLine()
    {
        Close();
        html.Append('\n');
        return this;
    }

    /// <summary>An element that has no content.</summary>
    internal HtmlWriter Void(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(tag, attributes);
        return this;
    }

    /// <summary>An element that holds a text alone.</summary>
    internal HtmlWriter Element(string tag, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Open(tag, attributes);
        return Text(text).Close();
    }

    internal HtmlWriter Text(string text)
    {
        html.Append(Escaped(text));
        return this;
    }

    /// <summary>A script or style of our own, or JSON that the encoder made harmless: these are not escaped but as they are.</summary>
    /// <exception cref="ArgumentException">The content could end its element or begin a comment.</exception>
    internal HtmlWriter Verbatim(string tag, string content, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        if (content.Contains("</" + tag, StringComparison.OrdinalIgnoreCase) || content.Contains("<!--", StringComparison.Ordinal) || content.Contains('\r', StringComparison.Ordinal))
            throw new ArgumentException($"The content of a {tag} element could end it.", nameof(content));
        Open(tag, attributes);
        html.Append(content);
        return CloseLine();
    }

    /// <summary>A comment.</summary>
    /// <exception cref="ArgumentException">The text could end it.</exception>
    internal HtmlWriter Comment(string text)
    {
        if (text.Contains("--", StringComparison.Ordinal) || text.StartsWith('>')) throw new ArgumentException("The text of a comment could end it.", nameof(text));
        html.Append("<!--\n").Append(text).Append("-->\n");
        return this;
    }

    public override string ToString() => open.Count == 0 ? html.ToString() : throw new InvalidOperationException($"<{open.Peek()}> is not closed.");

    private void Tag(string tag, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        html.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
        {
            if (value is null) continue;
            html.Append(' ').Append(name);
            if (value.Length > 0) html.Append("=\"").Append(Escaped(value)).Append('"');
        }
        html.Append('>');
    }

    /// <summary>Text as HTML shows it, in elements and in quoted attributes; control characters, which HTML has none of, show as U+FFFD.</summary>
    internal static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool pair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (pair) escaped.Append(c).Append(text[++i]);
            else if (char.IsSurrogate(c) || (char.IsControl(c) && c is not '\t' and not '\n')) escaped.Append('\uFFFD');
            else escaped.Append(c switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&quot;", '\'' => "&#39;", _ => null } ?? c.ToString());
        }
        return escaped.ToString();
    }
}
