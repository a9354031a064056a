using System.Runtime.InteropServices;

namespace Redress.Actions;

/// <summary>
/// The integer programme of flip sets: one action per feature, least cost, gains that reach a target, and optional linear
/// rows; answer after answer in order of cost, each changing a set of features that no answer before it changed.
/// </summary>
/// <remarks>
/// "Actionable recourse in linear classification" (Ustun, Spangher, Liu 2019), section 3: min cost(a) subject to w·a ≥ needed
/// over a grid of actions, solved again with each found set of features excluded. Where we differ: the paper hands this to a
/// mixed-integer solver and starts afresh for every answer. Here a best-first branch and bound settles, feature by feature,
/// whether it changes; each set of features is then one leaf of one tree, so answers come out in order and nothing is searched
/// twice. Bounds are <see cref="FlipSetRelaxation"/>; the actions of a leaf are found by depth-first branch and bound under the
/// same bounds. Gains count exactly as summed in feature order; costs within 1e-12 of each other, relatively, count as equal,
/// and then the answer met first wins, which tends to change the features of lowest index. One instance is for one thread.
/// </remarks>
internal sealed partial class FlipSetProgram
{
    /// <summary>Nodes that one call may look at unless told otherwise.</summary>
    public const long DefaultNodeLimit = 2_000_000;

    private const double Same = 1e-12;

    private readonly double[][] gains, costs;
    private readonly int[][] changes;
    private readonly double needed, slack;
    private readonly FlipSetCost combine;
    private readonly FlipSetRow[] rows;
    private readonly long nodeLimit;
    private readonly FlipSetRelaxation relaxation;
    private readonly Dictionary<double, FlipSetRelaxation> capped = [];
    private readonly PriorityQueue<Node, Node> queue = new(new CheapestFirst());
    private readonly int[] picked, best;
    private double bestTotal;
    private long nodesAllowed;

    // A part of the tree: all choices in the given states, none with a smaller largest cost or total. Branch is the feature to
    // settle next, −1 for none; Choice is set once the best choice is known.
    private sealed record Node(FlipState[] States, int Branch, double Peak, double Total, int[]? Choice, double Cost);

    // Of equal costs the part that changes features of lower index comes first, so that ties dive instead of widening the tree.
    private sealed class CheapestFirst : IComparer<Node>
    {
        public int Compare(Node? x, Node? y)
        {
            var order = x!.Cost.CompareTo(y!.Cost);
            if (order == 0) order = x.Total.CompareTo(y.Total);
            return order != 0 ? order : MemoryMarshal.AsBytes<FlipState>(x.States).SequenceCompareTo(MemoryMarshal.AsBytes<FlipState>(y.States));
        }
    }

    /// <summary>Poses the programme.</summary>
    /// <param name="gains">What each action adds towards the target, feature × action; action 0 is no change. Finite.</param>
    /// <param name="costs">What each action costs, the same shape; finite, 0 or more, and 0 for action 0.</param>
    /// <param name="needed">Least sum of gains; finite.</param>
    /// <param name="combine">Whether costs are summed or their largest counts.</param>
    /// <param name="rows">Linear rows that every answer obeys, or null.</param>
    /// <param name="nodeLimit">Nodes that one call of Next or HighestGain may look at; 1 or more.</param>
    /// <exception cref="ArgumentException">Shapes disagree or a number is out of range.</exception>
    public FlipSetProgram(
        double[][] gains, double[][] costs, double needed, FlipSetCost combine = FlipSetCost.Total, FlipSetRow[]? rows = null, long nodeLimit = DefaultNodeLimit)
    {
        (this.gains, this.costs, this.needed, this.combine, this.rows, this.nodeLimit) = (gains, costs, needed, combine, rows ?? [], nodeLimit);
        Check();
        slack = Same * (Math.Abs(needed) + SumOfLargest(gains));
        (picked, best) = (new int[gains.Length], new int[gains.Length]);
        changes = [.. gains.Select((_, j) => Undominated(j, 1, costs[j]))];
        least = LeastOfRows();
        relaxation = new(gains, costs, changes, needed, slack, double.PositiveInfinity, combine == FlipSetCost.Maximum);
        var states = new FlipState[gains.Length];
        Array.Fill(states, FlipState.Open);
        Add(states);
    }

    /// <summary>Nodes looked at so far, by all calls.</summary>
    public long Nodes { get; private set; }

    /// <summary>True while every search ran to its end: answers are the cheapest, their order is right, and "none left" is a
    /// proof. False once a call has met its node limit.</summary>
    public bool Exact { get; private set; } = true;

    /// <summary>The cheapest answer whose set of changed features differs from those of all answers before.</summary>
    /// <param name="choice">Receives an action a feature; zeros when there is no answer.</param>
    /// <param name="cost">Its total or largest cost; +∞ when there is no answer.</param>
    /// <returns>False when none is left: a proof where <see cref="Exact"/>. Once the node limit is met, what was solved by then
    /// still comes out and the rest of the tree is given up.</returns>
    /// <exception cref="ArgumentException"><paramref name="choice"/> has the wrong length.</exception>
    public bool Next(Span<int> choice, out double cost)
    {
        CheckLength(choice);
        nodesAllowed = Nodes + nodeLimit;
        while (queue.TryDequeue(out var node, out _))
        {
            if (node.Choice is { } answer)
            {
                answer.CopyTo(choice);
                cost = node.Cost;
                return true;
            }

            if (Spent()) continue;
            if (node.Branch < 0) Finish(node);
            else Branch(node);
        }

        choice.Clear();
        cost = double.PositiveInfinity;
        return false;
    }

