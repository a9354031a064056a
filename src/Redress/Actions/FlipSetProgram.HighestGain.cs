namespace Redress.Actions;

/// <content>The highest gain that the rows allow, by branch and bound on a Lagrangian bound.</content>
internal sealed partial class FlipSetProgram
{
    private const int MaxCuts = 40;

    private double highest;

    /// <summary>The choice with the largest sum of gains that obeys the rows: what recourse can reach at any cost.</summary>
    /// <remarks>For any λ ≥ 0, Σ_j gain_j ≤ Σ_j max_k (gain_jk − λ·v_jk) + λ·limit bounds every choice that obeys the rows v
    /// (Geoffrion 1974); it splits by feature, so a node costs one addition. λ is chosen once, by cutting planes.</remarks>
    /// <param name="choice">Receives an action a feature; zeros when no choice obeys the rows. Without rows equal gains go to the
    /// cheaper action, then to the lower index.</param>
    /// <returns>The sum in feature order, the largest to 1e-12 of the grid's gains; −∞ when no choice obeys the rows. Where
    /// <see cref="Exact"/> is false it is the best one found.</returns>
    /// <exception cref="ArgumentException"><paramref name="choice"/> has the wrong length.</exception>
    public double HighestGain(Span<int> choice)
    {
        CheckLength(choice);
        nodesAllowed = Nodes + nodeLimit;
        var n = gains.Length;
        var actions = gains.Select((_, j) => Undominated(j, 0, null)).ToArray();
        var multipliers = Multipliers(actions);
        var reduced = gains.Select((_, j) => Reduced(j, multipliers)).ToArray();
        var rest = new double[n + 1];
        for (var r = 0; r < rows.Length; r++)
            if (multipliers[r] > 0) rest[n] += multipliers[r] * Widened(rows[r].Limit);
        for (var j = n - 1; j >= 0; j--)
        {
            actions[j] = [.. actions[j].OrderByDescending(k => reduced[j][k])];
            rest[j] = rest[j + 1] + reduced[j][actions[j][0]];
        }

        var states = new FlipState[n];
        Array.Fill(states, FlipState.Open);
        highest = double.NegativeInfinity;
        Climb(0, 0, 0, states, actions, reduced, rest);
        if (double.IsFinite(highest)) best.CopyTo(choice);
        else choice.Clear();
        return highest;
    }

    private void Climb(int depth, double gain, double bound, FlipState[] states, int[][] actions, double[][] reduced, double[] rest)
    {
        if (Spent()) return;
        Nodes++;
        if (bound + rest[depth] <= highest + slack || !RowsAllow(states)) return;
        if (depth == states.Length)
        {
            if (gain <= highest) return;
            highest = gain;
            picked.CopyTo(best, 0);
            return;
        }

        states[depth] = FlipState.Picked;
        foreach (var k in actions[depth])
        {
            picked[depth] = k;
            Climb(depth + 1, gain + gains[depth][k], bound + reduced[depth][k], states, actions, reduced, rest);
        }

        states[depth] = FlipState.Open;
    }

    /// <summary>gain_jk − λ·v_jk of every action k of feature j.</summary>
    private double[] Reduced(int j, double[] multipliers)
    {
        var result = (double[])gains[j].Clone();
        for (var r = 0; r < rows.Length; r++)
            for (var k = 0; k < result.Length; k++) result[k] -= multipliers[r] * rows[r].Values[j][k];
        return result;
    }

    /// <summary>A λ ≥ 0 that makes the Lagrangian bound small, by Kelley's cutting planes: min η subject to
    /// η ≥ gain(choice) − λ·(v(choice) − limit) for each choice that was best at an earlier λ. Any λ is a true bound, so stopping
    /// early costs nodes and nothing else; rows without a limit get 0.</summary>
    private double[] Multipliers(int[][] actions)
    {
        var count = rows.Length;
        var multipliers = new double[count];
        if (count == 0) return multipliers;
        var scale = 1 + SumOfLargest(gains);

        // Unknowns are λ_r size_r / scale and η / scale, so that the programme is well scaled whatever the rows' units.
        var sizes = rows.Select(row => 1 + Math.Max(row.Values.Max(f => f.Max(Math.Abs)), double.IsFinite(row.Limit) ? Math.Abs(row.Limit) : 0)).ToArray();
        double[] objective = [.. multipliers, 1], solution = new double[count + 1], lower = [.. multipliers, -1e6];
        double[] upper = [.. rows.Select(row => double.IsFinite(row.Limit) ? 1e3 : 0), 1e6];
        var (cuts, limits, smallest) = (new double[MaxCuts * (count + 1)], new double[MaxCuts], double.PositiveInfinity);
        var programme = new LinearProgram(count + 1, MaxCuts);
        for (var cut = 0; cut < MaxCuts; cut++)
        {
            var trial = sizes.Select((size, r) => solution[r] * scale / size).ToArray();
            var (gain, excess) = (0.0, rows.Select(row => double.IsFinite(row.Limit) ? -row.Limit : 0).ToArray());
            for (var j = 0; j < gains.Length; j++)
            {
                var reduced = Reduced(j, trial);
                var k = actions[j].MaxBy(a => reduced[a]);
                gain += gains[j][k];
                for (var r = 0; r < count; r++) excess[r] += rows[r].Values[j][k];
            }

            // The bound at this λ is gain − λ·excess, and the same line bounds it from below at every other λ.
            var value = gain;
            for (var r = 0; r < count; r++) value -= trial[r] * excess[r];
            if (value < smallest) (smallest, multipliers) = (value, trial);
            for (var r = 0; r < count; r++) cuts[cut * (count + 1) + r] = -excess[r] / sizes[r];
            (cuts[cut * (count + 1) + count], limits[cut]) = (-1, -gain / scale);
            var rowsUsed = cut + 1;
            var status = programme.Minimise(
                objective, cuts.AsSpan(0, rowsUsed * (count + 1)), limits.AsSpan(0, rowsUsed), lower, upper, solution, out var possible);
            if (status != LinearProgramStatus.Optimal || possible >= smallest / scale - 1e-9) break;
        }

        return multipliers;
    }
}
