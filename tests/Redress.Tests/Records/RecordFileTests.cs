using Text = System.Text.Encoding;
using System.Text.Json;
using Redress.Data;
using Redress.Guarantees;
using Redress.Methods;
using Redress.Records;
using Redress.Tensors;
using Redress.Tests.Methods;

namespace Redress.Tests.Records;

public sealed class RecordFileTests
{
    private static readonly Schema Schema = new([Feature.Numeric("x", Change.Any), Feature.Categorical("=job", ["-clerk", "a, \"b\""], Change.Any)], "y", "yes");
    private static readonly RecourseRun Run = new("m", 0.5, "gradient", "{}", "{\"a\":1}", "f", "l1", "favourable", ulong.MaxValue);

    private static readonly RecourseRecord[] Records =
    [
        new("=1+1", [new(-1.5), new("-clerk")], Outcome.Found, null, -0.25,
            [new(1, [new("x", new(-1.5), new(1e-7))], 0.5, 0.125, [[new("x", new(-1.5), new(0)), new("=job", new("-clerk"), new("a, \"b\""))], [new("x", new(0), new(1e-7)), new("=job", new("a, \"b\""), new("-clerk"))]]), new(2, [new("x", new(-1.5), new(3)), new("=job", new("-clerk"), new("a, \"b\""))], 2, 1)], null, 12, 34),
        new("-7", [new(double.NaN), new("-clerk")], Outcome.InvalidInput, "Column 'x' is NaN.", null, [], null, 0, 0),
        new("@c", [new(2), new("-clerk")], Outcome.NotFound, "No action that was tried is valid;\nsee attempt.", -3, [], new(1, [new("x", new(2), new(2.5))], 1, -1), 1, 2),
    ];

    [Fact]
    public void Records_come_back_from_NDJSON()
    {
        using var file = new MemoryStream();
        using (var writer = new NdjsonWriter(file, Run))
            foreach (var record in Records) writer.Write(record);
        string text = Text.UTF8.GetString(file.ToArray());
        Assert.Equal(4, text.Count(c => c == '\n'));
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.Contains("\"outcome\":\"invalid_input\"", text, StringComparison.Ordinal);
        using var reader = new NdjsonReader(new MemoryStream(file.ToArray()), "r");
        Assert.Equal(Run, reader.Run);
        Assert.Equal(Records.Select(Json), reader.Records().Select(Json));
    }

