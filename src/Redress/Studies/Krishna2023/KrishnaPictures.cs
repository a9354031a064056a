using Redress.Guarantees;

namespace Redress.Studies.Krishna2023;

/// <summary>The study's figures, as data.</summary>
internal static class KrishnaPictures
{
    private static readonly PictureAxis Plane = new("no unit: only nearness means something");

    internal static IEnumerable<Picture> Of(IReadOnlyList<PartResult> results, IReadOnlyList<StudyRow> rows)
    {
        var series = results.SelectMany(r => r.Series).ToList();
        foreach (var picture in series.Where(s => s.Table.StartsWith(CostBounds.Figure1, StringComparison.Ordinal)).GroupBy(s => (s.Table, s.Dataset, s.Model, s.Method)).Select(g => BetweenLimits([.. g]))) yield return picture;
        foreach (var picture in series.Where(s => s.Table == Neighbourhood.Table).GroupBy(s => s.Dataset).Select(g => InThePlane([.. g]))) yield return picture;
        // Of the many figures of a theorem's tables its lines over ε are those of shares.
        foreach (var picture in SeriesLines.Of(rows.Where(r => !r.Metric.StartsWith("mean ", StringComparison.Ordinal) || r.Table.StartsWith("models", StringComparison.Ordinal)))) yield return picture;
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
