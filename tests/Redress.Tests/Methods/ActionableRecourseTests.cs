using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class ActionableRecourseTests
{
    public static TheoryData<string, bool> CostsAndConstraints
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var cost in CostCatalog.All)
                foreach (bool constrained in new[] { false, true }) data.Add(cost.Slug, constrained);
            return data;
        }
    }

    [Theory, MemberData(nameof(CostsAndConstraints))]
    public void On_a_linear_model_it_is_the_cheapest_of_all_rows(string slug, bool constrained)
    {
        var cost = CostCatalog.Get(slug);
        int found = 0, proved = 0, several = 0;
        for (ulong seed = 1; seed <= 6; seed++)
        {
            var schema = SchemaOf(constrained);
            var training = Sample.Random(schema, 40, seed, spread: 2);
            var rng = new Rng(seed + 100);
            var model = Sample.Linear(training, [.. Enumerable.Range(0, 7).Select(_ => (float)rng.NextGaussian())], -1, 1.5, NumberScaling.Standardise);
            var task = new RecourseTask(model);
            var people = Sample.Random(schema, 12, seed + 7, spread: 2);
            var batch = new ActionableRecourse().Prepare(task, new Rng(1)).Find(new(people, Cost: cost, Answers: 4), new Rng(1));
            for (int i = 0; i < people.Rows; i++)
            {
                if (batch.Records[i].Outcome is Outcome.AlreadyDesired or Outcome.InvalidInput) continue;
                double[] cheapest = CheapestOfEachSet(task.Actions, model, cost, people.Row(i).ToArray());
                Assert.Equal(cheapest.Length == 0 ? Outcome.Infeasible : Outcome.Found, batch.Records[i].Outcome);
                if (cheapest.Length == 0) proved++;
                else found++;
                var answers = batch.Records[i].Answers;
                if (answers.Count > 1) several++;
                Assert.Equal(Math.Min(4, cheapest.Length), answers.Count);
                for (int k = 0; k < answers.Count; k++) Assert.Equal(cheapest[k], answers[k].Cost, 1e-9);
                Assert.Equal(answers.Count, answers.Select(a => string.Join(',', a.Changes.Select(c => c.Feature))).Distinct().Count());
            }
        }
        Assert.True(found > 15 && proved > 2 && several > 10, $"{found} found, {proved} proved infeasible, {several} with several answers");
    }

    [Fact]
    public void Infeasible_is_proved_for_numbers_of_fractions_as_well()
    {
        var schema = new Schema([Feature.Numeric("x", Change.Any, new(1, ChangeUnit.Raw))], "y", "yes");
        var model = Sample.Linear(Sample.Table(schema, [[-1], [1]]), [1], 0);
        var batch = new ActionableRecourse().Prepare(new(model), new Rng(1)).Find(new(Sample.Table(schema, [[-1.001], [-1], [-0.999], [-0.5]])), new Rng(1));
        Assert.Equal([Outcome.Infeasible, Outcome.Found, Outcome.Found, Outcome.Found], batch.Records.Select(r => r.Outcome));
        Assert.Equal("Proved: the linear model's highest score over the action set stays on the wrong side of the threshold.", batch.Records[0].Reason);
        // One grid step at most above the least change.
        Assert.InRange(batch.Records[3].Answers[0].Changes[0].To.Number!.Value, 0, 2.0 / 99 + 1e-9);
    }

    [Fact]
    public void On_other_models_nothing_is_called_proved()
    {
        var schema = SchemaOf(constrained: false);
        var training = Sample.Random(schema, 40, 3, spread: 2);
        var model = Sample.Network(training, [6], 4).With(50, []);
        var batch = new ActionableRecourse().Prepare(new(model), new Rng(1)).Find(new(training), new Rng(1));
        Assert.All(batch.Records, r => Assert.Equal(Outcome.NotFound, r.Outcome));
        Assert.All(batch.Records, r => Assert.Equal("No action that was tried is valid; the best attempt is attached.", r.Reason));
    }

    [Fact]
    public void Lime_weights_are_near_the_gradient_of_a_smooth_model()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any), Feature.Numeric("b", Change.Any), Feature.Categorical("c", ["u", "v"], Change.Any)], "y", "yes");
        var training = Sample.Random(schema, 200, 3, spread: 2);
        // p = 0.5 + 0.4 tanh(a/16) - 0.1 sin(b/16) + 0.03 [c = v], gently bent.
        var model = new DelegateModel(schema, (t, _) => [.. Enumerable.Range(0, t.Rows).Select(r => 0.5 + 0.4 * Math.Tanh(t.Row(r)[0] / 16) - 0.1 * Math.Sin(t.Row(r)[1] / 16) + 0.03 * t.Row(r)[2])], "smooth");
        var task = new RecourseTask(model, training);
        double[] weights = LinearSurrogate.Fit(task, [0.5, -1, 0], 4000, new Rng(5)).Weights;
        var (sa, sb) = (task.Statistics.StandardDeviation[0], task.Statistics.StandardDeviation[1]);
        Assert.Equal(0.4 / 16 * (1 - Math.Pow(Math.Tanh(0.5 / 16), 2)) * sa, weights[0], 0.002);
        Assert.Equal(-0.1 / 16 * Math.Cos(-1 / 16.0) * sb, weights[1], 0.001);
        Assert.Equal(0.03, weights[3] - weights[2], 0.003);
    }

    [Theory]
    [InlineData(Surrogate.Gradient)]
    [InlineData(Surrogate.Lime)]
    public void Stand_ins_lead_to_rows_that_the_model_itself_accepts(Surrogate surrogate)
    {
        var schema = SchemaOf(constrained: true);
        var training = Sample.Random(schema, 60, 3, spread: 2);
        var network = Sample.Network(training, [6], 4);
        var model = network.With(Scores.Favourable(network, training).Order().ElementAt(40), []);
        var batch = new ActionableRecourse(new(surrogate, LimeSamples: 300)).Prepare(new(model), new Rng(1)).Find(new(training, Answers: 2), new Rng(1));
        Assert.True(batch.Count(Outcome.Found) >= 8, batch.ToString());
        Assert.All(batch.Records.SelectMany(r => r.Answers), a => Assert.True(a.Score >= model.Threshold));
        Assert.All(batch.Records, r => Assert.Equal(r.Answers.OrderBy(a => a.Cost), r.Answers));
    }

    [Fact]
    public void Defaults_and_refusals_are_pinned()
    {
        Assert.Equal(new ActionableRecourseOptions(Surrogate.Auto, 1000, 20, 100), new ActionableRecourseOptions());
        Assert.Equal("""{"surrogate":"auto","lime-samples":1000,"flip-sets":20,"grid-size":100}""", MethodCatalog.Get("actionable-recourse").DefaultOptions);
        Assert.Equal(
            """
            Options of 'actionable-recourse': surrogate is 5; must be auto, gradient or lime.
            Options of 'actionable-recourse': lime-samples is 9; must be 10 to 1000000.
            Options of 'actionable-recourse': flip-sets is 0; must be 1 to 10000.
            Options of 'actionable-recourse': grid-size is 1; must be 2 to 100000.
            """.ReplaceLineEndings("\n"), Sample.Message<OptionsException>(() => new ActionableRecourse(new((Surrogate)5, 9, 0, 1))).ReplaceLineEndings("\n"));
        var schema = SchemaOf(constrained: false);
        var blackBox = new DelegateModel(schema, (t, _) => new double[t.Rows], "zero");
        Assert.Equal("Options of 'actionable-recourse': surrogate is gradient, and the model gives scores only; use lime.",
            Sample.Message<OptionsException>(() => new ActionableRecourse(new(Surrogate.Gradient)).Prepare(new(blackBox, Sample.Random(schema, 9, 1)), new Rng(1))));
    }

    private static Schema SchemaOf(bool constrained) => new(
        [
            Feature.Integer("i", Change.Any, new(2, ChangeUnit.Raw)) with { CostWeight = 1.7 }, Feature.Integer("j", Change.Increase, new(3, ChangeUnit.Raw)),
            Feature.Ordinal("o", ["a", "b", "c"], Change.Increase), Feature.Categorical("c", ["u", "v", "w"], Change.Any), Feature.Numeric("frozen"),
        ], "y", "yes", constraints: constrained ? [new("i + j <= 3", [(0, 1), (1, 1)], 3), new("j - i <= 3", [(1, 1), (0, -1)], 3)] : []);

    private static double[] CheapestOfEachSet(ActionSet actions, NetworkModel model, ICost cost, double[] from)
    {
        var rows = new List<double[]>();
        for (int i = -2; i <= 2; i++)
            for (int j = 0; j <= 3; j++)
                for (int o = 0; o < 3; o++)
                    for (int c = 0; c < 3; c++)
                    {
                        double[] to = [from[0] + i, from[1] + j, o, c, from[4]];
                        if (actions.Allows(from, to)) rows.Add(to);
                    }
        double[] scores = Scores.Favourable(model, new Table(actions.Schema, [.. rows.SelectMany(r => r)]));
        return [.. rows.Where((_, r) => scores[r] >= model.Threshold)
            .GroupBy(r => string.Join(',', r.Select((v, f) => v != from[f])))
            .Select(g => g.Min(r => cost.Of(actions.Schema, actions.Statistics, from, r))).Order()];
    }
}
