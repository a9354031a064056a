namespace Redress.Studies;

/// <summary>
/// What a study shows beside its tables: data and words only; whoever draws it chooses colours and sizes. Numbers that are not finite are left out of a
/// picture. Facets part a picture into small ones side by side with the same y-axis; an empty facet stands for a picture in one piece.
/// </summary>
/// <param name="Table">The table or figure it belongs to; it stands under that heading.</param>
/// <param name="Dataset">The data set, or empty.</param>
/// <param name="Title">What it is of, in a few words.</param>
/// <param name="Alt">What there is to see, for who cannot see it; never blank.</param>
/// <exception cref="ArgumentException">The table, title or alt text is blank.</exception>
public abstract record Picture(string Table, string Dataset, string Title, string Alt)
{
    /// <summary>The table or figure it belongs to; it stands under that heading.</summary>
    public string Table { get; } = Said(Table, nameof(Table));

    /// <summary>What it is of, in a few words.</summary>
    public string Title { get; } = Said(Title, nameof(Title));

    /// <summary>What there is to see, for who cannot see it; never blank.</summary>
    public string Alt { get; } = Said(Alt, nameof(Alt));

    private static string Said(string text, string what) => string.IsNullOrWhiteSpace(text) ? throw new ArgumentException($"A picture needs its {what}.", what) : text;
}

/// <summary>An axis of numbers.</summary>
/// <param name="Title">What it measures, with the unit.</param>
/// <param name="From">Where it begins at the latest, or null for where the numbers begin.</param>
/// <param name="To">Where it ends at the earliest, or null for where the numbers end.</param>
/// <param name="Log">True for a logarithmic axis; numbers of 0 and less are left out of it.</param>
public sealed record PictureAxis(string Title, double? From = null, double? To = null, bool Log = false);

/// <summary>Lines over x, each with a band.</summary>
/// <param name="Table">See <see cref="Picture"/>.</param>
/// <param name="Dataset">See <see cref="Picture"/>.</param>
/// <param name="Title">See <see cref="Picture"/>.</param>
/// <param name="Alt">See <see cref="Picture"/>.</param>
/// <param name="X">The x-axis.</param>
/// <param name="Y">The y-axis.</param>
/// <param name="Series">The lines.</param>
public sealed record Lines(string Table, string Dataset, string Title, string Alt, PictureAxis X, PictureAxis Y, IReadOnlyList<Line> Series) : Picture(Table, Dataset, Title, Alt);

/// <summary>A line.</summary>
/// <param name="Name">Its name in the legend; the same in every facet.</param>
/// <param name="Points">Its points, x ascending.</param>
/// <param name="Facet">The facet it stands in.</param>
public sealed record Line(string Name, IReadOnlyList<LinePoint> Points, string Facet = "");

/// <summary>A point of a line.</summary>
/// <param name="X">The place.</param>
/// <param name="Mean">The mean over seeds or splits.</param>
/// <param name="Lower">The lower end of the band, or null where there is none.</param>
/// <param name="Upper">The upper end of the band, or null where there is none.</param>
public sealed record LinePoint(double X, double Mean, double? Lower = null, double? Upper = null);

/// <summary>How values are distributed in groups, with the median of each.</summary>
/// <param name="Table">See <see cref="Picture"/>.</param>
/// <param name="Dataset">See <see cref="Picture"/>.</param>
/// <param name="Title">See <see cref="Picture"/>.</param>
/// <param name="Alt">See <see cref="Picture"/>.</param>
/// <param name="GroupTitle">What tells the groups apart.</param>
/// <param name="Value">The axis of the values.</param>
/// <param name="Groups">The groups, in the order in which they stand.</param>
public sealed record Violins(string Table, string Dataset, string Title, string Alt, string GroupTitle, PictureAxis Value, IReadOnlyList<Violin> Groups) : Picture(Table, Dataset, Title, Alt);

/// <summary>The values of a group.</summary>
/// <param name="Group">Its name.</param>
/// <param name="Values">One value a person, in any order.</param>
/// <param name="Facet">The facet it stands in.</param>
public sealed record Violin(string Group, IReadOnlyList<double> Values, string Facet = "");

