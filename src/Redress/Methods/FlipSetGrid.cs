using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Search;

namespace Redress.Methods;

/// <summary>A person's attainable values with what each gains along w and costs, feature × value; value 0 is the present one.</summary>
/// <param name="Values">Raw values.</param>
/// <param name="Gains">wᵀ(enc(value) - enc(present)).</param>
/// <param name="Costs">The feature's part of the cost; squared for the Euclidean cost.</param>
/// <param name="Rows">The schema's linear constraints.</param>
/// <param name="Complete">True where the grid holds every attainable value.</param>
internal sealed record FlipSetGrid(double[][] Values, double[][] Gains, double[][] Costs, FlipSetRow[] Rows, bool Complete)
{
    /// <summary>The grid of a person.</summary>
    /// <param name="chunk">The people.</param>
    /// <param name="i">The person.</param>
    /// <param name="weights">w, an encoded column each, towards the desired side.</param>
    /// <param name="size">Values tried of a feature that has more.</param>
    internal static FlipSetGrid Of(SearchChunk chunk, int i, double[] weights, int size)
    {
        var (actions, present) = (chunk.ActionsOf(i), chunk.People.Row(i).ToArray());
        bool complete = true;
        var values = new double[present.Length][];
        for (int f = 0; f < present.Length; f++)
        {
            values[f] = ActionGrid.Values(actions, f, present[f], size, out bool all);
            complete &= all;
        }
        var (gains, costs) = (new double[present.Length][], new double[present.Length][]);
        for (int f = 0; f < present.Length; f++)
        {
            (gains[f], costs[f]) = (new double[values[f].Length], new double[values[f].Length]);
            // Action 0 is no change: it gains and costs nothing.
            for (int k = 1; k < values[f].Length; k++)
                (gains[f][k], costs[f][k]) = (Gain(chunk.Task.Encoding, actions, weights, f, present, values[f][k]), CostOf(chunk, actions, f, present[f], values[f][k]));
        }
        FlipSetRow[] rows = [.. actions.Schema.Constraints.Select(c => RowOf(c, values))];
        return new(values, gains, costs, rows, complete);
    }

    /// <summary>wᵀ(enc(value) - enc(present)) over a feature's columns and those of its followers.</summary>
    private static double Gain(Encoding encoding, ActionSet actions, double[] weights, int feature, double[] present, double value)
    {
        if (value == present[feature]) return 0;
        double gain = Columns(encoding, weights, feature, value) - Columns(encoding, weights, feature, present[feature]);
        foreach (var tie in actions.FollowersOf(feature))
            gain += Columns(encoding, weights, tie.Follower, tie.Follow(value)) - Columns(encoding, weights, tie.Follower, present[tie.Follower]);
        return gain;
    }

    private static double Columns(Encoding encoding, double[] weights, int feature, double value)
    {
        ref readonly var at = ref encoding.At(feature);
        return at.IsOneHot ? weights[at.Offset + (int)value] : weights[at.Offset] * ((value - at.Shift) / at.Scale);
    }

    /// <summary>A feature's part of the cost; squared for the Euclidean cost, whose order the sum of squares has.</summary>
    private static double CostOf(SearchChunk chunk, ActionSet actions, int feature, double present, double value)
    {
        if (value == present) return 0;
        double part = chunk.Cost.Part(actions.Schema, actions.Statistics, feature, present, value);
        return chunk.Cost.Join == CostJoin.Euclidean ? part * part : part;
    }

    private static FlipSetRow RowOf(LinearConstraint constraint, double[][] values)
    {
        double[][] parts = [.. values.Select(v => new double[v.Length])];
        foreach (var (feature, coefficient) in constraint.Terms)
            for (int k = 0; k < values[feature].Length; k++) parts[feature][k] = coefficient * values[feature][k];
        return new(parts, constraint.Bound);
    }

    /// <summary>The integer programme over this grid.</summary>
    internal FlipSetProgram Programme(double needed, ICost cost) => new(Gains, Costs, needed, cost.Join == CostJoin.Maximum ? FlipSetCost.Maximum : FlipSetCost.Total, Rows);

    /// <summary>Writes the raw row of a choice; features that follow others keep their present value.</summary>
    internal void Write(ReadOnlySpan<int> choice, Span<double> row)
    {
        for (int f = 0; f < row.Length; f++) row[f] = Values[f][choice[f]];
    }
}
