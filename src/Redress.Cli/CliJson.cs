using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Guarantees;
using Redress.Models;

namespace Redress.Cli;

/// <summary>A figure of a metric.</summary>
internal sealed record FigureResult(string Metric, string? Of, double Value, int Count, double? Lower, double? Upper, string Unit, string Better);

/// <summary>What <c>train</c> says.</summary>
internal sealed record TrainResult(string Model, string Fingerprint, int Train, int Validation, int Calibration, int Test, int FavourableTrain, int BestEpoch, int Epochs, double Threshold, double ThresholdProbability, IReadOnlyList<FigureResult> ValidationFigures, IReadOnlyList<FigureResult> TestFigures,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ForestResult? Forest = null);

/// <summary>What a forest looks like: the trees of all folds, their nodes, the edges to the deepest leaf, the out-of-bag accuracy (null without bootstrap), and what calibrates it.</summary>
internal sealed record ForestResult(int Trees, long Nodes, int Depth, double? OutOfBag, string Calibration, int? Folds);

/// <summary>What <c>inspect</c> says of a forest.</summary>
internal sealed record ForestInspectResult(
    string Kind, string Fingerprint, ForestResult Forest, double Threshold, ulong Seed, System.Text.Json.JsonElement Settings, int TrainingRows, IReadOnlyList<string> Features,
    System.Text.Json.JsonElement Actions, IReadOnlyList<Certificate> Certificates);

/// <summary>What <c>train</c> says of a multi-class model; rows of each class are those of training.</summary>
internal sealed record MulticlassTrainResult(
    string Model, string Fingerprint, int Train, int Validation, int Calibration, int Test, IReadOnlyDictionary<string, int> ClassesTrain, int BestEpoch, int Epochs,
    MulticlassFigures ValidationFigures, MulticlassFigures? TestFigures);

/// <summary>How well a multi-class model predicts.</summary>
internal sealed record MulticlassFigures(double Accuracy, double MeanF1, IReadOnlyDictionary<string, double> F1);

/// <summary>What <c>inspect</c> says.</summary>
internal sealed record InspectResult(
    string Kind, string Fingerprint, IReadOnlyList<int> Layers, string Activation, double Threshold, double ThresholdProbability, string Objective, double Lambda, ulong Seed,
    int TrainingRows, IReadOnlyList<string> Features, System.Text.Json.JsonElement Actions, IReadOnlyList<EpochRecord> Epochs, int BestEpoch, IReadOnlyList<Certificate> Certificates,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GeneratorResult? Generator,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Classes = null);

/// <summary>What <c>inspect</c> says of a model's generator of recourse.</summary>
internal sealed record GeneratorResult(string TrainedAs, IReadOnlyList<int> Layers, string Activation, string Reads, IReadOnlyList<string> Copies, System.Text.Json.JsonElement Options);

/// <summary>What <c>recourse</c> says.</summary>
internal sealed record RecourseResult(string Out, long People, IReadOnlyDictionary<string, long> Outcomes, string Certificate, RecourseRun Run, double Share);

/// <summary>What <c>certify</c> says.</summary>
internal sealed record CertifyResult(string Model, Certificate Certificate, double ThresholdBefore, double ThresholdAfter, int RowsLeftOut);

/// <summary>What <c>evaluate</c> says.</summary>
internal sealed record EvaluateResult(
    string Model, string Method, int People, bool TestPart, IReadOnlyList<FigureResult> Figures, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Desired = null);

/// <summary>What an attack did within one radius; figures that nobody is behind are null.</summary>
internal sealed record AttackPointResult(double Epsilon, int Susceptible, int Correct, double? Susceptibility, double? Lower, double? Upper, double? AdversarialAccuracy);

/// <summary>What <c>attack</c> says.</summary>
internal sealed record AttackResult(string Model, string Attack, string Norm, int People, bool TestPart, string? Out, IReadOnlyList<AttackPointResult> Points);

/// <summary>A model that <c>robustness</c> trained again.</summary>
internal sealed record RetrainedResult(string Name, int Train, int Validation, double ValidationF1, double? ValidationAccuracy, double Threshold, string Fingerprint);

/// <summary>How many recourses hold; without any the shares are null.</summary>
internal sealed record HeldResult(string Under, int Held, int Recourses, double? Share, double? LowerBound);

/// <summary>A recourse that breaks, and under which of the models.</summary>
internal sealed record BrokenResult(string PersonId, string Method, IReadOnlyList<string> Under, RecourseAnswer Answer);

/// <summary>What <c>robustness</c> says of one method.</summary>
internal sealed record RobustMethodResult(
    string Method, System.Text.Json.JsonElement Options, int Rejected, int Recourses, double? EncodedL1, IReadOnlyList<HeldResult> Under, double? Mean, HeldResult All, HeldResult Unseen, IReadOnlyList<BrokenResult> Broken);

/// <summary>What <c>robustness</c> says.</summary>
internal sealed record RobustnessResult(
    string Model, int People, bool TestPart, int Rejected, double Confidence, ulong Seed, string? Out, IReadOnlyList<RetrainedResult> Models, IReadOnlyList<RobustMethodResult> Methods)
{
    /// <summary>The class that is asked for, of a model that has several; rejected are then the people whom it puts into another.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Desired { get; init; }
}

