namespace Redress.Data;

/// <summary>What the training rows say of each feature: the units of limits and costs, and what goes with what. It lives with the model.</summary>
/// <param name="Mean">A feature each, in raw units (named values: of the index).</param>
/// <param name="StandardDeviation">A feature each, in raw units, over all rows (divided by n); 1 where the feature is constant.</param>
/// <param name="Distributions">A feature each.</param>
/// <param name="Ties">Every follower with its leader.</param>
/// <param name="Rows">The number of training rows.</param>
public sealed record TrainingStatistics(
    IReadOnlyList<double> Mean,
    IReadOnlyList<double> StandardDeviation,
    IReadOnlyList<EmpiricalDistribution> Distributions,
    IReadOnlyList<Tie> Ties,
    int Rows)
{
    // Read for every changed value: an array is read without a call.
    private readonly double[] deviations = [.. StandardDeviation];

    /// <summary>The standard deviation of a feature, as <see cref="StandardDeviation"/> has it.</summary>
    internal double DeviationOf(int feature) => deviations[feature];

    /// <summary>Computes the statistics of training rows.</summary>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    /// <exception cref="SchemaException">A declared tie does not hold.</exception>
    public static TrainingStatistics Of(Table rows)
    {
        if (rows.Rows == 0) throw new ArgumentException("There are no training rows.", nameof(rows));
        int features = rows.Schema.Features.Count;
        var mean = new double[features];
        var deviation = new double[features];
        var distributions = new EmpiricalDistribution[features];
        var column = new double[rows.Rows];
        for (int f = 0; f < features; f++)
        {
            for (int row = 0; row < rows.Rows; row++) column[row] = rows.Row(row)[f];
            mean[f] = column.Average();
            double variance = 0;
            foreach (double value in column) variance += (value - mean[f]) * (value - mean[f]) / rows.Rows;
            distributions[f] = EmpiricalDistribution.Of(column);
            deviation[f] = distributions[f].Values.Count > 1 ? Math.Sqrt(variance) : 1;
        }
        var ties = new List<Tie>();
        for (int f = 0; f < features; f++)
            if (rows.Schema.Leaders[f] >= 0) ties.Add(Tie.Of(rows, rows.Schema.Leaders[f], f));
        return new(mean, deviation, distributions, ties, rows.Rows);
    }

    /// <summary>True where all training rows have the same value of a feature.</summary>
    public bool IsConstant(int feature) => Distributions[feature].Values.Count == 1;
}
