using System.Text.Json;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Training;

namespace Redress.Studies.Garg2025;

/// <summary>
/// "From Search to Sampling: Generative Models for Robust Algorithmic Recourse" again: GenRe and the methods it is compared with, judged by a gold classifier that none of them sees,
/// tables 1 to 4, 6, 7 and 10 to 13, and figures 2, 4 and 5.
/// </summary>
internal static class Garg2025Study
{
    internal static Study Study { get; } = new(
        "garg2025", "From Search to Sampling: Generative Models for Robust Algorithmic Recourse", "Prateek Garg, Lokesh Nagalapatti, Sunita Sarawagi. ICLR 2025", Version: 2,
        ["adult-carla", "compas-carla", "heloc-carla", .. GargShapes.All], GargPreset.All, PaperFigures.Embedded("Garg2025"), Plan);

    /// <summary>Models are trained and methods run on the part's own thread: parts are what runs in parallel.</summary>
    internal static Execution OneThread { get; } = new(Threads: 1);

    private static StudyPlan Plan(StudyRequest request)
    {
        var slugs = request.DataSets!;
        // The short form has one set of each kind, but for a caller who names others.
        if (request.Quick && slugs.Count == Study.DataSets.Count) slugs = ["compas-carla", "moons"];
        var plan = new GargPlan(request.Seed, request.Quick);
        foreach (var data in GargData.Load([.. slugs.Except(GargShapes.All)], request.DataFolder)) plan.Add(data, request.Presets!);
        if (request.Presets!.Contains(GargPreset.Within))
            foreach (string shape in slugs.Intersect(GargShapes.All)) plan.AddShape(shape);
        return new(plan.Parts, results => new GargConclusions(Study.Paper, results).Rows(), GargPictures.Of) { Models = plan.Models, Times = plan.Times };
    }
}

/// <summary>Gathers a plan: the gold classifiers and classifiers, and the parts that read them.</summary>
internal sealed class GargPlan(ulong seed, bool quick)
{
    private readonly GargChoices choices = quick ? GargChoices.Quick : GargChoices.Full;
    private readonly List<StudyModel> models = [];
    private readonly List<StudyPart> parts = [], times = [];

    internal IReadOnlyList<StudyModel> Models => models;

    internal IReadOnlyList<StudyPart> Parts => parts;

    internal StudyTimes? Times => times.Count == 0 ? null : new(times, GargTimes.Rows);

    internal void Add(GargData data, IReadOnlyList<string> presets)
    {
        string gold = $"gold.{data.Slug}";
        // Seconds, about, as for parts.
        double rows = data.Tables.Rows.Rows;
        models.Add(new(gold, $"{data.Fingerprint}\n{GoldLabels.Options}", 0.01 * rows, (_, cancel) => GoldLabels.Of(data.Tables, new Tensors.Rng(seed).Split("garg2025").Split(data.Slug).Seed, Garg2025Study.OneThread, cancel: cancel).Forest));
        for (int repeat = 1; repeat <= choices.Repeats; repeat++)
        {
            int r = repeat;
            string h = Invariant($"ann.{data.Slug}.repeat{r}");
            models.Add(new(h, Invariant($"{data.Fingerprint}\n{JsonSerializer.Serialize(GargChoices.Classifier, SettingsJson.Default.TrainingSettings)}\n{GargChoices.Fitted}"), 0.001 * rows, (read, cancel) => GargSetting.Fit(data, read.Forest(gold), r, seed, cancel)) { Models = [gold] });
            foreach (string preset in presets) Add(data, preset, r, gold, h);
        }
        if (!quick && presets.Contains(GargPreset.Within)) times.Add(GargTimes.Part(data, choices, seed, gold, Invariant($"ann.{data.Slug}.repeat1")));
    }

    private void Add(GargData data, string preset, int repeat, string gold, string h)
    {
        void Part(string what, double work, Func<GargMeasures, PartOutput> measure, string? options = null) => parts.Add(
            new StudyPart(Invariant($"{(quick ? "quick." : "")}{preset}.{data.Slug}.{what}.repeat{repeat}"), preset, $"{data.Fingerprint}\n{choices.Key(data.Slug)}\n{options}", work, (read, cancel) =>
                measure(new(GargSetting.Of(data, read.Forest(gold), read[h], preset, repeat, seed, choices.People, cancel), preset, choices, cancel))) { Models = [gold, h] });
        // Methods of tables 3 and 4 keep every limit by what they are.
        foreach (var method in GargMethod.All.Where(m => preset == GargPreset.Within || m.Table == GargMethod.Table2)) Part(method.FileName, method.Seconds, m => m.OfMethod(method), (method.Options(preset, choices) ?? MethodCatalog.Get(method.Slug).DefaultOptions) + (preset == GargPreset.Published ? Invariant($"\n{StudyData.Free}") : ""));
        double training = 0.008 * data.Tables.Rows.Rows;
        if (preset != GargPreset.Within) return;
        Part("models", 2, m => m.OfModels());
        Part("genre", training * choices.Layers, m => m.OfGenRe(rules: repeat == 1));
        foreach (int layers in choices.LayerCounts.Where(l => l != choices.Layers)) Part(Invariant($"genre.layers{layers}"), training * layers, m => m.OfLayers(layers));
        if (repeat > 1) return;
        foreach (double lambda in choices.Lambdas.Where(l => l != GargChoices.Lambda)) Part(Invariant($"genre.lambda{lambda}"), training * choices.Layers, m => m.OfLambda(lambda));
        if (data.Slug != "adult-carla") return;
        if (!quick) Part("genre.paper", training * GargChoices.PaperLayers, m => m.OfLayers(GargChoices.PaperLayers));
        foreach (double fraction in choices.Fractions) Part(Invariant($"genre.fraction{fraction}"), training * choices.Layers * fraction, m => m.OfFraction(fraction));
    }

    /// <summary>Figures 2 and 5.</summary>
    internal void AddShape(string shape)
    {
        foreach (string method in GargPlane.Methods)
            parts.Add(new(Invariant($"{(quick ? "quick." : "")}{GargPreset.Within}.{shape}.{method}"), GargPreset.Within, GargPlane.Key, 10, cancel => GargPlane.Of(shape, method, seed, cancel)));
        parts.Add(new(Invariant($"{(quick ? "quick." : "")}{GargPreset.Within}.{shape}.density"), GargPreset.Within, GargPlane.Key, 20, cancel => GargPlane.Densities(shape, seed, cancel)));
    }
}
