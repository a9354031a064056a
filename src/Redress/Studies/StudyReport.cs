using System.Globalization;
using System.Net;
using System.Text;

namespace Redress.Studies;

/// <summary>A study's result as one HTML page without scripts: every table beside the paper's figures, every series as a line chart.</summary>
internal static class StudyReport
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
        h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2.2rem 0 .4rem}h3{font-size:1rem;margin:1rem 0 .3rem}
        p.note{color:#57606a;margin:.2rem 0}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.5rem 0 1rem}
        th,td{padding:.18rem .7rem .18rem 0;text-align:left;border-bottom:1px solid #e4e7eb;vertical-align:top}
        td.n,th.n{text-align:right}td.note{color:#57606a;font-size:.85rem;max-width:28rem}
        nav a{margin-right:1rem;white-space:nowrap}.wide{overflow-x:auto}td.met{color:#00593f}td.missed{color:#a33b00}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:.6rem 1.2rem;margin:.4rem 0 1rem}
        figure{margin:0;max-width:340px}figcaption{font-size:.85rem;font-weight:600}svg{width:100%;height:auto;display:block}
        svg text{font:11px system-ui,sans-serif;fill:#57606a}
        @media(min-width:601px){th,td{white-space:nowrap}td.note{white-space:normal}}
        @media(max-width:600px){table{font-size:11px}th,td{padding-right:.35rem}}
        @media print{body{margin:0;max-width:none;font-size:11px}nav{display:none}.wide{overflow:visible}h2,h3,p.note{break-after:avoid}tr,figure{break-inside:avoid}}
        """;

    private const int MostNotes = 3;

    internal static string Html(Study study, ulong seed, IReadOnlyList<StudyRow> rows)
    {
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Text(study.Title)}</title>\n<style>{Style}</style></head><body>\n<h1>{Text(study.Title)}, repeated</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(study.Citation)}. Seed {seed}.</p>\n");
        page.Append("<p>Repeated: our figure, the mean over splits, and ± its standard deviation over them. Paper: the figure of the paper's text. Difference: repeated less paper. Models have the paper's names. A dash: there is no number. Lines have a mark at every point that was measured.</p>\n<ul>");
        foreach (var (preset, p) in study.Presets.Select((preset, p) => (preset, p)))
            page.Append(CultureInfo.InvariantCulture, $"<li>{Text(preset.Slug)}{(p == 0 ? " (tables that name no preset)" : "")}: {Text(preset.Title)}.</li>\n");
        var tables = rows.GroupBy(r => r.Table).ToList();
        page.Append("</ul>\n<nav>");
        for (int t = 0; t < tables.Count; t++) page.Append(CultureInfo.InvariantCulture, $"<a href=\"#t{t}\">{Text(tables[t].Key)}</a> ");
        page.Append("</nav>\n");
        for (int t = 0; t < tables.Count; t++)
        {
            var table = tables[t];
            page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"t{t}\">{Text(table.Key)}</h2>\n");
            var all = table.ToList();
            string[] shared = [.. all.Select(r => r.Note).Distinct().Count() == 1 && all[0].Note is { } note ? [note] : Array.Empty<string>()];
            foreach (string said in shared) page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(said)}</p>\n");
            if (all.Exists(r => SeriesLines.Place(r.Model) is not null)) Charts(page, all, shared.Length == 0);
            else Table(page, all, shared.Length == 0);
        }
        return page.Append("</body></html>\n").ToString();
    }

    private static void Table(StringBuilder page, List<StudyRow> rows, bool notes)
    {
        // A column in which nothing stands says nothing: one split has no deviation, most tables of ours no figure of the paper.
        var (deviates, compares) = (rows.Exists(r => r.OursSd is not null), rows.Exists(r => r.Paper is not null));
        notes &= rows.Exists(r => r.Note is not null);
        page.Append("<div class=\"wide\"><table><tr><th>data set</th><th>model</th><th>method</th><th>metric</th><th class=\"n\">repeated</th>");
        page.Append(deviates ? "<th class=\"n\">±</th>" : "").Append(compares ? "<th class=\"n\">paper</th><th class=\"n\">difference</th>" : "").Append(notes ? "<th>note</th></tr>\n" : "</tr>\n");
        foreach (var r in rows)
        {
            string difference = r is { Ours: { } ours, Paper: { } paper } ? (ours - paper).ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture) : "";
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(r.Dataset)}</td><td>{Text(r.Model)}</td><td>{Text(r.Method)}</td><td>{Text(r.Metric)}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{StudyText.Figure(r.Ours)}</td>");
            if (deviates) page.Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{(r.OursSd is null ? "" : StudyText.Figure(r.OursSd))}</td>");
            if (compares) page.Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{StudyText.Figure(r.Paper)}</td><td class=\"n\">{difference}</td>");
            page.Append(notes ? $"<td class=\"note{Verdict(r.Note)}\">{Text(r.Note ?? "")}</td></tr>\n" : "</tr>\n");
        }
        page.Append("</table></div>\n");
    }

    /// <summary>A note that begins with met or missed is a verdict, and looks like one.</summary>
    private static string Verdict(string? note) =>
        note is null ? "" : note.StartsWith("met ", StringComparison.Ordinal) ? " met" : note.StartsWith("missed", StringComparison.Ordinal) ? " missed" : "";

    private static void Charts(StringBuilder page, List<StudyRow> rows, bool notes)
    {
        foreach (var set in rows.GroupBy(r => r.Dataset))
        {
            page.Append(CultureInfo.InvariantCulture, $"<h3>{Text(set.Key)}</h3>\n");
            // A note of its own at every point belongs to the table in results.csv; a few belong to the picture.
            if (notes && set.Select(r => r.Note).OfType<string>().Distinct().ToList() is { Count: <= MostNotes } few)
                foreach (string said in few) page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Text(said)}</p>\n");
            page.Append("<div class=\"charts\">\n");
            foreach (var metric in set.GroupBy(r => r.Metric))
            {
                var lines = metric.Where(r => r.Ours is not null && SeriesLines.Place(r.Model) is not null)
                    .GroupBy(r => string.Join(", ", new[] { SeriesLines.Place(r.Model)!.Value.Series, r.Method }.Where(s => s.Length > 0)))
                    .Select(g => (g.Key, (IReadOnlyList<(double, double)>)[.. g.Select(r => (SeriesLines.Place(r.Model)!.Value.X, r.Ours!.Value)).OrderBy(p => p.X)])).ToList();
                if (lines.Count == 0) continue;
                string axis = SeriesLines.Place(metric.First(r => SeriesLines.Place(r.Model) is not null).Model)!.Value.Axis;
                page.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{Text(metric.Key)}</figcaption>{LineChart.Svg(axis, lines)}</figure>\n");
            }
            page.Append("</div>\n");
        }
    }

    internal static string Text(string text) => WebUtility.HtmlEncode(text);
}
