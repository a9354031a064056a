using Redress.Actions;
using Redress.Data;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Search;

public sealed class LatentRowsTests
{
    private const int Lanes = LaneNetwork.Lanes;

    private static readonly Schema Columns = new(
        [
            Feature.Numeric("pay", Change.Any), Feature.Categorical("home", ["rent", "own", "none"], Change.Any), Feature.Numeric("age"), Feature.Integer("hours", Change.Any),
            Feature.Categorical("job", ["a", "b"], Change.Any),
        ], "y", "yes");

    [Theory]
    [InlineData(NumberLikelihood.Gaussian, CategoryCoding.OneHot)]
    [InlineData(NumberLikelihood.Bernoulli, CategoryCoding.OneHot)]
    [InlineData(NumberLikelihood.Gaussian, CategoryCoding.Ordinal)]
    public void Gradients_go_through_scales_and_shares(NumberLikelihood numbers, CategoryCoding coding)
    {
        // Nothing is clamped: beyond a limit gradients go straight through, and differences do not.
        var free = new Schema([.. Columns.Features.Select(f => f.IsNamed ? f : f with { Minimum = -1e6, Maximum = 1e6 })], "y", "yes");
        var (rows, people, batch, layout) = Entered(numbers, coding, free);
        var (generated, weights) = (new float[layout.Generated * Lanes], new float[batch.Width * Lanes]);
        new Rng(1).FillGaussian(generated);
        new Rng(2).FillGaussian(weights);
        double Sum(float[] outputs, int lane)
        {
            rows.Write(outputs);
            double sum = 0;
            for (int i = lane; i < weights.Length; i += Lanes) sum += weights[i] * people.Points[i];
            return sum;
        }
        var pulled = new float[generated.Length];
        rows.Write(generated);
        rows.PullBack((float[])weights.Clone(), pulled);
        foreach (int lane in new[] { 0, 1 })
            for (int i = lane; i < generated.Length; i += Lanes)
            {
                var (above, below) = ((float[])generated.Clone(), (float[])generated.Clone());
                (above[i], below[i]) = (above[i] + 0.01f, below[i] - 0.01f);
                Assert.Equal((Sum(above, lane) - Sum(below, lane)) / 0.02, pulled[i], 2e-3);
            }
    }

    [Fact]
    public void Rows_are_in_everyone_s_action_set_and_whole_rows_are_whole()
    {
        var (rows, people, batch, layout) = Entered(NumberLikelihood.Gaussian, CategoryCoding.OneHot);
        var generated = new float[layout.Generated * Lanes];
        new Rng(3).FillGaussian(generated);
        for (int i = 0; i < generated.Length; i++) generated[i] *= 50;
        rows.Write(generated);
        var point = new float[batch.Width];
        for (int lane = 0; lane < 2; lane++)
        {
            people.ReadPoint(lane, point);
            for (int c = 0; c < point.Length; c++) Assert.InRange(point[c], batch.LowerOf(lane)[c], batch.UpperOf(lane)[c]);
            var (home, hours) = (batch.Encoding.At(1), batch.Encoding.At(3));
            Assert.Equal(1, point.AsSpan(home.Offset, 3).ToArray().Sum(), 1e-6);
            Assert.Equal(batch.XOf(lane)[batch.Encoding.At(2).Offset], point[batch.Encoding.At(2).Offset]);
            LanePeople.Read(rows.Whole.Points, lane, point);
            Assert.Equal([0f, 0f, 1f], point.AsSpan(home.Offset, 3).ToArray().Order());
            double raw = hours.Shift + hours.Scale * point[hours.Offset];
            Assert.Equal(Math.Round(raw), raw, 1e-3);
        }
    }

    [Fact]
    public void Of_equal_shares_the_first_is_taken()
    {
        var (rows, _, batch, layout) = Entered(NumberLikelihood.Gaussian, CategoryCoding.OneHot);
        rows.Write(new float[layout.Generated * Lanes]);
        var point = new float[batch.Width];
        LanePeople.Read(rows.Whole.Points, 0, point);
        Assert.Equal([1f, 0f, 0f], point.AsSpan(batch.Encoding.At(1).Offset, 3).ToArray());
    }

    [Fact]
    public void A_category_out_of_reach_has_no_share_and_no_gradient()
    {
        var only = new Schema([.. Columns.Features.Select(f => f.Name == "home" ? f with { Allowed = [0, 2] } : f)], "y", "yes");
        var (rows, people, batch, layout) = Entered(NumberLikelihood.Gaussian, CategoryCoding.OneHot, only);
        var generated = new float[layout.Generated * Lanes];
        generated.AsSpan().Fill(9);
        rows.Write(generated);
        var point = new float[batch.Width];
        people.ReadPoint(0, point);
        Assert.Equal([0.5f, 0f, 0.5f], point.AsSpan(batch.Encoding.At(1).Offset, 3).ToArray());
        var descent = new float[batch.Width * Lanes];
        new Rng(4).FillGaussian(descent);
        var pulled = new float[generated.Length];
        rows.PullBack(descent, pulled);
        Assert.Equal(0, pulled[(layout.PlaceOf(1) + 1) * Lanes]);
        Assert.NotEqual(0, pulled[layout.PlaceOf(1) * Lanes]);
    }

    /// <summary>Two people in the first lanes, with a decoder whose encoding is not the model's.</summary>
    private static (LatentRows Rows, LanePeople People, EncodedActions Batch, RowLayout Layout) Entered(NumberLikelihood numbers, CategoryCoding coding, Schema? schema = null)
    {
        schema ??= Columns;
        var training = Sample.Random(schema, 200, 7, spread: 20);
        var statistics = TrainingStatistics.Of(training);
        var table = Sample.Table(schema, [[0, 0, 30, 0, 1], [1, 2, 40, 1, 0]]);
        var actions = new ActionSet(schema, statistics);
        var batch = new EncodedActions(table, _ => actions, Encoding.Fit(schema, statistics, new(NumberScaling.Standardise, coding)));
        var encoding = Encoding.Fit(schema, statistics, new(NumberScaling.MinMax));
        var layout = new RowLayout(schema, encoding);
        var network = new FeedForward([2 + layout.Given, layout.Generated], Activation.Relu, 0, new Rng(1));
        var people = new LanePeople(batch);
        var rows = new LatentRows(batch, new(network, layout, encoding, numbers, 2), people);
        for (int i = 0; i < 2; i++)
        {
            people.Enter(i, i);
            rows.Enter(i, i);
        }
        return (rows, people, batch, layout);
    }
}
