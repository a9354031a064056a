using Redress.Data;

namespace Redress.Tests.Data;

public sealed class SchemaFileTests
{
    private const string Full = """
        // A schema with every kind of declaration.
        {
          "$schema": "redress.schema.json",
          "target": { "column": "income", "favourable": ">50K" },
          "columns": {
            "person": { "role": "id" },
            "age": { "type": "integer" }, /* nobody gets younger */
            "hours": { "type": "numeric", "change": "any", "range": [0, 60.5], "largest_change": "0.75 sd", "cost_weight": 2.5 },
            "debt": { "change": "decrease", "largest_change": 5, "range": [null, 100] },
            "score": { "change": "increase", "largest_change": "20 percentiles", "range": [-1, null] },
            "months": { "type": "integer", "change": "any", "allowed": [36, 12, 24] },
            "school": { "type": "ordinal", "order": ["low", "mid", "high"], "change": "increase", "range": ["low", "mid"] },
            "years": { "type": "integer", "same_as": "school" },
            "job": { "type": "categorical", "values": ["clerk", "smith"], "change": "any", "allowed": ["smith"] },
            "race": { "role": "group" },
            "note": { "role": "ignore", },
          },
          "constraints": ["hours <= 60", "debt - 2*score = 7"],
        }
        """;

    [Fact]
    public void Every_kind_of_declaration_is_read()
    {
        var schema = SchemaFile.Parse(Full, "s.json");
        Assert.Equal(("income", ">50K", "person"), (schema.Target, schema.Favourable, schema.Id));
        Assert.Equal(["race"], schema.Groups);
        Assert.Equal(["note"], schema.Ignored);
        Assert.Equal(["age", "hours", "debt", "score", "months", "school", "years", "job"], schema.Features.Select(f => f.Name));
        Assert.Equal(
            [
                Feature.Integer("age"),
                Feature.Numeric("hours", Change.Any, new(0.75, ChangeUnit.StandardDeviations)) with { Minimum = 0, Maximum = 60.5, CostWeight = 2.5 },
                Feature.Numeric("debt", Change.Decrease, new(5, ChangeUnit.Raw)) with { Maximum = 100 },
                Feature.Numeric("score", Change.Increase, new(20, ChangeUnit.Percentiles)) with { Minimum = -1 },
            ],
            schema.Features.Take(4).Select(f => f with { Values = [] }));
        Assert.Equal([12, 24, 36], schema.Features[4].Allowed!);
        Assert.Equal((FeatureKind.Ordinal, 0.0, 1.0), (schema.Features[5].Kind, schema.Features[5].Minimum!.Value, schema.Features[5].Maximum!.Value));
        Assert.Equal(["low", "mid", "high"], schema.Features[5].Values);
        Assert.Equal("school", schema.Features[6].SameAs);
        Assert.Equal([1], schema.Features[7].Allowed!);
        Assert.Equal(["hours <= 60", "debt - 2*score = 7", "debt - 2*score = 7"], schema.Constraints.Select(c => c.Text));
    }

    [Fact]
    public void To_json_and_back_changes_nothing()
    {
        var schema = SchemaFile.Parse(Full, "s.json");
        string json = SchemaFile.ToJson(schema);
        var again = SchemaFile.Parse(json, "again.json");
        Assert.Equal(json, SchemaFile.ToJson(again));
        Assert.Equal(schema.Features.Select(Shown), again.Features.Select(Shown));
        Assert.Equal((schema.Target, schema.Favourable, schema.Id), (again.Target, again.Favourable, again.Id));
        Assert.Equal(schema.Groups, again.Groups);
        Assert.Equal(schema.Ignored, again.Ignored);
        Assert.Equal(schema.Constraints.Select(c => (c.Text, c.Bound)), again.Constraints.Select(c => (c.Text, c.Bound)));
    }

