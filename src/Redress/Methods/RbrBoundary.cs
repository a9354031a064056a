using Redress.Actions;
using Redress.Search;

namespace Redress.Methods;

/// <summary>
/// x_b: of the points that cut the ways from a person to training rows into equal parts, the one nearest by L1 at which the model's outcome is the desired one. A lane walks
/// one way at a time, and gives it up where it is no nearer than what was found: the point is that of trying all.
/// </summary>
internal sealed class RbrBoundary
{
    private const int Lanes = LaneScores.Lanes;
    private readonly SearchChunk chunk;
    private readonly Examples examples;
    private readonly int parts, width;
    private readonly LaneScores scores;
    private readonly Projection projection;
    private readonly float[] ends, ways, points;
    private readonly (double Distance, int Place)[] order;
    private readonly (int Place, int Part)[] walks = new (int, int)[Lanes];
    private readonly double[] found = new double[Lanes];

    internal RbrBoundary(SearchChunk chunk, Examples examples, int neighbours, int linePoints, LaneScores scores)
    {
        (this.chunk, this.examples, parts, this.scores) = (chunk, examples, linePoints - 1, scores);
        width = chunk.Encoded.Width;
        projection = new Projection(chunk.Encoded);
        (ends, ways, points) = (new float[neighbours * width], new float[width * Lanes], new float[width * Lanes]);
        order = new (double, int)[neighbours];
    }

    /// <summary>Writes a person's boundary point; infinite where there is none.</summary>
    /// <param name="person">The person.</param>
    /// <param name="neighbours">Training rows on the desired side, -1 for none.</param>
    /// <param name="point">Receives the point, encoded.</param>
    /// <param name="cancel">Stops between points.</param>
    /// <returns>Its L1 distance.</returns>
    internal double Find(int person, ReadOnlySpan<int> neighbours, Span<float> point, CancellationToken cancel)
    {
        int count = Bring(person, neighbours), next = 0, active = 0;
        double best = double.PositiveInfinity;
        while (!cancel.IsCancellationRequested)
        {
            while (active < Lanes && next < count && order[next].Distance / parts < best) Begin(active++, next++);
            active = Math.Min(active, chunk.CallsLeft(person));
            if (active < 1) return best;
            Stand(person, active);
            scores.Of(person, points, active, found);
            for (int lane = 0; lane < active; lane++)
            {
                var (place, part) = walks[lane];
                double distance = order[place].Distance;
                if (chunk.Margin(person, found[lane]) >= LaneDescent.Slack && distance * part / parts < best)
                {
                    best = distance * part / parts;
                    for (int c = 0; c < width; c++) point[c] = points[c * Lanes + lane];
                    walks[lane].Part = parts;
                }
                walks[lane].Part++;
            }
            for (int lane = active - 1; lane >= 0; lane--)
            {
                var (place, part) = walks[lane];
                if (part <= parts && order[place].Distance * part / parts < best) continue;
                Move(--active, lane);
            }
        }
        return best;
    }

    /// <summary>Brings training rows into Δ, the nearest first; how many there are.</summary>
    private int Bring(int person, ReadOnlySpan<int> neighbours)
    {
        var x = chunk.Encoded.XOf(person);
        var actions = chunk.ActionsOf(person);
        bool simple = actions.Ties.Length == 0 && actions.Constraints.Length == 0;
        int count = 0;
        for (int place = 0; place < neighbours.Length && neighbours[place] >= 0; place++)
        {
            var end = ends.AsSpan(place * width, width);
            examples.Encoded.AsSpan(neighbours[place] * width, width).CopyTo(end);
            if (!simple || !IsInside(person, end)) projection.Apply(person, end);
            double distance = 0;
            for (int c = 0; c < width; c++) distance += Math.Abs((double)end[c] - x[c]);
            if (distance > 0) order[count++] = (distance, place);
        }
        order.AsSpan(0, count).Sort();
        return count;
    }

    private bool IsInside(int person, ReadOnlySpan<float> end)
    {
        ReadOnlySpan<float> lower = chunk.Encoded.LowerOf(person), upper = chunk.Encoded.UpperOf(person);
        for (int c = 0; c < end.Length; c++)
            if (end[c] < lower[c] || end[c] > upper[c]) return false;
        return true;
    }

    private void Begin(int lane, int candidate)
    {
        walks[lane] = (candidate, 1);
        int at = order[candidate].Place * width;
        for (int c = 0; c < width; c++) ways[c * Lanes + lane] = ends[at + c];
    }

    /// <summary>The last walk takes the place of one that ended.</summary>
    private void Move(int from, int to)
    {
        if (from == to) return;
        walks[to] = walks[from];
        for (int c = 0; c < width; c++) ways[c * Lanes + to] = ways[c * Lanes + from];
    }

    /// <summary>Every walk's point: (1 - λ) x + λ end.</summary>
    private void Stand(int person, int active)
    {
        var x = chunk.Encoded.XOf(person);
        Span<float> shares = stackalloc float[Lanes];
        for (int lane = 0; lane < active; lane++) shares[lane] = walks[lane].Part / (float)parts;
        for (int c = 0; c < width; c++)
            for (int lane = 0; lane < Lanes; lane++) points[c * Lanes + lane] = (1 - shares[lane]) * x[c] + shares[lane] * ways[c * Lanes + lane];
    }
}
