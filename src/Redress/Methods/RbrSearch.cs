using System.Collections.Concurrent;
using Redress.Neighbours;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Methods;

/// <summary>The search of <see cref="Rbr"/>: the boundary point, rows around it, and the descent of the odds.</summary>
internal sealed class RbrSearch : ISearch
{
    private readonly Examples examples;
    private readonly RbrOptions options;
    private readonly RowBlocks rows;
    private readonly double radius;
    private readonly ConcurrentDictionary<int, (AmbiguousGaussian Most, AmbiguousGaussian Least)> gaussians = new();

    internal RbrSearch(Examples examples, RbrOptions options, Execution execution, CancellationToken cancel)
    {
        (this.examples, this.options) = (examples, options);
        rows = new(examples.Encoded, examples.Encoding.Width);
        radius = options.Radius * LongestDistance.Of(rows, examples.Encoded, execution, cancel);
    }

    public Learnt Learnt => new("{}", examples.Tensors);

    Learnt? ISearch.Learnt => Learnt;

    public void Search(SearchChunk chunk, CancellationToken cancel)
    {
        using var scope = TensorScope.Open();
        int near = Math.Min(options.Neighbours, examples.Count);
        NearestRows found;
        try { found = NearestRows.Of(rows, chunk.Encoded.X, near, Norm.L1, (i, row) => examples.IsPredicted(row, chunk.Signs[i]), new(1), cancel); }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Who has no offer is cancelled; the rest of the chunk keeps its findings.
            return;
        }
        var scores = new LaneScores(chunk);
        var boundary = new RbrBoundary(chunk, examples, near, options.LinePoints, scores);
        var run = new RbrRun(chunk, options, radius, scores, p => gaussians.GetOrAdd(p, Gaussians));
        var point = new float[chunk.Encoded.Width];
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
        {
            if (chunk.StepsLeft(i) < 1) continue;
            chunk.Steps[i]++;
            double distance = boundary.Find(i, found.RowsOf(i), point, cancel);
            if (double.IsFinite(distance)) run.Minimise(i, point, distance + options.DeltaPlus, cancel);
            else
            {
                chunk.Reasons[i] = "On no way to a training row with the desired outcome, as near to it as this person's action set lets, does the model give that outcome.";
                continue;
            }
            chunk.OfferEncoded(i, point);
        }
    }

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => HighestSearch.Offer(chunk, cancel);

    private (AmbiguousGaussian, AmbiguousGaussian) Gaussians(int dimensions) =>
        (new(options.Sigma, options.EpsilonOptimistic, dimensions, most: true), new(options.Sigma, options.EpsilonPessimistic, dimensions, most: false));
}
