namespace Redress.Data;

/// <summary>A declared rule over numeric features that every recourse obeys: sum of coefficient × value ≤ bound, in raw units.</summary>
/// <param name="Text">The rule as its author wrote it, shown in messages.</param>
/// <param name="Terms">Feature index and coefficient; each feature at most once.</param>
/// <param name="Bound">The largest value the sum may take. An equality is two constraints with the same text.</param>
public sealed record LinearConstraint(string Text, IReadOnlyList<(int Feature, double Coefficient)> Terms, double Bound)
{
    /// <summary>The left side for a person, in raw units.</summary>
    /// <param name="row">The person's features in schema order.</param>
    public double Left(ReadOnlySpan<double> row)
    {
        double sum = 0;
        foreach (var (feature, coefficient) in Terms) sum += coefficient * row[feature];
        return sum;
    }

    /// <summary>True where the person obeys the rule, up to 1e-9 of the size of its terms (decimal bounds have no exact binary form).</summary>
    /// <param name="row">The person's features in schema order.</param>
    public bool Holds(ReadOnlySpan<double> row)
    {
        double size = Math.Abs(Bound);
        foreach (var (feature, coefficient) in Terms) size += Math.Abs(coefficient * row[feature]);
        return Left(row) <= Bound + 1e-9 * size;
    }
}
