using System.Numerics.Tensors;
using Redress.Data;
using Redress.Guarantees;
using Redress.Models;
using Redress.Tensors.Layers;

namespace Redress.Tests.Guarantees;

public sealed class ScoreMatchingShiftTests
{
    /// <summary>The objective is strictly convex, so the one point of gradient 0 is its minimum: 2 (wᵀζ - m) w + 2 λ ζ = 0.</summary>
    [Fact]
    public void The_action_is_where_the_objective_s_gradient_is_zero() => RandomCase.ForAll(random =>
    {
        var model = random.Model(random.Whole(1, 8));
        double target = random.Within(-5, 5), lambda = random.Positive();
        double[] action = ScoreMatchingShift.Action(model, target, lambda);
        double residual = model.After(action) - target;
        for (int j = 0; j < action.Length; j++)
            Assert.Equal(0, residual * model.Weights[j] + lambda * action[j], 1e-9 * (1 + lambda + model.Norm * model.Norm) * (1 + Math.Abs(target - model.Score)));
        Assert.Equal(TensorPrimitives.Norm<double>(action), ScoreMatchingShift.Cost(model, target, lambda), 1e-9 * (1 + TensorPrimitives.Norm<double>(action)));
        Assert.Equal(-residual, ScoreMatchingShift.Shortfall(model, target, lambda), 1e-9 * (1 + Math.Abs(target - model.Score)));
    });

    [Fact]
    public void The_distance_of_two_answers_lies_within_the_limits() => RandomCase.ForAll(random =>
    {
        var first = random.Model(random.Whole(1, 8));
        var second = random.Whole(0, 1) == 0 ? random.Near(first) : random.Model(first.Weights.Length);
        double target = random.Within(-5, 5), lambda = random.Positive();
        var limits = ScoreMatchingShift.Bounds(first, second, target, lambda);
        double apart = TensorPrimitives.Distance<double>(ScoreMatchingShift.Action(first, target, lambda), ScoreMatchingShift.Action(second, target, lambda));
        Assert.True(limits.Hold(apart), $"{apart} is not within {limits}");
    });

    [Fact]
    public void Limits_are_reached_and_close_where_the_models_agree()
    {
        var model = new LocalModel(-1, [3, 4]);
        Assert.Equal(new(0, 0), ScoreMatchingShift.Bounds(model, model, 0, 2));
        // Opposite gradients of one norm: the distance is the sum of the costs, 2 · 5 / (2 + 25).
        Assert.Equal(2 * 5 / 27.0, ScoreMatchingShift.Bounds(model, new(-1, [-3, -4]), 0, 2).Upper, 1e-15);
        // Parallel ones: it is their difference.
        var flat = new LocalModel(-1, [0.3, 0.4]);
        double[] far = ScoreMatchingShift.Action(model, 0, 2), near = ScoreMatchingShift.Action(flat, 0, 2);
        Assert.Equal(TensorPrimitives.Distance<double>(far, near), ScoreMatchingShift.Bounds(model, flat, 0, 2).Lower, 1e-15);
    }

    [Fact]
    public void Cost_is_highest_where_the_gradient_is_the_root_of_lambda()
    {
        double Cost(double norm) => ScoreMatchingShift.Cost(new(-1, [norm]), 0, 0.09);
        Assert.True(Cost(0.3) > Cost(0.31) && Cost(0.3) > Cost(0.29));
        Assert.Equal(1 / (2 * 0.3), Cost(0.3), 1e-12);
    }

    [Fact]
    public void A_model_near_a_person_has_its_score_and_gradient()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any), Feature.Numeric("b", Change.Any)], "y", "yes");
        var people = Sample.Random(schema, 7, 3);
        var model = Sample.Network(people, [5], 4, activation: Activation.Sigmoid);
        var near = LocalModel.Of(model, people);
        for (int i = 0; i < people.Rows; i++)
        {
            Assert.Equal(Scores.Favourable(model, people)[i], near[i].Score);
            for (int f = 0; f < 2; f++)
            {
                double Score(double step)
                {
                    double[] row = people.Row(i).ToArray();
                    row[f] += step * model.Encoding.Features[f].Scale;
                    return Scores.Favourable(model, new Table(schema, row))[0];
                }
                Assert.Equal((Score(0.01) - Score(-0.01)) / 0.02, near[i].Weights[f], 1e-3);
            }
        }
        Assert.Equal(near[0].Score + 2 * near[0].Weights[0] - near[0].Weights[1], near[0].After([2, -1]), 1e-12);
    }
}
