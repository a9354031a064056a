namespace Redress.Studies.Garg2025;

/// <summary>The rows of the result: means over repeats beside the paper's figures, whether GenRe meets what is asked of it, and how far each baseline is from its published Score.</summary>
internal sealed class GargConclusions(PaperFigures paper, IReadOnlyList<PartResult> results)
{
    internal const string Bar = "bar", Baselines = "bar, baselines";

    /// <summary>How much of the paper's cost is allowed, and how far from its Score a baseline may be.</summary>
    private const double Farther = 1.1, Near = 0.15;

    /// <summary>Least Scores of GenRe.</summary>
    private static readonly Dictionary<string, double> Least = new() { ["adult-carla"] = 1.90, ["compas-carla"] = 1.86, ["heloc-carla"] = 1.87 };

    internal IEnumerable<StudyRow> Rows()
    {
        var means = StudyRow.Means(results.SelectMany(r => r.Measures)).ToList();
        foreach (var row in Bars(means)) yield return row;
        // Table 10 is table 2 with standard deviations, which every row has.
        foreach (var row in means.OrderBy(r => OrderOf(r.Table), StringComparer.Ordinal)) yield return Beside(row);
    }

    private StudyRow Beside(StudyRow row)
    {
        string bare = row.Table.Replace($", {GargPreset.Published}", "", StringComparison.Ordinal);
        return paper.Beside(row with { Table = bare }) with { Table = row.Table };
    }

    private IEnumerable<StudyRow> Bars(List<StudyRow> means)
    {
        StudyRow? Of(string table, string set, string method, string metric) => means.Find(r => r.Table == table && r.Dataset == set && r.Method == method && r.Metric == metric);
        foreach (var (set, least) in Least)
        {
            if (Of(GargMethod.Table2, set, "genre", GargJudge.Score) is not { } score) continue;
            yield return score with { Table = Bar, Paper = paper.Of(GargMethod.Table2, set, score.Model, score.Method, score.Metric), Note = Judged(score.Ours >= least, Invariant($"at least {least:0.00}")) };
            var cost = Of(GargMethod.Table2, set, "genre", GargJudge.Cost)!;
            double published = paper.Of(GargMethod.Table2, set, cost.Model, cost.Method, cost.Metric)!.Value;
            yield return cost with { Table = Bar, Paper = published, Note = Judged(cost.Ours <= Farther * published, Invariant($"at most {Farther * published:0.000}, {Farther} times the paper's")) };
        }
        foreach (var row in means.Where(r => r.Metric == GargJudge.Score && r.Method != "genre" && (r.Table == GargPreset.Titled(GargPreset.Published, GargMethod.Table2) || r.Table == GargMethod.Table4)))
        {
            string bare = row.Table.Replace($", {GargPreset.Published}", "", StringComparison.Ordinal);
            if (paper.Of(bare, row.Dataset, row.Model, row.Method, row.Metric) is { } published)
                yield return row with { Table = Baselines, Paper = published, Note = Judged(Math.Abs(row.Ours!.Value - published) <= Near, Invariant($"within {Near} of the paper's Score")) };
        }
    }

    private static string Judged(bool met, string bar) => $"{(met ? "met" : "missed")} {bar}";

    /// <summary>Tables by number, then figures, then our own.</summary>
    private static string OrderOf(string table) => table.Split(' ', ',') is [var kind and ("table" or "figure"), var number, ..] && int.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out int n) ? Invariant($"{(kind == "table" ? 0 : 1)}{n:00}{table}") : $"2{table}";
}
