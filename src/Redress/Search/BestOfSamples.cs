using Redress.Data;
using Redress.Models;

namespace Redress.Search;

/// <summary>
/// Of the rows that were drawn for a person, offers the one that the model scores best (Garg, Nagalapatti and Sarawagi, section 5.1: "the sample which gets
/// highest probability"); where several answers are asked for all of them, best first.
/// </summary>
/// <param name="chunk">The people.</param>
/// <param name="none">The reason for people for whom no row was added.</param>
internal sealed class BestOfSamples(SearchChunk chunk, string none)
{
    private readonly List<(double[] Row, double Score)> samples = [];
    private int person;

    /// <summary>Turns to a person.</summary>
    internal void Begin(int person)
    {
        this.person = person;
        samples.Clear();
    }

    /// <summary>Adds a row in the person's action set.</summary>
    /// <param name="row">Raw; not the person's own.</param>
    /// <param name="score">The model's score of it, or NaN where it is to be asked, which is a model call.</param>
    internal void Add(double[] row, double score = double.NaN) => samples.Add((row, score));

    /// <summary>Scores what has no score, as far as the person's budget goes, and offers.</summary>
    internal void Offer()
    {
        if (samples.Count == 0)
        {
            chunk.Reasons[person] = none;
            return;
        }
        Score();
        int sign = chunk.Signs[person];
        // A stable order: of two rows of one score the one that was drawn first.
        var ordered = samples.OrderByDescending(s => double.IsNaN(s.Score) ? double.NegativeInfinity : sign * s.Score);
        foreach (var (row, _) in ordered.Take(chunk.Answers == 1 ? 1 : samples.Count)) row.CopyTo(chunk.Offer(person));
    }

    private void Score()
    {
        int[] unknown = [.. Enumerable.Range(0, samples.Count).Where(s => double.IsNaN(samples[s].Score)).Take(Math.Max(0, chunk.CallsLeft(person)))];
        if (unknown.Length == 0 || samples.Count == 1) return;
        chunk.ModelCalls[person] += unknown.Length;
        double[] scores = Scores.Favourable(chunk.Model, new Table(chunk.Model.Schema, [.. unknown.SelectMany(s => samples[s].Row)]));
        for (int u = 0; u < unknown.Length; u++) samples[unknown[u]] = samples[unknown[u]] with { Score = scores[u] };
    }
}