/// <summary>Bars from 0, each with an interval.</summary>
/// <param name="Table">See <see cref="Picture"/>.</param>
/// <param name="Dataset">See <see cref="Picture"/>.</param>
/// <param name="Title">See <see cref="Picture"/>.</param>
/// <param name="Alt">See <see cref="Picture"/>.</param>
/// <param name="CategoryTitle">What tells the categories apart.</param>
/// <param name="Value">The axis of the values.</param>
/// <param name="Items">The bars, in the order in which their categories and groups stand.</param>
public sealed record Bars(string Table, string Dataset, string Title, string Alt, string CategoryTitle, PictureAxis Value, IReadOnlyList<Bar> Items) : Picture(Table, Dataset, Title, Alt);

/// <summary>A bar.</summary>
/// <param name="Category">Where it stands.</param>
/// <param name="Value">Its length.</param>
/// <param name="Lower">The lower end of its interval, or null where there is none.</param>
/// <param name="Upper">The upper end of its interval, or null where there is none.</param>
/// <param name="Group">What it is of, where bars of several groups stand side by side in a category.</param>
/// <param name="Facet">The facet it stands in.</param>
public sealed record Bar(string Category, double Value, double? Lower = null, double? Upper = null, string Group = "", string Facet = "");

/// <summary>A table of numbers as colours.</summary>
/// <param name="Table">See <see cref="Picture"/>.</param>
/// <param name="Dataset">See <see cref="Picture"/>.</param>
/// <param name="Title">See <see cref="Picture"/>.</param>
/// <param name="Alt">See <see cref="Picture"/>.</param>
/// <param name="RowTitle">What tells the rows apart.</param>
/// <param name="ColumnTitle">What tells the columns apart.</param>
/// <param name="ValueTitle">What the numbers are, with the unit.</param>
/// <param name="Cells">The cells, in the order in which their rows and columns stand.</param>
public sealed record HeatMap(string Table, string Dataset, string Title, string Alt, string RowTitle, string ColumnTitle, string ValueTitle, IReadOnlyList<HeatCell> Cells) : Picture(Table, Dataset, Title, Alt);

/// <summary>A cell of a heat map.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Column">Its column.</param>
/// <param name="Value">Its number, or null where there is none.</param>
/// <param name="Facet">The facet it stands in.</param>
public sealed record HeatCell(string Row, string Column, double? Value, string Facet = "");

/// <summary>Points in the plane.</summary>
/// <param name="Table">See <see cref="Picture"/>.</param>
/// <param name="Dataset">See <see cref="Picture"/>.</param>
/// <param name="Title">See <see cref="Picture"/>.</param>
/// <param name="Alt">See <see cref="Picture"/>.</param>
/// <param name="X">The x-axis.</param>
/// <param name="Y">The y-axis.</param>
/// <param name="GroupTitle">What the colours tell apart.</param>
/// <param name="Points">The points; later ones lie above earlier ones.</param>
/// <param name="SymbolTitle">What the symbols tell apart; empty where they stand for the groups too.</param>
public sealed record Scatter(string Table, string Dataset, string Title, string Alt, PictureAxis X, PictureAxis Y, string GroupTitle, IReadOnlyList<ScatterPoint> Points, string SymbolTitle = "") : Picture(Table, Dataset, Title, Alt);

/// <summary>A point.</summary>
/// <param name="X">Its x.</param>
/// <param name="Y">Its y.</param>
/// <param name="Group">What its colour says.</param>
/// <param name="Symbol">What its symbol says; empty where the picture has no symbols of their own.</param>
/// <param name="Facet">The facet it stands in.</param>
public sealed record ScatterPoint(double X, double Y, string Group, string Symbol = "", string Facet = "");

/// <summary>Small grey images in rows and columns.</summary>
/// <param name="Table">See <see cref="Picture"/>.</param>
/// <param name="Dataset">See <see cref="Picture"/>.</param>
/// <param name="Title">See <see cref="Picture"/>.</param>
/// <param name="Alt">See <see cref="Picture"/>.</param>
/// <param name="Width">Pixels across, of every image; 1 to 256.</param>
/// <param name="Height">Pixels down, of every image; 1 to 256.</param>
/// <param name="Columns">What stands above each column.</param>
/// <param name="Rows">The rows.</param>
public sealed record ImageGrid(string Table, string Dataset, string Title, string Alt, int Width, int Height, IReadOnlyList<string> Columns, IReadOnlyList<ImageRow> Rows) : Picture(Table, Dataset, Title, Alt);

/// <summary>A row of images.</summary>
/// <param name="Caption">What stands beside it.</param>
/// <param name="Images">One image a column, or null where there is none.</param>
public sealed record ImageRow(string Caption, IReadOnlyList<GreyImage?> Images);