    [Fact]
    public void A_line_is_what_the_serializer_writes()
    {
        var context = new RecordJson(new JsonSerializerOptions(RecordJson.Default.Options) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        RecourseRecord[] records = [.. Records, Records[0] with { Actions = "{\"features\":[1]}", Person = [new(-0.0), new(1e15), new(-12), new("ä\u2028<")] }];
        using var file = new MemoryStream();
        using (var writer = new NdjsonWriter(file, Run)) writer.Write(records);
        string[] lines = Text.UTF8.GetString(file.ToArray()).Split('\n');
        Assert.Equal(records.Select(r => JsonSerializer.Serialize(r, context.RecourseRecord)), lines[1..^1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_is_written_as_its_records_are(bool csv)
    {
        RecourseRecord[] many = [.. Enumerable.Range(0, 200).Select(i => Records[i % 3] with { PersonId = FormattableString.Invariant($"p{i}") })];
        byte[] Written(Action<RecordWriter> write)
        {
            using var file = new MemoryStream();
            using (RecordWriter writer = csv ? new CsvWriter(file, Schema) : new NdjsonWriter(file, Run)) write(writer);
            return file.ToArray();
        }
        bool Which(RecourseRecord record) => record.Outcome != Outcome.InvalidInput;
        byte[] expected = Written(writer =>
        {
            foreach (var record in many.Where(Which)) writer.Write(record);
        });
        foreach (int threads in new[] { 1, 2, 3 })
            Assert.Equal(expected, Written(writer =>
            {
                writer.Write(many[..70], Which, new(threads));
                writer.Write(many[70..], Which, new(threads, 7));
            }));
    }

    [Fact]
    public void Found_rows_are_found_again_after_a_trip_through_a_file()
    {
        int answers = 0;
        for (int seed = 1; seed <= 10; seed++)
        {
            var scenario = Scenario.Of(seed, "network");
            var batch = new Gradient().Prepare(scenario.Task(), new Rng(1)).Find(new(scenario.PeopleTable), new Rng(1));
            using var file = new MemoryStream();
            using (var writer = new NdjsonWriter(file, batch.Run))
                foreach (var record in batch.Records) writer.Write(record);
            using var reader = new NdjsonReader(new MemoryStream(file.ToArray()), "r");
            var report = Promise.Check(reader.Records(), scenario.Model);
            Assert.Empty(report.Broken);
            answers += report.Issued;
        }
        Assert.True(answers > 20);
    }

    [Theory]
    [InlineData("", "r: empty; a record file begins with its run.")]
    [InlineData("a,b\n1,2\n", "r, line 1: not the run of a record file (")]
    [InlineData("{\"run\":null}\n", "r, line 1: not the run of a record file (")]
    [InlineData("RUN{\"person_id\":\"1\"}\n", "r, line 2: not a record (")]
    [InlineData("RUNGOODGOOD{\"person_", "r, line 4: not a record (")]
    [InlineData("RUNGOOD\nnull\n", "r, line 4: not a record (")]
    [InlineData("RUNGOOD[]\n", "r, line 3: not a record (")]
    public void Damaged_lines_are_named(string text, string message)
    {
        using var file = new MemoryStream();
        using (var writer = new NdjsonWriter(file, Run)) writer.Write(Records[0]);
        string[] lines = Text.UTF8.GetString(file.ToArray()).Split('\n');
        byte[] damaged = Text.UTF8.GetBytes(text.Replace("RUN", lines[0] + "\n", StringComparison.Ordinal).Replace("GOOD", lines[1] + "\n", StringComparison.Ordinal));
        string refused = Sample.Message<DataException>(() =>
        {
            using var reader = new NdjsonReader(new MemoryStream(damaged), "r");
            return reader.Records().Count();
        });
        Assert.StartsWith(message, refused, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused);
    }

    [Fact]
    public void Unknown_members_and_endless_lines_are_refused()
    {
        using var file = new MemoryStream();
        using (var writer = new NdjsonWriter(file, Run)) writer.Write(Records[1]);
        string text = Text.UTF8.GetString(file.ToArray()).Replace("{\"person_id\"", "{\"colour\":1,\"person_id\"", StringComparison.Ordinal);
        string Read(byte[] bytes) => Sample.Message<DataException>(() =>
        {
            using var reader = new NdjsonReader(new MemoryStream(bytes), "r");
            return reader.Records().Count();
        });
        Assert.Contains("'colour'", Read(Text.UTF8.GetBytes(text)), StringComparison.Ordinal);
        Assert.Equal("r, line 1: longer than 8388608 characters.", Read(new byte[NdjsonReader.MaxLine + 1].Select(_ => (byte)' ').ToArray()));
    }

    [Fact]
    public void CSV_has_a_line_an_answer_and_the_row_after_it()
    {
        Assert.Equal(
            """"
            person_id,rank,outcome,reason,score_before,score,cost,changes,x,=job
            =1+1,1,found,,-0.25,0.125,0.5,x -1.5 -> 1E-07,1E-07,-clerk
            =1+1,2,found,,-0.25,1,2,"x -1.5 -> 3; =job -clerk -> a, ""b""",3,"a, ""b"""
            -7,,invalid_input,Column 'x' is NaN.,,,,,,-clerk
            @c,,not_found,"No action that was tried is valid;
            see attempt.",-3,,,,2,-clerk

            """".ReplaceLineEndings("\n"), Csv(safe: false));
    }

    [Fact]
    public void Cells_that_a_spreadsheet_would_run_are_made_safe_and_numbers_stay()
    {
        string csv = Csv(safe: true);
        Assert.StartsWith("person_id,rank,outcome,reason,score_before,score,cost,changes,x,'=job\n'=1+1,1,found,,-0.25,0.125,0.5,x -1.5 -> 1E-07,1E-07,'-clerk\n", csv, StringComparison.Ordinal);
        Assert.Contains("\n-7,,invalid_input,", csv, StringComparison.Ordinal);
        Assert.Contains("\n'@c,,not_found,", csv, StringComparison.Ordinal);
        Assert.Contains(",-3,,,,2,'-clerk\n", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_of_another_schema_are_refused_by_person_and_value()
    {
        string Refuse(RecourseRecord record) => Sample.Message<OptionsException>(() => RecourseRows.Changed(Schema, record, record.Answers[0]));
        var good = Records[0];
        Assert.Equal([1e-7, 0], RecourseRows.Changed(Schema, good, good.Answers[0]));
        Assert.Equal("Person '=1+1' has 1 features; the model has 2.", Refuse(good with { Person = [new(1)] }));
        Assert.Equal("Person '=1+1': 'chef' is no value of '=job' in this model.", Refuse(good with { Person = [new(1), new("chef")] }));
        Assert.Equal("Person '=1+1': the model has no feature 'z'.", Refuse(good with { Answers = [new(1, [new("z", new(1), new(2))], 1, 1)] }));
        Assert.Equal("Person '=1+1': 'many' is no value of 'x' in this model.", Refuse(good with { Answers = [new(1, [new("x", new(1), new("many"))], 1, 1)] }));
    }

    private static string Csv(bool safe)
    {
        using var file = new MemoryStream();
        using (var writer = new CsvWriter(file, Schema, safe))
            foreach (var record in Records) writer.Write(record);
        return Text.UTF8.GetString(file.ToArray());
    }

    private static string Json(RecourseRecord record) => JsonSerializer.Serialize(record, RecordJson.Default.RecourseRecord);
}
