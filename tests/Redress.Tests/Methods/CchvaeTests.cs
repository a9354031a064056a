using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;
using Redress.Tests.Generative;

namespace Redress.Tests.Methods;

public sealed class CchvaeTests
{
    /// <summary>Codes are the numbers a and b themselves, so that spheres of codes are spheres of rows.</summary>
    private static readonly Autoencoder Plain = DecoderLipschitzTests.Hand([[1, 0, 0, 1, 0, 0]], new([], Latent: 2));

    private static readonly Table Training = Sample.Table(Plain.Schema, [[-50, -50, 0], [50, 50, 1]]);

    /// <summary>Accepted where 3a + 4b >= 25: five away from the origin.</summary>
    private static readonly NetworkModel Model = Sample.Linear(Training, [3, 4, 0], -25);

    private static readonly Table Origin = Sample.Table(Plain.Schema, [[0, 0, 7]], ids: ["ann"]);

    [Fact]
    public void On_a_plane_the_spheres_end_at_its_distance()
    {
        foreach (var options in new CchvaeOptions[] { new(MaxRadius: 32), new(LatentSearch.FixedStep, MaxRadius: 32), new(LatentSearch.FixedStep, 500, Step: 0.05, MaxRadius: 32) })
        {
            var (row, radius) = Nearest(options);
            double length = Math.Sqrt(row[0] * row[0] + row[1] * row[1]);
            Assert.Equal(radius, length, 1e-5);
            Assert.True(3 * row[0] + 4 * row[1] >= 25);
            // Sixty-four rays meet the plane within a few degrees of the normal, and the shell's width comes on top.
            Assert.InRange(length, 5, 5 + 0.15 + (options.Search == LatentSearch.FixedStep ? options.Step : 0.05));
            Assert.Equal(7, row[2]);
        }
    }

    [Theory]
    [InlineData(4, 4.9, 2)]      // from 5 on rows are accepted
    [InlineData(0.3, 1, 4)]
    [InlineData(0.15, 2.1, 14)]  // 2.1 / 0.15 comes out a little above 14
    public void Shells_end_at_the_largest_radius(double step, double radius, int shells)
    {
        var chunk = Chunk(new L2Cost());
        var spheres = new LatentSpheres(chunk, new(LatentSearch.FixedStep, 500, Step: step, MaxRadius: radius), Plain, highest: false);
        spheres.Grow(CancellationToken.None);
        Assert.Equal((double.NaN, shells), (spheres.Radii[0], chunk.Steps[0]));
    }

    [Fact]
    public void The_norm_is_the_options()
    {
        // The nearest accepted row in L1 is (0, 25/4).
        var (row, radius) = Nearest(new(Samples: 500, Norm: LatentNorm.L1, MaxRadius: 32), new L1Raw());
        Assert.Equal(radius, Math.Abs(row[0]) + Math.Abs(row[1]), 1e-5);
        Assert.InRange(radius, 6.25, 6.35);
    }

    [Fact]
    public void Doubling_asks_fewer_rows_and_is_no_costlier_than_shells()
    {
        var rng = new Rng(4);
        var people = Sample.Table(Plain.Schema, [.. Enumerable.Range(0, 40).Select(_ => new[] { 3 * rng.NextGaussian(), 3 * rng.NextGaussian(), 0 })]);
        RecourseBatch Run(CchvaeOptions options) => Prepare(options).Find(new(people), new Rng(2));
        var (doubling, shells) = (Run(new(Samples: 128, Norm: LatentNorm.L1, MaxRadius: 15)), Run(CchvaeOptions.Carla));
        Assert.Equal(shells.Count(Outcome.Found), doubling.Count(Outcome.Found));
        double Mean(RecourseBatch batch, Func<RecourseRecord, double> of) => batch.Records.Where(r => r.Outcome == Outcome.Found).Average(of);
        Assert.True(Mean(doubling, r => r.Answers[0].Cost) <= Mean(shells, r => r.Answers[0].Cost), $"{Mean(doubling, r => r.Answers[0].Cost)} of {Mean(shells, r => r.Answers[0].Cost)}");
        Assert.True(Mean(doubling, r => r.ModelCalls) < 0.25 * Mean(shells, r => r.ModelCalls), $"{Mean(doubling, r => r.ModelCalls)} of {Mean(shells, r => r.ModelCalls)}");
    }

