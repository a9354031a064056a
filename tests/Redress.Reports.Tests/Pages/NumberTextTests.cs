using Redress.Reports.Pages;

namespace Redress.Reports.Tests.Pages;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(12345, "12,345")]
    [InlineData(-3, "-3")]
    [InlineData(1234.56, "1,235")]
    [InlineData(12.3456, "12.35")]
    [InlineData(0.123456, "0.1235")]
    [InlineData(0.00123456, "0.001235")]
    [InlineData(0.0000123456, "1.235e-5")]
    [InlineData(1.5e12, "1.5e12")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.PositiveInfinity, "–")]
    public void Numbers_have_four_digits_in_every_culture(double value, string text) => Assert.Equal(text, NumberText.Short(value));

    [Fact]
    public void Shares_have_three_decimals() => Assert.Equal(("0.500", "–", "1,234"), (NumberText.Fixed(0.5), NumberText.Fixed(double.NaN), NumberText.Count(1234)));
}
