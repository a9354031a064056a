using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Redress.Tensors.Kernels;

/// <summary>
/// The place of a matrix's values: a piece of a managed array, padded to whole vectors so that elementwise kernels have no tails.
/// The array reference keeps the memory alive, so a stale tensor can read wrong values but never foreign memory.
/// </summary>
internal readonly struct Storage(float[] array, int offset, int size)
{
    /// <summary>Floats in one vector; every storage is a whole number of them.</summary>
    internal const int Lanes = 16;

    /// <summary>The values, row-major, without the padding.</summary>
    internal Span<float> Values => array.AsSpan(offset, size);

    /// <summary>The values and the padding behind them.</summary>
    internal Span<float> Padded => array.AsSpan(offset, PaddedSize(size));

    internal static int PaddedSize(int size) => (size + Lanes - 1) & ~(Lanes - 1);

    /// <summary>Storage that the garbage collector moves and frees: for values that outlive scopes and are read seldom.</summary>
    internal static Storage Owned(int size) => new(GC.AllocateUninitializedArray<float>(PaddedSize(size)), 0, size);

    /// <summary>Storage that never moves and starts on a cache line: for parameters, which every step reads.</summary>
    internal static Storage Aligned(int size)
    {
        var array = AlignedArray(PaddedSize(size), out int first);
        return new(array, first, size);
    }

    /// <summary>A pinned array with at least <paramref name="length"/> floats from the cache line that starts at <paramref name="first"/>.</summary>
    internal static unsafe float[] AlignedArray(int length, out int first)
    {
        var array = GC.AllocateArray<float>(checked(length + Lanes), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        first = (int)(((64 - (address & 63)) & 63) / sizeof(float));
        return array;
    }
}