    [Fact]
    public void What_a_request_holds_still_stays_though_it_was_decoded()
    {
        var stricter = new ActionSet(new Schema([Feature.Numeric("a"), Feature.Numeric("b", Change.Any), Feature.Numeric("given")], "y", "yes"), Model.Statistics);
        var record = Prepare(new(MaxRadius: 32)).Find(new(Origin, Actions: stricter), new Rng(1)).Records[0];
        Assert.Equal(["b"], record.Answers[0].Changes.Select(c => c.Feature));
        Assert.InRange(record.Answers[0].Changes[0].To.Number!.Value, 6.25, 6.9);
        var freer = new ActionSet(new Schema([.. Plain.Schema.Features.Select(f => f with { Change = Change.Any })], "y", "yes"), Model.Statistics);
        Assert.Equal("Method 'cchvae' was prepared with 'given' immutable, and the action set lets people change 'given'; prepare it for what people can change.",
            Sample.Message<OptionsException>(() => Prepare(new()).Find(new(Origin, Actions: freer), new Rng(1))));
    }

    [Fact]
    public void Rows_scored_are_counted()
    {
        int scored = 0;
        var counted = new DelegateModel(Plain.Schema, (t, _) =>
        {
            scored += t.Rows;
            return [.. Enumerable.Range(0, t.Rows).Select(i => 3 * t.Row(i)[0] + 4 * t.Row(i)[1] >= 25 ? 0.9 : 0.1)];
        }, "counted");
        foreach (var options in new CchvaeOptions[] { new(MaxRadius: 32), CchvaeOptions.Carla, new(MaxRadius: 1) })
        {
            scored = 0;
            var record = new Cchvae(options).Prepare(new RecourseTask(counted, Training) { Autoencoder = Plain }, new Rng(1)).Find(new(Origin), new Rng(1)).Records[0];
            Assert.Equal(options.MaxRadius == 1 ? Outcome.NotFound : Outcome.Found, record.Outcome);
            Assert.Equal(scored, record.ModelCalls);
        }
    }

