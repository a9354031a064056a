using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Tests.Methods;

public sealed class TabSynTests
{
    private static readonly Schema Columns = new([Feature.Numeric("a", Change.Any), Feature.Integer("given"), Feature.Categorical("c", ["u", "v"], Change.Any)], "y", "yes");

    /// <summary>a spreads over -10 to 10, given is 0 or 1, c is v where a is positive, but for every seventh row; accepted where a is.</summary>
    private static readonly Table Training = Rows(300);

    private static readonly NetworkModel Model = Sample.Linear(Training, [1, 0, 0, 0], 0);

    private static readonly DiffusionOptions Small = new([32, 32], Latent: 4, CodeEpochs: 30, Epochs: 30);

    private static readonly Diffusion Trained = Diffusion.Train(Training.Select([.. Enumerable.Range(0, 300).Where(r => Training.Row(r)[0] > 1)]), 1, Small);

    private static readonly TabSynQOptions Q = new(Steps: 12, Hidden: Small.Hidden, Latent: 4, CodeEpochs: 30, Epochs: 30);

    private static readonly TabSynSvddOptions Svdd = new(Samples: 4, Candidates: 4, Steps: 12, Hidden: Small.Hidden, Latent: 4, CodeEpochs: 30, Epochs: 30);

    private static readonly Table People = Sample.Table(Columns, [[-3, 0, 0], [-8, 1, 0], [-5, 1, 1]], ids: ["ann", "bob", "cem"]);

    [Fact]
    public void Everyone_gets_a_row_of_the_synthetic_set_with_their_own_immutables()
    {
        var finder = Prepare(new TabSynQ(Q));
        double[][] synthetic = [.. SyntheticOf(finder).Chunk(3)];
        Assert.Equal(Training.Rows, synthetic.Length);
        var batch = finder.Find(new(People), new Rng(1));
        for (int i = 0; i < People.Rows; i++)
        {
            Assert.Equal(Outcome.Found, batch.Records[i].Outcome);
            double[] row = RecourseRows.Changed(Columns, batch.Records[i], batch.Records[i].Answers[0]);
            Assert.Equal(People.Row(i)[1], row[1]);
            Assert.Contains(synthetic, s => s.SequenceEqual(row));
            Assert.True(Scores.Probability(Model.ScoreKind, batch.Records[i].Answers[0].Score) > 0.7);
            // Rows that stay as they were drawn are known: one call for the person, one for the check.
            Assert.Equal(2, batch.Records[i].ModelCalls);
        }
    }

    [Fact]
    public void Of_more_samples_the_model_scores_the_given_one_higher_and_of_a_larger_lambda_it_is_nearer()
    {
        double Mean(TabSynQOptions options, Func<RecourseRecord, double> of)
        {
            var people = Sample.Table(Columns, [.. Enumerable.Range(0, 60).Select(i => new double[] { -10 + i * 0.15, i % 2, 0 })]);
            return Prepare(new TabSynQ(options)).Find(new(people), new Rng(2)).Records.Average(of);
        }
        Assert.True(Mean(Q, r => r.Answers[0].Score) > Mean(Q with { Samples = 1 }, r => r.Answers[0].Score) + 0.3);
        Assert.True(Mean(Q with { Samples = 1, Lambda = 40 }, r => r.Answers[0].Cost) < Mean(Q with { Samples = 1, Lambda = 0 }, r => r.Answers[0].Cost) - 0.3);
    }

    [Fact]
    public void Who_shares_their_immutables_with_no_row_gets_a_row_near_them_pulled_into_their_action_set()
    {
        var stranger = Sample.Table(Columns, [[-3, 17, 0]]);
        foreach (IRecourseMethod method in new IRecourseMethod[] { new TabSynQ(Q), new TabSynSvdd(Svdd) })
        {
            var record = Prepare(method).Find(new(stranger), new Rng(1)).Records[0];
            Assert.Equal(Outcome.Found, record.Outcome);
            Assert.DoesNotContain("given", record.Answers[0].Changes.Select(c => c.Feature));
        }
    }

