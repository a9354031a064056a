using Redress.Costs;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class GradientTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void On_a_linear_model_it_finds_the_nearest_point(int seed)
    {
        // In standardised units the nearest point beyond w·z + b = θ is z + m w/‖w‖², m the distance of the score to θ.
        var schema = new Schema([.. Enumerable.Range(0, 4).Select(f => Feature.Numeric($"f{f}", Change.Any) with { Minimum = -1000, Maximum = 1000 })], "y", "yes");
        var training = Sample.Random(schema, 50, (ulong)seed, spread: 3);
        var rng = new Rng((ulong)seed + 50);
        float[] w = [.. Enumerable.Range(0, 4).Select(_ => (float)rng.NextGaussian())];
        var model = Sample.Linear(training, w, -1, 0.5, NumberScaling.Standardise);
        var people = Sample.Random(schema, 30, (ulong)seed + 9, spread: 3);
        double[] scores = Scores.Favourable(model, people);
        double norm = Math.Sqrt(w.Sum(v => (double)v * v));
        var batch = new Gradient().Prepare(new(model), new Rng(1)).Find(new(people, Cost: new L2Cost()), new Rng(1));
        int found = 0;
        for (int i = 0; i < 30; i++)
        {
            if (scores[i] >= 0.5) continue;
            double nearest = (0.5 - scores[i]) / norm;
            if (nearest < 0.02) continue;
            Assert.Equal(Outcome.Found, batch.Records[i].Outcome);
            Assert.InRange(batch.Records[i].Answers[0].Cost, nearest - 1e-5, 1.05 * nearest + 0.01);
            found++;
        }
        Assert.True(found > 8);
    }

    [Fact]
    public void The_preset_stops_at_the_first_valid_step()
    {
        var schema = new Schema([Feature.Numeric("x", Change.Any) with { Minimum = -100, Maximum = 100 }], "y", "yes");
        var model = Sample.Linear(Sample.Table(schema, [[-1], [1]]), [1], 0);
        var people = Sample.Table(schema, [[-0.5]]);
        var record = new Gradient(GradientOptions.Carla).Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1)).Records[0];
        // Adam's first steps are of the learning rate 0.01: about 51 of them to cross 0.5.
        Assert.InRange(record.Steps, 45, 60);
        Assert.InRange(record.Answers[0].Score, 0, 0.02);
        Assert.Equal(new GradientOptions(GradientLoss.CrossEntropy, GradientDistance.L1, 0.01, false, 20, 10, 1000, 0.01, true, true), GradientOptions.Carla);
        Assert.Equal("""{"loss":"cross-entropy","distance":"l1","lambda":0.01,"search-lambda":false,"sweep-steps":20,"bisections":10,"max-steps":1000,"learning-rate":0.01,"ams-grad":true,"stop-at-first":true}""",
            MethodCatalog.Get("gradient").Presets["carla"]);
    }

    [Fact]
    public void Alibis_loss_and_a_fixed_weight_find_recourse_too()
    {
        var schema = new Schema([Feature.Numeric("x", Change.Any) with { Minimum = -100, Maximum = 100 }, Feature.Numeric("z", Change.Any) with { Minimum = -100, Maximum = 100 }], "y", "yes");
        var model = Sample.Linear(Sample.Table(schema, [[-1, 0], [1, 1]]), [1, 0.2f], 0);
        var people = Sample.Table(schema, [[-0.5, 0]]);
        var alibi = new Gradient(new(GradientLoss.SquaredProbability, GradientDistance.L1, Lambda: 0.1)).Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1)).Records[0];
        Assert.Equal(Outcome.Found, alibi.Outcome);
        // By L1 the strong feature alone is the nearest way: 0.5 of it.
        Assert.InRange(alibi.Answers[0].Cost, 0.5, 0.62);
        var heavy = new Gradient(new(Lambda: 50, SearchLambda: false)).Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1)).Records[0];
        Assert.True(heavy.Steps >= 100, "a weight this heavy holds the search back, so that all steps are spent");
        Assert.Equal(Outcome.Found, heavy.Outcome);
    }

    [Fact]
    public void Defaults_and_refusals_are_pinned()
    {
        Assert.Equal(new GradientOptions(GradientLoss.CrossEntropy, GradientDistance.SquaredL2, 0.001, true, 20, 10, 100, 0.05, false, false), new GradientOptions());
        Assert.Equal("""{"loss":"cross-entropy","distance":"squared-l2","lambda":0.001,"search-lambda":true,"sweep-steps":20,"bisections":10,"max-steps":100,"learning-rate":0.05,"ams-grad":false,"stop-at-first":false}""",
            MethodCatalog.Get("gradient").DefaultOptions);
        Assert.Equal(
            """
            Options of 'gradient': lambda is -1; must be at least 0 and finite.
            Options of 'gradient': sweep-steps is 0; must be at least 1.
            Options of 'gradient': bisections is 65; must be 0 to 64.
            Options of 'gradient': max-steps is 0; must be at least 1.
            Options of 'gradient': learning-rate is NaN; must be more than 0 and finite.
            Options of 'gradient': loss is 7; must be cross-entropy or squared-probability.
            Options of 'gradient': distance is 8; must be squared-l2 or l1.
            """.ReplaceLineEndings("\n"),
            Sample.Message<OptionsException>(() => new Gradient(new((GradientLoss)7, (GradientDistance)8, -1, true, 0, 65, 0, double.NaN))).ReplaceLineEndings("\n"));
        Assert.Equal("Options of 'gradient': lambda is 0 and search-lambda is true; a search needs lambda more than 0.", Sample.Message<OptionsException>(() => new Gradient(new(Lambda: 0))));
        Assert.Equal("Options of 'gradient': lambda is NaN; must be at least 0 and finite.", Sample.Message<OptionsException>(() => new Gradient(new(Lambda: double.NaN))));
        Assert.Equal("Options of 'gradient': the value of 'lambda' is of the wrong kind.", Sample.Message<OptionsException>(() => MethodCatalog.Get("gradient").Create("""{"lambda":"much"}""")));
        Assert.StartsWith("Options of 'gradient': no valid JSON object (", Sample.Message<OptionsException>(() => MethodCatalog.Get("gradient").Create("lambda=1")), StringComparison.Ordinal);
        Assert.Equal("Method 'wachter' is not known; there are gradient, linear-step, actionable-recourse, score-matching, vanilla-cf, roar, rbr, growing-spheres, nearest-neighbour, face, cchvae, revise, cruds, tap, counternet, rocoursenet, cf-model, vae-cf.", Sample.Message<OptionsException>(() => MethodCatalog.Get("wachter")));
    }
}
