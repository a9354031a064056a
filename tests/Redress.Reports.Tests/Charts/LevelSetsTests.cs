using Redress.Reports.Charts;
using Redress.Studies;

namespace Redress.Reports.Tests.Charts;

public sealed class LevelSetsTests
{
    [Theory]
    [InlineData(0.3, 4)]
    [InlineData(0.4, 4)]
    [InlineData(0.41, 3)]
    [InlineData(0.7, 3)]
    [InlineData(0.95, 1)]
    [InlineData(1, 1)]
    public void A_threshold_leaves_the_fewest_places_with_a_share(double share, double level) => Assert.Equal(level, LevelSets.Threshold([1, 3, 0, 2, 4, 0], share));

    [Fact]
    public void Nothing_has_no_threshold_and_large_numbers_have_one()
    {
        Assert.Equal(0, LevelSets.Threshold([0, 0, 0, 0], 0.5));
        Assert.Equal(1e308, LevelSets.Threshold([1e308, 1e308, 1e308, 1e308], 0.5));
    }

    /// <summary>Linear interpolation of a linear function is exact, and the grid's edge closes the path.</summary>
    [Fact]
    public void Half_of_a_slope_is_half_of_the_grid()
    {
        var path = LevelSets.Path(new(0, 4, 0, 2, 4, 3, [.. Enumerable.Range(0, 12).Select(i => i % 4 / 3.0)]), 0.5);
        Assert.Equal(4, Area(path), 12);
        Assert.Equal((2, 4, 0, 2), (path.Min(p => p.X), path.Max(p => p.X), path.Min(p => p.Y), path.Max(p => p.Y)));
        Assert.Equal(path[0], path[^1]);
    }

    /// <summary>A cone: the disc where it is at least 1 - r has the area πr², which chords lessen.</summary>
    [Fact]
    public void The_area_within_a_level_of_a_cone_is_its_disc() =>
        Assert.InRange(Area(LevelSets.Path(Samples.Grid((x, y) => Math.Max(0, 2 - Math.Sqrt(x * x + y * y))), 1.2)), Math.PI * 0.64 * 0.995, Math.PI * 0.64);

    [Fact]
    public void A_hole_is_taken_away()
    {
        var path = LevelSets.Path(Samples.Grid((x, y) => Math.Max(0, 1 - Math.Abs(Math.Sqrt(x * x + y * y) - 0.7))), 0.8);
        Assert.Equal(Math.PI * (0.81 - 0.25), Area(path), 0.01);
        // To the second ring and back is the one way that is gone twice.
        Assert.Equal(path[0], path[^1]);
    }

    /// <summary>Two opposite corners of a cell are one area where its middle, the mean of its corners, belongs to it; else two.</summary>
    [Theory]
    [InlineData(0.9, true)]
    [InlineData(0.1, false)]
    public void A_saddle_is_joined_where_its_middle_is_within(double others, bool joined)
    {
        var path = LevelSets.Path(new(0, 1, 0, 1, 2, 2, [1.2, others, others, 1.2]), 1);
        // The crossings lie 0.2 / (1.2 - others) from a corner within.
        double near = 0.2 / (1.2 - others), cut = 1 - near;
        Assert.Equal(joined ? 1 - cut * cut : near * near, Area(path), 12);
    }

    [Fact]
    public void A_density_that_is_the_same_everywhere_is_the_whole_grid() => Assert.Equal(6, Area(LevelSets.Path(new(-1, 2, 0, 2, 3, 5, [.. Enumerable.Repeat(0.5, 15)]), 0.5)), 12);

    /// <summary>Gauss's formula: positive against the clock, and holes count against what they lie in.</summary>
    private static double Area(IReadOnlyList<(double X, double Y)> path) => path.Zip(path.Skip(1), (a, b) => a.X * b.Y - b.X * a.Y).Sum() / 2;
}
