using Redress.Data;

namespace Redress.Tests.Data;

public sealed class SchemaDraftTests
{
    /// <summary>A column of every kind; 12 rows.</summary>
    private static string Everything
    {
        get
        {
            string[] schools = ["low", "mid", "top"], regions = ["n1", "n2", "s1", "s2"];
            var lines = Enumerable.Range(0, 12).Select(i => string.Join(',',
                Invariant($"p{i}"), Invariant($"{100 + i}"), Invariant($"{20 + i % 5}"), Invariant($"{i / 4.0 - 1}"), i % 2, schools[i % 3], i % 3 + 8, regions[i % 4], i % 4 < 2 ? "north" : "south",
                "same", "", new string((char)('a' + i % 6), 61), i % 6 == 5 ? "?" : "job" + (i % 6 == 4 ? "A" : "B"), i % 3 == 0 ? "yes" : "no"));
            return "person,account_id,age,score,flag,school,school num,region,half,fixed,empty,note,job,y\n" + string.Join('\n', lines) + "\n";
        }
    }

    [Fact]
    public void A_draft_says_what_it_found() => Assert.Equal(
        """
        // A first schema of p.csv (12 rows). Read every line: only you know what a person can change.
        // "change": none, any, increase or decrease. Limits: "range": [low, high], "allowed": [values], "largest_change": 5, "0.75 sd" or "20 percentiles".
        {
          // 4 of 12 rows are favourable.
          "target": { "column": "y", "favourable": "yes" },
          "columns": {
            // likely an id: no value comes twice
            "person": { "role": "id" },
            // likely another id: no value comes twice
            "account_id": { "role": "ignore" },
            // whole numbers from 20 to 24.
            "age": { "type": "integer", "change": "none" },
            // numbers from -1 to 1.75.
            "score": { "type": "numeric", "change": "none" },
            // 2 values: 0 6, 1 6.
            "flag": { "type": "categorical", "values": ["0", "1"], "change": "none" },
            // 3 values: low 4, mid 4, top 4. It and school num determine each other.
            "school": { "type": "categorical", "values": ["low", "mid", "top"], "same_as": "school num" },
            // whole numbers from 8 to 10. It and school determine each other.
            "school num": { "type": "integer", "change": "none" },
            // 4 values: n1 3, n2 3, s1 3, s2 3. It determines flag. It determines half.
            "region": { "type": "categorical", "values": ["n1", "n2", "s1", "s2"], "change": "none" },
            // 2 values: north 6, south 6.
            "half": { "type": "categorical", "values": ["north", "south"], "change": "none" },
            // constant: always same
            "fixed": { "role": "ignore" },
            // constant: always missing
            "empty": { "role": "ignore" },
            // free text: no feature as it is
            "note": { "role": "ignore" },
            // 2 values: jobB 8, jobA 2. 2 missing: --missing drop leaves those rows out; with "?" among the values, --missing category keeps them.
            "job": { "type": "categorical", "values": ["jobA", "jobB"], "change": "none" }
          },
          // Rules that every recourse obeys, such as "hours <= 60" or "capital_gain - 2*capital_loss <= 5000".
          "constraints": []
        }

        """.ReplaceLineEndings("\n"), Draft(Everything));

    [Fact]
    public void A_draft_is_a_schema_in_which_nothing_may_change()
    {
        var schema = SchemaFile.Parse(Draft(Everything), "draft");
        Assert.Equal(["age", "score", "flag", "school", "school num", "region", "half", "job"], schema.Features.Select(f => f.Name));
        Assert.All(schema.Features, f => Assert.Equal(Change.None, f.Change));
        Assert.Equal(("person", "y", "yes"), (schema.Id, schema.Target, schema.Favourable));
        var table = CsvCase.Read(Everything, schema, new(Missing: MissingValues.Drop), needTarget: true);
        Assert.Equal((10, 4), (table.Rows, table.Labels!.Count(l => l)));
    }

