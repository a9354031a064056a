using Redress.Data;
using Redress.Models;
using Redress.Studies;
using Redress.Tensors;
using Redress.Tests.Data;

namespace Redress.Tests.Studies;

/// <summary>Models first, then the parts that read them, then what a clock measures.</summary>
public sealed class StudyStagesTests : IDisposable
{
    private static readonly StudyRequest Request = new("nowhere", Seed: 7);
    private readonly TemporaryFolder folder = new();
    private readonly List<string> order = [];

    public void Dispose() => folder.Dispose();

    private string Out => folder["out"];

    [Fact]
    public void Models_are_trained_once_each_after_those_it_reads_and_before_parts()
    {
        var run = StudyRunner.Run(Toy(), Request, Out, 1);
        Assert.Equal(["base", "child", "both", "one", "clock"], order);
        Assert.Equal((3, 0), (run.Parts, run.Resumed));
        Assert.Equal(2 * Of(run, "one"), Of(run, "both"), 12);
        order.Clear();
        Assert.Equal(3, StudyRunner.Run(Toy(), Request, Out).Resumed);
        Assert.Empty(order);
    }

    [Fact]
    public void A_part_that_is_lost_reads_the_model_that_is_kept_and_a_model_that_nobody_reads_is_not_trained()
    {
        StudyRunner.Run(Toy(), Request, Out, 1);
        File.Delete(Directory.GetFiles(Path.Combine(Out, "parts"), "one-*.json").Single());
        order.Clear();
        StudyRunner.Run(Toy(), Request, Out, 1);
        Assert.Equal(["one"], order);
        Directory.Delete(Path.Combine(Out, "models"), recursive: true);
        order.Clear();
        StudyRunner.Run(Toy(), Request, Out, 1);
        Assert.Empty(order);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_model_file_that_is_damaged_or_of_another_model_is_one_remark_and_trained_again(bool damaged)
    {
        var first = StudyRunner.Run(Toy(), Request, Out, 1);
        string model = ModelFileOf("base"), other = ModelFileOf("child");
        byte[] whole = File.ReadAllBytes(model);
        File.WriteAllBytes(model, damaged ? whole[..^3] : File.ReadAllBytes(other));
        foreach (string part in Directory.GetFiles(Path.Combine(Out, "parts"))) File.Delete(part);
        order.Clear();
        var run = StudyRunner.Run(Toy(), Request, Out, 1);
        Assert.Equal([$"'{model}' is damaged or of something else; that model is trained again."], run.Remarks);
        Assert.Equal(["base", "both", "one", "clock"], order);
        Assert.Equal(whole, File.ReadAllBytes(model));
        Assert.Equal(first.Rows, run.Rows);
    }

    [Theory]
    [InlineData("{\"key\": ")]
    [InlineData("{\"key\": \"x\", \"model\": \"base\", \"sha256\": \"y\"}")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_mark_that_is_not_whole_or_not_ours_is_the_same(string text)
    {
        StudyRunner.Run(Toy(), Request, Out, 1);
        string mark = Path.ChangeExtension(ModelFileOf("base"), ".json");
        File.WriteAllText(mark, text);
        File.Delete(Directory.GetFiles(Path.Combine(Out, "parts"), "one-*.json").Single());
        order.Clear();
        Assert.Single(StudyRunner.Run(Toy(), Request, Out, 1).Remarks);
        Assert.Equal(["base", "one"], order);
    }

    [Fact]
    public void Other_settings_of_a_model_are_other_parts()
    {
        StudyRunner.Run(Toy(), Request, Out, 1);
        order.Clear();
        Assert.Equal(1, StudyRunner.Run(Toy(settings: "other"), Request, Out, 1).Resumed);
        Assert.Equal(["base", "child", "both", "one"], order);
    }

    [Fact]
    public void The_same_seed_gives_the_same_models_and_results_at_any_number_of_threads()
    {
        foreach (int threads in new[] { 1, 3 }) StudyRunner.Run(Toy(), Request, folder[$"t{threads}"], threads);
        foreach (string file in new[] { "results.json", "results.csv" }.Concat(Directory.GetFiles(Path.Combine(folder["t1"], "models")).Select(f => Path.Combine("models", Path.GetFileName(f)))))
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder["t1"], file)), File.ReadAllBytes(Path.Combine(folder["t3"], file)));
    }

    [Fact]
    public void What_a_clock_measures_stands_in_a_file_of_its_own()
    {
        var run = StudyRunner.Run(Toy(), Request, Out, 1);
        Assert.Equal("seconds", Assert.Single(run.Times).Metric);
        Assert.DoesNotContain("seconds", File.ReadAllText(Path.Combine(Out, "results.json")), StringComparison.Ordinal);
        Assert.Contains("seconds", File.ReadAllText(Path.Combine(Out, "times.json")), StringComparison.Ordinal);
        StudyRunner.Run(new Toy().Study(), Request, folder["plain"]);
        Assert.False(File.Exists(Path.Combine(folder["plain"], "times.json")));
    }

    [Fact]
    public void A_stopped_run_says_what_is_trained_and_goes_on_from_there()
    {
        using var stop = new CancellationTokenSource();
        string message = Sample.Message<OperationCanceledException>(() => StudyRunner.Run(Toy(before: n => { if (n == "child") stop.Cancel(); }), Request, Out, 1, cancel: stop.Token));
        Assert.Equal($"Stopped; 0 of 3 parts are finished in '{Out}' and 1 of 2 models trained, and the same command goes on from there.", message);
        order.Clear();
        var told = new List<Progress>();
        StudyRunner.Run(Toy(), Request, Out, 1, new Told(told));
        Assert.Equal(["child", "both", "one", "clock"], order);
        Assert.Equal(new Progress("parts", 333, 1000, "1 of 4 parts, child"), told[0]);
    }

    [Theory]
    [InlineData("one", "Model 'child' is not among those that the part says it reads: base.")]
    [InlineData("none", "Model 'child' is not among those that the part says it reads: none.")]
    public void Reading_a_model_that_is_not_named_is_refused(string part, string message) =>
        Assert.Equal(message, Sample.Message<InvalidOperationException>(() => StudyRunner.Run(Toy(reads: part), Request, Out, 1)));

    [Fact]
    public void A_part_that_reads_no_models_reads_none() => Assert.Equal(
        "Model 'base' is not among those that the part says it reads: none.", Sample.Message<InvalidOperationException>(() => StudyModels.None["base"]));

    [Fact]
    public void A_plan_whose_models_do_not_fit_is_refused()
    {
        StudyModel Model(string name, params string[] reads) => new(name, "d", 1, (_, _) => throw new InvalidOperationException()) { Models = reads };
        string Refusal(StudyModel[] models, params string[] reads) => Sample.Message<InvalidOperationException>(() => StudyRunner.Run(
            Study([new StudyPart("all", "plain", "", 1, _ => new([])) { Models = reads }], models), Request, Out));
        Assert.Equal("Model 'a' is twice in the plan.", Refusal([Model("a"), Model("a")]));
        Assert.Equal("'a' reads model 'b', which does not stand before it in the plan.", Refusal([Model("a", "b"), Model("b")]));
        Assert.Equal("'all' reads model 'c', which does not stand before it in the plan.", Refusal([Model("a")], "c"));
    }

    private string ModelFileOf(string name) => Directory.GetFiles(Path.Combine(Out, "models"), name + "-*.safetensors").Single();

    private static double Of(StudyRun run, string part) => run.Rows.Single(r => r.Metric == part).Ours!.Value;

    private static Study Study(IReadOnlyList<StudyPart> parts, IReadOnlyList<StudyModel> models, StudyTimes? times = null) => new(
        "staged", "Staged", "Nobody", 1, ["a"], [new("plain", "as it is")], new([]),
        _ => new(parts, results => StudyRow.Means(results.SelectMany(r => r.Measures))) { Models = models, Times = times });

    /// <summary>Two models, the second of which has the first's weights doubled; parts that read both and one; and a clock.</summary>
    private Study Toy(string settings = "s", string? reads = null, Action<string>? before = null)
    {
        var rows = Sample.Random(new Schema([Feature.Numeric("x", Change.Any)], "y", "yes"), 8, 1, labels: true);
        void Begin(string name, CancellationToken cancel)
        {
            before?.Invoke(name);
            cancel.ThrowIfCancellationRequested();
            lock (order) order.Add(name);
        }
        NetworkModel Linear(double weight) => Sample.Linear(rows, [(float)weight], 0);
        StudyPart Part(string name, double work, string[] models, Func<StudyModels, double> of) => new(name, "plain", "d", work, (read, cancel) =>
        {
            Begin(name, cancel);
            return new([new("table", "a", "m", "", name, of(read))]);
        }) { Models = models };
        StudyModel[] models =
        [
            new("base", settings, 1, (_, cancel) => { Begin("base", cancel); return Linear(new Rng(7).NextDouble()); }),
            new("child", "s", 1, (read, cancel) => { Begin("child", cancel); return Linear(2 * Sample.Weights(read["base"])[0]); }) { Models = ["base"] },
        ];
        StudyPart[] parts =
        [
            Part("one", 0.5, reads == "none" ? [] : ["base"], m => Sample.Weights(m[reads is null ? "base" : "child"])[0]),
            Part("both", 1, ["child", "base"], m => Sample.Weights(m["child"])[0]),
        ];
        return Study(parts, models, new([Part("clock", 0.5, [], _ => 1)], results => [new("times", "a", "m", "", "seconds", results[0].Measures[0].Value, null)]));
    }

    private sealed class Told(List<Progress> told) : IProgress<Progress>
    {
        public void Report(Progress value) => told.Add(value);
    }
}
