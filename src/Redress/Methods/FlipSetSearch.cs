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

    public bool ReadsGradients => options.Surrogate != Surrogate.Lime;

    public void Search(SearchChunk chunk, CancellationToken cancel)
    {
        double[][] weights = Weights(chunk, cancel);
        if ((chunk.Model as IEncodedClassifier)?.Linear() is null) new FlipSetTrials(chunk, Math.Max(options.FlipSets, chunk.Answers)).Run(weights, options.GridSize, cancel);
        else
            for (int i = 0; i < weights.Length && !cancel.IsCancellationRequested; i++) Solve(chunk, i, weights[i], cancel);
    }

    /// <summary>The cheapest flip sets of a linear model, or the proof that there is none.</summary>
    private void Solve(SearchChunk chunk, int i, double[] weights, CancellationToken cancel)
    {
        double needed = -chunk.Margin(i, chunk.Scores[i]) - Doubt(chunk, i, weights);
        if (!Reaches(chunk, i, weights, needed))
        {
            chunk.Proofs[i] = "Proved: the linear model's highest score over the action set stays on the wrong side of the threshold.";
            return;
        }
        var grid = FlipSetGrid.Of(chunk, i, weights, options.GridSize);
        var programme = grid.Programme(needed, chunk.Cost);
        var choice = new int[grid.Values.Length];
        int found = 0;
        // One more than asked for, since logits this near θ are for the model's own score to decide.
        while (found <= chunk.Answers && chunk.StepsLeft(i) > 0 && !cancel.IsCancellationRequested && programme.Next(choice, out _))
        {
            found++;
            chunk.Steps[i]++;
            grid.Write(choice, chunk.Offer(i));
        }
        if (found == 0 && programme.Exact && grid.Complete && chunk.StepsLeft(i) > 0 && !cancel.IsCancellationRequested)
            chunk.Proofs[i] = "Proved: no combination of attainable values reaches the threshold.";
    }

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
    {
        double[][] weights = Weights(chunk, cancel);
        for (int i = 0; i < weights.Length; i++)
        {
            var grid = FlipSetGrid.Of(chunk, i, weights[i], options.GridSize);
            var choice = new int[grid.Values.Length];
            if (grid.Rows.Length > 0) new FlipSetProgram(grid.Gains, grid.Costs, 0, FlipSetCost.Total, grid.Rows).HighestGain(choice);
            else for (int f = 0; f < choice.Length; f++) choice[f] = Highest(grid.Gains[f], grid.Costs[f]);
            grid.Write(choice, chunk.Offer(i));
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
            weights.Add(LinearSurrogate.Fit(chunk.Task, chunk.People.Row(i), samples, chunk.StreamOf(i).Split("lime")).Weights);
        }
        return [.. weights];
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
}
