namespace Redress.Metrics;

/// <summary>
/// The share of recourses found that hold under models trained on other rows (Guo et al. 2023, section 4), with the exact 95 % interval: under each, their mean, and under all of them.
/// 0 to 1; higher is better. Nothing where the evaluation names no such models.
/// </summary>
public sealed class RobustValidity : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("robust-validity", "Share of recourses that models trained on other rows honour", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        var (shifted, found) = (evaluation.ShiftedModels, evaluation.Answers());
        if (shifted.Count == 0 || found.Count == 0) yield break;
        var robust = Robustness.Of(IssuedRows.Of(found, evaluation.Model, evaluation.Recourse!.Run.Desired), [.. shifted.Select(s => s.Model)], evaluation.Execution, evaluation.Cancel);
        for (int j = 0; j < shifted.Count; j++) yield return Figure(robust.Under(j), shifted[j].Name);
        if (shifted.Count == 1) yield break;
        yield return new(robust.Mean!.Value, robust.Issued, "mean");
        yield return Figure(robust.UnderAll, "all of them");
    }

    private static MetricValue Figure(HeldShare held, string of)
    {
        var (lower, upper) = ClopperPearson.Interval(held.Held, held.Issued, 0.95);
        return new(held.Share!.Value, held.Issued, of, lower, upper);
    }
}
