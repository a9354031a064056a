using Utf = System.Text.Encoding;
using Redress.Data;

namespace Redress.Tests.Data;

/// <summary>A small schema and short ways to read texts with it.</summary>
internal static class CsvCase
{
    internal static Schema People { get; } = new(
        [Feature.Numeric("wage"), Feature.Integer("age"), Feature.Categorical("job", ["clerk", "smith", "?"]), Feature.Ordinal("school", ["low", "high"])],
        "y", "yes", groups: ["race"], ignored: ["note"]);

    internal static Schema WithId { get; } = new([Feature.Numeric("x")], "y", "1", id: "who");

    internal static Table Read(string text, Schema? schema = null, CsvOptions? options = null, bool needTarget = false) => Read(text, out _, schema, options, needTarget);

    internal static Table Read(string text, out CsvSummary summary, Schema? schema = null, CsvOptions? options = null, bool needTarget = false) =>
        Read(Utf.UTF8.GetBytes(text), out summary, schema, options, needTarget);

    internal static Table Read(byte[] bytes, out CsvSummary summary, Schema? schema = null, CsvOptions? options = null, bool needTarget = false)
    {
        using var folder = new TemporaryFolder();
        return CsvTable.Read(folder.Write("p.csv", bytes), schema ?? People, options, needTarget, out summary);
    }

    internal static List<Table> Chunks(string text, int chunkRows, out CsvSummary summary, Schema? schema = null, CsvOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        summary = new();
        return [.. CsvTable.ReadChunks(folder.Write("p.csv", text), schema ?? People, options, chunkRows, summary)];
    }

    internal static string Message(string text, Schema? schema = null, CsvOptions? options = null, bool needTarget = false) =>
        Assert.Throws<DataException>(() => Read(text, schema, options, needTarget)).Message;

    /// <summary>Everything a table holds, as text: rows, ids, labels, groups and faults.</summary>
    internal static string[] Shown(params IEnumerable<Table> tables) =>
        [.. tables.SelectMany(t => Enumerable.Range(0, t.Rows).Select(r => string.Join('|', t.Row(r).ToArray().Select(v => v.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))
            + $" {t.Ids?[r]} {t.Labels?[r]} {string.Join('|', t.Groups.Select(g => g.Value[r]))} {t.Faults.GetValueOrDefault(r)}"))];
}
