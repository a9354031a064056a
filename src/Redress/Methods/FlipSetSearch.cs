using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Models;
using Redress.Search;

namespace Redress.Methods;

/// <summary>The search of <see cref="ActionableRecourse"/>: weights, grid, integer programme, proof.</summary>
internal sealed class FlipSetSearch(ActionableRecourseOptions options) : ISearch
{
    /// <summary>Logits this near θ are decided by the model's own float32 score, not by the sum of weights in double; more where the terms of the sum are large.</summary>
    private const double LeastDoubt = 1e-5, DoubtOfTerms = 1e-6;

    private sealed record Grid(double[][] Values, double[][] Gains, double[][] Costs, FlipSetRow[] Rows, bool Complete);

    public bool ReadsGradients => options.Surrogate != Surrogate.Lime;

    public void Search(SearchChunk chunk, CancellationToken cancel)
    {
        double[][] weights = Weights(chunk, cancel);
        var linear = (chunk.Model as IEncodedClassifier)?.Linear();
        int tried = linear is null ? Math.Max(options.FlipSets, chunk.Answers) : chunk.Answers;
        for (int i = 0; i < weights.Length; i++)
        {
            double needed = chunk.Signs[i] * (chunk.Model.Threshold - chunk.Scores[i]);
            if (linear is not null) needed -= Doubt(chunk, i, weights[i]);
            if (linear is not null && !Reaches(chunk, i, weights[i], needed))
            {
                chunk.Proofs[i] = "Proved: the linear model's highest score over the action set stays on the wrong side of the threshold.";
                continue;
            }
            var grid = GridOf(chunk, i, weights[i]);
            var join = chunk.Cost.Join == CostJoin.Maximum ? FlipSetCost.Maximum : FlipSetCost.Total;
            var programme = new FlipSetProgram(grid.Gains, grid.Costs, needed, join, grid.Rows);
            var choice = new int[grid.Values.Length];
            int found = 0;
            while (found < tried + (linear is null ? 0 : 1) && chunk.StepsLeft(i) > 0 && !cancel.IsCancellationRequested && programme.Next(choice, out _))
            {
                found++;
                chunk.Steps[i]++;
                Offer(chunk, i, grid, choice);
            }
            if (found == 0 && linear is not null && programme.Exact && grid.Complete && chunk.StepsLeft(i) > 0 && !cancel.IsCancellationRequested)
                chunk.Proofs[i] = "Proved: no combination of attainable values reaches the threshold.";
        }
    }

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
    {
        double[][] weights = Weights(chunk, cancel);
        for (int i = 0; i < weights.Length; i++)
        {
            var grid = GridOf(chunk, i, weights[i]);
            var choice = new int[grid.Values.Length];
            if (grid.Rows.Length > 0) new FlipSetProgram(grid.Gains, grid.Costs, 0, FlipSetCost.Total, grid.Rows).HighestGain(choice);
            else for (int f = 0; f < choice.Length; f++) choice[f] = Highest(grid.Gains[f], grid.Costs[f]);
            Offer(chunk, i, grid, choice);
        }
    }

    /// <summary>The action of the largest gain, the cheaper of equals: without rows each feature is its own programme.</summary>
    private static int Highest(double[] gains, double[] costs)
    {
        int best = 0;
        for (int k = 1; k < gains.Length; k++)
            if (gains[k] > gains[best] || gains[k] == gains[best] && costs[k] < costs[best]) best = k;
        return best;
    }

    private static double Doubt(SearchChunk chunk, int i, double[] weights)
    {
        var x = chunk.Encoded.XOf(i);
        var lower = chunk.Encoded.LowerOf(i);
        var upper = chunk.Encoded.UpperOf(i);
        double terms = 0;
        for (int c = 0; c < weights.Length; c++) terms += Math.Abs(weights[c]) * Math.Max(Math.Abs(x[c]), Math.Max(Math.Abs(lower[c]), Math.Abs(upper[c])));
        return Math.Max(LeastDoubt, DoubtOfTerms * terms);
    }

    /// <summary>The weights of everyone in the chunk, towards the desired side; fewer where the caller cancels.</summary>
    private double[][] Weights(SearchChunk chunk, CancellationToken cancel)
    {
        double[][] weights;
        if (chunk.Model is IEncodedClassifier encoded && encoded.Linear() is { } linear)
            weights = [.. Enumerable.Range(0, chunk.Rows).Select(_ => linear.Weights.Select(w => (double)w).ToArray())];
        else if (options.Surrogate != Surrogate.Lime && chunk.Model is IDifferentiableClassifier) weights = Gradients(chunk);
        else weights = Lime(chunk, cancel);
        for (int i = 0; i < weights.Length; i++)
            if (chunk.Signs[i] < 0) weights[i] = [.. weights[i].Select(w => -w)];
        return weights;
    }

    private static double[][] Gradients(SearchChunk chunk)
    {
        int width = chunk.Encoded.Width;
        var gradients = new float[chunk.Rows * width];
        LinearStepSearch.Gradient(chunk, gradients);
        var weights = new double[chunk.Rows][];
        for (int i = 0; i < weights.Length; i++)
        {
            // A person without a call to spare keeps zero weights and is offered nothing.
            weights[i] = new double[width];
            if (chunk.CallsLeft(i) < 1) continue;
            chunk.ModelCalls[i]++;
            for (int c = 0; c < width; c++) weights[i][c] = gradients[i * width + c];
        }
        return weights;
    }

    private double[][] Lime(SearchChunk chunk, CancellationToken cancel)
    {
        var weights = new List<double[]>();
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
        {
            int samples = Math.Min(options.LimeSamples, chunk.CallsLeft(i));
            if (samples < 10)
            {
                weights.Add(new double[chunk.Encoded.Width]);
                continue;
            }
            chunk.ModelCalls[i] += samples;
            weights.Add(LinearSurrogate.Weights(chunk.Task, chunk.People.Row(i), samples, chunk.StreamOf(i).Split("lime")));
        }
        return [.. weights];
    }

    private Grid GridOf(SearchChunk chunk, int i, double[] weights)
    {
        var (actions, present) = (chunk.ActionsOf(i), chunk.People.Row(i).ToArray());
        bool complete = true;
        var values = new double[present.Length][];
        for (int f = 0; f < present.Length; f++)
        {
            values[f] = ActionGrid.Values(actions, f, present[f], options.GridSize, out bool all);
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

    /// <summary>False where the relaxed linear programme proves that no action in Δ gains what is needed. With ties under constraints it proves nothing.</summary>
    private static bool Reaches(SearchChunk chunk, int i, double[] weights, double needed)
    {
        var actions = chunk.ActionsOf(i);
        if (actions.Schema.Constraints.Count > 0 && actions.Statistics.Ties.Count > 0) return true;
        var point = new float[weights.Length];
        new SteepestAction(chunk.Encoded).Apply(i, [.. weights.Select(w => (float)w)], point);
        double gain = 0;
        for (int c = 0; c < point.Length; c++) gain += weights[c] * ((double)point[c] - chunk.Encoded.XOf(i)[c]);
        return gain >= needed;
    }

    private static void Offer(SearchChunk chunk, int i, Grid grid, ReadOnlySpan<int> choice)
    {
        var row = chunk.Offer(i);
        for (int f = 0; f < row.Length; f++) row[f] = grid.Values[f][choice[f]];
        chunk.ActionsOf(i).Follow(chunk.People.Row(i), row);
    }
}
