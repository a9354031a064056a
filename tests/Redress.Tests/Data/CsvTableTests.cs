using System.IO.Compression;
using Utf = System.Text.Encoding;
using Redress.Data;

namespace Redress.Tests.Data;

public sealed class CsvTableTests
{
    private const string Plain = "wage,age,job,school,y,race\n1.5,30,clerk,low,yes,a\n-2e3,40,smith,high,no,b\n";
    private static readonly string[] PlainRows = ["1.5|30|0|0  True a ", "-2000|40|1|1  False b "];

    [Fact]
    public void Rows_are_read_by_name()
    {
        var table = CsvCase.Read(Plain, out var summary, needTarget: true);
        Assert.Equal(PlainRows, CsvCase.Shown(table));
        Assert.Equal((2, 0, 0), (summary.Rows, summary.Dropped, summary.Faulty));
        Assert.Empty(summary.Missing);
        Assert.Empty(summary.ExtraColumns);
        Assert.Equal(PlainRows, CsvCase.Shown(CsvCase.Read("race,y,school,job,age,wage\na,yes,low,clerk,30,1.5\nb,no,high,smith,40,-2e3", needTarget: true)));
    }

    [Theory]
    [InlineData(";", '.')]
    [InlineData(";", ',')]
    [InlineData("\t", '.')]
    [InlineData("|", ',')]
    [InlineData(" ", '.')]
    public void Delimiter_and_decimal_sign_are_options(string delimiter, char sign)
    {
        string text = Plain.Replace(".", sign.ToString(), StringComparison.Ordinal).Replace(",", delimiter, StringComparison.Ordinal);
        if (sign == ',') text = text.Replace("1" + delimiter + "5", "1,5", StringComparison.Ordinal);
        Assert.Equal(PlainRows, CsvCase.Shown(CsvCase.Read(text, options: new(delimiter, sign), needTarget: true)));
    }

    [Fact]
    public void Line_ends_byte_order_marks_blank_lines_and_a_missing_last_line_end_make_no_difference()
    {
        foreach (string text in new[] { Plain.ReplaceLineEndings("\r\n"), Plain.ReplaceLineEndings("\r"), Plain.TrimEnd(), "\ufeff" + Plain, Plain.Replace("\n", "\n\n", StringComparison.Ordinal), "\n" + Plain })
            Assert.Equal(PlainRows, CsvCase.Shown(CsvCase.Read(text, needTarget: true)));
        Assert.Equal(PlainRows, CsvCase.Shown(CsvCase.Read([.. Utf.Unicode.GetPreamble(), .. Utf.Unicode.GetBytes(Plain)], out _)));
    }

