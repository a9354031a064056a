using Redress.Actions;
using Redress.Data;
using Redress.Tensors;

namespace Redress.Tests.Actions;

public sealed class ProjectionTests
{
    [Fact]
    public void Under_constraints_no_point_of_a_grid_is_nearer()
    {
        var schema = SteepestActionTests.Constrained();
        var people = Sample.Random(schema, 40, 3);
        var batch = SteepestActionTests.Encode(schema, people);
        var projection = new Projection(batch);
        var rng = new Rng(8);
        int outside = 0;
        for (int row = 0; row < people.Rows; row++)
        {
            if (batch.ActionsOf(row).WhyNotZero(people.Row(row)) is not null) continue;
            float[] from = [(float)(3 * rng.NextGaussian()), (float)(3 * rng.NextGaussian()), (float)rng.NextGaussian()];
            var point = (float[])from.Clone();
            projection.Apply(row, point);
            SteepestActionTests.AssertObeys(batch, row, point);
            Assert.Equal(batch.XOf(row)[2], point[2]);
            double ours = Squared(from, point), nearest = NearestOfGrid(batch, row, from);
            Assert.True(Math.Sqrt(ours) <= Math.Sqrt(nearest) + 1e-3, $"row {row}: {ours} against {nearest}");
            if (ours > 0.01) outside++;
            var again = (float[])point.Clone();
            projection.Apply(row, again);
            for (int c = 0; c < 3; c++) Assert.Equal(point[c], again[c], 1e-5f);
        }
        Assert.True(outside > 15);
    }

    [Fact]
    public void Categories_are_projected_on_their_simplex_from_anywhere()
    {
        var schema = new Schema([Feature.Categorical("c", ["u", "v", "w", "x"], Change.Any) with { Allowed = [0, 1, 2] }, Feature.Numeric("n", Change.Increase)], "y", "yes");
        var people = Sample.Table(schema, [[0, 0], [3, 1]]);
        var batch = SteepestActionTests.Encode(schema, people);
        var projection = new Projection(batch);
        var rng = new Rng(8);
        for (int trial = 0; trial < 60; trial++)
        {
            float[] from = [.. Enumerable.Range(0, 5).Select(_ => (float)(2 * rng.NextGaussian()))];
            var point = (float[])from.Clone();
            projection.Apply(trial % 2, point);
            Assert.Equal(1, point[..4].Sum(), 1e-5f);
            Assert.All(point[..4], p => Assert.InRange(p, 0, 1));
            if (trial % 2 == 0) Assert.Equal(0, point[3]);
            double nearest = double.PositiveInfinity;
            const int cells = 50;
            for (int a = 0; a <= cells; a++)
                for (int b = 0; b <= cells - a; b++)
                    for (int c = trial % 2 == 0 ? cells - a - b : 0; c <= cells - a - b; c++)
                        nearest = Math.Min(nearest, Squared(from[..4], [(float)a / cells, (float)b / cells, (float)c / cells, (float)(cells - a - b - c) / cells]));
            Assert.True(Math.Sqrt(Squared(from[..4], point[..4])) <= Math.Sqrt(nearest) + 1e-5);
            Assert.Equal(Math.Clamp(from[4], batch.LowerOf(trial % 2)[4], batch.UpperOf(trial % 2)[4]), point[4]);
        }
        float[] far = [3, 0.5f, 0, 0, 0];
        projection.Apply(0, far);
        Assert.Equal([1, 0, 0, 0], far[..4]);
    }

    private static double NearestOfGrid(EncodedActions batch, int row, float[] from)
    {
        const int cells = 400;
        double nearest = double.PositiveInfinity, frozen = batch.People.Row(row)[2];
        var (la, ha) = batch.RawBounds(row, 0);
        var (lb, hb) = batch.RawBounds(row, 1);
        for (int i = 0; i <= cells; i++)
            for (int j = 0; j <= cells; j++)
            {
                double[] raw = [la + (ha - la) * i / cells, lb + (hb - lb) * j / cells, frozen];
                if (!batch.ActionsOf(row).Schema.Constraints.All(c => c.Left(raw) <= c.Bound)) continue;
                var encoded = new float[3];
                batch.Encoding.Encode(raw, encoded);
                nearest = Math.Min(nearest, Squared(from, encoded));
            }
        return nearest;
    }

    private static double Squared(float[] a, float[] b) => a.Zip(b).Sum(p => ((double)p.First - p.Second) * ((double)p.First - p.Second));
}
