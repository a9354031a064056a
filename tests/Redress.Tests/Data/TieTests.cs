using Redress.Data;

namespace Redress.Tests.Data;

public sealed class TieTests
{
    private static readonly Schema Schema = new([Feature.Integer("years", Change.Increase), Feature.Categorical("school", ["none", "basic", "high"]) with { SameAs = "years" }], "y", "yes");

    [Fact]
    public void The_follower_goes_with_its_leader()
    {
        var tie = Assert.Single(TrainingStatistics.Of(Sample.Table(Schema, [[9, 1], [12, 2], [0, 0], [9, 1]])).Ties);
        Assert.Equal((0, 1), (tie.Leader, tie.Follower));
        Assert.Equal([0, 9, 12], tie.Keys);
        Assert.Equal([0, 1, 2, double.NaN], [tie.Follow(0), tie.Follow(9), tie.Follow(12), tie.Follow(10)]);
    }

    [Fact]
    public void A_leader_that_decides_nothing_is_refused_with_two_values_that_disagree() =>
        Assert.Equal("Feature 'school' is declared the same as 'years', but 'years' = 9 goes with both 'school' = basic and high.",
            Sample.Message<SchemaException>(() => TrainingStatistics.Of(Sample.Table(Schema, [[9, 1], [12, 2], [9, 2]]))));
}
