using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Bench;

/// <summary>The engine's cases of DESIGN.md's speed table; the twins are in bench/peers/engine.py.</summary>
internal static class EngineBench
{
    public static int Run()
    {
        TrainingStep(15, 2000);
        TrainingStep(128, 500);
        UnrolledAttackStep();
        GradientSearch();
        return 0;
    }

    /// <summary>Forward, backward and Adam on 12-100-100-100-1 tanh.</summary>
    private static void TrainingStep(int batch, int calls)
    {
        var rng = new Rng(1);
        var network = new FeedForward([12, 100, 100, 100, 1], Activation.Tanh, 0f, rng);
        var (x, y) = (Uniform(rng, batch, 12), Labels(batch));
        var optimizer = new Adam(network.Parameters);
        Measure.Median(batch == 15 ? "training step, batch 15" : "training step, batch 128", 11, calls, () =>
        {
            using var scope = TensorScope.Open();
            optimizer.Step(Gradients.Of(BinaryCrossEntropy.WithLogits(network.Forward(x), y), network.Parameters));
        });
    }

    /// <summary>Seven steps of an attack whose gradient goes through two plain training steps of 110-200-10-10-2, batch 128.</summary>
    private static void UnrolledAttackStep()
    {
        const int Batch = 128, Steps = 7, Inner = 2;
        var rng = new Rng(2);
        var network = new FeedForward([110, 200, 10, 10, 2], Activation.LeakyRelu, 0f, rng);
        var (x, other) = (Uniform(rng, Batch, 110), Uniform(rng, Batch, 110));
        var oneHot = new float[2 * Batch];
        for (int i = 0; i < Batch; i++) oneHot[2 * i + i % 2] = 1f;
        var y = Tensor.From(Batch, 2, oneHot);
        var shift = new float[Batch * 110];
        var gradient = new float[Batch * 110];
        Measure.Median("unrolled attack step", 11, 5, () =>
        {
            using var scope = TensorScope.Open();
            Tensor target;
            using (Gradients.Off()) target = 1f - network.Forward(x).LogSoftmax().Exp();
            Array.Clear(shift);
            for (int t = 0; t < Steps; t++)
            {
                using var inner = TensorScope.Open();
                var delta = Tensor.From(Batch, 110, shift).Track();
                var parameters = network.Parameters;
                var shifted = x + delta;
                for (int k = 0; k < Inner; k++)
                {
                    var loss = SoftmaxCrossEntropy.WithLogits(FeedForward.Forward(shifted, parameters, Activation.LeakyRelu), y);
                    var g = Gradients.Of(loss, parameters, createGraph: true);
                    var next = new Tensor[parameters.Length];
                    for (int i = 0; i < next.Length; i++) next[i] = Tensor.Axpy(parameters[i], g[i], -0.1f);
                    parameters = next;
                }
                var adversarial = SoftmaxCrossEntropy.WithLogits(FeedForward.Forward(other, parameters, Activation.LeakyRelu), target);
                Gradients.Of(adversarial, [delta])[0].ReadTo(gradient);
                for (int i = 0; i < shift.Length; i++) shift[i] = Math.Clamp(shift[i] + 0.02f * MathF.Sign(gradient[i]), -0.1f, 0.1f);
            }
        });
    }

    /// <summary>500 Adam steps on 1,000 rows at once: -log score plus 0.05 times the distance, 13-18-9-3-2 ReLU.</summary>
    private static void GradientSearch()
    {
        const int Rows = 1000, Steps = 500;
        var rng = new Rng(3);
        var network = new FeedForward([13, 18, 9, 3, 2], Activation.Relu, 0f, rng).Alias(tracked: false);
        var start = Uniform(rng, Rows, 13);
        Measure.Median("gradient search", 7, 1, () =>
        {
            using var scope = TensorScope.Open();
            var x = start.Detach().Track();
            var optimizer = new Adam([x], 0.01f);
            for (int t = 0; t < Steps; t++)
            {
                using var step = TensorScope.Open();
                var score = network.Forward(x).LogSoftmax().SliceCols(1, 1);
                optimizer.Step(Gradients.Of((x - start).Abs().Sum() * 0.05f - score.Sum(), [x]));
            }
        });
    }

    private static Tensor Uniform(Rng rng, int rows, int cols)
    {
        var values = new float[rows * cols];
        foreach (ref float value in values.AsSpan()) value = 2f * rng.NextSingle() - 1f;
        return Tensor.From(rows, cols, values);
    }

    private static Tensor Labels(int rows)
    {
        var values = new float[rows];
        for (int i = 0; i < rows; i++) values[i] = i % 2;
        return Tensor.From(rows, 1, values);
    }
}
