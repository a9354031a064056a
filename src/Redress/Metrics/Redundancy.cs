using Redress.Data;

namespace Redress.Metrics;

/// <summary>
/// The mean number of changes a recourse could do without: each changed feature alone is put back to what it was, and counts where the decision stays
/// (Hardy et al. 2022, section 3.3, after CARLA). Lower is better; 0 where every change is needed.
/// </summary>
/// <remarks>Features that follow another (same_as) go back with it and are not counted. Each is put back alone: two changes that stand in for each other both count.</remarks>
public sealed class Redundancy : IMetric
{
    private const int BlockRows = 1 << 16;

    /// <inheritdoc/>
    public MetricInfo Info { get; } = new("redundancy", "Mean number of changes that the decision does not need, each put back alone", "features", Better.Lower);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        int[] counts = Each(evaluation);
        return counts.Length == 0 ? [] : [new(counts.Average(), counts.Length)];
    }

    /// <summary>The changes that each recourse found could do without, in the order of the people.</summary>
    internal static int[] Each(Evaluation evaluation)
    {
        if (evaluation.Recourse is null) return [];
        var found = evaluation.FoundRows;
        var (schema, counts) = (evaluation.People.Schema, new int[found.Count]);
        var (flips, owners) = (new List<double>(), new List<int>());
        var row = new double[schema.Features.Count];
        for (int i = 0; i < found.Count; i++)
        {
            var (present, changed) = (evaluation.People.Row(found.People[i]).ToArray(), found.Changed.Row(i).ToArray());
            for (int f = 0; f < row.Length; f++)
            {
                if (schema.Leaders[f] >= 0 || changed[f] == present[f]) continue;
                changed.CopyTo(row, 0);
                row[f] = present[f];
                evaluation.Actions.Follow(present, row);
                flips.AddRange(row);
                owners.Add(i);
            }
            if (owners.Count >= BlockRows) Count(evaluation, found, flips, owners, counts);
        }
        Count(evaluation, found, flips, owners, counts);
        return counts;
    }

    /// <summary>Scores the rows with one change put back, counts those that keep the decision, and empties the lists.</summary>
    private static void Count(Evaluation evaluation, FoundRows found, List<double> flips, List<int> owners, int[] counts)
    {
        double[] scores = Models.Scores.Favourable(evaluation.Model, new Table(evaluation.Model.Schema, [.. flips]), evaluation.Execution, evaluation.Cancel);
        for (int i = 0; i < owners.Count; i++)
            if (scores[i] >= evaluation.Model.Threshold == found.Favourable[owners[i]]) counts[owners[i]]++;
        flips.Clear();
        owners.Clear();
    }
}
