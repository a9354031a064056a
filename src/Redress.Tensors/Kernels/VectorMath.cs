using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Redress.Tensors.Kernels;

/// <summary>Functions of sixteen numbers at once, by arithmetic that every processor does alike.</summary>
internal static class VectorMath
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    internal static V One => V.One;

    [MethodImpl(Inline)]
    internal static V Fma(V a, V b, V c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    internal static V Fma(V a, V b, float c) => Vector512.FusedMultiplyAdd(a, b, Vector512.Create(c));

    /// <summary>eˣ to about 2 units in the last place; x is brought into [-87.3, 88.7], NaN stays NaN.</summary>
    [MethodImpl(Inline)]
    internal static V Exp(V x)
    {
        var inside = Vector512.Min(Vector512.Max(x, Vector512.Create(-87.33f)), Vector512.Create(88.72f));
        // Adding 1.5 * 2^23 leaves the nearest integer in the low bits: no conversion, which some processors do slowly.
        var shifted = Fma(inside, Vector512.Create(1.44269504f), 12582912f);
        var n = shifted - Vector512.Create(12582912f);
        var r = Fma(n, Vector512.Create(-0.693359375f), inside);   // ln 2 in two parts
        r = Fma(n, Vector512.Create(2.12194440e-4f), r);
        var p = Fma(Vector512.Create(1.9875691500e-4f), r, 1.3981999507e-3f);
        p = Fma(p, r, 8.3334519073e-3f);
        p = Fma(p, r, 4.1665795894e-2f);
        p = Fma(p, r, 1.6666665459e-1f);
        p = Fma(p, r, 5.0000001201e-1f);
        p = Fma(p, r * r, r + One);
        // 2^n as 2^(n-1) times 2: n reaches 128, which has no exponent of its own.
        var power = (Vector512.ShiftLeft(shifted.AsInt32(), 23) + Vector512.Create(126 << 23)).AsSingle();
        return p * power * Vector512.Create(2f);
    }

    /// <summary>2ˣ for x ≤ 0 to about 1 unit in the last place, and 1 at 0; below -126 as there, NaN stays NaN.</summary>
    [MethodImpl(Inline)]
    internal static V PowerOfTwo(V x)
    {
        x = Vector512.MaxNative(Vector512.Create(-126f), x);
        var shifted = x + Vector512.Create(12582912f);   // as in Exp
        var r = x - (shifted - Vector512.Create(12582912f));
        var p = Fma(Vector512.Create(1.5453162942e-4f), r, 1.3390863365e-3f);
        p = Fma(p, r, 9.6180825573e-3f);
        p = Fma(p, r, 5.5503571142e-2f);
        p = Fma(p, r, 2.4022650761e-1f);
        p = Fma(p, r, 6.9314718803e-1f);
        p = Fma(p, r, One);
        return p * (Vector512.ShiftLeft(shifted.AsInt32(), 23) + Vector512.Create(127 << 23)).AsSingle();
    }

    /// <summary>ln x of a positive normal number, to about 1 unit in the last place (beside 1, of 1).</summary>
    [MethodImpl(Inline)]
    internal static V Log(V x)
    {
        // x = 2ᵉ m with m from √½ to √2
        var bits = x.AsInt32();
        var exponent = Vector512.ShiftRightArithmetic(bits - Vector512.Create(0x3F3504F3), 23);
        var e = Vector512.ConvertToSingle(exponent);
        var r = (bits - Vector512.ShiftLeft(exponent, 23)).AsSingle() - One;
        var p = Fma(Vector512.Create(7.0376836292e-2f), r, -1.1514610310e-1f);
        p = Fma(p, r, 1.1676998740e-1f);
        p = Fma(p, r, -1.2420140846e-1f);
        p = Fma(p, r, 1.4249322787e-1f);
        p = Fma(p, r, -1.6668057665e-1f);
        p = Fma(p, r, 2.0000714765e-1f);
        p = Fma(p, r, -2.4999993993e-1f);
        p = Fma(p, r, 3.3333331174e-1f);
        var square = r * r;
        var y = Fma(e, Vector512.Create(-2.12194440e-4f), p * r * square);   // ln 2 in two parts
        y = Fma(square, Vector512.Create(-0.5f), y);
        return Fma(e, Vector512.Create(0.693359375f), r + y);
    }

    /// <summary>sin x and cos x for |x| ≤ π/2, within 2e-7.</summary>
    [MethodImpl(Inline)]
    internal static (V Sin, V Cos) SinCos(V x)
    {
        var z = x * x;
        var s = Fma(Vector512.Create(-2.5052108e-8f), z, 2.7557319e-6f);
        s = Fma(s, z, -1.9841270e-4f);
        s = Fma(s, z, 8.3333333e-3f);
        s = Fma(s, z, -1.6666667e-1f);
        var c = Fma(Vector512.Create(2.0876757e-9f), z, -2.7557319e-7f);
        c = Fma(c, z, 2.4801587e-5f);
        c = Fma(c, z, -1.3888889e-3f);
        c = Fma(c, z, 4.1666667e-2f);
        c = Fma(c, z, -0.5f);
        return (Fma(s * z, x, x), Fma(c, z, One));
    }

    /// <summary>tanh x = 2ab / (a² + b²) with a/b = tanh(x/2), to about 4 units in the last place, odd and within [-1, 1]; NaN stays NaN.</summary>
    /// <remarks>a/b is our own minimax fit on |x| ≤ 9.02, beyond which tanh rounds to ±1. Doubling the angle damps the errors of a and b where |tanh x| is
    /// near 1, so few coefficients do, and the one division takes longer than all the rest.</remarks>
    [MethodImpl(Inline)]
    internal static V Tanh(V x)
    {
        // The native ones return their second operand where one is NaN, on every processor, and are one instruction.
        x = Vector512.MinNative(Vector512.Create(9.02f), Vector512.MaxNative(Vector512.Create(-9.02f), x));
        var z = x * x;
        var a = Fma(Fma(Vector512.Create(1.143328058e-4f), z, 2.977743043e-2f), x * z, x);
        var b = Fma(Vector512.Create(2.461356437e-6f), z, 2.413859313e-3f);
        b = Fma(b, z, 2.262214589e-1f);
        b = Fma(b, z, 2f);
        var y = (a + a) * b / Fma(b, b, a * a);
        return Vector512.MinNative(One, Vector512.MaxNative(-One, y));
    }

    [MethodImpl(Inline)]
    internal static V Sigmoid(V x) => One / (One + Exp(-x));

    /// <summary>log(1 + e^-|x|), exact also where e^-|x| is lost beside 1.</summary>
    [MethodImpl(Inline)]
    internal static V LogOnePlusExpNegative(V x)
    {
        var e = Exp(-Vector512.Abs(x));
        var u = One + e;
        var log = Vector512.Log(u) * (e / (u - One));
        return Vector512.ConditionalSelect(Vector512.Equals(u, One), e, log);
    }

    [MethodImpl(Inline)]
    internal static V Softplus(V x) => Vector512.Max(x, V.Zero) + LogOnePlusExpNegative(x);

    /// <summary>φ(x), the standard normal density.</summary>
    [MethodImpl(Inline)]
    internal static V NormalDensity(V x) => Exp(x * x * Vector512.Create(-0.5f)) * Vector512.Create(0.39894228f);

    /// <summary>Φ(x) = (1 + erf(x/√2)) / 2, within 1e-7.</summary>
    [MethodImpl(Inline)]
    internal static V NormalProbability(V x) => Fma(Erf(x * Vector512.Create(0.70710678f)), Vector512.Create(0.5f), 0.5f);

    /// <summary>erf within 1.3e-7: a polynomial in x² up to 1, and 1 - e^polynomial beyond (fits to minimise the largest error).</summary>
    [MethodImpl(Inline)]
    private static V Erf(V x)
    {
        var t = Vector512.Min(Vector512.Abs(x), Vector512.Create(4.1f));   // erf(4.1) rounds to 1
        var s = t * t;
        var p = Fma(Vector512.Create(-9.680131370259915e-06f), s, 1.1270542745478451e-4f);
        p = Fma(p, s, -8.4847112884745e-4f);
        p = Fma(p, s, 5.221074912697077e-3f);
        p = Fma(p, s, -2.686544507741928e-2f);
        p = Fma(p, s, 1.1283782869577408e-1f);
        p = Fma(p, s, -3.7612637877464294e-1f);
        p = Fma(p, s, 1.128379225730896f);
        var q = Fma(Vector512.Create(1.879738410934806e-4f), t, -2.964026527479291e-3f);
        q = Fma(q, t, 2.1906554698944092e-2f);
        q = Fma(q, t, -1.0325635969638824e-1f);
        q = Fma(q, t, -6.379648447036743e-1f);
        q = Fma(q, t, -1.1272023916244507f);
        q = Fma(q, t, -3.124454233329743e-4f);
        var far = Vector512.CopySign(One - Exp(q), x);
        return Vector512.ConditionalSelect(Vector512.LessThan(t, One), p * x, far);
    }
}
