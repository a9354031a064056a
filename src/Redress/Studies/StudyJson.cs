using System.Text.Json.Serialization;

namespace Redress.Studies;

/// <summary>What the file of a finished part holds: enough to know that it is this part's, and whole.</summary>
internal sealed record PartFile(string Key, string Part, IReadOnlyList<Measure> Measures);

/// <summary>What marks a folder as the output of one study.</summary>
internal sealed record StudyMark(string Study, string Title, int Version);

/// <summary>The files of studies, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(IReadOnlyList<StudyRow>)), JsonSerializable(typeof(PartFile)), JsonSerializable(typeof(StudyMark)), JsonSerializable(typeof(PaperFigure[]))]
internal sealed partial class StudyJson : JsonSerializerContext;
