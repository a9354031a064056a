using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Redress.Data;

/// <summary>One value as a person reads it: a number or a name. In JSON a number or a string.</summary>
[JsonConverter(typeof(CellConverter))]
public readonly record struct Cell
{
    private readonly double number;

    /// <summary>A number.</summary>
    public Cell(double number) => this.number = number;

    /// <summary>A name.</summary>
    public Cell(string name) => Name = name;

    /// <summary>The number, or null where the value is a name.</summary>
    public double? Number => Name is null ? number : null;

    /// <summary>The name, or null where the value is a number.</summary>
    public string? Name { get; }

    /// <summary>The value of a feature as a table stores it.</summary>
    public static Cell Of(Feature feature, double value) =>
        feature.IsNamed && feature.Holds(value) ? new Cell(feature.Values[(int)value]) : new Cell(value);

    /// <summary>The number a table stores for this value of a feature, or NaN where the feature cannot hold it.</summary>
    public double In(Feature feature)
    {
        if (!feature.IsNamed) return Number is { } number && feature.Holds(number) ? number : double.NaN;
        for (int i = 0; i < feature.Values.Count; i++)
            if (feature.Values[i] == Name) return i;
        return double.NaN;
    }

    /// <summary>The name, or the shortest number that reads back the same, with a decimal point.</summary>
    public override string ToString() => Name ?? Number?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>Writes a <see cref="Cell"/> as a JSON number or string; a number JSON has no form for (NaN, infinities) becomes null.</summary>
internal sealed class CellConverter : JsonConverter<Cell>
{
    public override bool HandleNull => true;

    public override Cell Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => new Cell(reader.GetDouble()),
        JsonTokenType.String => new Cell(reader.GetString()!),
        JsonTokenType.Null => new Cell(double.NaN),
        _ => throw new JsonException("A value must be a number or a string."),
    };

    public override void Write(Utf8JsonWriter writer, Cell value, JsonSerializerOptions options) => Write(writer, value);

    internal static void Write(Utf8JsonWriter writer, Cell value)
    {
        if (value.Name is { } name) writer.WriteStringValue(name);
        else if (value.Number is { } number && double.IsFinite(number)) writer.WriteNumberValue(number);
        else writer.WriteNullValue();
    }
}

/// <summary>Serialisation of cells without reflection.</summary>
[JsonSerializable(typeof(Cell))]
internal sealed partial class CellJson : JsonSerializerContext;
