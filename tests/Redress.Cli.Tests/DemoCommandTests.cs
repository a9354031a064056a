using System.CommandLine;
using Redress.Training;

namespace Redress.Cli.Tests;

public sealed class DemoCommandTests
{
    [Fact]
    public void It_compares_certifies_and_tells_six_people()
    {
        var run = Demo().Is(Exit.Done);
        string shown = run.Out;
        Assert.Empty(run.Error);
        Assert.StartsWith("800 made-up loan applicants; ", shown, StringComparison.Ordinal);
        foreach (string model in new[] { "baseline", "recourse-aware" })
            foreach (string method in new[] { "gradient", "linear-step", "actionable-recourse" })
                Assert.Matches($@"\n {model} +{method} +0\.\d{{3}} +0\.\d{{3}} +\d+\.\d % +\d+\.\d % +\d\.\d{{3}}\n", shown);
        Assert.Contains("2. The guarantee: with 95 % confidence, at least 95 % of people are accepted or have recourse\n", shown, StringComparison.Ordinal);
        string[] told = [.. shown.Split('\n').Where(l => l.StartsWith("  Applicant ", StringComparison.Ordinal))];
        Assert.Equal(6, told.Length);
        Assert.All(told, l => Assert.Matches(@"^  Applicant \d+ \(0\.\d{3} -> 0\.\d{3}\): (raise|lower) [a-z]+ from [\w,]+ to [\w,]+(, (raise|lower) .*)?( and (raise|lower) .*)?$", l));
        Assert.EndsWith("begins with data of your own\n", shown, StringComparison.Ordinal);
        Assert.Equal(shown, Demo().Out);
    }

    [Fact]
    public void It_keeps_files_to_go_on_with()
    {
        string folder = Directory.CreateTempSubdirectory("redress-demo-").FullName;
        try
        {
            var json = Demo("--out", folder, "--json").Is(Exit.Done).Json();
            Assert.Equal(2 * DemoCommand.Compared.Count, json.GetProperty("comparison").GetArrayLength());
            Assert.Equal(6, json.GetProperty("people").GetArrayLength());
            string At(string name) => Path.Combine(folder, name);
            Assert.Contains("certificate", CliRun.Line("recourse {0} {1} --out {2}", At("recourse-aware.safetensors"), At("people.csv"), At("everyone.csv")).Is(Exit.Done).Out, StringComparison.Ordinal);
            CliRun.Line("verify {0} --model {1}", At("recourse.ndjson"), At("baseline.safetensors")).Is(Exit.Done);
            Assert.Contains("is what the model was trained on", CliRun.Line("certify {0} {1}", At("recourse-aware.safetensors"), At("people.csv")).Is(Exit.Done).Error, StringComparison.Ordinal);
            Assert.Contains($"error: '{At("people.csv")}' exists; say --force to replace it.\n", Demo("--out", folder).Is(Exit.BadUsage).Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The demo with fewer people and a small network: the same path in a fraction of the time.</summary>
    private static CliRun Demo(params string[] args)
    {
        using var console = new Captured();
        var settings = new TrainingSettings([8], BatchSize: 32, Epochs: 5, LearningRate: 0.01f, Threshold: new(0.5));
        try
        {
            return console.Result(DemoCommand.Create(console.Terminal, 800, settings).Parse(args).Invoke(new() { EnableDefaultExceptionHandler = false }));
        }
        catch (OptionsException e)
        {
            return console.Result(CommandLine.Explain(e, console.Terminal));
        }
    }
}
