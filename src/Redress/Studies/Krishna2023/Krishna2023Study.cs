namespace Redress.Studies.Krishna2023;

/// <summary>
/// "On the Impact of Adversarially Robust Models on Algorithmic Recourse" again: cost and validity of recourse under models trained at eight ε, the series of
/// figures 1 to 8, and the paper's theorems for every person, as printed and put right.
/// </summary>
internal static class Krishna2023Study
{
    /// <summary>The set of figures 1 and 4.</summary>
    internal const string Pictured = "adult-carla";

    internal static Study Study { get; } = new(
        "krishna2023", "On the Impact of Adversarially Robust Models on Algorithmic Recourse", "Satyapriya Krishna, Chirag Agarwal, Himabindu Lakkaraju. 2023", Version: 2,
        ["adult-carla", "compas-carla", "german-credit"], [.. KrishnaPreset.All.Select(p => new StudyPreset(p.Slug, p.Title))], PaperFigures.Embedded("Krishna2023"), Plan);

    private static StudyPlan Plan(StudyRequest request)
    {
        var choices = request.Quick ? KrishnaChoices.Quick : KrishnaChoices.Full;
        var data = StudyData.Load(request.DataSets!, request.DataFolder);
        var parts = new List<StudyPart>();
        foreach (var preset in KrishnaPreset.All.Where(p => request.Presets!.Contains(p.Slug)))
            foreach (var set in data)
                foreach (bool network in new[] { false, true })
                    for (int seed = 1; seed <= choices.Seeds; seed++) parts.Add(Part(preset, choices, set, network, seed, request));
        return new(parts, results => new KrishnaConclusions(Study.Paper, results).Rows(), KrishnaPictures.Of);
    }

    private static StudyPart Part(KrishnaPreset preset, KrishnaChoices choices, StudyData data, bool network, int seed, StudyRequest request)
    {
        // What the short form leaves out changes a part's figures, so its name says which form it is of.
        string name = Invariant($"{(request.Quick ? "quick." : "")}{preset.Slug}.{data.Slug}.{KrishnaModels.NameOf(network)}.seed{seed}");
        double work = (network ? 2 : 1) * (data.Tables.Rows.Rows + 20_000);
        return new(name, preset.Slug, data.Fingerprint, work, cancel => Run(KrishnaModels.Train(preset, choices, data, network, seed, request.Seed, cancel), seed, cancel));
    }

    private static PartOutput Run(KrishnaModels models, int seed, CancellationToken cancel)
    {
        var measured = new KrishnaMeasures(models, cancel);
        var measures = measured.All();
        if (models.Preset.EqualRates) return new(measures);
        var bounds = measured.Bounds();
        // Lemma 1 and theorem 3 speak of the rejected, and of logistic regressions.
        IReadOnlyList<Measure> weights = models.Preset.EitherWay || models.IsNetwork ? [] : new WeightBounds(models).All();
        var around = models.Preset == KrishnaPreset.AsWritten && models.IsNetwork && seed == 1 && models.Dataset == Pictured ? Neighbourhood.Of(models, cancel) : new PartOutput([]);
        return new([.. measures, .. bounds.Measures, .. weights, .. around.Measures], seed == 1 ? [.. bounds.Series, .. around.Series] : []);
    }
}
