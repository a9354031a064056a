using Redress.Studies;
using Redress.Studies.Hardy2022;

namespace Redress.Tests.Studies;

public sealed class Hardy2022Tests
{
    private static string? Data => Environment.GetEnvironmentVariable("REDRESS_DATA");

    [Fact]
    public void The_paper_s_numbers_are_in_its_file() => Assert.Equal(20, Hardy2022Study.Study.Paper.Count);

    [Fact]
    public void Its_choices_are_those_of_the_paper_where_it_names_them()
    {
        var full = HardyOptions.Full;
        Assert.Equal((500, 40, 0.5, 500), (full.People, full.ImageEpochs, full.Share, full.FlipSets));
        Assert.Equal((8 / 255.0, 16 / 255.0), (full.EpsilonOf("fashion-mnist"), full.EpsilonOf("adult-carla")));
        var image = full.Settings(HardyNetwork.Image);
        Assert.Equal([64, 256, 64, 256, 64], image.Hidden);
        Assert.Equal((0.01f, 128), (image.LearningRate, image.BatchSize));
        Assert.Equal([18, 9, 3], full.Settings(HardyNetwork.Adult).Hidden);
        Assert.Equal([13, 9, 3], full.Settings(HardyNetwork.AdultOfTheText).Hidden);
        Assert.Equal(0, full.Settings(HardyNetwork.ImageWithoutMomentum).Momentum);
        Assert.All(
            [HardyNetwork.Image, HardyNetwork.ImageWithoutMomentum, HardyNetwork.Adult, HardyNetwork.AdultOfTheText],
            n => Assert.Empty(full.Settings(n).Problems().Concat(full.Adversary(n.Dataset).Problems())));
    }

    [Fact]
    public void A_method_on_adult_is_measured_person_by_person()
    {
        Assert.SkipUnless(Data is not null, "REDRESS_DATA is not set: the studies' data are not here.");
        var plan = Hardy2022Study.Study.Plan(new StudyRequest(Data!, Quick: true).For(Hardy2022Study.Study) with { DataSets = ["adult-carla"] });
        Assert.Equal(plan.Parts.Count, plan.Parts.Select(p => p.Name).Distinct().Count());
        Assert.All(plan.Parts, p => Assert.Matches(@"^[\w.=-]+$", p.Name));

        // The natural and the adversarial model of a training are compared on the same terms.
        PartResult[] results = [.. plan.Parts.Where(p => p.Name.Contains("adult-carla.natural.growing-spheres.carla", StringComparison.Ordinal) || p.Name.Contains("adult-carla.adversarial.growing-spheres.carla", StringComparison.Ordinal)).Select(p => new PartResult(p, p.Run(CancellationToken.None)))];
        Assert.Equal(2, results.Length);
        foreach (var result in results)
        {
            double Of(string metric) => result.Measures.Single(m => m.Metric == metric).Value;
            int found = (int)Math.Round(Of("success-rate") * Of("people"));
            Assert.True(found > 0);
            Assert.Equal(found, Of("connected") + Of("unconnected"));
            Assert.All(result.Series, s => Assert.Equal(found, s.Values.Count));
            Assert.Equal(Of("distance"), result.Series.Single(s => s.Metric == "distance").Values.Average(), 12);
            Assert.InRange(Of("redundancy"), 0, Of("sparsity"));
        }
        var rows = plan.Conclude(results).ToList();
        double Mean(string model) => rows.Single(r => r.Table == "figure 2" && r.Model == model && r.Metric == "distance").Ours!.Value;
        Assert.Equal(Mean("adversarial") - Mean("natural"), Mean("adversarial less natural"), 12);
        Assert.Equal(7.09, rows.Single(r => r is { Table: "table 2", Model: "natural", Metric: "sparsity" }).Paper);
        Assert.Equal(4, plan.Pictures!(results, rows).Count());
    }
}
