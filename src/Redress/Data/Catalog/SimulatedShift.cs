using Redress.Tensors;

namespace Redress.Data.Catalog;

/// <summary>Two small shifts from equations (Guo et al. 2023, appendix B.3), for first steps and tests without any file. N(μ, σ) has the standard deviation σ.</summary>
/// <remarks>
/// <code>
/// covariate shift: x1 ~ N(μ1, σ1), x2 ~ N(μ2, σ2), y = [-x2 + x1³ + ε > 0], ε ~ N(-0.1, 0.1)
///                  μ1 = 0.5, σ1 = 0.5, μ2 = 0, σ2 = 0.3 for the original, μ1 = 0, σ1 = 0.3, μ2 = 0.5, σ2 = 0.5 for the shifted part
/// label shift:     y ~ binomial(p), z = 2 y - 1 + ε, ε ~ N(0.1, 0.1), x1 ~ N(-z + z³, 0.3), x2 ~ N(z + z³ - 3 y, 0.3)
///                  p = 0.6 for the original, 0.3 for the shifted part
/// </code>
/// The paper leaves open how the covariate shift's number becomes a class, and whether the second parameter of N is a deviation or a variance. The published files say both: of their
/// 2,000 rows the favourable ones are those that "number above 0" predicts, blurred by exactly the noise of ε as a deviation of 0.1. Rows are drawn from our own streams, so a seed here does not give the published rows.
/// </remarks>
public static class SimulatedShift
{
    /// <summary>Two numbers that may change in any direction; the favourable outcome is y = 1; the group <c>part</c> says which part a row is of.</summary>
    public static Schema Schema { get; } = new([Feature.Numeric("x1", Change.Any), Feature.Numeric("x2", Change.Any)], "y", "1", SourceTable.Row, groups: ["part"]);

    /// <summary>Draws both parts of the covariate shift; the same seed gives the same rows everywhere.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="rows">Rows of each part; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public static (Table Original, Table Shifted) Covariate(ulong seed, int rows = 1000)
    {
        var rng = new Rng(seed).Split("covariate-shift");
        return (Part("original", rows, rng, u => Covariate(u, 0.5, 0.5, 0, 0.3)), Part("shifted", rows, rng, u => Covariate(u, 0, 0.3, 0.5, 0.5)));
    }

    /// <summary>Draws both parts of the label shift; the same seed gives the same rows everywhere.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="rows">Rows of each part; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public static (Table Original, Table Shifted) Label(ulong seed, int rows = 1000)
    {
        var rng = new Rng(seed).Split("label-shift");
        return (Part("original", rows, rng, u => Label(u, 0.6)), Part("shifted", rows, rng, u => Label(u, 0.3)));
    }

    private static (double X1, double X2, bool Y) Covariate(Rng u, double mu1, double sigma1, double mu2, double sigma2)
    {
        double x1 = N(u, mu1, sigma1), x2 = N(u, mu2, sigma2), y = -x2 + x1 * x1 * x1 + N(u, -0.1, 0.1);
        return (x1, x2, y > 0);
    }

    private static (double X1, double X2, bool Y) Label(Rng u, double p)
    {
        double y = u.NextDouble() < p ? 1 : 0, z = 2 * y - 1 + N(u, 0.1, 0.1);
        return (N(u, -z + z * z * z, 0.3), N(u, z + z * z * z - 3 * y, 0.3), y == 1);
    }

    private static double N(Rng u, double mu, double sigma) => mu + sigma * u.NextGaussian();

    private static Table Part(string name, int rows, Rng rng, Func<Rng, (double X1, double X2, bool Y)> draw)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        var table = new SourceTable(Schema, $"{name}-");
        for (int row = 0; row < rows; row++)
        {
            var (x1, x2, y) = draw(rng.Split(name).Split((ulong)row));
            table.Add([x1, x2], y, [name]);
        }
        return table.Table();
    }
}
