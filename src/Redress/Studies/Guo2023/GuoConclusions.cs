namespace Redress.Studies.Guo2023;

/// <summary>The rows of the result: means over domains and repeats beside the paper's figures, and whether RoCourseNet meets what is asked of it.</summary>
internal sealed class GuoConclusions(PaperFigures paper, IReadOnlyList<PartResult> results)
{
    internal const string Bar = "bar";

    /// <summary>How far below the paper's shares the bar lies, and how many times CounterNet's proximity it allows.</summary>
    private const double Below = 0.02, Farther = 1.10;

    private static readonly string[] Order =
    [
        GuoMethod.Table2, GuoMethod.Table2 + GuoHabits.Drawn, GuoMethod.Table2 + GuoHabits.Off, Invariant($"table 2, {GuoChoices.PaperEpochs} epochs"), GuoMethod.Table3, GuoMeasures.Accuracy, GuoMeasures.Area, GuoMethod.Table8, "table 9", "table 9" + GuoHabits.Drawn, "table 9" + GuoHabits.Off,
        GuoSweeps.Fronts, GuoSweeps.Attacker, GuoSweeps.Data, GuoSweeps.Scheduler, GuoMeasures.Losses, GuoSweeps.Euclidean, GuoSweeps.Inner,
    ];

    internal IEnumerable<StudyRow> Rows()
    {
        foreach (string preset in GuoPreset.All.Select(p => p.Slug))
        {
            var means = StudyRow.Means(results.Where(r => r.Part.Preset == preset).SelectMany(r => r.Measures)).ToList();
            if (preset == GuoPreset.Chosen)
                foreach (var row in Bars(means)) yield return row;
            foreach (var row in means.OrderBy(r => Array.IndexOf(Order, Bare(preset, r.Table)))) yield return paper.Beside(row with { Table = Bare(preset, row.Table) }) with { Table = row.Table };
        }
    }

    /// <summary>RoCourseNet's validity and robust validity at least the paper's less 0.02, at no more than 1.10 times CounterNet's proximity.</summary>
    private IEnumerable<StudyRow> Bars(List<StudyRow> means)
    {
        foreach (string set in means.Where(r => r.Table == GuoMethod.Table2).Select(r => r.Dataset).Distinct())
        {
            StudyRow? Of(GuoMethod method, string metric) => means.Find(r => r.Table == GuoMethod.Table2 && r.Dataset == set && r.Method == method.Label && r.Metric == metric);
            foreach (string metric in new[] { GuoMeasures.Validity, GuoMeasures.RobustValidity })
            {
                var ours = Of(GuoMethod.RoCourseNet, metric)!;
                double published = paper.Of(GuoMethod.Table2, set, ours.Model, ours.Method, metric)!.Value, least = published - Below;
                yield return ours with { Table = Bar, Paper = published, Note = Judged(ours.Ours >= least, Invariant($"at least {least:0.000}, the paper's less {Below}")) };
            }
            var (robust, plain) = (Of(GuoMethod.RoCourseNet, GuoMeasures.Proximity)!, Of(GuoMethod.CounterNet, GuoMeasures.Proximity)!);
            double most = Farther * plain.Ours!.Value;
            yield return robust with { Table = Bar, Paper = paper.Of(GuoMethod.Table2, set, robust.Model, robust.Method, GuoMeasures.Proximity), Note = Judged(robust.Ours <= most, Invariant($"at most {most:0.000}, {Farther:0.00} times our CounterNet's")) };
        }
    }

    private static string Judged(bool met, string bar) => $"{(met ? "met" : "missed")} {bar}";

    private static string Bare(string preset, string table) => preset == GuoPreset.Chosen ? table : table.Replace($", {preset}", "", StringComparison.Ordinal);
}
