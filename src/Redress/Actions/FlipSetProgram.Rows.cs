using static System.FormattableString;

namespace Redress.Actions;

/// <content>What linear rows and gains allow: pruning, acceptance, and the checks at the door.</content>
internal sealed partial class FlipSetProgram
{
    // least[row][(int)state * features + j]: the least that feature j adds to the row while Open, Changed or Kept.
    private readonly double[][] least;

    /// <summary>The actions of feature j that no other of those given replaces: at most the cost (where costs count), at least
    /// the gain, at most in every row. In order of cost, or of falling gain where costs do not count.</summary>
    private int[] Undominated(int j, int first, double[]? cost)
    {
        var (gain, price) = (gains[j], costs[j]);
        var sorted = new int[gain.Length - first];
        for (var k = 0; k < sorted.Length; k++) sorted[k] = first + k;
        // Equal actions keep their order, as a stable sort would leave them.
        if (cost is null) Array.Sort(sorted, (a, b) => gain[a] != gain[b] ? gain[b].CompareTo(gain[a]) : price[a] != price[b] ? price[a].CompareTo(price[b]) : a - b);
        else Array.Sort(sorted, (a, b) => cost[a] != cost[b] ? cost[a].CompareTo(cost[b]) : gain[a] != gain[b] ? gain[b].CompareTo(gain[a]) : a - b);
        var kept = 0;
        var highest = double.NegativeInfinity;
        foreach (var k in sorted)
        {
            // Without rows an action is replaced by any before it that gains as much.
            if (rows.Length == 0 ? gain[k] <= highest : Replaced(j, k, sorted.AsSpan(0, kept))) continue;
            highest = Math.Max(highest, gain[k]);
            sorted[kept++] = k;
        }

        return sorted[..kept];
    }

    private bool Replaced(int j, int k, ReadOnlySpan<int> by)
    {
        foreach (var other in by)
            if (gains[j][other] >= gains[j][k] && Array.TrueForAll(rows, row => row.Values[j][other] <= row.Values[j][k])) return true;
        return false;
    }

    private double[][] LeastOfRows()
    {
        var n = gains.Length;
        var result = new double[rows.Length][];
        for (var r = 0; r < rows.Length; r++)
        {
            result[r] = new double[3 * n];
            for (var j = 0; j < n; j++)
            {
                var value = rows[r].Values[j];
                var changed = changes[j].Length == 0 ? double.PositiveInfinity : changes[j].Min(k => value[k]);
                result[r][(int)FlipState.Open * n + j] = Math.Min(value[0], changed);
                result[r][(int)FlipState.Changed * n + j] = changed;
                result[r][(int)FlipState.Kept * n + j] = value[0];
            }
        }

        return result;
    }

    /// <summary>False when some row is broken by every choice in the given states, taking each feature at its least.</summary>
    private bool RowsAllow(ReadOnlySpan<FlipState> states)
    {
        for (var r = 0; r < rows.Length; r++)
        {
            var sum = 0.0;
            for (var j = 0; j < states.Length; j++)
                sum += states[j] == FlipState.Picked ? rows[r].Values[j][picked[j]] : least[r][(int)states[j] * states.Length + j];
            if (sum > Widened(rows[r].Limit)) return false;
        }

        return true;
    }

    /// <summary>Σ_j gain_j(choice_j) ≥ needed, exactly, and every row.</summary>
    private bool Accepts(ReadOnlySpan<int> choice)
    {
        var gain = 0.0;
        for (var j = 0; j < choice.Length; j++) gain += gains[j][choice[j]];
        if (!(gain >= needed)) return false;
        foreach (var row in rows)
        {
            var sum = 0.0;
            for (var j = 0; j < choice.Length; j++) sum += row.Values[j][choice[j]];
            if (sum > Widened(row.Limit)) return false;
        }

        return true;
    }

    private static double Widened(double limit) => double.IsFinite(limit) ? limit + 1e-9 * (1 + Math.Abs(limit)) : limit;

    private void CheckLength(ReadOnlySpan<int> choice)
    {
        if (choice.Length != gains.Length)
            throw new ArgumentException(Invariant($"choice has {choice.Length} places; there are {gains.Length} features."), nameof(choice));
    }

    private void Check()
    {
        if (nodeLimit < 1) throw new ArgumentException(Invariant($"nodeLimit is {nodeLimit}; must be at least 1."), nameof(nodeLimit));
        if (!double.IsFinite(needed)) throw new ArgumentException(Invariant($"needed is {needed}; must be finite."), nameof(needed));
        CheckShape(costs, "costs");
        for (var j = 0; j < gains.Length; j++)
        {
            if (gains[j].Length == 0) throw new ArgumentException(Invariant($"Feature {j} has 0 actions; action 0, no change, must be there."), nameof(gains));
            if (costs[j][0] != 0) throw new ArgumentException(Invariant($"Action 0 of feature {j} costs {costs[j][0]}; no change must cost 0."), nameof(costs));
            for (var k = 0; k < gains[j].Length; k++)
            {
                if (!double.IsFinite(gains[j][k])) throw new ArgumentException(Invariant($"The gain of action {k} of feature {j} is {gains[j][k]}; must be finite."), nameof(gains));
                if (!(costs[j][k] >= 0 && double.IsFinite(costs[j][k])))
                    throw new ArgumentException(Invariant($"The cost of action {k} of feature {j} is {costs[j][k]}; must be finite and at least 0."), nameof(costs));
            }
        }

        for (var r = 0; r < rows.Length; r++)
        {
            CheckShape(rows[r].Values, Invariant($"row {r}"));
            if (double.IsNaN(rows[r].Limit)) throw new ArgumentException(Invariant($"The limit of row {r} is NaN; must be a number."), nameof(rows));
            if (Array.Exists(rows[r].Values, f => Array.Exists(f, v => !double.IsFinite(v))))
                throw new ArgumentException(Invariant($"Row {r} holds NaN or an infinity; its values must be finite."), nameof(rows));
        }
    }

    private void CheckShape(double[][] grid, string name)
    {
        if (grid.Length != gains.Length) throw new ArgumentException(Invariant($"{name} has {grid.Length} features; gains has {gains.Length}."), name);
        for (var j = 0; j < grid.Length; j++)
            if (grid[j].Length != gains[j].Length)
                throw new ArgumentException(Invariant($"{name} has {grid[j].Length} actions for feature {j}; gains has {gains[j].Length}."), name);
    }
}
