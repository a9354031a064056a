using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>People searched together, all of them judged and without the desired outcome, with their terms, streams and what was spent on them.</summary>
internal sealed class SearchChunk
{
    private const double NearlyWhole = 1e-3;
    private readonly Func<int, ActionSet> actionsOf;
    private readonly Func<int, Rng> streamOf;
    private readonly RowList offers;
    private readonly int[] firstOffer, lastOffer;
    private readonly List<int> nextOffer;
    private EncodedActions? encoded;
    private Dictionary<int, List<double[]>>? ways;

    internal SearchChunk(RecourseTask task, Table people, Func<int, ActionSet> actionsOf, Func<int, Rng> streamOf, double[] scores, int[] signs, ICost cost, int answers, Budget budget, int[] modelCalls)
    {
        (Task, People, Scores, Signs, Cost, Answers, Budget) = (task, people, scores, signs, cost, answers, budget);
        (this.actionsOf, this.streamOf) = (actionsOf, streamOf);
        ModelCalls = modelCalls;
        Steps = new int[people.Rows];
        (Proofs, Reasons) = (new string?[people.Rows], new string?[people.Rows]);
        offers = new RowList(people.Schema.Features.Count, people.Rows);
        nextOffer = new(people.Rows);
        (firstOffer, lastOffer) = (new int[people.Rows], new int[people.Rows]);
        Array.Fill(firstOffer, -1);
    }

    internal RecourseTask Task { get; }

    internal IModel Model => Task.Model;

    internal Table People { get; }

    internal int Rows => People.Rows;

    internal ICost Cost { get; }

    /// <summary>Different answers asked for, k.</summary>
    internal int Answers { get; }

    internal Budget Budget { get; }

    /// <summary>The favourable score of each person as they are.</summary>
    internal double[] Scores { get; }

    /// <summary>+1 where a person should be at or above θ, -1 where below.</summary>
    internal int[] Signs { get; }

    /// <summary>Search steps spent a person.</summary>
    internal int[] Steps { get; }

    /// <summary>Rows scored a person.</summary>
    internal int[] ModelCalls { get; }

    /// <summary>Where a search proves that a person has no recourse: why.</summary>
    internal string?[] Proofs { get; }

    /// <summary>Where a search knows why it has nothing to offer a person, and it proves nothing: why.</summary>
    internal string?[] Reasons { get; }

    /// <summary>The pass in which everyone was screened and their places in it, where <see cref="ISearch.ReadsGradients"/>.</summary>
    internal (ForwardPass Of, int[] Places)? Pass { get; init; }

    /// <summary>The people and action sets in the model's encoded units.</summary>
    internal EncodedActions Encoded => encoded ??= new EncodedActions(People, actionsOf, Task.Encoding);

    internal ActionSet ActionsOf(int person) => actionsOf(person);

    /// <summary>A fresh copy of the person's own stream: it does not depend on their company.</summary>
    internal Rng StreamOf(int person) => streamOf(person);

    /// <summary>Steps the budget leaves a person.</summary>
    internal int StepsLeft(int person) => (Budget.Steps ?? int.MaxValue) - Steps[person];

    /// <summary>Model calls left to a search: the budget less what was spent, less one for the check of what it finds.</summary>
    internal int CallsLeft(int person) => Budget.ModelCalls is { } limit ? limit - 1 - ModelCalls[person] : int.MaxValue;

    /// <summary>How far on the desired side of θ a score is: valid where 0 or more (for -1: more than 0).</summary>
    internal double Margin(int person, double score) => Signs[person] * (score - Model.Threshold);

    internal bool IsValid(int person, double score) => Signs[person] > 0 ? score >= Model.Threshold : score < Model.Threshold;

    /// <summary>Offers an encoded point of the relaxed action set.</summary>
    internal void OfferEncoded(int person, ReadOnlySpan<float> point) => Encoded.Decode(person, point, Offer(person));

    /// <summary>Offers an encoded point whose whole numbers are whole, but for what single precision makes of them.</summary>
    internal void OfferWhole(int person, ReadOnlySpan<float> point) => ReadWhole(person, point, Offer(person));

    /// <summary>The raw row of an encoded point whose whole numbers are whole, but for what single precision makes of them.</summary>
    internal void ReadWhole(int person, ReadOnlySpan<float> point, Span<double> row)
    {
        Encoded.Decode(person, point, row);
        for (int f = 0; f < row.Length; f++)
            if (People.Schema.Features[f].IsDiscrete && Math.Abs(row[f] - Math.Round(row[f])) < NearlyWhole) row[f] = Math.Round(row[f]);
    }

    /// <summary>Offers a row of the relaxed action set.</summary>
    /// <returns>Where the caller writes it, in raw units.</returns>
    internal Span<double> Offer(int person)
    {
        int offer = nextOffer.Count;
        nextOffer.Add(-1);
        if (firstOffer[person] < 0) firstOffer[person] = offer;
        else nextOffer[lastOffer[person]] = offer;
        lastOffer[person] = offer;
        return offers.Add();
    }

    /// <summary>Offers a row with the way to it.</summary>
    /// <param name="person">The person.</param>
    /// <param name="way">The row after each step, raw, side by side; the last is the row offered, and all are in the person's action set.</param>
    internal void OfferWay(int person, double[] way)
    {
        way.AsSpan(way.Length - People.Schema.Features.Count).CopyTo(Offer(person));
        ways ??= [];
        if (ways.TryGetValue(person, out var known)) known.Add(way);
        else ways[person] = [way];
    }

    /// <summary>The way to a row that was offered with one, or null.</summary>
    internal double[]? WayTo(int person, ReadOnlySpan<double> row)
    {
        if (ways is null || !ways.TryGetValue(person, out var known)) return null;
        foreach (double[] way in known)
            if (way.AsSpan(way.Length - row.Length).SequenceEqual(row)) return way;
        return null;
    }

    /// <summary>Keeps a way that another search of the same person offered.</summary>
    internal void KeepWays(int person, SearchChunk of, int there)
    {
        if (of.ways is null || !of.ways.TryGetValue(there, out var known)) return;
        ways ??= [];
        ways[person] = ways.TryGetValue(person, out var own) ? [.. own, .. known] : known;
    }

    /// <summary>The first row offered a person, or -1.</summary>
    internal int FirstOffer(int person) => firstOffer[person];

    /// <summary>The row offered the same person after this one, or -1.</summary>
    internal int NextOffer(int offer) => nextOffer[offer];

    /// <summary>An offered row, raw.</summary>
    internal ReadOnlySpan<double> OfferedRow(int offer) => offers[offer];
}
