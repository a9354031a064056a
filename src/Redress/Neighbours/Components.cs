namespace Redress.Neighbours;

/// <summary>Union-find over numbered things; threads may join at once, since the sets that come out do not depend on the order.</summary>
/// <param name="count">Things, each at first alone.</param>
internal sealed class Components(int count)
{
    private readonly int[] parent = [.. Enumerable.Range(0, count)];

    /// <summary>The smallest member of a thing's set, once no thread joins any more.</summary>
    internal int Of(int thing)
    {
        while (true)
        {
            int up = Volatile.Read(ref parent[thing]);
            if (up == thing) return thing;
            // A shortcut past the parent; where another thread was faster, its own is as good.
            int above = Volatile.Read(ref parent[up]);
            Interlocked.CompareExchange(ref parent[thing], above, up);
            thing = above;
        }
    }

    /// <summary>Joins the sets of two things: the larger root under the smaller.</summary>
    internal void Join(int a, int b)
    {
        while (true)
        {
            (a, b) = (Of(a), Of(b));
            if (a == b) return;
            if (a > b) (a, b) = (b, a);
            if (Interlocked.CompareExchange(ref parent[b], a, b) == b) return;
        }
    }
}
