using Redress.Studies;

namespace Redress.Reports.Tests;

/// <summary>A picture of every kind, with names as hostile as data may have them.</summary>
internal static class Samples
{
    internal const string Hostile = "</script><script>alert(1)</script><!-- \" ' & \u2028 {{signal}} [x].y";

    internal static Study Study { get; } = new("sample", "A study of <pictures> & names", "Nobody, 2021", 1, ["adult", Hostile], [new("plain", "as it is")], new([]), _ => new([], _ => []));

    internal static Lines Lines { get; } = new("figure 1", "adult", "validity", "Validity over ε: both fall.", new("ε"), new("validity", 0, 1),
    [
        new("score-matching", [.. Enumerable.Range(0, 8).Select(i => new LinePoint(0.05 * i, 0.95 - 0.02 * i * i / 2, 0.9 - 0.02 * i * i / 2, Math.Min(1, 1 - 0.02 * i * i / 2)))]),
        new("growing-spheres", [.. Enumerable.Range(0, 8).Select(i => new LinePoint(0.05 * i, 0.9 - 0.05 * i, 0.87 - 0.05 * i, 0.93 - 0.05 * i))]),
        new(Hostile, [.. Enumerable.Range(0, 8).Select(i => new LinePoint(0.05 * i, i == 3 ? double.NaN : 0.7 - 0.03 * i))]),
    ]);

    internal static Lines Faceted { get; } = new("figure 1", "adult", "cost", "The cost of a method over ε, network by network: it grows.", new("ε"), new("cost"),
    [
        .. new[] { "logistic", "network" }.SelectMany((f, k) => new[] { "L1", "L2" }.Select((n, m) => new Line(n, [.. Enumerable.Range(0, 6).Select(i => new LinePoint(0.05 * i, (k + 1) * (m + 1) + 0.3 * i, (k + 1) * (m + 1) + 0.2 * i, (k + 1) * (m + 1) + 0.4 * i))], f))),
    ]);

    internal static Violins Violins { get; } = new("figure 2", "adult", "cost by method", "Costs of three methods; growing spheres cost most.", "method", new("cost (L2, min-max units)", From: 0),
    [
        new("score-matching", [.. Enumerable.Range(0, 500).Select(i => 0.4 + 0.3 * Math.Sin(i * 12.9898) * Math.Cos(i * 78.233))]),
        new("growing-spheres", [.. Enumerable.Range(0, 700).Select(i => 0.8 + (i % 7 < 3 ? 0.2 : 0.5) * Math.Sin(i * 3.1))]),
        new(Hostile, [.. Enumerable.Range(0, 300).Select(i => 0.2 + 0.15 * Math.Cos(i * 1.7)), double.NaN]),
        new("one value", [0.5, 0.5, 0.5]),
    ]);

    internal static Bars Bars { get; } = new("table 1", "adult", "success rate", "Success of three methods on two models; all above 0.6.", "method", new("share of people", 0, 1),
    [
        .. new[] { "natural", "adversarial" }.SelectMany((g, k) => new[] { "score-matching", "growing-spheres", Hostile }.Select((c, i) => new Bar(c, 0.95 - 0.1 * i - 0.08 * k, 0.9 - 0.1 * i - 0.08 * k, 0.98 - 0.1 * i - 0.08 * k, g))),
    ]);

    internal static HeatMap HeatMap { get; } = new("table 2", Hostile, "distance to the manifold", "Distances of five methods on four models; the last column is largest.", "method", "model", "distance",
        [.. Enumerable.Range(0, 5).SelectMany(r => Enumerable.Range(0, 4).Select(c => new HeatCell(r == 0 ? Hostile : Invariant($"method {r}"), Invariant($"model {c}"), r == 2 && c == 1 ? null : r * 0.3 + c)))]);

    internal static Scatter Scatter { get; } = new("figure 4", Hostile, "t-SNE of people and recourse", "Two clusters; recourse lies at the border.", new("first dimension"), new("second dimension"), "what",
        [.. Enumerable.Range(0, 240).Select(i => new ScatterPoint(10 * Math.Sin(i) + (i % 3 * 15), 10 * Math.Cos(1.3 * i), i % 3 == 0 ? "rejected" : i % 3 == 1 ? "accepted" : Hostile))]);

    internal static ImageGrid Images { get; } = new("figure 5", "", "recourse of four images", "Four shirts, what two methods make of them, and the difference.", 28, 28, ["image", "natural", "adversarial"],
        [.. Enumerable.Range(0, 4).Select(r => new ImageRow(r == 1 ? Hostile : Invariant($"image {r + 1}"), [.. Enumerable.Range(0, 3).Select(c => r == 3 && c == 2 ? null : new GreyImage([.. Enumerable.Range(0, 784).Select(p => 127.5 + 127.5 * Math.Sin(p % 28 / 4.0 + c) * Math.Cos(p / 28 / (3.0 + r)))], c == 0 ? "shirt" : ""))]))]);

