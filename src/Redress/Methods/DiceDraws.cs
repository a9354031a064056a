using Redress.Actions;
using Redress.Data;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>
/// DiCE's random search: many copies of the person, of which each round gives one random feature a random value; at least two rounds, and more until there are enough
/// valid rows, of which k are taken at random.
/// </summary>
/// <param name="chunk">The people.</param>
/// <param name="samples">Copies.</param>
internal sealed class DiceDraws(SearchChunk chunk, int samples)
{
    private const int FewestRounds = 2;
    private readonly RowList copies = new(chunk.People.Schema.Features.Count, samples), scored = new(chunk.People.Schema.Features.Count, samples), valid = new(chunk.People.Schema.Features.Count, samples);

    /// <summary>Searches for everyone, and adds the rows that were taken.</summary>
    internal void Find(DiceAnswers answers, CancellationToken cancel)
    {
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++) Find(i, answers, cancel);
    }

    private void Find(int person, DiceAnswers answers, CancellationToken cancel)
    {
        var actions = chunk.ActionsOf(person);
        var present = chunk.People.Row(person);
        var draws = chunk.StreamOf(person).Split("draws");
        Drawn[] features = FeaturesOf(actions, present);
        var distinct = new HashSet<double[]>(RowComparer.Instance);
        copies.Clear();
        valid.Clear();
        for (int s = 0; s < samples; s++) present.CopyTo(copies.Add());
        for (int round = 1; round <= features.Length && chunk.StepsLeft(person) > 0 && !cancel.IsCancellationRequested; round++)
        {
            chunk.Steps[person]++;
            scored.Clear();
            int affordable = Math.Max(0, chunk.CallsLeft(person));
            for (int s = 0; s < samples && scored.Count < affordable; s++)
            {
                var feature = features[draws.NextInt(features.Length)];
                copies[s][feature.Index] = feature.Draw(draws);
                actions.Follow(present, copies[s]);
                if (!present.SequenceEqual(copies[s]) && actions.Allows(present, copies[s])) copies[s].CopyTo(scored.Add());
            }
            if (scored.Count > 0) KeepValid(person, distinct);
            if (round >= FewestRounds && valid.Count >= chunk.Answers) break;
        }
        int[] order = [.. Enumerable.Range(0, valid.Count)];
        draws.Split("taken").Shuffle<int>(order);
        foreach (int row in order.Take(chunk.Answers)) answers.Add(person, valid[row]);
    }

    /// <summary>Scores a round's rows, and keeps the valid ones that are new.</summary>
    private void KeepValid(int person, HashSet<double[]> distinct)
    {
        chunk.ModelCalls[person] += scored.Count;
        double[] scores = Scores.Favourable(chunk.Model, Table.Over(chunk.Model.Schema, scored.Block, scored.Count));
        for (int s = 0; s < scored.Count; s++)
            if (chunk.IsValid(person, scores[s]) && distinct.Add(scored[s].ToArray())) scored[s].CopyTo(valid.Add());
    }

    /// <summary>The features that a person can change, and what is drawn of each: values that may be taken, or the training range as far as the person may go.</summary>
    private Drawn[] FeaturesOf(ActionSet actions, ReadOnlySpan<double> present)
    {
        var features = new List<Drawn>();
        foreach (int f in actions.Actionable)
        {
            var (lower, upper) = actions.Interval(f, present[f]);
            double own = present[f];
            double[]? values = actions.IsListed(f) ? [.. actions.ListedValues(f).ToArray().Where(v => actions.MayTake(f, own, v))] : null;
            var training = chunk.Task.Statistics.Distributions[f];
            double low = Math.Max(lower, training.Minimum), high = Math.Min(upper, training.Maximum);
            if (low > high) (low, high) = (lower, upper);
            if (values is { Length: > 0 } || values is null) features.Add(new(f, actions.IsDiscrete(f), low, high, values));
        }
        return [.. features];
    }

    /// <summary>What is drawn of a feature: one of the values, or a number in the interval, raw.</summary>
    private readonly record struct Drawn(int Index, bool Whole, double Low, double High, double[]? Values)
    {
        internal double Draw(Rng rng)
        {
            if (Values is not null) return Values[rng.NextInt(Values.Length)];
            if (!Whole) return Low + (High - Low) * rng.NextDouble();
            double low = Math.Ceiling(Low), high = Math.Floor(High);
            return high <= low ? low : Math.Min(high, low + Math.Floor((high - low + 1) * rng.NextDouble()));
        }
    }

    private sealed class RowComparer : IEqualityComparer<double[]>
    {
        internal static readonly RowComparer Instance = new();

        public bool Equals(double[]? a, double[]? b) => a.AsSpan().SequenceEqual(b);

        public int GetHashCode(double[] row)
        {
            var hash = new HashCode();
            foreach (double value in row) hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
