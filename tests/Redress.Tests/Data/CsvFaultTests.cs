using Redress.Data;
using Utf = System.Text.Encoding;

namespace Redress.Tests.Data;

public sealed class CsvFaultTests
{
    private const string Header = "wage,age,job,school\n";

    [Theory]
    [InlineData("", "p.csv: empty; the first line must name the columns.")]
    [InlineData("\n\n", "p.csv: empty; the first line must name the columns.")]
    [InlineData("\ufeff", "p.csv: empty; the first line must name the columns.")]
    [InlineData("wage,age,job,school", "p.csv: no rows below the header.")]
    [InlineData("wage,age,job,school\r\n\r\n", "p.csv: no rows below the header.")]
    [InlineData("wage,age,job,age,school,wage\n", "p.csv, line 1: the header names 'wage', 'age' more than once.")]
    [InlineData("wage,,job,\n", "p.csv, line 1: the header names '' more than once.")]
    [InlineData("wage,age,job\n", "p.csv: the header lacks 'school'.")]
    [InlineData("Wage,AGE,x\n", "p.csv: the header lacks 'wage' (is it 'Wage'?), 'age' (is it 'AGE'?), 'job', 'school'.")]
    [InlineData("wage;age;job;school\n1;2;clerk;low\n", "p.csv: the header is one column, 'wage;age;job;school'; if ';' separates the columns, say --delimiter \";\" (and --decimal , where numbers have a decimal comma).")]
    [InlineData("wage\tage\n", "p.csv: the header is one column, 'wage·age'; if 'tab' separates the columns, say --delimiter \"\\t\" (and --decimal , where numbers have a decimal comma).")]
    [InlineData("wage|age\n", "p.csv: the header is one column, 'wage|age'; if '|' separates the columns, say --delimiter \"|\" (and --decimal , where numbers have a decimal comma).")]
    [InlineData("wage,a\"ge,job\n", "p.csv, line 1: a quote stands inside the cell 'a\"ge'.")]
    public void Headers_are_checked(string text, string message) => Assert.Equal(message, CsvCase.Message(text));

    [Fact]
    public void A_header_under_the_wrong_delimiter_gets_a_hint_too() => Assert.Equal(
        "p.csv: the header is one column, 'wage,age'; if ',' separates the columns, say --delimiter \",\".", CsvCase.Message("wage,age\n1,2\n", options: new(";")));

    [Theory]
    [InlineData("x,2,clerk,low", "column 'wage': 'x' is no number")]
    [InlineData("\"1,5\",2,clerk,low", "column 'wage': '1,5' is no number (--decimal , reads decimal commas)")]
    [InlineData("1 000,2,clerk,low", "column 'wage': '1 000' is no number")]
    [InlineData("0x10,2,clerk,low", "column 'wage': '0x10' is no number")]
    [InlineData("Infinity,2,clerk,low", "column 'wage': 'Infinity' is not finite")]
    [InlineData("-1e999,2,clerk,low", "column 'wage': '-1e999' is not finite")]
    [InlineData("1,2.5,clerk,low", "column 'age': '2.5' is not whole, and the column is of integers")]
    [InlineData("1,2,Clerk,low", "column 'job': 'Clerk' is not among the schema's values (clerk, smith, ?)")]
    [InlineData("1,2,clerk,mid", "column 'school': 'mid' is not among the schema's values (low, high)")]
    [InlineData("x,2,baker,low", "column 'wage': 'x' is no number; column 'job': 'baker' is not among the schema's values (clerk, smith, ?)")]
    [InlineData("1,2,cl\"erk,low", "column 'job': a quote stands inside the cell 'cl\"erk'")]
    [InlineData("1,2,\"clerk\"s,low", "column 'job': a quote stands inside the cell 'clerks'")]
    [InlineData(",2,clerk,low", "column 'wage': the value is missing")]
    [InlineData("NaN,2,clerk,low", "column 'wage': the value is missing")]
    [InlineData("null,2,clerk,low", "column 'wage': the value is missing")]
    [InlineData("1,NA,clerk,low", "column 'age': the value is missing")]
    [InlineData("1,2, ,low", "column 'job': the value is missing")]
    [InlineData("1,2,clerk,N/A", "column 'school': the value is missing")]
    [InlineData("1,2,clerk,?", "column 'school': the value is missing")]
    public void Cells_are_checked(string row, string fault) => Assert.Equal("p.csv, line 3, " + fault, CsvCase.Message(Header + "1,2,clerk,low\n" + row + "\n1,2,clerk,low\n"));

    [Theory]
    [InlineData("1,2,clerk\n", 3)]
    [InlineData("1,2,clerk,low,5\n", 5)]
    [InlineData("1;2;clerk;low\n", 1)]
    public void Ragged_rows_are_faults(string row, int cells) => Assert.Equal($"p.csv, line 2: {cells} cells; the header has 4", CsvCase.Message(Header + row));

