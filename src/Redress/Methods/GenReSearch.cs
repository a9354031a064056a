using Redress.Actions;
using Redress.Data;
using Redress.Generative;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Samples rows for everyone, puts them into their action sets, and offers the best: by h (GenRe), or by eq. 5 where the density does not know who asks.</summary>
/// <remarks>A sample is a step, and a model call where it changes something. θ plays no part in GenRe's choice, so the row of the highest score is found the same way.</remarks>
internal sealed class GenReSearch : ISearch
{
#if DEBUG
    private const int BlockRows = 23;   // no multiple of what people draw: tests cross its border all the time
#else
    /// <summary>Rows drawn together: their caches of keys and values fit the second-level cache.</summary>
    private const int BlockRows = 320;
#endif

    private const string OneSided = "The method learnt the favourable outcome only, and this person is to have the other; prepare it with other-side.";

    private readonly RecourseSampler favourable;
    private readonly RecourseSampler? other;
    private readonly GenReSettings settings;
    private readonly PairSpace? space;

    /// <param name="network">For people who are to have the favourable outcome.</param>
    /// <param name="otherNetwork">For the others, or null where none was trained.</param>
    /// <param name="task">The model.</param>
    /// <param name="settings">The method's.</param>
    /// <param name="learnt">What is saved.</param>
    internal GenReSearch(RecourseTransformer network, RecourseTransformer? otherNetwork, RecourseTask task, GenReSettings settings, Learnt learnt)
    {
        (favourable, other, this.settings, Learnt) = (new(network), otherNetwork is null ? null : new(otherNetwork), settings, learnt);
        space = network.IsConditional ? null : new(task.Model.Schema, task.Statistics);
        FixedImmutables = task.Model.Schema.Immutables;
    }

    public Learnt Learnt { get; }

    public IReadOnlyList<int> FixedImmutables { get; }

    public bool HighestIsTheSame => space is null;

    public bool AnswersShareFeatures => true;

    public void Search(SearchChunk chunk, CancellationToken cancel) => Offer(chunk, highest: space is null, cancel);

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => Offer(chunk, highest: true, cancel);

    /// <summary>Offers the row of the highest score, or the likeliest by eq. 5.</summary>
    private void Offer(SearchChunk chunk, bool highest, CancellationToken cancel)
    {
        int each = Math.Max(1, BlockRows / settings.Samples);
        foreach (var (sampler, sign) in new[] { (favourable, 1), (other, -1) })
        {
            var people = new List<int>();
            for (int i = 0; i < chunk.Rows; i++)
            {
                if (chunk.Signs[i] != sign) continue;
                if (sampler is null) chunk.Reasons[i] = OneSided;
                else if (Math.Min(chunk.StepsLeft(i), chunk.CallsLeft(i)) >= 1) people.Add(i);
            }
            for (int start = 0; start < people.Count && !cancel.IsCancellationRequested; start += each) OfferBlock(chunk, sampler!, highest, [.. people.Skip(start).Take(each)], cancel);
        }
    }

