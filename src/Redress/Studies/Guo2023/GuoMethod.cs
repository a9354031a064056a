using System.Text.Json;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Studies.Guo2023;

/// <summary>A method of the study's tables: a line of the list.</summary>
/// <param name="Label">Its name in tables.</param>
/// <param name="Slug">Its name in the catalogue.</param>
/// <param name="Kind">The models that it runs on, and whose kind judges its recourse.</param>
/// <param name="Table">The paper's table that it stands in.</param>
/// <param name="Searches">True where it searches every person by themselves, so that a domain has a sample of its test people only.</param>
/// <param name="Options">Its options as JSON, where they are not its defaults.</param>
internal sealed record GuoMethod(string Label, string Slug, GuoKind Kind, string Table, bool Searches, Func<GuoChoice, string>? Options = null)
{
    internal const string Table2 = "table 2", Table3 = "table 3", Table8 = "table 8";

    /// <summary>Options for its front in figure 3, each with its place there, such as <c>λ=0.1</c>.</summary>
    internal IReadOnlyList<(string At, string Options)> Front { get; init; } = [];

    internal static GuoMethod CounterNet { get; } = new("counternet", "counternet", GuoKind.CounterNet, Table2, Searches: false);

    internal static GuoMethod RoCourseNet { get; } = new("rocoursenet", "rocoursenet", GuoKind.RoCourseNet, Table2, Searches: false);

    /// <summary>All of them, in the order of the tables.</summary>
    internal static IReadOnlyList<GuoMethod> All { get; } =
    [
        new("vanilla-cf", "vanilla-cf", GuoKind.Base, Table2, Searches: true),
        CounterNet,
        new("roar-lime", "roar", GuoKind.Base, Table2, Searches: true, _ => Json(RoarOptions.Lime)) { Front = [.. GuoChoices.RoarLambdas.Select(l => (Invariant($"λ={l}"), Json(RoarOptions.Lime with { Lambda = l })))] },
        new("roar", "roar", GuoKind.Base, Table2, Searches: true),
        new("rbr", "rbr", GuoKind.Base, Table2, Searches: true) { Front = [.. GuoChoices.RbrRadii.Select(e => (Invariant($"ε={e}"), Json(new RbrOptions(EpsilonOptimistic: e, EpsilonPessimistic: e))))] },
        RoCourseNet,
        new("linear-step", "linear-step", GuoKind.Ross, Table2, Searches: true),
        new("cf-model", "cf-model", GuoKind.Base, Table3, Searches: false, c => Json(Generator(c, robust: false))),
        new("cf-model-robust", "cf-model", GuoKind.Base, Table3, Searches: false, c => Json(Generator(c, robust: true))),
        new("vae-cf", "vae-cf", GuoKind.Base, Table3, Searches: false, c => Json(Coded(c, robust: false))),
        new("vae-cf-robust", "vae-cf", GuoKind.Base, Table3, Searches: false, c => Json(Coded(c, robust: true))),
        new("vanilla-cf-random", "vanilla-cf", GuoKind.Base, Table8, Searches: true, _ => JsonSerializer.Serialize(VanillaCfOptions.Random, OptionsJson.Default.VanillaCfOptions)),
        new("rocoursenet-random", "rocoursenet", GuoKind.Random, Table8, Searches: false),
    ];

    /// <summary>Those of the public code as it runs them.</summary>
    internal static IReadOnlyList<GuoMethod> Published { get; } = [All[0] with { Options = _ => JsonSerializer.Serialize(VanillaCfOptions.Relax, OptionsJson.Default.VanillaCfOptions) }, CounterNet, All[2], RoCourseNet];

    /// <summary>The method, prepared for a model: those of table 3 train their generator here.</summary>
    /// <param name="model">The model.</param>
    /// <param name="choice">The settings of its data set.</param>
    /// <param name="train">The rows it was trained on.</param>
    /// <param name="rng">The domain's stream.</param>
    /// <param name="cancel">Stops the preparation.</param>
    internal IRecourseFinder Prepare(NetworkModel model, GuoChoice choice, Redress.Data.Table train, Rng rng, CancellationToken cancel) =>
        MethodCatalog.Get(Slug).Create(Options?.Invoke(choice)).Prepare(new(model, train) { Execution = Guo2023Study.OneThread }, rng.Split("prepare"), null, cancel);

    /// <summary>Section 5: "the same as the network that combines the encoder and CF generator".</summary>
    private static CfModelOptions Generator(GuoChoice c, bool robust) => new(
        [.. c.Encoder, .. c.Generator], c.Validity, c.Recourse(robust).Proximity, c.Epochs, c.Batch, Math.Round(c.LearningRate, 6), Robust: robust,
        Epsilon: c.Shift.Epsilon, AttackSteps: c.Shift.Steps, Unrolled: c.Shift.Unrolled, VirtualRate: Math.Round(c.Shift.LearningRate, 6),
        Norm: c.Shift.Norm, VirtualTraining: c.Shift.Training, ShiftedFeatures: c.Shift.Features, Schedule: c.Schedule);

    /// <summary>The paper names no sizes: the method's own.</summary>
    private static VaeCfOptions Coded(GuoChoice c, bool robust) => new(
        Validity: c.Validity, Proximity: c.Recourse(robust).Proximity, Epochs: c.Epochs, BatchSize: c.Batch, LearningRate: Math.Round(c.LearningRate, 6), Robust: robust,
        Epsilon: c.Shift.Epsilon, AttackSteps: c.Shift.Steps, Unrolled: c.Shift.Unrolled, VirtualRate: Math.Round(c.Shift.LearningRate, 6),
        Norm: c.Shift.Norm, VirtualTraining: c.Shift.Training, ShiftedFeatures: c.Shift.Features, Schedule: c.Schedule);

    private static string Json(RoarOptions options) => JsonSerializer.Serialize(options, OptionsJson.Default.RoarOptions);

    private static string Json(RbrOptions options) => JsonSerializer.Serialize(options, OptionsJson.Default.RbrOptions);

    private static string Json(CfModelOptions options) => JsonSerializer.Serialize(options, OptionsJson.Default.CfModelOptions);

    private static string Json(VaeCfOptions options) => JsonSerializer.Serialize(options, OptionsJson.Default.VaeCfOptions);
}
