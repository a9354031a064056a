using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Redress.Reports.Specs;

/// <summary>Specs as JSON that can stand in a page: <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c>, quotes and U+2028 are escaped by the encoder.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(RoundedConverter), typeof(NameConverter<Field>), typeof(NameConverter<MarkType>), typeof(NameConverter<FieldType>)])]
[JsonSerializable(typeof(VegaSpec))]
internal sealed partial class SpecJson : JsonSerializerContext;

/// <summary>Specs as they stand in a page.</summary>
internal static class SpecText
{
    // Greek letters stay as they are; all that could end a script or begin a comment does not.
    private static readonly SpecJson InPage = new(new JsonSerializerOptions(SpecJson.Default.Options) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });

    internal static string Of(VegaSpec spec) => JsonSerializer.Serialize(spec, InPage.VegaSpec);
}

/// <summary>Numbers to six significant digits, which no picture shows more of.</summary>
internal sealed class RoundedConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(Rounded(value));

    internal static double Rounded(double value) => double.Parse(value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Names of an enumeration in Vega-Lite's case.</summary>
internal sealed class NameConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;

internal sealed class LegendConverter : WriteOnlyConverter<Legend>
{
    public override void Write(Utf8JsonWriter writer, Legend value, JsonSerializerOptions options)
    {
        // Vega-Lite draws a legend unless it is told null: leaving it out is not the same.
        if (value == Legend.None)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        if (value.Columns > 0) writer.WriteNumber("columns", value.Columns);
        if (value.Title is not null) writer.WriteString("title", value.Title);
        if (value.SymbolType is not null) writer.WriteString("symbolType", value.SymbolType);
        writer.WriteEndObject();
    }
}

internal sealed class ScaleConverter : WriteOnlyConverter<Scale>
{
    public override void Write(Utf8JsonWriter writer, Scale value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Log) writer.WriteString("type", "log");
        if (value.Zero is { } zero) writer.WriteBoolean("zero", zero);
        if (value.Nice is { } nice) writer.WriteBoolean("nice", nice);
        if (value.Names is { } names) Strings(writer, "domain", names);
        if (value.Span is { } span) Numbers(writer, "domain", [span.From, span.To]);
        if (value.Range is { } range) Strings(writer, "range", range);
        if (value.Dashes is { } dashes)
        {
            writer.WriteStartArray("range");
            foreach (double[] dash in dashes) Numbers(writer, null, dash);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter writer, string? name, double[] values)
    {
        if (name is null) writer.WriteStartArray();
        else writer.WriteStartArray(name);
        foreach (double value in values) writer.WriteNumberValue(RoundedConverter.Rounded(value));
        writer.WriteEndArray();
    }
}

/// <summary>A part of a spec whose form in JSON is not that of its record; specs are never read.</summary>
internal abstract class WriteOnlyConverter<T> : JsonConverter<T>
{
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Specs are written, never read.");
}
