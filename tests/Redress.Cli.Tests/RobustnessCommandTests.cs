using System.Text.Json;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Models;

namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class RobustnessCommandTests(Workshop workshop)
{
    [Fact]
    public void Resamples_of_the_training_file_leave_the_people_set_aside_unseen()
    {
        var run = CliRun.Line("robustness {0} {1} --bootstrap 3 --method linear-step:whole-steps,gradient --json", workshop.Model, workshop.People).Is(Exit.Done);
        Assert.Equal($"{workshop.People} is what the model was trained on: using the 60 test rows that training set aside.\n", run.Error);
        var json = run.Json();
        Assert.Equal(["resample 1", "resample 2", "resample 3"], json.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("name").GetString()!));
        Assert.All(json.GetProperty("models").EnumerateArray(), m => Assert.Equal((360, 90), (m.GetProperty("train").GetInt32(), m.GetProperty("validation").GetInt32())));
        Assert.Equal(3, json.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("fingerprint").GetString()).Distinct().Count());
        Assert.Equal(["linear-step:whole-steps", "gradient"], json.GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("method").GetString()!));
        foreach (var method in json.GetProperty("methods").EnumerateArray()) CheckCounts(method, json.GetProperty("rejected").GetInt32());
        double distance = CliRun.Line("evaluate {0} {1} --method gradient --metrics encoded-l1 --json", workshop.Model, workshop.People).Is(Exit.Done).Json().GetProperty("figures")[0].GetProperty("value").GetDouble();
        Assert.Equal(distance, json.GetProperty("methods")[1].GetProperty("encoded_l1").GetDouble());
    }

    /// <summary>What is said of each model, of their mean, of all and of the recourses that break must agree.</summary>
    private static void CheckCounts(JsonElement method, int rejected)
    {
        int Int(JsonElement of, string name) => of.GetProperty(name).GetInt32();
        var (under, broken, all) = (method.GetProperty("under").EnumerateArray().ToList(), method.GetProperty("broken").EnumerateArray().ToList(), method.GetProperty("all"));
        int recourses = Int(method, "recourses");
        Assert.Equal(rejected, Int(method, "rejected"));
        Assert.InRange(recourses, 1, rejected);
        Assert.Equal(recourses - Int(all, "held"), broken.Count);
        Assert.All(under, u => Assert.Equal(recourses - Int(u, "held"), broken.Count(b => b.GetProperty("under").EnumerateArray().Any(n => n.GetString() == u.GetProperty("under").GetString()))));
        Assert.Equal(under.Average(u => (double)Int(u, "held") / recourses), method.GetProperty("mean").GetDouble(), 1e-12);
        Assert.Equal(recourses, Int(method.GetProperty("unseen"), "recourses"));
        Assert.All(under, u => Assert.InRange(u.GetProperty("lower_bound").GetDouble(), 0, u.GetProperty("share").GetDouble()));
    }

    [Fact]
    public void A_file_s_model_depends_on_nothing_beside_it()
    {
        string a = Drawn(11), b = Drawn(12);
        JsonElement Json(string line) => CliRun.Line("robustness {0} {1} --method gradient --json " + line, workshop.Model, workshop.People, a, b).Is(Exit.Done).Json();
        string Of(JsonElement json, string file) => json.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("name").GetString() == Path.GetFileName(file)).GetProperty("fingerprint").GetString()!;
        var (both, turned, alone) = (Json("--shifted {2} --shifted {3} --threads 1"), Json("--shifted {3} {2} --threads 2"), Json("--shifted {2}"));
        Assert.Equal((Of(both, a), Of(both, b)), (Of(turned, a), Of(turned, b)));
        Assert.Equal(Of(both, a), Of(alone, a));
        Assert.NotEqual(Of(both, a), Of(both, b));
        Assert.Equal(both.GetProperty("methods")[0].GetProperty("all").ToString(), turned.GetProperty("methods")[0].GetProperty("all").ToString());
        Assert.NotEqual(Of(alone, a), Of(Json("--shifted {2} --seed 9"), a));
    }

    [Fact]
    public void It_prints_models_shares_and_what_breaks()
    {
        string shifted = Drawn(11), broken = workshop.Fresh(".csv");
        var run = CliRun.Line("robustness {0} {1} --shifted {2} --method linear-step:whole-steps --out {3}", workshop.Model, workshop.People, shifted, broken).Is(Exit.Done);
        Assert.Matches(@"^\d+ of 60 people are rejected\.\n\n trained again on +rows  validation F1  accuracy\n", run.Out);
        Assert.Matches($@"\n {Path.GetFileName(shifted)} +240  +0\.\d\d\d +0\.\d\d\d\n", run.Out);
        Assert.Matches(@"\n method +under +recourses  hold  share  at least\n", run.Out);
        Assert.Matches($@"\n linear-step:whole-steps  {Path.GetFileName(shifted)} +\d+ +\d+ +\d\.\d\d\d +\d\.\d\d\d\n", run.Out);
        Assert.Contains("\nAt least: with 95.0 % confidence (Clopper-Pearson). Distances are L1 over the model's input columns.\n", run.Out, StringComparison.Ordinal);
        string said = run.Out.Split('\n').Single(l => l.EndsWith(" recourses break:", StringComparison.Ordinal));
        Assert.Contains("\n person  breaks under", run.Out, StringComparison.Ordinal);
        Assert.EndsWith($"\nWrote {broken}.\n", run.Out, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(broken);
        Assert.Equal("person_id,method,breaks_under,changes,cost,score", lines[0]);
        Assert.Matches($@"^linear-step:whole-steps: mean distance \d\.\d\d\d; {lines.Length - 1} of \d+ recourses break:$", said);
        // People without ids are called by their row in the file, whatever rows were set aside.
        var first = CsvTable.Read(workshop.People, CreditDemo.Schema, null, true, out _).Row(int.Parse(lines[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture) - 1);
        string change = lines[1].Split(',')[3].Split("; ")[0].Trim('"');
        int feature = CreditDemo.Schema.IndexOf(change.Split(' ')[0]);
        Assert.Equal(change.Split(' ')[1], CreditDemo.Schema.Features[feature].Show(first[feature]));
    }

    [Fact]
    public void Many_models_are_summed_up()
    {
        string shown = CliRun.Line("robustness {0} {1} --bootstrap 8 --method gradient,linear-step:whole-steps", workshop.Model, workshop.People).Is(Exit.Done).Out;
        Assert.Matches(@"\n8 models were trained again, on 360 rows each; validation F1 0\.\d\d\d to 0\.\d\d\d\.\n", shown);
        Assert.Contains("\nOf each method the 3 models that honour least are shown; --json has the others.\n", shown, StringComparison.Ordinal);
        Assert.Equal(2 * 3, shown.Split('\n').Count(l => l.Contains("  resample ", StringComparison.Ordinal) && !l.Contains("->", StringComparison.Ordinal)));
        Assert.Equal(2, shown.Split('\n').Count(l => l.Contains("  all 8 ", StringComparison.Ordinal)));
        Assert.Equal(2, shown.Split('\n').Count(l => l.Contains("  mean of 8 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_breaks_is_written_a_line_each_and_not_over_another_file()
    {
        string broken = workshop.Fresh(".ndjson");
        var json = CliRun.Line("robustness {0} {1} --bootstrap 2 --method linear-step:whole-steps --json --out {2}", workshop.Model, workshop.People, broken).Is(Exit.Done).Json();
        var lines = File.ReadAllLines(broken);
        Assert.NotEmpty(lines);
        Assert.Equal(json.GetProperty("methods")[0].GetProperty("broken").GetArrayLength(), lines.Length);
        using var line = JsonDocument.Parse(lines[0]);
        Assert.Equal(["person_id", "method", "under", "answer"], line.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal($"error: '{broken}' exists; say --force to replace it.\n", CliRun.Line("robustness {0} {1} --bootstrap 2 --out {2}", workshop.Model, workshop.People, broken).Is(Exit.BadUsage).Error);
        CliRun.Line("robustness {0} {1} --bootstrap 2 --method linear-step:whole-steps --threads 1 --out {2} --force", workshop.Model, workshop.People, broken).Is(Exit.Done);
        Assert.Equal(lines, File.ReadAllLines(broken));
    }

    [Fact]
    public void A_page_shows_the_shares_as_a_heat_map()
    {
        string page = workshop.Fresh(".html");
        CliRun.Line("robustness {0} {1} --bootstrap 2 --method gradient,linear-step --report {2}", workshop.Model, workshop.People, page).Is(Exit.Done);
        string html = File.ReadAllText(page);
        Assert.StartsWith("<!doctype html>", html, StringComparison.Ordinal);
        foreach (string part in new[] { "<td>resample 2</td>", "<td>all models</td>", "people of people.csv are rejected; seed 1.", "Recourse that models honour" }) Assert.Contains(part, html, StringComparison.Ordinal);
        Assert.Equal($"error: '{workshop.People}' is a file that this command reads or writes itself; write the report to another.\n", CliRun.Line("robustness {0} {1} --bootstrap 2 --report {1} --force", workshop.Model, workshop.People).Is(Exit.BadUsage).Error);
    }

    [Fact]
    public void People_whom_a_model_was_trained_on_are_told_apart()
    {
        string same = Drawn(13);
        var run = CliRun.Line("robustness {0} {1} --shifted {1} --method gradient", workshop.Model, same).Is(Exit.Done);
        Assert.Matches(@"\ngradient: \d+ of the \d+ recourses are of people whom no model was trained on; \d+\.\d % of these hold under all, at least \d+\.\d % with 95\.0 % confidence\.\n", run.Out);
        // Resamples of another file than the training file are drawn of a cut like the model's own.
        Assert.Contains(" recourses are of people whom no model was trained on; ", CliRun.Line("robustness {0} {1} --bootstrap 1 --method gradient", workshop.Model, same).Is(Exit.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_gate_says_which_method_fails()
    {
        var run = CliRun.Line("robustness {0} {1} --bootstrap 2 --method linear-step:whole-steps --at-least 1", workshop.Model, workshop.People).Is(Exit.PromiseBroken);
        Assert.Matches(@"\nerror: \d+\.\d % of the recourse by linear-step:whole-steps holds under all models; 100\.0 % was demanded\.\n$", run.Error);
        CliRun.Line("robustness {0} {1} --bootstrap 2 --method linear-step:whole-steps --at-least 0", workshop.Model, workshop.People).Is(Exit.Done);
    }

    [Theory]
    [InlineData("", "Give --shifted FILE (or --shifted-dataset NAME), or --bootstrap B where there are no other rows.")]
    [InlineData("--bootstrap 2 --shifted x.csv", "--shifted and --bootstrap are both given; use one.")]
    [InlineData("--bootstrap 0", "--bootstrap is 0; must be 1 to 1000.")]
    [InlineData("--shifted x.csv x.csv", "'x.csv' is given as shifted rows more than once.")]
    [InlineData("--shifted-dataset loan:1900", "Data set 'loan' has no domain '1900'; it has 1994, 1995, 1996, 1997, 1998, 1999, 2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009.")]
    [InlineData("--bootstrap 2 --confidence 95", "--confidence is 95; must be more than 0 and less than 1.")]
    [InlineData("--bootstrap 2 --at-least 2", "--at-least is 2; must be 0 to 1.")]
    [InlineData("--bootstrap 2 --limit -1", "--limit is -1; must be 0 (all) or more.")]
    [InlineData("--bootstrap 2 --out x.txt", "--out is 'x.txt'; must end in .csv or .ndjson.")]
    [InlineData("--bootstrap 2 --threads -1", "Threads is -1; must be 0 (all cores) to 1024.")]
    [InlineData("--bootstrap 2 --method gradient,gradient", "--method names 'gradient' more than once.")]
    [InlineData("--bootstrap 2 --method gradient --method magic", "Method 'magic' is not known; there are gradient, linear-step, ")]
    [InlineData("--bootstrap 2 --method gradient:fast", "Method 'gradient' has no preset 'fast'; it has carla.")]
    [InlineData("--bootstrap 2 --method gradient,linear-step --option x=1", "--option is of one method, and --method names 2; a preset goes behind a colon, such as linear-step:whole-steps.")]
    [InlineData("--bootstrap 2 --method gradient:carla --preset carla", "--options and --preset both give all options; use one, and --option to change single ones.")]
    [InlineData("--bootstrap 2 --method ,", "--method names no method.")]
    [InlineData("--bootstrap 0 --limit -1 --confidence 0", "--bootstrap is 0; must be 1 to 1000.\nerror: --confidence is 0; must be more than 0 and less than 1.\nerror: --limit is -1; must be 0 (all) or more.")]
    public void Misuse_is_refused_before_anything_is_read(string options, string message) =>
        Assert.StartsWith($"error: {message}", CliRun.Of(["robustness", "nowhere", "nothing.csv", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Is(Exit.BadUsage).Error, StringComparison.Ordinal);

    [Fact]
    public void Everything_that_is_wrong_with_shifted_rows_is_said_together()
    {
        string header = File.ReadLines(workshop.People).First(), row = "40,master,30000,5000,8000,24,male,yes", other = row.Replace("yes", "no", StringComparison.Ordinal);
        string columns = workshop.Write(".csv", header.Replace("income", "wage", StringComparison.Ordinal), row);
        string category = workshop.Write(".csv", header, row, row.Replace("master", "doctor", StringComparison.Ordinal));
        string oneClass = workshop.Write(".csv", [header, .. Enumerable.Repeat(row, 30)]);
        string oneRow = workshop.Write(".csv", [header, .. Enumerable.Repeat(row, 30), other]);
        string constant = Drawn(14, education: 3);
        string Name(string path) => Path.GetFileName(path);
        var run = CliRun.Of("robustness", workshop.Model, workshop.People, "--shifted", columns, category, oneClass, oneRow, constant, "nowhere.csv").Is(Exit.BadInput);
        Assert.Equal(
            [
                $"error: {Name(columns)}: the header lacks 'income'.", $"error: {Name(category)}, line 3, column 'education': 'doctor' is not among the schema's values (school, vocational, bachelor, master)",
                $"error: {Name(oneClass)}: Every row has the favourable outcome 'yes' in 'repaid' (30 rows); a classifier needs both outcomes.",
                $"error: {Name(oneRow)}: The rarer outcome in 'repaid' has 1 rows; a split into 4 parts needs at least 8.", "error: There is no file '" + Path.GetFullPath("nowhere.csv") + "'.",
                $"error: {Name(constant)}: column 'education' is master in all 240 training rows, which give it no scale; encode as the model does (--keep-encoding).",
            ], run.Error.TrimEnd('\n').Split('\n')[1..]);
        Assert.Empty(run.Out);
        // Encoded as the model does, such rows can be learnt from.
        CliRun.Line("robustness {0} {1} --shifted {2} --method linear-step --keep-encoding", workshop.Model, workshop.People, constant).Is(Exit.Done);
    }

    [Fact]
    public void A_model_that_cannot_be_trained_again_says_why()
    {
        var model = ModelFile.Load(workshop.Model);
        string bare = workshop.Fresh(".safetensors");
        ModelFile.Save(new NetworkModel(model.Schema, model.Encoding, model.Statistics, model.Network, model.Threshold, model.Training with { Objective = "magic" }), bare);
        Assert.EndsWith("error: The model cannot be trained again: its objective 'magic' is not known to this program.\n", CliRun.Line("robustness {0} {1} --bootstrap 2", bare, workshop.People).Is(Exit.BadInput).Error, StringComparison.Ordinal);
        ModelFile.Save(new NetworkModel(model.Schema, model.Encoding, model.Statistics, model.Network, model.Threshold, model.Training with { Keys = new([], [], [], []) }), bare);
        Assert.EndsWith("error: The model cannot be trained again: it does not say how many rows fitted its weights and chose its epoch.\n", CliRun.Line("robustness {0} {1} --bootstrap 2", bare, Drawn(3)).Is(Exit.BadInput).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_rejected_costs_no_training()
    {
        string header = File.ReadLines(workshop.People).First(), people = workshop.Write(".csv", header, "60,master,90000,90000,1000,60,male,yes", "59,master,90000,90000,1000,60,male,no");
        Assert.Equal("None of 2 people is rejected; there is nothing to recommend, and no model was trained.\n", CliRun.Line("robustness {0} {1} --shifted {2} --method gradient", workshop.Model, people, Drawn(11)).Is(Exit.Done).Out);
    }

    [Fact]
    public void A_deadline_stops_it()
    {
        string broken = workshop.Fresh(".csv");
        Assert.EndsWith("error: Stopped by --timeout 0.001; nothing was written.\n", CliRun.Line("robustness {0} {1} --bootstrap 500 --timeout 0.001 --out {2}", workshop.Model, workshop.People, broken).Is(Exit.Cancelled).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(broken));
    }

    [Fact]
    public void Domains_of_a_known_data_set_are_trained_on()
    {
        string? data = Environment.GetEnvironmentVariable("REDRESS_DATA");
        Assert.SkipUnless(data is not null && File.Exists(Path.Combine(data, "german", "german-corrected.csv")), "REDRESS_DATA names no folder with German credit's releases.");
        string model = workshop.Fresh(".safetensors");
        CliRun.Line("train --dataset german-releases:original --data {0} --out {1} --objective standard --hidden 8 --epochs 3 --batch 32 --threshold 0.5", data!, model).Is(Exit.Done);
        var json = CliRun.Line("robustness {0} --dataset german-releases:original --data {1} --shifted-dataset german-releases:corrected --method gradient --json", model, data!).Is(Exit.Done).Json();
        Assert.Equal((100, "german-releases:corrected"), (json.GetProperty("people").GetInt32(), json.GetProperty("models")[0].GetProperty("name").GetString()));
        var method = json.GetProperty("methods")[0];
        // Most of those set aside of the original release were trained on in the corrected one.
        Assert.InRange(method.GetProperty("unseen").GetProperty("recourses").GetInt32(), 0, method.GetProperty("recourses").GetInt32() / 2);
        Assert.Equal("error: Data set 'student' has other columns than the model: failures, age, G2, G1, higher, goout, Mjob, Fjob, health, freetime, absences, Walc, famrel, Medu, Fedu.\n",
            CliRun.Line("robustness {0} --dataset german-releases:original --data {1} --shifted-dataset student --method gradient", model, data!).Is(Exit.BadInput).Error.Split('\n', 2)[1]);
    }

    /// <summary>People of the same kind as the workshop's, drawn by another seed.</summary>
    private string Drawn(ulong seed, double? education = null)
    {
        var drawn = CreditDemo.Generate(seed, 400);
        double[] values = drawn.Values.ToArray();
        for (int v = CreditDemo.Schema.IndexOf("education"); education is { } same && v < values.Length; v += CreditDemo.Schema.Features.Count) values[v] = same;
        string path = workshop.Fresh(".csv");
        using var to = File.Create(path);
        CsvTable.Write(new Table(drawn.Schema, values, labels: drawn.Labels, groups: drawn.Groups), to);
        return path;
    }
}