    private void OfferBlock(SearchChunk chunk, RecourseSampler sampler, bool highest, int[] people, CancellationToken cancel)
    {
        int features = chunk.People.Schema.Features.Count, samples = settings.Samples;
        var streams = new Rng[people.Length * samples];
        for (int p = 0; p < people.Length; p++)
        {
            var own = chunk.StreamOf(people[p]).Split("samples");
            for (int s = 0; s < samples; s++) streams[p * samples + s] = own.Split((ulong)s);
        }
        var rows = new double[streams.Length * features];
        BinLimits[] limits = [.. people.Select(i => LimitsOf(sampler.Tokens, chunk.ActionsOf(i), chunk.People.Row(i)))];
        // Who is drawn nothing is cancelled; the others keep theirs.
        if (!sampler.Draw(chunk.People.FeaturesOf(people), samples, settings.Rule, limits, streams, rows, cancel)) return;
        var drawn = Reached(chunk, people, rows);
        double[] scores = Scores.Favourable(chunk.Model, Table.Over(chunk.Model.Schema, [.. drawn.SelectMany(d => d.Row)], drawn.Count), CancellationToken.None);
        for (int from = 0, to; from < drawn.Count; from = to)
        {
            for (to = from; to < drawn.Count && drawn[to].Person == drawn[from].Person;) to++;
            int person = drawn[from].Person;
            var order = Enumerable.Range(from, to - from).OrderByDescending(d => highest ? 0 : Likeliness(chunk, person, drawn[d].Row, scores[d])).ThenByDescending(d => chunk.Signs[person] * scores[d]);
            // Of several answers the judge takes the cheapest that are valid.
            foreach (int d in order.Take(chunk.Answers == 1 ? 1 : to - from)) drawn[d].Row.CopyTo(chunk.Offer(person));
        }
    }

    /// <summary>Different rows that each person can reach, within their budget, in the order in which they were drawn.</summary>
    private List<(int Person, double[] Row)> Reached(SearchChunk chunk, int[] people, double[] rows)
    {
        int features = chunk.People.Schema.Features.Count, samples = settings.Samples;
        var drawn = new List<(int Person, double[] Row)>();
        for (int p = 0; p < people.Length; p++)
        {
            int person = people[p], first = drawn.Count;
            var reach = new Reach(chunk.ActionsOf(person), chunk.People.Row(person));
            bool isOwn = false;
            for (int s = 0; s < samples && Math.Min(chunk.StepsLeft(person), chunk.CallsLeft(person)) >= 1; s++)
            {
                chunk.Steps[person]++;
                double[] row = rows[((p * samples + s) * features)..((p * samples + s + 1) * features)];
                if (!reach.Pull(row)) continue;
                bool isSame = reach.Present.SequenceEqual(row);
                isOwn |= isSame;
                if (isSame || drawn.Skip(first).Any(d => d.Row.AsSpan().SequenceEqual(row))) continue;
                chunk.ModelCalls[person]++;
                drawn.Add((person, row));
            }
            if (drawn.Count == first) chunk.Reasons[person] = isOwn ? "Every row that was drawn is, within the person's action set, their own." : "No row that was drawn can be brought into the person's action set.";
        }
        return drawn;
    }

    /// <summary>-λ C(x, x⁺) + log V(x⁺): eq. 5 without log P, since the rows are drawn from P; V is whether the model gives the desired outcome.</summary>
    private double Likeliness(SearchChunk chunk, int person, double[] row, double score) =>
        chunk.IsValid(person, score) ? -settings.Lambda * space!.Cost(chunk.People.Row(person), row) : double.NegativeInfinity;

    /// <summary>The values that a person can have: their own of what is frozen, and else the bins whose mean is within their limits.</summary>
    private BinLimits LimitsOf(RecourseTokens tokens, ActionSet actions, ReadOnlySpan<double> present)
    {
        var limits = new BinLimits(new bool[tokens.Count], new bool[tokens.AllBins]);
        Array.Fill(limits.Fixed, true);
        foreach (int f in actions.Actionable)
        {
            var bins = tokens.Bins[f];
            int offset = tokens.OffsetOf(f);
            var (lower, upper) = actions.IsCategory(f) ? (double.NegativeInfinity, double.PositiveInfinity) : actions.Interval(f, present[f]);
            for (int k = 0; k < bins.Count; k++)
            {
                double value = (settings.Rule.KeepOwn || bins.IsNamed) && bins.Holds(k, present[f]) ? present[f] : bins.Means[k];
                bool may = actions.IsCategory(f) ? actions.MayTake(f, present[f], value) : value >= lower && value <= upper;
                limits.Allowed[offset + k] = may;
                if (may) limits.Fixed[f] = false;
            }
        }
        return limits;
    }
}
