using Redress.Data;

namespace Redress.Methods;

/// <summary>DiCE's units, from the training rows' statistics: the median absolute deviation (MAD) of each number, and how small a change is to be taken back.</summary>
/// <param name="statistics">The training rows.</param>
/// <param name="encoding">The model's encoding.</param>
internal sealed class DiceScales(TrainingStatistics statistics, Encoding encoding)
{
    /// <summary>Shares are sums of fractions of the rows: one half is met within this.</summary>
    private const double Rounding = 1e-12;

    /// <summary>What |cᵢ - cⱼ| is multiplied by in each encoded column: 1/MAD for numbers, in encoded units; 1 for categories, and where the MAD is 0.</summary>
    internal float[] Weights(Schema schema)
    {
        var weights = new float[encoding.Width];
        Array.Fill(weights, 1f);
        for (int f = 0; f < encoding.Features.Count; f++)
        {
            ref readonly var at = ref encoding.At(f);
            if (schema.Features[f].Kind == FeatureKind.Categorical) continue;
            double mad = Mad(statistics.Distributions[f]) / Math.Abs(at.Scale);
            if (mad > 0) weights[at.Offset] = (float)(1 / mad);
        }
        return weights;
    }

    /// <summary>The largest change of a feature that is taken back, raw: the quantile of the different training values' distances from their median, and the MAD (1 where it is 0) at most.</summary>
    internal double Limit(int feature, double quantile)
    {
        var distribution = statistics.Distributions[feature];
        double mad = Mad(distribution), centre = Quantile([.. distribution.Values], 0.5);
        double[] distances = [.. distribution.Values.Select(v => Math.Abs(v - centre)).Order()];
        return Math.Min(Quantile(distances, quantile), mad > 0 ? mad : 1);
    }

    /// <summary>The median over training rows of the distance from the median; raw. Of more than 1,001 different values, from those that statistics keep.</summary>
    internal static double Mad(EmpiricalDistribution distribution)
    {
        int points = distribution.Values.Count;
        var shares = new double[points];
        for (int p = 0; p < points; p++) shares[p] = distribution.Cumulative[p] - (p == 0 ? 0 : distribution.Cumulative[p - 1]);
        double[] values = [.. distribution.Values];
        double median = Median(values, shares);
        double[] distances = [.. values.Select(v => Math.Abs(v - median))];
        Array.Sort(distances, shares);
        return Median(distances, shares);
    }

    /// <summary>The middle of ascending values, each a share of the rows; the mean of two where the middle lies between them.</summary>
    private static double Median(double[] values, double[] shares)
    {
        double sum = 0;
        for (int p = 0; p < values.Length - 1; p++)
        {
            sum += shares[p];
            if (Math.Abs(sum - 0.5) <= Rounding) return (values[p] + values[p + 1]) / 2;
            if (sum > 0.5) return values[p];
        }
        return values[^1];
    }

    /// <summary>Linear between ascending values, each as heavy as the others.</summary>
    private static double Quantile(double[] ascending, double quantile)
    {
        double place = quantile * (ascending.Length - 1);
        int below = (int)place;
        return below + 1 == ascending.Length ? ascending[below] : ascending[below] + (place - below) * (ascending[below + 1] - ascending[below]);
    }
}
