using Redress.Tensors.Optimizers;

namespace Redress.Tensors.Tests.Optimizers;

public class OptimizerTests
{
    [Fact]
    public void Amsgrad_divides_by_the_largest_mean_square()
    {
        var p = Tensor.Parameter(1, 1, [1f]);
        var adam = new Adam([p], 0.1f, amsgrad: true);
        double expected = 1, m = 0, v = 0, largest = 0;
        float[] gradients = [2f, 0.1f, -0.3f, 0.01f];
        for (int t = 1; t <= gradients.Length; t++)
        {
            double g = gradients[t - 1];
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            largest = Math.Max(largest, v);
            expected -= 0.1 * m / (1 - Math.Pow(0.9, t)) / (Math.Sqrt(largest) / Math.Sqrt(1 - Math.Pow(0.999, t)) + 1e-8);
            adam.Step([Tensor.Full(1, 1, gradients[t - 1])]);
            Assert.Equal(expected, p.Item, 1e-5);
        }
    }

    [Fact]
    public void Plain_descent_moves_by_the_rate_times_the_gradient()
    {
        var p = Tensor.Parameter(1, 2, [1f, 2f]);
        var sgd = new Sgd([p], 0.5f);
        sgd.Step([Tensor.From(1, 2, [1f, -1f])]);
        sgd.Step([Tensor.From(1, 2, [1f, -1f])]);
        Assert.Equal((0f, 3f), (p[0, 0], p[0, 1]));
    }

    [Fact]
    public void A_scaled_step_is_the_step_of_a_scaled_rate()
    {
        IOptimizer[] Of(Tensor p, float rate) => [new Adam([p], rate), new Sgd([p], rate, 0.5f), new RmsProp([p], rate)];
        for (int i = 0; i < 3; i++)
        {
            Tensor a = Tensor.Parameter(1, 2, [1f, 2f]), b = Tensor.Parameter(1, 2, [1f, 2f]);
            Of(a, 0.5f)[i].Step([Tensor.From(1, 2, [1f, -3f])], 0.25f);
            Of(b, 0.125f)[i].Step([Tensor.From(1, 2, [1f, -3f])]);
            Assert.Equal((a[0, 0], a[0, 1]), (b[0, 0], b[0, 1]));
            Assert.NotEqual(1f, a[0, 0]);
        }
    }

    [Fact]
    public void The_cosine_schedule_falls_along_half_a_wave()
    {
        for (int step = 0; step < 40; step++) Assert.Equal((1 + Math.Cos(Math.PI * step / 40)) / 2, LearningRateSchedule.Cosine.Scale(step, 40), 1e-7);
        Assert.Equal((1f, 0.5f, 1f, 1f), (LearningRateSchedule.Cosine.Scale(0, 9), LearningRateSchedule.Cosine.Scale(5, 10), LearningRateSchedule.Constant.Scale(0, 1), LearningRateSchedule.Constant.Scale(7, 8)));
        Assert.True(LearningRateSchedule.Cosine.Scale(999_999, 1_000_000) > 0);
        Assert.StartsWith("Step 3 is not one of 3; they count from 0.", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine.Scale(3, 3)).Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no such schedule.", Assert.Throws<ArgumentOutOfRangeException>(() => ((LearningRateSchedule)9).Scale(0, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_are_seen_through_aliases_and_not_recorded()
    {
        var p = Tensor.Parameter(1, 1, [1f]);
        var alias = p.Alias(tracked: false);
        new RmsProp([p], 0.1f).Step([Tensor.Full(1, 1, 4f)]);
        Assert.Equal(0f, alias.Item, 1e-5f);
        Assert.True(p.Tracked);
    }

    [Fact]
    public void Misuse_is_explained()
    {
        var p = Tensor.Parameter(1, 2, [1f, 2f]);
        var adam = new Adam([p]);
        Assert.StartsWith("The optimizer holds 1 parameters; 0 gradients were given.", Assert.Throws<ArgumentException>(() => adam.Step([])).Message, StringComparison.Ordinal);
        Assert.Equal("Shapes of a parameter and its gradient differ: 1x2 and 2x1.", Assert.Throws<ArgumentException>(() => adam.Step([Tensor.Zeros(2, 1)])).Message);
        Assert.StartsWith("Must be more than 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([p], float.NaN)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Must be 0 or more and less than 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([p], beta1: 1f)).Message, StringComparison.Ordinal);
    }
}