    [Fact]
    public void Odd_names_and_text_survive_a_round_trip()
    {
        var schema = new Schema([Feature.Categorical("a \"b\" \\ \n/* ü 学 */", ["", " ", "//", "é"]), Feature.Numeric("x") with { CostWeight = 1e-300, Maximum = 0.1 + 0.2 }], "t\t", "ja & <nein>");
        var again = SchemaFile.Parse(SchemaFile.ToJson(schema), "s.json");
        Assert.Equal(schema.Features.Select(Shown), again.Features.Select(Shown));
        Assert.Equal((schema.Target, schema.Favourable), (again.Target, again.Favourable));
    }

    [Fact]
    public void Load_reads_a_file_and_names_it()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("s.json", Full);
        Assert.Equal(8, SchemaFile.Load(path).Features.Count);
        string broken = folder.Write("broken.json", "{");
        Assert.StartsWith(broken + ", line 1, column 2: ", Assert.Throws<SchemaException>(() => SchemaFile.Load(broken)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "s.json, line 1, column 1: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true.")]
    [InlineData("null", "s.json, line 1, column 1: the file holds null.")]
    [InlineData("{\n  \"target\": }", "s.json, line 2, column 13: '}' is an invalid start of a value (at $.target).")]
    [InlineData("{ \"columns\": {} }", "s.json, line 1, column 18: 'target' must be there.")]
    [InlineData("{}", "s.json, line 1, column 3: 'target', 'columns' must be there.")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": {}, \"colour\": 1 }", "s.json, line 2, column 26: 'colour' is no member there (at $.colour).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": { \"rolle\": 1 } } }", "s.json, line 2, column 30: 'rolle' is no member there (at $.columns.x.rolle).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": { \"role\": \"person\" } } }", "s.json, line 2, column 38: a role (feature, target, id, group, ignore) should stand there (at $.columns.x.role).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": { \"role\": 1 } } }", "s.json, line 2, column 31: a role (feature, target, id, group, ignore) should stand there (at $.columns.x.role).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": { \"type\": \"number\" } } }", "s.json, line 2, column 38: a type (numeric, integer, ordinal, categorical) should stand there (at $.columns.x.type).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": { \"change\": \"up\" } } }", "s.json, line 2, column 36: a change (none, any, increase, decrease) should stand there (at $.columns.x.change).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": { \"values\": [0, 1] } } }", "s.json, line 2, column 34: a text in quotes should stand there (at $.columns.x.values[0]).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": { \"order\": 5 } } }", "s.json, line 2, column 32: a list in [brackets] should stand there (at $.columns.x.order).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": { \"cost_weight\": \"2\" } } }", "s.json, line 2, column 40: a number should stand there (at $.columns.x.cost_weight).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": { \"allowed\": [true] } } }", "s.json, line 2, column 38: A value must be a number or a string (at $.columns.x.allowed[0]).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": [] }", "s.json, line 2, column 14: members in {braces} should stand there (at $.columns).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" },\n \"columns\": { \"x\": {}, \"x\": {} } }", "s.json, line 2, column 31: it is there twice (at $.columns.x).")]
    [InlineData("{ \"target\": { \"column\": \"y\", \"favourable\": 1 }, \"columns\": {} }", "s.json, line 1, column 45: a text in quotes should stand there (at $.target.favourable).")]
    [InlineData("{ \"target\": { \"column\": null, \"favourable\": \"1\" }, \"columns\": {} }", "s.json, line 1, column 29: 'column' cannot be null (at $.target.column).")]
    public void Broken_files_are_refused(string json, string message) => Assert.Equal(message, Message(json));

    [Fact]
    public void The_committed_json_schema_is_the_one_of_the_types() =>
        Assert.Equal(SchemaFile.JsonSchema(), File.ReadAllText(Path.Combine(LayersTests.Root, "docs", "redress.schema.json")).ReplaceLineEndings("\n"));

    private static string Message(string json) => Assert.Throws<SchemaException>(() => SchemaFile.Parse(json, "s.json")).Message;

    private static string Shown(Feature f) => string.Join('|', f.Name, f.Kind, string.Join(',', f.Values), f.Change, f.Allowed is null ? "-" : string.Join(';', f.Allowed), f.Minimum, f.Maximum, f.LargestChange, f.CostWeight, f.SameAs);
}
