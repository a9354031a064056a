using System.Text.Json.Serialization;

namespace Redress.Methods;

/// <summary>Reads and writes every method's options; a misspelt option is an error, never a default.</summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(GradientOptions)), JsonSerializable(typeof(LinearStepOptions)), JsonSerializable(typeof(ActionableRecourseOptions))]
internal sealed partial class OptionsJson : JsonSerializerContext;
