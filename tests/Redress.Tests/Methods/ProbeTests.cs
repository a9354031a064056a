using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Records;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Methods;

public sealed class ProbeTests
{
    private const int Lanes = LaneNetwork.Lanes;
    private static readonly Schema Free = new([.. Enumerable.Range(0, 4).Select(f => Feature.Numeric($"x{f}", Change.Any) with { Minimum = -1e9, Maximum = 1e9 })], "y", "yes");
    private static readonly Schema Mixed = new(
        [Feature.Numeric("x", Change.Any) with { Minimum = -3, Maximum = 3 }, Feature.Integer("n", Change.Any) with { Minimum = -4, Maximum = 4 }, Feature.Categorical("c", ["a", "b", "d"], Change.Any), Feature.Numeric("frozen")], "y", "yes");

    [Fact]
    public void On_a_linear_model_the_first_order_rate_is_exact()
    {
        var model = Sample.Linear(Sample.Random(Free, 40, 1), [0.5f, -1.5f, 2, 0.25f], -0.3f, threshold: 0.7);
        var chunk = ChunkOf(model, Sample.Random(Free, 30, 2));
        var rate = new InvalidationRate(chunk, 0.04, everywhere: true);
        double norm = Math.Sqrt(0.25 + 2.25 + 4 + 0.0625), worst = 0;
        var (rates, margins) = (new double[1], new double[1]);
        for (int i = 0; i < chunk.Rows; i++)
        {
            var x = chunk.Encoded.XOf(i);
            double m = 0.5 * x[0] - 1.5 * x[1] + 2 * x[2] + 0.25 * x[3] - 0.3 - 0.7;
            rate.FirstOrder(i, x, rates, margins);
            Assert.Equal(m, margins[0], 1e-5);
            Assert.Equal(1 - MathNet.Numerics.Distributions.Normal.CDF(0, 1, m / (0.2 * norm)), rates[0], 1e-5);
            worst = Math.Max(worst, Math.Abs(rate.MonteCarlo(i, x, 20_000) - rates[0]));
        }
        // Four standard errors of a share of 20,000 are 0.014 at most.
        Assert.True(worst < 0.015, $"the Monte Carlo rate is off by {worst}");
    }

    [Fact]
    public void Answers_on_a_linear_model_stand_just_beyond_the_target()
    {
        float[] w = [0.5f, -1.5f, 2, 0.25f];
        var model = Sample.Linear(Sample.Random(Free, 40, 1), w, -1);
        var batch = Find(new(Target: 0.1, LearningRate: 0.002, MaxSteps: 2000), model, Sample.Random(Free, 60, 3));
        double norm = Math.Sqrt(w.Sum(v => (double)v * v));
        Assert.True(batch.Count(Outcome.Found) > 20);
        foreach (var record in batch.Records.Where(r => r.Outcome == Outcome.Found))
        {
            double rate = 1 - MathNet.Numerics.Distributions.Normal.CDF(0, 1, record.Answers[0].Score / (0.1 * norm));
            Assert.InRange(rate, 0.08, 0.1);
            Assert.Null(record.Answers[0].Note);
        }
    }

    [Theory]
    [InlineData(Activation.Relu, ProbeNoise.All, RateCheck.FirstOrder)]
    [InlineData(Activation.Tanh, ProbeNoise.All, RateCheck.FirstOrder)]
    [InlineData(Activation.Tanh, ProbeNoise.Numbers, RateCheck.FirstOrder)]
    [InlineData(Activation.Tanh, ProbeNoise.All, RateCheck.MonteCarlo)]
    public void The_row_shown_is_at_the_target_or_has_a_note(Activation activation, ProbeNoise noise, RateCheck check)
    {
        var model = Rejecting(Sample.Network(Sample.Random(Mixed, 60, 1), [8, 5], 3, 3, activation), Sample.Random(Mixed, 60, 1));
        var people = Sample.Random(Mixed, 80, 7);
        var batch = Find(new(Target: 0.2, Noise: noise, Check: check, MaxSteps: 150, Curvature: check == RateCheck.MonteCarlo), model, people);
        var (reached, missed) = (0, 0);
        foreach (var record in batch.Records.Where(r => r.Outcome == Outcome.Found))
        {
            double rate = RateOf(model, RecourseRows.Changed(Mixed, record, record.Answers[0]), record.Answers[0].Score, noise == ProbeNoise.All ? [0, 1, 2, 3, 4, 5] : [0, 1]);
            if (record.Answers[0].Note is null) Assert.True(rate <= 0.2 + 1e-6, $"{record.PersonId}: {rate}");
            else if (check == RateCheck.FirstOrder) Assert.True(rate > 0.2 - 1e-6, $"{record.PersonId}: {rate}");
            if (record.Answers[0].Note is null) reached++;
            else missed++;
        }
        Assert.True(reached > 15, $"{reached} reached the target, {missed} did not");
    }

