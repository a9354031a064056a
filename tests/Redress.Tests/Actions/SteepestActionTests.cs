using Redress.Actions;
using Redress.Data;
using Redress.Tensors;

namespace Redress.Tests.Actions;

public sealed class SteepestActionTests
{
    [Fact]
    public void Without_constraints_it_is_the_best_of_all_rows()
    {
        var schema = new Schema(
            [
                Feature.Numeric("n", Change.Any, new(0.75, ChangeUnit.StandardDeviations)), Feature.Categorical("c", ["u", "v", "w"], Change.Any) with { Allowed = [0, 2] },
                Feature.Integer("i", Change.Increase) with { Allowed = [-1, 0, 2] }, Feature.Integer("t", Change.Any), Feature.Categorical("f", ["p", "q", "r"]) with { SameAs = "t" },
            ], "y", "yes");
        var rng = new Rng(5);
        var training = Tied(schema, 40, rng);
        var batch = Encode(schema, training);
        var actions = batch.ActionsOf(0);
        var steepest = new SteepestAction(batch);
        int moved = 0;
        for (int row = 0; row < training.Rows; row++)
        {
            var gradient = Gradient(rng, batch.Width);
            var point = new float[batch.Width];
            steepest.Apply(row, gradient, point);
            double[] present = training.Row(row).ToArray();
            var (low, high) = actions.Interval(0, present[0]);
            double best = double.NegativeInfinity;
            foreach (double n in new[] { low, high })
                foreach (double c in new[] { present[1], 0, 2 })
                    foreach (double i in new[] { present[2], -1, 0, 2 })
                        foreach (double t in new double[] { present[3], 0, 1, 2 })
                        {
                            double[] changed = [n, c, i, t, 0];
                            actions.Follow(present, changed);
                            if (!actions.Allows(present, changed)) continue;
                            var encoded = new float[batch.Width];
                            batch.Encoding.Encode(changed, encoded);
                            best = Math.Max(best, Gain(batch, row, gradient, encoded));
                        }
            Assert.Equal(best, Gain(batch, row, gradient, point), 1e-4);
            if (best > 0) moved++;
        }
        Assert.True(moved > 30);
    }

    [Fact]
    public void Under_constraints_it_is_the_best_corner()
    {
        var schema = Constrained();
        var training = Sample.Random(schema, 300, 9);
        var batch = Encode(schema, training);
        var steepest = new SteepestAction(batch);
        var rng = new Rng(2);
        int tight = 0;
        for (int row = 0; row < training.Rows; row++)
        {
            if (batch.ActionsOf(row).WhyNotZero(training.Row(row)) is not null) continue;
            var gradient = Gradient(rng, 3);
            // Every third time one column has no gradient of its own: it may have to make room for the other.
            if (row % 3 == 0) gradient[row % 2] = 0;
            var point = new float[3];
            steepest.Apply(row, gradient, point);
            var (best, box) = BestCorner(batch, row, gradient);
            AssertObeys(batch, row, point);
            Assert.Equal(best, Gain(batch, row, gradient, point), 1e-4);
            if (best < box - 1e-3) tight++;
        }
        Assert.True(tight > 25, $"only {tight} programmes were bound by a constraint");
    }

    [Fact]
    public void A_column_without_gradient_makes_room_only_where_it_must()
    {
        // a ≤ b: a can rise by 1 only if b, which the score does not look at, rises as well.
        var schema = new Schema([Feature.Numeric("a", Change.Any, new(1, ChangeUnit.Raw)), Feature.Numeric("b", Change.Any, new(1, ChangeUnit.Raw))], "y", "yes",
            constraints: [new("a - b <= 0", [(0, 1), (1, -1)], 0)]);
        var training = Sample.Table(schema, [[0, 0], [0, 5], [1, 2]]);
        var batch = new EncodedActions(training, _ => new ActionSet(schema, TrainingStatistics.Of(training)), Encoding.Fit(schema, TrainingStatistics.Of(training), new(NumberScaling.None)));
        var steepest = new SteepestAction(batch);
        var point = new float[2];
        steepest.Apply(0, [1, 0], point);
        Assert.Equal(1, point[0]);
        Assert.InRange(point[1], point[0], 1);
        steepest.Apply(1, [1, 0], point);
        Assert.Equal([1, 5], point);
        steepest.Apply(0, [0, 0], point);
        Assert.Equal([0, 0], point);
    }

