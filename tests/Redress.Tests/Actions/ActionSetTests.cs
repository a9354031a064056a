using Redress.Actions;
using Redress.Data;
using Redress.Tensors;
using Redress.Tests.Methods;

namespace Redress.Tests.Actions;

public sealed class ActionSetTests
{
    // Training values of every feature below: 0, 2, 4, 6; mean 3, standard deviation √5.
    private static readonly double[] Seen = [0, 2, 4, 6];

    public static TheoryData<string, double, double, double> Limits => new()
    {
        { "open", 4, 0, 6 },
        { "open", 9, 0, 9 }, // outside the training range a person may stay
        { "raw", 4, 2.5, 5.5 },
        { "sd", 4, 4 - 0.5 * Math.Sqrt(5), 4 + 0.5 * Math.Sqrt(5) },
        { "percentiles", 3, 1.4, 4.6 }, // 3 is percentile 62.5; 42.5 and 82.5 lie 0.7 and 1.3 quarters of the way
        { "percentiles", 6, 4.4, 6 },
        { "percentiles", 0, 0, 1.6 },
        { "range", 4, -3, 8 },
        { "half range", 4, 1, 6 },
        { "range and raw", 4, 3.5, 5.5 },
        { "up", 4, 4, 6 },
        { "down", 4, 0, 4 },
        { "up raw", 4, 4, 5.5 },
        { "frozen", 4, 4, 4 },
        { "whole", 4, 3, 5 }, // ±1.5 in whole steps
        { "whole up", 4, 4, 5 },
    };

    [Theory, MemberData(nameof(Limits))]
    public void Intervals_are_what_the_schema_declares(string kind, double present, double lower, double upper)
    {
        var actions = Of(FeatureOf(kind));
        var (low, high) = actions.Interval(0, present);
        Assert.Equal(lower, low, 1e-9);
        Assert.Equal(upper, high, 1e-9);
        Assert.True(actions.MayTake(0, present, low) && actions.MayTake(0, present, high) && actions.MayTake(0, present, present));
        Assert.False(actions.MayTake(0, present, low - 1));
        Assert.False(actions.MayTake(0, present, high + 1));
        Assert.Equal(kind != "frozen", actions.HasActions);
    }

    [Fact]
    public void Allowed_values_and_categories_are_listed()
    {
        var actions = Of(Feature.Numeric("x", Change.Increase) with { Allowed = [1, 2.5, 5], Maximum = 4 });
        Assert.True(actions.IsListed(0));
        Assert.Equal([true, true, false, false, false], new[] { 2.5, 2, 1, 3, 5 }.Select(v => actions.MayTake(0, 2, v)));
        var colours = Of(Feature.Categorical("x", ["a", "b", "c", "d", "e", "f", "g"], Change.Any) with { Allowed = [2, 6] });
        Assert.Equal([true, true, true, false], new double[] { 2, 6, 4, 0 }.Select(v => colours.MayTake(0, 4, v)));
        Assert.False(colours.MayTake(0, 4, 7));
    }

    [Fact]
    public void Followers_move_with_their_leader_to_values_that_training_showed()
    {
        var schema = new Schema([Feature.Integer("years", Change.Any), Feature.Ordinal("school", ["a", "b", "c"]) with { SameAs = "years" }], "y", "yes");
        var actions = new ActionSet(schema, TrainingStatistics.Of(Sample.Table(schema, [[0, 0], [9, 1], [12, 2]])));
        Assert.Equal([0, 9, 12], actions.ListedValues(0).ToArray());
        double[] changed = [12, 7];
        actions.Follow([9, 1], changed);
        Assert.Equal([12, 2], changed);
        Assert.True(actions.Allows([9, 1], [12, 2]));
        Assert.False(actions.Allows([9, 1], [12, 1]));
        Assert.False(actions.Allows([9, 1], [9, 2]));
        Assert.False(actions.Allows([9, 1], [10, 1]));
        // A person whose own pair training never showed may stay, and may leave it.
        Assert.True(actions.Allows([10, 0], [10, 0]));
        Assert.True(actions.Allows([10, 0], [12, 2]));
    }

    [Fact]
    public void Ties_that_the_statistics_do_not_know_are_refused()
    {
        var tied = new Schema([Feature.Integer("years", Change.Any), Feature.Integer("school") with { SameAs = "years" }], "y", "yes");
        var free = new Schema([Feature.Integer("years", Change.Any), Feature.Integer("school")], "y", "yes");
        Assert.Equal("The action set says that 'school' follows 'years'; in the training rows' statistics it follows none.",
            Sample.Message<OptionsException>(() => new ActionSet(tied, TrainingStatistics.Of(Sample.Table(free, [[1, 1]])))));
        Assert.Equal("The action set says that 'school' follows none; in the training rows' statistics it follows 'years'.",
            Sample.Message<OptionsException>(() => new ActionSet(free, TrainingStatistics.Of(Sample.Table(tied, [[1, 1]])))));
        Assert.Equal("The statistics are of 2 features, the schema has 1. (Parameter 'statistics')",
            Sample.Message<ArgumentException>(() => new ActionSet(new Schema([Feature.Numeric("x")], "y", "yes"), TrainingStatistics.Of(Sample.Table(free, [[1, 1]])))));
    }

