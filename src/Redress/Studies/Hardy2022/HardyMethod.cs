using Redress.Actions;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Studies.Hardy2022;

/// <summary>A way to counterfactuals that the study compares.</summary>
/// <param name="Label">Its name in the tables.</param>
/// <param name="Slug">Its method.</param>
/// <param name="Figure">The paper's figure, by data set; null where the paper left it undone.</param>
/// <param name="IsPublished">True with the published tools' settings.</param>
/// <param name="Preset">The method's preset, or null.</param>
/// <param name="NumbersAreFree">True to let numbers leave their range, as the published search does.</param>
internal sealed record HardyMethod(string Label, string Slug, Func<string, string?> Figure, bool IsPublished, string? Preset, bool NumbersAreFree)
{
    internal static IReadOnlyList<HardyMethod> All { get; } =
    [
        new("growing-spheres, carla", "growing-spheres", d => d == Hardy2022Study.Images ? "figure 1" : "figure 2", IsPublished: true, "carla", NumbersAreFree: true),
        new("actionable-recourse", "actionable-recourse", d => "figure 3", IsPublished: true, null, NumbersAreFree: false),
        new("cchvae, carla", "cchvae", _ => null, IsPublished: true, "carla", NumbersAreFree: false),
        new("growing-spheres", "growing-spheres", d => d == Hardy2022Study.Images ? "figure 1" : "figure 2", IsPublished: false, null, NumbersAreFree: false),
        new("cchvae", "cchvae", _ => null, IsPublished: false, null, NumbersAreFree: false),
    ];

    /// <summary>Images get growing spheres only: the paper could not run the others on them.</summary>
    internal bool RunsOn(string dataset) => dataset != Hardy2022Study.Images || Slug == "growing-spheres";

    /// <summary>Prepares the method; an autoencoder is the same for every model of a seed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="train">The rows it was trained on.</param>
    /// <param name="options">The study's choices.</param>
    /// <param name="shared">The stream that natural and adversarial models share.</param>
    /// <param name="cancel">Stops the preparation.</param>
    internal IRecourseFinder Prepare(NetworkModel model, Table train, HardyOptions options, Rng shared, CancellationToken cancel)
    {
        var method = MethodCatalog.Get(Slug);
        string? text = Slug == "actionable-recourse" ? Invariant($"{{\"surrogate\":\"lime\",\"flip-sets\":{options.FlipSets}}}") : Preset is null ? null : method.Presets[Preset];
        var own = Preset is null ? new AutoencoderOptions() : AutoencoderOptions.Carla;
        var task = new RecourseTask(model, train)
        {
            Autoencoder = Slug == "cchvae" ? Autoencoder.Train(train, shared.Split("autoencoder").Seed, own, Hardy2022Study.OneThread, null, cancel) : null,
            Execution = Hardy2022Study.OneThread,
        };
        return method.Create(text).Prepare(task, shared.Split("prepare"), null, cancel);
    }

    /// <summary>What people may change: what the schema says, or that with every number free.</summary>
    internal ActionSet Actions(NetworkModel model)
    {
        if (!NumbersAreFree) return new(model.Schema, model.Statistics);
        var schema = model.Schema;
        var free = new Schema(
            [.. schema.Features.Select(f => f.IsNamed || f.Change == Change.None ? f : f with { Minimum = -StudyData.Free, Maximum = StudyData.Free })],
            schema.Target, schema.Favourable, schema.Id, schema.Groups, schema.Ignored, schema.Constraints);
        return new(free, model.Statistics);
    }
}