    [Fact]
    public void Without_gradient_nothing_moves()
    {
        foreach (var schema in new[] { Constrained(), new Schema([Feature.Numeric("n", Change.Any), Feature.Categorical("c", ["u", "v"], Change.Any)], "y", "yes") })
        {
            var training = Sample.Random(schema, 20, 9);
            var batch = Encode(schema, training);
            var point = new float[batch.Width];
            for (int row = 0; row < training.Rows; row++)
            {
                new SteepestAction(batch).Apply(row, new float[batch.Width], point);
                Assert.Equal(batch.XOf(row).ToArray(), point);
            }
        }
    }

    internal static Schema Constrained() => new(
        [Feature.Numeric("a", Change.Any, new(1, ChangeUnit.Raw)), Feature.Numeric("b", Change.Any, new(0.75, ChangeUnit.StandardDeviations)), Feature.Numeric("frozen")], "y", "yes",
        constraints: [new("a + 2 b <= 1.5", [(0, 1), (1, 2)], 1.5), new("b - a - frozen <= 0.8", [(1, 1), (0, -1), (2, -1)], 0.8)]);

    internal static EncodedActions Encode(Schema schema, Table rows)
    {
        var statistics = TrainingStatistics.Of(rows);
        var actions = new ActionSet(schema, statistics);
        return new(rows, _ => actions, Encoding.Fit(schema, statistics, new()));
    }

    /// <summary>Every constraint holds at the encoded point, and every column is in its interval.</summary>
    internal static void AssertObeys(EncodedActions batch, int row, ReadOnlySpan<float> point)
    {
        double[] raw = [.. Enumerable.Range(0, batch.Encoding.Features.Count)];
        for (int f = 0; f < raw.Length; f++) raw[f] = batch.Encoding.Decode(f, point);
        foreach (var constraint in batch.ActionsOf(row).Schema.Constraints) Assert.True(constraint.Left(raw) <= constraint.Bound + 1e-5, $"row {row}: {constraint.Text} is {constraint.Left(raw)}");
        for (int c = 0; c < point.Length; c++) Assert.InRange(point[c], batch.LowerOf(row)[c] - 1e-5f, batch.UpperOf(row)[c] + 1e-5f);
    }

    private static (double Best, double Box) BestCorner(EncodedActions batch, int row, float[] gradient)
    {
        var constraints = batch.ActionsOf(row).Schema.Constraints;
        double[] present = batch.People.Row(row).ToArray();
        var lines = new List<(double A, double B, double C)>();
        for (int f = 0; f < 2; f++)
        {
            var (low, high) = batch.RawBounds(row, f);
            lines.Add((f == 0 ? 1 : 0, f == 1 ? 1 : 0, low));
            lines.Add((f == 0 ? 1 : 0, f == 1 ? 1 : 0, high));
        }
        foreach (var constraint in constraints)
        {
            double Of(int f) => constraint.Terms.FirstOrDefault(t => t.Feature == f).Coefficient;
            lines.Add((Of(0), Of(1), constraint.Bound - Of(2) * present[2]));
        }
        double best = double.NegativeInfinity, box = double.NegativeInfinity;
        for (int i = 0; i < lines.Count; i++)
            for (int j = 0; j < i; j++)
            {
                double det = lines[i].A * lines[j].B - lines[j].A * lines[i].B;
                if (Math.Abs(det) < 1e-12) continue;
                double a = (lines[i].C * lines[j].B - lines[j].C * lines[i].B) / det, b = (lines[i].A * lines[j].C - lines[j].A * lines[i].C) / det;
                var (la, ha) = batch.RawBounds(row, 0);
                var (lb, hb) = batch.RawBounds(row, 1);
                if (a < la - 1e-9 || a > ha + 1e-9 || b < lb - 1e-9 || b > hb + 1e-9) continue;
                double gain = gradient[0] * (a - present[0]) / batch.Encoding.Features[0].Scale + gradient[1] * (b - present[1]) / batch.Encoding.Features[1].Scale;
                box = Math.Max(box, gain);
                if (constraints.All(c => c.Left([a, b, present[2]]) <= c.Bound + 1e-9)) best = Math.Max(best, gain);
            }
        return (best, box);
    }

    private static double Gain(EncodedActions batch, int row, float[] gradient, float[] point) =>
        Enumerable.Range(0, point.Length).Sum(c => (double)gradient[c] * ((double)point[c] - batch.XOf(row)[c]));

    private static float[] Gradient(Rng rng, int width)
    {
        var gradient = new float[width];
        rng.FillGaussian(gradient);
        return gradient;
    }

    private static Table Tied(Schema schema, int rows, Rng rng) =>
        Sample.Table(schema, [.. Enumerable.Range(0, rows).Select(r => (rng.NextGaussian(), rng.NextInt(3), rng.NextInt(5) - 2, r % 3)).Select(v => new[] { v.Item1, v.Item2, v.Item3, v.Item4, (v.Item4 + 1) % 3 })]);
}
