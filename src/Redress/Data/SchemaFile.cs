using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace Redress.Data;

/// <summary>Schema files: JSON with comments and trailing commas.</summary>
public static class SchemaFile
{
    /// <summary>The largest schema file that is read, in bytes.</summary>
    public const int MaxBytes = 4 << 20;

    private const int MaxProblems = 20;

    private static readonly JsonSerializerOptions Readable = new(SchemaJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a schema file.</summary>
    /// <exception cref="SchemaException">The file is no schema; the message names file and line, or lists every problem.</exception>
    public static Schema Load(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists && file.Length > MaxBytes) throw new SchemaException(Invariant($"{path}: {file.Length} bytes; a schema has at most {MaxBytes}."));
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a schema from JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="SchemaException">The text is no schema; the message names file and line, or lists every problem.</exception>
    public static Schema Parse(string json, string file)
    {
        if (json.Length > MaxBytes) throw new SchemaException(Invariant($"{file}: {json.Length} characters; a schema has at most {MaxBytes}."));
        SchemaDocument document;
        try
        {
            document = JsonSerializer.Deserialize(json, SchemaJson.Default.SchemaDocument) ?? throw new JsonException("the file holds null");
        }
        catch (JsonException e)
        {
            throw new SchemaException(Invariant($"{file}, line {(e.LineNumber ?? 0) + 1}, column {(e.BytePositionInLine ?? 0) + 1}: {SchemaFaultText.Of(e)}"), e);
        }
        try
        {
            return new SchemaReading(document).Schema();
        }
        catch (SchemaException e)
        {
            string[] problems = e.Message.Split(Environment.NewLine);
            string more = problems.Length > MaxProblems ? Invariant($"{Environment.NewLine}{file}: and {problems.Length - MaxProblems} more problems") : "";
            throw new SchemaException(string.Join(Environment.NewLine, problems.Take(MaxProblems).Select(line => $"{file}: {line}")) + more, e);
        }
    }

    /// <summary>A schema as JSON; <see cref="Parse"/> reads it back.</summary>
    public static string ToJson(Schema schema)
    {
        var columns = new Dictionary<string, ColumnDocument>();
        foreach (var feature in schema.Features) columns[feature.Name] = Column(feature);
        if (schema.Id is { } id) columns[id] = new() { Role = ColumnRole.Id };
        foreach (string group in schema.Groups) columns[group] = new() { Role = ColumnRole.Group };
        foreach (string ignored in schema.Ignored) columns[ignored] = new() { Role = ColumnRole.Ignore };
        var document = new SchemaDocument
        {
            Target = new() { Column = schema.Target, Favourable = schema.Favourable, Classes = schema.Classes.Count == 0 ? null : schema.Classes },
            Columns = columns,
            Constraints = schema.Constraints.Count == 0 ? null : [.. schema.Constraints.GroupBy(c => c.Text, StringComparer.Ordinal).SelectMany(same => ConstraintText.Write(same.Key, [.. same], schema.Features))],
        };
        return JsonSerializer.Serialize(document, new SchemaJson(new(Readable)).SchemaDocument);
    }

    /// <summary>The JSON Schema of schema files, from which editors complete them.</summary>
    public static string JsonSchema()
    {
        var options = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) =>
            {
                // A cell has its own converter, so the exporter cannot know that it is a number or a name.
                if ((Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type) == typeof(Cell)) node = new JsonObject { ["type"] = new JsonArray("number", "string", "null") };
                var described = context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(System.ComponentModel.DescriptionAttribute), false);
                if (described is [System.ComponentModel.DescriptionAttribute text, ..] && node is JsonObject map) map.Insert(0, "description", text.Description);
                return node;
            },
        };
        var root = SchemaJson.Default.SchemaDocument.GetJsonSchemaAsNode(options).AsObject();
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        root.Insert(1, "title", "A Redress schema: what the columns of a table mean and what people can change");
        return root.ToJsonString(Readable) + "\n";
    }

    private static ColumnDocument Column(Feature f)
    {
        Cell Value(double value) => Cell.Of(f, value);
        return new()
        {
            Type = f.Kind,
            Values = f.Kind == FeatureKind.Categorical ? f.Values : null,
            Order = f.Kind == FeatureKind.Ordinal ? f.Values : null,
            Change = f.Change,
            Allowed = f.Allowed is { } allowed ? [.. allowed.Select(Value)] : null,
            Range = f.Minimum is null && f.Maximum is null ? null : [f.Minimum is { } low ? Value(low) : null, f.Maximum is { } high ? Value(high) : null],
            LargestChange = f.LargestChange switch
            {
                { Unit: ChangeUnit.Raw } raw => new Cell(raw.Amount),
                { Unit: ChangeUnit.StandardDeviations } sd => new Cell(sd.Amount.ToString("R", CultureInfo.InvariantCulture) + " sd"),
                { } points => new Cell(points.Amount.ToString("R", CultureInfo.InvariantCulture) + " percentiles"),
                null => null,
            },
            CostWeight = f.CostWeight == 1 ? null : f.CostWeight,
            SameAs = f.SameAs,
        };
    }
}
