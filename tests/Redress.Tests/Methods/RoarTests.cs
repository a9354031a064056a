using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class RoarTests
{
    private static readonly Schema Numbers = new([.. Enumerable.Range(0, 5).Select(f => Feature.Numeric($"f{f}", Change.Any) with { Minimum = -2, Maximum = 2 })], "y", "yes");

    [Theory]
    [InlineData(ShiftNorm.LInfinity)]
    [InlineData(ShiftNorm.L2)]
    [InlineData(ShiftNorm.L1)]
    public void No_shift_within_the_bound_takes_more_than_the_worst(ShiftNorm norm)
    {
        var rng = new Rng(3);
        var shift = new ModelShift(norm, 0.3);
        for (int trial = 0; trial < 200; trial++)
        {
            double[] x = [.. Enumerable.Range(0, 6).Select(_ => 2 * rng.NextGaussian())], all = [.. x, 1];
            double[] worst = shift.Worst(x);
            Assert.Equal(0.3, Length(norm, worst), 1e-12);
            Assert.Equal(-shift.Loss(x), Dot(worst, all), 1e-12);
            for (int k = 0; k < 50; k++)
            {
                double[] other = [.. all.Select(_ => rng.NextGaussian())];
                double scale = 0.3 * rng.NextDouble() / Length(norm, other);
                Assert.True(Dot(other, all) * scale >= -shift.Loss(x) - 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(1, 0.1, 0.05)]
    [InlineData(2, 0.3, 0.02)]
    [InlineData(3, 0, 0.1)]
    [InlineData(4, 0.6, 0.001)]
    public void With_l1_and_l_infinity_it_comes_to_the_exact_minimum(int seed, double deltaMax, double lambda)
    {
        var (model, people, w) = Linear(seed);
        var options = new RoarOptions(DeltaMax: deltaMax, Lambda: lambda, SearchLambda: false, MaxSteps: 5000, Tolerance: 0);
        var chunk = ChunkOf(model, people);
        var lines = new LocalLines(chunk, 0);
        lines.Fit(chunk.Encoded.X, _ => true, 0, CancellationToken.None);
        var run = new RoarRun(chunk, options);
        var end = new float[w.Length];
        for (int i = 0; i < people.Rows; i++)
        {
            run.Minimise(i, lines, end);
            double exact = Greedy(w, -1, people.Row(i).ToArray(), deltaMax, lambda);
            Assert.InRange(run.Value - exact, -1e-9, 1e-5 * (1 + exact));
        }
    }

    [Theory]
    [InlineData(ShiftNorm.LInfinity, GradientDistance.SquaredL2)]
    [InlineData(ShiftNorm.L2, GradientDistance.L1)]
    [InlineData(ShiftNorm.L2, GradientDistance.SquaredL2)]
    [InlineData(ShiftNorm.L1, GradientDistance.L1)]
    public void No_row_near_the_end_has_a_lower_objective(ShiftNorm norm, GradientDistance distance)
    {
        var (model, people, w) = Linear(6);
        var chunk = ChunkOf(model, people);
        var lines = new LocalLines(chunk, 0);
        lines.Fit(chunk.Encoded.X, _ => true, 0, CancellationToken.None);
        var run = new RoarRun(chunk, new(Norm: norm, Distance: distance, DeltaMax: 0.2, Lambda: 0.05, SearchLambda: false, MaxSteps: 5000, Tolerance: 0));
        var shift = new ModelShift(norm, 0.2);
        var end = new float[w.Length];
        var rng = new Rng(4);
        double Objective(double[] at, double[] x)
        {
            double m = Dot(w, at) - 1 - shift.Loss(at);
            return Math.Log(1 + Math.Exp(-m)) + 0.05 * at.Zip(x, (a, b) => distance == GradientDistance.L1 ? Math.Abs(a - b) : (a - b) * (a - b)).Sum();
        }
        for (int i = 0; i < people.Rows; i++)
        {
            double[] x = people.Row(i).ToArray();
            run.Minimise(i, lines, end);
            double value = Objective([.. end.Select(v => (double)v)], x);
            for (int k = 0; k < 300; k++)
            {
                double far = Math.Pow(10, -3 * rng.NextDouble());
                double[] beside = [.. end.Select(v => Math.Clamp(v + far * rng.NextGaussian(), -2, 2))];
                Assert.True(Objective(beside, x) > value - 1e-4, $"person {i}: {Objective(beside, x)} beside {value}");
            }
        }
    }

    [Theory]
    [InlineData(ShiftNorm.LInfinity)]
    [InlineData(ShiftNorm.L2)]
    [InlineData(ShiftNorm.L1)]
    public void Answers_on_a_linear_model_outlast_every_sampled_shift_and_cost_more_the_larger_it_is(ShiftNorm norm)
    {
        var (model, people, w) = Linear(8);
        var rng = new Rng(5);
        double before = -1;
        foreach (double deltaMax in new[] { 0, 0.05, 0.1, 0.2 })
        {
            var batch = new Roar(new(DeltaMax: deltaMax, Norm: norm)).Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1));
            var found = batch.Records.Where(r => r.Outcome == Outcome.Found).ToArray();
            Assert.True(found.Length > 10);
            foreach (var record in found)
            {
                double[] all = [.. RecourseRows.Changed(Numbers, record, record.Answers[0]), 1];
                double score = Dot([.. w.Select(v => (double)v), -1], all), worst = new ModelShift(norm, deltaMax).Loss(all.AsSpan(0, 5));
                if (score < worst - 1e-6) continue;   // out of reach: the method's highest score was given
                for (int k = 0; k < 50; k++)
                {
                    double[] shift = [.. all.Select(_ => rng.NextGaussian())];
                    double scale = deltaMax / Length(norm, shift);
                    Assert.True(score + scale * Dot(shift, all) >= -1e-6);
                }
            }
            double cost = found.Average(r => r.Answers[0].Cost);
            Assert.True(cost >= before - 1e-6, $"{cost} at {deltaMax} after {before}");
            before = cost;
        }
    }

    [Fact]
    public void Asked_again_the_line_is_the_model_s_own_and_its_score_outlasts_the_shift()
    {
        var schema = new Schema([.. Numbers.Features, Feature.Categorical("c", ["a", "b", "d"], Change.Any)], "y", "yes");
        var shift = new ModelShift(ShiftNorm.LInfinity, 0.05);
        int Outlast(RoarOptions options, ulong seed)
        {
            var model = Sample.Network(Sample.Random(schema, 80, seed), [8, 5], seed + 5, scale: 3);
            var batch = new Roar(options).Prepare(new(model), new Rng(1)).Find(new(Sample.Random(schema, 80, seed + 9)), new Rng(1));
            var encoded = new float[model.Encoding.Width];
            return batch.Records.Count(r =>
            {
                if (r.Outcome != Outcome.Found) return false;
                model.Encoding.Encode(RecourseRows.Changed(schema, r, r.Answers[0]), encoded);
                return r.Answers[0].Score >= shift.Loss([.. encoded.Select(v => (double)v)]) - 1e-3;
            });
        }
        int once = 0, again = 0;
        for (ulong seed = 1; seed <= 6; seed++) (once, again) = (once + Outlast(new(DeltaMax: 0.05, Refreshes: 0), seed), again + Outlast(new(DeltaMax: 0.05), seed));
        Assert.True(again > once, $"{again} outlast the shift asked again, {once} asked once");
    }

    [Fact]
    public void A_tangent_is_the_model_at_the_point_and_lime_is_near_it()
    {
        var model = Sample.Network(Sample.Random(Numbers, 80, 2), [8, 5], 5);
        var people = Sample.Random(Numbers, 20, 7, spread: 0.5);
        var chunk = ChunkOf(model, people);
        var (tangents, lime) = (new LocalLines(chunk, 0), new LocalLines(chunk, 5000));
        tangents.Fit(chunk.Encoded.X, _ => true, 0, CancellationToken.None);
        lime.Fit(chunk.Encoded.X, _ => true, 0, CancellationToken.None);
        double At(LocalLines lines, int i) => Dot(lines.WeightsOf(i).ToArray(), [.. chunk.Encoded.XOf(i).ToArray().Select(v => (double)v)]) + lines.InterceptOf(i);
        for (int i = 0; i < people.Rows; i++)
        {
            Assert.Equal(chunk.Scores[i], At(tangents, i), 1e-5);
            Assert.Equal(chunk.Scores[i], At(lime, i), 0.5);
        }
        Assert.All(chunk.ModelCalls, calls => Assert.Equal(5001, calls));
    }

    [Fact]
    public void Probabilities_become_log_odds()
    {
        var linear = Linear(3);
        var black = new DelegateModel(Numbers, (t, c) => [.. Scores.Favourable(linear.Model, t, c).Select(z => 1 / (1 + Math.Exp(-z)))], "delegate", 0.6);
        var task = new RecourseTask(black, Sample.Random(Numbers, 60, 1));
        double[] scores = Scores.Favourable(black, linear.People);
        var chunk = new SearchChunk(task, linear.People, _ => task.Actions, i => new Rng(1).Split((ulong)i), scores, [.. scores.Select(_ => 1)], Redress.Costs.CostCatalog.All[0], 1, new Budget(), new int[linear.People.Rows]);
        var lines = new LocalLines(chunk, 2000);
        lines.Fit(chunk.Encoded.X, _ => true, 0, CancellationToken.None);
        Assert.Equal(Math.Log(0.6 / 0.4), lines.Threshold, 1e-12);
        for (int f = 0; f < 5; f++) Assert.Equal(linear.W[f] * task.Encoding.Features[f].Scale, lines.WeightsOf(0)[f], 0.02);
    }

    [Fact]
    public void Defaults_presets_and_refusals_are_pinned()
    {
        var method = MethodCatalog.Get("roar");
        Assert.Equal("""{"surrogate":"auto","lime-samples":1000,"delta-max":0.1,"norm":"l-infinity","unit-weights":false,"distance":"l1","lambda":0.1,"search-lambda":true,"refreshes":10,"max-steps":200,"tolerance":1E-06}""", method.DefaultOptions);
        Assert.Equal("""{"surrogate":"lime","lime-samples":1000,"delta-max":0.1,"norm":"l-infinity","unit-weights":false,"distance":"l1","lambda":0.1,"search-lambda":true,"refreshes":0,"max-steps":200,"tolerance":1E-06}""", method.Presets["lime"]);
        Assert.Equal("""{"surrogate":"lime","lime-samples":1000,"delta-max":0.1,"norm":"l2","unit-weights":true,"distance":"l1","lambda":0.1,"search-lambda":true,"refreshes":0,"max-steps":200,"tolerance":1E-06}""", method.Presets["unit"]);
        Assert.Equal(
            """
            Options of 'roar': surrogate is 9; must be auto, gradient or lime.
            Options of 'roar': lime-samples is 9; must be 10 to 1000000.
            Options of 'roar': delta-max is -0.1; must be at least 0 and finite.
            Options of 'roar': norm is 7; must be l-infinity, l2 or l1.
            Options of 'roar': distance is 8; must be squared-l2 or l1.
            Options of 'roar': lambda is -1; must be at least 0 and finite.
            Options of 'roar': refreshes is -1; must be 0 to 1000.
            Options of 'roar': max-steps is 0; must be at least 1.
            Options of 'roar': tolerance is 1; must be 0 to less than 1.
            """.ReplaceLineEndings("\n"),
            Sample.Message<OptionsException>(() => new Roar(new((Surrogate)9, 9, -0.1, (ShiftNorm)7, false, (GradientDistance)8, -1, true, -1, 0, 1))).ReplaceLineEndings("\n"));
        var black = new DelegateModel(Numbers, (t, _) => new double[t.Rows], "delegate");
        Assert.Equal("Options of 'roar': surrogate is gradient, and the model gives scores only; use lime.",
            Sample.Message<OptionsException>(() => new Roar(new(Surrogate.Gradient)).Prepare(new(black, Sample.Random(Numbers, 9, 1)), new Rng(1))));
    }

    /// <summary>
    /// The exact minimum with L1 and L∞: each column gains |w| + δ_max a unit while it comes nearer to 0 and |w| - δ_max beyond, so units are spent on the highest gain first,
    /// until one more costs λ.
    /// </summary>
    private static double Greedy(float[] w, double b, double[] x, double deltaMax, double lambda)
    {
        var segments = new List<(double Gain, double Length)>();
        for (int c = 0; c < w.Length; c++)
        {
            double way = Math.Sign(w[c]), toZero = way * x[c] < 0 ? Math.Abs(x[c]) : 0, room = way > 0 ? 2 - x[c] : 2 + x[c];
            segments.Add((Math.Abs(w[c]) + deltaMax, toZero));
            segments.Add((Math.Abs(w[c]) - deltaMax, room - toZero));
            // Against w, towards 0, where the shift gains more than the weight loses.
            if (way * x[c] > 0) segments.Add((deltaMax - Math.Abs(w[c]), Math.Abs(x[c])));
        }
        double m = x.Zip(w, (v, u) => v * u).Sum() + b - deltaMax * (x.Sum(Math.Abs) + 1), spent = 0;
        foreach (var (gain, length) in segments.Where(s => s.Gain > 0 && s.Length > 0).OrderByDescending(s => s.Gain))
        {
            // gain / (1 + e^m) = λ at the end.
            double until = gain > lambda ? lambda == 0 ? double.PositiveInfinity : Math.Log(gain / lambda - 1) : double.NegativeInfinity;
            double units = Math.Clamp((until - m) / gain, 0, length);
            (m, spent) = (m + units * gain, spent + units);
        }
        return Math.Log(1 + Math.Exp(-m)) + lambda * spent;
    }

    private static double Length(ShiftNorm norm, double[] shift) =>
        norm switch { ShiftNorm.LInfinity => shift.Max(Math.Abs), ShiftNorm.L2 => Math.Sqrt(shift.Sum(v => v * v)), _ => shift.Sum(Math.Abs) };

    private static double Dot(double[] a, double[] b) => a.Zip(b, (u, v) => u * v).Sum();

    private static double Dot(float[] a, double[] b) => a.Zip(b, (u, v) => u * v).Sum();

    private static (NetworkModel Model, Table People, float[] W) Linear(int seed)
    {
        var rng = new Rng((ulong)seed + 70);
        float[] w = [.. Enumerable.Range(0, 5).Select(_ => (float)rng.NextGaussian())];
        var people = Sample.Table(Numbers, [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 5).Select(_ => (double)(float)(4 * rng.NextDouble() - 2)).ToArray())]);
        return (Sample.Linear(Sample.Random(Numbers, 50, (ulong)seed), w, -1), people, w);
    }

    private static SearchChunk ChunkOf(NetworkModel model, Table people)
    {
        var task = new RecourseTask(model);
        return new(task, people, _ => task.Actions, i => new Rng(1).Split((ulong)i), Scores.Favourable(model, people), [.. Enumerable.Repeat(1, people.Rows)], Redress.Costs.CostCatalog.All[0], 1, new Budget(), new int[people.Rows]);
    }
}
