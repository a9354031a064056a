using System.Collections.Concurrent;
using Redress.Data;
using Redress.Models;
using Redress.Neighbours;
using Redress.Search;
using Redress.Tensors.Kernels;

namespace Redress.Methods;

/// <summary>
/// The search of <see cref="Face"/>. What is left from each row to the nearest end, whoever goes, is known beforehand; as people may only use fewer
/// links, it never says too much, and the walk (A*) looks at little more than the way it finds.
/// </summary>
internal sealed class FaceSearch : ISearch
{
    private readonly Examples examples;
    private readonly FaceGraph graph;
    private readonly FaceOptions options;
    private readonly RowBlocks rows;
    private readonly double[] leftToFavourable, leftToOther, nothingLeft;
    private readonly string? noFavourable, noOther;   // why there are no ends on a side
    private readonly ConcurrentBag<FaceWalk> walks = [];

    internal FaceSearch(Examples examples, FaceGraph graph, FaceOptions options)
    {
        (this.examples, this.graph, this.options) = (examples, graph, options);
        rows = new(examples.Encoded, examples.Encoding.Width);
        leftToFavourable = graph.LeftTo(row => IsEnd(row, 1));
        leftToOther = graph.LeftTo(row => IsEnd(row, -1));
        nothingLeft = new double[graph.Count];
        string? WhyNone(int sign) => Enumerable.Range(0, graph.Count).Any(row => IsEnd(row, sign)) ? null : examples.NoneOn(sign, options.Confidence, options.Label);
        (noFavourable, noOther) = (WhyNone(1), WhyNone(-1));
    }

    public Learnt? Learnt => graph.Learnt(examples);

    public void Search(SearchChunk chunk, CancellationToken cancel) => Each(chunk, person => LeftFor(chunk, person), (walk, person) => Find(chunk, walk, person, cancel), cancel);

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => Each(chunk, _ => nothingLeft, (walk, person) => Highest(chunk, walk, person, cancel), cancel);

    /// <summary>Goes from end to end, the nearest first, until one is valid as the person would be there.</summary>
    private void Find(SearchChunk chunk, FaceWalk walk, int person, CancellationToken cancel)
    {
        double[] left = LeftFor(chunk, person), best = [];
        double most = double.NegativeInfinity;
        int valid = 0;
        for (int tried = 0; tried < options.Tries && valid < chunk.Answers && Settle(chunk, walk, person, cancel) is >= 0 and var row; walk.Expand(row, left))
        {
            if (!IsEnd(row, chunk.Signs[person]) || walk.WayTo(row, chunk.People.Row(person)) is not { Length: > 0 } way) continue;
            if (chunk.CallsLeft(person) < 1)
            {
                // The one call left is the check of what is offered.
                chunk.OfferWay(person, way);
                return;
            }
            tried++;
            chunk.ModelCalls[person]++;
            double score = Scores.Favourable(chunk.Model, new Table(chunk.Model.Schema, way[^chunk.People.Schema.Features.Count..]), CancellationToken.None)[0];
            if (chunk.IsValid(person, score))
            {
                chunk.OfferWay(person, way);
                valid++;
            }
            else if (chunk.Margin(person, score) > most) (most, best) = (chunk.Margin(person, score), way);
        }
        if (valid > 0) return;
        if (best.Length > 0) chunk.OfferWay(person, best);
        else if (chunk.StepsLeft(person) > 0)
            chunk.Reasons[person] = (chunk.Signs[person] > 0 ? noFavourable : noOther) ?? "No way from training row to training row within this person's action set leads to one with the confidence asked for.";
    }

    /// <summary>Offers those of all rows the person can come to that the model is most sure of.</summary>
    private void Highest(SearchChunk chunk, FaceWalk walk, int person, CancellationToken cancel)
    {
        int sign = chunk.Signs[person];
        var ends = new List<int>();
        for (; Settle(chunk, walk, person, cancel) is >= 0 and var row; walk.Expand(row, nothingLeft))
            if (IsSure(row, sign)) ends.Add(row);
        int offered = 0;
        foreach (int row in ends.OrderByDescending(r => sign * examples.Scores[r]).ThenBy(r => r))
        {
            if (walk.WayTo(row, chunk.People.Row(person)) is not { Length: > 0 } way) continue;
            chunk.OfferWay(person, way);
            if (++offered == options.Tries) return;
        }
    }

    /// <summary>The next row of a walk, or -1 where it ends. A row settled is a step spent.</summary>
    private static int Settle(SearchChunk chunk, FaceWalk walk, int person, CancellationToken cancel)
    {
        if (chunk.StepsLeft(person) < 1 || cancel.IsCancellationRequested || !walk.Next(out int row)) return -1;
        chunk.Steps[person]++;
        return row;
    }

    /// <summary>Links everyone to the rows near them that they can reach, and walks.</summary>
    private void Each(SearchChunk chunk, Func<int, double[]> leftFor, Action<FaceWalk, int> walkFor, CancellationToken cancel)
    {
        var reaches = new PersonReach[chunk.Rows];
        for (int i = 0; i < reaches.Length; i++)
        {
            reaches[i] = new(examples.Rows, options.Bring == Bring.Exact);
            reaches[i].Enter(chunk.ActionsOf(i), chunk.People.Row(i));
        }
        List<(int Row, double Distance)>[] links;
        try { links = LinksOf(chunk, reaches, cancel); }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Who has no offer is cancelled; the rest of the chunk keeps its findings.
            return;
        }
        if (!walks.TryTake(out var walk)) walk = new FaceWalk(graph);
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
        {
            walk.Begin(reaches[i]);
            double[] left = leftFor(i);
            foreach (var (row, distance) in links[i])
                if (!double.IsPositiveInfinity(left[row])) walk.Enter(row, graph.Cost(distance, row), left[row]);
            walkFor(walk, i);
        }
        walks.Add(walk);
    }

    /// <summary>The rows that each person is linked to: K of those in reach, or all of them within ε. The people of a chunk are one thread's work already.</summary>
    private List<(int Row, double Distance)>[] LinksOf(SearchChunk chunk, PersonReach[] reaches, CancellationToken cancel)
    {
        var links = Array.ConvertAll(reaches, _ => new List<(int, double)>());
        if (options.Radius is not null)
        {
            RowsWithin.Each(rows, chunk.Encoded.X, graph.Radius, (i, row) => !reaches[i].Holds(row), (i, row, distance) => links[i].Add((row, distance)), new(1), cancel);
            return links;
        }
        var near = NearestRows.Of(rows, chunk.Encoded.X, options.Neighbours, Norm.SquaredL2, (i, row) => reaches[i].Holds(row), new(1), cancel);
        for (int i = 0; i < links.Length; i++)
            for (int n = 0; n < near.K && near.RowsOf(i)[n] is >= 0 and var row; n++) links[i].Add((row, near.DistancesOf(i)[n]));
        return links;
    }

    private double[] LeftFor(SearchChunk chunk, int person) => chunk.Signs[person] > 0 ? leftToFavourable : leftToOther;

    private bool IsEnd(int row, int sign) => examples.IsPredicted(row, sign) && IsSure(row, sign);

    private bool IsSure(int row, int sign) => examples.IsConfident(row, sign, options.Confidence) && (!options.Label || examples.IsLabelled(row, sign));
}
