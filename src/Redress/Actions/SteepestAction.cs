using Redress.Data;

namespace Redress.Actions;

/// <summary>
/// δ* = argmax over Δ of ∇g(x)ᵀδ: the linear programme behind the recourse loss and the linear step (Ross, Lakkaraju and Bastani 2021, section 3.1).
/// The paper writes argmin ∇ℓ(g(x), 1)ᵀδ; as ℓ falls in g the two have the same solution, and ∇g does not vanish where the sigmoid saturates.
/// </summary>
/// <remarks>
/// Without linear constraints Δ is a product of intervals, categories and ties, and the solution is read off. With them, the numeric columns are one
/// bounded-variable linear programme; categories stay apart, since constraints are over numbers. A zero gradient moves nothing (the paper leaves it open).
/// Not thread-safe: one instance a thread.
/// </remarks>
internal sealed class SteepestAction(EncodedActions batch)
{
    private readonly int[] numbers = new int[batch.Encoding.Features.Count];
    private LinearProgram? programme;
    private readonly float[] pulled = new float[batch.Width];
    private double[] cost = [], rows = [], bounds = [], lower = [], upper = [], solution = [];

    /// <summary>Writes x + δ* of one person.</summary>
    /// <param name="row">The person.</param>
    /// <param name="gradient">∇g(x) by the encoded columns.</param>
    /// <param name="changed">Receives x + δ*, encoded, in the relaxed action set.</param>
    internal void Apply(int row, ReadOnlySpan<float> gradient, Span<float> changed)
    {
        var actions = batch.ActionsOf(row);
        batch.XOf(row).CopyTo(changed);
        bool constrained = actions.Constraints.Length > 0;
        ReadOnlySpan<float> lower = batch.LowerOf(row), upper = batch.UpperOf(row);
        int free = 0;
        foreach (int f in actions.Actionable)
        {
            ref readonly var at = ref batch.Encoding.At(f);
            if (at.IsOneHot) BestCategory(row, f, gradient, changed);
            else if (constrained && !actions.Schema.Features[f].IsNamed) numbers[free++] = f;
            else if (actions.FollowersOf(f).Length > 0) BestTied(row, f, gradient, changed);
            else
            {
                float g = gradient[at.Offset];
                if (g > 0) changed[at.Offset] = upper[at.Offset];
                else if (g < 0) changed[at.Offset] = lower[at.Offset];
            }
        }
        if (free > 0) Solve(row, numbers.AsSpan(0, free), gradient, changed);
        TiedColumns.Follow(batch, row, changed);
    }

    private void BestCategory(int row, int feature, ReadOnlySpan<float> gradient, Span<float> changed)
    {
        var at = batch.Encoding.Features[feature];
        int present = (int)batch.People.Row(row)[feature], best = present;
        float most = GainOfCategory(row, feature, present, gradient);
        for (int c = 0; c < at.Width; c++)
        {
            if (batch.UpperOf(row)[at.Offset + c] == 0) continue;
            float gain = GainOfCategory(row, feature, c, gradient);
            if (gain > most) (best, most) = (c, gain);
        }
        changed.Slice(at.Offset, at.Width).Clear();
        changed[at.Offset + best] = 1;
    }

    private float GainOfCategory(int row, int feature, int category, ReadOnlySpan<float> gradient)
    {
        float gain = gradient[batch.Encoding.Features[feature].Offset + category];
        return gain + GainOfFollowers(row, feature, category, gradient);
    }

    private void BestTied(int row, int feature, ReadOnlySpan<float> gradient, Span<float> changed)
    {
        var actions = batch.ActionsOf(row);
        var at = batch.Encoding.Features[feature];
        double present = batch.People.Row(row)[feature], best = present;
        double Gain(double value, ReadOnlySpan<float> g) => g[at.Offset] * ((value - at.Shift) / at.Scale) + GainOfFollowers(row, feature, value, g);
        double most = Gain(present, gradient);
        foreach (double value in actions.ListedValues(feature))
        {
            if (!actions.MayTake(feature, present, value)) continue;
            double gain = Gain(value, gradient);
            if (gain > most) (best, most) = (value, gain);
        }
        if (best != present) batch.Encoding.Encode(feature, best, changed);
    }

