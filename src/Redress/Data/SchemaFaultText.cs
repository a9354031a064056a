using System.Text.Json;
using System.Text.RegularExpressions;

namespace Redress.Data;

/// <summary>Says what is wrong with a schema file in the words of schema files; the JSON library speaks of .NET types, which its author never heard of.</summary>
internal static partial class SchemaFaultText
{
    internal static string Of(JsonException e)
    {
        string text = e.Message.Split('\n')[0];
        int path = text.IndexOf(" Path: ", StringComparison.Ordinal);
        if (path >= 0) text = text[..path];
        string where = e.Path is { Length: > 1 } at ? $" (at {at})" : "";
        if (Unknown().Match(text) is { Success: true } unknown) return $"'{unknown.Groups["what"]}' is no member there{where}.";
        if (Absent().Match(text) is { Success: true } absent) return $"{absent.Groups["what"]} must be there{where}.";
        if (Null().Match(text) is { Success: true } empty) return $"'{JsonNamingPolicy.SnakeCaseLower.ConvertName(empty.Groups["what"].Value)}' cannot be null{where}.";
        if (text.StartsWith("Duplicate propert", StringComparison.Ordinal)) return $"it is there twice{where}.";
        if (text.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)) text = $"{Expected(e.Path ?? "$")} should stand there";
        return text.TrimEnd('.') + where + ".";
    }

    /// <summary>What belongs at a path. The message itself names the type around it in some cases, and its own in others.</summary>
    private static string Expected(string path) => Column().IsMatch(path) ? "members in {braces}" : path[(path.LastIndexOf('.') + 1)..] switch
    {
        "role" => "a role (" + Names<ColumnRole>() + ")",
        "type" => "a type (" + Names<FeatureKind>() + ")",
        "change" => "a change (" + Names<Change>() + ")",
        "cost_weight" => "a number",
        "values" or "order" or "allowed" or "range" or "constraints" => "a list in [brackets]",
        "$" or "target" or "columns" => "members in {braces}",
        _ => "a text in quotes",
    };

    private static string Names<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));

    [GeneratedRegex("^The JSON property '(?<what>.*)' could not be mapped", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unknown();

    [GeneratedRegex("was missing required properties including: (?<what>.*)\\.$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Absent();

    [GeneratedRegex("^The (?:property or field|constructor parameter) '(?<what>.*)' on type .* doesn't allow", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Null();

    [GeneratedRegex(@"^\$\.columns(\.[^.\[]+|\['.*'\])$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Column();
}
