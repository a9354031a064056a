using MathNet.Numerics.Distributions;
using Redress.Data;

namespace Redress.Generative;

/// <summary>
/// Numbers to normal scores and back: a value becomes the standard normal quantile of the share of training rows below it, half of its own among them; a
/// score becomes the value, of those that training rows have, whose score is nearest. Whatever is made this way has values that people have.
/// </summary>
/// <remarks>TabSyn (Zhang et al. 2024) transforms by 1,000 quantiles and interpolates; here every value is kept, so that whole numbers stay whole.</remarks>
internal sealed class NormalScores
{
    private readonly double[]?[] values, scores;   // a feature each, ascending; null for categories, which stay as they are

    private NormalScores(double[]?[] values, double[]?[] scores) => (this.values, this.scores) = (values, scores);

    /// <summary>The scores of training rows' numbers and ordinal values.</summary>
    internal static NormalScores Of(Table rows)
    {
        int features = rows.Schema.Features.Count;
        var (values, scores) = (new double[]?[features], new double[]?[features]);
        var column = new double[rows.Rows];
        for (int f = 0; f < features; f++)
        {
            if (rows.Schema.Features[f].Kind == FeatureKind.Categorical) continue;
            for (int row = 0; row < column.Length; row++) column[row] = rows.Row(row)[f];
            Array.Sort(column);
            (values[f], scores[f]) = Of(column);
        }
        return new(values, scores);
    }

    /// <summary>Joins values and scores that a file holds.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="values">A feature each; null for categories.</param>
    /// <param name="scores">As many as values.</param>
    /// <returns>Null where they do not fit the columns or are not in order.</returns>
    internal static NormalScores? Of(Schema schema, double[]?[] values, double[]?[] scores)
    {
        for (int f = 0; f < values.Length; f++)
        {
            if (values[f] is not { } v || scores[f] is not { } s) continue;
            if (v.Length == 0 || v.Length != s.Length || !v.All(schema.Features[f].Holds) || !s.All(double.IsFinite)) return null;
            for (int i = 1; i < v.Length; i++)
                if (!(v[i] > v[i - 1] && s[i] > s[i - 1])) return null;
        }
        return new(values, scores);
    }

    /// <summary>The values of a feature, ascending; null for categories.</summary>
    internal double[]? ValuesOf(int feature) => values[feature];

    /// <summary>The scores of <see cref="ValuesOf"/>.</summary>
    internal double[]? ScoresOf(int feature) => scores[feature];

    /// <summary>Turns a training row into scores, in place.</summary>
    internal void Score(Span<double> row)
    {
        for (int f = 0; f < row.Length; f++)
            if (values[f] is { } v) row[f] = scores[f]![Array.BinarySearch(v, row[f])];
    }

    /// <summary>Turns scores into values, in place.</summary>
    /// <param name="row">Any numbers.</param>
    internal void Unscore(Span<double> row)
    {
        for (int f = 0; f < row.Length; f++)
        {
            if (scores[f] is not { } s) continue;
            int above = Array.BinarySearch(s, row[f]);
            if (above < 0) above = ~above;
            if (above == s.Length || above > 0 && row[f] - s[above - 1] <= s[above] - row[f]) above--;
            row[f] = values[f]![above];
        }
    }

    private static (double[] Values, double[] Scores) Of(double[] sorted)
    {
        var (values, scores) = (new List<double>(), new List<double>());
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start; end < sorted.Length && sorted[end] == sorted[start]; end++) { }
            values.Add(sorted[start]);
            scores.Add(Normal.InvCDF(0, 1, (start + 0.5 * (end - start)) / sorted.Length));
        }
        return ([.. values], [.. scores]);
    }
}
