namespace Redress.Studies.Garg2025;

/// <summary>The ways to run the study.</summary>
internal static class GargPreset
{
    /// <summary>Promises kept: sex and race stay, categories are whole, numbers stay within the range of all rows.</summary>
    internal const string Within = "within";

    /// <summary>Columns as the published code has them.</summary>
    internal const string Published = "as-published";

    internal static IReadOnlyList<StudyPreset> All { get; } =
    [
        new(Within, "every constraint holds: sex and race stay, categories are whole, numbers stay within the range of all rows"),
        new(Published, "columns as published: numbers without limits, categories among them, and nothing that may not change"),
    ];

    /// <summary>A table's name under a preset: the first names none.</summary>
    internal static string Titled(string preset, string table) => preset == Within ? table : $"{table}, {preset}";
}