    private static double SumOfLargest(double[][] gains)
    {
        var sum = 0.0;
        foreach (var gain in gains)
        {
            var largest = 0.0;
            foreach (var g in gain) largest = Math.Max(largest, Math.Abs(g));
            sum += largest;
        }

        return sum;
    }

    private bool Spent()
    {
        if (Nodes < nodesAllowed) return false;
        Exact = false;
        return true;
    }

    private void Branch(Node node)
    {
        foreach (var state in (ReadOnlySpan<FlipState>)[FlipState.Changed, FlipState.Kept])
        {
            var states = (FlipState[])node.States.Clone();
            states[node.Branch] = state;
            Add(states);
        }
    }

    /// <summary>Bounds a part of the tree and queues it, unless it holds no answer.</summary>
    private void Add(FlipState[] states)
    {
        Nodes++;
        if (!RowsAllow(states)) return;
        var peak = combine == FlipSetCost.Maximum ? relaxation.Peak(states) : 0;
        if (double.IsPositiveInfinity(peak) || !relaxation.Solve(states, picked)) return;
        var (choice, split) = (relaxation.Choice, relaxation.Split);
        var branch = split >= 0 && states[split] == FlipState.Open ? split : -1;
        for (var j = 0; j < states.Length && branch < 0; j++)
            if (states[j] == FlipState.Open && choice[j] != 0) branch = j;
        if (branch < 0) branch = Array.IndexOf(states, FlipState.Open);

        // Where all is settled and no feature is between two actions, the relaxed choice is the best of its set of features.
        if (branch < 0 && split < 0 && combine == FlipSetCost.Total && Accepts(choice)) Enqueue(states, [.. choice]);
        else Enqueue(new(states, branch, peak, relaxation.Cost, null, combine == FlipSetCost.Total ? relaxation.Cost : peak));
    }

    private void Enqueue(FlipState[] states, int[] choice)
    {
        var (total, peak) = (0.0, 0.0);
        for (var j = 0; j < choice.Length; j++)
        {
            total += costs[j][choice[j]];
            peak = Math.Max(peak, costs[j][choice[j]]);
        }

        Enqueue(new(states, -1, peak, total, choice, combine == FlipSetCost.Total ? total : peak));
    }

    private void Enqueue(Node node) => queue.Enqueue(node, node);

    /// <summary>Finds the best choice of a set of features. The smallest largest cost is the first cap under which any choice
    /// exists, and the least total under that cap breaks the tie.</summary>
    private void Finish(Node node)
    {
        bestTotal = double.PositiveInfinity;
        if (combine == FlipSetCost.Total) Descend(relaxation, node.States);
        else
        {
            var dearer = changes.Where((_, j) => node.States[j] == FlipState.Changed).Zip(costs.Where((_, j) => node.States[j] == FlipState.Changed))
                .SelectMany(f => f.First.Select(k => f.Second[k])).Where(c => c > node.Peak).Distinct().Order();
            foreach (var cap in dearer.Prepend(node.Peak))
            {
                if (!capped.TryGetValue(cap, out var bounded)) capped[cap] = bounded = new(gains, costs, changes, needed, slack, cap, peaks: false);
                Descend(bounded, node.States);
                if (double.IsFinite(bestTotal)) break;
            }
        }

        if (double.IsFinite(bestTotal)) Enqueue(node.States, [.. best]);
    }

    /// <summary>Depth-first branch and bound over the actions of features that change; keeps the cheapest in <see cref="best"/>.</summary>
    private void Descend(FlipSetRelaxation bounds, FlipState[] states)
    {
        if (Spent()) return;
        Nodes++;
        if (!RowsAllow(states) || !bounds.Solve(states, picked) || bounds.Cost >= bestTotal * (1 - Same)) return;
        var branch = bounds.Split;
        // The split feature at its dearer action gains enough: an answer, though not always the best.
        if (branch >= 0) bounds.Choice[branch] = bounds.SplitTo;
        var accepted = Offer(bounds.Choice);
        if (branch < 0 && accepted) return;
        if (branch < 0) branch = Array.IndexOf(states, FlipState.Changed);
        if (branch < 0) return;
        states[branch] = FlipState.Picked;
        foreach (var k in changes[branch])
        {
            if (costs[branch][k] > bounds.Cap) break;
            picked[branch] = k;
            Descend(bounds, states);
        }

        states[branch] = FlipState.Changed;
    }

    /// <summary>Keeps a choice that is acceptable and cheaper than the best so far; false when it is not acceptable.</summary>
    private bool Offer(int[] choice)
    {
        if (!Accepts(choice)) return false;
        var total = 0.0;
        for (var j = 0; j < choice.Length; j++) total += costs[j][choice[j]];
        if (total >= bestTotal * (1 - Same)) return true;
        bestTotal = total;
        choice.CopyTo(best, 0);
        return true;
    }
}
