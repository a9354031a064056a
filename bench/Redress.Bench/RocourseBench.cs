using Redress.Attacks;
using Redress.Data;
using Redress.Generative;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Bench;

/// <summary>Steps of Virtual Data Shift, RoCourseNet and CounterNet on rows of the loan data's shape; the twins are in bench/peers/rocourse.py.</summary>
internal static class RocourseBench
{
    private const int Rows = 128, Micro = 64;

    // Learning rates are multiplied by 0, so that every call has the same work: a network that learns drawn labels by heart has gradients which floats hardly hold, and slowly.
    private const float Still = 0;
    private static readonly int[] Groups = [51, 36, 3, 7, 6];
    private static readonly Schema Schema = new(
        [
            .. Enumerable.Range(0, 7).Select(i => Feature.Numeric($"n{i}", Change.Any)),
            .. Groups.Select((g, i) => Feature.Categorical($"c{i}", [.. Enumerable.Range(0, g).Select(v => Invariant($"{v}"))], Change.Any)),
        ],
        "y", "1");

    public static int Run()
    {
        var people = People(new Rng(1), 4 * Rows);
        foreach (int threads in new[] { 1, 2 })
        {
            string on = threads == 1 ? "" : ", two cores";
            ShiftAlone(people, $"data shift, 110-200-10-10-1, plain steps{on}", threads);
            Training(people, $"RoCourseNet step, 110-50-10-10-1, Adam inside{on}", threads, new(Training: VirtualTraining.Adam), 100);
            Training(people, $"CounterNet step, 110-50-10-10-1{on}", threads, null, 500);
        }
        return 0;
    }

    /// <summary>Algorithm 1 alone, its last step of δ included.</summary>
    private static void ShiftAlone(Table people, string name, int threads)
    {
        var (encoding, x) = Encode(people);
        var network = new FeedForward([encoding.Width, 200, 10, 10, 1], Activation.LeakyRelu, 0, new Rng(2));
        (int, int)[] groups = [.. encoding.Features.Where(f => f.IsOneHot).Select(f => (f.Offset, f.Width))];
        ReadRows Of(int start) => new(OneHotRows.Of(x.AsSpan(start * encoding.Width, Micro * encoding.Width), encoding.Width, groups)!);
        float[] y = [.. Enumerable.Range(0, Micro).Select(i => (float)(i % 2))], desired = new float[Rows];
        using (TensorScope.Open())
        {
            var logits = network.Forward(Tensor.From(Rows, encoding.Width, x.AsSpan(0, Rows * encoding.Width)));
            for (int i = 0; i < Rows; i++) desired[i] = logits[i, 0] >= 0 ? 0 : 1;
        }
        using var gang = new Chunks.Gang(threads, Rows / Micro);
        var shift = new VirtualDataShift(network, DataShiftOptions.Paper, [.. Enumerable.Repeat(true, 7)], null, gang, Rows / Micro);
        ShiftedRows[] batch = [new(Of(0), y, Of(Rows), desired[..Micro]), new(Of(Micro), y, Of(Rows + Micro), desired[Micro..])];
        Measure.Median(name, 7, 40, () => shift.Run(network, batch, 0.1f, new Rng(3), wantShift: true, CancellationToken.None));
    }

    /// <summary>A whole step: the predictor, and the generator, against the shift where there is one.</summary>
    private static void Training(Table people, string name, int threads, DataShiftOptions? shift, int calls)
    {
        var (encoding, x) = Encode(people);
        var network = new FeedForward([encoding.Width, 50, 10, 10, 1], Activation.LeakyRelu, 0.3f, new Rng(2));
        var g = new FeedForward([20, 50, 50, encoding.Width], Activation.LeakyRelu, 0.3f, new Rng(3));
        var generator = new RecourseGenerator(g, GeneratorInput.Hidden, 2, [], "rocoursenet", "{}", encoding);
        float[] y = [.. Enumerable.Range(0, people.Rows).Select(i => (float)(i % 2))];
        int[] order = [.. Enumerable.Range(0, people.Rows)];
        using var predictor = new MicroBatches(network.Parameters, new Adam(network.Parameters, 0.003f), Rows, Micro, threads);
        using var recourse = new GeneratorStep(
            new(Shift: shift), Schema, encoding, TrainingStatistics.Of(people), network, 0, () => new Written(generator, network), g.Parameters, new Adam(g.Parameters, 0.003f), Rows, Micro, threads, predictor.Gang);
        FeedForward[] aliases = [.. Enumerable.Range(0, predictor.Most).Select(_ => network.Alias(tracked: true))];
        int step = 0;
        Measure.Median(name, 7, calls, () =>
        {
            var rows = order.AsMemory(step++ % 4 * Rows, Rows);
            var rng = new Rng((ulong)step);
            predictor.Step(Rows, Still, (m, start, count) =>
            {
                int first = rows.Span[start];
                var (some, labels) = (Tensor.From(count, encoding.Width, x.AsSpan(first * encoding.Width, count * encoding.Width)), Tensor.From(count, 1, y.AsSpan(first, count)));
                return Gradients.Of(SquaredError.Of(aliases[m].Forward(some, rng.Split((ulong)m)).Sigmoid(), labels), aliases[m].Parameters);
            }, CancellationToken.None);
            recourse.Take(rows, x, y, null, 1, Still, rng, CancellationToken.None);
        });
    }

    private sealed class Written(RecourseGenerator generator, FeedForward network) : IParametricGenerator
    {
        private readonly FeedForward classifier = network.Alias(tracked: false), own = generator.Network.Alias(tracked: true);

        public Tensor[] Parameters => own.Parameters;

        public (Tensor Rows, Tensor? Own) Generate(Tensor x, Tensor desired, Rng? noise) => (generator.Forward(classifier, own, x, noise).Soft, null);
    }

    private static Table People(Rng rng, int rows)
    {
        var values = new double[rows * Schema.Features.Count];
        for (int i = 0; i < rows; i++)
            for (int f = 0; f < Schema.Features.Count; f++)
                values[i * Schema.Features.Count + f] = f < 7 ? rng.NextDouble() : rng.NextInt(Groups[f - 7]);
        return new(Schema, values);
    }

    private static (Encoding Encoding, float[] X) Encode(Table people)
    {
        var encoding = Encoding.Fit(Schema, TrainingStatistics.Of(people), new(NumberScaling.MinMax));
        var x = new float[people.Rows * encoding.Width];
        encoding.Encode(people, 0, people.Rows, x);
        return (encoding, x);
    }
}
