using Redress.Reports.Specs;

namespace Redress.Reports.Charts;

/// <summary>
/// How names are told apart: by colour, and by dash or shape beside it, so that charts read in grey. Colours are the page's variables, so that light, dark
/// and print need no drawing again.
/// </summary>
internal static class Look
{
    /// <summary>The page has as many colours, <c>--c1</c> and on.</summary>
    internal const int Colours = 8;

    internal const string Text = "var(--text)", Soft = "var(--soft)", Page = "var(--page)", First = "var(--c1)";

    // Their numbers share no divisor with that of the colours but 1, or are the same: no pair of colour and dash comes twice before the fifty-sixth line.
    private static readonly double[][] DashOf = [[1, 0], [7, 3], [2, 3], [10, 3, 2, 3], [4, 2], [14, 4], [5, 2, 1, 2]];

    private static readonly string[] ShapeOf = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-left", "triangle-right"];

    private static readonly string[] DotOf = ["circle", "cross", "triangle-up", "diamond"];

    /// <summary>The pixels of the narrowest chart, of a letter, and of a symbol with the room about it.</summary>
    private const int Width = 260, Letter = 7, Symbol = 40;

    internal static Scale ColourScale(IReadOnlyList<string> names) => new() { Names = names, Range = [.. names.Select((_, k) => Invariant($"var(--c{k % Colours + 1})"))] };

    /// <summary>Pale colours for points that lie beneath, and that of words for marks above them.</summary>
    internal static Scale PaleScale(IReadOnlyList<string> names, IReadOnlyList<string> marks) =>
        new() { Names = [.. names, .. marks], Range = [.. names.Select((_, k) => Invariant($"var(--p{k % Colours + 1})")), .. marks.Select(_ => Text)] };

    /// <summary>Colours for points, and that of words for marks above them.</summary>
    internal static Scale ColourScale(IReadOnlyList<string> names, IReadOnlyList<string> marks) => new() { Names = [.. names, .. marks], Range = [.. ColourScale(names).Range!, .. marks.Select(_ => Text)] };

    /// <summary>Greys, the first nearest to the page's colour.</summary>
    internal static Scale LevelScale(IReadOnlyList<string> names) => new() { Names = names, Range = [.. names.Select((_, k) => Invariant($"var(--l{k + 1})"))] };

    /// <summary>Shapes that are told apart at a few pixels, and marks with shapes of their own.</summary>
    internal static Scale DotScale(IReadOnlyList<string> names, IReadOnlyList<(string Name, string Shape)> marks) =>
        new() { Names = [.. names, .. marks.Select(m => m.Name)], Range = [.. names.Select((_, k) => DotOf[k % DotOf.Length]), .. marks.Select(m => m.Shape)] };

    internal static Scale DashScale(IReadOnlyList<string> names) => new() { Names = names, Dashes = [.. names.Select((_, k) => DashOf[k % DashOf.Length])] };

    internal static Scale ShapeScale(IReadOnlyList<string> names) => new() { Names = names, Range = [.. names.Select((_, k) => ShapeOf[k % ShapeOf.Length])] };

    /// <summary>No legend for one nameless thing; else columns that fit the names.</summary>
    internal static Legend LegendOf(IReadOnlyList<string> names, string title = "") =>
        names is [] or [""] ? Legend.None : new(Math.Max(1, Width / (Letter * names.Max(n => n.Length) + Symbol)), title);
}
