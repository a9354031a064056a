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
/// <param name="Options">Its options as JSON, or null for the defaults.</param>
internal sealed record GuoMethod(string Label, string Slug, GuoKind Kind, string Table, bool Searches, string? Options = null)
{
    /// <summary>Options for its front in figure 3, each with its place there, such as <c>λ=0.1</c>.</summary>
    internal IReadOnlyList<(string At, string Options)> Front { get; init; } = [];

    internal const string Table2 = "table 2", Table3 = "table 3", Table8 = "table 8";

    internal static GuoMethod CounterNet { get; } = new("counternet", "counternet", GuoKind.CounterNet, Table2, Searches: false);

    internal static GuoMethod RoCourseNet { get; } = new("rocoursenet", "rocoursenet", GuoKind.RoCourseNet, Table2, Searches: false);

    /// <summary>All of them, in the order of the tables.</summary>
    internal static IReadOnlyList<GuoMethod> All { get; } =
    [
        CounterNet,
        RoCourseNet,
        new("vanilla-cf", "vanilla-cf", GuoKind.Base, Table2, Searches: true),
        new("linear-step", "linear-step", GuoKind.Ross, Table2, Searches: true),
        new("vanilla-cf-random", "vanilla-cf", GuoKind.Base, Table8, Searches: true, MethodCatalog.Get("vanilla-cf").Presets["random"]),
        new("rocoursenet-random", "rocoursenet", GuoKind.Random, Table8, Searches: false),
    ];

    /// <summary>The method, prepared for a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="train">The rows it was trained on.</param>
    /// <param name="rng">The domain's stream.</param>
    /// <param name="cancel">Stops the preparation.</param>
    internal IRecourseFinder Prepare(NetworkModel model, Redress.Data.Table train, Rng rng, CancellationToken cancel) =>
        MethodCatalog.Get(Slug).Create(Options).Prepare(new(model, train), rng.Split("prepare"), null, cancel);
}
