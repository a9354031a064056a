using Redress.Data;
using Redress.Tensors;
using Redress.Tests.Training;

namespace Redress.Tests.Data;

public sealed class ClassesTests
{
    private static readonly Schema Graded = new([Feature.Numeric("x", Change.Any)], "grade", "2", classes: ["1", "2", "3"]);

    [Fact]
    public void Classes_come_back_from_a_schema_file_and_none_are_not_written()
    {
        string json = SchemaFile.ToJson(Graded);
        Assert.Equal(["1", "2", "3"], SchemaFile.Parse(json, "s").Classes);
        Assert.Equal(json, SchemaFile.ToJson(SchemaFile.Parse(json, "s")));
        var plain = new Schema(Graded.Features, "grade", "2");
        Assert.Empty(plain.Classes);
        Assert.DoesNotContain("classes", SchemaFile.ToJson(plain), StringComparison.Ordinal);
        Assert.Equal(("3", "2"), (Graded.Favouring("3").Favourable, Graded.Favouring("3").Favouring("2").Favourable));
        Assert.Equal("'4' is no class of 'grade'; there are '1', '2', '3'.", Sample.Message<OptionsException>(() => Graded.Favouring("4")));
    }

    [Theory]
    [InlineData("""["2"]""", "s.json: The target 'y' lists the class '2' alone; list all of its values, or none.")]
    [InlineData("""["1", "1", "2"]""", "s.json: The target 'y' lists the class '1' 2 times.")]
    [InlineData("""["1", "3"]""", "s.json: The favourable outcome '2' is none of the classes that the target 'y' lists.")]
    [InlineData("""["1", null, "2"]""", "s.json: The target 'y' lists a class that is null.")]
    [InlineData("[]", "s.json: The target 'y' lists no class; leave \"classes\" out or list all of its values.")]
    public void Classes_that_contradict_themselves_are_refused(string classes, string message) =>
        Assert.Equal(message, Assert.Throws<SchemaException>(() => SchemaFile.Parse("""{"target": {"column": "y", "favourable": "2", "classes": """ + classes + """}, "columns": {"a": {}}}""", "s.json")).Message);

    [Fact]
    public void Too_many_classes_are_refused() => Assert.Equal(
        "The target 'y' lists 1001 classes; the limit is 1000.",
        Sample.Message<SchemaException>(() => new Schema(Graded.Features, "y", "1", classes: [.. Enumerable.Range(0, 1001).Select(i => Invariant($"{i}"))])));

    [Fact]
    public void A_file_says_every_rows_class()
    {
        var table = CsvCase.Read("x,grade\n1,3\n2,2.0\n3, 1\n4,2\n", Graded, needTarget: true);
        Assert.Equal([2, 1, 0, 1], table.Classes);
        Assert.Equal([false, true, false, true], table.Labels);
        Assert.Equal([1, 2], table.Select([3, 0]).Classes);
        using var written = new MemoryStream();
        CsvTable.Write(table, written);
        var read = CsvCase.Read(System.Text.Encoding.UTF8.GetString(written.ToArray()), Graded);
        Assert.Equal(table.Classes, read.Classes);
        Assert.Null(CsvCase.Read("x,grade\n1,3\n2,\n", Graded).Classes);
        Assert.Null(CsvCase.Read("x\n1\n", Graded).Classes);
        Assert.Null(CsvCase.Read("x,grade\n1,7\n2,2\n", new Schema(Graded.Features, "grade", "2")).Classes);
    }

    [Fact]
    public void A_value_that_is_no_class_is_refused_where_it_stands()
    {
        string message = CsvCase.Message("x,grade\n1,3\n2,4\n3,high\n", Graded, needTarget: true);
        string[] lines = message.Split(Environment.NewLine);
        Assert.EndsWith("p.csv, line 3, column 'grade': '4' is none of the schema's classes (1, 2, 3)", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("p.csv, line 4, column 'grade': 'high' is none of the schema's classes (1, 2, 3)", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
        // Who asks for recourse may still say anything of an outcome that nobody reads.
        Assert.Empty(CsvCase.Chunks("x,grade\n1,4\n", 5, out _, Graded)[0].Faults);
    }

    [Fact]
    public void Another_class_may_be_the_favourable_one_and_rows_stay_who_they_are()
    {
        var rows = ThreeClasses.Rows(40, 5);
        var mid = rows.Favouring("mid");
        Assert.Equal(rows.Classes!.Select(c => c == 2), mid.Labels);
        Assert.Equal(Enumerable.Range(0, 40).Select(rows.Key), Enumerable.Range(0, 40).Select(mid.Key));
        Assert.Equal("Row 1 has class number 3; the schema declares 3 classes. (Parameter 'classes')", Sample.Message<ArgumentException>(() => new Table(Graded, [1, 2], classes: [0, 3])));
        Assert.Equal("Row 0 has the class '2', and its label says otherwise. (Parameter 'labels')", Sample.Message<ArgumentException>(() => new Table(Graded, [1], labels: [false], classes: [1])));
        Assert.Equal("There are 1 classes for 2 rows. (Parameter 'classes')", Sample.Message<ArgumentException>(() => new Table(Graded, [1, 2], classes: [1])));
    }

    [Fact]
    public void Every_part_of_a_split_has_its_share_of_each_class()
    {
        var rows = ThreeClasses.Rows(500, 5);
        var split = Split.Stratified(rows, new(), new Rng(3));
        Assert.Equal(Enumerable.Range(0, 500), split.Train.Concat(split.Validation).Concat(split.Calibration).Concat(split.Test).Order());
        for (int c = 0; c < 3; c++)
        {
            double all = rows.Classes!.Count(k => k == c);
            Assert.InRange(split.Train.Count(r => rows.Classes![r] == c), 0.6 * all - 1, 0.6 * all + 1);
            Assert.InRange(split.Test.Count(r => rows.Classes![r] == c), 0.1 * all - 1, 0.1 * all + 1);
        }
        var rare = new Table(Graded, new double[30], classes: [.. Enumerable.Range(0, 30).Select(i => i == 0 ? 1 : 2 * (i % 2))]);
        Assert.Equal("The favourable class '2' of 'grade' has 1 rows; a split into 4 parts needs at least 8.", Sample.Message<DataException>(() => Split.Stratified(rare, new(), new Rng(3))));
    }
}
