using Redress.Studies;
using Redress.Tensors;

namespace Redress.Tests.Studies;

/// <summary>A study of a few numbers drawn by seed: the same path as a real one in no time.</summary>
internal sealed class Toy
{
    internal const int Parts = 6;
    private int runs;

    /// <summary>How many parts were computed.</summary>
    internal int Runs => runs;

    /// <summary>Called before a part is computed, with its number.</summary>
    internal Action<int> Before { get; set; } = _ => { };

    internal Study Study(string slug = "toy", int version = 1, string data = "d") => new(
        slug, "A toy & <its> results", "Nobody, 2021", version, ["a", "b"], [new("plain", "as it is")],
        new([new("table 1", "a", "m λ=0", "", "score", 0.5, null), new("table 1", "b", null, null, null, null, "The text: it rises in λ.")]),
        request => new([.. Enumerable.Range(0, Parts).Select(p => Part(p, request.Seed, data))], Conclude, Pictures));

    private StudyPart Part(int p, ulong seed, string data) => new(Invariant($"part{p}"), "plain", data, p + 1, cancel =>
    {
        Before(p);
        cancel.ThrowIfCancellationRequested();
        Interlocked.Increment(ref runs);
        var rng = new Rng(seed).Split((ulong)p);
        double[] costs = [.. Enumerable.Range(1, 20).Select(i => i * (p + 1.1))];
        return new([new("table 1", p % 2 == 0 ? "a" : "b", Invariant($"m λ={p / 2 % 2}"), "", "score", rng.NextDouble()), new("table 2", "a", "</script>", "x,\"y\"", "rate", p == 0 ? double.NaN : rng.NextDouble())], [new("table 2", "a", "</script>", "", "cost", [.. costs, double.NaN])]);
    });

    private IEnumerable<StudyRow> Conclude(IReadOnlyList<PartResult> results) => StudyRow.Means(results.SelectMany(r => r.Measures)).Select(Study().Paper.Beside);

    private static IEnumerable<Picture> Pictures(IReadOnlyList<PartResult> results, IReadOnlyList<StudyRow> rows) =>
        SeriesLines.Of(rows).Append<Picture>(new Violins("table 2", "a", "costs", "Six groups of costs.", "part", new("cost"), [.. results.Select(r => new Violin(r.Part.Name, r.Series[0].Values))]));
}
