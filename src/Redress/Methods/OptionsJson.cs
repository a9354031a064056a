using System.Text.Json.Serialization;
using Redress.Attacks;
using Redress.Generative;
using Redress.Search;

namespace Redress.Methods;

/// <summary>Reads and writes every method's options; a misspelt option is an error, never a default.</summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, NumberHandling = JsonNumberHandling.Strict,
    Converters = [typeof(KebabConverter<GradientLoss>), typeof(KebabConverter<GradientDistance>), typeof(KebabConverter<GroupRule>), typeof(KebabConverter<ShiftNorm>), typeof(KebabConverter<Surrogate>), typeof(KebabConverter<Bring>), typeof(KebabConverter<RowDistance>), typeof(KebabConverter<FaceWeight>), typeof(KebabConverter<LatentSearch>), typeof(KebabConverter<LatentNorm>), typeof(KebabConverter<NumberLikelihood>), typeof(KebabConverter<AttackNorm>), typeof(KebabConverter<VirtualTraining>), typeof(KebabConverter<AttackedFeatures>)])]
[JsonSerializable(typeof(GradientOptions)), JsonSerializable(typeof(LinearStepOptions)), JsonSerializable(typeof(ActionableRecourseOptions)), JsonSerializable(typeof(ScoreMatchingOptions)),
 JsonSerializable(typeof(VanillaCfOptions)), JsonSerializable(typeof(RoarOptions)), JsonSerializable(typeof(RbrOptions)), JsonSerializable(typeof(GrowingSpheresOptions))]
[JsonSerializable(typeof(NearestNeighbourOptions)), JsonSerializable(typeof(FaceOptions)), JsonSerializable(typeof(CchvaeOptions))]
[JsonSerializable(typeof(ReviseOptions)), JsonSerializable(typeof(CrudsOptions)), JsonSerializable(typeof(TapOptions))]
[JsonSerializable(typeof(CounterNetOptions)), JsonSerializable(typeof(RoCourseNetOptions)), JsonSerializable(typeof(CfModelOptions)), JsonSerializable(typeof(VaeCfOptions))]
internal sealed partial class OptionsJson : JsonSerializerContext;

/// <summary>Reads and writes an enumeration by its names in kebab-case, never by number.</summary>
internal sealed class KebabConverter<T>() : JsonStringEnumConverter<T>(System.Text.Json.JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) where T : struct, Enum;
