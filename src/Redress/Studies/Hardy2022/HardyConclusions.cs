namespace Redress.Studies.Hardy2022;

/// <summary>The rows of the result: means over trainings beside the paper's figures, and what adversarial training changed.</summary>
internal sealed class HardyConclusions(PaperFigures paper, IReadOnlyList<PartResult> results)
{
    private static readonly string[] Compared = [HardyMeasures.Distance, HardyMeasures.Knn, HardyMeasures.Sphere, "unconnected"];

    /// <summary>The paper's order; parts come in any.</summary>
    private static readonly string[] Tables =
    [
        HardyMeasures.Models, HardyMeasures.Curve, HardyMeasures.Success, "figure 1", "figure 2", "figure 3", HardyMeasures.Connected, HardyMeasures.Changes, HardySizes.Figure, HardyMeasures.Beyond,
    ];

    internal IEnumerable<StudyRow> Rows()
    {
        Measure[] measures = [.. results.SelectMany(r => r.Measures)];
        return StudyRow.Means(measures).Concat(Changes()).OrderBy(r => Array.IndexOf(Tables, r.Table)).Select(paper.Beside);
    }

    /// <summary>Adversarial less natural, paired by training: how far the claimed trends hold.</summary>
    private IEnumerable<StudyRow> Changes()
    {
        var paired = from m in results.SelectMany(r => r.Measures.Select(m => (Training: TrainingOf(r.Part), Measure: m)))
                     where Compared.Contains(m.Measure.Metric) && m.Measure.Model.StartsWith("adversarial", StringComparison.Ordinal)
                     let natural = Natural(m.Training, m.Measure)
                     where natural is not null
                     select m.Measure with { Model = m.Measure.Model.Replace("adversarial", "adversarial less natural", StringComparison.Ordinal), Value = m.Measure.Value - natural.Value };
        return StudyRow.Means(paired);
    }

    private Measure? Natural(string training, Measure adversarial) => results.Where(r => TrainingOf(r.Part) == training).SelectMany(r => r.Measures)
        .FirstOrDefault(m => m == adversarial with { Model = adversarial.Model.Replace("adversarial", "natural", StringComparison.Ordinal), Value = m.Value });

    private static string TrainingOf(StudyPart part) => part.Name[(part.Name.LastIndexOf('.') + 1)..];
}
