using Redress.Tensors.Kernels;

namespace Redress.Tensors;

/// <summary>
/// A pool of storage that is no thread's own: tensors made inside it may be used again by whichever thread enters it next, as loops need that stop in
/// between to join what several threads computed. One thread at a time.
/// </summary>
internal sealed class TensorSpace
{
    private readonly Arena arena = new();
    private Arena.Mark start;

    internal TensorSpace() => start = arena.Open();

    /// <summary>Makes this the pool of the calling thread until the returned value is disposed.</summary>
    internal Entered Enter() => new(Arena.Swap(arena));

    /// <summary>Gives back the storage of every tensor made inside.</summary>
    internal void Clear()
    {
        arena.Close(start);
        start = arena.Open();
    }

    /// <summary>A thread's stay.</summary>
    internal readonly ref struct Entered(Arena before) : IDisposable
    {
        /// <summary>Gives the thread its own pool back.</summary>
        public void Dispose() => Arena.Swap(before);
    }
}
