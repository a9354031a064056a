using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redress.Tensors.Kernels;

/// <summary>The loops over whole vectors.</summary>
internal static unsafe class Elementwise
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Map<T>(ReadOnlySpan<float> x, float s, Span<float> y) where T : struct, IUnaryOperation
    {
        Require(y.Length % Storage.Lanes == 0 && x.Length == y.Length);
        var factor = Vector512.Create(s);
        fixed (float* px = x, py = y)
        {
            for (nint i = 0; i < y.Length; i += Storage.Lanes) T.Apply(Vector512.Load(px + i), factor).Store(py + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Map<T>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float s, Span<float> y) where T : struct, IBinaryOperation
    {
        Require(y.Length % Storage.Lanes == 0 && a.Length == y.Length && b.Length == y.Length);
        var factor = Vector512.Create(s);
        fixed (float* pa = a, pb = b, py = y)
        {
            for (nint i = 0; i < y.Length; i += Storage.Lanes) T.Apply(Vector512.Load(pa + i), Vector512.Load(pb + i), factor).Store(py + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ThresholdMask(ReadOnlySpan<ushort> bits, int threshold, float kept, Span<float> mask)
    {
        Require(mask.Length % Storage.Lanes == 0 && bits.Length == mask.Length);
        var least = Vector256.Create((uint)threshold);
        var value = Vector256.Create(kept);
        fixed (ushort* from = bits)
        fixed (float* to = mask)
        {
            for (nint i = 0; i < mask.Length; i += Storage.Lanes)
            {
                var lanes = Vector256.Load(from + i);
                (Vector256.GreaterThanOrEqual(Vector256.WidenLower(lanes), least).AsSingle() & value).Store(to + i);
                (Vector256.GreaterThanOrEqual(Vector256.WidenUpper(lanes), least).AsSingle() & value).Store(to + i + 8);
            }
        }
    }

    /// <summary>Stops a loop over pointers from leaving its spans.</summary>
    internal static void Require(bool fits)
    {
        if (!fits) throw new ArgumentException("A kernel's operands differ in length or are not whole vectors.");
    }
}
