using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Tests.Data;

/// <summary>Drawn rows and published files against the equations of Guo et al. (2023, appendix B.3), with limits of five standard errors.</summary>
public sealed class SimulatedShiftTests
{
    private const int Many = 20_000;

    [Fact]
    public void The_same_seed_draws_the_same_rows()
    {
        var (a, b, c) = (SimulatedShift.Covariate(3), SimulatedShift.Covariate(3, 500), SimulatedShift.Covariate(4));
        Assert.Equal(1_000, a.Original.Rows);
        Assert.Equal(a.Original.Values[..1000].ToArray(), b.Original.Values.ToArray());
        Assert.NotEqual(a.Original.Values.ToArray(), c.Original.Values.ToArray());
        Assert.NotEqual(a.Original.Values.ToArray(), a.Shifted.Values.ToArray());
        Assert.Equal(("shifted-1", "shifted"), (a.Shifted.Ids![0], a.Shifted.Groups["part"][0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimulatedShift.Label(1, 0));
    }

    [Fact]
    public void Drawn_rows_have_the_moments_of_the_equations()
    {
        var covariate = SimulatedShift.Covariate(1, Many);
        CheckCovariate(covariate.Original, 0.5, 0.5, 0, 0.3);
        CheckCovariate(covariate.Shifted, 0, 0.3, 0.5, 0.5);
        var label = SimulatedShift.Label(1, Many);
        CheckLabel(label.Original, 0.6);
        CheckLabel(label.Shifted, 0.3);
    }

    [Fact]
    public void Published_rows_have_the_moments_of_the_equations()
    {
        var covariate = Load("covariate-shift");
        CheckCovariate(covariate[0], 0.5, 0.5, 0, 0.3);
        CheckCovariate(covariate[1], 0, 0.3, 0.5, 0.5);
        var label = Load("label-shift");
        CheckLabel(label[0], 0.6);
        CheckLabel(label[1], 0.3);
    }

    /// <summary>The class is "number above 0": in every row the noise that would have to stand behind the label is within four deviations of N(-0.1, 0.1).</summary>
    [Fact]
    public void Every_published_row_can_come_from_the_equation() => Assert.All(Load("covariate-shift"), part =>
    {
        for (int r = 0; r < part.Rows; r++)
        {
            double number = Number(part, r);
            Assert.True(part.Labels![r] ? number > 0.1 - 0.4 : number < 0.1 + 0.4, Invariant($"row {r + 1}: {number} and {part.Labels[r]}"));
        }
    });

    private static IReadOnlyList<Table> Load(string slug)
    {
        var set = DataSetCatalog.Get(slug);
        return set.LoadDomains(RealData.Need(set.Files));
    }

    private static double Number(Table part, int row) => -part.Row(row)[1] + Math.Pow(part.Row(row)[0], 3);

    private static void CheckCovariate(Table part, double mu1, double sigma1, double mu2, double sigma2)
    {
        var (x1, x2) = (Column(part, 0), Column(part, 1));
        CheckNormal(x1, mu1, sigma1);
        CheckNormal(x2, mu2, sigma2);
        // P[y] given the row is Φ((number - 0.1) / 0.1): the favourable rows are as many as that sums to, below, near and above the limit alike.
        foreach (var (from, to) in new[] { (-9.0, 0.0), (0.0, 0.1), (0.1, 0.2), (0.2, 9.0) })
        {
            int[] rows = [.. Enumerable.Range(0, part.Rows).Where(r => Number(part, r) is var n && n >= from && n < to)];
            double[] p = [.. rows.Select(r => MathNet.Numerics.Distributions.Normal.CDF(0, 1, (Number(part, r) - 0.1) / 0.1))];
            Assert.InRange(rows.Count(r => part.Labels![r]), p.Sum() - 5 * Math.Sqrt(p.Sum(q => q * (1 - q))) - 1, p.Sum() + 5 * Math.Sqrt(p.Sum(q => q * (1 - q))) + 1);
        }
    }

    private static void CheckLabel(Table part, double p)
    {
        int favourable = part.Labels!.Count(l => l);
        Assert.InRange((double)favourable / part.Rows, p - 5 * Math.Sqrt(p * (1 - p) / part.Rows), p + 5 * Math.Sqrt(p * (1 - p) / part.Rows));
        foreach (bool y in new[] { false, true })
        {
            int[] rows = [.. Enumerable.Range(0, part.Rows).Where(r => part.Labels![r] == y)];
            // z ~ N(m, 0.1): E z³ = m³ + 3 m s², and what is left is 0.3 of x's own and the slope at m times 0.1, to first order.
            double m = y ? 1.1 : -0.9, cubed = m * m * m + 3 * m * 0.01;
            CheckMean([.. rows.Select(r => part.Row(r)[0])], -m + cubed, Math.Sqrt(0.09 + Math.Pow((-1 + 3 * m * m) * 0.1, 2)));
            CheckMean([.. rows.Select(r => part.Row(r)[1])], m + cubed - (y ? 3 : 0), Math.Sqrt(0.09 + Math.Pow((1 + 3 * m * m) * 0.1, 2)));
        }
    }

    private static void CheckNormal(double[] x, double mu, double sigma)
    {
        CheckMean(x, mu, sigma);
        Assert.InRange(Deviation(x), sigma * (1 - 5 / Math.Sqrt(2.0 * x.Length)), sigma * (1 + 5 / Math.Sqrt(2.0 * x.Length)));
    }

    private static void CheckMean(double[] x, double mu, double sigma)
    {
        Assert.InRange(x.Average(), mu - 5 * sigma / Math.Sqrt(x.Length), mu + 5 * sigma / Math.Sqrt(x.Length));
        Assert.InRange(Deviation(x), 0.85 * sigma, 1.15 * sigma);
    }

    private static double Deviation(double[] x)
    {
        double mean = x.Average();
        return Math.Sqrt(x.Sum(v => (v - mean) * (v - mean)) / x.Length);
    }

    private static double[] Column(Table part, int feature) => [.. Enumerable.Range(0, part.Rows).Select(r => part.Row(r)[feature])];
}
