using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redress.Tensors.Kernels;

/// <summary>The largest of neighbouring columns.</summary>
internal static unsafe class Largest
{
    /// <summary>The place of the largest of some columns of a row, counted from the first of them; the first of equals. NaN is never larger than what stands before it.</summary>
    /// <param name="row">A row.</param>
    /// <param name="start">The first column.</param>
    /// <param name="count">Columns, 1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Place(ReadOnlySpan<float> row, int start, int count)
    {
        Elementwise.Require(start >= 0 && count >= 1 && start <= row.Length - count);
        int place = -1;
        fixed (float* p = row)
        {
            if (count >= 16) place = Wide(p + start, count);
            else if (start + 16 <= row.Length) place = Narrow(p + start, count);
        }
        return place >= 0 ? place : InTurn(row.Slice(start, count));
    }

    private static int Wide(float* x, int count)
    {
        var largest = Vector512.Load(x + count - 16);   // its first lanes may come twice
        for (int j = 0; j + 16 <= count; j += 16) largest = Vector512.MaxNative(Vector512.Load(x + j), largest);   // the second where one is no number
        var all = Vector512.Create(Of(largest));
        for (int j = 0; j + 16 <= count; j += 16)
            if (Vector512.Equals(Vector512.Load(x + j), all).ExtractMostSignificantBits() is not 0 and var here) return j + BitOperations.TrailingZeroCount(here);
        ulong last = Vector512.Equals(Vector512.Load(x + count - 16), all).ExtractMostSignificantBits();
        return last == 0 ? -1 : count - 16 + BitOperations.TrailingZeroCount(last);
    }

    private static int Narrow(float* x, int count)
    {
        var mine = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
        var values = Vector512.ConditionalSelect(mine, Vector512.Load(x), Vector512.Create(float.NegativeInfinity));
        ulong here = Vector512.Equals(values, Vector512.Create(Of(values))).ExtractMostSignificantBits();
        return here == 0 ? -1 : BitOperations.TrailingZeroCount(here);
    }

    /// <summary>The largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Of(Vector512<float> x)
    {
        var eight = Vector256.MaxNative(x.GetLower(), x.GetUpper());
        var four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        four = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2)))[0];
    }

    private static int InTurn(ReadOnlySpan<float> x)
    {
        int best = 0;
        for (int c = 1; c < x.Length; c++)
            if (x[c] > x[best]) best = c;
        return best;
    }
}
