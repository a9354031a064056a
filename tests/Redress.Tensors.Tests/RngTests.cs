namespace Redress.Tensors.Tests;

public class RngTests
{
    [Fact]
    public void First_outputs_are_those_of_the_published_generator()
    {
        // Against a second, plain, writing of the generator, and its well-known first output for seed 0.
        var rng = new Rng(0);
        var reference = new Reference(0);
        for (int i = 0; i < 1000; i++) Assert.Equal(reference.Next(), rng.NextUInt64());
        Assert.Equal(11091344671253066420UL, new Rng(0).NextUInt64());
    }

    [Fact]
    public void Splitting_neither_advances_nor_depends_on_the_position()
    {
        Rng a = new(7), b = new(7);
        for (int i = 0; i < 5; i++) b.NextUInt64();
        var (fromStart, later) = (a.Split(3), b.Split(3));
        for (int i = 0; i < 10; i++) Assert.Equal(fromStart.NextUInt64(), later.NextUInt64());
        var untouched = new Rng(7);
        Assert.Equal(untouched.NextUInt64(), a.NextUInt64());
    }

    [Fact]
    public void Streams_of_different_seeds_keys_and_paths_differ()
    {
        var root = new Rng(1);
        var seen = new HashSet<ulong>();
        int made = 0;
        void Add(Rng rng)
        {
            made++;
            seen.Add(rng.NextUInt64());
        }
        for (ulong key = 0; key < 300; key++)
        {
            Add(root.Split(key));
            Add(root.Split(key.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            Add(root.Split(0).Split(key));
            Add(root.Split(key).Split("a"));
            Add(root.Split("a").Split(key));
            Add(new Rng(key));
        }
        Assert.Equal(made, seen.Count);
    }

    [Fact]
    public void Streams_of_neighbouring_keys_are_uncorrelated()
    {
        const int Draws = 20_000;
        Rng a = new Rng(1).Split(1), b = new Rng(1).Split(2);
        double product = 0;
        for (int i = 0; i < Draws; i++) product += (a.NextDouble() - 0.5) * (b.NextDouble() - 0.5) * 12;
        Assert.InRange(product / Math.Sqrt(Draws), -4, 4);
    }

    [Fact]
    public void Pins()
    {
        var rng = new Rng(2026);
        string[] found = [Show(rng.NextUInt64()), Show(rng.NextDouble()), Show(rng.NextSingle()), Show(rng.NextInt(1000)), Show(rng.NextGaussian()), Show(rng.NextGaussian()), Show(rng.Split(5).NextUInt64()), Show(rng.Split("person 5").NextUInt64())];
        int[] order = [0, 1, 2, 3, 4, 5, 6, 7];
        rng.Shuffle<int>(order);
        Assert.Equal("10583478199052185109 0.2836794602748579 0.8125094 893 0.5910527829419235 0.5470089504909934 13567508227600058897 17931707470059860086 24031756", string.Join(' ', found) + " " + string.Join("", order));
    }

    [Fact]
    public void Lanes_are_the_parts_of_the_same_numbers()
    {
        Rng rng = new(9), same = new(9);
        var lanes = new ushort[4 * 50 + 3];
        rng.FillBits(lanes);
        for (int i = 0; i < lanes.Length; i += 4)
        {
            ulong word = same.NextUInt64();
            for (int j = 0; j < Math.Min(4, lanes.Length - i); j++) Assert.Equal((ushort)(word >> (16 * j)), lanes[i + j]);
        }
        Assert.Equal(same.NextUInt64(), rng.NextUInt64());
    }

    [Fact]
    public void Integers_are_uniform_and_in_range()
    {
        var rng = new Rng(3);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[rng.NextInt(7)]++;
        Assert.All(counts, c => Assert.InRange(c, 9600, 10400));
        Assert.Equal(0, rng.NextInt(1));
        Assert.InRange(rng.NextInt(int.MaxValue), 0, int.MaxValue - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => rng.NextInt(0));
    }

    [Fact]
    public void Uniform_and_normal_numbers_have_their_moments()
    {
        var rng = new Rng(4);
        var uniform = new float[100_000];
        var normal = new float[100_000];
        rng.FillUniform(uniform);
        rng.FillGaussian(normal);
        Assert.All(uniform, v => Assert.InRange(v, 0f, 0.99999999f));
        Assert.Equal(0.5, uniform.Average(v => (double)v), 0.005);
        Assert.Equal(0, normal.Average(v => (double)v), 0.015);
        Assert.Equal(1, normal.Average(v => (double)v * v), 0.02);
        Assert.Equal(3, normal.Average(v => Math.Pow(v, 4)), 0.15);
    }

    [Fact]
    public void Shuffle_keeps_the_items_and_reaches_every_order()
    {
        var rng = new Rng(5);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < 6000; i++)
        {
            char[] items = ['a', 'b', 'c'];
            rng.Shuffle<char>(items);
            string order = new(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 850, 1150));
    }

    private static string Show(IFormattable value) => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The generator as its authors describe it, written plainly.</summary>
    private sealed class Reference
    {
        private readonly ulong[] s = new ulong[4];

        public Reference(ulong seed)
        {
            for (int i = 0; i < 4; i++)
            {
                ulong z = seed += 0x9E3779B97F4A7C15;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                s[i] = z ^ (z >> 31);
            }
        }

        public ulong Next()
        {
            ulong product = s[1] * 5, result = ((product << 7) | (product >> 57)) * 9, t = s[1] << 17;
            s[2] ^= s[0];
            s[3] ^= s[1];
            s[1] ^= s[2];
            s[0] ^= s[3];
            s[2] ^= t;
            s[3] = (s[3] << 45) | (s[3] >> 19);
            return result;
        }
    }
}
