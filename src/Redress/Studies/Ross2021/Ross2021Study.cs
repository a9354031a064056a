using Redress.Data;

namespace Redress.Studies.Ross2021;

/// <summary>
/// "Learning Models for Actionable Recourse" again: tables 1 to 3 and the series of figures 1, 2 and 4 on adult, compas, bail and german, three splits
/// each, as the paper is written and as its code was published; then comparisons at equal performance, and what the paper leaves open.
/// </summary>
internal static class Ross2021Study
{
    /// <summary>Adult with all its continuous features actionable.</summary>
    internal const string Wide = "adult-wide";

    private const int Splits = 3;
    private static readonly double[] Principal = [0, 0.8];

    internal static Study Study { get; } = new(
        "ross2021", "Learning Models for Actionable Recourse", "Alexis Ross, Himabindu Lakkaraju, Osbert Bastani. NeurIPS 2021", Version: 1,
        ["adult", "compas", "bail", "german"], [.. RossPreset.All.Select(p => new StudyPreset(p.Slug, p.Title))], PaperFigures.Embedded("Ross2021"), Plan);

    private static StudyPlan Plan(StudyRequest request)
    {
        // The short form has two of the sets, but for a caller who names some.
        var slugs = request.DataSets!;
        if (request.Quick && slugs.Count == Study.DataSets.Count) slugs = ["adult", "compas"];
        var data = StudyData.Load(slugs, request.DataFolder);
        var parts = new List<StudyPart>();
        foreach (var preset in RossPreset.All.Where(p => request.Presets!.Contains(p.Slug)))
            foreach (var set in data)
                for (int split = 1; split <= (request.Quick ? 1 : Splits); split++)
                {
                    foreach (double lambda in request.Quick ? Principal : preset.Lambdas) parts.Add(Part(preset, set, set.Slug, lambda, split, request.Seed));
                    if (preset.IsPublished || request.Quick || set.Slug != "adult") continue;
                    foreach (double lambda in Principal) parts.Add(Part(preset, Widened(set), Wide, lambda, split, request.Seed));
                }
        return new(parts, results => new RossConclusions(Study.Paper, results).Rows(), (_, rows) => SeriesLines.Of(rows));
    }

    private static StudyPart Part(RossPreset preset, StudyData data, string label, double lambda, int split, ulong seed)
    {
        // Training grows with the rows; evaluation is about as long as 100,000 of them.
        double work = 0.8 * data.Tables.Rows.Rows * preset.Training(data.Slug).Epochs + 100_000;
        return new(Invariant($"{preset.Slug}.{label}.split{split}.lambda={lambda}"), preset.Slug, data.Fingerprint, work, cancel =>
        {
            var model = RossModel.Train(preset, data, lambda, split, seed, cancel) with { Dataset = label };
            var measures = new RossMeasures(model, cancel);
            if (label == Wide) return new(measures.Tables());
            var all = measures.All(beyond: !preset.IsPublished);
            return new(preset.IsPublished || !Principal.Contains(lambda) ? all : [.. all, .. WholeUnits.Of(model, cancel)]);
        });
    }

    /// <summary>Adult with age and the two capital columns actionable as well, by 0.75 standard deviations as the others; nobody gets younger.</summary>
    private static StudyData Widened(StudyData adult)
    {
        var reach = new LargestChange(0.75, ChangeUnit.StandardDeviations);
        var (rows, schema) = (adult.Tables.Rows, adult.Tables.Rows.Schema);
        var wide = new Schema(
            [.. schema.Features.Select(f => f.Name switch
            {
                "age" => f with { Change = Change.Increase, LargestChange = reach },
                "capital-gain" or "capital-loss" => f with { Change = Change.Any, LargestChange = reach },
                _ => f,
            })],
            schema.Target, schema.Favourable, schema.Id, schema.Groups, schema.Ignored, schema.Constraints);
        return adult with { Tables = new(new Table(wide, rows.Values.ToArray(), rows.Ids, rows.Labels, rows.Groups, rows.Faults)) };
    }
}
