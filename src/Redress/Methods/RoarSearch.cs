using Redress.Models;
using Redress.Search;

namespace Redress.Methods;

/// <summary>The search of <see cref="Roar"/>: lines, the robust minimum on each, and whether the model agrees.</summary>
internal sealed class RoarSearch(RoarOptions options) : ISearch
{
    public bool ReadsGradients => options.Surrogate != Surrogate.Lime;

    public void Search(SearchChunk chunk, CancellationToken cancel)
    {
        bool lime = options.Surrogate == Surrogate.Lime || chunk.Model is not IDifferentiableClassifier;
        var lines = new LocalLines(chunk, lime ? options.LimeSamples : 0);
        bool asks = options.Refreshes > 0 && (chunk.Model as IEncodedClassifier)?.Linear() is null;
        int width = chunk.Encoded.Width;
        var run = new RoarRun(chunk, options);
        float[] points = (float[])chunk.Encoded.X.Clone(), kept = (float[])points.Clone();
        var (open, best) = (new bool[chunk.Rows], new double[chunk.Rows]);
        Array.Fill(open, true);
        Array.Fill(best, double.NegativeInfinity);
        lines.Fit(chunk.Encoded.X, _ => true, 0, cancel);
        for (int round = 0; !cancel.IsCancellationRequested; round++)
        {
            for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
            {
                open[i] &= lines.Knows(i) && chunk.StepsLeft(i) > 0;
                if (!open[i]) continue;
                run.Minimise(i, lines, points.AsSpan(i * width, width));
                if (double.IsNegativeInfinity(best[i])) points.AsSpan(i * width, width).CopyTo(kept.AsSpan(i * width));
            }
            if (!asks || round > options.Refreshes || !open.Contains(true)) break;
            lines.Fit(points, i => open[i], round + 1, cancel);
            for (int i = 0; i < chunk.Rows; i++)
            {
                if (!open[i] || !lines.Knows(i)) continue;
                double margin = run.Margin(i, lines, points.AsSpan(i * width, width));
                if (margin > best[i]) points.AsSpan(i * width, width).CopyTo(kept.AsSpan(i * width));
                best[i] = Math.Max(best[i], margin);
                open[i] = margin < 0 && round < options.Refreshes;
            }
        }
        for (int i = 0; i < chunk.Rows; i++)
        {
            var row = kept.AsSpan(i * width, width);
            if (!row.SequenceEqual(chunk.Encoded.XOf(i))) chunk.OfferEncoded(i, row);
        }
    }

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => HighestSearch.Offer(chunk, cancel);
}
