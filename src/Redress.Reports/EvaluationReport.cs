using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Reports.Charts;
using Redress.Reports.Pages;
using Redress.Studies;
using Cell = Redress.Reports.Pages.Cell;
using Table = Redress.Reports.Pages.Table;

namespace Redress.Reports;

/// <summary>A figure of a report.</summary>
/// <param name="Info">How it is read.</param>
/// <param name="Value">The figure.</param>
public sealed record ReportedMetric(MetricInfo Info, MetricValue Value);

/// <summary>What <c>evaluate</c> measures as one HTML page: the metrics, and behind them outcomes, scores, costs and changes, person by person.</summary>
public static class EvaluationReport
{
    private const string Unit = "0 to 1";

    /// <summary>A curve of more points than these is thinned: the page is no wider.</summary>
    private const int MostPoints = 200;

    /// <summary>The page; the same for the same evaluation, byte for byte.</summary>
    /// <param name="evaluation">What was measured.</param>
    /// <param name="metrics">The figures, in order.</param>
    /// <param name="source">What the people are, such as the name of their file; or empty.</param>
    public static string Html(Evaluation evaluation, IReadOnlyList<ReportedMetric> metrics, string source = "")
    {
        var model = evaluation.Model;
        double theta = Models.Scores.Probability(model.ScoreKind, model.Threshold);
        string method = evaluation.Recourse is { } recourse ? $", recourse by {recourse.Run.Method}, cost {recourse.Run.Cost}, seed {Invariant($"{recourse.Run.Seed}")}" : "";
        RecourseRecord[] records = [.. evaluation.Recourse?.Records ?? []];
        var sections = new List<Section> { new("Metrics", [.. OfShares(metrics), OfMetrics(metrics)]), new("Scores", [OfScores(evaluation, records)]) };
        if (evaluation.Recourse is { } batch && records.Length > 0)
        {
            sections.Add(new("Outcomes", [OfOutcomes(records)]));
            if (Array.Exists(records, r => r.Outcome == Outcome.Found)) sections.AddRange([new("Effort", [OfCosts(batch, records)]), new("Changes by feature", OfChanges(model.Schema, records))]);
        }
        return PageHtml.Of(new("Model and recourse, measured",
        [
            new Paragraph($"{NumberText.Count(evaluation.People.Rows)} people{(source.Length > 0 ? " of " + source : "")}{method}."),
            new Paragraph($"Model {model.Fingerprint}; favourable is '{model.Schema.Favourable}', from a probability of {NumberText.Short(theta)} on (θ)."),
        ], sections));
    }

    /// <summary>Shares side by side: what has another unit has no common axis.</summary>
    private static IEnumerable<Block> OfShares(IReadOnlyList<ReportedMetric> metrics)
    {
        var shares = metrics.Where(m => m.Info.Unit == Unit).ToList();
        if (shares.Count == 0) return [];
        var bars = new Bars("Metrics", "", "Metrics from 0 to 1", $"{Invariant($"{shares.Count}")} metrics from 0 to 1 with 95 % intervals; their numbers are in the table.", "metric", new("value", 0, 1),
            [.. shares.Select(m => new Bar(Name(m), m.Value.Value, m.Value.Lower, m.Value.Upper))]);
        return [new Figures([.. PictureCharts.Of(bars)])];
    }

    private static Table OfMetrics(IReadOnlyList<ReportedMetric> metrics) => new("Metrics",
        [new("metric"), new("value", true), new("lower", true), new("upper", true), new("people", true), new("unit"), new("better"), new("what it measures")],
        [.. metrics.Select(m => (IReadOnlyList<Cell>)
        [
            new(Name(m)), Cell.Fixed(m.Value.Value), Cell.Fixed(m.Value.Lower), Cell.Fixed(m.Value.Upper), new(NumberText.Count(m.Value.Count), m.Value.Count), new(m.Info.Unit),
            new(m.Info.Better switch { Better.Higher => "higher", Better.Lower => "lower", _ => "near zero" }), new(m.Info.Title, Look: CellLook.Note),
        ])]);

    private static Figures OfScores(Evaluation evaluation, RecourseRecord[] records)
    {
        var kind = evaluation.Model.ScoreKind;
        double[] before = [.. evaluation.Scores.Select(s => Models.Scores.Probability(kind, s))], after = [.. records.Where(r => r.Outcome == Outcome.Found).Select(r => Models.Scores.Probability(kind, r.Answers[0].Score))];
        double theta = Models.Scores.Probability(kind, evaluation.Model.Threshold);
        List<Violin> groups = [new("rejected", [.. before.Where((_, i) => evaluation.IsRejected(i))]), new("accepted", [.. before.Where((_, i) => !evaluation.IsRejected(i))])];
        if (after.Length > 0) groups.Add(new("after recourse", after));
        return new([.. PictureCharts.Of(new Violins("Scores", "", "Probability of the favourable outcome", $"How the model's probabilities are spread among people rejected and accepted as they are{(after.Length > 0 ? ", and after the recourse that was found" : "")}; θ is {NumberText.Short(theta)}.", "people", new("probability", 0, 1), groups))]);
    }

