using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Methods;

public sealed class VanillaCfTests
{
    private static readonly Schema Mixed = new(
        [Feature.Numeric("x", Change.Any) with { Minimum = -3, Maximum = 3 }, Feature.Numeric("z", Change.Any) with { Minimum = -3, Maximum = 3 }, Feature.Categorical("c", ["a", "b", "d"], Change.Any), Feature.Categorical("e", ["f", "g"], Change.Any)], "y", "yes");

    [Fact]
    public void Where_nothing_is_in_the_way_it_ends_where_the_loss_is_flat()
    {
        // -log σ(w x) + λ ½ (x - x₀)²: (1 - p) w = λ (x - x₀) at the end, within what one step moves.
        var schema = new Schema([Feature.Numeric("x", Change.Any) with { Minimum = -100, Maximum = 100 }], "y", "yes");
        var model = Sample.Linear(Sample.Table(schema, [[-1], [1]]), [1.5f], 0);
        var chunk = ChunkOf(model, Sample.Table(schema, [[-1]]));
        var run = new VanillaCfRun(chunk, new(Lambda: 0.3));
        run.Descend(CancellationToken.None);
        double x = run.EndOf(0)[0], p = 1 / (1 + Math.Exp(-1.5 * x));
        Assert.Equal((1 - p) * 1.5, 0.3 * (x + 1), 5e-3);
        Assert.InRange(x, 0.5, 1);
    }