    [Fact]
    public void Numbers_with_gaps_are_numbers()
    {
        string draft = Draft("x,n,y\n1.5,7,1\nNaN,null,0\n?,NA,1\n2.5,8,0\n3,9,1\n3,9,1\n");
        Assert.Contains("// numbers from 1.5 to 3. 2 missing: --missing drop leaves those rows out.\n    \"x\": { \"type\": \"numeric\"", draft, StringComparison.Ordinal);
        Assert.Contains("// whole numbers from 7 to 9. 2 missing: --missing drop leaves those rows out.\n    \"n\": { \"type\": \"integer\"", draft, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_of_nothing_but_gaps_is_constant() =>
        Assert.Contains("// constant: always missing\n    \"x\": { \"role\": \"ignore\" }", Draft("x,z,y\nNaN,1,1\nnan,2,0\nnull,2,1\n"), StringComparison.Ordinal);

    [Fact]
    public void The_decimal_sign_is_heard()
    {
        string draft = Draft("x;y\n1,5;1\n-2,25;0\n1,5;0\n", options: new(";", ','));
        Assert.Contains("// numbers from -2.25 to 1.5.\n", draft, StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_names_and_values_are_quoted()
    {
        string draft = Draft("\"a \"\"b\"\" \\\",\"two\nlines\",*/ ü,y\n\"q\"\"\",\"x\ny\",//,1\n'p,z,/*,0\n'p,z,/*,0\n");
        var schema = SchemaFile.Parse(draft, "draft");
        Assert.Equal(["a \"b\" \\", "two\nlines", "*/ ü"], schema.Features.Select(f => f.Name));
        Assert.Equal(["'p", "q\""], schema.Features[0].Values);
        Assert.Equal(["x\ny", "z"], schema.Features[1].Values);
    }

    [Fact]
    public void Many_names_are_no_feature()
    {
        string draft = Draft("x,y\n" + string.Concat(Enumerable.Range(0, 402).Select(i => $"v{i / 2},{i % 2}\n")) + "v1,0\n", favourable: "1");
        Assert.Contains("// more than 200 names: no feature as it is\n    \"x\": { \"role\": \"ignore\" }", draft, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x,y\n1,2\n", "z", "1", "p.csv: there is no column 'z'; there are 'x', 'y'.")]
    [InlineData("x,y\n1,2\n3,4\n5,4\n", "y", "1", "p.csv: column 'y' never is '1'; it is '2' (1 rows), '4' (2 rows).")]
    [InlineData("x,y\n", "y", "1", "p.csv: no rows below the header.")]
    [InlineData("x,y\n1\n1,2,3\n", "y", "1", "p.csv, line 2: 1 cells; the header has 2|p.csv, line 3: 3 cells; the header has 2")]
    [InlineData("x,y\n1,a\"b\n", "y", "1", "p.csv, line 2, column 'y': a quote stands inside the cell 'a\"b'")]
    public void What_cannot_be_drafted_is_said(string text, string target, string favourable, string message) => Assert.Equal(
        message.Replace("|", Environment.NewLine, StringComparison.Ordinal), Assert.Throws<DataException>(() => Draft(text, target, favourable)).Message);

    [Fact]
    public void A_target_of_many_values_is_refused() => Assert.Equal(
        "p.csv: column 'y' takes more than 200 values; a target is an outcome of few.",
        Assert.Throws<DataException>(() => Draft("x,y\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"1,{i}\n")), favourable: "1")).Message);

    [Fact]
    public void The_published_census_file_ties_education_to_its_number()
    {
        string draft = SchemaDraft.Draft(Path.Combine(RealData.Need("adult/adult-uci.csv"), "adult/adult-uci.csv"), "income", ">50K");
        Assert.Contains("\"same_as\": \"education-num\"", draft, StringComparison.Ordinal);
        Assert.Contains("  // 7841 of 32561 rows are favourable.\n", draft, StringComparison.Ordinal);
        Assert.Equal(14, SchemaFile.Parse(draft, "draft").Features.Count);
    }

    private static string Draft(string text, string target = "y", string favourable = "", CsvOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        string value = favourable.Length > 0 ? favourable : text.Contains("yes", StringComparison.Ordinal) ? "yes" : "1";
        return SchemaDraft.Draft(folder.Write("p.csv", text), target, value, options);
    }
}
