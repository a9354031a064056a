namespace Redress.Metrics;

/// <summary>What a search spends.</summary>
public enum Spending
{
    /// <summary>Rows scored, the person's own and the check of the answer included.</summary>
    ModelCalls,

    /// <summary>Search steps.</summary>
    Steps,
}

/// <summary>The share of the people searched who were found a recourse with no more than B model calls, for B of 10, 100, 1,000 and 10,000; with Wilson's interval.
/// 0 to 1; higher is better.</summary>
/// <remarks>A record says what was spent in all, so a method that goes on after its first valid row is counted at what it spent in the end: run it with that
/// <see cref="Budget"/> to see what it would have found.</remarks>
public sealed class ValidityUnderBudget : IMetric
{
    private static readonly int[] Budgets = [10, 100, 1_000, 10_000];

    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("validity-under-budget", "Share of the people searched who were found a recourse within a number of model calls", "0 to 1", Better.Higher);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        if (evaluation.Recourse is not { } recourse) yield break;
        var (spent, searched) = Spent(recourse, Spending.ModelCalls);
        if (searched == 0) yield break;
        foreach (int budget in Budgets) yield return WilsonInterval.Share(spent.Count(s => s <= budget), searched, Invariant($"at most {budget} model calls"));
    }

    /// <summary>The whole curve: for every amount that some recourse took, the share of people searched who were found one with no more. Ascending.</summary>
    public static IReadOnlyList<(int Budget, double Share)> Curve(RecourseBatch recourse, Spending spending)
    {
        var (spent, searched) = Spent(recourse, spending);
        var curve = new List<(int, double)>();
        for (int i = 0; i < spent.Length; i++)
            if (i == spent.Length - 1 || spent[i + 1] != spent[i]) curve.Add((spent[i], (i + 1.0) / searched));
        return curve;
    }

    /// <summary>What each recourse that was found took, ascending, and the number of people searched.</summary>
    private static (int[] Spent, int Searched) Spent(RecourseBatch recourse, Spending spending)
    {
        var spent = new List<int>();
        int searched = 0;
        foreach (var record in recourse.Records)
        {
            if (!SuccessRate.IsSearched(record)) continue;
            searched++;
            if (record.Outcome == Outcome.Found) spent.Add(spending == Spending.Steps ? record.Steps : record.ModelCalls);
        }
        return ([.. spent.Order()], searched);
    }
}
