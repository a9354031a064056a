using Redress.Guarantees;

namespace Redress.Studies.Krishna2023;

/// <summary>The study's figures, as data: of some twelve thousand rows those that the paper draws.</summary>
internal static class KrishnaPictures
{
    private static readonly PictureAxis Plane = new("no unit: only nearness means something");
    private static readonly string[] OverEpsilon = [KrishnaMeasures.CostDifference, KrishnaMeasures.AttemptDifference, KrishnaMeasures.Validity];
    private static readonly string[] Counted = [CostBounds.PrintedBelow, CostBounds.PrintedAbove, CostBounds.RightOutside];

    /// <summary>Equal rates and either way add to these two, but for the trends.</summary>
    private static readonly KrishnaPreset[] Whole = [KrishnaPreset.AsWritten, KrishnaPreset.InDeviations];

    internal static IEnumerable<Picture> Of(IReadOnlyList<PartResult> results, IReadOnlyList<StudyRow> rows)
    {
        var series = results.SelectMany(r => r.Series).ToList();
        foreach (var preset in KrishnaPreset.All)
        {
            List<StudyRow> In(string table) => [.. rows.Where(r => r.Table == preset.Titled(table))];
            foreach (var columns in series.Where(s => s.Table == preset.Titled(CostBounds.Figure1) && s.Dataset == Krishna2023Study.Pictured).GroupBy(s => (s.Model, s.Method))) yield return BetweenLimits([.. columns]);
            foreach (string table in new[] { "figure 2", "figure 3", "figure 5", "figure 6" })
                foreach (var picture in SeriesLines.Of(In(table).Where(r => OverEpsilon.Contains(r.Metric)))) yield return picture;
            foreach (string table in new[] { CostBounds.Theorem1, CostBounds.Theorem2 })
                if (Violations(In(table)) is { } bars) yield return bars;
            if (!Whole.Contains(preset)) continue;
            foreach (var picture in SeriesLines.Of(In("figure 7").Concat(In("models")))) yield return picture;
            foreach (var set in In("figure 8").Where(r => r.Ours is not null).GroupBy(r => (r.Dataset, SeriesLines.Place(r.Model)!.Value.Axis))) yield return AgainstBudget([.. set]);
        }
        foreach (var columns in series.Where(s => s.Table == Neighbourhood.Table).GroupBy(s => s.Dataset)) yield return InThePlane([.. columns]);
    }

    /// <summary>Figure 1: what the theorem says of each person, people in order of the distance of their recourses.</summary>
    private static Lines BetweenLimits(List<StudySeries> columns)
    {
        var distance = columns.Find(c => c.Metric == CostBounds.Columns[0])!;
        int[] order = [.. Enumerable.Range(0, distance.Values.Count).OrderBy(i => distance.Values[i])];
        var lines = columns.ConvertAll(c => new Line(c.Metric, [.. order.Select((i, rank) => new LinePoint(rank + 1, c.Values[i]))]));
        string theorem = distance.Method == KrishnaMethod.Latent ? CostBounds.Theorem2 : CostBounds.Theorem1;
        int Within(int lower) => order.Count(i => new Limits(columns[lower].Values[i], columns[lower + 1].Values[i]).Hold(distance.Values[i]));
        return new(
            distance.Table, distance.Dataset, Invariant($"{theorem}, {distance.Method}, {distance.Model}"),
            Invariant($"Distance of two recourses for {order.Length} people between the limits of {theorem}; {Within(1)} lie within the printed limits, {Within(3)} within those put right."),
            new("people, by distance"), new("distance of the recourses"), lines);
    }

    /// <summary>Shares of people outside a theorem's limits at the largest ε that has any, as printed and put right.</summary>
    private static Bars? Violations(List<StudyRow> rows)
    {
        var counted = rows.Where(r => Counted.Contains(r.Metric) && r.Ours is not null).ToList();
        if (counted.Count == 0) return null;
        double epsilon = counted.Max(r => SeriesLines.Place(r.Model)!.Value.X);
        var bars = counted.Where(r => SeriesLines.Place(r.Model)!.Value.X == epsilon)
            .Select(r => new Bar(SeriesLines.Place(r.Model)!.Value.Series, r.Ours!.Value, Group: r.Metric, Facet: r.Dataset)).ToList();
        return new(
            counted[0].Table, "", Invariant($"People outside the limits at ε = {epsilon}"),
            Invariant($"Shares of people outside the limits: up to {bars.Where(b => b.Group != CostBounds.RightOutside).Max(b => b.Value):0.00} as printed, up to {bars.Where(b => b.Group == CostBounds.RightOutside).Max(b => b.Value):0.00} put right."),
            "model", new("share of people", 0, 1), bars);
    }

    /// <summary>Figure 8: a line an ε, a small picture a model and method.</summary>
    private static Lines AgainstBudget(List<StudyRow> rows)
    {
        var lines = rows.GroupBy(r => (r.Model[..r.Model.LastIndexOf(' ')], r.Method)).Select(g =>
        {
            string[] words = g.Key.Item1.Split(", ");
            return new Line(words[1], [.. g.Select(r => new LinePoint(SeriesLines.Place(r.Model)!.Value.X, r.Ours!.Value, r.Ours - r.OursSd, r.Ours + r.OursSd)).OrderBy(p => p.X)], $"{words[0]}, {g.Key.Method}");
        }).ToList();
        string axis = SeriesLines.Place(rows[0].Model)!.Value.Axis;
        return new(rows[0].Table, rows[0].Dataset, $"validity over {axis}", Invariant($"Validity over {axis} a person, {lines.Count} lines, one an ε; the numbers are in the table below."), new($"{axis} a person", Log: true), new("validity", 0, 1), lines);
    }

    /// <summary>Figure 4: one neighbourhood under each model.</summary>
    private static Scatter InThePlane(List<StudySeries> columns)
    {
        IReadOnlyList<double> x = columns.Find(c => c.Metric == "x")!.Values, y = columns.Find(c => c.Metric == "y")!.Values;
        var models = columns.FindAll(c => c.Metric == "accepted");
        string Facet(StudySeries model) => model.Model[(model.Model.LastIndexOf(' ') + 1)..];
        var points = models.SelectMany(m => m.Values.Select((v, i) => new ScatterPoint(x[i], y[i], v > 0 ? "accepted" : "rejected", Facet: Facet(m)))).OrderByDescending(p => p.Group).ToList();
        string said = string.Join(", ", models.Select(m => Invariant($"{m.Values.Sum():0} at {Facet(m)}")));
        return new(
            Neighbourhood.Table, columns[0].Dataset, "The neighbourhood of one rejected person",
            Invariant($"The {x.Count} training rows nearest to one rejected person, by t-SNE. Accepted rows: {said}."), Plane, Plane, "the model's decision", points);
    }
}
