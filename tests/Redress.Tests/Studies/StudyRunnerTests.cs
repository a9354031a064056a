using Redress.Data;
using Redress.Studies;
using Redress.Tests.Data;

namespace Redress.Tests.Studies;

public sealed class StudyRunnerTests : IDisposable
{
    private static readonly StudyRequest Request = new("nowhere", Seed: 7);
    private readonly TemporaryFolder folder = new();
    private readonly Toy toy = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_files_at_any_number_of_threads()
    {
        foreach (int threads in new[] { 1, 2, 5 }) StudyRunner.Run(toy.Study(), Request, folder[$"t{threads}"], threads);
        foreach (string file in new[] { "results.json", "results.csv" })
            foreach (int threads in new[] { 2, 5 })
                Assert.Equal(File.ReadAllBytes(Path.Combine(folder["t1"], file)), File.ReadAllBytes(Path.Combine(folder[$"t{threads}"], file)));
        Assert.Equal(3 * Toy.Parts, toy.Runs);
    }

    [Fact]
    public void Rows_are_means_beside_the_paper_s_figures()
    {
        var run = StudyRunner.Run(toy.Study(), Request, folder["out"]);
        Assert.Equal(0.5, run.Rows.Single(r => r is { Dataset: "a", Model: "m λ=0" }).Paper);
        Assert.Equal("The text: it rises in λ.", run.Rows.First(r => r is { Table: "table 1", Dataset: "b" }).Note);
        var rate = run.Rows.Single(r => r.Table == "table 2");
        Assert.NotNull(rate.Ours);
        Assert.Null(rate.Paper);
        string json = File.ReadAllText(Path.Combine(folder["out"], "results.json"));
        Assert.StartsWith("[\n  {\n    \"table\": \"table 1\",\n    \"dataset\": \"a\",\n    \"model\": \"m λ=0\",\n    \"method\": \"\",\n    \"metric\": \"score\",\n    \"ours\": 0.", json, StringComparison.Ordinal);
        Assert.Contains("\"ours_sd\": ", json, StringComparison.Ordinal);
        Assert.StartsWith("table,dataset,model,method,metric,ours,ours_sd,paper,note\ntable 1,a,m λ=0,,score,0.", File.ReadAllText(Path.Combine(folder["out"], "results.csv")), StringComparison.Ordinal);
        Assert.Contains("\ntable 2,a,</script>,\"x,\"\"y\"\"\",rate,0.", File.ReadAllText(Path.Combine(folder["out"], "results.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_run_goes_on_where_it_stopped()
    {
        using var stop = new CancellationTokenSource();
        toy.Before = p => { if (p == 2) stop.Cancel(); };
        string message = Sample.Message<OperationCanceledException>(() => StudyRunner.Run(toy.Study(), Request, folder["out"], 1, cancel: stop.Token));
        // The longest begin first: parts 5, 4 and 3 are finished.
        Assert.Equal($"Stopped; 3 of 6 parts are finished in '{folder["out"]}', and the same command goes on from there.", message);
        Assert.False(File.Exists(Path.Combine(folder["out"], "results.json")));
        var run = StudyRunner.Run(toy.Study(), Request, folder["out"], 1);
        Assert.Equal((3, Toy.Parts), (run.Resumed, toy.Runs));
        StudyRunner.Run(toy.Study(), Request, folder["whole"]);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder["whole"], "results.json")), File.ReadAllBytes(Path.Combine(folder["out"], "results.json")));
    }

    [Fact]
    public void Series_and_pictures_are_the_same_from_kept_parts_as_from_new_ones()
    {
        var computed = StudyRunner.Run(toy.Study(), Request, folder["out"]);
        var kept = StudyRunner.Run(toy.Study(), Request, folder["out"]);
        Assert.Equal(Toy.Parts, kept.Resumed);
        foreach (var run in new[] { computed, kept })
        {
            Assert.Equal(["score", "score", "costs"], run.Pictures.Select(p => p.Title));
            var violins = Assert.IsType<Violins>(run.Pictures[2]);
            Assert.Equal([.. Enumerable.Range(1, 20).Select(i => i * 2.1), double.NaN], violins.Groups[1].Values);
        }
    }

    [Theory]
    [InlineData("\"count\": 21", "\"count\": 22")]
    [InlineData("\"count\": 21", "\"count\": -1")]
    [InlineData("\"count\": 21", "\"count\": 2000000000")]
    [InlineData("\"metric\": \"cost\"", "\"metric\": null")]
    [InlineData("AAA", "A*A")]
    [InlineData("\"series\": [", "\"series\": [ null,")]
    [InlineData("\"measures\": [", "\"measures\": [ null,")]
    public void A_series_that_is_not_whole_is_computed_again(string whole, string damaged)
    {
        StudyRunner.Run(toy.Study(), Request, folder["out"]);
        string part = Directory.GetFiles(Path.Combine(folder["out"], "parts"), "part4-*.json").Single(), text = File.ReadAllText(part);
        Assert.Contains(whole, text, StringComparison.Ordinal);
        File.WriteAllText(part, text.Replace(whole, damaged, StringComparison.Ordinal));
        var run = StudyRunner.Run(toy.Study(), Request, folder["out"]);
        Assert.Equal([$"'{part}' is damaged; that part is computed again."], run.Remarks);
        Assert.Equal(Toy.Parts + 1, toy.Runs);
        Assert.Equal(text, File.ReadAllText(part));
    }

    [Fact]
    public void A_part_that_keeps_too_much_is_refused()
    {
        var study = new Study("big", "Big", "Nobody", 1, ["a"], [new("plain", "as it is")], new([]), _ => new([new("all", "plain", "", 1, _ => new([], [new("t", "a", "m", "", "x", new double[PartOutput.MostNumbers + 1])]))], _ => []));
        Assert.Equal("Part 'all' keeps 2000001 numbers in its series; at most 2000000.", Sample.Message<InvalidOperationException>(() => StudyRunner.Run(study, Request, folder["out"])));
    }

    [Fact]
    public void A_picture_without_words_is_refused() =>
        Assert.Equal("A picture needs its Alt. (Parameter 'Alt')", Sample.Message<ArgumentException>(() => new Lines("t", "d", "title", " ", new("x"), new("y"), [])));

    [Fact]
    public void A_part_that_fails_loses_nothing_finished()
    {
        toy.Before = p => { if (p == 0) throw new DataException("broken"); };
        Assert.Equal("broken", Sample.Message<DataException>(() => StudyRunner.Run(toy.Study(), Request, folder["out"], 1)));
        toy.Before = _ => { };
        Assert.Equal(5, StudyRunner.Run(toy.Study(), Request, folder["out"], 1).Resumed);
    }

    [Fact]
    public void What_a_crash_cut_short_is_said_and_done_again()
    {
        StudyRunner.Run(toy.Study(), Request, folder["out"]);
        string results = Path.Combine(folder["out"], "results.json"), part = Directory.GetFiles(Path.Combine(folder["out"], "parts"), "part4-*.json").Single(), mark = Path.Combine(folder["out"], "study.json");
        byte[] whole = File.ReadAllBytes(results);
        foreach (string file in new[] { results, part, mark }) File.WriteAllBytes(file, File.ReadAllBytes(file)[..^9]);
        var run = StudyRunner.Run(toy.Study(), Request, folder["out"]);
        Assert.Equal(
            [$"'{mark}' is damaged; it is written again.", $"'{results}' is damaged; it is written again from the finished parts.", $"'{part}' is damaged; that part is computed again."], run.Remarks);
        Assert.Equal((5, Toy.Parts + 1), (run.Resumed, toy.Runs));
        Assert.Equal(whole, File.ReadAllBytes(results));
    }

    [Fact]
    public void Parts_of_another_seed_version_or_data_are_not_taken_for_these()
    {
        StudyRunner.Run(toy.Study(), Request, folder["out"]);
        Assert.Equal(0, StudyRunner.Run(toy.Study(), Request with { Seed = 8 }, folder["out"]).Resumed);
        Assert.Equal(0, StudyRunner.Run(toy.Study(version: 2), Request, folder["out"]).Resumed);
        Assert.Equal(0, StudyRunner.Run(toy.Study(data: "e"), Request, folder["out"]).Resumed);
        Assert.Equal(Toy.Parts, StudyRunner.Run(toy.Study(), Request, folder["out"]).Resumed);
    }

    [Fact]
    public void Progress_is_of_the_work_that_is_left()
    {
        var told = new List<Progress>();
        StudyRunner.Run(toy.Study(), Request, folder["out"], 1, new Told(told));
        Assert.Equal(Toy.Parts, told.Count);
        Assert.Equal(new Progress("parts", 285, 1000, "1 of 6 parts, part5"), told[0]);
        Assert.Equal(new Progress("parts", 1000, 1000, "6 of 6 parts, part0"), told[^1]);
    }

    [Fact]
    public void A_folder_of_another_study_is_refused()
    {
        StudyRunner.Run(toy.Study("other"), Request, folder["out"]);
        Assert.Equal($"The output folder '{folder["out"]}' is of study 'other', not 'toy'; name another.", Refusal(folder["out"]));
    }

    [Fact]
    public void A_file_and_results_of_no_study_are_not_written_over()
    {
        string file = folder.Write("file", "text");
        Assert.Equal($"The output folder '{file}' is a file; name a folder.", Refusal(file));
        string results = folder.Write("own/results.json", "[]");
        Assert.Equal($"'{results}' exists without a 'study.json' beside it, so it is of no study; name another folder.", Refusal(folder["own"]));
        Assert.Equal("[]", File.ReadAllText(results));
        string mark = folder.Write("theirs/study.json", "{\"students\": 30}");
        Assert.Equal($"'{mark}' is a file of something else, so '{folder["theirs"]}' is of no study; name another folder.", Refusal(folder["theirs"]));
        Assert.Equal("{\"students\": 30}", File.ReadAllText(mark));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        string below = Path.Combine(folder.Write("file", "text"), "out");
        Assert.StartsWith($"The output folder '{below}' cannot be written: ", Sample.Message<DataException>(() => StudyRunner.Run(toy.Study(), Request, below)), StringComparison.Ordinal);
        Assert.Equal(0, toy.Runs);
    }

    [Fact]
    public void Unknown_sets_and_presets_are_listed_together() => Assert.Equal(
        "Data set 'iris' is not in study 'toy'; it has a, b." + Environment.NewLine + "Preset 'fancy' is not in study 'toy'; it has plain.",
        Sample.Message<OptionsException>(() => StudyRunner.Run(toy.Study(), Request with { DataSets = ["a", "iris"], Presets = ["fancy"] }, folder["out"])));

    [Fact]
    public void Naming_none_is_refused() => Assert.Equal(
        "No data set is named; study 'toy' has a, b." + Environment.NewLine + "No preset is named; study 'toy' has plain.",
        Sample.Message<OptionsException>(() => StudyRunner.Run(toy.Study(), Request with { DataSets = [], Presets = [] }, folder["out"])));

    [Fact]
    public void An_unknown_study_lists_those_there_are() =>
        Assert.Equal("Study 'toy' is not known; there are ross2021, krishna2023, hardy2022, guo2023, garg2025.", Sample.Message<OptionsException>(() => StudyCatalog.Get("toy")));

    private string Refusal(string path) => Sample.Message<OptionsException>(() => StudyRunner.Run(toy.Study(), Request, path));

    private sealed class Told(List<Progress> told) : IProgress<Progress>
    {
        public void Report(Progress value) => told.Add(value);
    }
}
