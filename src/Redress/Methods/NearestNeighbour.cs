using System.Text.Json;
using Redress.Actions;
using Redress.Neighbours;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Methods;

/// <summary>The distance by which training rows are near, over the encoded row.</summary>
public enum RowDistance
{
    /// <summary>Σ |x' - x|.</summary>
    L1,

    /// <summary>√Σ (x' - x)².</summary>
    L2,
}

/// <summary>Options of <see cref="NearestNeighbour"/>; by default the rows of D_h⁺.</summary>
/// <param name="Label">True for training rows whose own outcome was the desired one only.</param>
/// <param name="Confidence">γ: rows that the model gives the desired outcome with a probability above this; 0 to below 1. With 0 a row need not be on the desired side of θ either.</param>
/// <param name="Bring">How a training row is brought into a person's action set.</param>
/// <param name="Tries">Rows tried, nearest first; the cheapest that is valid is given. 1 to 1,000.</param>
/// <param name="Distance">What near means.</param>
public sealed record NearestNeighbourOptions(bool Label = true, double Confidence = 0.7, Bring Bring = Bring.Keep, int Tries = 10, RowDistance Distance = RowDistance.L1)
{
    /// <summary>NNR: the nearest row of the desired label.</summary>
    public static NearestNeighbourOptions OfLabel { get; } = new(Confidence: 0);

    /// <summary>NNR (γ > 0.7): the nearest row with that confidence, whatever its label.</summary>
    public static NearestNeighbourOptions OfConfidence { get; } = new(Label: false);

    internal IEnumerable<string> Problems()
    {
        if (!(Confidence is >= 0 and < 1)) yield return Invariant($"confidence is {Confidence}; must be 0 to below 1.");
        if (!Label && Confidence == 0) yield return "label is false and confidence is 0, so any row would do; ask for one of the two.";
        if (!Enum.IsDefined(Bring)) yield return Invariant($"bring is {(int)Bring}; must be keep, exact or clamp.");
        if (Tries is < 1 or > 1000) yield return Invariant($"tries is {Tries}; must be 1 to 1000.");
        if (!Enum.IsDefined(Distance)) yield return Invariant($"distance is {(int)Distance}; must be l1 or l2.");
    }
}

