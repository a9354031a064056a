using System.Globalization;
using System.Text.Json;

namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class AttackCommandTests(Workshop workshop)
{
    [Fact]
    public void It_prints_the_curve_over_the_test_rows()
    {
        var run = CliRun.Line("attack {0} {1} --method pgd --epsilon 8/255,0.5", workshop.Model, workshop.People).Is(Exit.Done);
        Assert.Equal($"{workshop.People} is what the model was trained on: using the 60 test rows that training set aside.\n", run.Error);
        string[] lines = run.Out.Split('\n');
        Assert.Equal("60 people, attacked by pgd in the linf ball", lines[0]);
        Assert.Equal(["epsilon", "susceptible", "correct", "share", "95 % interval", "adversarial accuracy"], lines[2].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Matches(@"^ +0\.03137 +\d+ +\d+ +0\.\d{3}  0\.\d{3} to 0\.\d{3} +0\.\d{3}$", lines[4]);
        Assert.Matches(@"^ +0\.5 +\d+ +\d+ +0\.\d{3}  0\.\d{3} to 0\.\d{3} +0\.\d{3}$", lines[5]);
        Assert.StartsWith("Epsilon is in the model's encoded units; ", lines[7], StringComparison.Ordinal);
    }

    [Fact]
    public void The_curve_is_written_as_CSV_and_JSON_alike()
    {
        string path = workshop.Fresh(".csv");
        var json = CliRun.Line("attack {0} {1} --epsilon 1 --curve 4 --norm l2 --restarts 2 --seed 5 --threads 1 --out {2} --json", workshop.Model, workshop.People, path).Is(Exit.Done).Json();
        string[] lines = File.ReadAllText(path).TrimEnd('\n').Split('\n');
        Assert.Equal("epsilon,susceptible,correct,people,susceptibility,lower,upper,adversarial_accuracy", lines[0]);
        var points = json.GetProperty("points").EnumerateArray().ToArray();
        Assert.Equal([0.25, 0.5, 0.75, 1], points.Select(p => p.GetProperty("epsilon").GetDouble()));
        string Cell(JsonElement point, string name) => point.GetProperty(name).GetDouble().ToString("R", CultureInfo.InvariantCulture);
        Assert.Equal(points.Select(p => $"{Cell(p, "epsilon")},{Cell(p, "susceptible")},{Cell(p, "correct")},60,{Cell(p, "susceptibility")},{Cell(p, "lower")},{Cell(p, "upper")},{Cell(p, "adversarial_accuracy")}"), lines[1..]);
        int[] susceptible = [.. points.Select(p => p.GetProperty("susceptible").GetInt32())];
        Assert.Equal(susceptible.Order(), susceptible);
        Assert.True(susceptible[^1] > susceptible[0]);
        Assert.Equal(("pgd", "l2", 60, true), (json.GetProperty("attack").GetString(), json.GetProperty("norm").GetString(), json.GetProperty("people").GetInt32(), json.GetProperty("test_part").GetBoolean()));
        // The same at other threads; and who is turned by any column is no fewer than by numbers alone.
        string Points(string options) => CliRun.Line("attack {0} {1} --epsilon 1 --curve 4 --norm l2 --restarts 2 --seed 5 --json " + options, workshop.Model, workshop.People).Is(Exit.Done).Json().GetProperty("points").GetRawText();
        Assert.Equal(json.GetProperty("points").GetRawText(), Points("--threads 2"));
        Assert.NotEqual(json.GetProperty("points").GetRawText(), Points("--include-categories --radius income=3 --radius age=0"));
    }

    [Fact]
    public void A_report_draws_the_curve()
    {
        string page = workshop.Fresh(".html"), csv = workshop.Fresh(".csv");
        string line = "attack {0} {1} --epsilon 1 --curve 4 --seed 5 --out {2} --report {3}";
        Assert.EndsWith($"\nWrote the report to {page}.\n", CliRun.Line(line, workshop.Model, workshop.People, csv, page).Is(Exit.Done).Error, StringComparison.Ordinal);
        string html = File.ReadAllText(page);
        Assert.Contains("<p>60 people of people.csv, attacked by pgd in the linf ball, seed 5.</p>", html, StringComparison.Ordinal);
        Assert.Equal(5, html.Split("<tr><td>adversarial accuracy</td><td class=\"n\" data-v=\"").Length - 4);
        Assert.Equal($"error: '{csv}' exists; say --force to replace it.\nerror: '{page}' exists; say --force to replace it.\n", CliRun.Line(line, workshop.Model, workshop.People, csv, page).Is(Exit.BadUsage).Error);
        CliRun.Line(line + " --force", workshop.Model, workshop.People, csv, page).Is(Exit.Done);
        Assert.Equal(html, File.ReadAllText(page));
        Assert.Equal($"error: '{csv}' is a file that this command reads or writes itself; write the report to another.\n", CliRun.Line(line + " --force", workshop.Model, workshop.People, csv, csv).Is(Exit.BadUsage).Error);
    }

    [Fact]
    public void Options_of_the_attack_reach_it()
    {
        int Found(string options) => CliRun.Line("attack {0} {1} --epsilon 0.3 --limit 40 --json " + options, workshop.Model, workshop.People).Is(Exit.Done).Json().GetProperty("points")[0].GetProperty("susceptible").GetInt32();
        Assert.Equal(Found("--method fgsm"), Found("--no-random-start --steps 1 --step-size 0.3"));
        Assert.Equal(0, Found("--no-random-start --step-size 1e-6"));
    }

    [Fact]
    public void Everything_wrong_is_said_at_once() => Assert.Equal(
        """
        error: There is no folder 'FOLDER' to write 'curve.csv' to.
        error: --limit is -1; must be 0 (all) or more.
        error: Steps is 0; must be 1 to 10000.
        error: Restarts is 0; must be 1 to 1000.
        error: Epsilon is -0.1; must be 0 to 1000 in encoded units.
        error: Epsilon is 1001; must be 0 to 1000 in encoded units.
        error: --norm is 'l1'; must be linf, l2.
        error: --radius is 'income'; write a feature and a number, such as income=0.5.
        error: --seed is 'x'; must be a whole number of 0 or more.
        error: Threads is -1; must be 0 (all cores) to 1024.

        """.Replace("FOLDER", workshop.At("none"), StringComparison.Ordinal).ReplaceLineEndings("\n"),
        CliRun.Line("attack nowhere nowhere.csv --out {0} --limit -1 --steps 0 --restarts 0 --epsilon 8/255,-0.1,1001 --norm l1 --radius income --seed x --threads -1", workshop.At("none/curve.csv")).Is(Exit.BadUsage).Error);

    [Theory]
    [InlineData("--method cw", "Attack 'cw' is not known; there are pgd, fgsm.")]
    [InlineData("--method fgsm --steps 3", "--steps goes with --method pgd; fgsm takes one step from the person's own row.")]
    [InlineData("--method fgsm --restarts 3", "--restarts goes with --method pgd; fgsm takes one step from the person's own row.")]
    [InlineData("--method fgsm --no-random-start", "--no-random-start goes with --method pgd; fgsm takes one step from the person's own row.")]
    [InlineData("--no-random-start --restarts 2", "Restarts is 2; without a random start all are the same, so it must be 1.")]
    [InlineData("--epsilon 8:255", "--epsilon is '8:255'; must be a number such as 0.1 or a fraction such as 8/255.")]
    [InlineData("--epsilon 1/2/3", "--epsilon is '1/2/3'; must be a number such as 0.1 or a fraction such as 8/255.")]
    [InlineData("--epsilon NaN", "Epsilon is NaN; must be 0 to 1000 in encoded units.")]
    [InlineData("--curve 0", "--curve is 0; must be 1 to 1000.")]
    [InlineData("--curve 3 --epsilon 0.1,0.2", "--curve goes up to one radius; --epsilon lists 2.")]
    [InlineData("--step-size 0", "Step size is 0; must be more than 0 and at most 1000.")]
    [InlineData("--radius age=-1", "The radius of 'age' is -1; must be 0, or 0.000001 to 1000.")]
    [InlineData("--radius age=1 --radius age=2", "--radius names 'age' twice.")]
    [InlineData("--radius height=1", "There is no feature 'height' to give a radius.")]
    [InlineData("--timeout 0", "--timeout is 0; must be more than 0 and at most 1000000 seconds.")]
    public void Misuse_is_refused(string options, string message) =>
        Assert.Equal($"error: {message}\n", CliRun.Line("attack {0} {1} " + options, workshop.Model, workshop.People).Is(Exit.BadUsage).Error.Split('\n')[^2] + "\n");

    [Fact]
    public void A_curve_that_exists_is_not_replaced_and_an_input_never_is()
    {
        string path = workshop.Write(".csv", "mine");
        Assert.Equal($"error: '{path}' exists; say --force to replace it.\n", CliRun.Line("attack {0} {1} --out {2}", workshop.Model, workshop.People, path).Is(Exit.BadUsage).Error);
        Assert.Equal($"error: '{workshop.People}' is an input of this command; write to another file.\n", CliRun.Line("attack {0} {1} --out {1} --force", workshop.Model, workshop.People).Is(Exit.BadUsage).Error);
        Assert.Equal("mine\n", File.ReadAllText(path));
        Assert.Contains($"Wrote {path}.", CliRun.Line("attack {0} {1} --out {2} --force", workshop.Model, workshop.People, path).Is(Exit.Done).Out, StringComparison.Ordinal);
    }
}
