using Redress.Reports.Pages;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>From what a picture says to figures on a page: one a facet.</summary>
internal static class PictureCharts
{
    private const int MostPixels = 256;

    /// <summary>The figures of a picture.</summary>
    /// <exception cref="ArgumentException">An image is not of the grid's size, a density's grid is none, or a legend would say two things by one name.</exception>
    internal static IEnumerable<Figure> Of(Picture picture) => picture switch
    {
        Lines lines => LinesChart.Of(lines),
        Violins violins => ViolinsChart.Of(violins),
        Bars bars => BarsChart.Of(bars),
        HeatMap map => HeatMapChart.Of(map),
        Scatter scatter => ScatterChart.Of(scatter),
        ImageGrid grid => [Images(grid)],
        Arrows arrows => ArrowsChart.Of(arrows),
        Contours contours => ContoursChart.Of(contours),
        _ => throw new ArgumentException($"There is no chart for {picture.GetType().Name}.", nameof(picture)),
    };

    /// <summary>A facet's caption: the picture's title and the facet's name.</summary>
    internal static string Titled(Picture picture, string facet) => facet.Length == 0 ? picture.Title : $"{picture.Title}: {facet}";

    private static Images Images(ImageGrid grid)
    {
        if (grid.Width is < 1 or > MostPixels || grid.Height is < 1 or > MostPixels) throw new ArgumentException(Invariant($"The images of '{grid.Title}' are {grid.Width} × {grid.Height} pixels; must be 1 to {MostPixels} each way."), nameof(grid));
        return new(grid.Title, grid.Alt, grid.Columns, [.. grid.Rows.Select(r => new ImagesRow(r.Caption, [.. r.Images.Select(i => Image(grid, i))]))], grid.Width, grid.Height);
    }

    private static PageImage? Image(ImageGrid grid, GreyImage? image)
    {
        if (image is null) return null;
        if (image.Pixels.Count != grid.Width * grid.Height) throw new ArgumentException(Invariant($"An image of '{grid.Title}' has {image.Pixels.Count} pixels; {grid.Width} × {grid.Height} is {grid.Width * grid.Height}."), nameof(image));
        return new(PngImage.Of(image.Pixels, grid.Width, grid.Height), image.Caption);
    }
}
