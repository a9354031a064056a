using System.Text.Json;
using Redress.Attacks;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;

namespace Redress.Tests.Attacks;

/// <summary>Algorithm 1 against a golden step and against the whole of it written naively on the tape.</summary>
public sealed class VirtualDataShiftTests
{
    private const int Batch = 12, Width = 9;
    private static readonly (int Start, int Width)[] Groups = [(1, 3), (6, 2)];
    private static readonly int[] Numbers = [0, 4, 5, 8];

    [Fact]
    public void A_step_through_two_plain_training_steps_has_the_golden_gradient()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "unrolled_gradient.json")));
        var root = golden.RootElement;
        var (w1, w2) = (Values(root, "W1"), Values(root, "W2"));
        var network = FeedForward.FromValues([6, 8, 1], Activation.Tanh, 0, [Transposed(w1, 8, 6), Transposed(w2, 1, 8)], [Values(root, "b1"), Values(root, "b2")]);
        var options = DataShiftOptions.Paper with { Epsilon = 1, Steps = 1, Unrolled = root.GetProperty("K").GetInt32(), LearningRate = root.GetProperty("eta").GetSingle() };
        using var gang = new Chunks.Gang(1, 1);
        var shift = new VirtualDataShift(network, options, [.. Enumerable.Repeat(true, 6)], null, gang, 1);
        var rows = new ShiftedRows(new ReadRows(5, 6, Values(root, "x")), Values(root, "y"), new ReadRows(5, 6, Values(root, "x_cf")), Values(root, "target"), Start: Values(root, "delta"));
        shift.Run(network, [rows], 1, new Rng(1), wantShift: true, CancellationToken.None);
        AssertNear(Values(root, "grad_delta"), shift.GradientOf(0));
        var after = root.GetProperty("theta_prime");
        var shifted = shift.Shifted();
        AssertNear(Transposed(Flat(after[0]), 8, 6), Read(shifted[0]));
        AssertNear(Flat(after[1]), Read(shifted[1]));
        AssertNear(Transposed(Flat(after[2]), 1, 8), Read(shifted[2]));
        AssertNear(Flat(after[3]), Read(shifted[3]));
    }

    [Theory]
    [InlineData(VirtualTraining.Gradient, AttackNorm.Linf, true)]
    [InlineData(VirtualTraining.Gradient, AttackNorm.L2, false)]
    [InlineData(VirtualTraining.Adam, AttackNorm.Linf, false)]
    [InlineData(VirtualTraining.Adam, AttackNorm.L2, true)]
    public void Four_steps_are_those_of_the_algorithm_written_out(VirtualTraining training, AttackNorm norm, bool oneHot)
    {
        var options = new DataShiftOptions(0.2, Steps: 4, Unrolled: 3, LearningRate: training == VirtualTraining.Adam ? 0.03f : 0.5f, norm, training);
        var (network, x, cf, y, target, start) = Sample(1);
        var (theta, delta, gradient) = WrittenOut(network, options, x, cf, y, target, start);
        foreach (int parts in new[] { 1, 3 })
        {
            using var gang = new Chunks.Gang(2, parts);
            var moves = Enumerable.Range(0, Width).Select(c => Numbers.Contains(c)).ToArray();
            var shift = new VirtualDataShift(network, options, oneHot ? [.. Numbers.Select(_ => true)] : moves, null, gang, parts);
            var rows = Enumerable.Range(0, parts).Select(m => Part(x, cf, y, target, start, m, parts, oneHot)).ToArray();
            shift.Run(network, rows, 0.2f, new Rng(1), wantShift: true, CancellationToken.None);
            AssertNear(theta, shift.Shifted().SelectMany(p => Read(p).ToArray()).ToArray());
            float[] Joined(Func<int, float[]> of) => [.. Enumerable.Range(0, parts).SelectMany(of)];
            AssertNear(oneHot ? OfNumbers(gradient) : Moving(gradient, moves), Joined(m => oneHot ? shift.GradientOf(m).ToArray() : Moving(shift.GradientOf(m).ToArray(), moves)));
            AssertNear(oneHot ? OfNumbers(delta) : delta, Joined(m => shift.ShiftOf(m).ToArray()));
        }
    }

    [Fact]
    public void Gradients_beyond_the_clip_hand_nothing_back_as_in_the_algorithm_written_out()
    {
        const float Units = 1000;
        var options = new DataShiftOptions(0.2, Steps: 3, Unrolled: 2, LearningRate: 0.03f);
        var (network, x, cf, y, target, start) = Sample(6);
        // Numbers in small units, and weights that undo it: activations stay, and the first layer's gradients are Units times as large.
        foreach (int c in Numbers)
        {
            for (int unit = 0; unit < network.Sizes[1]; unit++) network.Parameters[0][c, unit] /= Units;
            for (int i = 0; i < Batch; i++) (x[i * Width + c], cf[i * Width + c]) = (Units * x[i * Width + c], Units * cf[i * Width + c]);
        }
        int beyond = 0, within = 0;
        var (theta, delta, gradient) = WrittenOut(network, options, x, cf, y, target, start, g =>
        {
            beyond += g.Count(v => Math.Abs(v) > 1);
            within += g.Count(v => v != 0 && Math.Abs(v) < 1);
        });
        Assert.True(beyond > 10 && within > 10, $"{beyond} gradients beyond the clip, {within} within.");
        using var gang = new Chunks.Gang(1, 2);
        var shift = new VirtualDataShift(network, options, [.. Enumerable.Range(0, Width).Select(c => Numbers.Contains(c))], null, gang, 2);
        shift.Run(network, [.. Enumerable.Range(0, 2).Select(m => Part(x, cf, y, target, start, m, 2, oneHot: false))], 0.2f, new Rng(1), wantShift: true, CancellationToken.None);
        AssertNear(theta, shift.Shifted().SelectMany(p => Read(p).ToArray()).ToArray());
        bool[] moves = [.. Enumerable.Range(0, Width).Select(c => Numbers.Contains(c))];
        AssertNear(Moving(gradient, moves), [.. Moving(shift.GradientOf(0).ToArray(), moves), .. Moving(shift.GradientOf(1).ToArray(), moves)]);
        AssertNear(delta, [.. shift.ShiftOf(0), .. shift.ShiftOf(1)]);
    }

    [Theory]
    [InlineData(false, AttackNorm.Linf)]
    [InlineData(false, AttackNorm.L2)]
    [InlineData(true, AttackNorm.Linf)]
    [InlineData(true, AttackNorm.L2)]
    public void Where_categories_move_too_the_steps_are_those_of_the_algorithm_written_out(bool soften, AttackNorm norm)
    {
        var options = new DataShiftOptions(0.2, Steps: 4, Unrolled: 2, LearningRate: 0.03f, norm, Features: AttackedFeatures.All, Soften: soften);
        var (network, x, cf, y, target, start) = Sample(4);
        var (theta, delta, gradient) = WrittenOut(network, options, x, cf, y, target, start);
        using var gang = new Chunks.Gang(1, 2);
        var shift = new VirtualDataShift(network, options, [.. Enumerable.Repeat(true, Width)], soften ? new ColumnGroups(Width, Groups) : null, gang, 2);
        shift.Run(network, [.. Enumerable.Range(0, 2).Select(m => Part(x, cf, y, target, start, m, 2, oneHot: false))], 0.2f, new Rng(1), wantShift: true, CancellationToken.None);
        AssertNear(theta, shift.Shifted().SelectMany(p => Read(p).ToArray()).ToArray());
        AssertNear(gradient, [.. shift.GradientOf(0), .. shift.GradientOf(1)]);
        AssertNear(delta, [.. shift.ShiftOf(0), .. shift.ShiftOf(1)]);
        // A softened category has no limit; in the L2 ball one short step a row does not come as far.
        if (norm == AttackNorm.Linf) Assert.Equal(soften, Groups.Any(g => Enumerable.Range(0, Batch).Any(i => delta.Skip(i * Width + g.Start).Take(g.Width).Any(d => Math.Abs(d) > 0.2f))));
    }

    [Fact]
    public void Threads_change_no_bit_and_the_last_step_of_the_shift_no_parameter()
    {
        var (network, x, cf, y, target, _) = Sample(2);
        float[]? first = null;
        foreach (var (threads, want) in new[] { (1, true), (2, true), (2, false) })
        {
            using var gang = new Chunks.Gang(threads, 4);
            var shift = new VirtualDataShift(network, DataShiftOptions.Published with { Soften = false }, [true, true, true, true], null, gang, 4);
            shift.Run(network, [.. Enumerable.Range(0, 4).Select(m => Part(x, cf, y, target, null, m, 4, oneHot: true))], 0.1f, new Rng(7), want, CancellationToken.None);
            float[] theta = [.. shift.Shifted().SelectMany(p => Read(p).ToArray())];
            Assert.Equal(first ??= theta, theta);
        }
    }

    [Theory]
    [InlineData(AttackNorm.Linf)]
    [InlineData(AttackNorm.L2)]
    public void Shifts_stay_in_their_ball_and_hurt_the_recourses(AttackNorm norm)
    {
        var (network, x, cf, y, target, _) = Sample(3);
        double LossAfter(DataShiftOptions options)
        {
            using var gang = new Chunks.Gang(1, 1);
            var shift = new VirtualDataShift(network, options, [true, true, true, true], null, gang, 1);
            shift.Run(network, [Part(x, cf, y, target, null, 0, 1, oneHot: true)], (float)options.Epsilon, new Rng(5), wantShift: true, CancellationToken.None);
            for (int i = 0; i < Batch; i++)
            {
                var d = shift.ShiftOf(0).Slice(i * 4, 4).ToArray();
                Assert.InRange(norm == AttackNorm.Linf ? d.Max(Math.Abs) : Math.Sqrt(d.Sum(v => (double)v * v)), 0, options.Epsilon * (1 + 1e-6));
            }
            return SquaredError.Of(network.Forward(Tensor.From(Batch, Width, cf), shift.Shifted()).Sigmoid(), Tensor.From(Batch, 1, target)).Item;
        }
        var attack = new DataShiftOptions(0.5, Steps: 20, Unrolled: 2, LearningRate: 0.5f, norm, VirtualTraining.Gradient);
        double hurt = LossAfter(attack), random = LossAfter(attack with { Choice = ShiftChoice.Random });
        Assert.True(hurt > random, $"{hurt} after the attack, {random} after random shifts.");
    }

    /// <summary>Algorithm 1 line by line, everything on one tape; Adam as PyTorch has it, its state carried over as numbers.</summary>
    private static (float[] Theta, float[] Delta, float[] Gradient) WrittenOut(FeedForward network, DataShiftOptions options, float[] x, float[] cf, float[] y, float[] target, float[] start, Action<float[]>? look = null)
    {
        var theta = network.Parameters.Select(p => p.Keep().Track()).ToArray();
        var (mean, square) = (theta.Select(p => Tensor.Zeros(p.Rows, p.Cols)).ToArray(), theta.Select(p => Tensor.Zeros(p.Rows, p.Cols)).ToArray());
        float[] delta = [.. start], gradient = [];
        int steps = 0;
        for (int t = 0; t < options.Steps; t++)
        {
            var shift = Tensor.From(Batch, Width, delta).Track();
            for (int k = 0; k < options.Unrolled; k++)
            {
                var shifted = Tensor.From(Batch, Width, x) + shift;
                var loss = SquaredError.Of(network.Forward(options.Soften ? shifted.GroupSoftmax(new(Width, Groups)) : shifted, theta).Sigmoid(), Tensor.From(Batch, 1, y));
                var g = Gradients.Of(loss, theta, createGraph: true);
                steps++;
                for (int p = 0; p < theta.Length; p++)
                {
                    if (options.Training == VirtualTraining.Gradient)
                    {
                        theta[p] = theta[p] - g[p] * options.LearningRate;
                        continue;
                    }
                    look?.Invoke(Read(g[p]).ToArray());
                    var clipped = g[p] - (g[p] + -1f).Relu() + (g[p] * -1f + -1f).Relu();
                    (mean[p], square[p]) = (mean[p] * 0.9f + clipped * 0.1f, square[p] * 0.999f + clipped.Square() * 0.001f);
                    float rate = (float)(options.LearningRate / (1 - Math.Pow(0.9, steps))), scale = (float)(1 / Math.Sqrt(1 - Math.Pow(0.999, steps)));
                    theta[p] = theta[p] - mean[p] / (square[p].Sqrt() * scale + 1e-8f) * rate;
                }
            }
            var adversarial = SquaredError.Of(network.Forward(Tensor.From(Batch, Width, cf), theta).Sigmoid(), Tensor.From(Batch, 1, target));
            gradient = Read(Gradients.Of(adversarial, [shift])[0]).ToArray();
            Move(delta, gradient, 2.5f * 0.2f / options.Steps, options);
            (theta, mean, square) = ([.. theta.Select(p => p.Keep().Track())], [.. mean.Select(p => p.Keep())], [.. square.Select(p => p.Keep())]);
        }
        return ([.. theta.SelectMany(p => Read(p).ToArray())], delta, gradient);
    }

    private static void Move(float[] delta, float[] gradient, float alpha, DataShiftOptions options)
    {
        var norm = options.Norm;
        int[] moving = options.Features == AttackedFeatures.All ? [.. Enumerable.Range(0, Width)] : Numbers, limited = options.Soften ? Numbers : moving;
        for (int i = 0; i < Batch; i++)
        {
            double length = Math.Sqrt(moving.Sum(c => (double)gradient[i * Width + c] * gradient[i * Width + c]));
            foreach (int c in moving) delta[i * Width + c] += alpha * (norm == AttackNorm.Linf ? Math.Sign(gradient[i * Width + c]) : (float)(gradient[i * Width + c] / length));
            if (norm == AttackNorm.Linf) foreach (int c in limited) delta[i * Width + c] = Math.Clamp(delta[i * Width + c], -0.2f, 0.2f);
            double after = Math.Sqrt(limited.Sum(c => (double)delta[i * Width + c] * delta[i * Width + c]));
            if (norm == AttackNorm.L2 && after > 0.2) foreach (int c in limited) delta[i * Width + c] *= (float)(0.2 / after);
        }
    }

    private static (FeedForward Network, float[] X, float[] Cf, float[] Y, float[] Target, float[] Start) Sample(ulong seed)
    {
        var rng = new Rng(seed);
        // Smooth everywhere, so that the two ways of summing cannot fall on different sides of a kink.
        var network = new FeedForward([Width, 7, 5, 1], Activation.Tanh, 0, rng);
        float[] Rows()
        {
            var rows = new float[Batch * Width];
            for (int i = 0; i < Batch; i++)
            {
                foreach (int c in Numbers) rows[i * Width + c] = rng.NextSingle();
                foreach (var (start, width) in Groups) rows[i * Width + start + rng.NextInt(width)] = 1;
            }
            return rows;
        }
        float[] Bits() => [.. Enumerable.Range(0, Batch).Select(_ => (float)rng.NextInt(2))];
        var (x, cf) = (Rows(), Rows());
        var delta = new float[Batch * Width];
        for (int i = 0; i < Batch; i++) foreach (int c in Numbers) delta[i * Width + c] = 0.05f * (2 * rng.NextSingle() - 1);
        return (network, x, cf, Bits(), Bits(), delta);
    }

    private static ShiftedRows Part(float[] x, float[] cf, float[] y, float[] target, float[]? start, int part, int parts, bool oneHot)
    {
        int n = Batch / parts;
        float[] Of(float[] values, int cols) => values.AsSpan(part * n * cols, n * cols).ToArray();
        ReadRows Rows(float[] values) => oneHot ? new(OneHotRows.Of(Of(values, Width), Width, Groups)!) : new(n, Width, Of(values, Width));
        float[]? first = start is null ? null : oneHot ? OfNumbers(Of(start, Width)) : Of(start, Width);
        return new(Rows(x), Of(y, 1), Rows(cf), Of(target, 1), Start: first);
    }

    private static float[] OfNumbers(float[] rows) => [.. Enumerable.Range(0, rows.Length / Width).SelectMany(i => Numbers.Select(c => rows[i * Width + c]))];

    private static float[] Moving(float[] rows, bool[] moves) => [.. rows.Select((v, i) => moves[i % Width] ? v : 0)];

    private static ReadOnlySpan<float> Read(Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return values;
    }

    private static float[] Values(JsonElement root, string name) => Flat(root.GetProperty(name));

    private static float[] Flat(JsonElement array) => [.. array.EnumerateArray().SelectMany(e => e.ValueKind == JsonValueKind.Array ? Flat(e) : [e.GetSingle()])];

    /// <summary>[rows, cols] with rows and columns exchanged.</summary>
    private static float[] Transposed(float[] values, int rows, int cols) => [.. Enumerable.Range(0, cols).SelectMany(c => Enumerable.Range(0, rows).Select(r => values[r * cols + c]))];

    /// <summary>max |difference| ≤ 1e-5 max |reference|.</summary>
    private static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0, difference = 0;
        for (int i = 0; i < expected.Length; i++) (largest, difference) = (Math.Max(largest, Math.Abs(expected[i])), Math.Max(difference, Math.Abs((double)expected[i] - actual[i])));
        Assert.True(difference <= 1e-5 * largest, $"{difference} differs too much from {largest}.");
    }
}
