using Redress.Actions;
using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Tests.Training;

public sealed class RecourseAwareTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_loss_is_equation_1_with_the_solution_of_the_linear_programme(bool constrained)
    {
        // ℓ(g(x), y) w + λ ℓ(g(x + δ*), 1), worked out in double from the network's own logits.
        var schema = new Schema([Feature.Numeric("a", Change.Any, new(1, ChangeUnit.Raw)), Feature.Numeric("b", Change.Increase, new(1, ChangeUnit.Raw)), Feature.Numeric("c")], "y", "yes",
            constraints: constrained ? [new("a + b <= 2", [(0, 1), (1, 1)], 2)] : []);
        var rows = Sample.Random(schema, 40, 6, labels: true);
        var statistics = TrainingStatistics.Of(rows);
        var actions = new ActionSet(schema, statistics);
        var encoded = new EncodedActions(rows, _ => actions, Encoding.Fit(schema, statistics, new()));
        var network = new FeedForward([3, 6, 1], Activation.Tanh, 0, new Rng(3));
        const float lambda = 0.8f;
        int[] at = [.. Enumerable.Range(5, 20)];
        float[] x = [.. at.SelectMany(r => encoded.XOf(r).ToArray())];
        float[] y = [.. at.Select(r => rows.Labels![r] ? 1f : 0f)], w = [.. at.Select(r => rows.Labels![r] ? 1.5f : 1f)];
        using var scope = TensorScope.Open();
        var batch = new Batch(at, Tensor.From(20, 3, x), Tensor.From(20, 1, y), Tensor.From(20, 1, w));
        double ours = new RecourseAware(lambda).ForThread(new(rows, encoded.Encoding, statistics, encoded)).Loss(network.Alias(tracked: true), batch, new Rng(1)).Item;

        var input = Tensor.From(20, 3, x).Track();
        var gradients = new float[60];
        Gradients.Of(network.Alias(tracked: false).Forward(input).Sum(), [input])[0].ReadTo(gradients);
        var steepest = new SteepestAction(encoded);
        var changed = new float[60];
        for (int i = 0; i < 20; i++) steepest.Apply(at[i], gradients.AsSpan(3 * i, 3), changed.AsSpan(3 * i, 3));
        var (before, after) = (new float[20], new float[20]);
        network.Forward(Tensor.From(20, 3, x)).ReadTo(before);
        network.Forward(Tensor.From(20, 3, changed)).ReadTo(after);
        double expected = 0;
        for (int i = 0; i < 20; i++)
            expected += (w[i] * (y[i] == 1 ? Softplus(-before[i]) : Softplus(before[i])) + lambda * Softplus(-after[i])) / 20;
        Assert.Equal(expected, ours, 1e-5);
        Assert.NotEqual(x, changed);
    }

    private static double Softplus(double z) => Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z)));
}
