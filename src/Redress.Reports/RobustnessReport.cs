using Redress.Reports.Charts;
using Redress.Reports.Pages;
using Redress.Studies;

namespace Redress.Reports;

/// <summary>How many of a method's recourses a model honours.</summary>
/// <param name="Method">The method.</param>
/// <param name="Under">The model, or what stands for all of them.</param>
/// <param name="Held">Recourses that hold.</param>
/// <param name="Issued">All recourses.</param>
/// <param name="Share">0 to 1, or null where there are none.</param>
/// <param name="LowerBound">Its lower bound, or null.</param>
public sealed record HonouredShare(string Method, string Under, int Held, int Issued, double? Share, double? LowerBound);

/// <summary>What <c>robustness</c> measures as one HTML page: which share of each method's recourses each model honours, as a heat map and as a table.</summary>
public static class RobustnessReport
{
    private const string Title = "Recourse that models honour";

    /// <summary>The page; the same for the same numbers, byte for byte.</summary>
    /// <param name="lead">What was asked, a paragraph each.</param>
    /// <param name="shares">The shares, method by method.</param>
    public static string Html(IReadOnlyList<string> lead, IReadOnlyList<HonouredShare> shares)
    {
        var map = new HeatMap("Robustness", "", Title, Alt(shares), "method", "trained again on", "share that holds", [.. shares.Select(s => new HeatCell(s.Method, s.Under, s.Share))]);
        var table = new Table(Title, [new("method"), new("trained again on"), new("hold", true), new("recourses", true), new("share", true), new("at least", true)],
            [.. shares.Select(s => (IReadOnlyList<Cell>)[new(s.Method), new(s.Under), new(NumberText.Count(s.Held), s.Held), new(NumberText.Count(s.Issued), s.Issued), Cell.Fixed(s.Share), Cell.Fixed(s.LowerBound)])]);
        List<Block> blocks = shares.Any(s => s.Share is not null) ? [new Figures([.. PictureCharts.Of(map)]), table] : [new Paragraph("Nobody was found a recourse.")];
        return PageHtml.Of(new("Recourse under models to come", [.. lead.Select(l => new Paragraph(l))], [new("Robustness", blocks)]));
    }

    private static string Alt(IReadOnlyList<HonouredShare> shares)
    {
        var known = shares.Where(s => s.Share is not null).OrderBy(s => s.Share).ToList();
        return known.Count == 0 ? "No share was measured." : $"From {NumberText.Fixed(known[0].Share!.Value)} ({known[0].Method} under {known[0].Under}) to {NumberText.Fixed(known[^1].Share!.Value)} ({known[^1].Method} under {known[^1].Under}).";
    }
}