/// <summary>A grey image.</summary>
/// <param name="Pixels">Row by row from the upper left; 0 is black and 255 white.</param>
/// <param name="Caption">What stands under it, or empty.</param>
public sealed record GreyImage(IReadOnlyList<double> Pixels, string Caption = "");

/// <summary>Arrows over points in the plane, such as from people to their recourse among training rows. All facets have the same axes: a picture is a row of them.</summary>
/// <param name="Table">See <see cref="Picture"/>.</param>
/// <param name="Dataset">See <see cref="Picture"/>.</param>
/// <param name="Title">See <see cref="Picture"/>.</param>
/// <param name="Alt">See <see cref="Picture"/>.</param>
/// <param name="X">The x-axis.</param>
/// <param name="Y">The y-axis.</param>
/// <param name="From">What stands where an arrow begins, for the legend; no group has this name.</param>
/// <param name="To">What stands where an arrow ends, for the legend; no group has this name.</param>
/// <param name="Facets">The facets, each named once.</param>
public sealed record Arrows(string Table, string Dataset, string Title, string Alt, PictureAxis X, PictureAxis Y, string From, string To, IReadOnlyList<ArrowsFacet> Facets) : Picture(Table, Dataset, Title, Alt);

/// <summary>Arrows over their background.</summary>
/// <param name="Background">The points beneath, in named groups.</param>
/// <param name="Items">The arrows; later ones lie above earlier ones.</param>
/// <param name="Facet">The name of the facet.</param>
public sealed record ArrowsFacet(IReadOnlyList<PlanePoint> Background, IReadOnlyList<Arrow> Items, string Facet = "");

/// <summary>An arrow.</summary>
/// <param name="X">The x at which it begins.</param>
/// <param name="Y">The y at which it begins.</param>
/// <param name="ToX">The x at which it ends, or null where it leads nowhere: its beginning is shown alone.</param>
/// <param name="ToY">The y at which it ends, or null likewise.</param>
public sealed record Arrow(double X, double Y, double? ToX, double? ToY);

/// <summary>A point of a background.</summary>
/// <param name="X">Its x.</param>
/// <param name="Y">Its y.</param>
/// <param name="Group">The group it belongs to.</param>
public sealed record PlanePoint(double X, double Y, string Group);

/// <summary>Densities over the plane as areas, each the smallest with its share of the density, beneath points and one marked place. All facets have the same axes.</summary>
/// <param name="Table">See <see cref="Picture"/>.</param>
/// <param name="Dataset">See <see cref="Picture"/>.</param>
/// <param name="Title">See <see cref="Picture"/>.</param>
/// <param name="Alt">See <see cref="Picture"/>.</param>
/// <param name="X">The x-axis; not logarithmic.</param>
/// <param name="Y">The y-axis; not logarithmic.</param>
/// <param name="Mark">What the marked place is, for the legend; no group has this name.</param>
/// <param name="Facets">The facets, each named once.</param>
public sealed record Contours(string Table, string Dataset, string Title, string Alt, PictureAxis X, PictureAxis Y, string Mark, IReadOnlyList<ContoursFacet> Facets) : Picture(Table, Dataset, Title, Alt);

/// <summary>A density with the points above it.</summary>
/// <param name="Density">The density.</param>
/// <param name="Background">The points, in named groups.</param>
/// <param name="MarkX">The x of the marked place.</param>
/// <param name="MarkY">The y of the marked place.</param>
/// <param name="Facet">The name of the facet.</param>
public sealed record ContoursFacet(DensityGrid Density, IReadOnlyList<PlanePoint> Background, double MarkX, double MarkY, string Facet = "");

/// <summary>A density at the places of a regular grid, its edges among them. Its unit is free: areas hang on shares of the sum only.</summary>
/// <param name="FromX">The x of the first column.</param>
/// <param name="ToX">The x of the last column; more than <paramref name="FromX"/>.</param>
/// <param name="FromY">The y of the first row.</param>
/// <param name="ToY">The y of the last row; more than <paramref name="FromY"/>.</param>
/// <param name="Columns">Places along x; 2 to 256.</param>
/// <param name="Rows">Places along y; 2 to 256.</param>
/// <param name="Values">Row by row from <paramref name="FromY"/>, each from <paramref name="FromX"/>; finite, 0 or more.</param>
public sealed record DensityGrid(double FromX, double ToX, double FromY, double ToY, int Columns, int Rows, IReadOnlyList<double> Values);
