using Redress.Studies;

namespace Redress.Tests.Studies;

public sealed class SeriesLinesTests
{
    [Theory]
    [InlineData("λ=0.8", "", "λ", 0.8)]
    [InlineData("λ=0 θ=0.35", "λ=0", "θ", 0.35)]
    [InlineData("ours, any λ F1=0.64", "ours, any λ", "F1", 0.64)]
    public void The_last_word_is_the_place(string model, string series, string axis, double x) => Assert.Equal((series, axis, x), SeriesLines.Place(model));

    [Theory]
    [InlineData("baseline")]
    [InlineData("λ=0.8, in fractions")]
    [InlineData("name=x")]
    public void Other_models_have_none(string model) => Assert.Null(SeriesLines.Place(model));

    [Fact]
    public void A_picture_a_table_set_and_metric_with_a_line_a_series_and_bands_over_splits()
    {
        var pictures = SeriesLines.Of(
        [
            new("figure 1", "adult", "λ=0.8", "gradient", "f1", 0.75, 0.25), new("figure 1", "adult", "λ=0", "gradient", "f1", 0.5, null),
            new("figure 1", "adult", "λ=0", "linear-step", "f1", 0.25, null), new("figure 1", "adult", "λ=0", "", "recall", 30, null),
            new("figure 1", "adult", "λ=1", "gradient", "f1", null, null), new("table 1", "adult", "baseline", "", "f1", 0.5, null),
        ]).ToList();
        Assert.Equal(["f1", "recall"], pictures.Select(p => p.Title));
        Assert.Equal(["gradient", "linear-step"], pictures[0].Series.Select(l => l.Name));
        Assert.Equal([new(0, 0.5), new LinePoint(0.8, 0.75, 0.5, 1)], pictures[0].Series[0].Points);
        Assert.Equal("f1 over λ: gradient from 0.5 at 0 to 0.75 at 0.8; linear-step from 0.25 at 0 to 0.25 at 0.", pictures[0].Alt);
        Assert.Equal((new PictureAxis("λ"), new PictureAxis("f1")), (pictures[0].X, pictures[0].Y));
        Assert.Equal(("figure 1", "adult"), (pictures[0].Table, pictures[0].Dataset));
    }

    /// <summary>A line that moves by a hundredth shall not look as if it fell; what is no share keeps its own scale.</summary>
    [Theory]
    [InlineData(0.5, 0.5, 0.4, 0.6)]
    [InlineData(1, 1, 0.8, 1.0)]
    [InlineData(0, 0, 0.0, 0.2)]
    [InlineData(-0.01, 0.01, -0.1, 0.1)]
    [InlineData(30, 30.01, null, null)]
    public void Shares_are_drawn_over_two_tenths_at_least(double low, double high, double? bottom, double? top)
    {
        var axis = SeriesLines.Of([new("t", "d", "λ=0", "", "m", low, null), new("t", "d", "λ=1", "", "m", high, null)]).Single().Y;
        Assert.Equal((bottom, top), (Rounded(axis.From), Rounded(axis.To)));

        static double? Rounded(double? end) => end is { } e ? Math.Round(e, 12) : null;
    }

    [Fact]
    public void Many_lines_are_counted_for_who_cannot_see_them() => Assert.Equal(
        "m over λ, 9 lines; the numbers are in the table below it.", SeriesLines.Of([.. Enumerable.Range(0, 9).Select(k => new StudyRow("t", "d", Invariant($"s{k} λ=0"), "", "m", k, null))]).Single().Alt);
}
