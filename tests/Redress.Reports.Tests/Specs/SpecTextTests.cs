using System.Text.Json;
using Redress.Reports.Specs;

namespace Redress.Reports.Tests.Specs;

public sealed class SpecTextTests
{
    private static string Json(Encoding encoding, params Datum[] rows) => SpecText.Of(new(100, new(rows), encoding, [new(new(MarkType.Point) { Filled = true }, new())]));

    [Fact]
    public void A_spec_is_vega_lite_s_json_and_what_is_null_is_left_out() => Assert.Equal(
        "{\"$schema\":\"https://vega.github.io/schema/vega-lite/v6.json\",\"height\":100,\"data\":{\"values\":[{\"name\":\"a\",\"x\":0.333333}]},"
        + "\"encoding\":{\"x\":{\"field\":\"x\",\"type\":\"quantitative\",\"title\":\"ε\",\"scale\":{\"type\":\"log\",\"nice\":true,\"domain\":[1,10]}},\"yOffset\":{\"field\":\"group\",\"type\":\"nominal\"},"
        + "\"color\":{\"field\":\"name\",\"type\":\"nominal\",\"scale\":{\"domain\":[\"a\"],\"range\":[[7,3]]},\"legend\":null},\"shape\":{\"field\":\"name\",\"legend\":{\"columns\":2,\"title\":\"t\"}}},"
        + "\"layer\":[{\"mark\":{\"type\":\"point\",\"filled\":true},\"encoding\":{}}],\"width\":\"container\",\"autosize\":{\"type\":\"fit-x\",\"contains\":\"padding\"}}",
        Json(new()
        {
            X = new(Field.X, FieldType.Quantitative) { Title = "ε", Scale = new() { Log = true, Nice = true, Span = (1, 10) } },
            YOffset = new(Field.Group, FieldType.Nominal),
            Color = new(Field.Name, FieldType.Nominal) { Scale = new() { Names = ["a"], Dashes = [[7, 3]] }, Legend = Legend.None },
            Shape = new(Field.Name) { Legend = new(2, "t") },
        }, new Datum { Name = "a", X = 1.0 / 3 }));

    /// <summary>Nothing in a name can end the element that the spec stands in, begin a comment in it, or end a line of a script.</summary>
    [Fact]
    public void Names_cannot_leave_the_spec_and_come_out_as_they_went_in()
    {
        string json = Json(new() { X = new(Field.X, FieldType.Quantitative) { Title = Samples.Hostile } }, new Datum { Name = Samples.Hostile });
        foreach (string dangerous in new[] { "<", ">", "&", "'", "\u2028" }) Assert.DoesNotContain(dangerous, json, StringComparison.Ordinal);
        using var read = JsonDocument.Parse(json);
        Assert.Equal(Samples.Hostile, read.RootElement.GetProperty("data").GetProperty("values")[0].GetProperty("name").GetString());
        Assert.Equal(Samples.Hostile, read.RootElement.GetProperty("encoding").GetProperty("x").GetProperty("title").GetString());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1234567, 1234570)]
    [InlineData(-0.00012345678, -0.000123457)]
    [InlineData(1e300, 1e300)]
    public void Numbers_keep_six_digits(double value, double rounded) => Assert.Equal(rounded, RoundedConverter.Rounded(value));
}
