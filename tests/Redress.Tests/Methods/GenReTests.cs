using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Tests.Methods;

public sealed class GenReTests
{
    private static readonly Schema Columns = new(
        [Feature.Numeric("a", Change.Any), Feature.Numeric("b", Change.Any), Feature.Categorical("side", ["left", "right"]), Feature.Categorical("plan", ["x", "y", "z"], Change.Any)], "y", "yes", "id");

    /// <summary>
    /// Accepted people stand at (10, b) with plan y on the left and plan z on the right, rejected ones at (0, b) with plan x; b is 1, 2, 3 or 4 and costs what it
    /// moves, so that everybody's partner is who has their b and side.
    /// </summary>
    private static Table Rows(int rows, ulong seed)
    {
        var rng = new Rng(seed);
        var values = new double[rows][];
        var labels = new bool[rows];
        for (int i = 0; i < rows; i++)
        {
            labels[i] = i % 2 == 0;
            int side = rng.NextInt(2);
            values[i] = [labels[i] ? 10 : 0, 1 + rng.NextInt(4), side, labels[i] ? 1 + side : 0];
        }
        return Sample.Table(Columns, values, labels, [.. Enumerable.Range(0, rows).Select(i => Invariant($"p{i}"))]);
    }

    private static readonly Table Training = Rows(600, 1);

    /// <summary>Accepted where a is 5 or more.</summary>
    private static readonly NetworkModel Model = Sample.Linear(Training, [1, 0, 0, 0, 0, 0, 0], -5);

    private static readonly GenReOptions Small = new(Lambda: 60, EncoderLayers: 1, DecoderLayers: 1, Width: 16, Heads: 2, FeedForward: 16, Epochs: 25, Patience: 25, BatchSize: 32, LearningRate: 0.01);