    private static Figures OfOutcomes(RecourseRecord[] records)
    {
        Bar[] bars = [.. records.GroupBy(r => r.Outcome).OrderBy(g => g.Key).Select(g => new Bar(Words(g.Key), g.Count()))];
        return new([.. PictureCharts.Of(new Bars("Outcomes", "", "What became of people's requests", string.Join(", ", bars.Select(b => $"{b.Category}: {NumberText.Count((long)b.Value)}")) + ".", "outcome", new("people", 0), bars))]);
    }

    private static Figures OfCosts(RecourseBatch batch, RecourseRecord[] records)
    {
        RecourseRecord[] found = [.. records.Where(r => r.Outcome == Outcome.Found)];
        var costs = new Violins("Effort", "", "Cost of recourse", "How the costs of the cheapest recourse are spread among people who were found one.", "recourse", new($"cost ({batch.Run.Cost})", 0), [new("found", [.. found.Select(r => r.Answers[0].Cost)])]);
        Bar[] counts = [.. found.GroupBy(r => r.Answers[0].Changes.Count).OrderBy(g => g.Key).Select(g => new Bar(Invariant($"{g.Key}"), g.Count()))];
        var changed = new Bars("Effort", "", "Features that change", $"People by the number of features that their recourse changes, from {counts[0].Category} to {counts[^1].Category}.", "features", new("people", 0), counts);
        return new([.. new Picture[] { costs, changed, Spent(batch) }.SelectMany(PictureCharts.Of)]);
    }

    /// <summary>How many are found a recourse as the search may spend more.</summary>
    private static Lines Spent(RecourseBatch batch)
    {
        var curve = ValidityUnderBudget.Curve(batch, Spending.ModelCalls);
        int step = (curve.Count + MostPoints - 1) / MostPoints;
        var thin = curve.Where((_, i) => i % step == 0 || i == curve.Count - 1);
        return new("Effort", "", "Found within a number of model calls", $"The share of people searched who were found a recourse grows with model calls to {NumberText.Short(curve[^1].Share)} at {NumberText.Count(curve[^1].Budget)}.",
            new("model calls a person", Log: true), new("share found", 0, 1), [new("", [.. thin.Select(p => new LinePoint(p.Budget, p.Share))])]);
    }

    private static IReadOnlyList<Block> OfChanges(Schema schema, RecourseRecord[] records)
    {
        RecourseRecord[] found = [.. records.Where(r => r.Outcome == Outcome.Found)];
        var changes = found.SelectMany(r => r.Answers[0].Changes).ToLookup(c => c.Feature);
        var features = schema.Features.Where(f => changes[f.Name].Any()).Select(f => (f.Name, Changes: changes[f.Name].ToList())).OrderByDescending(f => f.Changes.Count).ToList();
        var bars = new Bars("Changes by feature", "", "Who changes what", $"The share of people whose recourse changes a feature, with 95 % intervals; {features[0].Name} changes most often.", "feature", new("share of people with recourse", 0, 1),
            [.. features.Select(f => (f.Name, Share: WilsonInterval.Share(f.Changes.Count, found.Length))).Select(f => new Bar(f.Name, f.Share.Value, f.Share.Lower, f.Share.Upper))]);
        var table = new Table("Changes by feature",
            [new("feature"), new("people", true), new("share", true), new("mean change", true), new("least", true), new("largest", true), new("most often")],
            [.. features.Select(f => (IReadOnlyList<Cell>)[new(f.Name), new(NumberText.Count(f.Changes.Count), f.Changes.Count), Cell.Fixed((double)f.Changes.Count / found.Length), .. Amounts(f.Changes), new(MostOften(f.Changes))])]);
        return [new Figures([.. PictureCharts.Of(bars)]), table];
    }

    private static IEnumerable<Cell> Amounts(List<FeatureChange> changes)
    {
        double[] amounts = [.. changes.Select(c => c.To.Number - c.From.Number).OfType<double>()];
        return amounts.Length < changes.Count ? [new(""), new(""), new("")] : [Cell.Of(amounts.Average()), Cell.Of(amounts.Min()), Cell.Of(amounts.Max())];
    }

    private static string MostOften(List<FeatureChange> changes)
    {
        var most = changes.GroupBy(c => (From: c.From.ToString(), To: c.To.ToString())).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.From, StringComparer.Ordinal).ThenBy(g => g.Key.To, StringComparer.Ordinal).First();
        return changes[0].From.Name is null ? "" : Invariant($"{most.Key.From} → {most.Key.To} ({most.Count()})");
    }

    private static string Name(ReportedMetric metric) => metric.Value.Of is { } of ? $"{metric.Info.Slug} ({of})" : metric.Info.Slug;

    private static string Words(Outcome outcome) => outcome switch
    {
        Outcome.Found => "found", Outcome.AlreadyDesired => "already desired", Outcome.NotFound => "not found", Outcome.Infeasible => "infeasible", Outcome.InvalidInput => "invalid input", _ => "cancelled",
    };
}
