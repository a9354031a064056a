using Redress.Actions;
using Redress.Data;
using Redress.Models;
using Redress.Search;

namespace Redress.Methods;

/// <summary>Rows of a chunk's people that are in their Δ and valid, and DiCE's taking back of what hardly changed: everybody's rows are scored together.</summary>
/// <param name="chunk">The people.</param>
/// <param name="scales">What hardly means.</param>
/// <param name="quantile">The quantile of it; 0 takes nothing back.</param>
internal sealed class DiceAnswers(SearchChunk chunk, DiceScales scales, double quantile)
{
    /// <summary>Halvings of the way of a number that may not be taken back altogether.</summary>
    private const int Halvings = 6;

    private readonly RowList rows = new(chunk.People.Schema.Features.Count, chunk.Rows), trials = new(chunk.People.Schema.Features.Count, chunk.Rows);
    private readonly List<int> owners = [], tried = [];
    private readonly double[] trial = new double[chunk.People.Schema.Features.Count];

    /// <summary>Rows of all people.</summary>
    internal int Count => owners.Count;

    /// <summary>A row, raw.</summary>
    internal ReadOnlySpan<double> RowOf(int r) => rows[r];

    /// <summary>Whose it is.</summary>
    internal int OwnerOf(int r) => owners[r];

    /// <summary>Adds a valid row, in x + Δ, raw.</summary>
    internal void Add(int person, ReadOnlySpan<double> row)
    {
        row.CopyTo(rows.Add());
        owners.Add(person);
    }

    /// <summary>Takes numbers back, those with the largest limits first, as far as rows stay valid and in Δ.</summary>
    internal void TakeBack(CancellationToken cancel)
    {
        if (quantile == 0 || owners.Count == 0) return;
        var features = chunk.People.Schema.Features;
        var limits = Enumerable.Range(0, features.Count).Where(f => !features[f].IsNamed).Select(f => (Feature: f, Limit: scales.Limit(f, quantile))).OrderByDescending(l => l.Limit);
        foreach (var (feature, limit) in limits)
        {
            if (cancel.IsCancellationRequested) return;
            TakeBack(feature, limit);
        }
    }

    /// <summary>Offers all rows.</summary>
    internal void Offer()
    {
        for (int r = 0; r < owners.Count; r++)
            if (!chunk.People.Row(owners[r]).SequenceEqual(rows[r])) rows[r].CopyTo(chunk.Offer(owners[r]));
    }

    private void TakeBack(int feature, double limit)
    {
        // The nearest value to the person's own known to be invalid; NaN where the feature is done.
        double[] invalid = [.. owners.Select((person, r) => IsSmall(person, r, feature, limit) ? chunk.People.Row(person)[feature] : double.NaN)];
        for (int round = 0; round <= Halvings; round++)
        {
            trials.Clear();
            tried.Clear();
            for (int r = 0; r < owners.Count; r++)
                if (!double.IsNaN(invalid[r]) && !Propose(r, feature, round == 0 ? invalid[r] : Between(feature, invalid[r], rows[r][feature]))) invalid[r] = double.NaN;
            if (tried.Count == 0) return;
            double[] scores = Scores.Favourable(chunk.Model, Table.Over(chunk.Model.Schema, trials.Block, trials.Count));
            for (int t = 0; t < tried.Count; t++)
            {
                int r = tried[t];
                if (chunk.IsValid(owners[r], scores[t]))
                {
                    trials[t].CopyTo(rows[r]);
                    if (round == 0) invalid[r] = double.NaN;
                }
                else invalid[r] = trials[t][feature];
            }
        }
    }

    /// <summary>Adds the row with another value of a feature to those that are scored; false where it is not in Δ or there is nothing more to try.</summary>
    private bool Propose(int r, int feature, double value)
    {
        int person = owners[r];
        if (value == rows[r][feature] || chunk.CallsLeft(person) < 1 || chunk.StepsLeft(person) < 1) return false;
        rows[r].CopyTo(trial);
        trial[feature] = value;
        var present = chunk.People.Row(person);
        chunk.ActionsOf(person).Follow(present, trial);
        if (!chunk.ActionsOf(person).Allows(present, trial)) return false;
        chunk.ModelCalls[person]++;
        chunk.Steps[person]++;
        trial.CopyTo(trials.Add());
        tried.Add(r);
        return true;
    }

    private bool IsSmall(int person, int r, int feature, double limit)
    {
        double change = Math.Abs(rows[r][feature] - chunk.People.Row(person)[feature]);
        return change > 0 && change <= limit && chunk.ActionsOf(person).Schema.Features[feature].IsActionable;
    }

    /// <summary>The middle of two values, whole where it must be and never the first of them.</summary>
    private double Between(int feature, double invalid, double valid)
    {
        double middle = (invalid + valid) / 2;
        if (!chunk.People.Schema.Features[feature].IsDiscrete) return middle;
        return valid > invalid ? Math.Ceiling(middle) : Math.Floor(middle);
    }
}
