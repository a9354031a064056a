using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Tensors.Kernels;
using static System.FormattableString;

namespace Redress.Tensors;

/// <summary>
/// Random numbers by the block, for samplers that need millions: eight xoshiro256++ generators side by side, each seeded from one stream, the same on every machine.
/// An order of magnitude faster than drawing from <see cref="Rng"/> one by one. Not for several threads at once.
/// </summary>
public sealed class BlockRng
{
    /// <summary>Blocks are filled by this many numbers.</summary>
    public const int Unit = 32;

    private const float ToUnit = 1f / (1 << 24);

    private Vector512<ulong> s0, s1, s2, s3;

    /// <summary>Generators determined by a stream, which advances.</summary>
    public BlockRng(Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        Span<ulong> seeds = stackalloc ulong[32];
        foreach (ref ulong seed in seeds) seed = rng.NextUInt64();
        // An all-zero state would stay zero.
        foreach (ref ulong seed in seeds[..8]) seed |= 1;
        (s0, s1, s2, s3) = (Vector512.Create<ulong>(seeds), Vector512.Create<ulong>(seeds[8..]), Vector512.Create<ulong>(seeds[16..]), Vector512.Create<ulong>(seeds[24..]));
    }

    /// <summary>Fills with independent numbers from the uniform distribution on (0, 1), each a multiple of 2⁻²⁵, from 2⁻²⁵ to 1 - 2⁻²⁴.</summary>
    /// <exception cref="ArgumentException">The length is no multiple of <see cref="Unit"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FillUniform(Span<float> values)
    {
        foreach (ref var vector in Vectors(values))
        {
            // Above 1/2 a half step rounds to even, and the last one would round to 1.
            var u = Vector512.ConvertToSingle(Vector512.ShiftRightLogical(Next().AsUInt32(), 8).AsInt32()) * ToUnit + Vector512.Create(0.5f * ToUnit);
            vector = Vector512.Min(u, Vector512.Create(1 - ToUnit));
        }
    }

    /// <summary>Fills with independent numbers from the standard normal distribution (Box and Muller), the largest at 6.7.</summary>
    /// <exception cref="ArgumentException">The length is no multiple of <see cref="Unit"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FillNormal(Span<float> values)
    {
        var vectors = Vectors(values);
        for (int i = 0; i + 1 < vectors.Length; i += 2)
        {
            // u in (0, 1] with 31 bits, so that small ones, the far tails, are not cut off; half the angle in [-π/2, π/2).
            var u = Vector512.ConvertToSingle(Vector512.ShiftRightLogical(Next().AsUInt32(), 1).AsInt32()) * (1f / (1u << 31)) + Vector512.Create(1f / (1ul << 33));
            var half = Vector512.ConvertToSingle(Vector512.ShiftRightArithmetic(Next().AsInt32(), 8)) * (MathF.PI * ToUnit);
            var radius = Vector512.Sqrt(VectorMath.Log(Vector512.Min(u, VectorMath.One)) * -2f);
            var (sin, cos) = VectorMath.SinCos(half);
            vectors[i] = radius * VectorMath.Fma(sin * -2f, sin, VectorMath.One);
            vectors[i + 1] = radius * (sin * 2f) * cos;
        }
    }

    /// <summary>Fills with the distances from the centre of points that are uniform in the volume between two spheres.</summary>
    /// <param name="inner">The inner sphere's radius, 0 or more.</param>
    /// <param name="outer">The outer sphere's radius, at least the inner one's.</param>
    /// <param name="dimensions">Of the space, 1 or more.</param>
    /// <param name="radii">A multiple of <see cref="Unit"/> values, all written.</param>
    /// <exception cref="ArgumentOutOfRangeException">A radius or the dimensions are out of range.</exception>
    /// <exception cref="ArgumentException">The length is no multiple of <see cref="Unit"/>.</exception>
    public void FillRadii(float inner, float outer, int dimensions, Span<float> radii)
    {
        if (!(inner >= 0 && outer >= inner)) throw new ArgumentOutOfRangeException(nameof(inner), Invariant($"Radii are {inner} and {outer}; the inner is 0 or more and not more than the outer."));
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        FillUniform(radii);
        // Volume grows as rᵈ: uniform between the two, with the outer sphere at 1, so that no power overflows.
        float low = outer > 0 ? (float)Power(inner / (double)outer, dimensions) : 0;
        foreach (ref var vector in Vectors(radii))
        {
            var volume = VectorMath.Fma(vector, Vector512.Create(1 - low), low);
            vector = VectorMath.Exp(VectorMath.Log(Vector512.Max(volume, Vector512.Create(1e-37f))) * (1f / dimensions)) * outer;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<ulong> Next()
    {
        var result = Rotate(s0 + s3, 23) + s0;
        var shifted = Vector512.ShiftLeft(s1, 17);
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = Rotate(s3, 45);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Rotate(Vector512<ulong> x, int by) => Vector512.ShiftLeft(x, by) | Vector512.ShiftRightLogical(x, 64 - by);

    /// <summary>xⁿ by squaring: the platform's own power differs in the last bit.</summary>
    private static double Power(double x, int n)
    {
        double power = 1;
        for (; n > 0; n >>= 1, x *= x)
            if ((n & 1) != 0) power *= x;
        return power;
    }

    private static Span<Vector512<float>> Vectors(Span<float> values) => values.Length % Unit == 0
        ? MemoryMarshal.Cast<float, Vector512<float>>(values)
        : throw new ArgumentException(Invariant($"Blocks are filled by {Unit} numbers; {values.Length} is no multiple of that."), nameof(values));
}
