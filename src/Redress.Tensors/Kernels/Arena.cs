namespace Redress.Tensors.Kernels;

/// <summary>
/// A thread's pool: storage is taken by moving a mark forward over large arrays, and given back by moving it to where it stood.
/// A training step therefore uses the same, cached, memory each time.
/// </summary>
internal sealed class Arena
{
    private const int SmallestSlab = 1 << 18;   // 1 MiB: a training step of the networks in view fits, and fits L2

    [ThreadStatic] private static Arena? current;

    private readonly List<Slab> slabs = [];
    private int slab;
    private int top;

    private readonly record struct Slab(float[] Array, int First, int Length);

    internal static Arena Current => current ??= new Arena();

    /// <summary>Makes another pool the calling thread's, and returns the one before.</summary>
    internal static Arena Swap(Arena arena)
    {
        var before = Current;
        current = arena;
        return before;
    }

    /// <summary>Number of scopes open on this thread.</summary>
    internal int Depth { get; private set; }

    /// <summary>Where the next storage would begin.</summary>
    internal readonly record struct Mark(int Slab, int Top, int Depth);

    /// <summary>Storage for <paramref name="size"/> floats, not cleared: from the pool inside a scope, from the garbage collector outside.</summary>
    internal static Storage Take(int size)
    {
        var arena = Current;
        return arena.Depth == 0 ? Storage.Owned(size) : arena.TakePooled(size);
    }

    internal Mark Open()
    {
        Depth++;
        return new Mark(slab, top, Depth);
    }

    internal void Close(Mark mark)
    {
        if (Depth != mark.Depth)
            throw new InvalidOperationException("Tensor scopes close in the reverse order of opening, each once and on the thread that opened it.");
        Poison(mark);
        (slab, top) = (mark.Slab, mark.Top);
        Depth--;
    }

    private Storage TakePooled(int size)
    {
        int length = Storage.PaddedSize(size);
        if (slab >= slabs.Count || top + length > slabs[slab].Length) NextSlab(length);
        var from = slabs[slab];
        var taken = new Storage(from.Array, from.First + top, size);
        top += length;
        return taken;
    }

    private void NextSlab(int length)
    {
        int next = slabs.Count == 0 ? 0 : slab + 1;
        if (next >= slabs.Count || slabs[next].Length < length)
        {
            // Doubling keeps the number of slabs small whatever the working set.
            int size = Math.Max(length, next == 0 ? SmallestSlab : Math.Min(2 * slabs[slab].Length, 1 << 24));
            slabs.Insert(next, new Slab(Storage.AlignedArray(size, out int first), first, size));
        }
        (slab, top) = (next, 0);
    }

    [System.Diagnostics.Conditional("DEBUG")]
    private void Poison(Mark mark)
    {
        for (int i = mark.Slab; i <= slab && i < slabs.Count; i++)
        {
            int from = i == mark.Slab ? mark.Top : 0, to = i == slab ? top : slabs[i].Length;
            slabs[i].Array.AsSpan(slabs[i].First + from, to - from).Fill(float.NaN);
        }
    }
}
