using Redress.Data;
using Redress.Models;
using Redress.Neighbours;
using Redress.Search;

namespace Redress.Methods;

/// <summary>The search of <see cref="TabSynQ"/> over its synthetic rows, whose labels say of which side they were drawn.</summary>
internal sealed class TabSynQSearch : ISearch
{
    private readonly Examples examples;
    private readonly TabSynQOptions options;
    private readonly PairSpace space;
    private readonly Side favourable, other;

    internal TabSynQSearch(RecourseTask task, Examples examples, TabSynQOptions options, TabSynTraining training)
    {
        (this.examples, this.options) = (examples, options);
        space = new(task.Model.Schema, task.Statistics);
        (favourable, other) = (new(this, training, 1), new(this, training, -1));
    }

    public Learnt Learnt => new("{}", examples.Tensors);

    Learnt? ISearch.Learnt => Learnt;

    public void Search(SearchChunk chunk, CancellationToken cancel)
    {
        foreach (int sign in new[] { 1, -1 })
        {
            int[] people = [.. Enumerable.Range(0, chunk.Rows).Where(i => chunk.Signs[i] == sign && chunk.StepsLeft(i) > 0)];
            var side = SideOf(sign);
            if (side.WhyNone is { } why) foreach (int i in people) chunk.Reasons[i] = why;
            if (people.Length == 0 || side.WhyNone is not null || cancel.IsCancellationRequested) continue;
            try
            {
                Draw(chunk, people, side, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // Who has no offer is cancelled; the others keep theirs.
                return;
            }
        }
    }

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
    {
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
        {
            int[] rows = SideOf(chunk.Signs[i]).ByScore;
            if (rows.Length == 0 || chunk.StepsLeft(i) < 1) continue;
            chunk.Steps[i]++;
            var within = new Within(examples.Rows, chunk, i);
            int[] held = [.. rows.Where(within.Holds).Take(options.Samples)];
            foreach (int row in held.Length > 0 ? held : rows.Take(options.Samples))
                if (Brought(chunk, i, row) is { } brought) brought.CopyTo(chunk.Offer(i));
        }
    }

    private Side SideOf(int sign) => sign > 0 ? favourable : other;

    /// <summary>Draws for people from the rows within their action sets, or, for those who have none, from all rows.</summary>
    private void Draw(SearchChunk chunk, int[] people, Side side, CancellationToken cancel)
    {
        Within[] within = [.. people.Select(i => new Within(examples.Rows, chunk, i))];
        var q = PairsOf(chunk, people, side, (p, row) => within[p].Holds(side.Targets[row]), cancel);
        Offer(chunk, people, side, q, cancel);
        int[] others = [.. Enumerable.Range(0, people.Length).Where(p => !q.HasPartners(p)).Select(p => people[p])];
        if (others.Length > 0) Offer(chunk, others, side, PairsOf(chunk, others, side, null, cancel), cancel);
    }

    /// <summary>Q over a side's rows; the people of a chunk are one thread's work already.</summary>
    private PairDistribution PairsOf(SearchChunk chunk, int[] people, Side side, Func<int, int, bool>? admits, CancellationToken cancel) =>
        PairDistribution.Of(space, space.Points(chunk.People.FeaturesOf(people)), side.Blocks, options.Lambda, options.Nearest, new(1), admits, cancel);

    private void Offer(SearchChunk chunk, int[] people, Side side, PairDistribution q, CancellationToken cancel)
    {
        var best = new BestOfSamples(chunk, "Within the person's action set, every row that was drawn is the person's own row.");
        var drawn = new int[options.Samples];
        for (int p = 0; p < people.Length && !cancel.IsCancellationRequested; p++)
        {
            if (!q.HasPartners(p)) continue;
            int i = people[p];
            chunk.Steps[i]++;
            var stream = chunk.StreamOf(i).Split("pairs");
            foreach (ref int one in drawn.AsSpan()) one = q.Draw(p, stream);
            best.Begin(i);
            foreach (int target in drawn.Distinct())
            {
                int row = side.Targets[target];
                if (Brought(chunk, i, row) is not { } brought) continue;
                // A row that stays as it was drawn has the score it had.
                best.Add(brought, examples.Rows.Row(row).SequenceEqual(brought) ? examples.Scores[row] : double.NaN);
            }
            best.Offer();
        }
    }

    /// <summary>A row pulled into a person's action set; null where it cannot be, or is the person's own.</summary>
    private double[]? Brought(SearchChunk chunk, int person, int row)
    {
        double[] brought = examples.Rows.Row(row).ToArray();
        var present = chunk.People.Row(person);
        return Reach.Pull(chunk.ActionsOf(person), present, brought) && !present.SequenceEqual(brought) ? brought : null;
    }

    /// <summary>Which rows are in a person's action set as they are, and not the person's own.</summary>
    private sealed class Within
    {
        private readonly Table rows;
        private readonly PersonReach reach;
        private readonly double[] present;
        private readonly int[] immutables;

        internal Within(Table rows, SearchChunk chunk, int person)
        {
            this.rows = rows;
            (present, immutables) = (chunk.People.Row(person).ToArray(), chunk.ActionsOf(person).Schema.Immutables);
            reach = new(rows, exact: true);
            reach.Enter(chunk.ActionsOf(person), present);
        }

        internal bool Holds(int row)
        {
            var there = rows.Row(row);
            foreach (int f in immutables)
                if (there[f] != present[f]) return false;
            return reach.Holds(row) && reach.IsElsewhere(row);
        }
    }

    /// <summary>The synthetic rows on one side of θ.</summary>
    private sealed class Side
    {
        internal Side(TabSynQSearch of, TabSynTraining training, int sign)
        {
            var examples = of.examples;
            int[] drawn = [.. Enumerable.Range(0, examples.Count).Where(r => examples.IsLabelled(r, sign))];
            int[] sure = [.. drawn.Where(r => examples.IsConfident(r, sign, of.options.Confidence))];
            Targets = [.. sure.Where(r => examples.IsPredicted(r, sign))];
            // Certificates rest on this order, so θ plays no part in it.
            ByScore = [.. sure.OrderByDescending(r => sign * examples.Scores[r])];
            Blocks = new(of.space.Points(examples.Rows.FeaturesOf(Targets)), of.space.Width);
            WhyNone = Targets.Length > 0 ? null
                : drawn.Length == 0 ? training.WhyNone(sign)
                : Invariant($"None of the {drawn.Length} synthetic rows is given the desired outcome with a confidence above {of.options.Confidence}; ask for less confidence.");
        }

        /// <summary>Why there are no rows to draw from, or null.</summary>
        internal string? WhyNone { get; }

        /// <summary>Rows to draw from, ascending.</summary>
        internal int[] Targets { get; }

        /// <summary>The same, as Q measures them.</summary>
        internal RowBlocks Blocks { get; }

        /// <summary>Rows with the confidence, wherever θ is, the most confident first.</summary>
        internal int[] ByScore { get; }
    }
}
