using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tests.Generative;

namespace Redress.Tests.Methods;

public sealed class ReviseTests
{
    /// <summary>Codes are the numbers a and b themselves, so that steps of codes are steps of rows.</summary>
    private static readonly Autoencoder Plain = DecoderLipschitzTests.Hand([[1, 0, 0, 1, 0, 0]], new([], Latent: 2));

    private static readonly Table Training = Sample.Table(Plain.Schema, [[-50, -50, 0], [50, 50, 1]]);

    /// <summary>Accepted where 3a + 4b >= 25.</summary>
    private static readonly NetworkModel Model = Sample.Linear(Training, [3, 4, 0], -25);

    private static readonly Table Origin = Sample.Table(Plain.Schema, [[0, 0, 7]], ids: ["ann"]);

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Where_codes_are_rows_it_finds_the_minimum_of_the_loss_and_is_about_as_near_as_gradient(double lambda)
    {
        var record = Find(new(Lambda: lambda, MaxSteps: 3000, LearningRate: 0.02, Patience: 0));
        // Of both numbers b gains more a unit: 4 σ(-(4b - 25)) = λ there.
        double b = (25 + Math.Log(4 / lambda - 1)) / 4;
        Assert.Equal(0, Changed(record, "a"), 0.05);
        Assert.Equal(b, Changed(record, "b"), 0.05);

        var gradient = new Gradient(new(Distance: GradientDistance.L1, Lambda: lambda, SearchLambda: false, MaxSteps: 3000, LearningRate: 0.02)).Prepare(new(Model), new Rng(1)).Find(new(Origin), new Rng(1)).Records[0];
        double L1(RecourseRecord of) => Math.Abs(Changed(of, "a")) + Math.Abs(Changed(of, "b"));
        Assert.InRange(L1(record), L1(gradient) - 0.01, L1(gradient) + 0.7);
    }

    [Fact]
    public void Patience_saves_steps_and_without_it_all_are_taken()
    {
        var (all, patient) = (Find(new(MaxSteps: 2000, Patience: 0)), Find(new(MaxSteps: 2000, Patience: 50)));
        // Numbers have no whole values to score beside: one call a step, one for the row as it is and one for what is shown.
        Assert.Equal((2000, 2002), (all.Steps, all.ModelCalls));
        Assert.True(patient.Steps < 1000, $"{patient.Steps} steps");
        Assert.Equal(Outcome.Found, patient.Outcome);
        Assert.True(patient.Answers[0].Cost < 1.2 * all.Answers[0].Cost, $"{patient.Answers[0].Cost} and {all.Answers[0].Cost}");
    }

    [Fact]
    public void Unbounded_numbers_without_groups_are_searched_too()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any) with { Minimum = -1e9, Maximum = 1e9 }, Feature.Numeric("b", Change.Any) with { Minimum = -1e9, Maximum = 1e9 }], "y", "yes");
        var rows = Sample.Random(schema, 300, 5);
        var model = Sample.Linear(rows, [4, 4], -2);
        var finder = new Revise(new(MaxSteps: 300)).Prepare(new(model, rows), new Rng(1));
        var batch = finder.Find(new(rows.Slice(0, 60)), new Rng(1));
        Assert.Equal(60, batch.Count(Outcome.Found) + batch.Count(Outcome.AlreadyDesired));
    }

    [Fact]
    public void Whole_rows_are_scored_beside_soft_ones_and_counted()
    {
        var rows = SubspaceAutoencoderTests.People(100);
        var task = new RecourseTask(Sample.Linear(rows, [2, 0, 0, 0, 0, 0], 0)) { Autoencoder = Autoencoder.Train(rows, 1, new([16], Latent: 3, Epochs: 40, LearningRate: 0.01f)) };
        var batch = new Revise(new(MaxSteps: 150, Lambda: 0.05, Patience: 0)).Prepare(task, new Rng(1)).Find(new(rows), new Rng(1));
        var found = batch.Records.Where(r => r.Outcome == Outcome.Found).ToArray();
        Assert.True(found.Length > 30, $"{found.Length} found");
        // One call for the row as it is, two a step, one for what is shown; who was found by the highest score has more steps.
        Assert.Equal(found.Count(r => r.Steps == 150), found.Count(r => r.ModelCalls == 302));
        Assert.Contains(found, r => r.Steps == 150);
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_work_starts()
    {
        Assert.Equal("Method 'revise' needs an autoencoder, or training rows to train one on, and the task has neither.", Sample.Message<OptionsException>(() => new Revise().Prepare(new(Model), new Rng(1))));
        Assert.Equal($"Options of 'revise': autoencoder is 'ab', and the one at hand is '{Plain.Fingerprint}'.",
            Sample.Message<OptionsException>(() => new Revise(new(Autoencoder: "ab")).Prepare(new(Model) { Autoencoder = Plain }, new Rng(1))));
        Assert.Equal(
            """
            Options of 'revise': max-steps is 0; must be 1 to 1000000.
            Options of 'revise': learning-rate is NaN; must be more than 0 and finite.
            Options of 'revise': lambda is -1; must be at least 0 and finite.
            Options of 'revise': patience is -1; must be at least 0.
            """.ReplaceLineEndings(), Sample.Message<OptionsException>(() => new Revise(new(0, double.NaN, -1, -1))).ReplaceLineEndings());
        Assert.Equal("""{"max-steps":1500,"learning-rate":0.1,"lambda":0.5,"patience":0,"autoencoder":null}""", MethodCatalog.Get("revise").Presets["carla"]);
    }

    [Fact]
    public void Without_an_autoencoder_one_is_trained_on_the_training_rows_by_the_stream_s_seed()
    {
        var rows = AutoencoderTests.People(30);
        var finder = new Revise().Prepare(new RecourseTask(Sample.Network(rows, [4], 1), rows), new Rng(5));
        Assert.Contains($"\"autoencoder\":\"{Autoencoder.Train(rows, 5).Fingerprint}\"", finder.Options, StringComparison.Ordinal);
    }

    private static RecourseRecord Find(ReviseOptions options) => new Revise(options).Prepare(new RecourseTask(Model) { Autoencoder = Plain }, new Rng(1)).Find(new(Origin), new Rng(1)).Records[0];

    private static double Changed(RecourseRecord record, string feature) => record.Answers[0].Changes.Where(c => c.Feature == feature).Select(c => c.To.Number!.Value).FirstOrDefault();
}