    [Fact]
    public void A_list_of_values_in_a_message_is_cut_after_eight()
    {
        var schema = new Schema([Feature.Categorical("c", [.. "abcdefghij".Select(c => c.ToString())])], "y", "1");
        Assert.Equal("p.csv, line 2, column 'c': 'z' is not among the schema's values (a, b, c, d, e, f, g, h, ...)", CsvCase.Message("c\nz", schema: schema));
        Assert.Equal($"p.csv, line 2, column 'c': '{new string('z', 57)}...' is not among the schema's values (a, b, c, d, e, f, g, h, ...)", CsvCase.Message("c\n" + new string('z', 90), schema: schema));
    }

    [Fact]
    public void A_missing_outcome_or_id_is_a_fault_where_it_is_needed()
    {
        Assert.Equal("p.csv, line 3, column 'y': the value is missing", CsvCase.Message(Header.TrimEnd() + ",y\n1,2,clerk,low,yes\n1,2,clerk,low,\n", needTarget: true));
        Assert.Equal("p.csv, line 2, column 'who': the value is missing", CsvCase.Message("who,x\n,1\n", schema: CsvCase.WithId));
        Assert.Equal("p.csv: the header lacks 'who'.", CsvCase.Message("x\n1\n", schema: CsvCase.WithId));
        var chunk = Assert.Single(CsvCase.Chunks("who,x\n ,1\nanna,2\nbert\n", 10, out _, schema: CsvCase.WithId));
        Assert.Equal(["line 2", "anna", "line 4"], chunk.Ids!);
        Assert.Equal("p.csv, line 2, column 'who': the value is missing", chunk.Faults[0]);
    }

    [Fact]
    public void Up_to_twenty_faults_are_listed_together()
    {
        string Rows(int count) => Header + string.Concat(Enumerable.Range(0, count).Select(_ => "x,2,clerk,low\n"));
        string[] twenty = CsvCase.Message(Rows(20)).Split(Environment.NewLine), more = CsvCase.Message(Rows(1_234)).Split(Environment.NewLine);
        Assert.Equal(Enumerable.Range(2, 20).Select(l => $"p.csv, line {l}, column 'wage': 'x' is no number"), twenty);
        Assert.Equal([.. twenty, "and 1214 more faulty rows"], more);
    }

    [Fact]
    public void Up_to_twenty_columns_are_missed_together()
    {
        var schema = new Schema([.. Enumerable.Range(0, 23).Select(i => Feature.Numeric($"c{i}"))], "y", "1");
        Assert.Equal($"p.csv: the header lacks {string.Join(", ", Enumerable.Range(0, 20).Select(i => $"'c{i}'"))} and 3 more.", CsvCase.Message("x\n1\n", schema: schema));
    }

    [Fact]
    public void Rows_with_missing_values_are_faults_or_dropped_or_a_category_and_always_counted()
    {
        const string Text = "wage,age,job,school,y\n1,2,clerk,low,yes\n?,2,,low,yes\n3,2,?,low,no\n4,2,NA,low,no\n5,2,smith,low,\n";
        string[] error =
        [
            "p.csv, line 3, column 'wage': the value is missing; column 'job': the value is missing",
            "p.csv, line 5, column 'job': the value is missing",
            "p.csv, line 6, column 'y': the value is missing",
        ];
        // The schema lists '?' as a job, so line 4 is whole.
        Assert.Equal(error, CsvCase.Message(Text, needTarget: true).Split(Environment.NewLine));

        var dropped = CsvCase.Read(Text, out var summary, options: new(Missing: MissingValues.Drop), needTarget: true);
        Assert.Equal(["1|2|0|0  True  ", "3|2|2|0  False  "], CsvCase.Shown(dropped));
        Assert.Equal((2, 3, 0), (summary.Rows, summary.Dropped, summary.Faulty));
        Assert.Equal("job 2, wage 1, y 1", string.Join(", ", summary.Missing.Select(m => $"{m.Key} {m.Value}")));

        var chunk = Assert.Single(CsvCase.Chunks(Text, 10, out summary, options: new(Missing: MissingValues.Category)));
        Assert.Equal([0, 2, 2, 2, 1], Enumerable.Range(0, 5).Select(r => chunk.Row(r)[2]));
        Assert.Equal("p.csv, line 3, column 'wage': the value is missing", Assert.Single(chunk.Faults).Value);
        Assert.Equal("job 3, wage 1", string.Join(", ", summary.Missing.Select(m => $"{m.Key} {m.Value}")));

        Assert.Equal("p.csv, line 2, column 'school': the value is missing, and the schema does not list the value '?'", CsvCase.Message(Header + "1,2,clerk,?\n", options: new(Missing: MissingValues.Category)));
        Assert.Equal("p.csv: no rows are left; 2 with missing values were dropped.", CsvCase.Message(Header + "1,2,clerk,\n1,?,clerk,low\n", options: new(Missing: MissingValues.Drop)));
        var na = new Schema([Feature.Categorical("c", ["NA", "?"])], "y", "1");
        Assert.Equal([0, 1], CsvCase.Read("c\nNA\nN/A\n", schema: na, options: new(Missing: MissingValues.Category)).Values.ToArray());
    }

