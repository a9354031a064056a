using System.Globalization;
using Redress.Data;
using Utf = System.Text.Encoding;

namespace Redress.Tests.Data;

public sealed class CsvFuzzTests
{
    private static readonly string[] Pieces = ["a", "Ü", "\"", "\"\"", ",", ";", "\t", "\n", "\r\n", " ", "學", "1", ".", "#", "=", "'", "\\", "😀", "\0"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_tables_in_random_dialects_read_back_equal(int seed)
    {
        var random = new Random(seed);
        for (int n = 0; n < 60; n++)
        {
            string delimiter = new[] { ",", ";", "\t", "|", "~", " " }[random.Next(6)];
            var options = new CsvOptions(delimiter, delimiter != "," && random.Next(2) == 0 ? ',' : '.');
            var names = Enumerable.Range(0, 1 + random.Next(6)).Select(i => Invariant($"{Name(random)}v{i}")).Distinct().ToArray();
            var schema = new Schema([Feature.Numeric("x " + Name(random) + "x"), Feature.Categorical("c,\"" + Name(random) + "c", names)], "y", "1", id: "i d");
            int rows = 1 + random.Next(30);
            double[] numbers = [.. Enumerable.Range(0, rows).Select(_ => random.Next(4) switch { 0 => random.Next(-5, 5), 1 => random.NextDouble(), 2 => Math.Pow(10, random.Next(-300, 300)), _ => -random.NextDouble() * 1e5 })];
            int[] codes = [.. Enumerable.Range(0, rows).Select(_ => random.Next(names.Length))];
            string[] ids = [.. Enumerable.Range(0, rows).Select(r => Invariant($"i{r}{Name(random)}"))];
            string end = new[] { "\n", "\r\n", "\r" }[random.Next(3)];
            string[][] lines =
            [
                [schema.Features[1].Name, "i d", schema.Features[0].Name, "y"],
                .. Enumerable.Range(0, rows).Select(r => new[] { names[codes[r]], ids[r], numbers[r].ToString("R", CultureInfo.InvariantCulture).Replace('.', options.Decimal), codes[r] % 2 == 0 ? "1" : "0" }),
            ];
            string text = string.Join(end, lines.Select(l => string.Join(delimiter, l.Select(c => Quoted(c, delimiter, random)))));

            var table = CsvCase.Read(text, schema, options, needTarget: true);
            Assert.Equal(numbers, Enumerable.Range(0, rows).Select(r => table.Row(r)[0]));
            Assert.Equal(codes, Enumerable.Range(0, rows).Select(r => (int)table.Row(r)[1]));
            Assert.Equal(ids, table.Ids!);
            Assert.Equal(codes.Select(c => c % 2 == 0), table.Labels!);
            var chunks = CsvCase.Chunks(text, 1 + random.Next(10), out _, schema, options);
            Assert.Equal(ids, chunks.SelectMany(c => c.Ids!));
            Assert.Equal(table.Values.ToArray(), chunks.SelectMany(c => c.Values.ToArray()));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_bytes_throw_nothing_but_data_faults(int seed)
    {
        var random = new Random(seed);
        int faults = 0;
        using var folder = new TemporaryFolder();
        for (int n = 0; n < 1_000; n++)
        {
            byte[] bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            if (n % 2 == 0)
                for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)"wageajobschol,\n\r\"12.?; "[bytes[i] % 23];
            if (n % 3 == 0) bytes = [.. Utf.UTF8.GetBytes("wage,age,job,school,y\n"), .. bytes];
            if (n % 4 == 0) bytes = Damaged([.. Utf.UTF8.GetBytes("wage,age,job,school,y\n1,2,clerk,low,yes\n3.5,4,\"smith\",high,no\n")], random);
            string path = folder.Write(n % 5 == 0 ? "p.csv.gz" : "p.csv", bytes);
            foreach (var read in new Action[]
            {
                () => CsvTable.Read(path, CsvCase.People, null, n % 2 == 0, out _),
                () => Assert.All(CsvTable.ReadChunks(path, CsvCase.People, new(Missing: MissingValues.Category), 3, new()), c => Assert.InRange(c.Rows, 1, 3)),
                () => SchemaFile.Parse(SchemaDraft.Draft(path, "y", "yes"), "draft"),
            })
                try
                {
                    read();
                }
                catch (DataException e)
                {
                    Assert.NotEmpty(e.Message);
                    faults++;
                }
        }
        Assert.InRange(faults, 1_000, 3_000);
    }

    private static byte[] Damaged(byte[] bytes, Random random)
    {
        for (int k = random.Next(4); k > 0; k--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    private static string Name(Random random) => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Quoted(string cell, string delimiter, Random random) =>
        random.Next(3) == 0 || cell.Contains('"') || cell.Contains(delimiter, StringComparison.Ordinal) || cell.Contains('\n') || cell.Contains('\r') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
