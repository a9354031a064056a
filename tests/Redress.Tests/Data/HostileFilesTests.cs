using System.IO.Compression;
using Redress.Data;
using Encoding = System.Text.Encoding;
using StringBuilder = System.Text.StringBuilder;

namespace Redress.Tests.Data;

/// <summary>Files that are broken or meant to break the reader: each is one clear message, and none is read as something else in silence.</summary>
public sealed class HostileFilesTests : IDisposable
{
    private static readonly Schema People = new([Feature.Numeric("a"), Feature.Categorical("c", ["x", "y"])], "t", "1");
    private readonly string folder = Directory.CreateTempSubdirectory("redress-hostile").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_quote_inside_a_cell_is_a_fault_of_its_row_and_the_others_go_on()
    {
        string path = Write("q.csv", "a,c,t\n1,x,1\n2,x\"y,1\nbad,x,1\n4,y,0\n");
        var chunks = CsvTable.ReadChunks(path, People, null, 2, new()).ToList();
        Assert.Equal([2, 2], chunks.Select(c => c.Rows));
        Assert.Equal("q.csv, line 3, column 'c': a quote stands inside the cell 'x\"y'", chunks[0].Faults[1]);
        Assert.Equal("q.csv, line 4, column 'a': 'bad' is no number", chunks[1].Faults[0]);
        Assert.Equal(string.Join(Environment.NewLine, chunks[0].Faults[1], chunks[1].Faults[0]), Refused(path));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Bytes_that_are_no_UTF8_are_named_by_line_and_column(bool mark)
    {
        var text = new StringBuilder("a,c,t\n");
        for (int row = 0; row < 5_000; row++) text.Append(row == 3_000 ? "1,\u00e9,1\n" : "1,x,1\n");
        byte[] bytes = [.. mark ? Encoding.UTF8.GetPreamble() : [], .. Encoding.Latin1.GetBytes(text.ToString())];
        Assert.Equal("latin.csv, line 3002, column 'c': '\ufffd' is not UTF-8; save the file as UTF-8", Refused(Write("latin.csv", bytes)));
    }

    [Fact]
    public void A_gzip_file_that_was_cut_short_is_refused_wherever_the_cut_is()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write("a,c,t\n"u8);
            for (int row = 0; row < 20_000; row++) gzip.Write(Encoding.UTF8.GetBytes(Invariant($"{row * 7919 % 100_003},x,{row % 2}\n")));
        }
        byte[] whole = packed.ToArray();
        Assert.Equal(20_000, CsvTable.Read(Write("whole.csv.gz", whole), People, null, true, out _).Rows);
        foreach (int kept in new[] { whole.Length / 2, whole.Length - 4 })
            Assert.Equal("cut.csv.gz: no valid gzip file (Found truncated data while decoding.)", Refused(Write("cut.csv.gz", whole[..kept])));
    }

    [Fact]
    public void An_endless_row_is_refused_before_it_fills_the_memory()
    {
        string path = Write("wide.csv", "a,c,t\n1,x,1\n" + new string(',', 20_000_000));
        Assert.Equal("wide.csv, line 3: the row is longer than 2097152 characters; a quote may be left open, or this is no CSV file.", Refused(path));
    }

    [Fact]
    public void Messages_show_no_control_characters_and_stay_short()
    {
        Assert.Equal("esc.csv, line 2, column 'a': '\u00b7[31mhi' is no number", Refused(Write("esc.csv", "a,c,t\n\u001b[31mhi,x,1\n")));
        string names = string.Join(",", Enumerable.Range(0, 50).Select(c => Invariant($"n{c / 2}")));
        Assert.EndsWith("'n18', 'n19' and 5 more more than once.", Refused(Write("twice.csv", names + "\n")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_whose_outcome_is_missing_is_dropped_where_that_is_asked_for()
    {
        string path = Write("outcome.csv", "a,c,t\n1,x,1\n2,x,\n3,y,0\n");
        Assert.Equal("outcome.csv, line 3, column 't': the value is missing", Refused(path));
        var table = CsvTable.Read(path, People, new(Missing: MissingValues.Drop), true, out var summary);
        Assert.Equal((2, 1L, 1), (table.Rows, summary.Dropped, summary.Missing["t"]));
    }

    [Theory]
    [InlineData("""{"a":null}""", "", "s.json: Column 'a' is null; write {} for a numeric feature.")]
    [InlineData("""{"a":{"type":"categorical","values":["x",null]}}""", "", "s.json: Feature 'a' lists a value that is null.")]
    [InlineData("""{"a":{}}""", ""","constraints":[null]""", "s.json: A constraint is null.")]
    [InlineData("""{"a":{},"a":{"type":"integer"}}""", "", "s.json, line 1, column ")]
    [InlineData("""{"a":{"type":"integer","type":"numeric"}}""", "", "s.json, line 1, column ")]
    public void Nulls_and_repeated_names_in_a_schema_are_refused(string columns, string rest, string message)
    {
        string json = $$"""{"target":{"column":"t","favourable":"1"},"columns":{{columns}}{{rest}}}""";
        Assert.StartsWith(message, Assert.Throws<SchemaException>(() => SchemaFile.Parse(json, "s.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_lists_twenty_problems_and_counts_the_rest()
    {
        string columns = string.Join(",", Enumerable.Range(0, 30).Select(c => Invariant($"\"a{c}\":{{\"range\":[5,1]}}")));
        string[] lines = Assert.Throws<SchemaException>(() => SchemaFile.Parse($$$"""{"target":{"column":"t","favourable":"1"},"columns":{{{{columns}}}}}""", "s.json")).Message.Split(Environment.NewLine);
        Assert.Equal(21, lines.Length);
        Assert.Equal("s.json: and 10 more problems", lines[^1]);
    }

    [Fact]
    public void A_constraint_with_a_title_for_a_text_survives_the_file()
    {
        var schema = new Schema([Feature.Numeric("h"), Feature.Numeric("two words")], "t", "1",
            constraints: [new("at most 60 hours", [(0, 1.5), (1, -2)], 60), new("h = 3", [(0, 1)], 3), new("h = 3", [(0, -1)], -3)]);
        var back = SchemaFile.Parse(SchemaFile.ToJson(schema), "model");
        Assert.Equal(["1.5*[h] + -2*[two words] <= 60", "h = 3", "h = 3"], back.Constraints.Select(c => c.Text));
        Assert.Equal(schema.Constraints.Select(c => c.Bound), back.Constraints.Select(c => c.Bound));
        Assert.Equal(schema.Constraints.SelectMany(c => c.Terms), back.Constraints.SelectMany(c => c.Terms));
    }

    [Fact]
    public void A_draft_counts_nan_as_missing_where_numbers_stand()
    {
        string draft = SchemaDraft.Draft(Write("nan.csv", "v,t\nnan,yes\n1.5,no\n2.5,yes\n2.5,no\n"), "t", "yes");
        Assert.Contains("// numbers from 1.5 to 2.5. 1 missing: --missing drop leaves those rows out.\n", draft, StringComparison.Ordinal);
    }

    private static string Refused(string path) => Assert.Throws<DataException>(() => CsvTable.Read(path, People, null, true, out _)).Message;

    private string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
