using System.Globalization;
using System.Text;

namespace Redress.Studies;

/// <summary>
/// A small line chart as SVG: x below, y between round numbers, a mark at every point, a legend under it. Lines differ in dashes as well as in colour, so
/// that they can be told apart in print and where one lies on another.
/// </summary>
internal static class LineChart
{
    private const int Width = 280, Height = 180, Left = 38, Right = 8, Top = 8, Bottom = 30, LegendRow = 15;

    // Okabe and Ito's colours, which colour-blind readers can tell apart.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    private static readonly string[] Dashes = ["", "6 3", "2 3", "9 3 2 3", "1 2", "12 4", "4 2 1 2"];

    /// <summary>A y-axis of shares spans this much at least: a hundredth shall look like one.</summary>
    private const double LeastSpan = 0.2;

    /// <summary>Draws lines.</summary>
    /// <param name="axis">What x is.</param>
    /// <param name="lines">Name and points, x ascending; at least one point.</param>
    internal static string Svg(string axis, IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> lines)
    {
        var points = lines.SelectMany(l => l.Points).ToList();
        var (x0, x1) = Wide(points.Min(p => p.X), points.Max(p => p.X));
        var (low, high) = Spanned(points.Min(p => p.Y), points.Max(p => p.Y));
        double step = Step(high - low);
        double y0 = Math.Floor(low / step + 1e-9) * step, y1 = Math.Max(y0 + step, Math.Ceiling(high / step - 1e-9) * step);
        double X(double x) => Left + (x - x0) / (x1 - x0) * (Width - Left - Right);
        double Y(double y) => Height - Bottom - (y - y0) / (y1 - y0) * (Height - Top - Bottom);
        int height = Height + (lines.Count > 1 ? LegendRow * lines.Count : 0);
        var svg = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"line chart over {StudyReport.Text(axis)}\">");
        for (int k = 0; y0 + k * step <= y1 + step / 2; k++)
        {
            double y = y0 + k * step;
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(y):0.#}\" y2=\"{Y(y):0.#}\" stroke=\"#e4e7eb\"/><text x=\"{Left - 4}\" y=\"{Y(y) + 4:0.#}\" text-anchor=\"end\">{Math.Round(y, 6):0.###}</text>");
        }
        foreach (double x in new[] { x0, (x0 + x1) / 2, x1 }) svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(x):0.#}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{x:0.##}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">{StudyReport.Text(axis)}</text>");
        for (int l = 0; l < lines.Count; l++)
        {
            string colour = Colours[l % Colours.Length], dash = Dashes[l % Dashes.Length], path = string.Join(' ', lines[l].Points.Select(p => Invariant($"{X(p.X):0.#},{Y(p.Y):0.#}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\" stroke-dasharray=\"{dash}\"/>");
            foreach (var p in lines[l].Points) svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(p.X):0.#}\" cy=\"{Y(p.Y):0.#}\" r=\"1.8\" fill=\"{colour}\"/>");
            if (lines.Count > 1) svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Height + LegendRow * l + 5}h20\" stroke=\"{colour}\" stroke-width=\"1.8\" stroke-dasharray=\"{dash}\"/><text x=\"{Left + 26}\" y=\"{Height + LegendRow * l + 9}\">{StudyReport.Text(lines[l].Name)}</text>");
        }
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Shares and differences of shares get <see cref="LeastSpan"/>, kept within 0 to 1 where they are; other units stand as they are.</summary>
    private static (double, double) Spanned(double low, double high)
    {
        if (high - low >= LeastSpan || low < -1 || high > 1) return (low, high);
        double middle = (low + high) / 2, from = middle - LeastSpan / 2;
        if (low >= 0) from = Math.Clamp(from, 0, 1 - LeastSpan);
        return (Math.Min(low, from), Math.Max(high, from + LeastSpan));
    }

    private static (double, double) Wide(double low, double high) => high > low ? (low, high) : (low - 0.5, high + 0.5);

    /// <summary>1, 2 or 5 times a power of ten, four steps or so over the range.</summary>
    private static double Step(double range)
    {
        if (!(range > 1e-9)) return 0.1;
        double raw = range / 4, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * ((raw / power - 1e-9) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }
}
