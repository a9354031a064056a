using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Redress.Tensors.Kernels;

/// <summary>One row of a product's register tile: one to four vectors. The JIT keeps each in registers.</summary>
internal unsafe interface IRegisterRow<T> where T : struct, IRegisterRow<T>
{
    static abstract int Width { get; }

    static abstract T Load(float* from);

    static abstract T Fill(float value);

    void Store(float* to);

    /// <summary>this += a b, in place: with a value returned, the compiler moves each vector once more.</summary>
    void AddProduct(float a, T b);
}

internal unsafe struct OneVector : IRegisterRow<OneVector>
{
    private Vector512<float> v0;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OneVector Load(float* from) => new() { v0 = Vector512.Load(from) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OneVector Fill(float value) => new() { v0 = Vector512.Create(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* to) => v0.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(float a, OneVector b) => v0 = Vector512.FusedMultiplyAdd(Vector512.Create(a), b.v0, v0);
}

internal unsafe struct TwoVectors : IRegisterRow<TwoVectors>
{
    private Vector512<float> v0, v1;

    public static int Width => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoVectors Load(float* from) => new() { v0 = Vector512.Load(from), v1 = Vector512.Load(from + 16) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoVectors Fill(float value) => new() { v0 = Vector512.Create(value), v1 = Vector512.Create(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* to)
    {
        v0.Store(to);
        v1.Store(to + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(float a, TwoVectors b)
    {
        var x = Vector512.Create(a);
        v0 = Vector512.FusedMultiplyAdd(x, b.v0, v0);
        v1 = Vector512.FusedMultiplyAdd(x, b.v1, v1);
    }
}

internal unsafe struct ThreeVectors : IRegisterRow<ThreeVectors>
{
    private Vector512<float> v0, v1, v2;

    public static int Width => 48;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ThreeVectors Load(float* from) => new() { v0 = Vector512.Load(from), v1 = Vector512.Load(from + 16), v2 = Vector512.Load(from + 32) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ThreeVectors Fill(float value) => new() { v0 = Vector512.Create(value), v1 = Vector512.Create(value), v2 = Vector512.Create(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* to)
    {
        v0.Store(to);
        v1.Store(to + 16);
        v2.Store(to + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(float a, ThreeVectors b)
    {
        var x = Vector512.Create(a);
        v0 = Vector512.FusedMultiplyAdd(x, b.v0, v0);
        v1 = Vector512.FusedMultiplyAdd(x, b.v1, v1);
        v2 = Vector512.FusedMultiplyAdd(x, b.v2, v2);
    }
}

internal unsafe struct FourVectors : IRegisterRow<FourVectors>
{
    private Vector512<float> v0, v1, v2, v3;

    public static int Width => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourVectors Load(float* from) => new() { v0 = Vector512.Load(from), v1 = Vector512.Load(from + 16), v2 = Vector512.Load(from + 32), v3 = Vector512.Load(from + 48) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourVectors Fill(float value) => new() { v0 = Vector512.Create(value), v1 = Vector512.Create(value), v2 = Vector512.Create(value), v3 = Vector512.Create(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* to)
    {
        v0.Store(to);
        v1.Store(to + 16);
        v2.Store(to + 32);
        v3.Store(to + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(float a, FourVectors b)
    {
        var x = Vector512.Create(a);
        v0 = Vector512.FusedMultiplyAdd(x, b.v0, v0);
        v1 = Vector512.FusedMultiplyAdd(x, b.v1, v1);
        v2 = Vector512.FusedMultiplyAdd(x, b.v2, v2);
        v3 = Vector512.FusedMultiplyAdd(x, b.v3, v3);
    }
}

/// <summary>Sixteen columns as two vectors of 256 bits.</summary>
internal unsafe struct HalfVectors : IRegisterRow<HalfVectors>
{
    private Vector256<float> v0, v1;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfVectors Load(float* from) => new() { v0 = Vector256.Load(from), v1 = Vector256.Load(from + 8) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HalfVectors Fill(float value) => new() { v0 = Vector256.Create(value), v1 = Vector256.Create(value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* to)
    {
        v0.Store(to);
        v1.Store(to + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(float a, HalfVectors b)
    {
        var x = Vector256.Create(a);
        v0 = Vector256.FusedMultiplyAdd(x, b.v0, v0);
        v1 = Vector256.FusedMultiplyAdd(x, b.v1, v1);
    }
}
