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
    public void It_has_no_options()
    {
        Assert.Equal("{}", MethodCatalog.Get("linear-step").DefaultOptions);
        Assert.Empty(MethodCatalog.Get("linear-step").Presets);
    }

    private static double Draw(Rng rng, double low, double high) => rng.NextInt(5) switch { 0 or 1 => low, 2 or 3 => high, _ => low + (high - low) * rng.NextDouble() };
}
