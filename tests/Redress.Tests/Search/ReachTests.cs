using Redress.Actions;
using Redress.Data;
using Redress.Search;
using Redress.Tensors;
using Redress.Tests.Methods;

namespace Redress.Tests.Search;

public sealed class ReachTests
{
    [Fact]
    public void Each_feature_goes_to_what_is_nearest_in_reach()
    {
        var schema = new Schema(
            [
                Feature.Numeric("free", Change.Any) with { Minimum = -2, Maximum = 3 }, Feature.Numeric("frozen"), Feature.Integer("up", Change.Increase) with { Maximum = 9 },
                Feature.Categorical("town", ["u", "v", "w"], Change.Any) with { Allowed = [1, 2] }, Feature.Numeric("listed", Change.Any) with { Allowed = [0, 10, 20] },
                Feature.Ordinal("level", ["low", "middle", "high"], Change.Decrease),
            ], "y", "yes");
        double[] present = [1, 5, 4, 0, 12, 1];
        var reach = new Reach(new ActionSet(schema, TrainingStatistics.Of(Sample.Table(schema, [present, [2, 6, 5, 1, 20, 2], [2, 6, 5, 1, 0, 2]]))), present);
        double[] Pulled(params double[] row)
        {
            Assert.True(reach.Pull(row));
            return row;
        }
        Assert.Equal([3, 5, 6, 2, 20, 0], Pulled(7, 9, 5.6, 2, 17, 0.2));
        Assert.Equal([-2, 5, 4, 0, 12, 1], Pulled(-7, 9, 2.2, 0, 11.5, 2));      // up only, own town, own value, down only
        Assert.Equal([0.25, 5, 9, 1, 0, 1], Pulled(0.25, 5, 30, 1, -8, 1.4));
        Assert.Equal(present, Pulled(double.NaN, double.NaN, double.PositiveInfinity, double.NaN, double.NegativeInfinity, double.NaN));
        Assert.Equal(present, reach.Present.ToArray());
    }

    [Fact]
    public void A_constraint_is_met_by_going_back_towards_the_person()
    {
        var schema = new Schema(
            [Feature.Numeric("a", Change.Any) with { Maximum = 9 }, Feature.Integer("b", Change.Any) with { Maximum = 9 }, Feature.Numeric("c", Change.Any) with { Allowed = [0, 1, 2, 3] }],
            "y", "yes", constraints: [new("a + b + c <= 6", [(0, 1.0), (1, 1.0), (2, 1.0)], 6)]);
        var reach = new Reach(new ActionSet(schema, TrainingStatistics.Of(Sample.Table(schema, [[0, 0, 0], [9, 9, 3]]))), [0, 0, 0]);
        double[] row = [4, 5, 3];   // half of it is on the border: 2, 2.5 and 1.5, the last two in whole steps
        Assert.True(reach.Pull(row));
        Assert.Equal([2, 2, 1], row);
        row = [1, 2, 3];
        Assert.True(reach.Pull(row));
        Assert.Equal([1, 2, 3], row);
    }

    [Fact]
    public void Whatever_is_pulled_is_allowed()
    {
        int changed = 0, allowed = 0;
        for (int seed = 1; seed <= 60; seed++)
        {
            var scenario = Scenario.Of(seed, "linear");
            var actions = new ActionSet(scenario.Schema, TrainingStatistics.Of(scenario.Training));
            var rng = new Rng((ulong)seed);
            for (int i = 0; i < Scenario.People; i++)
            {
                double[] present = scenario.PeopleTable.Row(i).ToArray();
                if (actions.WhyNotZero(present) is not null) continue;
                var reach = new Reach(actions, present);
                double[] row = [.. present.Select((v, f) => scenario.Schema.Features[f].Kind == FeatureKind.Categorical ? rng.NextInt(scenario.Schema.Features[f].Values.Count) : v + 4 * rng.NextGaussian())];
                bool says = reach.Pull(row);
                Assert.Equal(says, actions.Allows(present, row));
                if (!says) continue;
                allowed++;
                if (!present.AsSpan().SequenceEqual(row)) changed++;
            }
        }
        Assert.True(changed > 400, $"only {changed} of {allowed} rows changed");
    }
}
