using System.Text.Json;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Records;
using Redress.Tensors;

namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class RecourseCommandTests(Workshop workshop)
{
    [Fact]
    public void Everyone_has_a_record_and_the_certificate_covers_the_run()
    {
        string records = workshop.Fresh(".ndjson");
        var run = CliRun.Line("recourse {0} {1} --out {2}", workshop.Model, workshop.People, records).Is(Exit.Done);
        Assert.StartsWith(" outcome          people\n", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n\d+\.\d % of the people who could be scored are accepted or have recourse by linear-step\.\nCovered by the certificate: at least 95\.0 % of people are accepted or have recourse, with confidence 95\.0 %\.\nWrote ", run.Out);
        string[] lines = File.ReadAllLines(records);
        Assert.Equal(601, lines.Length);
        Assert.Contains("\"method\":\"linear-step\"", lines[0], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 600).Select(i => Invariant($"{i}")), lines.Skip(1).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("person_id").GetString()!));
        Assert.False(File.Exists(records + ".partial"));
    }

    [Fact]
    public void Json_stands_alone()
    {
        var run = CliRun.Line("recourse {0} {1} --out {2} --json --limit 50", workshop.Model, workshop.People, workshop.Fresh(".ndjson")).Is(Exit.Done);
        Assert.Equal(50, run.Json().GetProperty("people").GetInt64());
        Assert.Equal(50, run.Json().GetProperty("outcomes").EnumerateObject().Sum(o => o.Value.GetInt64()));
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Csv_has_its_run_beside_it()
    {
        string table = workshop.Fresh(".csv");
        var run = CliRun.Line("recourse {0} {1} --out {2} --method actionable-recourse --answers 3", workshop.Model, workshop.People, table).Is(Exit.Done);
        Assert.Contains("The model's certificate does not apply: another method (linear-step, not actionable-recourse).", run.Out, StringComparison.Ordinal);
        Assert.StartsWith("person_id,rank,outcome,reason,score_before,score,cost,changes,age,education,", File.ReadLines(table).First(), StringComparison.Ordinal);
        using var beside = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(table, ".run.json")));
        Assert.Equal("actionable-recourse", beside.RootElement.GetProperty("run").GetProperty("method").GetString());
        Assert.Contains(File.ReadLines(table), l => l.Split(',')[1] == "2");
    }

    [Fact]
    public void Threads_and_chunks_change_nothing()
    {
        string[] written = [.. new[] { "--threads 1 --chunk 1", "--threads 3 --chunk 7", "" }.Select(options =>
        {
            string records = workshop.Fresh(".ndjson");
            CliRun.Line(("recourse {0} {1} --out {2} --method gradient --option sweep-steps=2 --option max-steps=4 --limit 80 " + options).TrimEnd(), workshop.Model, workshop.People, records).Is(Exit.Done);
            return File.ReadAllText(records);
        })];
        Assert.Equal(written[0], written[1]);
        Assert.Equal(written[0], written[2]);
    }

    [Fact]
    public void Broken_rows_are_records_too()
    {
        string[] lines = File.ReadAllLines(workshop.People);
        string people = workshop.Write(".csv", lines[0], lines[1], lines[2].Replace(lines[2].Split(',')[2], "much", StringComparison.Ordinal), "1,2", lines[3]), records = workshop.Fresh(".ndjson");
        var run = CliRun.Line("recourse {0} {1} --out {2}", workshop.Model, people, records).Is(Exit.SomeRowsInvalid);
        Assert.Matches("invalid_input +2\n", run.Out);
        using var reader = new NdjsonReader(File.OpenRead(records), "records");
        var told = reader.Records().ToList();
        Assert.Equal(4, told.Count);
        Assert.Equal(Outcome.InvalidInput, told[1].Outcome);
        Assert.Contains("column 'income'", told[1].Reason, StringComparison.Ordinal);
        Assert.Equal(Outcome.InvalidInput, told[2].Outcome);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once_and_no_input_is_written_over()
    {
        Assert.Equal(
            """
            error: --out is 'q.txt'; must end in .csv or .ndjson.
            error: --limit is -3; must be 0 (all) or more.
            error: --desired is 'foo'; must be favourable, other-than-predicted or class:NAME.
            error: Cost 'zz' is not known; there are l1, l2, total-percentile-shift, max-percentile-shift.
            error: Method 'nope' is not known; there are gradient, linear-step, actionable-recourse, score-matching, vanilla-cf, roar, rbr, growing-spheres, nearest-neighbour, face, cchvae, revise, cruds, tap, counternet, rocoursenet, cf-model, vae-cf.
            error: --seed is '-1'; must be a whole number of 0 or more.
            error: --timeout is -2; must be more than 0 and at most 1000000 seconds.
            error: --answers is 0; must be at least 1.
            error: Threads is -1; must be 0 (all cores) to 1024.

            """.ReplaceLineEndings("\n"),
            CliRun.Line("recourse nowhere.safetensors nowhere.csv --out q.txt --limit -3 --desired foo --cost zz --method nope --seed -1 --timeout -2 --answers 0 --threads -1").Is(Exit.BadUsage).Error);
        byte[] before = File.ReadAllBytes(workshop.People);
        foreach (string line in new[] { "recourse {1} {0} --out {0} --force", "train {0} --schema {2} --out {0} --force", "score {1} {0} --out {0} --force", "init {0} --target repaid --favourable yes --out {0} --force" })
            Assert.Equal($"error: '{workshop.People}' is an input of this command; write to another file.\n", CliRun.Line(line, workshop.People, workshop.Model, workshop.Schema).Is(Exit.BadUsage).Error);
        Assert.Equal(before, File.ReadAllBytes(workshop.People));
    }

    [Fact]
    public void People_outside_the_rules_count_as_without_recourse()
    {
        string narrow = workshop.Fresh(".json"), records = workshop.Fresh(".ndjson");
        File.WriteAllText(narrow, File.ReadAllText(workshop.Schema).Replace("\"constraints\"", "\"x\"", StringComparison.Ordinal).TrimEnd().TrimEnd('}').TrimEnd() + ",\n  \"constraints\": [\"savings <= 1000\"]\n}\n");
        var run = CliRun.Line("recourse {0} {1} --actions {2} --out {3} --json", workshop.Model, workshop.People, narrow, records).Is(Exit.SomeRowsInvalid);
        using var json = System.Text.Json.JsonDocument.Parse(run.Out);
        var outcomes = json.RootElement.GetProperty("outcomes");
        double good = outcomes.EnumerateObject().Where(o => o.Name is "found" or "already_desired").Sum(o => o.Value.GetInt64());
        Assert.True(outcomes.GetProperty("invalid_input").GetInt64() > 0);
        Assert.Equal(good / json.RootElement.GetProperty("people").GetInt64(), json.RootElement.GetProperty("share").GetDouble(), 12);
        File.WriteAllText(narrow, File.ReadAllText(narrow).Replace("\"savings <= 1000\"", "\"savings <= 100\", \"savings >= 200\"", StringComparison.Ordinal));
        Assert.Equal("error: No row obeys all constraints and ranges together ('savings <= 100', 'savings >= 200'): the action set is empty.\n",
            CliRun.Line("recourse {0} {1} --actions {2} --out {3} --force", workshop.Model, workshop.People, narrow, records).Is(Exit.BadUsage).Error);
        Assert.Contains("error: No row obeys all constraints and ranges together", CliRun.Line("check {0} {1}", narrow, workshop.People).Is(Exit.BadInput).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_rejected_is_no_fault()
    {
        string records = workshop.Fresh(".ndjson");
        string accepted = AcceptedOnly();
        var run = CliRun.Line("recourse {0} {1} --out {2}", workshop.Model, accepted, records).Is(Exit.Done);
        Assert.Matches("already_desired +3\n", run.Out);
        Assert.Contains("\nNobody is rejected; there is nothing to recommend.\n", run.Out, StringComparison.Ordinal);
        CliRun.Line("recourse {0} {1} --out {2} --only-rejected --force", workshop.Model, accepted, records).Is(Exit.Done);
        Assert.Single(File.ReadAllLines(records));
    }

    [Fact]
    public void Cells_are_made_safe_on_request()
    {
        string[] lines = File.ReadAllLines(workshop.People);
        string schema = workshop.Write(".json", File.ReadAllText(workshop.Schema).Replace("\"gender\": {", "\"name\": { \"role\": \"id\" },\n    \"gender\": {", StringComparison.Ordinal));
        string people = workshop.Write(".csv", ["name," + lines[0], .. lines.Skip(1).Select((l, i) => $"{(i % 2 == 0 ? "=" : "-")}{i},{l}")]);
        string model = workshop.Fresh(".safetensors"), table = workshop.Fresh(".csv");
        CliRun.Line("train {0} --schema {1} --out {2} " + Workshop.Small, people, schema, model).Is(Exit.Done);
        CliRun.Line("recourse {0} {1} --out {2} --safe-cells --limit 4 --method linear-step", model, people, table).Is(Exit.Done);
        string[] ids = [.. File.ReadAllLines(table).Skip(1).Select(l => l.Split(',')[0]).Distinct()];
        Assert.Equal(["'=0", "-1", "'=2", "-3"], ids);
    }

    [Fact]
    public void Files_that_exist_are_refused_together()
    {
        string table = workshop.Write(".csv", "old");
        File.WriteAllText(Path.ChangeExtension(table, ".run.json"), "{}");
        File.WriteAllText(table + ".partial", "old");
        var run = CliRun.Line("recourse nowhere {0} --out {1}", workshop.People, table).Is(Exit.BadUsage);
        Assert.Equal(
            $"error: '{table}' exists; say --force to replace it.\n" +
            $"error: '{table}.partial' exists: a stopped run left it. Move it away to keep it, or say --force to replace it.\n" +
            $"error: '{Path.ChangeExtension(table, ".run.json")}' exists; say --force to replace it.\n", run.Error);
        CliRun.Line("recourse {0} {1} --out {2} --force --limit 5", workshop.Model, workshop.People, table).Is(Exit.Done);
        Assert.False(File.Exists(table + ".partial"));
    }

    [Theory]
    [InlineData("--method linear-stp", "Method 'linear-stp' is not known; there are gradient, linear-step, actionable-recourse, score-matching, vanilla-cf, roar, rbr, growing-spheres, nearest-neighbour, face, cchvae, revise, cruds, tap, counternet, rocoursenet, cf-model, vae-cf.")]
    [InlineData("--method gradient --option lamda=1", "Options of 'gradient': 'lamda' is no option; there are loss, distance, lambda, search-lambda, sweep-steps, bisections, max-steps, learning-rate, ams-grad, stop-at-first.")]
    [InlineData("--method gradient --option max-steps=0", "Options of 'gradient': max-steps is 0; must be at least 1.")]
    [InlineData("--method gradient --option max-steps", "--option is 'max-steps'; write name=value.")]
    [InlineData("--method gradient --preset alibi", "Method 'gradient' has no preset 'alibi'; it has carla.")]
    [InlineData("--method gradient --preset carla --options {}", "--options and --preset both give all options; use one, and --option to change single ones.")]
    [InlineData("--answers 2", "Answers is 2; method 'linear-step' gives 1 to 1.")]
    [InlineData("--max-steps 0", "Budget steps is 0; must be at least 1.")]
    [InlineData("--max-calls 1", "Budget model calls is 1; must be at least 2 (the person's own row and one check).")]
    [InlineData("--desired rich", "--desired is 'rich'; must be favourable, other-than-predicted or class:NAME.")]
    [InlineData("--desired class:rich", "Desired outcome 'rich' is no class of the model; there are 'not yes', 'yes'.")]
    [InlineData("--cost l3", "Cost 'l3' is not known; there are l1, l2, total-percentile-shift, max-percentile-shift.")]
    [InlineData("--limit -1", "--limit is -1; must be 0 (all) or more.")]
    [InlineData("--safe-cells", "--safe-cells is about spreadsheets; it goes with a .csv file.")]
    [InlineData("--prepared p --method gradient", "--prepared holds the method and its options; leave out --method.")]
    [InlineData("--training people.csv", "--training is for methods that learn from training rows; 'linear-step' does not.")]
    [InlineData("--timeout 0", "--timeout is 0; must be more than 0 and at most 1000000 seconds.")]
    [InlineData("--delimiter ;;", "Delimiter is ';;'; must be one character other than a quote or line end.")]
    public void What_cannot_be_is_refused_before_work(string options, string message)
    {
        string records = workshop.Fresh(".ndjson");
        Assert.Equal($"error: {message}\n", CliRun.Line("recourse {0} {1} --out {2} " + options, workshop.Model, workshop.People, records).Is(Exit.BadUsage).Error);
        Assert.Empty(Directory.GetFiles(workshop.Folder, Path.GetFileName(records) + "*"));
    }

    [Fact]
    public void Other_endings_are_refused() =>
        Assert.Equal("error: --out is 'people.txt'; must end in .csv or .ndjson.\n", CliRun.Line("recourse {0} {1} --out people.txt", workshop.Model, workshop.People).Is(Exit.BadUsage).Error);

    [Fact]
    public void A_broken_header_stops_before_anything_is_written()
    {
        string records = workshop.Fresh(".ndjson"), people = workshop.Write(".csv", "age;income", "1;2");
        var run = CliRun.Line("recourse {0} {1} --out {2}", workshop.Model, people, records).Is(Exit.BadInput);
        Assert.Contains("say --delimiter \";\"", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(workshop.Folder, Path.GetFileName(records) + "*"));
    }

    [Fact]
    public void Other_actions_may_be_declared_and_are_not_covered()
    {
        string actions = workshop.Write(".json", File.ReadAllText(workshop.Schema).Replace("\"change\": \"decrease\"", "\"change\": \"none\"", StringComparison.Ordinal));
        string records = workshop.Fresh(".ndjson");
        var run = CliRun.Line("recourse {0} {1} --out {2} --actions {3}", workshop.Model, workshop.People, records, actions).Is(Exit.Done);
        Assert.Contains("The model's certificate does not apply: another action set.", run.Out, StringComparison.Ordinal);
        using var reader = new NdjsonReader(File.OpenRead(records), "records");
        Assert.DoesNotContain(reader.Records(), r => r.Answers.Any(a => a.Changes.Any(c => c.Feature == "amount")));
    }

    [Fact]
    public void Nothing_actionable_is_refused()
    {
        string actions = workshop.Write(".json", new[] { "increase", "decrease", "any" }.Aggregate(File.ReadAllText(workshop.Schema), (text, change) => text.Replace($"\"change\": \"{change}\"", "\"change\": \"none\"", StringComparison.Ordinal)));
        var run = CliRun.Line("recourse {0} {1} --out {2} --actions {3}", workshop.Model, workshop.People, workshop.Fresh(".ndjson"), actions).Is(Exit.BadUsage);
        Assert.Equal("error: The schema lets nobody change anything; give at least one feature the change any, increase or decrease.\n", run.Error);
    }

    [Fact]
    public void People_outside_the_declared_range_are_told_so()
    {
        string actions = workshop.Write(".json", File.ReadAllText(workshop.Schema).Replace("\"largest_change\": 3000", "\"largest_change\": 3000, \"range\": [0, 10]", StringComparison.Ordinal));
        var run = CliRun.Line("recourse {0} {1} --out {2} --actions {3}", workshop.Model, workshop.People, workshop.Fresh(".ndjson"), actions).Is(Exit.SomeRowsInvalid);
        Assert.Matches("invalid_input +\\d+\n", run.Out);
    }

    [Fact]
    public void Actions_of_another_schema_are_refused()
    {
        string actions = workshop.Write(".json", "{ \"target\": { \"column\": \"repaid\", \"favourable\": \"yes\" }, \"columns\": { \"age\": { \"type\": \"integer\" }, \"height\": { \"type\": \"numeric\" } } }");
        var run = CliRun.Line("recourse {0} {1} --out {2} --actions {3}", workshop.Model, workshop.People, workshop.Fresh(".ndjson"), actions).Is(Exit.BadInput);
        Assert.StartsWith($"error: {actions}: the model's feature 'education' is missing.\n", run.Error, StringComparison.Ordinal);
        Assert.EndsWith($"error: {actions}: 'height' is no feature of the model.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preparation_can_be_used_again()
    {
        string prepared = workshop.Fresh(".prepared"), records = workshop.Fresh(".ndjson");
        Assert.Equal($"Prepared linear-step {{\"whole-steps\":false}} into {prepared}.\n", CliRun.Line("prepare {0} --method linear-step --out {1}", workshop.Model, prepared).Is(Exit.Done).Out);
        var run = CliRun.Line("recourse {0} {1} --out {2} --prepared {3} --limit 20", workshop.Model, workshop.People, records, prepared).Is(Exit.Done);
        Assert.Contains("Covered by the certificate", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Stopping_before_the_first_person_leaves_nothing()
    {
        string records = workshop.Fresh(".ndjson");
        var run = CliRun.Of(new CancellationToken(true), "recourse", workshop.Model, workshop.People, "--out", records).Is(Exit.Cancelled);
        Assert.Equal("Stopped before anybody's record was finished; nothing was written.\n", run.Error);
        Assert.Empty(Directory.GetFiles(workshop.Folder, Path.GetFileName(records) + "*"));
    }

    [Fact]
    public void A_stopped_run_leaves_whole_records_and_a_broken_input_too()
    {
        var model = ModelFile.Load(workshop.Model);
        var finder = MethodCatalog.Get("linear-step").Create().Prepare(new RecourseTask(model), new Rng(1));
        var request = new RecourseRequest(new Table(model.Schema, []));
        var run = finder.Find(request, new Rng(1)).Run;
        var people = CsvTable.Read(workshop.People, model.Schema, null, needTarget: false, out _);
        foreach (bool stop in new[] { true, false })
        {
            using var cancel = new CancellationTokenSource();
            IEnumerable<Table> Chunks()
            {
                yield return people.Slice(0, 5);
                yield return people.Slice(5, 5);
                if (!stop) throw new DataException("no more");
                yield return people.Slice(10, 5);
            }
            string path = workshop.Fresh(".ndjson");
            var files = new RecourseFiles(path, model.Schema, run);
            void Write() => files.Write(finder, request, Chunks(), new Rng(1), 0, stop ? new StopAt(10, cancel) : null, cancel.Token);
            if (stop) Write();
            else Assert.Throws<DataException>(Write);
            Assert.Equal(stop, files.Counts.Stopped);
            Assert.False(File.Exists(path));
            using var reader = new NdjsonReader(File.OpenRead(path + ".partial"), "records");
            Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], reader.Records().Select(r => r.PersonId));
        }
    }

    /// <summary>Cancels once a number of people are done.</summary>
    private sealed class StopAt(long people, CancellationTokenSource cancel) : IProgress<Progress>
    {
        public void Report(Progress value)
        {
            if (value.Done >= people) cancel.Cancel();
        }
    }

    /// <summary>Three people whom the model accepts.</summary>
    private string AcceptedOnly()
    {
        string[] lines = File.ReadAllLines(workshop.People);
        string[] scores = CliRun.Line("score {0} {1}", workshop.Model, workshop.People).Is(Exit.Done).Out.Split('\n');
        return workshop.Write(".csv", [lines[0], .. Enumerable.Range(1, 600).Where(i => scores[i].Contains(",favourable,", StringComparison.Ordinal)).Take(3).Select(i => lines[i])]);
    }
}
