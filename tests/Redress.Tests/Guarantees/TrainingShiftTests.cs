using System.Numerics.Tensors;
using Redress.Guarantees;

namespace Redress.Tests.Guarantees;

public sealed class TrainingShiftTests
{
    [Fact]
    public void Weights_stay_within_lemma_1_put_right() => RandomCase.ForAll(random =>
    {
        int d = random.Whole(1, 5), n = 4 * random.Whole(1, 4), epochs = random.Whole(1, 6), batch = n / random.Whole(1, 2);
        double epsilon = random.Within(0, 1);
        bool infinity = random.Whole(0, 1) == 0;
        double scale = random.Positive() / 10;
        double[][] rows = [.. Enumerable.Range(0, n).Select(_ => random.Vector(d, scale))];
        // Half the cases have steps short enough for the second form, ηₜ ≤ 8 / max ‖x‖².
        double longest = rows.Max(r => TensorPrimitives.SumOfSquares<double>(r));
        double rate = random.Whole(0, 1) == 0 ? random.Within(0, 8) / longest : random.Positive();
        var training = new LogisticTraining(rows, [.. rows.Select(_ => 2 * random.Whole(0, 1) - 1)], rate);
        double[] start = random.Vector(d);
        Func<double[], double> dual = infinity ? w => TensorPrimitives.SumOfMagnitudes<double>(w) : w => TensorPrimitives.Norm<double>(w);
        var plain = training.Run(start, epochs, batch, LogisticTraining.None, dual);
        var robust = training.Run(start, epochs, batch, infinity ? LogisticTraining.LInfinity(epsilon) : LogisticTraining.L2(epsilon), dual);
        double apart = TensorPrimitives.Distance<double>(plain.Weights, robust.Weights);
        var pair = new TrainingPair(rate * plain.Steps, rows.Average(r => TensorPrimitives.Norm<double>(r)), epsilon, infinity ? Math.Sqrt(d) : 1);
        Assert.True(apart <= TrainingShift.Bound(pair) * (1 + 1e-9), $"{apart} is more than {TrainingShift.Bound(pair)}");
        if (rate <= 8 / longest) Assert.True(apart <= TrainingShift.Bound(pair, robust.Largest) * (1 + 1e-9) + 1e-12, $"{apart} is more than {TrainingShift.Bound(pair, robust.Largest)}");
    });

    /// <summary>No step of the proof asks the attack to be the worst one: any point of the ball will do.</summary>
    [Fact]
    public void It_holds_for_attacks_that_fall_short_of_the_worst() => RandomCase.ForAll(random =>
    {
        double epsilon = random.Within(0, 1);
        double[][] rows = [.. Enumerable.Range(0, 6).Select(_ => random.Vector(3))];
        var training = new LogisticTraining(rows, [.. rows.Select(_ => 2 * random.Whole(0, 1) - 1)], random.Within(0, 2));
        double[] start = random.Vector(3);
        var plain = training.Run(start, 3, 6, LogisticTraining.None, _ => 0);
        var robust = training.Run(start, 3, 6, (w, _) => [.. w.Select(_ => random.Within(-epsilon, epsilon))], _ => 0);
        var pair = new TrainingPair(training.LearningRate * plain.Steps, rows.Average(r => TensorPrimitives.Norm<double>(r)), epsilon, Math.Sqrt(3));
        Assert.InRange(TensorPrimitives.Distance<double>(plain.Weights, robust.Weights), 0, TrainingShift.Bound(pair));
    });

    [Fact]
    public void Only_the_second_form_goes_to_zero_with_epsilon()
    {
        var pair = new TrainingPair(10, 2, 0, Math.Sqrt(3));
        Assert.Equal((20, 0), (TrainingShift.Bound(pair), TrainingShift.Bound(pair, 5)));
        // Where ε W / 4 passes 1 the two are one.
        Assert.Equal(TrainingShift.Bound(pair with { Epsilon = 1 }), TrainingShift.Bound(pair with { Epsilon = 1 }, 5));
    }
}