    [Fact]
    public void Compressed_files_are_read()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(PlainRows, CsvCase.Shown(CsvTable.Read(folder.WriteGz("p.csv.gz", Plain), CsvCase.People, null, true, out _)));
        string no = folder.Write("no.csv.gz", Plain);
        Assert.StartsWith("no.csv.gz: no valid gzip file (", Assert.Throws<DataException>(() => CsvTable.Read(no, CsvCase.People, null, true, out _)).Message, StringComparison.Ordinal);
        byte[] whole = File.ReadAllBytes(folder.WriteGz("long.csv.gz", Plain + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i},{i * 7 % 101},clerk,low,yes,a\n"))));
        string cut = folder.Write("cut.csv.gz", whole[..(whole.Length / 2)]);
        Assert.StartsWith("cut.csv.gz: no valid gzip file (", Assert.Throws<DataException>(() => CsvTable.Read(cut, CsvCase.People, null, true, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Quoted_cells_may_hold_delimiters_quotes_and_line_ends()
    {
        var schema = new Schema([Feature.Categorical("a,b", ["x, \"y\"", "two\nlines", "plain"])], "y", "1", groups: ["g"]);
        var table = CsvCase.Read("\"a,b\",g,y\n\"x, \"\"y\"\"\",\"\",1\n\"two\nlines\",\"a\r\nb\",0\n\"plain\",\"\"\"\",\"1\"\n", schema: schema);
        Assert.Equal([0, 1, 2], table.Values.ToArray());
        Assert.Equal(["", "a\r\nb", "\""], table.Groups["g"]);
        Assert.Equal([true, false, true], table.Labels!);
    }

    [Theory]
    [InlineData(" 30 ", " clerk ", 30, 0)]
    [InlineData("30.0", "smith", 30, 1)]
    [InlineData("3e1", "?", 30, 2)]
    [InlineData("+30", "smith\t", 30, 1)]
    public void Spaces_and_forms_of_numbers_make_no_difference(string age, string job, double a, double j) =>
        Assert.Equal([1, a, j, 0], CsvCase.Read($"wage,age,job,school\n1,{age},{job},low").Row(0).ToArray());

    [Theory]
    [InlineData("1", "1", "0", true, false)]
    [InlineData("1", "1.0", "0.0", true, false)]
    [InlineData("1.0", " 1", "2", true, false)]
    [InlineData(">50K", ">50K", ">50k", true, false)]
    [InlineData("true", "true ", "True", true, false)]
    public void The_favourable_value_is_one_value(string favourable, string one, string other, bool first, bool second) => Assert.Equal(
        [first, second], CsvCase.Read($"x,y\n1,{one}\n2,{other}\n", schema: new([Feature.Numeric("x")], "y", favourable), needTarget: true).Labels!);

    [Fact]
    public void Codes_of_categories_are_one_value_in_every_form()
    {
        var schema = new Schema([Feature.Categorical("c", ["0", "1", "01", "x"])], "y", "1");
        Assert.Equal([0, 1, 2, 1, 3], CsvCase.Read("c\n0.0\n1\n01\n1.00\n x\n", schema: schema).Values.ToArray());
    }

    [Fact]
    public void The_target_is_optional_where_it_is_not_needed()
    {
        Assert.Null(CsvCase.Read("wage,age,job,school\n1,2,clerk,low").Labels);
        Assert.Null(CsvCase.Read("wage,age,job,school,y\n1,2,clerk,low,yes\n1,2,clerk,low,?").Labels);
        Assert.Equal([true], CsvCase.Read("wage,age,job,school,y\n1,2,clerk,low,yes").Labels!);
        Assert.Equal("p.csv: the header lacks 'y'.", CsvCase.Message("wage,age,job,school\n1,2,clerk,low", needTarget: true));
    }

    [Fact]
    public void Columns_that_no_one_asked_for_are_reported_and_ignored_ones_are_not()
    {
        CsvCase.Read("zip,wage,age,job,school,note,y,race, more \n9,1,2,clerk,low,n,yes,a,m", out var summary);
        Assert.Equal(["zip", "more"], summary.ExtraColumns);
    }

    [Fact]
    public void Ids_name_people_and_key_them()
    {
        var table = CsvCase.Read("who,x,y\nanna,1,0\nbert,1,0\n", schema: CsvCase.WithId);
        Assert.Equal(["anna", "bert"], table.Ids!);
        var other = CsvCase.Read("x,who\n7,anna\n", schema: CsvCase.WithId);
        Assert.Equal(table.Key(0), other.Key(0));
        Assert.NotEqual(table.Key(0), table.Key(1));
    }

    [Fact]
    public void Rows_are_keyed_by_content_and_copies_differ()
    {
        const string Text = "wage,age,job,school,zip\n1,2,clerk,low,7\n1,2,clerk,low,7\n1,2,clerk,low,8\n1,2,clerk,low,7\n";
        var (table, again) = (CsvCase.Read(Text), CsvCase.Read(Text));
        ulong[] keys = [.. Enumerable.Range(0, 4).Select(table.Key)];
        Assert.Equal(4, keys.Distinct().Count());
        Assert.Equal(keys, Enumerable.Range(0, 4).Select(again.Key));
        // The order of rows does not matter to what is the same person.
        var turned = CsvCase.Read("wage,age,job,school,zip\n1,2,clerk,low,8\n1,2,clerk,low,7\n1,2,clerk,low,7\n1,2,clerk,low,7\n");
        Assert.Equal(keys.Order(), Enumerable.Range(0, 4).Select(turned.Key).Order());
        // Cells do not run into each other.
        var split = CsvCase.Read("x,y\n1,11\n11,1\n", schema: new([Feature.Numeric("x")], "y", "1"));
        Assert.NotEqual(split.Key(0), split.Key(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Chunks_of_any_size_hold_the_same_rows_and_faults(int chunkRows)
    {
        string text = "wage,age,job,school,race,y\n" + string.Concat(Enumerable.Range(0, 50).Select(i => (i % 7) switch
        {
            3 => $"{i},x,clerk,low,a,yes\n", 5 => $"{i},1\n", 6 => $"{i},{i},\"a\nb\",high,b,no\n", _ => $"{i},{i},smith,high,c,no\n",
        }));
        var chunks = CsvCase.Chunks(text, chunkRows, out var summary);
        var whole = CsvCase.Chunks(text, int.MaxValue, out _);
        Assert.Equal(CsvCase.Shown(Assert.Single(whole)), CsvCase.Shown(chunks));
        Assert.Equal(50, whole[0].Rows);
        Assert.All(chunks.SkipLast(1), c => Assert.Equal(chunkRows, c.Rows));
        Assert.Equal((50, 21), (summary.Rows, summary.Faulty));
        Assert.Equal("p.csv, line 5, column 'age': 'x' is no number", whole[0].Faults[3]);
        Assert.Equal("p.csv, line 7: 2 cells; the header has 6", whole[0].Faults[5]);
        Assert.Equal("p.csv, line 9, column 'job': 'a·b' is not among the schema's values (clerk, smith, ?)", whole[0].Faults[6]);
        Assert.Equal([3, double.NaN, 0, 0], whole[0].Row(3).ToArray());
        Assert.All(whole[0].Row(5).ToArray(), v => Assert.True(double.IsNaN(v)));
    }

    [Fact]
    public void A_broken_header_stops_before_the_first_chunk_is_asked_for_and_leaves_no_open_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("p.csv", "wage\n1\n");
        Assert.Equal("p.csv: the header lacks 'age', 'job', 'school'.", Assert.Throws<DataException>(() => CsvTable.ReadChunks(path, CsvCase.People, null, 10, new())).Message);
        using (File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) Assert.True(File.Exists(path));
        Assert.Throws<ArgumentOutOfRangeException>(() => CsvTable.ReadChunks(path, CsvCase.People, null, 0, new()));
    }

    [Fact]
    public void A_small_file_that_unpacks_to_a_large_one_is_never_in_memory_as_a_whole()
    {
        using var folder = new TemporaryFolder();
        using (var stream = new GZipStream(File.Create(folder["bomb.csv.gz"]), CompressionLevel.Fastest))
        {
            stream.Write("x\n"u8);
            byte[] ones = Utf.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1\n", 50_000)));
            for (int i = 0; i < 20; i++) stream.Write(ones);
        }
        var schema = new Schema([Feature.Numeric("x")], "y", "1");
        long before = GC.GetAllocatedBytesForCurrentThread();
        using (var chunks = CsvTable.ReadChunks(folder["bomb.csv.gz"], schema, null, 1000, new()).GetEnumerator()) Assert.True(chunks.MoveNext());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        Assert.Equal(1_000_000, CsvTable.ReadChunks(folder["bomb.csv.gz"], schema, null, 1000, new()).Sum(c => c.Rows));
    }
}
