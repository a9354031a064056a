using System.Numerics;
using System.Runtime.InteropServices;

namespace Redress.Tensors;

/// <summary>
/// A stream of random numbers, the same on every machine: xoshiro256** seeded by SplitMix64, and no function whose last bit
/// depends on the platform. Streams split by key into independent ones. Not for several threads at once.
/// </summary>
public sealed class Rng
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const ulong NumberKey = 0x6E756D6265720000, TextKey = 0x7465787400000000;   // "number", "text": keys of two kinds never meet

    private readonly ulong path;   // what Split goes by: seed and keys, never the position in the stream
    private ulong s0, s1, s2, s3;
    private double spareGaussian = double.NaN;

    /// <summary>A stream determined by <paramref name="seed"/>.</summary>
    public Rng(ulong seed)
    {
        path = seed;
        s0 = Mix(seed += Golden);
        s1 = Mix(seed += Golden);
        s2 = Mix(seed += Golden);
        s3 = Mix(seed + Golden);
    }

    /// <summary>The seed from which this stream, and all that split from it, can be made again, whatever was drawn since.</summary>
    public ulong Seed => path;

    /// <summary>An independent stream, determined by this one's seed and keys and by <paramref name="key"/>; this stream does not advance.</summary>
    public Rng Split(ulong key) => new(Mix(Mix(path ^ NumberKey) * Golden + Mix(key + Golden)));

    /// <summary>An independent stream, determined by this one's seed and keys and by <paramref name="key"/>; this stream does not advance.</summary>
    public Rng Split(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        ulong hash = 0xCBF29CE484222325;   // FNV-1a over the UTF-16 bytes, low byte first
        foreach (char c in key)
        {
            hash = (hash ^ (byte)c) * 0x100000001B3;
            hash = (hash ^ (byte)(c >> 8)) * 0x100000001B3;
        }
        return new(Mix(Mix(path ^ TextKey) * Golden + Mix(hash + Golden)));
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(s1 * 5, 7) * 9, shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>The next number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next number in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>The next integer in [0, <paramref name="exclusiveMax"/>), each equally probable.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is less than 1.</exception>
    public int NextInt(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        // Lemire: the high half of a product is the answer; the few low halves that would favour some answers are drawn again.
        ulong range = (ulong)exclusiveMax, product = (NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            uint threshold = (uint)((1UL << 32) % range);
            while ((uint)product < threshold) product = (NextUInt64() >> 32) * range;
        }
        return (int)(product >> 32);
    }

    /// <summary>The next number from the standard normal distribution (Marsaglia's polar method).</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(spareGaussian))
        {
            double spare = spareGaussian;
            spareGaussian = double.NaN;
            return spare;
        }
        double u, v, square;
        do
        {
            u = 2 * NextDouble() - 1;
            v = 2 * NextDouble() - 1;
            square = u * u + v * v;
        }
        while (square is >= 1 or 0);
        double scale = Math.Sqrt(-2 * LogOfFraction(square) / square);
        spareGaussian = v * scale;
        return u * scale;
    }

    /// <summary>Puts the items in random order, each order equally probable.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>Fills with numbers in [0, 1), as <see cref="NextSingle"/> gives them.</summary>
    public void FillUniform(Span<float> values)
    {
        foreach (ref float value in values) value = NextSingle();
    }

    /// <summary>Fills with numbers from the standard normal distribution.</summary>
    public void FillGaussian(Span<float> values)
    {
        foreach (ref float value in values) value = (float)NextGaussian();
    }

    /// <summary>Fills with independent 16-bit numbers, four from each 64 random bits.</summary>
    internal void FillBits(Span<ushort> lanes)
    {
        var words = MemoryMarshal.Cast<ushort, ulong>(lanes);
        var (a, b, c, d) = (s0, s1, s2, s3);   // in registers: a training step's masks take thousands of numbers
        foreach (ref ulong word in words)
        {
            word = BitOperations.RotateLeft(b * 5, 7) * 9;
            ulong shifted = b << 17;
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= shifted;
            d = BitOperations.RotateLeft(d, 45);
        }
        (s0, s1, s2, s3) = (a, b, c, d);
        if (lanes.Length % 4 == 0) return;
        ulong last = NextUInt64();
        for (int i = words.Length * 4; i < lanes.Length; i++, last >>= 16) lanes[i] = (ushort)last;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Natural logarithm of a normal number in (0, 1), by arithmetic alone: the platform's own differs in the last bit.</summary>
    private static double LogOfFraction(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }
        // log m = 2 (r + r³/3 + r⁵/5 + ...), |r| <= 0.172, so that eleven terms give every bit
        double r = (mantissa - 1) / (mantissa + 1), square = r * r, sum = 0;
        for (int k = 21; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
        return 2 * r * sum + exponent * 0.6931471805599453;
    }
}
