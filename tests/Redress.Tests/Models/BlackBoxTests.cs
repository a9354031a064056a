using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Models;

public sealed class BlackBoxTests
{
    private static readonly Schema Schema = new(
        [Feature.Numeric("x", Change.Any, new(2, ChangeUnit.Raw)), Feature.Categorical("c", ["plain", "with, \"quotes\" é"], Change.Any)], "y", "yes");

    private static readonly Table People = Sample.Table(Schema, [[-1.5, 0], [0.25, 1], [3, 0]]);

    [Fact]
    public void A_delegate_is_a_model()
    {
        var model = new DelegateModel(Schema, (t, _) => [.. Enumerable.Range(0, t.Rows).Select(r => Sigmoid(t.Row(r)[0]))], "v1", 0.6);
        Assert.Equal((ScoreKind.Probability, 0.6, "v1"), (model.ScoreKind, model.Threshold, model.Fingerprint));
        Assert.Equal(["not yes", "yes"], model.Classes);
        Assert.Equal([Sigmoid(-1.5), Sigmoid(0.25), Sigmoid(3)], Scores.Favourable(model, People));
        Assert.Empty(Scores.Favourable(new DelegateModel(Schema, (_, _) => throw new InvalidOperationException("called"), "v"), People.Slice(0, 0)));
    }

    [Fact]
    public void Delegates_that_break_their_word_are_refused()
    {
        static DelegateModel Of(Func<Table, CancellationToken, IReadOnlyList<double>> f) => new(Schema, f, "v");
        Assert.Equal("The model returned 1 scores for 3 people.", Sample.Message<InvalidOperationException>(() => Scores.Favourable(Of((_, _) => [0.5]), People)));
        Assert.Equal("The model returned 1.5 for a person; a probability is 0 to 1.", Sample.Message<InvalidOperationException>(() => Scores.Favourable(Of((_, _) => [0.5, 1.5, 0]), People)));
        Assert.Equal("The model returned NaN for a person; a probability is 0 to 1.", Sample.Message<InvalidOperationException>(() => Scores.Favourable(Of((_, _) => [0.5, double.NaN, 0]), People)));
        Assert.Equal("Threshold is 1.5; must be 0 to 1.", Sample.Message<OptionsException>(() => new DelegateModel(Schema, (_, _) => [], "v", 1.5)));
        Assert.Equal("Scores are 2 × 2; 3 people need 3 × 2. (Parameter 'scores')", Sample.Message<ArgumentException>(() =>
        {
            Of((_, _) => [0.5, 0.5, 0.5]).Score(People, new Span2D(new double[4], 2, 2));
            return null;
        }));
        Assert.Equal("A black-box model carries no statistics of its training rows; give the task rows like them.", Sample.Message<OptionsException>(() => new RecourseTask(Of((_, _) => []))));
    }

    [Fact]
    public void A_program_is_a_model()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("needs /bin/sh and awk");
        var model = Process("awk -F, 'NR > 1 { printf \"%.17g\\n\", 1 / (1 + exp(-$1)) }'");
        double[] scores = Scores.Favourable(model, People);
        for (int i = 0; i < 3; i++) Assert.Equal(Sigmoid(People.Row(i)[0]), scores[i], 1e-12);
        Assert.StartsWith("process /bin/sh -c awk", model.Fingerprint, StringComparison.Ordinal);

        var batch = new ActionableRecourse(new(LimeSamples: 50, FlipSets: 2)).Prepare(new(model, People), new Rng(1)).Find(new(People), new Rng(1));
        Assert.Equal("1 Found, 2 AlreadyDesired", batch.ToString());
        Assert.Contains(batch.Records[0].Answers[0].Changes, c => c.Feature == "x" && c.To.Number >= 0);
    }

    [Fact]
    public void A_program_reads_the_people_as_CSV_in_UTF_8()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("needs /bin/sh and cat");
        string copy = Path.GetTempFileName();
        try
        {
            Scores.Favourable(Process($"cat > {copy}; echo 0.5; echo 0.5; echo 0.5"), People);
            Assert.Equal("x,c\n-1.5,plain\n0.25,\"with, \"\"quotes\"\" é\"\n3,plain\n", File.ReadAllText(copy).ReplaceLineEndings("\n"));
            Assert.Equal((byte)'x', File.ReadAllBytes(copy)[0]);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Theory]
    [InlineData("exit 3", "'/bin/sh' ended with exit code 3.")]
    [InlineData("cat > /dev/null; echo 0.5; echo half; echo 0.5", "'/bin/sh' wrote 'half' where the probability of row 2 belongs.")]
    [InlineData("cat > /dev/null; echo 0.5; echo 0,5; echo 0.5", "'/bin/sh' wrote '0,5' where the probability of row 2 belongs.")]
    [InlineData("cat > /dev/null; echo 0.5", "The model returned 1 scores for 3 people.")]
    [InlineData("cat > /dev/null; for i in 1 2 3 4; do echo 0.5; done", "'/bin/sh' wrote more than 3 lines for 3 people.")]
    [InlineData("cat > /dev/null; yes 2>/dev/null | head -n 200000", "'/bin/sh' wrote 'y' where the probability of row 1 belongs.")]
    [InlineData("cat > /dev/null; echo 2; echo 0; echo 0", "The model returned 2 for a person; a probability is 0 to 1.")]
    public void Programs_that_fail_are_named(string script, string message)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("needs /bin/sh");
        Assert.Equal(message, Sample.Message<InvalidOperationException>(() => Scores.Favourable(Process(script), People)));
    }

    [Fact]
    public void A_program_that_ends_before_it_has_read_everyone_is_named()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("needs /bin/sh");
        var many = Sample.Random(Schema, 20_000, 1);
        Assert.Equal("'/bin/sh' ended with exit code 4.", Sample.Message<InvalidOperationException>(() => Scores.Favourable(Process("exit 4"), many)));
    }

    [Fact]
    public void A_program_that_is_not_there_is_named() =>
        Assert.StartsWith("'/no/such/program' did not start (", Sample.Message<InvalidOperationException>(() =>
            Scores.Favourable(ProcessModel.Create(Schema, "/no/such/program", []), People)), StringComparison.Ordinal);

    [Fact]
    public void Cancelling_ends_the_program()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("needs /bin/sh");
        using var cancel = new CancellationTokenSource();
        // The program would run for ever; the token that is already cancelled ends it at once.
        var model = Process("cat > /dev/null; tail -f /dev/null");
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Scores.Favourable(model, People, cancel.Token));
    }

    private static DelegateModel Process(string script) => ProcessModel.Create(Schema, "/bin/sh", ["-c", script]);

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
}
