using Redress.Data;
using Redress.Tensors;

namespace Redress.Studies.Garg2025;

/// <summary>The three sets in the plane of figures 2 and 5: two half moons, a circle within a circle, and blobs. The paper names neither sizes nor noise.</summary>
internal static class GargShapes
{
    /// <summary>Rows a set, half of either outcome.</summary>
    internal const int Rows = 1000;

    private const double MoonNoise = 0.1, CircleNoise = 0.06, BlobNoise = 0.35, InnerRadius = 0.45;

    private static readonly (double X, double Y)[] Unfavourable = [(-1.5, -0.5), (0.5, -1.5)], Favourable = [(-0.5, 1.2), (1.6, 0.6)];

    /// <summary>What a set hangs on beside the seed, as text.</summary>
    internal static string Key => Invariant($"{Rows} {MoonNoise} {CircleNoise} {BlobNoise} {InnerRadius}");

    internal static IReadOnlyList<string> All { get; } = ["moons", "circles", "blobs"];

    private static Schema Plane { get; } = new([Feature.Numeric("x1", Change.Any), Feature.Numeric("x2", Change.Any)], "outcome", "favourable");

    /// <summary>Draws a set by seed.</summary>
    internal static Table Of(string shape, Rng rng)
    {
        var values = new double[2 * Rows];
        var labels = new bool[Rows];
        for (int row = 0; row < Rows; row++)
        {
            labels[row] = row % 2 == 0;
            var ((x, y), noise) = shape switch
            {
                "moons" => (Moon(labels[row], Math.PI * rng.NextDouble()), MoonNoise),
                "circles" => (Circle(labels[row] ? InnerRadius : 1, 2 * Math.PI * rng.NextDouble()), CircleNoise),
                "blobs" => ((labels[row] ? Favourable : Unfavourable)[rng.NextInt(2)], BlobNoise),
                _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, null),
            };
            values[2 * row] = x + noise * rng.NextGaussian();
            values[2 * row + 1] = y + noise * rng.NextGaussian();
        }
        return new(Plane, values, labels: labels);
    }

    private static (double X, double Y) Moon(bool favourable, double angle) =>
        favourable ? (1 - Math.Cos(angle), 0.5 - Math.Sin(angle)) : (Math.Cos(angle), Math.Sin(angle));

    private static (double X, double Y) Circle(double radius, double angle) => (radius * Math.Cos(angle), radius * Math.Sin(angle));
}
