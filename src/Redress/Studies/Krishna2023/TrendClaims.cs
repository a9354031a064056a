namespace Redress.Studies.Krishna2023;

/// <summary>The paper's two trends, each tested exactly over seeds: the cost difference rises with ε, among people with valid answers or with attempts counted too; validity falls with it.</summary>
/// <remarks>
/// A seed is a block, an ε a level: within a seed all models share rows, start and people, and how much they share cannot make a trend. Cost differences are
/// taken from ε > 0 on, since at ε = 0 a model is compared with itself. All tests of a table are adjusted together (Holm 1979).
/// </remarks>
internal sealed class TrendClaims(KrishnaPreset preset, IReadOnlyList<PartResult> results)
{
    internal const string Table = "claims", CostRises = "ρ of ε and cost difference", AttemptRises = "ρ of ε and cost difference, attempts included", ValidityFalls = "ρ of ε and validity";

    private const double Alpha = 0.05;
    private const int FewestLevels = 3;

    /// <summary>A test, or why there is none.</summary>
    private sealed record Claim(string Dataset, string Model, string Method, string Metric, PageTest? Test, double P, string How);

    internal IEnumerable<StudyRow> Rows()
    {
        var claims = results.GroupBy(r => (Set: r.Measures[0].Dataset, Network: r.Measures.Any(m => m.Table == preset.Titled(KrishnaMeasures.ValidityTable(true)))))
            .SelectMany(g => KrishnaMethod.All.SelectMany(m => new[]
            {
                Tested(g.Key.Set, g.Key.Network, m.Name, CostRises, KrishnaMeasures.CostTable(g.Key.Network), KrishnaMeasures.CostDifference, [.. g]),
                Tested(g.Key.Set, g.Key.Network, m.Name, AttemptRises, KrishnaMeasures.CostTable(g.Key.Network), KrishnaMeasures.AttemptDifference, [.. g]),
                Tested(g.Key.Set, g.Key.Network, m.Name, ValidityFalls, KrishnaMeasures.ValidityTable(g.Key.Network), KrishnaMeasures.Validity, [.. g]),
            })).ToList();
        var adjusted = Holm([.. claims.Where(c => c.Test is not null)]);
        return claims.Select(c => new StudyRow(preset.Titled(Table), c.Dataset, c.Model, c.Method, c.Metric, c.Test?.Correlation, null, null, Said(c, adjusted)));
    }

    private Claim Tested(string set, bool network, string method, string metric, string table, string measure, List<PartResult> seeds)
    {
        var blocks = seeds.ConvertAll(s => s.Measures.Where(m => m.Table == preset.Titled(table) && m.Method == method && m.Metric == measure)
            .Select(m => (SeriesLines.Place(m.Model)!.Value.X, m.Value)).OrderBy(p => p.X).ToList());
        string model = KrishnaModels.NameOf(network);
        // An ε at which half of the seeds have no figure is left out, and then the seeds that still lack one.
        double[] levels = [.. blocks[0].Select(p => p.X).Where(x => blocks.Count(b => double.IsFinite(b.Find(p => p.X == x).Value)) * 2 > blocks.Count)];
        var whole = blocks.ConvertAll(b => b.Where(p => levels.Contains(p.X)).Select(p => p.Value).ToArray()).FindAll(b => b.All(double.IsFinite));
        if (levels.Length < FewestLevels) return new(set, model, method, metric, null, double.NaN, Invariant($"no test: figures at {levels.Length} ε only"));
        if (whole.Count == 0) return new(set, model, method, metric, null, double.NaN, Invariant($"no test: no seed has figures at all of {levels.Length} ε"));
        var test = PageTest.Of(whole);
        // What never changes shows no trend, and is no reason to ask more of the tests that can.
        if (double.IsNaN(test.Correlation)) return new(set, model, method, metric, null, double.NaN, Invariant($"missed, the same at all {levels.Length} ε in all {whole.Count} seeds"));
        return new(set, model, method, metric, test, metric == ValidityFalls ? test.Falling : test.Rising, Invariant($"exact Page test over {whole.Count} seeds and {levels.Length} ε from {levels[0]} to {levels[^1]}"));
    }

    private static string Said(Claim claim, Dictionary<Claim, double> adjusted)
    {
        if (claim.Test is not { } test) return claim.How;
        double p = adjusted[claim], other = claim.Metric == ValidityFalls ? test.Rising : test.Falling;
        string verdict = p < Alpha ? "met at" : other * adjusted.Count < Alpha ? "missed, the trend is the other way:" : "missed, no trend:";
        return Invariant($"{verdict} p = {Shown(p)}, {claim.How}, adjusted for {adjusted.Count} tests");
    }

    private static string Shown(double p) => p < 0.0001 ? "under 0.0001" : Invariant($"{p:0.0000}");

    /// <summary>Holm's step-down: the k-th smallest of m probabilities times m - k + 1, never less than those before.</summary>
    private static Dictionary<Claim, double> Holm(List<Claim> claims)
    {
        var adjusted = new Dictionary<Claim, double>();
        double most = 0;
        foreach (var (claim, k) in claims.OrderBy(c => c.P).Select((c, k) => (c, k))) adjusted[claim] = most = Math.Max(most, Math.Min(1, claim.P * (claims.Count - k)));
        return adjusted;
    }
}
