using Redress.Actions;
using Redress.Data;
using Redress.Tensors;
using Redress.Tests.Methods;

namespace Redress.Tests.Actions;

public sealed class NearestRowTests
{
    private static readonly Schema Schema = new(
        [
            Feature.Numeric("x", Change.Any) with { Minimum = -1, Maximum = 2 },
            Feature.Integer("n", Change.Increase) with { Maximum = 6 },
            Feature.Categorical("c", ["a", "b", "d"], Change.Any) with { Allowed = [0, 2] },
            Feature.Numeric("listed", Change.Any) with { Allowed = [-1, 0.5, 2] },
            Feature.Ordinal("level", ["low", "middle", "high"], Change.Decrease),
            Feature.Numeric("frozen"),
        ], "y", "yes");

    private static readonly double[] Present = [0.25, 3, 1, 0.5, 1, 7];

    [Fact]
    public void Every_feature_goes_to_the_nearest_value_it_may_take()
    {
        var (batch, _) = Batch(Schema);
        var nearest = new NearestRow(batch);
        double[] Read(float x, float n, float[] c, float listed, float level, float frozen)
        {
            var row = new double[6];
            Assert.True(nearest.Read(0, (float[])[x, n, .. c, listed, level, frozen], row));
            return row;
        }
        Assert.Equal(Present, Read(0.25f, 3, [0, 1, 0], 0.5f, 1, 7));
        Assert.Equal([2, 6, 2, 2, 0, 7], Read(9, 99, [0.1f, 0.2f, 0.3f], 1.3f, -4, 0));
        Assert.Equal([-1, 3, 0, -1, 1, 7], Read(-9, 1, [0.1f, 0, 0], -9, 2, 9));
        // The person's own category may stay though it is not allowed to others; 4.4 steps are 4.
        Assert.Equal([1.5, 4, 1, 0.5, 1, 7], Read(1.5f, 4.4f, [0.3f, 0.4f, 0.2f], 0.9f, 0.6f, 7));
    }

    [Fact]
    public void Without_limits_values_are_whole_where_they_must_be_and_names_are_names()
    {
        var (batch, _) = Batch(Schema);
        var row = new double[6];
        new NearestRow(batch).ReadFreely(0, [9.5f, 99.4f, 0, 1, 2, 1.3f, -4, 0], row);
        Assert.Equal([9.5, 99, 2, 1.2999999523162842, 0, 7], row);
    }

    [Fact]
    public void Random_points_become_rows_that_are_allowed_under_ties_and_constraints_too()
    {
        int rows = 0, points = 0;
        for (int seed = 1; seed <= 30; seed++)
        {
            var scenario = Scenario.Of(seed, "network");
            var task = scenario.Task();
            var batch = new EncodedActions(scenario.PeopleTable, _ => task.Actions, task.Encoding);
            var nearest = new NearestRow(batch);
            var rng = new Rng((ulong)seed);
            var (point, row) = (new float[batch.Width], new double[scenario.Schema.Features.Count]);
            for (int i = 0; i < scenario.PeopleTable.Rows; i++)
            {
                var present = scenario.PeopleTable.Row(i);
                if (task.Actions.WhyNotZero(present) is not null) continue;
                for (int k = 0; k < 20; k++, points++)
                {
                    for (int c = 0; c < point.Length; c++) point[c] = batch.XOf(i)[c] + (float)(2 * rng.NextGaussian());
                    if (!nearest.Read(i, point, row)) continue;
                    Assert.True(task.Actions.Allows(present, row), $"seed {seed}, person {i}");
                    rows++;
                }
            }
        }
        Assert.True(rows > 0.9 * points, $"{rows} rows for {points} points");
    }

    private static (EncodedActions Batch, ActionSet Actions) Batch(Schema schema)
    {
        var training = Sample.Table(schema, [[0, 0, 0, -1, 0, 0], [1, 1, 1, 1, 1, 1], [0, 6, 2, 2, 2, 2]]);
        var statistics = TrainingStatistics.Of(training);
        var actions = new ActionSet(schema, statistics);
        return (new EncodedActions(Sample.Table(schema, [Present]), _ => actions, Encoding.Fit(schema, statistics, new(NumberScaling.None))), actions);
    }
}