    [Fact]
    public void Guidance_goes_to_rows_near_the_person()
    {
        var people = Sample.Table(Columns, [.. Enumerable.Range(0, 20).Select(i => new[] { -0.5, i % 2, 1.0 })]);
        double Mean(double lambda) => Prepare(new TabSynSvdd(Svdd with { Samples = 1, Lambda = lambda, Candidates = 8, Steps = 24 })).Find(new(people), new Rng(1)).Records
            .Where(r => r.Outcome == Outcome.Found).Average(r => r.Answers[0].Cost);
        double free = Mean(0), guided = Mean(20);
        Assert.True(guided < 0.7 * free, $"{guided} of {free}");
    }

    [Fact]
    public void Rows_scored_and_steps_are_counted()
    {
        int scored = 0;
        var counted = new DelegateModel(Columns, (t, _) =>
        {
            scored += t.Rows;
            return [.. Enumerable.Range(0, t.Rows).Select(i => t.Row(i)[0] > 0 ? 0.9 : 0.1)];
        }, "counted");
        foreach (var (method, steps) in new (IRecourseMethod, int)[] { (new TabSynQ(Q), 1), (new TabSynSvdd(Svdd), 12) })
        {
            var finder = method.Prepare(new(counted, Training) { Diffusion = Trained }, new Rng(1));
            foreach (var person in new double[][] { [-3, 0, 0], [-3, 17, 0] })
            {
                scored = 0;
                var record = finder.Find(new(Sample.Table(Columns, [person])), new Rng(1)).Records[0];
                Assert.Equal((Outcome.Found, scored, steps), (record.Outcome, record.ModelCalls, record.Steps));
            }
        }
        // Fewer steps than asked for: the diffusion has as many as the budget.
        var short1 = Prepare(new TabSynSvdd(Svdd)).Find(new(People, Budget: new(Steps: 5)), new Rng(1)).Records[0];
        Assert.Equal(5, short1.Steps);
    }

    [Fact]
    public void Several_answers_are_different_rows()
    {
        var free = Sample.Table(Columns, [[-3, 1, 0]]);
        foreach (IRecourseMethod method in new IRecourseMethod[] { new TabSynQ(Q with { Samples = 40, Lambda = 0 }), new TabSynSvdd(Svdd with { Samples = 20, Lambda = 0 }) })
        {
            var answers = Prepare(method).Find(new(free, Answers: 2), new Rng(1)).Records[0].Answers;
            Assert.Equal(2, answers.Count);
            Assert.NotEqual(answers[0].Changes.Select(c => c.Feature), answers[1].Changes.Select(c => c.Feature));
        }
    }

    [Fact]
    public void Without_a_diffusion_model_both_train_the_same_one_on_the_confident_rows_of_the_label()
    {
        var task = new RecourseTask(Model, Training);
        var seen = new List<string>();
        var finder = new TabSynSvdd(Svdd).Prepare(task, new Rng(5), new Told(p => seen.Add(p.Stage)));
        Assert.Equal(["training the autoencoder", "training the denoiser"], seen.Distinct());
        // p > 0.7 where a > ln(0.7 / 0.3); the labels say a > 0.
        int[] positive = [.. Enumerable.Range(0, 300).Where(r => 1 / (1 + Math.Exp(-Training.Row(r)[0])) > 0.7)];
        var expected = Diffusion.Train(Training.Select(positive), 5, Small);
        Assert.Contains(expected.Fingerprint, LearntOf(finder).Json, StringComparison.Ordinal);
        double[] drawn = SyntheticOf(new TabSynQ(Q with { Synthetic = 7 }).Prepare(task, new Rng(5)));
        Assert.Equal(expected.Sample(7, new Rng(5).Split("synthetic").Split("favourable"), 12).Values.ToArray(), drawn);
    }