/// <summary>What <c>methods</c> says of one method.</summary>
internal sealed record MethodResult(
    string Method, string Title, string Citation, IReadOnlyList<string> Needs, int MaxAnswers, string WhenNotToUse, System.Text.Json.JsonElement Options,
    IReadOnlyDictionary<string, System.Text.Json.JsonElement> Presets);

/// <summary>A cost or metric by name.</summary>
internal sealed record NamedResult(string Name, string Title, string Unit, string Better);

/// <summary>What <c>methods</c> says.</summary>
internal sealed record MethodsResult(IReadOnlyList<MethodResult> Methods, IReadOnlyList<NamedResult> Costs, IReadOnlyList<NamedResult> Metrics);

/// <summary>What <c>prepare</c> says.</summary>
internal sealed record PrepareResult(string Out, string Method, System.Text.Json.JsonElement Options, string Model);

/// <summary>What <c>datasets</c> says of one data set.</summary>
internal sealed record DatasetResult(string Slug, string Title, string Source, string Licence, IReadOnlyList<string> Files, string Notes, IReadOnlyList<string> Domains, bool? Present);

/// <summary>What <c>datasets --export</c> says.</summary>
internal sealed record ExportResult(string Dataset, int Rows, int TestRows, IReadOnlyList<string> Written);

/// <summary>A row of the demo's comparison.</summary>
internal sealed record DemoRow(string Model, string Method, double F1, double Accuracy, double RecourseNeg, double RecourseAll, double Cost);

/// <summary>What a certificate makes of a model of the demo.</summary>
internal sealed record DemoCertificate(string Model, double Bound, double ThresholdBefore, double ThresholdAfter, double F1Before, double F1After, double AccuracyBefore, double AccuracyAfter);

/// <summary>A rejected person of the demo.</summary>
internal sealed record DemoPerson(string PersonId, double ProbabilityBefore, double ProbabilityAfter, string Recourse);

/// <summary>What <c>demo</c> says.</summary>
internal sealed record DemoResult(IReadOnlyList<DemoRow> Comparison, IReadOnlyList<DemoCertificate> Certificates, IReadOnlyList<DemoPerson> People, IReadOnlyList<string> Written);

/// <summary>What <c>score</c> says.</summary>
internal sealed record ScoreResult(string Out, long Rows, long Favourable, long Invalid);

/// <summary>What <c>init</c> says: where the draft stands, if anywhere, and the draft without its comments.</summary>
internal sealed record InitResult(string? Out, System.Text.Json.JsonElement Schema);

/// <summary>What <c>inspect</c> says of a preparation.</summary>
internal sealed record PreparationResult(string Kind, string Method, System.Text.Json.JsonElement Options, string Model, IReadOnlyDictionary<string, IReadOnlyList<long>> Tensors);

/// <summary>What <c>autoencoder</c> says, and <c>inspect</c> of one.</summary>
internal sealed record AutoencoderResult(
    string Kind, string? Out, string Fingerprint, IReadOnlyList<int> Layers, string Activation, string Numbers, double KlWeight, ulong Seed, int TrainingRows,
    IReadOnlyList<string> Generated, IReadOnlyList<string> Immutables, IReadOnlyList<Generative.AutoencoderEpoch> Epochs);

/// <summary>What <c>reproduce</c> says of one study where none is asked for.</summary>
internal sealed record StudyResult(string Study, string Title, string Citation, IReadOnlyList<string> DataSets, IReadOnlyList<string> Presets);

/// <summary>Results as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(MulticlassTrainResult)), JsonSerializable(typeof(AutoencoderResult)), JsonSerializable(typeof(ScoreResult)), JsonSerializable(typeof(InitResult)), JsonSerializable(typeof(PreparationResult)), JsonSerializable(typeof(CheckReport)), JsonSerializable(typeof(TrainResult)), JsonSerializable(typeof(InspectResult)), JsonSerializable(typeof(RecourseResult))]
[JsonSerializable(typeof(ForestInspectResult))]
[JsonSerializable(typeof(RobustnessResult)), JsonSerializable(typeof(AttackResult)), JsonSerializable(typeof(PromiseReport)), JsonSerializable(typeof(CertifyResult)), JsonSerializable(typeof(EvaluateResult)), JsonSerializable(typeof(MethodsResult)), JsonSerializable(typeof(ExportResult)), JsonSerializable(typeof(PrepareResult))]
[JsonSerializable(typeof(IReadOnlyList<StudyResult>)), JsonSerializable(typeof(IReadOnlyList<DatasetResult>)), JsonSerializable(typeof(DemoResult))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>The same in one line.</summary>
    internal static CliJson Line => line ??= new(new System.Text.Json.JsonSerializerOptions(Default.Options) { WriteIndented = false });

    private static CliJson? line;

    /// <summary>A JSON text as an element that outlives its document.</summary>
    internal static System.Text.Json.JsonElement Parse(string json)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
