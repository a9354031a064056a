using Redress.Reports.Specs;

namespace Redress.Reports.Pages;

/// <summary>A report: what stands on it, in order. All texts are plain and escaped when written.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Lead">What comes before the first section.</param>
/// <param name="Sections">The sections; more than one get links to them.</param>
internal sealed record Page(string Title, IReadOnlyList<Block> Lead, IReadOnlyList<Section> Sections);

/// <summary>A part of a page under a heading.</summary>
internal sealed record Section(string Title, IReadOnlyList<Block> Blocks);

/// <summary>Something on a page.</summary>
internal abstract record Block;

/// <summary>A paragraph; a note is set back.</summary>
internal sealed record Paragraph(string Text, bool IsNote = false) : Block;

/// <summary>A list of lines.</summary>
internal sealed record Points(IReadOnlyList<string> Lines) : Block;

/// <summary>A heading within a section.</summary>
internal sealed record SubHeading(string Text) : Block;

/// <summary>Charts and grids of images side by side where there is room.</summary>
internal sealed record Figures(IReadOnlyList<Figure> Items) : Block;

/// <summary>A table that can be sorted by its columns.</summary>
/// <param name="Title">What it holds, for who cannot see it.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows, one cell a column.</param>
internal sealed record Table(string Title, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows) : Block;

/// <summary>A column of a table.</summary>
internal sealed record Column(string Title, bool IsNumber = false);

/// <summary>A cell.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Number">What it is sorted by in a column of numbers; null stands last.</param>
/// <param name="Look">How it looks.</param>
internal sealed record Cell(string Text, double? Number = null, CellLook Look = CellLook.Plain)
{
    /// <summary>A number as people read it: four digits or so.</summary>
    internal static Cell Of(double? value) => value is { } v && double.IsFinite(v) ? new(NumberText.Short(v), v) : new("–");

    /// <summary>A number to three decimals, or nothing.</summary>
    internal static Cell Fixed(double? value) => value is { } v && double.IsFinite(v) ? new(NumberText.Fixed(v), v) : new("");
}

/// <summary>How a cell looks.</summary>
internal enum CellLook
{
    /// <summary>As others.</summary>
    Plain,

    /// <summary>A longer text, set back.</summary>
    Note,

    /// <summary>A verdict: met.</summary>
    Met,

    /// <summary>A verdict: missed.</summary>
    Missed,
}

/// <summary>A picture with its words and numbers.</summary>
/// <param name="Title">The caption.</param>
/// <param name="Alt">What there is to see.</param>
/// <param name="Numbers">The numbers behind it, or null where the picture's own words say all.</param>
internal abstract record Figure(string Title, string Alt, Table? Numbers);

/// <summary>A chart.</summary>
/// <param name="Title">The caption.</param>
/// <param name="Alt">What there is to see.</param>
/// <param name="Numbers">The numbers behind it.</param>
/// <param name="Spec">What Vega-Lite draws.</param>
/// <param name="IsWide">True where it wants the page's whole width.</param>
/// <param name="IsPlane">True where it wants to be about as wide as it is high.</param>
internal sealed record Chart(string Title, string Alt, Table Numbers, VegaSpec Spec, bool IsWide = false, bool IsPlane = false) : Figure(Title, Alt, Numbers);

/// <summary>Images in rows and columns, which need no script.</summary>
internal sealed record Images(string Title, string Alt, IReadOnlyList<string> Columns, IReadOnlyList<ImagesRow> Rows, int Width, int Height) : Figure(Title, Alt, null);

/// <summary>A row of images.</summary>
internal sealed record ImagesRow(string Caption, IReadOnlyList<PageImage?> Images);

/// <summary>An image as a PNG file.</summary>
internal sealed record PageImage(byte[] Png, string Caption);