    private static IRecourseFinder Prepare(GenReOptions? options = null, Table? training = null, Execution? execution = null, TrainingCheckpoint? checkpoint = null, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        new GenRe(options ?? Small).Prepare(new(Model, training ?? Training) { Execution = execution ?? new(1), Checkpoint = checkpoint }, new Rng(4), progress, cancel);

    private static readonly Lazy<IRecourseFinder> Trained = new(() => Prepare());

    private static double[] RowOf(RecourseRecord record) => RecourseRows.Changed(Columns, record, record.Answers[0]);

    [Fact]
    public void Everyone_is_sent_to_their_partner()
    {
        var people = Rows(200, 2);
        var found = Trained.Value.Find(new(people), new Rng(1)).Records.Where(r => r.Outcome == Outcome.Found).ToList();
        Assert.Equal(100, found.Count);
        int right = 0;
        for (int i = 0; i < people.Rows; i++)
        {
            if (people.Labels![i]) continue;
            var (from, to) = (people.Row(i).ToArray(), RowOf(found.Single(r => r.PersonId == people.Ids![i])));
            Assert.Equal(from[2], to[2]);
            if (to[0] == 10 && to[1] == from[1] && to[3] == 1 + from[2]) right++;
        }
        Assert.True(right >= 95, $"{right} of 100");
    }

    [Fact]
    public void A_person_who_cannot_have_a_value_is_drawn_another_and_later_features_know()
    {
        // Nobody may take plan z; on the right it is the likeliest.
        var limited = new Schema([.. Columns.Features.Select(f => f.Name == "plan" ? f with { Allowed = [0, 1] } : f)], "y", "yes", "id");
        var people = Rows(100, 3);
        var batch = Trained.Value.Find(new(people, Actions: new(limited, TrainingStatistics.Of(Training))), new Rng(1));
        foreach (var record in batch.Records.Where(r => r.Outcome == Outcome.Found)) Assert.NotEqual(2, RowOf(record)[3]);
        Assert.Equal(50, batch.Count(Outcome.Found));
    }

    [Fact]
    public void The_sample_of_the_highest_score_is_given_and_k_different_ones_where_asked_for()
    {
        var people = Rows(60, 5);
        var hot = new GenRe(Small with { Temperature = 0.5, Samples = 40 }).Prepare(new(Model, Training) { Execution = new(1) }, new Rng(4));
        var one = hot.Find(new(people), new Rng(1)).Records;
        var (three, all) = (hot.Find(new(people, Answers: 3), new Rng(1)).Records, hot.Find(new(people, Answers: 40), new Rng(1)).Records);
        for (int i = 0; i < people.Rows; i++)
        {
            if (one[i].Outcome != Outcome.Found) continue;
            Assert.Equal(all[i].Answers.Max(a => a.Score), one[i].Answers[0].Score);
            Assert.Equal(all[i].Answers.Count, all[i].Answers.Select(a => string.Join(';', RecourseRows.Changed(Columns, all[i], a))).Distinct().Count());
            // Of fewer answers the cheapest are given.
            Assert.Equal(all[i].Answers.Take(3).Select(a => a.Cost), three[i].Answers.Select(a => a.Cost));
        }
        Assert.Contains(three, r => r.Answers.Count == 3);
    }

    [Fact]
    public void Training_is_the_same_at_any_number_of_threads_and_resumes_to_the_same_bits()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var quick = Small with { Epochs = 5 };
            byte[] whole = Saved(Prepare(quick)), threads = Saved(Prepare(quick, execution: new(3)));
            Assert.Equal(whole, threads);
            var state = new TrainingCheckpoint(Path.Combine(folder, "state"));
            using var cancel = new CancellationTokenSource();
            // Stopped in the third epoch.
            Assert.Throws<OperationCanceledException>(() => Prepare(quick, checkpoint: state, progress: new Stopper(cancel, 2.5), cancel: cancel.Token));
            Assert.True(File.Exists(state.Path));
            Assert.Equal(whole, Saved(Prepare(quick, checkpoint: state)));
            // All epochs are done: nothing is trained again.
            Assert.Equal(whole, Saved(Prepare(quick, checkpoint: state)));
            foreach (var other in new[] { quick with { LearningRate = 0.02 }, quick with { Lambda = 2 }, quick with { Partners = 7 }, quick with { Binning = Binning.EqualWidth }, quick with { Bandwidth = 0 } })
            {
                string refused = Assert.Throws<ModelFileException>(() => Prepare(other, checkpoint: state)).Message;
                Assert.Equal("state: the state of another training (other rows, settings or seed); name another file or delete it.", refused);
            }
            // How rows are drawn later is no part of it.
            Prepare(quick with { Temperature = 3 }, checkpoint: state);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_was_learnt_is_read_back_and_damage_is_refused()
    {
        using var file = new MemoryStream(Saved(Trained.Value));
        var read = MethodCatalog.Load(file, "genre.safetensors", new(Model), new Rng(9));
        var people = Rows(40, 6);
        Assert.Equal(Trained.Value.Find(new(people), new Rng(1)).Records.Select(r => r.ToString()), read.Find(new(people), new Rng(1)).Records.Select(r => r.ToString()));

        file.Position = 0;
        var (metadata, tensors) = SafeTensors.Read(file, "x");
        string Refused(Func<StoredTensor, StoredTensor> change, string? learnt = null, string? options = null)
        {
            using var damaged = new MemoryStream();
            var words = new Dictionary<string, string>(metadata);
            if (learnt is not null) words["redress.learnt"] = learnt;
            if (options is not null) words["redress.options"] = options;
            SafeTensors.Write(damaged, words, [.. tensors.Values.Select(change)]);
            damaged.Position = 0;
            return Assert.Throws<ModelFileException>(() => MethodCatalog.Load(damaged, "f", new(Model), new Rng(9))).Message;
        }
        static StoredTensor Filled(StoredTensor t, double value) => StoredTensor.Of(t.Name, t.Shape, [.. Enumerable.Repeat(value, t.Bytes.Length / sizeof(double))]);
        Assert.Equal("f: damaged (bins or scales that are no numbers or have no width).", Refused(t => t.Name == "bins.widths" ? Filled(t, 0) : t));
        Assert.Equal("f: damaged (the bins of 'b' do not ascend).", Refused(t => t.Name == "bins.means" ? StoredTensor.Of(t.Name, t.Shape, new double[] { 10, 3, 2, 1, 4, 0, 1, 0, 1, 2 }.AsSpan(0, (int)t.Shape[0])) : t));
        Assert.Equal("f: damaged (tensor 'head.0.bias' is missing or not 1 × 1).", Refused(t => t.Name == "head.0.bias" ? t with { Name = "other" } : t));
        Assert.Equal("f: damaged (tensor 'bins.counts' is missing or not 4).", Refused(t => t.Name == "bins.counts" ? StoredTensor.Of(t.Name, [3UL]) : t));
        Assert.Equal("f: damaged ('side' has 5 bins).", Refused(t => t.Name == "bins.counts" ? StoredTensor.Of(t.Name, [1UL, 4, 5, 3]) : t));
        Assert.StartsWith("f: damaged (", Refused(t => t, "{}"), StringComparison.Ordinal);
        // A small file cannot ask for large layers.
        string huge = """{"width":4096,"encoder-layers":64,"decoder-layers":64,"feed-forward":4096}""";
        Assert.StartsWith("f: damaged (layers of its sizes need ", Refused(t => t, options: huge), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_together() =>
        Assert.Equal(
            """
            Options of 'genre': encoder-layers is 0; without an encoder nobody would be read, which is what genre-unconditional does.
            Options of 'genre': lambda is -1; must be at least 0 and finite.
            Options of 'genre': confidence is 1; must be 0 to below 1.
            Options of 'genre': partners is 0; must be 1 to 10000.
            Options of 'genre': bins is 2000; must be 1 to 1024.
            Options of 'genre': binning is 7; must be quantile or equal-width.
            Options of 'genre': bandwidth is NaN; must be at least 0 and finite.
            Options of 'genre': layers is 0; must be 1 to 64.
            Options of 'genre': heads is 5; must be a divisor of the width, 32.
            Options of 'genre': feed-forward is 0; must be 1 to 4096.
            Options of 'genre': epochs is 0; must be 1 to 100000.
            Options of 'genre': patience is 0; must be at least 1.
            Options of 'genre': batch-size is 0; must be 1 to 1048576.
            Options of 'genre': learning-rate is 0; must be more than 0 and finite.
            Options of 'genre': temperature is 0; must be more than 0 and finite.
            Options of 'genre': sigma is -1; must be at least 0 and finite.
            Options of 'genre': samples is 0; must be 1 to 10000.
            """.ReplaceLineEndings(),
            Sample.Message<OptionsException>(() => new GenRe(new(
                -1, 1, 0, 2000, (Binning)7, double.NaN, 0, 0, 32, 5, 0, 0, 0, 0, 0, 0, -1, 0))).ReplaceLineEndings());

    [Fact]
    public void What_rows_cannot_give_is_said_with_what_would_help()
    {
        string Refused(GenReOptions options, Table rows) => Sample.Message<OptionsException>(() => Prepare(options, rows));
        Assert.Equal("Options of 'genre': confidence is 0.999, and no training row of the favourable outcome is given it with more; the highest is 0.993. Ask for less confidence, or train a better model.", Refused(Small with { Confidence = 0.999 }, Training));
        Assert.Equal("Options of 'genre': partners is 301, and there are 300 training rows to be partners; ask for at most as many, or leave it out.", Refused(Small with { Partners = 301 }, Training));
        Assert.Equal(
            """
            Options of 'genre': bins is 5, and 'a' takes 1 values; ask for at most as many, or leave it out to give such features a bin a value.
            Options of 'genre': bins is 5, and 'b' takes 4 values; ask for at most as many, or leave it out to give such features a bin a value.
            """.ReplaceLineEndings(),
            Refused(Small with { Bins = 5 }, Training).ReplaceLineEndings());
        var accepted = Training.Select([.. Enumerable.Range(0, 600).Where(i => Training.Labels![i])]);
        Assert.Equal("Options of 'genre': no training row has the unfavourable outcome, so there is nobody to learn from; give rows of such people.", Refused(Small, accepted));
        Assert.Equal("Options of 'genre': the training rows have no outcomes; pairs are of rows whose outcomes are known.", Refused(Small, new(Columns, Training.Values.ToArray())));
        Assert.Equal("The transformer's training diverged in epoch 1: its loss is NaN; lower the learning rate (1E+30).", Refused(Small with { LearningRate = 1e30, Epochs = 2 }, Training));
    }

    [Fact]
    public void A_schema_that_lets_nobody_change_anything_is_refused()
    {
        var still = new Schema([.. Columns.Features.Select(f => f with { Change = Change.None })], "y", "yes", "id");
        var rows = new Table(still, Training.Values.ToArray(), Training.Ids, Training.Labels);
        var model = Sample.Linear(rows, [1, 0, 0, 0, 0, 0, 0], -5);
        Assert.Equal(
            "Options of 'genre': the schema lets nobody change anything, so there is nothing to write; give at least one feature the change any, increase or decrease.",
            Sample.Message<OptionsException>(() => new GenRe(Small).Prepare(new(model, rows), new Rng(1))));
    }

    [Fact]
    public void Who_is_to_be_rejected_is_told_to_ask_another_method()
    {
        var batch = Trained.Value.Find(new(Rows(4, 8), Desired: Desired.OtherThanPredicted), new Rng(1));
        Assert.Equal("The method learnt the favourable outcome only, and this person is to have the other; prepare it with other-side.", batch.Records[0].Reason);
        Assert.Equal(Outcome.Found, batch.Records[1].Outcome);
    }

    [Fact]
    public void Without_an_encoder_the_cheapest_accepted_draw_is_given()
    {
        var finder = new GenReUnconditional(new(Layers: 1, Width: 16, Heads: 2, FeedForward: 16, Epochs: 25, Patience: 25, BatchSize: 32, LearningRate: 0.01, Samples: 60)).Prepare(new(Model, Training) { Execution = new(1) }, new Rng(4));
        var people = Rows(100, 2);
        var records = finder.Find(new(people), new Rng(1)).Records;
        int near = 0;
        for (int i = 0; i < people.Rows; i++)
        {
            if (people.Labels![i]) continue;
            Assert.Equal(Outcome.Found, records[i].Outcome);
            double[] to = RowOf(records[i]);
            Assert.Equal(people.Row(i)[2], to[2]);
            // Of sixty draws a quarter has the person's b, and a stray one their plan, which is cheaper still: the choice is by cost.
            Assert.True(to[1] == people.Row(i)[1] || to[3] == people.Row(i)[3], $"{people.Ids![i]}: {string.Join(' ', to)}");
            if (to[1] == people.Row(i)[1]) near++;
        }
        Assert.True(near > 40, $"{near} of 50");
    }

    [Fact]
    public void A_trained_density_is_that_of_the_rows()
    {
        // P(b) of accepted rows is 1/4 each, P(plan | side) is certain: at τ = 1 the draws say so.
        var positives = Training.Select([.. Enumerable.Range(0, 600).Where(i => Training.Labels![i])]).FeaturesOf([.. Enumerable.Range(0, 300)]);
        var tokens = RecourseTokens.Fit(positives, TrainingStatistics.Of(Training), 50, Binning.Quantile);
        var network = new RecourseTransformer(tokens, new(0, 1, 16, 2, 16), new Rng(1));
        new RecourseTransformerTraining(40, 40, 32, 0.01, Bandwidth: 0).Run(network, positives, positives, "", (x, _) => x, new Rng(2), 1, null, null, default);
        const int draws = 4000;
        var rows = new double[draws * 4];
        new RecourseSampler(network).Draw(positives.Select([0]), draws, new(1, 0, KeepOwn: false), null, [.. Enumerable.Range(0, draws).Select(i => new Rng((ulong)i))], rows);
        for (int b = 1; b <= 4; b++)
        {
            double share = Enumerable.Range(0, draws).Count(i => rows[4 * i + 1] == b) / (double)draws, held = Enumerable.Range(0, 300).Count(i => positives.Row(i)[1] == b) / 300.0;
            Assert.InRange(share, held - 0.05, held + 0.05);
        }
        int consistent = Enumerable.Range(0, draws).Count(i => rows[4 * i + 3] == 1 + rows[4 * i + 2]);
        Assert.True(consistent > 0.97 * draws, $"{consistent} of {draws}");
    }

    [Fact]
    public void Temperature_sharpens_the_density_and_not_the_mass_of_a_wide_bin()
    {
        // Half the rows at 0, half evenly from 10 to 59: a bin each, of the same mass, and the narrow one is denser.
        var values = Enumerable.Range(0, 1000).Select(i => i < 500 ? 0.0 : i / 10 - 40).ToArray();
        var rows = new Table(new([Feature.Numeric("a", Change.Any)], "y", "1"), values, labels: [.. values.Select(_ => true)]);
        var tokens = RecourseTokens.Fit(rows, TrainingStatistics.Of(rows), 2, Binning.Quantile);
        Assert.Equal([0, 34], tokens.Bins[0].Means);
        var network = new RecourseTransformer(tokens, new(0, 1, 8, 1, 8), new Rng(1));
        new RecourseTransformerTraining(10, 10, 32, 0.01, Bandwidth: 0).Run(network, rows, rows, "", (x, _) => x, new Rng(2), 1, null, null, default);
        double WideAt(double temperature)
        {
            const int draws = 2000;
            var drawn = new double[draws];
            new RecourseSampler(network).Draw(rows.Select([0]), draws, new(temperature, 0, KeepOwn: false), null, [.. Enumerable.Range(0, draws).Select(i => new Rng((ulong)i))], drawn);
            return drawn.Count(v => v > 0) / (double)draws;
        }
        Assert.InRange(WideAt(1), 0.4, 0.6);
        Assert.True(WideAt(10) < 0.02 && WideAt(0.1) > 0.5, $"{WideAt(10)} {WideAt(0.1)}");
        Assert.Equal(0, WideAt(1e300));
    }

    private static byte[] Saved(IRecourseFinder finder)
    {
        using var stream = new MemoryStream();
        finder.Save(stream);
        return stream.ToArray();
    }

    /// <summary>Cancels after some epochs.</summary>
    private sealed class Stopper(CancellationTokenSource cancel, double epochs) : IProgress<Progress>
    {
        public void Report(Progress value)
        {
            if (value.Stage == "training the transformer" && value.Done > epochs * value.Total / 5) cancel.Cancel();
        }
    }
}