    [Fact]
    public void Without_an_autoencoder_one_is_trained_on_the_training_rows_by_the_stream_s_seed()
    {
        var rows = AutoencoderTests.People(30);
        var model = Sample.Network(rows, [4], 1);
        var finder = new Cchvae().Prepare(new RecourseTask(model, rows), new Rng(5));
        Assert.Contains($"\"autoencoder\":\"{Autoencoder.Train(rows, 5).Fingerprint}\"", finder.Options, StringComparison.Ordinal);
        // What a finder says of itself can be asked for again, and only with that autoencoder.
        Assert.Equal(finder.Options, MethodCatalog.Get("cchvae").Create(finder.Options).Prepare(new RecourseTask(model, rows), new Rng(5)).Options);
        Assert.StartsWith("Options of 'cchvae': autoencoder is '", Sample.Message<OptionsException>(() => MethodCatalog.Get("cchvae").Create(finder.Options).Prepare(new RecourseTask(model, rows), new Rng(6))), StringComparison.Ordinal);
        // Rows whose schema says otherwise of what can change are read by the model's.
        var frozen = new Table(new Schema([.. rows.Schema.Features.Select(f => f with { Change = Change.None })], "y", "yes"), rows.Values.ToArray());
        Assert.Equal(finder.Options, new Cchvae().Prepare(new RecourseTask(model, frozen), new Rng(5)).Options);
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_work_starts()
    {
        Assert.Equal("Method 'cchvae' needs an autoencoder, or training rows to train one on, and the task has neither.",
            Sample.Message<OptionsException>(() => new Cchvae().Prepare(new(Model), new Rng(1))));
        var others = AutoencoderTests.People(30);
        Assert.Equal("The autoencoder was trained on other columns than the model's; train one on rows of the model's schema.",
            Sample.Message<OptionsException>(() => new Cchvae().Prepare(new(Sample.Network(others, [4], 1)) { Autoencoder = Plain }, new Rng(1))));
        var schema = new Schema([Plain.Schema.Features[0] with { Change = Change.None }, .. Plain.Schema.Features.Skip(1)], "y", "yes");
        Assert.Equal("The autoencoder takes 'given' for immutable, the model's schema 'a', 'given'; train one for what people can change.",
            Sample.Message<OptionsException>(() => new Cchvae().Prepare(new(Sample.Linear(new Table(schema, Training.Values.ToArray()), [3, 4, 0], -25)) { Autoencoder = Plain }, new Rng(1))));
        Assert.Equal("The training rows have other columns than the model's.", Sample.Message<OptionsException>(() => new Cchvae().Prepare(new(Model, others), new Rng(1))));
        Assert.Equal(
            """
            Options of 'cchvae': search is 5; must be doubling or fixed-step.
            Options of 'cchvae': samples is 0; must be 1 to 10000.
            Options of 'cchvae': norm is 5; must be l2 or l1.
            Options of 'cchvae': step is 0; must be more than 0 and finite.
            """.ReplaceLineEndings(), Sample.Message<OptionsException>(() => new Cchvae(new((LatentSearch)5, 0, (LatentNorm)5, 0))).ReplaceLineEndings());
        Assert.Equal("Options of 'cchvae': max-radius is 0.1; must be 0.25 (the step) to 2500 (10000 steps).", Sample.Message<OptionsException>(() => new Cchvae(new(MaxRadius: 0.1))));
        Assert.Equal("Options of 'cchvae': max-radius is ∞; must be 0.25 (the step) to 2500 (10000 steps).".Replace("∞", Invariant($"{double.PositiveInfinity}"), StringComparison.Ordinal),
            Sample.Message<OptionsException>(() => new Cchvae(new(MaxRadius: double.PositiveInfinity))));
    }

    [Fact]
    public void A_model_that_lets_nobody_act_leaves_it_to_its_requests()
    {
        var schema = new Schema([.. Plain.Schema.Features.Select(f => f with { Change = Change.None })], "y", "yes");
        var model = Sample.Linear(new Table(schema, Training.Values.ToArray()), [3, 4, 0], -25);
        var finder = new Cchvae(new(MaxRadius: 32)).Prepare(new(model) { Autoencoder = Plain }, new Rng(1));
        Assert.Equal(Outcome.Found, finder.Find(new(Origin, Actions: new ActionSet(Plain.Schema, Model.Statistics)), new Rng(1)).Records[0].Outcome);
    }

    [Fact]
    public void A_damaged_preparation_is_one_line()
    {
        using var file = new MemoryStream();
        Prepare(new()).Save(file);
        string Load(Action<Dictionary<string, string>> change, Func<StoredTensor, StoredTensor>? each = null)
        {
            file.Position = 0;
            var (metadata, tensors) = SafeTensors.Read(file, "p");
            var changed = new Dictionary<string, string>(metadata);
            change(changed);
            using var to = new MemoryStream();
            SafeTensors.Write(to, changed, changed.ContainsKey("redress.learnt") ? [.. tensors.Values.Select(t => each?.Invoke(t) ?? t)] : []);
            to.Position = 0;
            return Sample.Message<ModelFileException>(() => MethodCatalog.Load(to, "p", new(Model), new Rng(1)));
        }
        Assert.Equal("p: damaged (what 'cchvae' learnt is missing).", Load(m => m.Remove("redress.learnt")));
        Assert.Equal("p: damaged (its content does not match its fingerprint).", Load(_ => { }, t => t.Name == "decoder.0.weight" ? StoredTensor.Of(t.Name, t.Shape, new float[6]) : t));
        string other = Load(m => m["redress.options"] = m["redress.options"].Replace(Plain.Fingerprint, "ab", StringComparison.Ordinal));
        Assert.Equal($"p: damaged (Options of 'cchvae': autoencoder is 'ab', and the one at hand is '{Plain.Fingerprint}'.).", other);
    }

    private static IRecourseFinder Prepare(CchvaeOptions options) => new Cchvae(options).Prepare(new RecourseTask(Model) { Autoencoder = Plain }, new Rng(1));

    /// <summary>The row found for the origin, and the radius of its code.</summary>
    private static (double[] Row, double Radius) Nearest(CchvaeOptions options, ICost? cost = null)
    {
        var chunk = Chunk(cost ?? new L2Cost());
        var spheres = new LatentSpheres(chunk, options, Plain, highest: false);
        spheres.Grow(CancellationToken.None);
        spheres.Offer(0);
        return (chunk.OfferedRow(chunk.FirstOffer(0)).ToArray(), spheres.Radii[0]);
    }

    private static SearchChunk Chunk(ICost cost)
    {
        var task = new RecourseTask(Model);
        return new(task, Origin, _ => task.Actions, _ => new Rng(3), [-25], [1], cost, 1, new Budget(), new int[1]);
    }

    private sealed class L1Raw : ICost
    {
        public string Slug => "l1-raw";

        public string Title => "";

        public CostJoin Join => CostJoin.Sum;

        public double Part(Schema schema, TrainingStatistics statistics, int feature, double from, double to) => Math.Abs(to - from);
    }
}
