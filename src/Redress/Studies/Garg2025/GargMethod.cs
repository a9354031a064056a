using System.Text.Json;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;

namespace Redress.Studies.Garg2025;

/// <summary>A method of the study's tables: a line of the list.</summary>
/// <param name="Label">Its name in tables.</param>
/// <param name="Slug">Its name in the catalogue.</param>
/// <param name="Table">The paper's table that it stands in.</param>
/// <param name="Seconds">About what preparing takes on the largest set, for the order of parts.</param>
/// <param name="Options">Its options as JSON in a preset of the study.</param>
internal sealed record GargMethod(string Label, string Slug, string Table, double Seconds, Func<string, GargChoices, string?> Options)
{
    /// <summary>The label as a file may be called.</summary>
    internal string FileName => Label.Replace(" ", ".", StringComparison.Ordinal).Replace("γ>", "confidence", StringComparison.Ordinal).Replace("λ", "lambda", StringComparison.Ordinal).Replace("D_h⁺", "paired", StringComparison.Ordinal);

    internal const string Table2 = "table 2", Table3 = "table 3", Table4 = "table 4";

    /// <summary>True where it learns an autoencoder, which it shares.</summary>
    internal bool Coded => Slug is "cchvae" or "revise";

    /// <summary>All but GenRe, in the order of the tables; the paper's table 8 says what it says of their options.</summary>
    internal static IReadOnlyList<GargMethod> All { get; } =
    [
        new("wachter", "gradient", Table2, 1, (_, _) => Preset("gradient", "carla")),
        new("growing-spheres", "growing-spheres", Table2, 5, (_, _) => Preset("growing-spheres", "carla")),
        new("dice", "dice", Table2, 5, (preset, _) => preset == GargPreset.Published ? Preset("dice", "carla") : null),
        new("roar", "roar", Table2, 5, (_, _) => JsonSerializer.Serialize(RoarOptions.Lime with { DeltaMax = 0.01 }, OptionsJson.Default.RoarOptions)),
        new("probe", "probe", Table2, 5, (preset, _) => preset == GargPreset.Published ? Preset("probe", "published") : null),
        new("tap", "tap", Table2, 60, (preset, _) => preset == GargPreset.Published ? Preset("tap", "garg2025") : null),
        new("cchvae", "cchvae", Table2, 60, (_, _) => Preset("cchvae", "carla")),
        new("revise", "revise", Table2, 60, (_, _) => Preset("revise", "carla")),
        new("cruds", "cruds", Table2, 60, (preset, choices) => preset == GargPreset.Published ? JsonSerializer.Serialize(CrudsOptions.Garg2025 with { Epochs = choices.AutoencoderEpochs }, OptionsJson.Default.CrudsOptions) : null),
        new("nnr", "nearest-neighbour", Table3, 1, (_, _) => Neighbour(NearestNeighbourOptions.OfLabel)),
        new("nnr γ>0.7", "nearest-neighbour", Table3, 1, (_, _) => Neighbour(NearestNeighbourOptions.OfConfidence)),
        new("nnr D_h⁺", "nearest-neighbour", Table3, 1, (_, _) => Neighbour(new())),
        new("tabsyn-q", "tabsyn-q", Table4, 100, (_, _) => null),
        new("tabsyn-svdd λ=5", "tabsyn-svdd", Table4, 200, (_, _) => Guided(5)),
        new("tabsyn-svdd λ=10", "tabsyn-svdd", Table4, 200, (_, _) => Guided(10)),
    ];

    /// <summary>Prepares the method for what it sees.</summary>
    internal IRecourseFinder Prepare(GargSetting setting, string preset, GargChoices choices, CancellationToken cancel)
    {
        var task = new RecourseTask(setting.H, setting.Train) { Execution = Garg2025Study.OneThread };
        if (Coded) task = new RecourseTask(setting.H, setting.Train) { Execution = Garg2025Study.OneThread, Autoencoder = Autoencoder(setting, preset, choices, cancel) };
        return MethodCatalog.Get(Slug).Create(Options(preset, choices)).Prepare(task, setting.Rng.Split("prepare"), null, cancel);
    }

    /// <summary>Numbers scaled to 0 and 1 and cross-entropy, as CARLA has it; as published of table 8's sizes, else of the library's.</summary>
    private static Autoencoder Autoencoder(GargSetting setting, string preset, GargChoices choices, CancellationToken cancel) => Generative.Autoencoder.Train(
        setting.Train, setting.Rng.Split("autoencoder").Seed,
        preset == GargPreset.Published ? AutoencoderOptions.Carla with { Epochs = choices.AutoencoderEpochs } : new(Epochs: choices.AutoencoderEpochs, Numbers: NumberLikelihood.Bernoulli),
        Garg2025Study.OneThread, cancel: cancel);

    private static string Preset(string slug, string preset) => MethodCatalog.Get(slug).Presets[preset];

    private static string Neighbour(NearestNeighbourOptions options) => JsonSerializer.Serialize(options with { Bring = Search.Bring.Exact, Tries = 1 }, OptionsJson.Default.NearestNeighbourOptions);

    private static string Guided(double lambda) => JsonSerializer.Serialize(new TabSynSvddOptions(Lambda: lambda), OptionsJson.Default.TabSynSvddOptions);
}
