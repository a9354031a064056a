namespace Redress.Metrics;

/// <summary>The share of people a recourse was found for, among those who were searched: all but who already has the desired outcome or has a faulty row
/// (Hardy et al. 2022, section 3.3). 0 to 1; higher is better; with Wilson's interval.</summary>
/// <remarks>For the favourable outcome it is recourse-neg; it also stands for other outcomes asked for.</remarks>
public sealed class SuccessRate : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("success-rate", "Share of the people searched who were found a recourse", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        var (found, searched) = (0, 0);
        foreach (var record in evaluation.Recourse?.Records ?? [])
        {
            if (!IsSearched(record)) continue;
            searched++;
            if (record.Outcome == Outcome.Found) found++;
        }
        return searched == 0 ? [] : [WilsonInterval.Share(found, searched)];
    }

    internal static bool IsSearched(RecourseRecord record) => record.Outcome is not (Outcome.AlreadyDesired or Outcome.InvalidInput);
}
