namespace Redress.Studies.Krishna2023;

/// <summary>Joins what all seeds measured into the rows of the study.</summary>
internal sealed class KrishnaConclusions(PaperFigures paper, IReadOnlyList<PartResult> results)
{
    /// <summary>The paper's order, then ours.</summary>
    private static readonly string[] Order =
    [
        "figure 1", "figure 2", "figure 3", "figure 4", "figure 5", "figure 6", "figure 7", "figure 8", "models",
        CostBounds.Theorem1, CostBounds.Theorem2, WeightBounds.Lemma1, WeightBounds.Theorem3,
    ];

    internal IEnumerable<StudyRow> Rows()
    {
        foreach (var preset in KrishnaPreset.All)
        {
            var own = results.Where(r => r.Part.Preset == preset.Slug).ToList();
            if (own.Count == 0) continue;
            var means = StudyRow.Means(own.SelectMany(r => r.Measures)).ToList();
            foreach (var row in new TrendClaims(preset, own).Rows().Concat(AverageValidity(preset, means))) yield return Beside(preset, row);
            foreach (var row in means.OrderBy(r => Array.IndexOf(Order, preset.Bare(r.Table)))) yield return Beside(preset, row);
        }
    }

    /// <summary>"On average, we observe that the validity drops to zero for models adversarially trained with ε > 0.2": over the paper's methods, all sets and models.</summary>
    private static IEnumerable<StudyRow> AverageValidity(KrishnaPreset preset, List<StudyRow> means) => means
        .Where(r => r.Metric == KrishnaMeasures.Validity && r.Method != KrishnaMethod.AsWritten && (r.Table == preset.Titled("figure 3") || r.Table == preset.Titled("figure 5")) && r.Ours is not null)
        .GroupBy(r => SeriesLines.Place(r.Model)!.Value.X).OrderBy(g => g.Key)
        .Select(g => new StudyRow(preset.Titled(TrendClaims.Table), "all", Invariant($"all ε={g.Key}"), "all", "average validity", g.Average(r => r.Ours!.Value), null, null, Invariant($"The mean over {g.Count()} sets, models and methods with people to ask for.")));

    /// <summary>The paper's words stand beside every preset.</summary>
    private StudyRow Beside(KrishnaPreset preset, StudyRow row) => paper.Beside(row with { Table = preset.Bare(row.Table) }) with { Table = row.Table };
}
