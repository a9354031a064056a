using System.Numerics.Tensors;
using Redress.Guarantees;

namespace Redress.Tests.Guarantees;

public sealed class ScoreOrderTests
{
    [Fact]
    public void The_difference_of_scores_lies_within_the_limits() => RandomCase.ForAll(random =>
    {
        var first = random.Model(random.Whole(1, 6));
        var second = random.Near(first);
        double[] a = random.Vector(first.Weights.Length), b = random.Vector(first.Weights.Length, random.Positive());
        double apart = TensorPrimitives.Distance<double>(first.Weights, second.Weights);
        double difference = first.After(a) - second.After(b);
        foreach (double slack in new[] { 1, 1.5 })
        {
            var limits = ScoreOrder.Bounds(first, second.Score, a, b, slack * apart);
            double rounding = 1e-9 * (1 + Math.Abs(first.Score) + Math.Abs(difference) + limits.Upper - limits.Lower);
            Assert.InRange(difference, limits.Lower - rounding, limits.Upper + rounding);
        }
    });

    [Fact]
    public void Equal_weights_leave_nothing_open() =>
        Assert.Equal(new(2 - 3 + -1 - -4, 2 - 3 + -1 - -4), ScoreOrder.Bounds(new(-1, [1]), -4, [2], [3], 0));

    /// <summary>Score matching falls short of its target by m λ / (λ + ‖w‖²): whose shortfall is smaller is the surer, and no weights need be compared.</summary>
    [Fact]
    public void Of_two_score_matching_answers_the_one_that_falls_less_short_is_surer() => RandomCase.ForAll(random =>
    {
        var (first, second) = (random.Model(3), random.Model(3));
        double lambda = random.Positive();
        double h1 = first.After(ScoreMatchingShift.Action(first, 1, lambda)), h2 = second.After(ScoreMatchingShift.Action(second, 1, lambda));
        double less = ScoreMatchingShift.Shortfall(second, 1, lambda) - ScoreMatchingShift.Shortfall(first, 1, lambda);
        Assert.Equal(less, h1 - h2, 1e-8 * (1 + Math.Abs(first.Score) + Math.Abs(second.Score)));
    });
}