    [Fact]
    public void It_goes_on_beyond_the_threshold_where_gradient_keeps_the_nearest()
    {
        var training = Sample.Random(Mixed, 60, 1);
        var model = Sample.Network(training, [8, 5], 3, scale: 3);
        var people = Sample.Random(Mixed, 60, 7);
        var end = new VanillaCf().Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1));
        var nearest = new Gradient().Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1));
        var both = Enumerable.Range(0, 60).Where(i => end.Records[i].Outcome == Outcome.Found && nearest.Records[i].Outcome == Outcome.Found).ToArray();
        Assert.True(both.Length > 10, $"only {both.Length} found by both");
        var (far, near) = (both.Average(i => end.Records[i].Answers[0].Score), both.Average(i => nearest.Records[i].Answers[0].Score));
        Assert.True(far > near + 0.1, $"mean score {far}, the nearest's {near}");
        Assert.All(end.Records.Where(r => r.Outcome == Outcome.Found), r => Assert.True(r.Steps >= 1000));
    }

    [Theory]
    [InlineData(GroupRule.Simplex)]
    [InlineData(GroupRule.Softmax)]
    public void Whole_categories_can_undo_an_answer_and_finishing_mends_it_with_numbers_alone(GroupRule groups)
    {
        int lost = 0;
        for (ulong seed = 1; seed <= 8; seed++)
        {
            var model = Sample.Network(Sample.Random(Mixed, 60, seed), [8, 5], seed + 3, scale: 4);
            var chunk = ChunkOf(model, Sample.Random(Mixed, 60, seed + 9));
            var run = new VanillaCfRun(chunk, new(Groups: groups, MaxSteps: 150));
            run.Descend(CancellationToken.None);
            Shares(chunk, run);
            run.MakeWhole();
            float[][] whole = [.. Enumerable.Range(0, chunk.Rows).Select(i => run.EndOf(i).ToArray())];
            bool[] before = Valid(chunk, run);
            run.Finish(CancellationToken.None);
            bool[] after = Valid(chunk, run);
            for (int i = 0; i < chunk.Rows; i++)
            {
                Assert.True(!before[i] || after[i]);
                if (before[i]) Assert.Equal(whole[i], run.EndOf(i).ToArray());
                Assert.Equal(whole[i][2..], run.EndOf(i)[2..].ToArray());
                if (!before[i] && after[i]) lost++;
            }
        }
        Assert.True(lost > 5, $"only {lost} answers were mended");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void It_takes_the_steps_of_a_plain_loop_with_each_person_s_own_noise(double noise)
    {
        var schema = new Schema([Feature.Numeric("x", Change.Any) with { Minimum = -100, Maximum = 100 }], "y", "yes");
        var model = Sample.Linear(Sample.Table(schema, [[-1], [1]]), [1.5f], 0);
        var chunk = ChunkOf(model, Sample.Table(schema, [.. Enumerable.Repeat(new[] { -1.0 }, 40)]));
        var run = new VanillaCfRun(chunk, new(Lambda: 0.3, MaxSteps: 300, Noise: noise));
        run.Descend(CancellationToken.None);
        for (int i = 0; i < chunk.Rows; i++)
        {
            var stream = chunk.StreamOf(i).Split("noise");
            double x = -1, s = 0;
            for (int t = 1; t < 300; t++)
            {
                double seen = x + noise * (2 * stream.NextSingle() - 1), g = -1.5 / (1 + Math.Exp(1.5 * seen)) + 0.3 * (x + 1);
                s = 0.9 * s + 0.1 * g * g;
                x -= 0.003 * g / Math.Sqrt(s + 1e-8);
            }
            Assert.Equal(x, run.EndOf(i)[0], 1e-3);
        }
        Assert.Equal(noise > 0 ? 40 : 1, Enumerable.Range(0, 40).Select(i => run.EndOf(i)[0]).Distinct().Count());
    }

    [Fact]
    public void Defaults_presets_and_refusals_are_pinned()
    {
        var method = MethodCatalog.Get("vanilla-cf");
        Assert.Equal("""{"lambda":0.01,"max-steps":1000,"learning-rate":0.003,"groups":"simplex","finish":true,"noise":0}""", method.DefaultOptions);
        Assert.Equal("""{"lambda":0.01,"max-steps":1000,"learning-rate":0.003,"groups":"softmax","finish":false,"noise":0}""", method.Presets["relax"]);
        Assert.Equal("""{"lambda":0.01,"max-steps":1000,"learning-rate":0.003,"groups":"simplex","finish":true,"noise":0.1}""", method.Presets["random"]);
        Assert.Equal(
            """
            Options of 'vanilla-cf': lambda is -1; must be at least 0 and finite.
            Options of 'vanilla-cf': max-steps is 0; must be at least 1.
            Options of 'vanilla-cf': learning-rate is NaN; must be more than 0 and finite.
            Options of 'vanilla-cf': groups is 7; must be simplex or softmax.
            Options of 'vanilla-cf': noise is -0.1; must be 0 to 1000.
            """.ReplaceLineEndings("\n"),
            Sample.Message<OptionsException>(() => new VanillaCf(new(-1, 0, double.NaN, (GroupRule)7, true, -0.1))).ReplaceLineEndings("\n"));
    }

    /// <summary>Every category's columns are shares: at least 0, and 1 together.</summary>
    private static void Shares(SearchChunk chunk, VanillaCfRun run)
    {
        for (int i = 0; i < chunk.Rows; i++)
            foreach (var (from, to) in new[] { (2, 5), (5, 7) })
            {
                float[] group = run.EndOf(i)[from..to].ToArray();
                Assert.Equal(1, group.Sum(), 1e-5);
                Assert.All(group, share => Assert.InRange(share, 0, 1));
            }
    }

    private static bool[] Valid(SearchChunk chunk, VanillaCfRun run) => [.. Enumerable.Range(0, chunk.Rows).Select(i => chunk.Margin(i, Logit(chunk, run.EndOf(i))) >= LaneDescent.Slack)];

    private static float Logit(SearchChunk chunk, ReadOnlySpan<float> point)
    {
        var logit = new float[1];
        ((IEncodedClassifier)chunk.Model).Logits(point, 1, logit);
        return logit[0];
    }

    private static SearchChunk ChunkOf(NetworkModel model, Table people)
    {
        var task = new RecourseTask(model);
        return new(task, people, _ => task.Actions, i => new Rng(1).Split((ulong)i), Scores.Favourable(model, people), [.. Enumerable.Repeat(1, people.Rows)], Redress.Costs.CostCatalog.All[0], 1, new Budget(), new int[people.Rows]);
    }
}
