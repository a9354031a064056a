using Redress.Costs;
using Redress.Data;

namespace Redress.Tests.Costs;

public sealed class CostTests
{
    [Fact]
    public void Followers_and_unchanged_features_cost_nothing_and_weights_count()
    {
        var schema = new Schema(
            [Feature.Numeric("n") with { CostWeight = 3 }, Feature.Categorical("c", ["u", "v"]) with { CostWeight = 0.5 }, Feature.Ordinal("o", ["a", "b", "c"]), Feature.Integer("f") with { SameAs = "o" }], "y", "yes");
        var statistics = TrainingStatistics.Of(Sample.Table(schema, [[0, 0, 0, 5], [2, 1, 1, 6], [4, 0, 2, 9], [6, 1, 2, 9]]));
        double Cost(string slug, double[] to) => CostCatalog.Get(slug).Of(schema, statistics, [0, 0, 0, 5], to);
        double n = 3 * 2 / Math.Sqrt(5), o = 1 / Math.Sqrt(0.6875);
        Assert.Equal(n + 0.5 + o, Cost("l1", [2, 1, 1, 6]), 1e-12);
        Assert.Equal(Math.Sqrt(n * n + 0.25 + o * o), Cost("l2", [2, 1, 1, 6]), 1e-12);
        Assert.Equal(3 * 0.25 + 0.5 + 0.25, Cost("total-percentile-shift", [2, 1, 1, 6]), 1e-12);
        Assert.Equal(0.75, Cost("max-percentile-shift", [2, 1, 1, 6]), 1e-12);
        Assert.All(CostCatalog.All, c => Assert.Equal(0, Cost(c.Slug, [0, 0, 0, 5])));
        Assert.Equal("Cost 'l3' is not known; there are l1, l2, total-percentile-shift, max-percentile-shift.", Sample.Message<OptionsException>(() => CostCatalog.Get("l3")));
    }
}
