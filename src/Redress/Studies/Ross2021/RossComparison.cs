namespace Redress.Studies.Ross2021;

/// <summary>
/// Compares at equal performance, over all λ and θ: a classifier that accepts nearly everybody has much recourse, so rates at each model's own θ compare
/// two things at once.
/// </summary>
internal sealed class RossComparison(PaperFigures paper, List<StudyRow> means)
{
    /// <summary>What equal performance leaves to chance: a model may be this much below.</summary>
    private const double Slack = 0.01;

    /// <summary>The best of some thousand points picked on the rows it is measured on is what a front shows, not what a user would get.</summary>
    private const string ChosenOnTest = "; chosen on the test rows";

    private static readonly string[] Methods = [RossMeasures.GradientSlug, RossMeasures.LinearStepSlug];

    /// <summary>A model at one λ and θ: means over splits; NaN where there is nothing to measure.</summary>
    private sealed record Point(string Name, double F1, double Accuracy, double Neg, double All)
    {
        internal bool IsBaseline => Name.StartsWith(RossMeasures.Name(0) + " ", StringComparison.Ordinal);

        internal double Least(Point floor) => Math.Min(Neg - floor.Neg, All - floor.All);

        internal bool Performs(Point floor) => F1 >= floor.F1 && Accuracy >= floor.Accuracy;
    }

    internal IEnumerable<StudyRow> Rows()
    {
        string[] sets = [.. means.Where(r => r.Table == RossConclusions.TestFront).Select(r => r.Dataset).Distinct()];
        return sets.SelectMany(s => Methods.SelectMany(m => Bar(s, m))).Concat(sets.SelectMany(s => Methods.SelectMany(m => AtEqualPerformance(s, m)))).Concat(sets.SelectMany(Front));
    }

    /// <summary>At no lower F1 and accuracy than the paper's row, at least its recourse: at the model's own θ, anywhere on the front, and where validation rows choose.</summary>
    private IEnumerable<StudyRow> Bar(string set, string method)
    {
        double Paper(string of, string metric) => paper.Of("table 1", set, "ours", of, metric)!.Value;
        var floor = new Point("", Paper("", "f1"), Paper("", "accuracy"), Paper(method, "recourse-neg"), Paper(method, "recourse-all"));
        var own = PointOf("table 1", set, RossMeasures.Name(0.8), method);
        var front = Points(RossConclusions.TestFront, set, method);
        var best = Best(front, floor);
        // The gradient's front on validation rows is not computed: the linear step's, which it is at least as good as, chooses for both.
        var chosen = Best(Points(RossConclusions.ValidationFront, set, RossMeasures.LinearStepSlug), floor);
        foreach (var (name, point) in new[] { ("own θ", own), ("front", best), ("front, chosen on validation", front.Find(p => p.Name == chosen?.Name)) })
        {
            if (point is null) continue;
            bool whole = point.Performs(floor) && point.Least(floor) >= 0;
            foreach (var (metric, ours, theirs) in new[] { ("f1", point.F1, floor.F1), ("accuracy", point.Accuracy, floor.Accuracy), ("recourse-neg", point.Neg, floor.Neg), ("recourse-all", point.All, floor.All) })
                yield return new("bar", set, name, method, metric, double.IsNaN(ours) ? null : ours, null, theirs, Judged(point.Name, ours, theirs, whole, set) + (name == "front" ? ChosenOnTest : ""));
        }
    }

    /// <summary>The bar is all four figures at once: recourse at a lower F1 than the paper's does not meet it, and says so.</summary>
    private static string Judged(string at, double ours, double theirs, bool whole, string set) =>
        (ours >= theirs ? whole ? "met" : "met, but not the whole bar," : double.IsNaN(ours) ? "missed, nobody is rejected" : Invariant($"missed by {theirs - ours:0.000}")) + $" at {at}"
        + (set == "german" ? "; the paper's row is of bad credit as the favourable label" : "");

    /// <summary>Among the points that perform well enough the one with most recourse; where none does, the nearest to it.</summary>
    private static Point? Best(List<Point> points, Point floor)
    {
        var usable = points.Where(p => double.IsFinite(p.Neg) && double.IsFinite(p.All)).ToList();
        var performing = usable.Where(p => p.Performs(floor)).ToList();
        return performing.Count > 0 ? performing.MaxBy(p => p.Least(floor)) : usable.MaxBy(p => Math.Min(p.F1 - floor.F1, p.Accuracy - floor.Accuracy));
    }

    /// <summary>The most recourse that λ = 0 and any λ offer where F1 and accuracy are those of the baseline at its own θ, less a hundredth.</summary>
    private IEnumerable<StudyRow> AtEqualPerformance(string set, string method)
    {
        if (PointOf("table 1", set, RossMeasures.Name(0), method) is not { } baseline) yield break;
        var floor = baseline with { F1 = baseline.F1 - Slack, Accuracy = baseline.Accuracy - Slack };
        var points = Points(RossConclusions.TestFront, set, method).Where(p => double.IsFinite(p.Neg) && p.Performs(floor)).ToList();
        foreach (var (name, best) in new[] { ("baseline", points.Where(p => p.IsBaseline).MaxBy(p => p.Neg)), ("ours", points.Where(p => !p.IsBaseline).MaxBy(p => p.Neg)) })
        {
            if (best is null) continue;
            string note = Invariant($"at {best.Name}; F1 of at least {floor.F1:0.000} and accuracy of at least {floor.Accuracy:0.000}{ChosenOnTest}");
            foreach (var (metric, value) in new[] { ("f1", best.F1), ("accuracy", best.Accuracy), ("recourse-neg", best.Neg), ("recourse-all", best.All) })
                yield return new("equal performance", set, name, method, metric, value, null, null, note);
        }
    }

    /// <summary>Recourse-neg by the linear step over F1: the points of each family that no other of it beats in both.</summary>
    private IEnumerable<StudyRow> Front(string set)
    {
        var points = Points(RossConclusions.TestFront, set, RossMeasures.LinearStepSlug).Where(p => double.IsFinite(p.Neg)).ToList();
        foreach (var (name, family) in new[] { ("baseline", points.Where(p => p.IsBaseline)), ("ours, any λ", points.Where(p => !p.IsBaseline)) })
        {
            double most = double.NegativeInfinity;
            foreach (var p in family.OrderByDescending(p => p.F1).ThenByDescending(p => p.Neg))
            {
                if (p.Neg <= most) continue;
                most = p.Neg;
                yield return new("front", set, Invariant($"{name} F1={p.F1:0.000}"), RossMeasures.LinearStepSlug, "recourse-neg", p.Neg, null, null, Invariant($"{p.Name}, accuracy {p.Accuracy:0.000}, recourse-all {p.All:0.000}"));
            }
        }
    }

    private List<Point> Points(string table, string set, string method) =>
        [.. means.Where(r => r.Table == table && r.Dataset == set).Select(r => r.Model).Distinct().Select(name => PointOf(table, set, name, method)).OfType<Point>()];

    private ILookup<(string, string, string), StudyRow>? byPoint;

    private Point? PointOf(string table, string set, string name, string method)
    {
        byPoint ??= means.ToLookup(r => (r.Table, r.Dataset, r.Model));
        var rows = byPoint[(table, set, name)].ToList();
        if (rows.Count == 0) return null;
        double Of(string from, string metric) => rows.Find(r => r.Method == from && r.Metric == metric)?.Ours ?? double.NaN;
        return new(name, Of("", "f1"), Of("", "accuracy"), Of(method, "recourse-neg"), Of(method, "recourse-all"));
    }
}
