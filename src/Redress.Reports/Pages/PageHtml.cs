using Redress.Reports.Specs;

namespace Redress.Reports.Pages;

/// <summary>
/// A page as one HTML file that needs no network and no eval. Its content policy allows its own scripts and style by their hashes, images within the file,
/// and nothing else. The same page gives the same bytes. Without JavaScript tables and the numbers behind every chart are there all the same.
/// </summary>
internal sealed class PageHtml
{
    /// <summary>Longer texts of cells are broken into lines.</summary>
    private const int LongText = 32;

    private readonly HtmlWriter html = new();
    private int charts;

    private PageHtml() { }

    internal static string Of(Page page)
    {
        var own = new PageHtml();
        own.Write(page);
        return own.html.ToString();
    }

    private void Write(Page page)
    {
        bool draws = page.Lead.Concat(page.Sections.SelectMany(s => s.Blocks)).OfType<Figures>().Any(f => f.Items.OfType<Chart>().Any());
        PageAssets.Asset[] scripts = [PageAssets.Script, .. draws ? PageAssets.Vega : []];
        html.Void("!doctype", ("html", ""));
        if (draws) html.Comment(PageAssets.Notices);
        html.Open("html", ("lang", "en"));
        Head(page, scripts);
        html.Open("body").Open("main").Element("h1", page.Title);
        foreach (var block in page.Lead) Write(block);
        Contents(page.Sections);
        for (int s = 0; s < page.Sections.Count; s++)
        {
            html.Open("section", ("aria-labelledby", Id(s))).Element("h2", page.Sections[s].Title, ("id", Id(s)));
            foreach (var block in page.Sections[s].Blocks) Write(block);
            html.CloseLine();
        }
        html.Close();
        foreach (var script in scripts) html.Verbatim("script", script.Content);
        html.Close().CloseLine();
    }

    private static string Id(int section) => Invariant($"s{section + 1}");

    private void Head(Page page, PageAssets.Asset[] scripts)
    {
        string policy = $"default-src 'none'; script-src {string.Join(' ', scripts.Select(s => s.Hash))}; style-src {PageAssets.Style.Hash}; img-src data:; base-uri 'none'; form-action 'none'";
        html.Open("head").Void("meta", ("charset", "utf-8")).Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", policy))
            .Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Void("meta", ("name", "color-scheme"), ("content", "light dark"))
            .Element("title", page.Title).Verbatim("style", PageAssets.Style.Content).CloseLine();
    }

    private void Contents(IReadOnlyList<Section> sections)
    {
        if (sections.Count < 2) return;
        html.Open("nav", ("aria-label", "Contents"));
        for (int s = 0; s < sections.Count; s++) html.Element("a", sections[s].Title, ("href", "#" + Id(s))).Text(" ");
        html.CloseLine();
    }

    private void Write(Block block)
    {
        switch (block)
        {
            case Paragraph p:
                html.Element("p", p.Text, ("class", p.IsNote ? "note" : null)).Text("\n");
                break;
            case Points points:
                html.Open("ul");
                foreach (string line in points.Lines) html.Element("li", line);
                html.CloseLine();
                break;
            case SubHeading heading:
                html.Element("h3", heading.Text).Text("\n");
                break;
            case Table table:
                Write(table);
                break;
            case Figures figures:
                html.Open("div", ("class", figures.Items.All(f => f is Chart { IsPlane: true }) ? "figures planes" : "figures"));
                foreach (var figure in figures.Items) Write(figure, isAlone: figures.Items.Count == 1);
                html.CloseLine();
                break;
            default:
                throw new ArgumentException($"A page has no {block.GetType().Name}.", nameof(block));
        }
    }

    /// <summary>A table that is wider than the page scrolls by itself, by keys too.</summary>
    private void Write(Table table)
    {
        html.Open("div", ("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", table.Title)).Open("table").Element("caption", table.Title, ("class", "unseen")).Open("thead").Open("tr");
        foreach (var column in table.Columns) html.Element("th", column.Title, ("scope", "col"), ("class", column.IsNumber ? "n" : null));
        html.Close().Close().Open("tbody").Text("\n");
        foreach (var row in table.Rows)
        {
            html.Open("tr");
            for (int c = 0; c < row.Count; c++) Write(row[c], table.Columns[c].IsNumber);
            html.CloseLine();
        }
        html.Close().Close().CloseLine();
    }

    private void Write(Cell cell, bool isNumber)
    {
        string? look = cell.Look switch { CellLook.Note => "note", CellLook.Met => "note met", CellLook.Missed => "note missed", _ => cell.Text.Length > LongText ? "long" : null };
        string? value = isNumber && cell.Number is { } number ? number.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : null;
        html.Element("td", cell.Text, ("class", isNumber ? "n" : look), ("data-v", value));
    }

    private void Write(Figure figure, bool isAlone)
    {
        html.Open("figure", ("class", figure is Chart { IsPlane: true } ? "plane" : isAlone || figure is Chart { IsWide: true } or Images ? "full" : null)).Element("figcaption", figure.Title);
        if (figure is Chart chart) Write(chart);
        else if (figure is Images images) Write(images);
        if (figure.Numbers is { } numbers)
        {
            html.Open("details").Element("summary", "Numbers");
            Write(numbers);
            html.Close();
        }
        html.CloseLine();
    }

    private void Write(Chart chart)
    {
        string id = Invariant($"c{++charts}");
        html.Open("div", ("class", "chart"), ("role", "img"), ("aria-label", chart.Alt)).Open("div", ("id", id + "-place"), ("data-spec", id)).Element("p", "Charts are drawn by JavaScript; the numbers are below.", ("class", "note")).Close().Close();
        html.Verbatim("script", SpecText.Of(chart.Spec), ("type", "application/json"), ("id", id));
    }

    private void Write(Images images)
    {
        html.Element("p", images.Alt, ("class", "note")).Open("div", ("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", images.Title)).Open("table", ("class", "images")).Open("thead").Open("tr").Open("td").Close();
        foreach (string column in images.Columns) html.Element("th", column, ("scope", "col"));
        html.Close().Close().Open("tbody");
        foreach (var row in images.Rows)
        {
            html.Open("tr").Element("th", row.Caption, ("scope", "row"));
            for (int c = 0; c < row.Images.Count; c++) Write(row.Images[c], $"{row.Caption}, {(c < images.Columns.Count ? images.Columns[c] : "")}", images);
            html.CloseLine();
        }
        html.Close().Close().Close();
    }

    private void Write(PageImage? image, string place, Images grid)
    {
        html.Open("td");
        if (image is not null)
        {
            string alt = image.Caption.Length > 0 ? $"{place}: {image.Caption}" : place;
            html.Void("img", ("src", "data:image/png;base64," + Convert.ToBase64String(image.Png)), ("alt", alt), ("width", Invariant($"{grid.Width * Scale(grid)}")), ("height", Invariant($"{grid.Height * Scale(grid)}")));
            if (image.Caption.Length > 0) html.Element("span", image.Caption);
        }
        html.Close();
    }

    /// <summary>Whole page pixels an image pixel, so that squares stay square.</summary>
    private static int Scale(Images grid) => Math.Max(1, 64 / Math.Max(grid.Width, grid.Height));
}