    [Fact]
    public void Why_no_change_is_not_an_action_is_said()
    {
        var schema = new Schema(
            [Feature.Numeric("x", Change.Any) with { Minimum = 0, Maximum = 8 }, Feature.Numeric("z", Change.Any) with { Minimum = 1.5 }], "y", "yes",
            constraints: [new("x + z <= 10.5", [(0, 1), (1, 1)], 10.5)]);
        var actions = new ActionSet(schema, TrainingStatistics.Of(Sample.Table(schema, [[0, 0], [6, 6]])));
        Assert.Null(actions.WhyNotZero([8, 2.5]));
        Assert.Equal("column 'x' is 8.5, outside its range 0 to 8, so 'no change' is not in the action set", actions.WhyNotZero([8.5, 2]));
        Assert.Equal("column 'z' is 1, outside its range 1.5 to (no limit), so 'no change' is not in the action set", actions.WhyNotZero([8, 1]));
        Assert.Equal("the constraint 'x + z <= 10.5' does not hold for the person's own 'x', 'z', so 'no change' is not in the action set", actions.WhyNotZero([8, 3]));
    }

    [Fact]
    public void Allows_agrees_with_an_independent_reading_of_random_schemas()
    {
        int allowed = 0, forbidden = 0;
        for (int seed = 1; seed <= 60; seed++)
        {
            var scenario = Scenario.Of(seed, "linear");
            // One row's share of percentiles lies between the two readings: see the oracle.
            if (scenario.Schema.Features.Any(f => f.LargestChange?.Unit == ChangeUnit.Percentiles)) continue;
            var actions = scenario.Task().Actions;
            var rng = new Rng((ulong)seed);
            for (int row = 0; row < scenario.PeopleTable.Rows; row++)
                for (int trial = 0; trial < 20; trial++)
                {
                    double[] from = scenario.PeopleTable.Row(row).ToArray(), to = (double[])from.Clone();
                    for (int changes = 1 + rng.NextInt(2); changes > 0; changes--)
                    {
                        int f = rng.NextInt(to.Length);
                        var feature = scenario.Schema.Features[f];
                        to[f] = feature.IsNamed ? rng.NextInt(feature.Values.Count) : feature.IsDiscrete ? Math.Round(from[f] + rng.NextGaussian()) : feature.Allowed?[rng.NextInt(3)] ?? from[f] + rng.NextGaussian();
                    }
                    if (rng.NextInt(2) == 0) actions.Follow(from, to);
                    bool outOfSeen = Enumerable.Range(0, to.Length).Any(f => to[f] != from[f] && OutsideSeen(scenario.Training, scenario.Schema.Features[f], f, from[f], to[f]));
                    bool expected = !outOfSeen && ConstraintOracle.Violations(scenario.Training, from, to).Count == 0;
                    Assert.True(expected == actions.Allows(from, to), $"seed {seed}, row {row}: {string.Join(' ', from)} -> {string.Join(' ', to)}");
                    if (expected) allowed++;
                    else forbidden++;
                }
        }
        Assert.True(allowed > 300 && forbidden > 300, $"{allowed} allowed, {forbidden} forbidden: one side was hardly tested");
    }

    [Fact]
    public void The_fingerprint_changes_with_what_people_may_change_and_with_nothing_else()
    {
        string Of(Feature feature, double cost = 1) => ActionSetTests.Of(feature with { CostWeight = cost }).Fingerprint;
        Assert.Equal(Of(FeatureOf("raw")), Of(FeatureOf("raw"), 3));
        Assert.Equal(16, Limits.Count);
        string[] kinds = ["open", "raw", "sd", "percentiles", "range", "half range", "range and raw", "up", "down", "up raw", "frozen"];
        Assert.Equal(kinds.Length, kinds.Select(k => Of(FeatureOf(k))).Distinct().Count());
        Assert.Equal("""{"features":[{"feature":"x","change":"any","largest_change":1.5}],"constraints":[]}""", ActionSetTests.Of(FeatureOf("raw")).Json);
    }

    /// <summary>Where a schema sets no limit on a number, the training range limits it, as the class says; the oracle knows only what is declared.</summary>
    private static bool OutsideSeen(Table training, Feature feature, int f, double from, double to)
    {
        if (feature.IsNamed || feature.Allowed is not null || feature.LargestChange is not null || feature.SameAs is not null) return false;
        double[] seen = [.. Enumerable.Range(0, training.Rows).Select(r => training.Row(r)[f])];
        return feature.Minimum is null && to < Math.Min(seen.Min(), from) || feature.Maximum is null && to > Math.Max(seen.Max(), from);
    }

    private static Feature FeatureOf(string kind) => kind switch
    {
        "raw" => Feature.Numeric("x", Change.Any, new(1.5, ChangeUnit.Raw)),
        "sd" => Feature.Numeric("x", Change.Any, new(0.5, ChangeUnit.StandardDeviations)),
        "percentiles" => Feature.Numeric("x", Change.Any, new(20, ChangeUnit.Percentiles)),
        "range" => Feature.Numeric("x", Change.Any) with { Minimum = -3, Maximum = 8 },
        "half range" => Feature.Numeric("x", Change.Any) with { Minimum = 1 },
        "range and raw" => Feature.Numeric("x", Change.Any, new(1.5, ChangeUnit.Raw)) with { Minimum = 3.5, Maximum = 8 },
        "up" => Feature.Numeric("x", Change.Increase),
        "down" => Feature.Numeric("x", Change.Decrease),
        "up raw" => Feature.Numeric("x", Change.Increase, new(1.5, ChangeUnit.Raw)),
        "frozen" => Feature.Numeric("x"),
        "whole" => Feature.Integer("x", Change.Any, new(1.5, ChangeUnit.Raw)),
        "whole up" => Feature.Integer("x", Change.Increase, new(1.5, ChangeUnit.Raw)),
        _ => Feature.Numeric("x", Change.Any),
    };

    private static ActionSet Of(Feature feature)
    {
        var schema = new Schema([feature], "y", "yes");
        return new(schema, TrainingStatistics.Of(Sample.Table(schema, [.. Seen.Select(v => new[] { v })])));
    }
}