/// <summary>
/// Nearest-neighbour recourse: move to where the nearest training row stands that has the desired label and that the model accepts with confidence, the
/// nearest neighbour in D_h⁺ = {x : y = 1, h(x) > γ} (Garg, Nagalapatti and Sarawagi, section 5.5 and table 3: its three variants are the options and presets).
/// </summary>
/// <remarks>Where we differ: the paper returns the training row itself, whatever it changes. Here it is brought into the person's action set first, several
/// rows are tried, and the one given is valid as shown.</remarks>
public sealed class NearestNeighbour : ILearningMethod
{
    private readonly NearestNeighbourOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public NearestNeighbour(NearestNeighbourOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'nearest-neighbour': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "nearest-neighbour", "The nearest training row that the model accepts with confidence, as far as the person can become it",
        "Garg, Nagalapatti, Sarawagi: From Search to Sampling: Generative Models for Robust Algorithmic Recourse, section 5.5",
        Needs.TrainingRows, MaxAnswers: 100,
        "When small actions matter or few training rows are within reach: gradient goes only as far as it must.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        RecourseFinder.RefuseUnmet(About, task);
        if (options.Label && task.TrainingRows!.Labels is null) throw new OptionsException("Options of 'nearest-neighbour': label is true, and the training rows have no outcomes; give rows with outcomes, or set label to false.");
        return Finder(task, Examples.Of(task, int.MaxValue, rng, cancel));
    }

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt)
    {
        var examples = Examples.Read(task, learnt);
        return options.Label && examples.Rows.Labels is null ? throw learnt.Damaged("the rows' outcomes are missing") : Finder(task, examples);
    }

    private RecourseFinder Finder(RecourseTask task, Examples examples) => new(About, JsonSerializer.Serialize(options, OptionsJson.Default.NearestNeighbourOptions), task, new Rows(examples, options));

    private sealed class Rows : ISearch
    {
        private readonly Examples examples;
        private readonly NearestNeighbourOptions options;
        private readonly Side favourable, other;

        internal Rows(Examples examples, NearestNeighbourOptions options)
        {
            (this.examples, this.options) = (examples, options);
            (favourable, other) = (new(examples, options, 1), new(examples, options, -1));
        }

        public Learnt Learnt => new("{}", examples.Tensors);

        Learnt? ISearch.Learnt => Learnt;

        public void Search(SearchChunk chunk, CancellationToken cancel)
        {
            foreach (int sign in new[] { 1, -1 })
            {
                int[] people = [.. Enumerable.Range(0, chunk.Rows).Where(i => chunk.Signs[i] == sign && chunk.StepsLeft(i) > 0)];
                var side = sign > 0 ? favourable : other;
                if (side.Targets.Length == 0) foreach (int i in people) chunk.Reasons[i] = side.WhyNone;
                if (people.Length == 0 || side.Targets.Length == 0 || cancel.IsCancellationRequested) continue;
                var reaches = options.Bring == Bring.Clamp ? null : people.Select(i => ReachOf(chunk, i)).ToArray();
                var points = new float[people.Length * chunk.Encoded.Width];
                for (int p = 0; p < people.Length; p++) chunk.Encoded.XOf(people[p]).CopyTo(points.AsSpan(p * chunk.Encoded.Width));
                Func<int, int, bool>? admits = reaches is null ? null : (p, row) => reaches[p].Holds(side.Targets[row]) && reaches[p].IsElsewhere(side.Targets[row]);
                // The people of a chunk are one thread's work already.
                NearestRows near;
                try { near = NearestRows.Of(side.Blocks, points, Math.Max(options.Tries, chunk.Answers), options.Distance == RowDistance.L1 ? Norm.L1 : Norm.SquaredL2, admits, new(1), cancel); }
                catch (OperationCanceledException) when (cancel.IsCancellationRequested)
                {
                    // Who has no offer is cancelled; the others keep theirs.
                    return;
                }
                for (int p = 0; p < people.Length; p++)
                {
                    if (near.RowsOf(p) is [< 0, ..]) chunk.Reasons[people[p]] = Invariant($"None of the {side.Targets.Length} training rows to go to is within this person's action set.");
                    foreach (int row in near.RowsOf(p))
                        if (row >= 0 && chunk.StepsLeft(people[p]) > 0) Offer(chunk, people[p], side.Targets[row], reaches?[p]);
                }
            }
        }

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
        {
            for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
            {
                var reach = options.Bring == Bring.Clamp ? null : ReachOf(chunk, i);
                int tried = 0;
                foreach (int row in (chunk.Signs[i] > 0 ? favourable : other).ByScore)
                {
                    if (tried == options.Tries || chunk.StepsLeft(i) < 1) break;
                    if (reach is not null && !(reach.Holds(row) && reach.IsElsewhere(row))) continue;
                    Offer(chunk, i, row, reach);
                    tried++;
                }
            }
        }

        private PersonReach ReachOf(SearchChunk chunk, int person)
        {
            var reach = new PersonReach(examples.Rows, options.Bring == Bring.Exact);
            reach.Enter(chunk.ActionsOf(person), chunk.People.Row(person));
            return reach;
        }

        private void Offer(SearchChunk chunk, int person, int row, PersonReach? reach)
        {
            chunk.Steps[person]++;
            if (reach is not null)
            {
                reach.BringTo(row, chunk.Offer(person));
                return;
            }
            var there = examples.Encoded.AsSpan(row * chunk.Encoded.Width, chunk.Encoded.Width);
            float[] point = there.ToArray();
            new Projection(chunk.Encoded).Apply(person, point);
            var offer = chunk.Offer(person);
            chunk.Encoded.Decode(person, point, offer);
            var actions = chunk.ActionsOf(person);
            if (actions.Constraints.Length > 0) return;
            // A number that goes all the way is the training row's own, without the digits that float32 lost.
            foreach (int f in actions.Actionable)
                if (examples.Encoding.At(f) is { IsOneHot: false } at && point[at.Offset] == there[at.Offset]) offer[f] = examples.Rows.Row(row)[f];
        }

        /// <summary>The rows on one side of θ.</summary>
        private sealed class Side
        {
            internal Side(Examples examples, NearestNeighbourOptions options, int sign)
            {
                int[] sure = [.. Enumerable.Range(0, examples.Count).Where(r => (!options.Label || examples.IsLabelled(r, sign)) && (options.Confidence == 0 || examples.IsConfident(r, sign, options.Confidence)))];
                Targets = [.. sure.Where(r => options.Confidence == 0 || examples.IsPredicted(r, sign))];
                // Certificates rest on this order, so θ plays no part in it.
                ByScore = [.. sure.OrderByDescending(r => sign * examples.Scores[r])];
                int width = examples.Encoding.Width;
                var values = new float[Targets.Length * width];
                for (int t = 0; t < Targets.Length; t++) examples.Encoded.AsSpan(Targets[t] * width, width).CopyTo(values.AsSpan(t * width));
                Blocks = new(values, width);
                WhyNone = Targets.Length > 0 ? null : examples.NoneOn(sign, options.Confidence, options.Label);
            }

            /// <summary>Why there are no rows to go to, or null.</summary>
            internal string? WhyNone { get; }

            /// <summary>Rows to go to, ascending.</summary>
            internal int[] Targets { get; }

            /// <summary>The same, encoded.</summary>
            internal RowBlocks Blocks { get; }

            /// <summary>Rows of the label and confidence, wherever θ is, the most confident first.</summary>
            internal int[] ByScore { get; }
        }
    }
}
