using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class LinearStepTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void On_a_linear_model_no_action_scores_higher(bool constrained)
    {
        var schema = new Schema(
            [Feature.Numeric("a", Change.Any, new(1, ChangeUnit.Raw)), Feature.Numeric("b", Change.Increase, new(2, ChangeUnit.Raw)), Feature.Integer("i", Change.Any, new(2, ChangeUnit.Raw)), Feature.Categorical("c", ["u", "v", "w"], Change.Any)],
            "y", "yes", constraints: constrained ? [new("a + b <= 2", [(0, 1), (1, 1)], 2)] : []);
        var training = Sample.Random(schema, 40, 3);
        var rng = new Rng(6);
        var model = Sample.Linear(training, [.. Enumerable.Range(0, 6).Select(_ => (float)rng.NextGaussian())], 0, 100);
        var task = new RecourseTask(model);
        double[] highest = new LinearStep().Prepare(task, new Rng(1)).HighestScores(new(training), new Rng(1));
        int reached = 0;
        for (int row = 0; row < training.Rows; row++)
        {
            double[] from = training.Row(row).ToArray();
            if (task.Actions.WhyNotZero(from) is not null) continue;
            var rows = new List<double>();
            for (int trial = 0; trial < 4000; trial++)
            {
                // Corners often, points inside now and then: the best of a linear score lies on a corner.
                double[] to = [from[0] + Draw(rng, -1, 1), from[1] + Draw(rng, 0, 2), from[2] + rng.NextInt(5) - 2, rng.NextInt(3)];
                if (constrained && rng.NextInt(2) == 0) to[rng.NextInt(2)] = 2 - to[rng.NextInt(2)];
                if (task.Actions.Allows(from, to)) rows.AddRange(to);
            }
            Assert.NotEmpty(rows);
            double best = Scores.Favourable(model, new Table(schema, [.. rows])).Max();
            Assert.True(highest[row] >= best - 1e-5, $"row {row}: {highest[row]} against {best}");
            if (highest[row] < best + 1e-3) reached++;
        }
        Assert.True(reached > 20, $"the trials reached the best corner only {reached} times");
    }

    [Fact]
    public void Its_one_option_is_off_by_default()
    {
        Assert.Equal("{\"whole-steps\":false}", MethodCatalog.Get("linear-step").DefaultOptions);
        Assert.Equal("{\"whole-steps\":true}", MethodCatalog.Get("linear-step").Presets["whole-steps"]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Whole_steps_find_what_the_step_and_rounding_miss(int reach)
    {
        var schema = new Schema([Feature.Integer("a", Change.Any, new(reach, ChangeUnit.Raw)), Feature.Integer("b", Change.Increase, new(reach, ChangeUnit.Raw)), Feature.Numeric("frozen")], "y", "yes");
        var training = Sample.Random(schema, 60, 5, spread: reach);
        var model = Sample.Network(training, [8, 6], 4, scale: 4);
        double[] Highest(LinearStepOptions options) => new LinearStep(options).Prepare(new RecourseTask(model), new Rng(1)).HighestScores(new(training), new Rng(1));
        double[] step = Highest(new()), whole = Highest(LinearStepOptions.Whole);
        int better = 0;
        for (int row = 0; row < training.Rows; row++)
        {
            Assert.True(whole[row] >= step[row]);
            if (whole[row] > step[row]) better++;
            if (reach == 3) Assert.Equal(Brute(model, training.Row(row).ToArray(), reach), whole[row]);
        }
        Assert.True(better > 5, $"only {better} people gained: the search was hardly tested");
    }

    [Fact]
    public void Whole_steps_give_the_cheapest_valid_row()
    {
        var schema = new Schema([Feature.Integer("a", Change.Any, new(3, ChangeUnit.Raw)), Feature.Numeric("frozen")], "y", "yes");
        var people = Sample.Table(schema, [[0, 0], [1, 1], [2, 0]]);
        var model = Sample.Linear(people, [1, 0], 0, threshold: 3);
        var batch = new LinearStep(LinearStepOptions.Whole).Prepare(new RecourseTask(model), new Rng(1)).Find(new(people), new Rng(1));
        Assert.All(batch.Records, r => Assert.Equal(3.0, Assert.Single(r.Answers[0].Changes).To.Number));
    }

    private static double Brute(NetworkModel model, double[] present, int reach)
    {
        var rows = new List<double>();
        for (int a = -reach; a <= reach; a++)
            for (int b = 0; b <= reach; b++) rows.AddRange([present[0] + a, present[1] + b, present[2]]);
        return Scores.Favourable(model, new Table(model.Schema, [.. rows])).Max();
    }

    private static double Draw(Rng rng, double low, double high) => rng.NextInt(5) switch { 0 or 1 => low, 2 or 3 => high, _ => low + (high - low) * rng.NextDouble() };
}
