namespace Redress.Actions;

/// <summary>
/// The linear relaxation of a flip set's multiple-choice knapsack, min Σ_j cost_j subject to Σ_j gain_j ≥ needed with one
/// action, or a mixture of two, per feature.
/// </summary>
/// <remarks>
/// Its optimum walks the lower convex hulls of (gain, cost) in order of slope until enough is gained; at most one feature is
/// left between two actions (Sinha and Zoltners, "The multiple-choice knapsack problem", Operations Research 27, 1979). Hulls
/// and order are made once; a bound is then one pass without allocation. Rows are not part of it.
/// </remarks>
internal sealed class FlipSetRelaxation
{
    // One step along a hull, or for Peak along a staircase: to the action To of a feature that is in the given state.
    private readonly record struct Step(double Key, double Cost, double Gain, int Feature, FlipState State, int To) : IComparable<Step>
    {
        public int CompareTo(Step other) =>
            Key != other.Key ? Key.CompareTo(other.Key) : Feature != other.Feature ? Feature - other.Feature : Cost.CompareTo(other.Cost);
    }

    private readonly double[][] gains, costs;
    private readonly double needed, slack;
    private readonly int[] cheapest;
    private readonly Step[] hull, stairs;

    /// <summary>Prepares the hulls.</summary>
    /// <param name="gains">Gain of each action, feature × action.</param>
    /// <param name="costs">Cost of each action, the same shape.</param>
    /// <param name="changes">Actions but 0 to consider, by feature, in order of cost.</param>
    /// <param name="needed">Sum of gains to reach.</param>
    /// <param name="slack">Shortfall that counts as rounding.</param>
    /// <param name="cap">Dearer actions are left out.</param>
    /// <param name="peaks">Whether <see cref="Peak"/> will be asked for.</param>
    public FlipSetRelaxation(double[][] gains, double[][] costs, int[][] changes, double needed, double slack, double cap, bool peaks)
    {
        (this.gains, this.costs, this.needed, this.slack, Cap) = (gains, costs, needed, slack, cap);
        Choice = new int[gains.Length];
        cheapest = new int[gains.Length];
        var (slopes, rises) = (new List<Step>(), new List<Step>());
        for (var j = 0; j < gains.Length; j++)
        {
            var allowed = changes[j].AsSpan();
            while (allowed.Length > 0 && costs[j][allowed[^1]] > cap) allowed = allowed[..^1];
            cheapest[j] = allowed.Length > 0 ? allowed[0] : -1;
            AddSteps(j, FlipState.Open, 0, allowed, slopes, rises, peaks);
            if (allowed.Length > 1) AddSteps(j, FlipState.Changed, allowed[0], allowed[1..], slopes, rises, peaks);
        }

        slopes.Sort();
        rises.Sort();
        (hull, stairs) = ([.. slopes], [.. rises]);
    }

    /// <summary>The largest cost of an action that takes part.</summary>
    public double Cap { get; }

    /// <summary>Action by feature in the last relaxed solution; a split feature is shown at the cheaper of its two actions.</summary>
    public int[] Choice { get; }

    /// <summary>Cost of the last relaxed solution: no choice in the asked states costs less in total.</summary>
    public double Cost { get; private set; }

    /// <summary>The feature between two actions in the last relaxed solution, or −1.</summary>
    public int Split { get; private set; }

    /// <summary>The dearer action of the split feature.</summary>
    public int SplitTo { get; private set; }

    /// <summary>Solves the relaxation for features in the given states.</summary>
    /// <param name="states">A state a feature.</param>
    /// <param name="picked">The action of each feature whose state is Picked.</param>
    /// <returns>False when even the largest gains do not reach what is needed, or a feature that must change has no action.</returns>
    public bool Solve(ReadOnlySpan<FlipState> states, ReadOnlySpan<int> picked)
    {
        (Cost, Split) = (0, -1);
        var missing = needed;
        for (var j = 0; j < states.Length; j++)
        {
            var k = states[j] switch { FlipState.Changed => cheapest[j], FlipState.Picked => picked[j], _ => 0 };
            if (k < 0) return false;
            Choice[j] = k;
            Cost += costs[j][k];
            missing -= gains[j][k];
        }

        foreach (ref readonly var step in hull.AsSpan())
        {
            if (missing <= 0) return true;
            if (states[step.Feature] != step.State) continue;
            if (step.Gain > missing)
            {
                (Split, SplitTo) = (step.Feature, step.To);
                Cost += step.Cost * (missing / step.Gain);
                return true;
            }

            Choice[step.Feature] = step.To;
            Cost += step.Cost;
            missing -= step.Gain;
        }

        return missing <= slack;
    }

    /// <summary>The smallest m such that actions of cost at most m gain enough, for features in the given states (none Picked):
    /// no choice has a smaller largest cost, and without rows one attains it.</summary>
    /// <param name="states">A state a feature.</param>
    /// <returns>A cost, or +∞ when no choice gains enough.</returns>
    public double Peak(ReadOnlySpan<FlipState> states)
    {
        var (peak, missing) = (0.0, needed);
        for (var j = 0; j < states.Length; j++)
        {
            var k = states[j] == FlipState.Changed ? cheapest[j] : 0;
            if (k < 0) return double.PositiveInfinity;
            peak = Math.Max(peak, costs[j][k]);
            missing -= gains[j][k];
        }

        foreach (ref readonly var step in stairs.AsSpan())
        {
            if (missing <= slack) return peak;
            if (states[step.Feature] != step.State) continue;
            peak = Math.Max(peak, step.Key);
            missing -= step.Gain;
        }

        return missing <= slack ? peak : double.PositiveInfinity;
    }

    /// <summary>Adds the hull above the starting action and, if asked, the staircase of ever larger gains.</summary>
    private void AddSteps(int j, FlipState state, int start, ReadOnlySpan<int> later, List<Step> slopes, List<Step> rises, bool peaks)
    {
        var (gain, cost) = (gains[j], costs[j]);
        var first = slopes.Count;
        var (top, from) = (gain[start], start);
        foreach (var k in later)
        {
            if (gain[k] <= top) continue;
            if (peaks) rises.Add(new(cost[k], 0, gain[k] - top, j, state, k));
            (top, from) = (gain[k], start);
            // A step less steep than the one before it replaces that one, which then lies above the hull.
            while (slopes.Count > first)
            {
                from = slopes[^1].To;
                if ((cost[k] - cost[from]) / (gain[k] - gain[from]) > slopes[^1].Key) break;
                slopes.RemoveAt(slopes.Count - 1);
                from = start;
            }

            var (dearer, more) = (cost[k] - cost[from], gain[k] - gain[from]);
            slopes.Add(new(dearer / more, dearer, more, j, state, k));
        }
    }
}