    [Fact]
    public void Where_the_target_is_out_of_reach_the_most_robust_row_is_given_and_that_is_said()
    {
        var schema = new Schema([Feature.Numeric("x", Change.Any) with { Minimum = -1, Maximum = 0.05 }], "y", "yes");
        var model = Sample.Linear(Sample.Table(schema, [[-1], [0.05]]), [1], 0);
        var batch = Find(new(), model, Sample.Table(schema, [[-0.2]]));
        var answer = batch.Records[0].Answers[0];
        Assert.Equal(0.05, answer.Changes[0].To.Number);
        Assert.Equal("The search met no row with an invalidation rate of at most 0.05.", answer.Note);
        using var lines = new MemoryStream();
        using (var writer = new NdjsonWriter(lines, batch.Run)) writer.Write(batch.Records[0]);
        using var reader = new NdjsonReader(new MemoryStream(lines.ToArray()), "records");
        Assert.Equal(answer.Note, reader.Records().Single().Answers[0].Note);
        using var csv = new MemoryStream();
        using (var writer = new CsvWriter(csv, schema)) writer.Write(batch.Records[0]);
        Assert.Contains($",found,{answer.Note},", System.Text.Encoding.UTF8.GetString(csv.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void How_the_norm_of_the_gradient_bends_is_what_gradients_of_gradients_say()
    {
        var model = Sample.Network(Sample.Random(Mixed, 60, 1), [8, 5], 3, 3);
        var chunk = ChunkOf(model, Sample.Random(Mixed, 20, 7));
        var steps = new ProbeSteps(chunk, new InvalidationRate(chunk, 0.01, everywhere: true), new(Curvature: true), null);
        var network = ((IDifferentiableClassifier)model).Lanes();
        for (int i = 0; i < chunk.Rows; i++) steps.Enter(i, i);
        network.Run(steps.People.Points);
        steps.See(network.InputGradients);
        double[] norms = [.. Enumerable.Range(0, chunk.Rows).Select(steps.NormOf)];
        steps.Bends.AsSpan(0, chunk.Rows).Fill(1);
        steps.Step(network.InputGradients);
        var x = Tensor.From(chunk.Rows, chunk.Encoded.Width, chunk.Encoded.X).Track();
        var gradient = Gradients.Of(((IDifferentiableClassifier)model).Logits(x).Sum(), [x], createGraph: true)[0];
        var norm = (gradient * gradient).SumCols().Sqrt();
        var exact = Gradients.Of(norm.Sum(), [x])[0];
        for (int i = 0; i < chunk.Rows; i++)
        {
            Assert.Equal(norm[i, 0], norms[i], 1e-4 * norm[i, 0]);
            double size = Math.Sqrt(Enumerable.Range(0, x.Cols).Sum(c => (double)exact[i, c] * exact[i, c]));
            for (int c = 0; c < x.Cols; c++) Assert.Equal(exact[i, c], steps.Beside[c * Lanes + i], 5e-3 * size + 1e-3);
        }
    }

    [Fact]
    public void As_published_it_goes_on_to_the_end_of_a_round_where_nothing_holds_it()
    {
        var model = Sample.Linear(Sample.Random(Free, 40, 1), [0.5f, -1.5f, 2, 0.25f], -0.5f);
        var people = Sample.Random(Free, 40, 3);
        double Mean(ProbeOptions options)
        {
            var batch = Find(options, model, people);
            Assert.Equal(batch.Count(Outcome.Found), batch.Records.Count(r => r.Outcome != Outcome.AlreadyDesired));
            Assert.All(batch.Records, r => Assert.True(r.Answers.Count == 0 || r.Answers[0].Note is null));
            if (!options.EachStep) Assert.All(batch.Records.Where(r => r.Outcome == Outcome.Found), r => Assert.Equal(1, r.Steps % 1000));
            return batch.Records.Where(r => r.Outcome == Outcome.Found).Average(r => r.Answers[0].Changes.Sum(c => Math.Abs(c.To.Number!.Value - c.From.Number!.Value)));
        }
        var (near, far) = (Mean(new()), Mean(ProbeOptions.Published with { Samples = 500 }));
        Assert.True(far > near + 0.3, $"mean L1 {far} as published, {near} by default");
    }

    [Fact]
    public void Defaults_presets_and_refusals_are_pinned()
    {
        var method = MethodCatalog.Get("probe");
        Assert.Equal("""{"target":0.05,"slack":0,"variance":0.01,"noise":"all","check":"first-order","samples":1000,"weight":3,"lambda":0.01,"lambda-decrease":0.005,"rounds":3,"max-steps":500,"learning-rate":0.01,"each-step":true,"curvature":false}""", method.DefaultOptions);
        Assert.Equal("""{"target":0.05,"slack":0.005,"variance":0.01,"noise":"all","check":"monte-carlo","samples":10000,"weight":3,"lambda":0.01,"lambda-decrease":0.1,"rounds":9,"max-steps":1000,"learning-rate":0.001,"each-step":false,"curvature":true}""", method.Presets["published"]);
        Assert.Equal("""{"target":0.3,"slack":0.01,"variance":0.01,"noise":"all","check":"monte-carlo","samples":10000,"weight":3,"lambda":0.01,"lambda-decrease":0.1,"rounds":45,"max-steps":200,"learning-rate":0.001,"each-step":false,"curvature":true}""", method.Presets["carla"]);
        Assert.Equal(
            """
            Options of 'probe': target is 0; must be more than 0 and at most 0.5.
            Options of 'probe': slack is NaN; must be 0 to 0.5.
            Options of 'probe': variance is 0; must be more than 0 and finite.
            Options of 'probe': noise is 7; must be all or numbers.
            Options of 'probe': check is 8; must be first-order or monte-carlo.
            Options of 'probe': samples is 0; must be 1 to 1000000.
            Options of 'probe': weight is -1; must be at least 0 and finite.
            Options of 'probe': lambda is ∞; must be finite.
            Options of 'probe': lambda-decrease is -1; must be at least 0 and finite.
            Options of 'probe': rounds is 0; must be 1 to 1000.
            Options of 'probe': max-steps is 0; must be 1 to 1000000.
            Options of 'probe': learning-rate is 0; must be more than 0 and finite.
            """.ReplaceLineEndings("\n").Replace("∞", "Infinity", StringComparison.Ordinal),
            Sample.Message<OptionsException>(() => new Probe(new(0, double.NaN, 0, (ProbeNoise)7, (RateCheck)8, 0, -1, double.PositiveInfinity, -1, 0, 0, 0))).ReplaceLineEndings("\n"));
    }

    /// <summary>The model with θ at the 60th percentile of scores.</summary>
    private static NetworkModel Rejecting(NetworkModel model, Table rows) => model.With(Scores.Favourable(model, rows).Order().ElementAt(rows.Rows * 3 / 5), []);

    private static RecourseBatch Find(ProbeOptions options, NetworkModel model, Table people) => new Probe(options).Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1));

    /// <summary>The first-order rate of a raw row for σ² = 0.01, by recorded operations.</summary>
    private static double RateOf(NetworkModel model, double[] row, double score, int[] columns)
    {
        var encoded = new float[model.Encoding.Width];
        model.Encoding.Encode(row, encoded);
        var x = Tensor.From(1, encoded.Length, encoded).Track();
        var gradient = Gradients.Of(((IDifferentiableClassifier)model).Logits(x).Sum(), [x])[0];
        double norm = Math.Sqrt(columns.Sum(c => (double)gradient[0, c] * gradient[0, c]));
        return 1 - MathNet.Numerics.Distributions.Normal.CDF(0, 1, (score - model.Threshold) / (0.1 * norm));
    }

    private static SearchChunk ChunkOf(NetworkModel model, Table people)
    {
        var task = new RecourseTask(model);
        return new(task, people, _ => task.Actions, i => new Rng(1).Split((ulong)i), Scores.Favourable(model, people), [.. Enumerable.Repeat(1, people.Rows)], Redress.Costs.CostCatalog.All[0], 1, new Budget(), new int[people.Rows]);
    }
}