    /// <summary>Two moons of 250 rows each, and 30 people of one of them with recourse by three methods; the second fails one in six.</summary>
    internal static Arrows Arrows { get; } = new("figure 6", "moons", "recourse", "Training rows of two classes as two moons, and where three methods take 30 people of one moon; only the last ends in the other.", new("x1"), new("x2"), "person", "recourse",
    [
        new(Moons, [.. People.Select(p => new Arrow(p.X, p.Y, p.X + 0.02, p.Y - 0.3))], "gradient"),
        new(Moons, [.. People.Select((p, i) => i % 6 == 5 ? new Arrow(p.X, p.Y, null, null) : new Arrow(p.X, p.Y, 0.6 * p.X + 0.6, 0.6 * p.Y - 0.4))], Hostile),
        new(Moons, [.. People.Select((p, i) => new Arrow(p.X, p.Y, Moons[250 + i * 8].X, Moons[250 + i * 8].Y))], "genre"),
    ]);

    /// <summary>A ring about the middle, and one hill cut off by the grid's edge.</summary>
    internal static Contours Contours { get; } = new("figure 7", "circles", "density", "Where two models look for recourse: one all about the ring, one near the person.", new("x1"), new("x2"), "person",
    [
        new(Grid((x, y) => Math.Exp(-40 * Math.Pow(Math.Sqrt(x * x + y * y) - 0.6, 2)) * (1.3 + 0.7 * Math.Sin(3 * Math.Atan2(y, x)))), Circles, 0.9, 0.55, "of all"),
        new(Grid((x, y) => Math.Exp(-8 * ((x - 1) * (x - 1) + (y - 0.2) * (y - 0.2)))), Circles, 0.9, 0.55, "of one person"),
    ]);

    internal static IReadOnlyList<Picture> All { get; } = [Lines, Faceted, Violins, Bars, HeatMap, Scatter, Images, Arrows, Contours];

    internal static IReadOnlyList<StudyRow> Rows { get; } =
    [
        new("table 1", "adult", "natural", "score-matching", "success", 0.95, 0.01, 0.9, "met at ε=0"),
        new("table 1", "adult", "adversarial", "score-matching", "success", 0.87, 0.02, 0.9, "missed by 0.030"),
        new("table 1", Hostile, Hostile, Hostile, Hostile, 0.5, null, null, Hostile),
        new("table 1", "adult", "natural", "growing-spheres", "success", null, null, 0.7),
        new("table 1", "adult", "adversarial", "growing-spheres", "success", 0.1, 0.2),
    ];

    private static PlanePoint[] Moons => [.. Enumerable.Range(0, 500).Select(i => Moon(i % 250 / 250.0, i < 250, 0.12 * Math.Sin(i * 12.9898), 0.12 * Math.Cos(i * 78.233)))];

    private static PlanePoint[] People => [.. Enumerable.Range(0, 30).Select(i => Moons[i * 8 + 3])];

    private static PlanePoint[] Circles => [.. Enumerable.Range(0, 400).Select(i => (Angle: i * 2.39996, Radius: (i % 2 == 0 ? 0.6 : 1.1) + 0.1 * Math.Sin(i * 12.9898), Group: i % 2 == 0 ? "accepted" : Hostile)).Select(p => new PlanePoint(p.Radius * Math.Cos(p.Angle), p.Radius * Math.Sin(p.Angle), p.Group))];

    private static PlanePoint Moon(double at, bool upper, double dx, double dy) =>
        upper ? new(Math.Cos(Math.PI * at) + dx, Math.Sin(Math.PI * at) + dy, "rejected") : new(1 - Math.Cos(Math.PI * at) + dx, 0.4 - Math.Sin(Math.PI * at) + dy, Hostile);

    /// <summary>A density at 61 × 49 places over a square of side 2.6.</summary>
    internal static DensityGrid Grid(Func<double, double, double> density) => new(-1.3, 1.3, -1.3, 1.3, 61, 49, [.. Enumerable.Range(0, 61 * 49).Select(i => density(-1.3 + 2.6 * (i % 61) / 60, -1.3 + 2.6 * (i / 61) / 48))]);

    internal static string Page() => StudyReport.Html(Study, 7, new(Rows, All, 3, 0, []));

    /// <summary>What stands between two marks, wherever the first does.</summary>
    internal static IEnumerable<string> Between(string text, string from, string to) => text.Split(from).Skip(1).Select(t => t[..t.IndexOf(to, StringComparison.Ordinal)]);
}
