using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Redress.Studies;

/// <summary>Rows as JSON and CSV.</summary>
internal static class StudyText
{
    // Greek letters stay readable; the file is no part of a web page.
    private static readonly StudyJson Readable = new(new JsonSerializerOptions(StudyJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    internal static string Json(IReadOnlyList<StudyRow> rows) => JsonSerializer.Serialize(rows, Readable.IReadOnlyListStudyRow) + "\n";

    internal static string Csv(IReadOnlyList<StudyRow> rows)
    {
        var text = new StringBuilder("table,dataset,model,method,metric,ours,ours_sd,paper,note\n");
        foreach (var r in rows)
            text.AppendJoin(',', new[] { r.Table, r.Dataset, r.Model, r.Method, r.Metric, Number(r.Ours), Number(r.OursSd), Number(r.Paper), r.Note ?? "" }.Select(Quoted)).Append('\n');
        return text.ToString();
    }

    /// <summary>A figure as people read it, three decimals; a dash where there is none.</summary>
    internal static string Figure(double? value) => value is { } v ? v.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    private static string Number(double? value) => value is { } v ? v.ToString("R", CultureInfo.InvariantCulture) : "";

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
