using Redress.Studies;
using Redress.Studies.Ross2021;

namespace Redress.Tests.Studies;

public sealed class StudyRowTests
{
    [Fact]
    public void Means_and_deviations_are_over_the_splits_that_have_a_figure()
    {
        Measure Of(string metric, double value) => new("t", "d", "m", "", metric, value);
        var rows = StudyRow.Means([Of("a", 1), Of("b", 5), Of("a", 2), Of("a", double.NaN), Of("a", 6), Of("c", double.NaN)]).ToList();
        Assert.Equal(["a", "b", "c"], rows.Select(r => r.Metric));
        Assert.Equal(3, rows[0].Ours);
        Assert.Equal(Math.Sqrt(7), rows[0].OursSd!.Value, 12);
        Assert.Equal((5, null), (rows[1].Ours, rows[1].OursSd));
        Assert.Equal((null, null), (rows[2].Ours, rows[2].OursSd));
    }

    [Fact]
    public void Lambda_by_validation_has_most_recourse_at_little_loss_of_f1()
    {
        Measure[] Model(string name, double f1, double recourse) =>
        [
            new("on validation", "adult", name, "", "f1", f1), new("on validation", "adult", name, "linear-step", "recourse-all", recourse),
            new("table 1", "adult", name, "", "f1", f1 - 0.01), new("table 2", "adult", $"{name}, θ by PARE", "", "f1", f1 - 0.1),
        ];
        var part = new StudyPart("p", "as-written", "", 1, _ => new([]));
        var rows = new RossConclusions(Ross2021Study.Study.Paper, [new(part, new([.. Model("λ=0", 0.70, 0.4), .. Model("λ=0.2", 0.69, 0.6), .. Model("λ=0.8", 0.65, 0.9)]))]).Rows().ToList();
        var chosen = rows.Single(r => r.Table == "table 1, λ by validation");
        Assert.Equal(("ours", 0.636, "λ=0.2."), (chosen.Model, chosen.Paper, chosen.Note));
        Assert.Equal(0.68, chosen.Ours!.Value, 12);
        Assert.Equal(0.526, rows.Single(r => r.Table == "table 2, λ by validation").Paper);
        Assert.Equal(["baseline", "ours"], rows.Where(r => r.Table == "table 1").Select(r => r.Model));
        Assert.Equal(["λ=0", "λ=0.2", "λ=0.8"], rows.Where(r => r.Table == "figure 1").Select(r => r.Model));
        Assert.Equal("The text: F1 scores and accuracies are relatively stable as a function of λ.", rows.First(r => r.Table == "figure 1").Note);
    }
}
