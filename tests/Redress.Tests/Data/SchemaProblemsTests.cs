using System.Text;
using Redress.Data;

namespace Redress.Tests.Data;

public sealed class SchemaProblemsTests
{
    [Theory]
    [InlineData("", "The schema has no feature; give at least one column the role \"feature\".")]
    [InlineData("'y': {}", "Column 'y' has two roles, feature and target; a column has one.")]
    [InlineData("'x': {}, 'y': { 'role': 'ignore' }", "Column 'y' has two roles, target and ignore; a column has one.")]
    [InlineData("'x': {}, 'z': { 'role': 'target' }", "Column 'z' has the role target, but \"target\" names 'y'.")]
    [InlineData("'x': {}, 'a': { 'role': 'id' }, 'b': { 'role': 'id' }", "Columns 'a', 'b' all have the role id; one can.")]
    [InlineData("'x': null, 'z': {}", "Column 'x' is null; write {} for a numeric feature.")]
    [InlineData("'x': { 'type': 'categorical' }", "Feature 'x' is categorical and lists no values.")]
    [InlineData("'x': { 'type': 'ordinal' }", "Feature 'x' is ordinal and lists no values.")]
    [InlineData("'x': { 'type': 'categorical', 'values': ['a', null] }", "Feature 'x' lists a value that is null.")]
    [InlineData("'x': { 'type': 'categorical', 'values': ['a', 'b', 'a'] }", "Feature 'x' lists the value 'a' 2 times.")]
    [InlineData("'x': { 'type': 'categorical', 'values': ['a', 'b'], 'change': 'increase' }", "Feature 'x' is categorical and cannot increase; it has no order (use the kind ordinal).")]
    [InlineData("'x': { 'type': 'categorical', 'values': ['a', 'b'], 'range': ['a', 'b'] }", "Feature 'x' is categorical and has a range; it has no order (list allowed values instead).")]
    [InlineData("'x': { 'type': 'categorical', 'values': ['a', 'b'], 'largest_change': 1 }", "Feature 'x' is categorical and has a largest change; it has no order (list allowed values instead).")]
    [InlineData("'x': { 'type': 'ordinal', 'values': ['a', 'b'], 'order': ['a'] }", "Feature 'x' has \"values\", which categorical columns have; an ordinal one has \"order\".")]
    [InlineData("'x': { 'order': ['a'] }", "Feature 'x' has \"order\", which ordinal columns have.")]
    [InlineData("'x': { 'range': [5, 4.5] }", "Feature 'x' has the empty range 5 to 4.5.")]
    [InlineData("'x': { 'range': [5] }", "Feature 'x' has a range of 1 values; it needs two, lowest and highest.")]
    [InlineData("'x': { 'range': ['low', 5] }", "Feature 'x' has 'low' in its range, which is no value of it.")]
    [InlineData("'x': { 'largest_change': 0 }", "Feature 'x' has the largest change 0; it must be more than 0 and finite.")]
    [InlineData("'x': { 'largest_change': '-0.5 sd' }", "Feature 'x' has the largest change -0.5; it must be more than 0 and finite.")]
    [InlineData("'x': { 'largest_change': '101 percentiles' }", "Feature 'x' has a largest change of 101 percentiles; the limit is 100.")]
    [InlineData("'x': { 'largest_change': '0,75 sd' }", "Feature 'x' has the largest change \"0,75 sd\"; write a number, \"0.75 sd\" or \"20 percentiles\".")]
    [InlineData("'x': { 'largest_change': '1 mile' }", "Feature 'x' has the largest change \"1 mile\"; write a number, \"0.75 sd\" or \"20 percentiles\".")]
    [InlineData("'x': { 'cost_weight': 0 }", "Feature 'x' has the cost weight 0; it must be more than 0 and finite.")]
    [InlineData("'x': { 'cost_weight': -1.5 }", "Feature 'x' has the cost weight -1.5; it must be more than 0 and finite.")]
    [InlineData("'x': { 'allowed': [] }", "Feature 'x' has an empty list of allowed values; use change none.")]
    [InlineData("'x': { 'type': 'integer', 'allowed': [1.5, 2] }", "Feature 'x' has '1.5' in its allowed values, which is no value of it.")]
    [InlineData("'x': { 'type': 'ordinal', 'order': ['a', 'b'], 'allowed': ['c', 'a'] }", "Feature 'x' has 'c' in its allowed values, which is no value of it.")]
    [InlineData("'x': { 'same_as': 'z' }", "Feature 'x' is the same as 'z', which is no feature.")]
    [InlineData("'x': { 'same_as': 'x' }", "Feature 'x' is the same as itself.")]
    [InlineData("'x': { 'same_as': 'w' }, 'w': { 'same_as': 'v' }, 'v': {}", "Feature 'x' is the same as 'w', which itself follows 'v'; name that one.")]
    [InlineData("'x': { 'same_as': 'w', 'change': 'any' }, 'w': {}", "Feature 'x' is the same as 'w' and says how it may change; only 'w' may, and 'x' follows.")]
    public void Columns_are_checked(string columns, string problem) => Assert.Equal("s.json: " + problem, Message(columns));

