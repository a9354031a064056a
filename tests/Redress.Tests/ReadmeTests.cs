using Redress.Data;
using Redress.Data.Catalog;
using Redress.Guarantees;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Tests;

/// <summary>The README's story is the body of a test, line for line.</summary>
public sealed class ReadmeTests(ITestOutputHelper output)
{
    [Fact]
    public void The_story_runs()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        // story
        var people = CreditDemo.Generate(seed: 1);                                  // 10,000 loan applicants, in raw units
        var data = TrainingData.Of(people, new SplitShares(), new Rng(1));          // train, validation, calibration, test
        var model = Trainer.RecourseAware(data, TrainingSettings.Paper, lambda: 0.8, seed: 1);
        var task = new RecourseTask(model);
        var finder = MethodCatalog.Get("gradient").Create().Prepare(task, new Rng(1));
        var certificate = Pare.Certify(model, finder, data.Calibration!, epsilon: 0.05, alpha: 0.05, new Rng(1));
        model = model.Certified(certificate);                                       // θ at or below the certified bound
        ModelFile.Save(model, path);                                                // one safetensors file

        finder = MethodCatalog.Get("gradient").Create().Prepare(new RecourseTask(model), new Rng(1));
        var batch = finder.Find(new RecourseRequest(data.Test!), new Rng(1));       // all cores; the same answer on one
        foreach (var record in batch.Records.Where(r => r.Outcome == Outcome.Found).Take(3))
            output.WriteLine(record.ToString());                                    // 2: Found income 24100 -> 26050, ...
        output.WriteLine(batch.ToString());                                         // 229 Found, 763 AlreadyDesired, ...
        // end

        Assert.Equal(model.Fingerprint, ModelFile.Load(path).Fingerprint);
        Assert.True(batch.Count(Outcome.Found) > 0);
        Assert.Null(Pare.WhyNotCovered(certificate, batch.Run, budgeted: false));
        File.Delete(path);
    }

    [Fact]
    public void The_story_is_the_readme_s()
    {
        string source = File.ReadAllText(Path.Combine(LayersTests.Root, "tests", "Redress.Tests", "ReadmeTests.cs"));
        string story = Between(source, "// story\n", "        // end\n");
        string readme = File.ReadAllText(Path.Combine(LayersTests.Root, "README.md"));
        Assert.Equal(Between(readme, "```cs\n", "```\n"), string.Concat(story.Split('\n').Select(l => l.StartsWith("        ", StringComparison.Ordinal) ? l[8..] : l).Select(l => l + "\n"))[..^1]);
    }

    private static string Between(string text, string start, string end)
    {
        text = text.ReplaceLineEndings("\n");
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
