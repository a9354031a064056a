using System.Globalization;
using Redress.Reports.Charts;
using Redress.Reports.Pages;
using Redress.Studies;

namespace Redress.Reports;

/// <summary>A study's result as one HTML page that needs no network: every table beside the paper's figures, and its pictures as charts.</summary>
public static class StudyReport
{
    /// <summary>More notes than these belong to the rows, not above the charts.</summary>
    private const int MostNotes = 3;

    /// <summary>The page; the same for the same result, byte for byte.</summary>
    /// <param name="study">The study.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="run">The run.</param>
    public static string Html(Study study, ulong seed, StudyRun run)
    {
        StudyRow[] rows = [.. run.Rows, .. run.Times];
        string[] tables = [.. rows.Select(r => r.Table).Concat(run.Pictures.Select(p => p.Table)).Distinct()];
        return PageHtml.Of(new($"{study.Title}, repeated",
        [
            new Paragraph(Invariant($"{study.Citation}. Seed {seed}.")),
            new Paragraph("Repeated: our figure, the mean over splits, and ± its standard deviation over them. Paper: the figure of the paper's text. Difference: repeated less paper. Models have the paper's names. A dash: there is no number. Lines have a mark at every point that was measured; bands are one standard deviation to either side where there are several splits. Tables sort by the headings of their columns."),
            new Points([.. study.Presets.Select((p, k) => $"{p.Slug}{(k == 0 ? " (tables that name no preset)" : "")}: {p.Title}.")]),
        ],
        [.. tables.Select(t => new Section(t, [.. Blocks([.. rows.Where(r => r.Table == t)], [.. run.Pictures.Where(p => p.Table == t)])]))]));
    }

    private static IEnumerable<Block> Blocks(List<StudyRow> rows, List<Picture> pictures)
    {
        string? shared = rows.Select(r => r.Note).Distinct().ToList() is [{ } note] ? note : null;
        if (shared is not null) yield return new Paragraph(shared, IsNote: true);
        foreach (string set in rows.Select(r => r.Dataset).Concat(pictures.Select(p => p.Dataset)).Distinct())
        {
            var shown = pictures.Where(p => p.Dataset == set).ToList();
            if (shown.Count == 0) continue;
            if (set.Length > 0) yield return new SubHeading(set);
            // A note of its own at every point belongs to results.csv; a few belong to the pictures.
            if (shared is null && rows.Where(r => r.Dataset == set && IsPoint(r)).Select(r => r.Note).OfType<string>().Distinct().ToList() is { Count: <= MostNotes } few)
                foreach (string said in few) yield return new Paragraph(said, IsNote: true);
            var figures = shown.ConvertAll(p => (Picture: p, Figures: PictureCharts.Of(p).ToList()));
            yield return new Figures([.. figures.SelectMany(f => f.Figures)]);
            foreach (var (picture, _) in figures.Where(f => f.Figures.Count == 0)) yield return new Paragraph($"{picture.Title}: there are no numbers to show.", IsNote: true);
        }
        // What a line shows has its numbers beneath it.
        var left = pictures.Exists(p => p is Lines) ? rows.FindAll(r => !IsPoint(r)) : rows;
        if (left.Count > 0) yield return Table(left, notes: shared is null);
    }

    private static bool IsPoint(StudyRow row) => SeriesLines.Place(row.Model) is not null;

    private static Table Table(List<StudyRow> rows, bool notes)
    {
        // A column in which nothing stands says nothing: one split has no deviation, most tables of ours no figure of the paper.
        var (methods, deviates, compares) = (rows.Exists(r => r.Method.Length > 0), rows.Exists(r => r.OursSd is not null), rows.Exists(r => r.Paper is not null));
        notes &= rows.Exists(r => r.Note is not null);
        List<Column> columns = [new("data set"), new("model"), .. methods ? [new("method")] : Array.Empty<Column>(), new("metric"), new("repeated", true)];
        if (deviates) columns.Add(new("±", true));
        if (compares) columns.AddRange([new("paper", true), new("difference", true)]);
        if (notes) columns.Add(new("note"));
        return new(rows[0].Table, columns, [.. rows.Select(r => (IReadOnlyList<Cell>)
        [
            new(r.Dataset), new(r.Model), .. methods ? [new(r.Method)] : Array.Empty<Cell>(), new(r.Metric), Figure(r.Ours), .. deviates ? [r.OursSd is null ? new("") : Figure(r.OursSd)] : Array.Empty<Cell>(),
            .. compares ? [Figure(r.Paper), Difference(r.Ours - r.Paper)] : Array.Empty<Cell>(), .. notes ? [new(r.Note ?? "", Look: Verdict(r.Note))] : Array.Empty<Cell>(),
        ])]);
    }

    private static Cell Figure(double? value) => new(StudyText.Figure(value), value);

    private static Cell Difference(double? value) => value is { } v ? new(v.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture), v) : new("");

    /// <summary>A note that begins with met or missed is a verdict, and looks like one.</summary>
    private static CellLook Verdict(string? note) => note switch
    {
        not null when note.StartsWith("met ", StringComparison.Ordinal) => CellLook.Met,
        not null when note.StartsWith("missed", StringComparison.Ordinal) => CellLook.Missed,
        _ => CellLook.Note,
    };
}
