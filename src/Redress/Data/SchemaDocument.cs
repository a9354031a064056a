using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Redress.Data;

/// <summary>The JSON form of a schema. <see cref="SchemaFile"/> turns it into a <see cref="Schema"/> and back.</summary>
internal sealed record SchemaDocument
{
    [JsonPropertyName("$schema"), Description("Where editors find the JSON Schema of this file.")]
    public string? JsonSchema { get; init; }

    [Description("The column with the outcome, and its value that people want.")]
    public required TargetDocument Target { get; init; }

    [Description("Every column by name, features in the order of the model's inputs.")]
    public required Dictionary<string, ColumnDocument> Columns { get; init; }

    [Description("Linear rules over numeric features that every recourse obeys, such as \"hours <= 60\" or \"capital_gain - 2*capital_loss <= 5000\". Names with spaces or signs may stand in [brackets].")]
    public IReadOnlyList<string>? Constraints { get; init; }
}

/// <summary>The target of a schema file.</summary>
internal sealed record TargetDocument
{
    [Description("The column's name.")]
    public required string Column { get; init; }

    [Description("The value that people want; every other value is the other outcome.")]
    public required string Favourable { get; init; }

    [Description("All values of the column, the favourable one among them: counternet and rocoursenet then learn every class, and recourse may lead to any of them.")]
    public IReadOnlyList<string>? Classes { get; init; }
}

/// <summary>What a column is for.</summary>
internal enum ColumnRole
{
    Feature,
    Target,
    Id,
    Group,
    Ignore,
}

/// <summary>One column of a schema file.</summary>
internal sealed record ColumnDocument
{
    [Description("feature: the model reads it. target: the outcome, as \"target\" above names it. id: names a person. group: metrics compare by it, the model never sees it. ignore: read past. Default: feature.")]
    public ColumnRole? Role { get; init; }

    [Description("Default: numeric.")]
    public FeatureKind? Type { get; init; }

    [Description("The values of a categorical column.")]
    public IReadOnlyList<string>? Values { get; init; }

    [Description("The values of an ordinal column, lowest first.")]
    public IReadOnlyList<string>? Order { get; init; }

    [Description("What a person can do about it. Default: none.")]
    public Change? Change { get; init; }

    [Description("The only values a changed feature may take: numbers, or names of values.")]
    public IReadOnlyList<Cell>? Allowed { get; init; }

    [Description("Lowest and highest value a recourse may show; null for no limit. For ordinal columns names of values.")]
    public IReadOnlyList<Cell?>? Range { get; init; }

    [Description("How far it may move from the present value: a number in the column's unit, \"0.75 sd\" in standard deviations, or \"20 percentiles\".")]
    public Cell? LargestChange { get; init; }

    [Description("The factor of this feature's part in every cost. Default: 1.")]
    public double? CostWeight { get; init; }

    [Description("The column that determines this one: both move together, and only that one says how it may change.")]
    public string? SameAs { get; init; }
}

/// <summary>Schema files without reflection; unknown members are errors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true, AllowDuplicateProperties = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, MaxDepth = 16, RespectNullableAnnotations = true,
    Converters = [typeof(SnakeCaseConverter<ColumnRole>), typeof(SnakeCaseConverter<FeatureKind>), typeof(SnakeCaseConverter<Change>)])]
[JsonSerializable(typeof(SchemaDocument))]
internal sealed partial class SchemaJson : JsonSerializerContext;

/// <summary>Reads and writes an enumeration by its names in snake_case, never by number.</summary>
internal sealed class SnakeCaseConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) where T : struct, Enum;