    [Fact]
    public void Bytes_that_are_no_text_are_faults_of_their_row()
    {
        byte[] latin = Utf.Latin1.GetBytes(Header + string.Concat(Enumerable.Repeat("1,2,clerk,low\n", 5_000)) + "1,2,clérk,low\n1,2,clerk,low\n");
        Assert.Equal("p.csv, line 5002, column 'job': 'cl\ufffdrk' is not UTF-8; save the file as UTF-8", Assert.Throws<DataException>(() => CsvCase.Read(latin, out _)).Message);
        Assert.Equal("p.csv, line 1: 'w\ufffdge' is not UTF-8; save the file as UTF-8.", Assert.Throws<DataException>(() => CsvCase.Read(Utf.Latin1.GetBytes("wäge,age\n"), out _)).Message);
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_found_before_it_fills_the_memory()
    {
        using var folder = new TemporaryFolder();
        using (var stream = new System.IO.Compression.GZipStream(File.Create(folder["p.csv.gz"]), System.IO.Compression.CompressionLevel.Fastest))
        {
            stream.Write(Utf.UTF8.GetBytes(Header + "1,2,clerk,low\n1,2,\"clerk,low\n"));
            byte[] rows = Utf.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1,2,clerk,low\n", 10_000)));
            for (int i = 0; i < 700; i++) stream.Write(rows);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<DataException>(() => CsvTable.Read(folder["p.csv.gz"], CsvCase.People, null, false, out _)).Message;
        Assert.Equal("p.csv.gz, line 3: a cell is longer than 65536 characters; a quote may be left open.", message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void A_row_that_never_ends_is_refused_before_it_fills_the_memory()
    {
        using var folder = new TemporaryFolder();
        foreach (string start in new[] { "", Header })
        {
            using (var stream = new System.IO.Compression.GZipStream(File.Create(folder["p.csv.gz"]), System.IO.Compression.CompressionLevel.Fastest))
            {
                stream.Write(Utf.UTF8.GetBytes(start));
                byte[] commas = Utf.UTF8.GetBytes(new string(',', 1 << 20));
                for (int i = 0; i < 100; i++) stream.Write(commas);
            }
            long before = GC.GetAllocatedBytesForCurrentThread();
            string message = Assert.Throws<DataException>(() => CsvTable.Read(folder["p.csv.gz"], CsvCase.People, null, false, out _)).Message;
            Assert.Equal($"p.csv.gz, line {(start.Length == 0 ? 1 : 2)}: the row is longer than 2097152 characters; a quote may be left open, or this is no CSV file.", message);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 20);
        }
    }

    [Fact]
    public void Too_many_columns_are_refused() => Assert.Equal(
        "p.csv: 100000 columns; the limit is 10000.", CsvCase.Message(string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"c{i}")) + "\n"));

    [Fact]
    public void As_many_columns_as_the_limit_are_read()
    {
        string header = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"c{i}")), row = string.Join(',', Enumerable.Repeat("1.25", 10_000));
        Assert.Equal(1, CsvCase.Read($"{header}\n{row}\n", schema: new([Feature.Numeric("c9999")], "y", "1")).Rows);
    }

    [Theory]
    [InlineData("", '.', "Delimiter is ''; must be one character other than a quote or line end.")]
    [InlineData(";;", '.', "Delimiter is ';;'; must be one character other than a quote or line end.")]
    [InlineData("\"", '.', "Delimiter is '\"'; must be one character other than a quote or line end.")]
    [InlineData("\n", '.', "Delimiter is '\n'; must be one character other than a quote or line end.")]
    [InlineData(";", ';', "Decimal is ';'; must be '.' or ','.|Delimiter and decimal are both ';'; they must differ.")]
    [InlineData(",", ',', "Delimiter and decimal are both ','; they must differ.")]
    public void Options_are_checked(string delimiter, char sign, string problems) => Assert.Equal(
        problems.Replace("|", Environment.NewLine, StringComparison.Ordinal), Assert.Throws<OptionsException>(() => CsvCase.Read("a\n1", options: new(delimiter, sign))).Message);
}