    [Fact]
    public void The_other_side_is_learnt_where_it_is_asked_for()
    {
        var accepted = Sample.Table(Columns, [[4, 0, 1]]);
        foreach (var (plain, both) in new (IRecourseMethod, IRecourseMethod)[] { (new TabSynQ(Q), new TabSynQ(Q with { OtherSide = true })), (new TabSynSvdd(Svdd), new TabSynSvdd(Svdd with { OtherSide = true })) })
        {
            var request = new RecourseRequest(accepted, Desired: Desired.OtherThanPredicted);
            var record = Prepare(plain).Find(request, new Rng(1)).Records[0];
            Assert.Equal((Outcome.NotFound, "Only rows with the favourable outcome were learnt; set other-side to true to learn the others too."), (record.Outcome, record.Reason));
            Assert.Equal(Outcome.Found, Prepare(both).Find(request, new Rng(1)).Records[0].Outcome);
        }
    }

    [Fact]
    public void Where_no_row_is_confident_everybody_is_told()
    {
        var unsure = Sample.Linear(Training, [0.01f, 0, 0, 0], 0);
        foreach (IRecourseMethod method in new IRecourseMethod[] { new TabSynQ(Q), new TabSynSvdd(Svdd) })
        {
            var record = method.Prepare(new(unsure, Training), new Rng(1)).Find(new(People), new Rng(1)).Records[0];
            Assert.Equal("No training row with the desired label is given the desired outcome with a confidence above 0.7, so there was nothing to learn from; ask for less confidence.", record.Reason);
        }
        var given = new TabSynQ(Q).Prepare(new(unsure, Training) { Diffusion = Trained }, new Rng(1)).Find(new(People), new Rng(1)).Records[0];
        Assert.Equal("None of the 300 synthetic rows is given the desired outcome with a confidence above 0.7; ask for less confidence.", given.Reason);
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_work_starts()
    {
        string Refusal(IRecourseMethod method, RecourseTask task) => Sample.Message<OptionsException>(() => method.Prepare(task, new Rng(1)));
        var unlabelled = new Table(Columns, Training.Values.ToArray());
        Assert.Equal("Method 'tabsyn-q' needs training rows, and the task has none.", Refusal(new TabSynQ(Q), new(Model)));
        Assert.Equal("Options of 'tabsyn-svdd': label is true, and the training rows have no outcomes; give rows with outcomes, or set label to false.", Refusal(new TabSynSvdd(Svdd), new(Model, unlabelled)));
        Assert.Equal(Outcome.Found, new TabSynQ(Q with { Label = false }).Prepare(new(Model, unlabelled), new Rng(1)).Find(new(People), new Rng(1)).Records[0].Outcome);
        var others = Redress.Tests.Generative.AutoencoderTests.People(20);
        Assert.Equal(
            """
            The training rows have other columns than the model's.
            Options of 'tabsyn-q': label is true, and the training rows have no outcomes; give rows with outcomes, or set label to false.
            """.ReplaceLineEndings(), Refusal(new TabSynQ(Q), new(Model, others)).ReplaceLineEndings());
        var network = Sample.Network(others, [4], 1);
        Assert.Equal("The diffusion model was trained on other columns than the model's; train one on rows of the model's schema.",
            Refusal(new TabSynQ(Q with { Label = false }), new(network, others) { Diffusion = Trained }));
        Assert.Equal(
            "Options of 'tabsyn-q': they ask for a diffusion model with hidden 32,32, latent 4, code-epochs 30, epochs 31, batch-size 128, learning-rate 0.001; the task's has hidden 32,32, latent 4, code-epochs 30, epochs 30, batch-size 128, learning-rate 0.001.",
            Refusal(new TabSynQ(Q with { Epochs = 31 }), new(Model, Training) { Diffusion = Trained }));
    }

    [Fact]
    public void Options_out_of_range_are_refused_together()
    {
        string[] shared =
        [
            "lambda is NaN; must be 0 or more and finite.", "samples is 0; must be 1 to 1000.", "steps is 1001; must be 1 to 1000.", "confidence is 1; must be 0 to below 1.",
            "a layer of hidden has 0 units; must be 1 to 16384.", "latent is 0; must be 1 to 1024.", "code-epochs is 0; must be 1 to 100000.", "epochs is 0; must be 1 to 100000.",
            "batch-size is 0; must be 1 to 1048576.", "learning-rate is 0; must be more than 0 and finite.",
        ];
        string Text(string slug, params string[] first) => string.Join(Environment.NewLine, first.Concat(shared).Select(p => $"Options of '{slug}': {p}"));
        Assert.Equal(Text("tabsyn-q", "nearest is 0; must be 1 to 10000.", "synthetic is -1; must be 0 (as many as the training rows) to 10000000."),
            Sample.Message<OptionsException>(() => new TabSynQ(new(double.NaN, 0, 0, -1, true, 1, false, 1001, [0], 0, 0, 0, 0, 0))));
        Assert.Equal(Text("tabsyn-svdd", "candidates is 0; must be 1 to 1000."), Sample.Message<OptionsException>(() => new TabSynSvdd(new(double.NaN, 0, 0, true, 1, false, 1001, [0], 0, 0, 0, 0, 0))));
        Assert.Equal("Options of 'tabsyn-q': label is false and confidence is 0, so any row would do; ask for one of the two.", Sample.Message<OptionsException>(() => new TabSynQ(Q with { Label = false, Confidence = 0 })));
    }

    [Fact]
    public void A_damaged_preparation_is_one_line()
    {
        string Load(IRecourseMethod method, Action<Dictionary<string, string>> change, Func<StoredTensor, StoredTensor?>? each = null)
        {
            using var file = new MemoryStream();
            Prepare(method).Save(file);
            file.Position = 0;
            var (metadata, tensors) = SafeTensors.Read(file, "p");
            var changed = new Dictionary<string, string>(metadata);
            change(changed);
            using var to = new MemoryStream();
            SafeTensors.Write(to, changed, [.. tensors.Values.Select(t => each is null ? t : each(t)).OfType<StoredTensor>()]);
            to.Position = 0;
            return Sample.Message<ModelFileException>(() => MethodCatalog.Load(to, "p", new(Model), new Rng(1)));
        }
        Assert.Equal("p: damaged (the rows' sides are missing).", Load(new TabSynQ(Q), _ => { }, t => t.Name == "examples.labels" ? null : t));
        Assert.Equal("p: damaged (row 0 of 'examples.rows' has 0.5 for 'given').",
            Load(new TabSynQ(Q), _ => { }, t => t.Name == "examples.rows" ? StoredTensor.Of(t.Name, t.Shape, [.. t.Doubles().Select((v, i) => i == 1 ? 0.5 : v)]) : t));
        Assert.Equal("p: damaged (what was learnt is null).", Load(new TabSynSvdd(Svdd), m => m["redress.learnt"] = "null"));
        Assert.StartsWith("p: damaged ('x' is an invalid start of a value.", Load(new TabSynSvdd(Svdd), m => m["redress.learnt"] = "x"), StringComparison.Ordinal);
        Assert.Equal("p: damaged (tensor 'denoiser.0.bias' is missing or not 1 × 32).", Load(new TabSynSvdd(Svdd), _ => { }, t => t.Name == "favourable.denoiser.0.bias" ? null : t));
    }

    private static IRecourseFinder Prepare(IRecourseMethod method) => method.Prepare(new RecourseTask(Model, Training) { Diffusion = Trained }, new Rng(1));

    private static Learnt LearntOf(IRecourseFinder finder)
    {
        using var file = new MemoryStream();
        finder.Save(file);
        file.Position = 0;
        return Preparation.Read(file, "p").Learnt!;
    }

    private static double[] SyntheticOf(IRecourseFinder finder) => LearntOf(finder).Tensors.Single(t => t.Name == "examples.rows").Doubles();

    private static Table Rows(int count)
    {
        var rng = new Rng(1);
        double[][] rows = [.. Enumerable.Range(0, count).Select(i => 20 * rng.NextDouble() - 10).Select((a, i) => new[] { a, i % 2, a > 0 != (i % 7 == 0) ? 1.0 : 0 })];
        return Sample.Table(Columns, rows, [.. rows.Select(r => r[0] > 0)]);
    }

    private sealed class Told(Action<Progress> tell) : IProgress<Progress>
    {
        public void Report(Progress value) => tell(value);
    }
}
