using Redress.Data;
using Redress.Neighbours;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Search;

public sealed class PairDistributionTests
{
    private static readonly Schema Numbers = new([Feature.Numeric("a", Change.Any), Feature.Numeric("b", Change.Any)], "y", "1");

    private static PairDistribution Of(Schema schema, double[] negatives, double[] positives, double lambda, int k)
    {
        var all = new Table(schema, [.. negatives, .. positives]);
        var space = new PairSpace(schema, TrainingStatistics.Of(all));
        return PairDistribution.Of(space, space.Points(new(schema, negatives)), new RowBlocks(space.Points(new(schema, positives)), space.Width), lambda, k, new(1));
    }

    [Fact]
    public void It_is_equation_6()
    {
        double[] negatives = [0, 0, 0.5, 0.25], positives = [1, 1, 0.5, 0.5, 0, 0.75, 0.25, 0];
        var q = Of(Numbers, negatives, positives, lambda: 3, k: 4);
        for (int x = 0; x < 2; x++)
        {
            double Cost(int p) => Math.Abs(negatives[2 * x] - positives[2 * p]) + Math.Abs(negatives[2 * x + 1] - positives[2 * p + 1]);
            double sum = Enumerable.Range(0, 4).Sum(p => Math.Exp(-3 * Cost(p)));
            for (int k = 0; k < 4; k++) Assert.Equal(Math.Exp(-3 * Cost(q.PartnersOf(x)[k])) / sum, q.Probability(x, k), 9);
        }
    }

    [Fact]
    public void Truncated_to_K_it_keeps_the_nearest_and_an_endless_lambda_gives_the_nearest_neighbour()
    {
        double[] positives = [1, 1, 0.5, 0.5, 0, 0.75, 0.25, 0];
        var q = Of(Numbers, [0, 0], positives, lambda: 1, k: 2);
        Assert.Equal([3, 2], q.PartnersOf(0).ToArray());
        Assert.Equal(1, q.Probability(0, 0) + q.Probability(0, 1), 12);
        var nearest = Of(Numbers, [0, 0], positives, lambda: 1e6, k: 4);
        Assert.Equal(1, nearest.Probability(0, 0), 12);
        Assert.Equal(3, nearest.Draw(0, new Rng(5)));
    }

    [Fact]
    public void Rows_that_are_not_admitted_are_never_drawn_and_there_may_be_none()
    {
        double[] rows = [0.1, 0, 0.2, 0, 0.3, 0, 1, 1];
        var space = new PairSpace(Numbers, TrainingStatistics.Of(new Table(Numbers, [0, 0, .. rows])));
        var blocks = new RowBlocks(space.Points(new(Numbers, rows)), space.Width);
        var q = PairDistribution.Of(space, space.Points(new(Numbers, [0, 0, 0, 0])), blocks, 5, 4, new(1), (x, row) => x == 0 && (row == 0 || row == 2));
        Assert.Equal((true, false), (q.HasPartners(0), q.HasPartners(1)));
        Assert.Equal([0, 2, -1, -1], q.PartnersOf(0).ToArray());
        Assert.Equal(1 / (1 + Math.Exp(-1)), q.Probability(0, 0), 6);
        var rng = new Rng(2);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(q.Draw(0, rng) is 0 or 2));
    }

    [Fact]
    public void Draws_come_as_often_as_it_says()
    {
        var q = Of(Numbers, [0, 0], [0.1, 0, 0.2, 0, 0.6, 0, 1, 1], lambda: 2, k: 3);
        var rng = new Rng(7);
        const int draws = 40_000;
        var counts = new int[4];
        for (int i = 0; i < draws; i++) counts[q.Draw(0, rng)]++;
        for (int k = 0; k < 3; k++)
        {
            double p = q.Probability(0, k), deviation = Math.Sqrt(p * (1 - p) / draws);
            Assert.InRange((double)counts[q.PartnersOf(0)[k]] / draws, p - 5 * deviation, p + 5 * deviation);
        }
        Assert.Equal(0, counts[3]);
    }

    [Fact]
    public void Who_differs_in_what_nobody_can_change_is_no_partner_but_for_want_of_others()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any), Feature.Categorical("sex", ["f", "m"]), Feature.Numeric("age")], "y", "1");
        double[] same = [1, 0, 30.5], otherSex = [0, 1, 30], otherAge = [0, 0, 60];
        var q = Of(schema, [0, 0, 30], [.. same, .. otherSex, .. otherAge], lambda: 5, k: 3);
        Assert.Equal(0, q.PartnersOf(0)[0]);
        Assert.Equal(1, q.Probability(0, 0), 12);
        // Nobody has the person's sex: whoever differs in that alone comes before who is also of another age.
        var others = Of(schema, [0, 0, 30], [.. otherSex, 0, 1, 60], lambda: 5, k: 2);
        Assert.Equal(0, others.PartnersOf(0)[0]);
        Assert.Equal(1, others.Probability(0, 0), 12);
    }

    [Fact]
    public void A_category_that_differs_costs_1()
    {
        var schema = new Schema([Feature.Categorical("c", ["r", "g", "b"], Change.Any), Feature.Numeric("a", Change.Any)], "y", "1");
        var space = new PairSpace(schema, TrainingStatistics.Of(new Table(schema, [0, 0, 1, 10, 2, 5])));
        Assert.Equal(1.5, space.Cost([0, 5], [2, 10]), 6);
        Assert.Equal(0, space.Cost([1, 5], [1, 5]), 6);
    }
}
