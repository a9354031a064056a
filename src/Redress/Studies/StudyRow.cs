namespace Redress.Studies;

/// <summary>One figure of a study's result, beside the paper's where it has one.</summary>
/// <param name="Table">The paper's table or figure, or a table of ours.</param>
/// <param name="Dataset">The data set.</param>
/// <param name="Model">The model; in a series it ends in the place on the x-axis, such as <c>λ=0.8</c>.</param>
/// <param name="Method">The recourse method, or empty.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Ours">The mean over splits, or null where there is nothing to measure.</param>
/// <param name="OursSd">The standard deviation over splits (divided by n - 1), or null where there is one.</param>
/// <param name="Paper">The paper's figure, or null where its text has none.</param>
/// <param name="Note">What has to be known to compare, or the trend that the paper claims, or null.</param>
public sealed record StudyRow(string Table, string Dataset, string Model, string Method, string Metric, double? Ours, double? OursSd, double? Paper = null, string? Note = null)
{
    /// <summary>Mean and standard deviation of each figure over the parts that measured it, in the order of first appearance.</summary>
    internal static IEnumerable<StudyRow> Means(IEnumerable<Measure> measures) => measures
        .GroupBy(m => (m.Table, m.Dataset, m.Model, m.Method, m.Metric))
        .Select(g => Mean(g.Key.Table, g.Key.Dataset, g.Key.Model, g.Key.Method, g.Key.Metric, [.. g.Select(m => m.Value).Where(double.IsFinite)]));

    private static StudyRow Mean(string table, string dataset, string model, string method, string metric, double[] values)
    {
        if (values.Length == 0) return new(table, dataset, model, method, metric, null, null);
        double mean = values.Average();
        double? deviation = values.Length > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)) : null;
        return new(table, dataset, model, method, metric, mean, deviation);
    }
}
