namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class EvaluateCommandTests(Workshop workshop)
{
    [Fact]
    public void It_measures_the_test_rows_of_the_training_file()
    {
        var run = CliRun.Line("evaluate {0} {1}", workshop.Model, workshop.People).Is(Exit.Done);
        Assert.Equal($"{workshop.People} is what the model was trained on: using the 60 test rows that training set aside.\n", run.Error);
        Assert.StartsWith("60 people, recourse by linear-step\n\n metric ", run.Out, StringComparison.Ordinal);
        foreach (string metric in new[] { "f1", "recourse-neg", "cost-max-percentile-shift", "disparity (gender: " }) Assert.Contains($"\n {metric}", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_some_metrics_of_the_first_rows_as_json()
    {
        var json = CliRun.Line("evaluate {0} {1} --metrics recourse-all,f1 --limit 10 --json", workshop.Model, workshop.People).Is(Exit.Done).Json();
        Assert.Equal(10, json.GetProperty("people").GetInt32());
        Assert.True(json.GetProperty("test_part").GetBoolean());
        Assert.Equal(["f1", "recourse-all"], json.GetProperty("figures").EnumerateArray().Select(f => f.GetProperty("metric").GetString()!));
    }

    [Fact]
    public void Robustness_to_attacks_is_measured_at_the_radius_that_is_asked_for()
    {
        double[] At(string epsilon) => [.. CliRun.Line("evaluate {0} {1} --metrics susceptibility,adversarial-accuracy,accuracy --json --epsilon " + epsilon, workshop.Model, workshop.People).Is(Exit.Done)
            .Json().GetProperty("figures").EnumerateArray().Select(f => f.GetProperty("value").GetDouble())];
        double[] none = At("0"), some = At("1/2");
        Assert.Equal((none[0], 0), (none[2], none[1]));
        Assert.True(some[1] > 0.1 && some[2] < none[2]);
    }

    [Fact]
    public void Models_trained_on_other_rows_judge_the_recourse()
    {
        var json = CliRun.Line("evaluate {0} {1} --metrics robust-validity --json --shifted-model {0} --shifted-model {2}", workshop.Model, workshop.People, workshop.Strict).Is(Exit.Done).Json();
        var figures = json.GetProperty("figures").EnumerateArray().Select(f => (Of: f.GetProperty("of").GetString(), Value: f.GetProperty("value").GetDouble())).ToList();
        Assert.Equal([Path.GetFileName(workshop.Model), Path.GetFileName(workshop.Strict), "mean", "all of them"], figures.Select(f => f.Of));
        Assert.True(figures[0].Value == 1 && figures[1].Value < 1 && figures[2].Value == (1 + figures[1].Value) / 2 && figures[3].Value == figures[1].Value);
        Assert.DoesNotContain("robust-validity", CliRun.Line("evaluate {0} {1}", workshop.Model, workshop.People).Is(Exit.Done).Out, StringComparison.Ordinal);
        string refused = CliRun.Line("evaluate {0} {1} --metrics robust-validity", workshop.Model, workshop.People).Is(Exit.BadUsage).Error;
        Assert.Equal("error: robust-validity is judged by models that were trained on other rows; give --shifted-model FILE, or let 'redress robustness' train them.\n", refused);
        refused = CliRun.Line("evaluate {0} {1} --metrics f1 --shifted-model {0}", workshop.Model, workshop.People).Is(Exit.BadUsage).Error;
        Assert.Equal("error: --shifted-model is of the metric robust-validity, and --metrics leaves it out.\n", refused);
    }

    [Theory]
    [InlineData("--epsilon 9999", "Epsilon is 9999; must be 0 to 1000 in encoded units.")]
    [InlineData("--epsilon 0.1 --metrics f1", "--epsilon is of the metrics susceptibility and adversarial-accuracy, and --metrics leaves them out.")]
    public void A_radius_that_is_out_of_range_or_without_use_is_refused(string options, string message) =>
        Assert.Equal($"error: {message}\n", CliRun.Line("evaluate {0} {1} " + options, workshop.Model, workshop.People).Is(Exit.BadUsage).Error);

    [Fact]
    public void A_report_is_written_beside_what_is_printed()
    {
        string page = workshop.Fresh(".html");
        var run = CliRun.Line("evaluate {0} {1} --metrics recourse-all,f1 --json --report {2}", workshop.Model, workshop.People, page).Is(Exit.Done);
        Assert.EndsWith($"\nWrote the report to {page}.\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.Json().GetProperty("figures").GetArrayLength());
        string html = File.ReadAllText(page);
        Assert.StartsWith("<!doctype html>", html, StringComparison.Ordinal);
        Assert.Contains("<p>60 people of people.csv, recourse by linear-step, cost ", html, StringComparison.Ordinal);
        foreach (string part in new[] { "<td>recourse-all</td>", ">Scores</h2>", ">Outcomes</h2>", ">Changes by feature</h2>" }) Assert.Contains(part, html, StringComparison.Ordinal);
        Assert.Equal($"error: '{page}' exists; say --force to replace it.\n", CliRun.Line("evaluate {0} {1} --report {2}", workshop.Model, workshop.People, page).Is(Exit.BadUsage).Error);
        CliRun.Line("evaluate {0} {1} --metrics recourse-all,f1 --threads 1 --report {2} --force", workshop.Model, workshop.People, page).Is(Exit.Done);
        Assert.Equal(html, File.ReadAllText(page));
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_refused_before_work()
    {
        string Refusal(string line) => CliRun.Line("evaluate {0} {1} " + line, "nowhere", workshop.People, workshop.Folder).Is(Exit.BadUsage).Error;
        Assert.Equal($"error: '{workshop.People}' is a file that this command reads or writes itself; write the report to another.\n", Refusal("--report {1} --force"));
        Assert.Equal($"error: '{workshop.Folder}' is a folder; name a file.\n", Refusal("--report {2}"));
        Assert.Equal("error: --force is about a report that exists; it goes with --report.\n", Refusal("--force"));
    }

    [Fact]
    public void Unknown_metrics_are_refused_before_work() => Assert.StartsWith(
        "error: 'f2' and 'speed' are no metrics; there are f1, accuracy, ", CliRun.Line("evaluate nowhere {0} --metrics f2,f1,speed", workshop.People).Is(Exit.BadUsage).Error, StringComparison.Ordinal);

    [Fact]
    public void Other_rows_need_reference_rows_to_be_compared_with()
    {
        string[] lines = File.ReadAllLines(workshop.People);
        string others = workshop.Write(".csv", lines[..30]);
        var left = CliRun.Line("evaluate {0} {1}", workshop.Model, others).Is(Exit.Done);
        Assert.Equal(
            $"Left out are knn-distance, sphere-distance, empty-spheres, connectedness, outlier-factor, inliers: recourse is compared with labelled rows, and {others} is not what the model was trained on; give --reference FILE to have them.\n",
            left.Error);
        Assert.DoesNotContain("knn-distance", left.Out, StringComparison.Ordinal);
        Assert.Equal(
            $"error: knn-distance: recourse is compared with labelled rows, and {others} is not what the model was trained on; give --reference FILE.\n",
            CliRun.Line("evaluate {0} {1} --metrics knn-distance,f1", workshop.Model, others).Is(Exit.BadUsage).Error);
        var compared = CliRun.Line("evaluate {0} {1} --metrics knn-distance,encoded-l2 --reference {2} --json", workshop.Model, others, workshop.People).Is(Exit.Done).Json();
        Assert.Equal(["encoded-l2", "knn-distance"], compared.GetProperty("figures").EnumerateArray().Select(f => f.GetProperty("metric").GetString()!));
    }
}
