using Redress.Search;

namespace Redress.Methods;

/// <summary>The state of one person's walk over the graph; kept and used for one person after another, so that nothing of its size is made anew.</summary>
/// <param name="graph">The graph.</param>
internal sealed class FaceWalk(FaceGraph graph)
{
    private const int Start = -1;

    private readonly double[] travelled = new double[graph.Count];
    private readonly int[] before = new int[graph.Count];
    private readonly int[] seen = new int[graph.Count], settled = new int[graph.Count], judged = new int[graph.Count];   // the person of whom this was last said
    private readonly bool[] holds = new bool[graph.Count];
    private readonly PriorityQueue<int, double> open = new();
    private PersonReach reach = null!;
    private int person;

    /// <summary>Turns to a person and forgets the one before.</summary>
    internal void Begin(PersonReach own)
    {
        reach = own;
        person++;
        open.Clear();
    }

    /// <summary>Begins at a row the person is linked to.</summary>
    /// <param name="row">The row, which is in the person's action set.</param>
    /// <param name="cost">Of the link to it.</param>
    /// <param name="left">What is left from it at least.</param>
    internal void Enter(int row, double cost, double left) => Come(row, Start, cost, left);

    /// <summary>Settles the row of the least cost so far and left together; false where none is left.</summary>
    internal bool Next(out int row)
    {
        while (open.TryDequeue(out row, out _))
        {
            if (settled[row] == person) continue;
            settled[row] = person;
            return true;
        }
        return false;
    }

    /// <summary>Goes on from a settled row along every link that the person may take.</summary>
    /// <param name="row">The row.</param>
    /// <param name="left">What is left from each row at least; rows with +∞ lead nowhere.</param>
    internal void Expand(int row, double[] left)
    {
        var ends = graph.EndsOf(row);
        var costs = graph.CostsOf(row);
        for (int l = 0; l < ends.Length; l++)
        {
            int to = ends[l];
            if (settled[to] == person || double.IsPositiveInfinity(left[to])) continue;
            double cost = travelled[row] + costs[l];
            if (seen[to] == person && cost >= travelled[to] || !Holds(to) || !reach.MayFollow(row, to)) continue;
            Come(to, row, cost, left[to]);
        }
    }

    /// <summary>The rows of the way to a settled row as the person would have them, side by side; steps that change nothing are left out. Empty where nothing changes.</summary>
    /// <param name="row">The row.</param>
    /// <param name="present">The person's row, raw.</param>
    internal double[] WayTo(int row, ReadOnlySpan<double> present)
    {
        var rows = new List<int>();
        for (int at = row; at != Start; at = before[at]) rows.Add(at);
        rows.Reverse();
        var way = new double[rows.Count * present.Length];
        int length = 0;
        foreach (int at in rows)
        {
            var last = length == 0 ? present : way.AsSpan(length - present.Length, present.Length);
            var next = way.AsSpan(length, present.Length);
            reach.BringTo(at, next);
            if (!next.SequenceEqual(last)) length += present.Length;
        }
        return way[..length];
    }

    /// <summary>True where the row is in the person's action set; looked up once a person.</summary>
    private bool Holds(int row)
    {
        if (judged[row] != person) (judged[row], holds[row]) = (person, reach.Holds(row));
        return holds[row];
    }

    private void Come(int row, int from, double cost, double left)
    {
        if (seen[row] == person && cost >= travelled[row]) return;
        (seen[row], travelled[row], before[row]) = (person, cost, from);
        open.Enqueue(row, cost + left);
    }
}
