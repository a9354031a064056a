using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Encodings.Web;

namespace Redress.Data;

/// <summary>Writes a first schema for a file: types, values and likely roles, each with a comment; nothing is changeable until its author says so.</summary>
public static class SchemaDraft
{
    private const int FreeTextLength = 60;
    private static readonly JsonSerializerOptions Text = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = DraftJson.Default };

    /// <summary>Reads a whole file and drafts its schema.</summary>
    /// <param name="path">A file, plain or .gz, or <c>-</c> for standard input.</param>
    /// <param name="target">The column with the outcome.</param>
    /// <param name="favourable">Its value that people want.</param>
    /// <param name="options">How the file is written; null for commas and points.</param>
    /// <returns>JSON with comments that <see cref="SchemaFile"/> reads.</returns>
    /// <exception cref="DataException">The file cannot be read, or has no such column or value; the message lists those it has.</exception>
    public static string Draft(string path, string target, string favourable, CsvOptions? options = null)
    {
        var profiles = Profile(path, options ?? new(), out string name);
        var outcome = profiles.FirstOrDefault(p => p.Name == target) ?? throw new DataException($"{name}: there is no column '{target}'; there are {string.Join(", ", profiles.Select(p => $"'{p.Name}'"))}.");
        if (profiles[0].Rows == 0) throw new DataException($"{name}: no rows below the header.");
        if (!outcome.HasManyValues && !outcome.Values.ContainsKey(favourable))
            throw new DataException($"{name}: column '{target}' never is '{favourable}'; it is {string.Join(", ", outcome.Values.Select(v => Invariant($"'{v.Key}' ({v.Value} rows)")))}.");
        if (outcome.HasManyValues)
            throw new DataException(Invariant($"{name}: column '{target}' takes more than {ColumnProfile.MaxValues} values; a target is an outcome of few."));
        return Write(profiles.Where(p => p != outcome).ToList(), outcome, favourable, name);
    }

    private static List<ColumnProfile> Profile(string path, CsvOptions options, out string name)
    {
        using var rows = new CsvRows(path, options);
        name = rows.Name;
        var numbers = (NumberFormatInfo)NumberFormatInfo.InvariantInfo.Clone();
        if (options.Decimal == ',') (numbers.NumberDecimalSeparator, numbers.NumberGroupSeparator) = (",", ".");
        var profiles = rows.Header.Select(h => new ColumnProfile(h, numbers)).ToList();
        var faults = new List<string>();
        while (rows.Read())
        {
            if (rows.Fault is { } fault)
            {
                faults.Add(fault);
                if (faults.Count == 20) break;
                continue;
            }
            for (int c = 0; c < profiles.Count; c++) profiles[c].Add(rows[c]);
        }
        return faults.Count == 0 ? profiles : throw new DataException(string.Join(Environment.NewLine, faults));
    }

    private static string Write(List<ColumnProfile> columns, ColumnProfile target, string favourable, string name)
    {
        var json = new StringBuilder();
        json.Append(CultureInfo.InvariantCulture, $"// A first schema of {Comment(name)} ({target.Rows} rows). Read every line: only you know what a person can change.\n");
        json.Append("// \"change\": none, any, increase or decrease. Limits: \"range\": [low, high], \"allowed\": [values], \"largest_change\": 5, \"0.75 sd\" or \"20 percentiles\".\n{\n");
        json.Append(CultureInfo.InvariantCulture, $"  // {target.Values[favourable]} of {target.Rows} rows are favourable.{Missing(target)}\n");
        json.Append(CultureInfo.InvariantCulture, $"  \"target\": {{ \"column\": {Quote(target.Name)}, \"favourable\": {Quote(favourable)} }},\n  \"columns\": {{\n");
        bool hasId = false;
        for (int c = 0; c < columns.Count; c++)
        {
            var (comment, body) = Column(columns[c], columns, ref hasId);
            json.Append(CultureInfo.InvariantCulture, $"    // {Comment(comment)}\n    {Quote(columns[c].Name)}: {{ {body} }}{(c + 1 < columns.Count ? "," : "")}\n");
        }
        json.Append("  },\n  // Rules that every recourse obeys, such as \"hours <= 60\" or \"capital_gain - 2*capital_loss <= 5000\".\n  \"constraints\": []\n}\n");
        return json.ToString();
    }

    private static (string Comment, string Body) Column(ColumnProfile p, List<ColumnProfile> all, ref bool hasId)
    {
        if (p.IsConstant) return ($"constant{(p.IsEmpty ? ": always missing" : $": always {p.Values.Keys.First()}")}", "\"role\": \"ignore\"");
        if (LooksLikeId(p))
        {
            bool first = !hasId;
            hasId = true;
            return first ? ("likely an id: no value comes twice", "\"role\": \"id\"") : ("likely another id: no value comes twice", "\"role\": \"ignore\"");
        }
        if (!p.IsNumber && (p.HasManyValues || p.LongestCell > FreeTextLength))
            return ($"{(p.LongestCell > FreeTextLength ? "free text" : Invariant($"more than {ColumnProfile.MaxValues} names"))}: no feature as it is", "\"role\": \"ignore\"");
        bool flag = p.IsWhole && !p.HasManyValues && p.Values.Count == 2 && p.Minimum == 0 && p.Maximum == 1;
        if (!p.IsNumber || flag)
        {
            string values = string.Join(", ", p.Values.Keys.Order(StringComparer.Ordinal).Select(Quote));
            string counts = string.Join(", ", p.Values.OrderByDescending(v => v.Value).Take(5).Select(v => Invariant($"{v.Key} {v.Value}"))) + (p.Values.Count > 5 ? " and more" : "");
            string tie = TieOf(p, all) is { } leader ? $", \"same_as\": {Quote(leader.Name)}" : "";
            string change = tie.Length > 0 ? "" : ", \"change\": \"none\"";
            return (Invariant($"{p.Values.Count} values: {counts}.{Missing(p)}{Dependencies(p, all)}"), $"\"type\": \"categorical\", \"values\": [{values}]{change}{tie}");
        }
        string kind = p.IsWhole ? "integer" : "numeric";
        return (Invariant($"{(p.IsWhole ? "whole numbers" : "numbers")} from {p.Minimum} to {p.Maximum}.{Missing(p)}{Dependencies(p, all)}"), $"\"type\": \"{kind}\", \"change\": \"none\"");
    }

    /// <summary>Unique in every row, and either text or whole numbers under a name that says so.</summary>
    private static bool LooksLikeId(ColumnProfile p)
    {
        if (!p.IsUnique || p.Missing > 0 || p.Rows < 3) return false;
        string[] words = p.Name.ToLowerInvariant().Split(' ', '_', '-', '.');
        bool named = words.Any(w => w is "id" or "key" or "uuid" or "guid" or "nr" or "no" or "number" or "index") || p.Name.EndsWith("Id", StringComparison.Ordinal) || p.Name.EndsWith("ID", StringComparison.Ordinal) || p.Name.Length == 0;
        return p.IsNumber ? p.IsWhole && named : p.LongestCell <= FreeTextLength;
    }

    /// <summary>The whole-number column that goes with a column of names one to one, so that the names can follow it.</summary>
    private static ColumnProfile? TieOf(ColumnProfile p, List<ColumnProfile> all) =>
        p.IsNumber ? null : all.FirstOrDefault(o => o != p && o.IsNumber && o.IsWhole && p.Determines(o) && o.Determines(p));

    private static string Dependencies(ColumnProfile p, List<ColumnProfile> all)
    {
        var notes = new List<string>();
        foreach (var other in all)
        {
            if (other == p || other.IsConstant || !p.Determines(other)) continue;
            notes.Add(other.Determines(p) ? $" It and {other.Name} determine each other." : $" It determines {other.Name}.");
        }
        return string.Concat(notes);
    }

    private static string Missing(ColumnProfile p) => p.Missing == 0 ? "" : p.IsNumber
        ? Invariant($" {p.Missing} missing: --missing drop leaves those rows out.")
        : Invariant($" {p.Missing} missing: --missing drop leaves those rows out; with \"?\" among the values, --missing category keeps them.");

    private static string Quote(string text) => JsonSerializer.Serialize(text, (System.Text.Json.Serialization.Metadata.JsonTypeInfo<string>)Text.GetTypeInfo(typeof(string)));

    private static string Comment(string text) => text.ReplaceLineEndings(" ");
}

/// <summary>Quotes texts for drafts, without reflection.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class DraftJson : System.Text.Json.Serialization.JsonSerializerContext;
