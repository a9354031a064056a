namespace Redress.Studies.Ross2021;

/// <summary>Joins what all models measured into the rows of the study.</summary>
internal sealed class RossConclusions(PaperFigures paper, IReadOnlyList<PartResult> results)
{
    /// <summary>Measures that comparisons are made of and that are no rows themselves.</summary>
    internal const string Validation = "on validation", TestFront = "front on test", ValidationFront = "front on validation";

    /// <summary>λ is chosen among those whose F1 on the validation rows is at most this below the best.</summary>
    private const double F1Given = 0.02;

    private const string Baseline = "baseline", Ours = "ours";

    internal IEnumerable<StudyRow> Rows()
    {
        foreach (var preset in RossPreset.All)
        {
            var means = StudyRow.Means(results.Where(r => r.Part.Preset == preset.Slug).SelectMany(r => r.Measures)).ToList();
            if (means.Count == 0) continue;
            var rows = PaperTables(means).Select(paper.Beside);
            if (preset != RossPreset.Corrected) rows = rows.Concat(Figures(means).Select(paper.Beside)).Concat(Beyond(preset, means));
            foreach (var row in rows)
                yield return row with { Table = preset.Titled(row.Table) };
        }
    }

    private static IEnumerable<StudyRow> PaperTables(List<StudyRow> means)
    {
        foreach (string table in new[] { "table 1", "table 2", "table 3", "footnote 4" })
            foreach (var row in Principal(means.Where(r => r.Table == table && r.Dataset != Ross2021Study.Wide))) yield return row;
    }

    /// <summary>The rows of λ = 0 and λ = 0.8 under the paper's names of them.</summary>
    private static IEnumerable<StudyRow> Principal(IEnumerable<StudyRow> rows) => rows.Select(r => Named(r, 0, Baseline) ?? Named(r, 0.8, Ours)).OfType<StudyRow>();

    private static StudyRow? Named(StudyRow row, double lambda, string name)
    {
        string own = RossMeasures.Name(lambda);
        if (row.Model == own) return row with { Model = name };
        return row.Model.StartsWith(own, StringComparison.Ordinal) && row.Model[own.Length] is ',' or ' ' ? row with { Model = name + row.Model[own.Length..] } : null;
    }

    private static IEnumerable<StudyRow> Figures(List<StudyRow> means)
    {
        string[] metrics = ["f1", "accuracy", "recourse-neg", "recourse-all"];
        foreach (var row in means.Where(r => r.Table == "table 1" && r.Dataset != Ross2021Study.Wide && metrics.Contains(r.Metric) && r.Method != RossMeasures.LinearSlug))
            yield return row with { Table = "figure 1" };
        foreach (string table in new[] { "figure 2", "figure 4" })
            foreach (var row in means.Where(r => r.Table == table)) yield return row;
    }

    private IEnumerable<StudyRow> Beyond(RossPreset preset, List<StudyRow> means)
    {
        IEnumerable<StudyRow> rows = ChosenByValidation(means).Concat(Principal(means.Where(r => r.Table == "PARE at ε" && r.Dataset != Ross2021Study.Wide)));
        if (preset.IsPublished) return rows;
        return new RossComparison(paper, means).Rows().Concat(rows)
            .Concat(Principal(means.Where(r => r.Dataset == Ross2021Study.Wide)).Select(r => r with { Table = $"{r.Table}, all continuous features actionable" }))
            .Concat(Principal(means.Where(r => r.Table == WholeUnits.Table)));
    }

    /// <summary>Tables 1 to 3 for the λ that offers most recourse on the validation rows at little loss of F1; the paper took 0.8 everywhere.</summary>
    private IEnumerable<StudyRow> ChosenByValidation(List<StudyRow> means)
    {
        foreach (var set in means.Where(r => r.Table == Validation).GroupBy(r => r.Dataset))
        {
            double Of(string lambda, string metric) => set.First(r => r.Model == lambda && r.Metric == metric).Ours ?? double.NegativeInfinity;
            string[] lambdas = [.. set.Select(r => r.Model).Distinct()];
            double best = lambdas.Max(l => Of(l, "f1"));
            string chosen = lambdas.Where(l => Of(l, "f1") >= best - F1Given).MaxBy(l => Of(l, "recourse-all"))!;
            foreach (var row in means.Where(r => r.Dataset == set.Key && r.Table is "table 1" or "table 2" or "table 3").OrderBy(r => r.Table, StringComparer.Ordinal))
            {
                if (row.Model != chosen && !row.Model.StartsWith(chosen + ",", StringComparison.Ordinal)) continue;
                var beside = paper.Beside(row with { Model = Ours + row.Model[chosen.Length..] });
                yield return beside with { Table = $"{row.Table}, λ by validation", Note = $"{chosen}. {beside.Note}".TrimEnd() };
            }
        }
    }
}