    private float GainOfFollowers(int row, int leader, double value, ReadOnlySpan<float> gradient)
    {
        float gain = 0;
        foreach (var tie in batch.ActionsOf(row).FollowersOf(leader))
        {
            var at = batch.Encoding.Features[tie.Follower];
            int k = tie.IndexOf(value);
            if (k >= 0) gain += TiedColumns.Gain(batch.Encoding, tie, k, gradient.Slice(at.Offset, at.Width));
        }
        return gain;
    }

    /// <summary>min -∇gᵀδ subject to A(x + δ) ≤ b and the intervals; δ in the encoding's units, so that columns are of one scale.</summary>
    private void Solve(int row, ReadOnlySpan<int> columns, ReadOnlySpan<float> gradient, Span<float> changed)
    {
        var constraints = batch.ActionsOf(row).Schema.Constraints;
        int n = columns.Length, m = constraints.Count;
        Reserve(n, m);
        gradient.CopyTo(pulled);
        TiedColumns.PullBack(batch, row, batch.XOf(row), pulled);
        Pose(row, columns, constraints);
        var status = programme!.Minimise(cost.AsSpan(0, n), rows.AsSpan(0, m * n), bounds.AsSpan(0, m), lower.AsSpan(0, n), upper.AsSpan(0, n), solution.AsSpan(0, n), out _);
        if (status != LinearProgramStatus.Optimal) return;
        bool idle = IdleColumnsMayStay(n, m);
        for (int j = 0; j < n; j++)
            if (cost[j] != 0 || !idle) changed[batch.Encoding.Features[columns[j]].Offset] += (float)solution[j];
    }

    /// <summary>True where the columns without a gradient can stay as they are: no constraint needs them to make room for the others.</summary>
    private bool IdleColumnsMayStay(int n, int m)
    {
        for (int i = 0; i < m; i++)
        {
            double left = 0, size = bounds[i];
            for (int j = 0; j < n; j++)
            {
                if (cost[j] == 0) continue;
                left += rows[i * n + j] * solution[j];
                size += Math.Abs(rows[i * n + j] * solution[j]);
            }
            if (left > bounds[i] + 1e-9 * size) return false;
        }
        return true;
    }

    private void Pose(int row, ReadOnlySpan<int> columns, IReadOnlyList<LinearConstraint> constraints)
    {
        int n = columns.Length;
        var present = batch.People.Row(row);
        for (int j = 0; j < n; j++)
        {
            var at = batch.Encoding.Features[columns[j]];
            var (low, high) = batch.RawBounds(row, columns[j]);
            (lower[j], upper[j]) = ((low - present[columns[j]]) / at.Scale, (high - present[columns[j]]) / at.Scale);
            cost[j] = -pulled[at.Offset];
        }
        for (int i = 0; i < constraints.Count; i++)
        {
            // A person who just obeys a constraint, up to its tolerance, may stay where they are.
            bounds[i] = Math.Max(0, constraints[i].Bound - constraints[i].Left(present));
            rows.AsSpan(i * n, n).Clear();
            foreach (var (feature, coefficient) in constraints[i].Terms)
                if (columns.IndexOf(feature) is >= 0 and var j) rows[i * n + j] = coefficient * batch.Encoding.Features[feature].Scale;
        }
    }

    private void Reserve(int n, int m)
    {
        if (cost.Length >= n && bounds.Length >= m) return;
        programme = new LinearProgram(n, m);
        (cost, lower, upper, solution) = (new double[n], new double[n], new double[n], new double[n]);
        (bounds, rows) = (new double[m], new double[m * n]);
    }
}