    [Theory]
    [InlineData("x <= 1e999", "The constraint 'x <= 1e999' has a bound that is not finite.")]
    [InlineData("x - x <= 1", "The constraint 'x - x <= 1' names no feature.")]
    [InlineData("job <= 1", "The constraint 'job <= 1' is over 'job', which is not numeric.")]
    [InlineData("1e999*x <= 1", "The constraint '1e999*x <= 1' has a coefficient that is not finite.")]
    [InlineData("age <= 1", "The constraint 'age <= 1' cannot be read at character 1: 'age' is no feature.")]
    [InlineData(null, "A constraint is null.")]
    public void Constraints_are_checked(string? constraint, string problem) =>
        Assert.Equal("s.json: " + problem, Message("'x': {}, 'job': { 'type': 'categorical', 'values': ['a'] }", constraint is null ? "null" : $"'{constraint}'"));

    [Fact]
    public void Every_problem_is_listed_at_once() => Assert.Equal(
        string.Join(Environment.NewLine,
            "s.json: Feature 'w' has \"order\", which ordinal columns have.",
            "s.json: Columns 'i', 'j' all have the role id; one can.",
            "s.json: The constraint 'x < 5' cannot be read at character 3: a strict '<' cannot be held exactly; write '<='.",
            "s.json: Feature 'x' has the empty range 2 to 1.",
            "s.json: Feature 'x' has the cost weight 0; it must be more than 0 and finite."),
        Message("'i': { 'role': 'id' }, 'j': { 'role': 'id' }, 'x': { 'range': [2, 1], 'cost_weight': 0 }, 'w': { 'order': ['a'] }", "'x < 5'"));

    [Fact]
    public void A_schema_made_in_code_is_checked_too()
    {
        var far = new LinearConstraint("far", [(3, 1)], 1);
        var x = Feature.Numeric("x") with { Values = ["a"], Allowed = [2, 1], Minimum = double.NegativeInfinity };
        string message = Assert.Throws<SchemaException>(() => new Schema([x, Feature.Numeric("x"), Feature.Integer("n") with { Allowed = [0.5] }], "", "1", constraints: [far])).Message;
        Assert.Equal(
            [
                "The schema names no target column.",
                "Column 'x' is listed twice.",
                "Feature 'x' is a number and lists named values; use allowed values instead.",
                "Feature 'x' has a range that is not finite.",
                "Feature 'x' has allowed values out of order: 2 before 1.",
                "Feature 'n' allows 0.5, which is no value of its kind (integer).",
                "The constraint 'far' names a feature that does not exist.",
            ],
            message.Split(Environment.NewLine));
    }

    [Fact]
    public void Too_large_too_deep_or_too_wide_is_refused()
    {
        string large = new(' ', SchemaFile.MaxBytes + 1);
        Assert.Equal("s.json: 4194305 characters; a schema has at most 4194304.", Assert.Throws<SchemaException>(() => SchemaFile.Parse(large, "s.json")).Message);
        using var folder = new TemporaryFolder();
        string path = folder.Write("large.json", large);
        Assert.Equal($"{path}: 4194305 bytes; a schema has at most 4194304.", Assert.Throws<SchemaException>(() => SchemaFile.Load(path)).Message);
        string deep = new string('[', 100_000);
        Assert.StartsWith("s.json, line 1, column ", Assert.Throws<SchemaException>(() => SchemaFile.Parse("{ \"columns\": " + deep, "s.json")).Message, StringComparison.Ordinal);
        string wide = string.Join(", ", Enumerable.Range(0, 20_000).Select(i => $"'c{i}': {{}}"));
        Assert.Equal("s.json: There are 20000 columns; the limit is 10000.", Message(wide));
    }

    [Fact]
    public void As_many_columns_as_the_limit_are_read_in_no_time()
    {
        var columns = new StringBuilder("'c0': {}");
        for (int i = 1; i < SchemaProblems.MaxFeatures; i++) columns.Append(System.Globalization.CultureInfo.InvariantCulture, $", 'c{i}': {{ 'same_as': 'c0' }}");
        Assert.Equal(SchemaProblems.MaxFeatures, SchemaFile.Parse(Json(columns.ToString(), "'c0 <= 1'"), "s.json").Features.Count);
    }

    private static string Json(string columns, string constraints) =>
        $"{{ 'target': {{ 'column': 'y', 'favourable': '1' }}, 'columns': {{ {columns} }}, 'constraints': [{constraints}] }}".Replace('\'', '"');

    private static string Message(string columns, string constraints = "") => Assert.Throws<SchemaException>(() => SchemaFile.Parse(Json(columns, constraints), "s.json")).Message;
}
