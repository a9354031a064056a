namespace Redress.Studies.Hardy2022;

/// <summary>
/// "Exploring the Connection Between Adversarial Examples and Algorithmic Recourse" again: tables 1 and 2 and the series of figures 1 to 6 on
/// Fashion-MNIST and CARLA's adult, with the published tools' settings and with ours; and what the paper left undone, C-CHVAE on adult and the
/// sparsity and redundancy of the adversarially trained models.
/// </summary>
internal static class Hardy2022Study
{
    internal const string Images = "fashion-mnist", Adult = "adult-carla";

    private const string Published = "as-published", Ours = "ours";

    internal static Study Study { get; } = new(
        "hardy2022", "Exploring the Connection Between Adversarial Examples and Algorithmic Recourse", "Ian Hardy, Alex Salman, Jialu Wang, Xianhang Li. UC Santa Cruz 2022", Version: 1,
        [Images, Adult],
        [
            new(Published, "growing spheres and C-CHVAE with CARLA's settings, actionable recourse with LIME weights and 500 flip sets"),
            new(Ours, "growing spheres as Laugel et al. describe them, within the declared ranges, and C-CHVAE with a radius search"),
        ],
        PaperFigures.Embedded("Hardy2022"), Plan);

    /// <summary>Methods run on the part's own thread: parts are what runs in parallel.</summary>
    internal static Execution OneThread { get; } = new(Threads: 1);

    private static StudyPlan Plan(StudyRequest request)
    {
        var options = request.Quick ? HardyOptions.Quick : HardyOptions.Full;
        var parts = new List<StudyPart>();
        foreach (var data in StudyData.Load(request.DataSets!, request.DataFolder))
        {
            HardyNetwork[] networks = data.Slug == Images ? [HardyNetwork.Image, HardyNetwork.ImageWithoutMomentum] : [HardyNetwork.Adult, HardyNetwork.AdultOfTheText];
            for (int training = 1; training <= (data.Slug == Images ? options.ImageSeeds : options.Seeds); training++)
                foreach (var network in networks)
                    foreach (bool adversarial in new[] { false, true })
                        parts.AddRange(Parts(request, data, options, network, adversarial, training));
            if (data.Slug != Images || !request.Presets!.Contains(Published)) continue;
            parts.AddRange(Sizes(request, data, options));
            parts.Add(new(Named("images.training1", request), Published, data.Fingerprint, 300, cancel =>
                HardyImages.Of(HardyModel.Of(data, options, HardyNetwork.Image, false, 1, request.Seed, cancel), HardyModel.Of(data, options, HardyNetwork.Image, true, 1, request.Seed, cancel), options, cancel)));
        }
        return new(parts, results => new HardyConclusions(Study.Paper, results).Rows(), HardyPictures.Of);
    }

    /// <summary>A model's own part, and one for each method.</summary>
    private static IEnumerable<StudyPart> Parts(StudyRequest request, StudyData data, HardyOptions options, HardyNetwork network, bool adversarial, int training)
    {
        // Seconds, about.
        double trainingWork = data.Slug == Images ? adversarial ? 15 : 5 : 3;
        string name = string.Join('.', new[] { data.Slug, network.Name.Replace(' ', '-'), adversarial ? "adversarial" : "natural" }.Where(n => n.Length > 0));
        HardyModel Model(CancellationToken cancel) => HardyModel.Of(data, options, network, adversarial, training, request.Seed, cancel);
        if (request.Presets!.Contains(Published))
            yield return new(Named(Invariant($"{name}.model.training{training}"), request), Published, data.Fingerprint, trainingWork + 20, cancel => new HardyMeasures(Model(cancel), options).OfModel(cancel));
        if (network == HardyNetwork.ImageWithoutMomentum) yield break;
        foreach (var method in HardyMethod.All.Where(m => m.RunsOn(data.Slug) && request.Presets!.Contains(m.IsPublished ? Published : Ours)))
        {
            double work = trainingWork + (data.Slug == Images ? method.IsPublished ? 200 : 40 : method.Slug == "cchvae" ? 40 : 10);
            yield return new(
                Named(Invariant($"{name}.{method.Slug}{(method.Preset is { } preset ? "." + preset : "")}.training{training}"), request), method.IsPublished ? Published : Ours, data.Fingerprint, work,
                cancel => new HardyMeasures(Model(cancel), options).OfMethod(method, cancel));
        }
    }

    /// <summary>Figure 5's networks; that of the published expansion is trained here again, for its epochs.</summary>
    private static IEnumerable<StudyPart> Sizes(StudyRequest request, StudyData data, HardyOptions options) =>
        from expansion in options.Sizes
        from adversarial in new[] { false, true }
        let network = HardyNetwork.Image with { Expansion = expansion }
        select new StudyPart(Named(Invariant($"sizes.expansion{expansion}.{(adversarial ? "adversarial" : "natural")}.training1"), request), Published, data.Fingerprint, (adversarial ? 15 : 5) * (1 + expansion / 4.0),
            cancel => HardySizes.Of(HardyModel.Of(data, options, network, adversarial, 1, request.Seed, cancel)));

    /// <summary>The short form's parts are other parts.</summary>
    private static string Named(string name, StudyRequest request) => request.Quick ? "quick." + name : name;
}
