using System.Text.Json;
using System.Text.Json.Serialization;

namespace Redress.Records;

/// <summary>The first line of a record file: what is needed to repeat the run.</summary>
internal sealed record RunLine(RecourseRun Run);

/// <summary>Records as JSON, without reflection; unknown members are errors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, DefaultIgnoreCondition = JsonIgnoreCondition.Never, Converters = [typeof(OutcomeConverter)])]
[JsonSerializable(typeof(RunLine)), JsonSerializable(typeof(RecourseRecord)), JsonSerializable(typeof(RecourseBatch))]
internal sealed partial class RecordJson : JsonSerializerContext;

/// <summary>Writes outcomes as snake_case names.</summary>
internal sealed class OutcomeConverter() : JsonStringEnumConverter<Outcome>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
