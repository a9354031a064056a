namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class ReproduceCommandTests(Workshop workshop)
{
    [Fact]
    public void Without_a_study_they_are_listed()
    {
        string shown = CliRun.Of("reproduce").Is(Exit.Done).Out;
        Assert.Matches("\n ross2021 +Learning Models for Actionable", shown);
        Assert.Contains("\nross2021, corrected: the public code's network and training with sign, tail and label put right.\n", shown, StringComparison.Ordinal);
        Assert.EndsWith("Run one: redress reproduce STUDY --data DIR --out DIR\n", shown, StringComparison.Ordinal);
        Assert.Equal("ross2021", CliRun.Of("reproduce", "--json").Is(Exit.Done).Json()[0].GetProperty("study").GetString());
    }

    [Fact]
    public void Everything_wrong_is_said_at_once() => Assert.Equal(
        "error: --seed is '-1'; must be a whole number of 0 or more.\nerror: Data set 'iris' is not in study 'ross2021'; it has adult, compas, bail, german.\n"
        + "error: Preset 'fast' is not in study 'ross2021'; it has as-written, as-published, corrected.\nerror: Threads is -2; must be 0 (all cores) to 1024.\nerror: Say --out DIR: the folder to write the results to.\n",
        CliRun.Line("reproduce ross2021 --data x --only adult,iris --preset fast --seed -1 --threads -2").Is(Exit.BadUsage).Error);

    [Theory]
    [InlineData("reproduce ross2022 --data x --out y", "Study 'ross2022' is not known; there are ross2021, krishna2023, hardy2022, guo2023, garg2025.")]
    [InlineData("reproduce --quick --out y", "--out, --quick go with a study; without one, reproduce lists them.")]
    public void Misuse_is_refused(string line, string message) => Assert.Equal($"error: {message}\n", CliRun.Line(line).Is(Exit.BadUsage).Error);

    [Fact]
    public void A_report_has_a_place_of_its_own()
    {
        string Refusal(params string[] more) => CliRun.Of(["reproduce", "ross2021", "--data", "x", "--out", workshop.Folder, .. more]).Is(Exit.BadUsage).Error;
        string results = workshop.At("results.json");
        Assert.Equal($"error: '{results}' is a file that this command reads or writes itself; write the report to another.\n", Refusal("--report", results));
        Assert.Equal($"error: '{workshop.People}' exists; say --force to replace it.\n", Refusal("--report", workshop.People));
        Assert.Equal("error: --force is about a report that exists; it goes with --report.\n", Refusal("--force"));
        Assert.Equal("error: --report names no file.\n", Refusal("--report", ""));
    }

    /// <summary>As of an unset variable in a script: the folder one happens to stand in is no answer.</summary>
    [Fact]
    public void An_empty_output_folder_is_none() =>
        Assert.Equal("error: Say --out DIR: the folder to write the results to.\n", CliRun.Of("reproduce", "ross2021", "--data", "x", "--out", "").Is(Exit.BadUsage).Error);

    [Fact]
    public void Data_that_are_not_there_are_named_and_nothing_is_written()
    {
        string target = workshop.Fresh("-study");
        Assert.StartsWith("error: Data set 'compas' needs '", CliRun.Line("reproduce ross2021 --only compas --data {0} --out {1}", workshop.Folder, target).Is(Exit.BadInput).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
        Assert.Equal("error: There is no data folder 'nowhere'.\n", CliRun.Line("reproduce ross2021 --data nowhere --out {0}", target).Is(Exit.BadInput).Error);
    }

    [Fact]
    public void A_study_is_printed_and_goes_on()
    {
        string? data = Environment.GetEnvironmentVariable("REDRESS_DATA");
        Assert.SkipUnless(data is not null && File.Exists(Path.Combine(data, "german", "german.csv")), "REDRESS_DATA names no folder with german.");
        string target = workshop.Fresh("-study");
        string[] args = ["reproduce", "ross2021", "--quick", "--only", "german", "--preset", "as-written", "--data", data, "--out", target];
        string shown = CliRun.Of(args).Is(Exit.Done).Out;
        Assert.StartsWith("table 1\n data set  model", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("±", shown, StringComparison.Ordinal);
        Assert.Contains("\n2 parts; ", shown, StringComparison.Ordinal);
        Assert.EndsWith($"Wrote results.json and results.csv to {target}, and the report to {Path.Combine(target, "report.html")}.\n", shown, StringComparison.Ordinal);
        byte[] page = File.ReadAllBytes(Path.Combine(target, "report.html"));
        Assert.Contains("\n2 parts, 2 of them finished before; ", CliRun.Of(args).Is(Exit.Done).Out, StringComparison.Ordinal);
        string elsewhere = workshop.Fresh(".html");
        Assert.Equal("table 1", CliRun.Of([.. args, "--json", "--threads", "1", "--report", elsewhere]).Is(Exit.Done).Json()[0].GetProperty("table").GetString());
        Assert.Equal(page, File.ReadAllBytes(elsewhere));
        Assert.Equal($"error: '{elsewhere}' exists; say --force to replace it.\n", CliRun.Of([.. args, "--report", elsewhere]).Is(Exit.BadUsage).Error);
    }
}
