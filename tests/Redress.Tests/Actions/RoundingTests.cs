using Redress.Actions;
using Redress.Data;
using Redress.Tensors;
using Redress.Tests.Methods;

namespace Redress.Tests.Actions;

public sealed class RoundingTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 8)]
    [InlineData(10, 1024)]
    [InlineData(12, 1024)]
    public void The_lattice_is_whole_up_to_a_thousand_points(int features, int points)
    {
        var schema = new Schema([.. Enumerable.Range(0, features).Select(f => Feature.Integer($"f{f}", Change.Any, new(3, ChangeUnit.Raw)))], "y", "yes");
        var actions = Actions(schema, [new double[features], [.. Enumerable.Repeat(1.0, features)]]);
        var relaxed = new double[features];
        Array.Fill(relaxed, 1.3);
        var rows = Lattice(actions, new double[features], relaxed);
        Assert.Equal(points, rows.Count);
        Assert.Equal(points, rows.Select(r => string.Join(' ', r)).Distinct().Count());
        // Features beyond the tenth take the nearer value, 1.
        Assert.All(rows, r => Assert.All(r, (v, f) => Assert.True(f < 10 ? v is 1 or 2 : v == 1)));
    }

    [Fact]
    public void Each_kind_takes_its_own_neighbours()
    {
        var schema = new Schema(
            [
                Feature.Numeric("n", Change.Any), Feature.Numeric("listed", Change.Any) with { Allowed = [-2, 0.5, 4] }, Feature.Ordinal("o", ["a", "b", "c"], Change.Increase),
                Feature.Integer("limit", Change.Any, new(1, ChangeUnit.Raw)), Feature.Numeric("frozen"),
            ], "y", "yes");
        var actions = Actions(schema, [[0, 0, 0, 0, 0], [9, 9, 2, 9, 9]]);
        var rows = Lattice(actions, [1, 1, 0, 5, 7], [2.5, 0.7, 1.2, 5.9999, 7]);
        string[] expected = [.. from listed in new[] { 0.5, 1 } from o in new[] { 1, 2 } from limit in new[] { 5, 6 } select FormattableString.Invariant($"2.5 {listed} {o} {limit} 7")];
        Assert.Equal(expected.Order(), rows.Select(r => string.Join(' ', r.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture)))).Order());
    }

    [Fact]
    public void Nothing_outside_the_action_set_is_ever_added()
    {
        int added = 0;
        for (int seed = 1; seed <= 60; seed++)
        {
            var scenario = Scenario.Of(seed, "linear");
            var task = scenario.Task();
            var batch = new EncodedActions(scenario.PeopleTable, _ => task.Actions, task.Encoding);
            var projection = new Projection(batch);
            var rng = new Rng((ulong)seed);
            var relaxed = new double[scenario.Schema.Features.Count];
            for (int row = 0; row < batch.Rows; row++)
            {
                if (task.Actions.WhyNotZero(scenario.PeopleTable.Row(row)) is not null) continue;
                var point = new float[batch.Width];
                for (int c = 0; c < point.Length; c++) point[c] = batch.XOf(row)[c] + (float)(2 * rng.NextGaussian());
                projection.Apply(row, point);
                batch.Decode(row, point, relaxed);
                double[] from = scenario.PeopleTable.Row(row).ToArray();
                foreach (double[] to in Lattice(task.Actions, from, relaxed))
                {
                    Assert.Empty(ConstraintOracle.Violations(scenario.Training, from, to));
                    added++;
                }
            }
        }
        Assert.True(added > 1000, $"only {added} rows were tested");
    }

    [Fact]
    public void A_column_at_its_limit_reads_back_as_the_limit_itself()
    {
        // 0.1 and 0.7 have no float32 form: without care the row shown would lie outside its range.
        var schema = new Schema([Feature.Numeric("x", Change.Any) with { Minimum = 0.1, Maximum = 0.7 }, Feature.Numeric("s", Change.Any, new(0.75, ChangeUnit.StandardDeviations))], "y", "yes");
        var people = Sample.Table(schema, [[0.3, 1], [0.7, 2], [0.1, 4]]);
        var batch = SteepestActionTests.Encode(schema, people);
        var raw = new double[2];
        for (int row = 0; row < 3; row++)
        {
            var (low, high) = batch.ActionsOf(row).Interval(1, people.Row(row)[1]);
            batch.Decode(row, batch.UpperOf(row), raw);
            Assert.Equal([0.7, high], raw);
            batch.Decode(row, batch.LowerOf(row), raw);
            Assert.Equal([0.1, low], raw);
            batch.Decode(row, batch.XOf(row), raw);
            Assert.Equal(people.Row(row).ToArray(), raw);
        }
    }

    private static ActionSet Actions(Schema schema, double[][] training) => new(schema, TrainingStatistics.Of(Sample.Table(schema, training)));

    private static List<double[]> Lattice(ActionSet actions, double[] present, double[] relaxed)
    {
        var rows = new RowList(present.Length, 4);
        Rounding.AddLattice(actions, present, relaxed, rows);
        return [.. Enumerable.Range(0, rows.Count).Select(r => rows[r].ToArray())];
    }
}
