using Redress.Data;

namespace Redress.Tests.Data;

public sealed class ConstraintTextTests
{
    private static readonly Feature[] Features =
        [.. new[] { "hours", "capital_gain", "capital_loss", "hours-per-week", "hours-per", "a b", "2nd", "e", "x*y", "éa", "[odd" }.Select(n => Feature.Numeric(n))];

    [Theory]
    [InlineData("hours <= 60", "1*hours <= 60")]
    [InlineData("capital_gain - 2*capital_loss <= 5000", "1*capital_gain -2*capital_loss <= 5000")]
    [InlineData("hours<=60", "1*hours <= 60")]
    [InlineData("  hours  <=  60  ", "1*hours <= 60")]
    [InlineData("hours >= 5", "-1*hours <= -5")]
    [InlineData("60 >= hours", "1*hours <= 60")]
    [InlineData("hours = 5", "1*hours <= 5; -1*hours <= -5")]
    [InlineData("hours == 5", "1*hours <= 5; -1*hours <= -5")]
    [InlineData("hours-per-week <= 60", "1*hours-per-week <= 60")]
    [InlineData("hours-per <= 60", "1*hours-per <= 60")]
    [InlineData("hours - hours-per <= 60", "1*hours -1*hours-per <= 60")]
    [InlineData("hours-per-week-hours <= 60", "-1*hours 1*hours-per-week <= 60")]
    [InlineData("[hours]-hours-per <= 60", "1*hours -1*hours-per <= 60")]
    [InlineData("2 * [a b] + [x*y] <= 0", "2*a b 1*x*y <= 0")]
    [InlineData("a b <= 1", "1*a b <= 1")]
    [InlineData("éa <= 1", "1*éa <= 1")]
    [InlineData("2hours <= 1", "2*hours <= 1")]
    [InlineData("2nd <= 1", "1*2nd <= 1")]
    [InlineData("2 2nd <= 1", "2*2nd <= 1")]
    [InlineData("3e <= 1", "3*e <= 1")]
    [InlineData("3e2e <= 1", "300*e <= 1")]
    [InlineData("1.5e-3 * hours <= .5", "0.0015*hours <= 0.5")]
    [InlineData("hours * 2 - a b*3 <= 5", "2*hours -3*a b <= 5")]
    [InlineData("-hours <= -5", "-1*hours <= -5")]
    [InlineData("hours + -2*capital_gain <= 0", "1*hours -2*capital_gain <= 0")]
    [InlineData("hours + 3 <= capital_gain - 7", "1*hours -1*capital_gain <= -10")]
    [InlineData("hours + hours <= 1", "2*hours <= 1")]
    [InlineData("hours + capital_gain <= capital_gain + 1", "1*hours <= 1")]
    [InlineData("[[odd] <= 1", "1*[odd <= 1")]
    public void Rules_are_read(string text, string expected)
    {
        var read = ConstraintText.Parse(text, Features);
        Assert.Equal(expected, string.Join("; ", read.Select(c => Invariant($"{string.Join(' ', c.Terms.Select(t => Invariant($"{t.Coefficient}*{Features[t.Feature].Name}")))} <= {c.Bound}"))));
        Assert.All(read, c => Assert.Equal(text, c.Text));
    }

    [Theory]
    [InlineData("", 1, "it ends where a column name or a number should stand")]
    [InlineData("hours", 6, "'<=', '>=' or '=' should stand there")]
    [InlineData("hours 60", 7, "'<=', '>=' or '=' should stand there")]
    [InlineData("hours <=", 9, "it ends where a column name or a number should stand")]
    [InlineData("hours <= ;", 10, "a column name or a number should stand there")]
    [InlineData("hours < 60", 7, "a strict '<' cannot be held exactly; write '<='")]
    [InlineData("hours > 60", 7, "a strict '>' cannot be held exactly; write '>='")]
    [InlineData("hours <= 60 <= 70", 13, "'<= 70' is left over")]
    [InlineData("hours <= 60 years", 13, "'years' is no feature")]
    [InlineData("wage <= 60", 1, "'wage' is no feature")]
    [InlineData("wage-2*hours <= 60", 1, "'wage-2' is no feature")]
    [InlineData("[wage] <= 60", 1, "'wage' is no feature")]
    [InlineData("[hours <= 60", 1, "the bracket is not closed")]
    [InlineData("2 * <= 60", 5, "a column name should stand after '*'")]
    [InlineData("2 * 3 <= 60", 5, "a column name should stand after '*'")]
    [InlineData("hours * e <= 60", 9, "a number should stand after '*'")]
    [InlineData("hours <= 1,5", 11, "',5' is left over")]
    [InlineData("hours2 <= 1", 1, "'hours2' is no feature")]
    [InlineData("hours + <= 1", 9, "a column name or a number should stand there")]
    public void Faults_say_where(string text, int at, string fault) =>
        Assert.Equal(Invariant($"The constraint '{text}' cannot be read at character {at}: {fault}."), Assert.Throws<SchemaException>(() => ConstraintText.Parse(text, Features)).Message);

    [Fact]
    public void A_very_long_rule_is_refused() => Assert.Equal(
        "A constraint has 10001 characters; the limit is 10000.",
        Assert.Throws<SchemaException>(() => ConstraintText.Parse(new string('1', 10_001), Features)).Message);

    [Fact]
    public void Random_text_is_read_or_refused_in_one_line()
    {
        var random = new Random(7);
        string[] parts = ["hours", "hours-per-week", "[a b]", "[", "]", "2", "1e", ".", "*", "+", "-", "<=", ">=", "=", "<", " ", "zz", "é", "\0", "9e999"];
        int read = 0, refused = 0;
        for (int n = 0; n < 5_000; n++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                Assert.InRange(ConstraintText.Parse(text, Features).Length, 1, 2);
                read++;
            }
            catch (SchemaException e)
            {
                Assert.StartsWith($"The constraint '{text}' cannot be read at character ", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.True(read > 5 && refused > 1_000, $"{read} read, {refused} refused");
    }
}
