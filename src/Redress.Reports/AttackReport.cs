using Redress.Reports.Charts;
using Redress.Reports.Pages;
using Redress.Studies;

namespace Redress.Reports;

/// <summary>A share of people at a radius.</summary>
/// <param name="Epsilon">ε, in encoded units.</param>
/// <param name="Share">0 to 1; a point that is no number is left out of the chart.</param>
/// <param name="Lower">The lower end of its 95 % interval, or null.</param>
/// <param name="Upper">The upper end, or null.</param>
/// <param name="People">The people it is a share of.</param>
public sealed record AttackPoint(double Epsilon, double Share, double? Lower, double? Upper, int People);

/// <summary>A share of people over the radius of an attack.</summary>
/// <param name="Name">What it is a share of, such as susceptibility.</param>
/// <param name="Points">Its points, ε ascending.</param>
public sealed record AttackCurve(string Name, IReadOnlyList<AttackPoint> Points);

/// <summary>What <c>attack</c> measures as one HTML page: shares of people over the radius, as lines with their intervals and as a table.</summary>
public static class AttackReport
{
    /// <summary>The page; the same for the same numbers, byte for byte.</summary>
    /// <param name="lead">What was attacked and how, a paragraph each.</param>
    /// <param name="curves">The curves.</param>
    public static string Html(IReadOnlyList<string> lead, IReadOnlyList<AttackCurve> curves)
    {
        var lines = new Lines("Susceptibility", "", "Shares of people over the radius", Alt(curves), new("ε (encoded units)"), new("share of people", 0, 1),
            [.. curves.Select(c => new Line(c.Name, [.. c.Points.Select(p => new LinePoint(p.Epsilon, p.Share, p.Lower, p.Upper))]))]);
        var table = new Table("Shares of people over the radius", [new("share"), new("ε", true), new("value", true), new("lower", true), new("upper", true), new("people", true)],
            [.. curves.SelectMany(c => c.Points.Select(p => (IReadOnlyList<Cell>)[new(c.Name), Cell.Of(p.Epsilon), Cell.Fixed(p.Share), Cell.Fixed(p.Lower), Cell.Fixed(p.Upper), new(NumberText.Count(p.People), p.People)]))]);
        return PageHtml.Of(new("Model under attack", [.. lead.Select(l => new Paragraph(l))], [new("Susceptibility", [new Figures([.. PictureCharts.Of(lines)]), new Paragraph("Bands are 95 % intervals.", IsNote: true), table])]));
    }

    private static string Alt(IReadOnlyList<AttackCurve> curves) => string.Join("; ", curves.Where(c => c.Points.Count > 0).Select(c =>
        $"{c.Name} from {NumberText.Short(c.Points[0].Share)} at ε = {NumberText.Short(c.Points[0].Epsilon)} to {NumberText.Short(c.Points[^1].Share)} at ε = {NumberText.Short(c.Points[^1].Epsilon)}")) is { Length: > 0 } said ? said + "." : "No radius was measured.";
}
