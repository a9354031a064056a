using Redress.Tensors.Kernels;

namespace Redress.Tensors.Tests.Kernels;

/// <summary>The fast kernels of transformers against the plain ones.</summary>
public class AttentionTwinTests
{
    private static readonly IKernels Fast = new FastKernels(), Plain = new PlainKernels();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 8)]
    [InlineData(17, 32)]
    [InlineData(5, 71)]
    public void Layer_normalisation(int rows, int cols)
    {
        int size = rows * cols;
        float[] x = Draw(1, size, -3, 3), residual = Draw(2, size, -1, 1), gain = Draw(3, cols, -2, 2), bias = Draw(4, cols, -1, 1), g = Draw(5, size, -1, 1);
        float[][] Run(IKernels kernels, float[] with)
        {
            float[] y = new float[size], normal = new float[size], inverse = new float[rows], unkept = new float[size], dx = new float[size], gains = new float[cols], biases = new float[cols];
            kernels.LayerNorm(new(rows, cols), x, with, gain, bias, y, normal, inverse);
            kernels.LayerNorm(new(rows, cols), x, with, gain, bias, unkept, default, default);
            Assert.Equal(y, unkept);
            kernels.LayerNormGradient(new(rows, cols), g, gain, normal, inverse, dx, gains, biases);
            return [y, normal, inverse, dx, gains, biases];
        }
        foreach (float[] with in new[] { residual, [] }) AssertNear(Run(Plain, with), Run(Fast, with), 1e-5f);
        Assert.Throws<ArgumentException>(() => Fast.LayerNorm(new(rows, cols), x.AsSpan(1), default, gain, bias, new float[size], default, default));
        Assert.Throws<ArgumentException>(() => Fast.LayerNormGradient(new(rows, cols), g.AsSpan(1), gain, x, new float[rows], new float[size], new float[cols], new float[cols]));
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(2, 5, 5, 2, 4)]
    [InlineData(16, 3, 7, 8, 4)]
    [InlineData(33, 13, 13, 8, 4)]
    [InlineData(18, 4, 9, 3, 5)]
    [InlineData(17, 2, 2, 1, 24)]
    public void Attention(int instances, int queries, int keys, int heads, int width)
    {
        int d = heads * width, stride = 2 * d + 3;
        float[] q = Draw(1, instances * queries * (d + 1), -2, 2), kv = Draw(2, instances * keys * stride, -2, 2), g = Draw(3, instances * queries * d, -1, 1);
        foreach (bool causal in queries == keys ? new[] { false, true } : [false])
        {
            var shape = new AttentionShape(instances, queries, keys, heads, width, causal);
            float[][] Run(IKernels kernels)
            {
                float[] y = new float[g.Length], kept = new float[Redress.Tensors.Kernels.Attention.KeptSize(shape)], unkept = new float[g.Length], dq = new float[q.Length], dkv = new float[kv.Length];
                var rows = new AttentionRows(q, d + 1, kv, kv.AsSpan(d), stride);
                kernels.Attention(shape, rows, y, kept);
                kernels.Attention(shape, rows, unkept, default);
                Assert.Equal(y, unkept);
                kernels.AttentionGradient(shape, rows, kept, g, new(dq, dkv, dkv.AsSpan(d)));
                for (int i = 0; i < kept.Length; i++)
                    if (i / 32 / queries / heads * 16 + i % 16 >= instances) kept[i] = 0;   // lanes of nobody
                return [y, kept, dq, dkv];
            }
            AssertNear(Run(Plain), Run(Fast), 1e-5f);
        }
        var sizes = new AttentionShape(instances, queries, keys, heads, width, false);
        Assert.Throws<ArgumentException>(() => Fast.Attention(sizes, new(q.AsSpan(2), d + 1, kv, kv.AsSpan(d), stride), new float[g.Length], default));
        Assert.Throws<ArgumentException>(() => Fast.Attention(sizes, new(q, d + 1, kv, kv.AsSpan(d + 4), stride), new float[g.Length], default));
        Assert.Throws<ArgumentException>(() => Fast.Attention(sizes with { Causal = true, Keys = queries + 1 }, new(q, d + 1, kv, kv.AsSpan(d), stride), new float[g.Length], default));
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(2, 10, 4, 8, 4)]
    [InlineData(3, 17, 5, 3, 5)]
    [InlineData(1, 33, 13, 2, 8)]
    public void Attention_of_one_position_at_a_time(int people, int samples, int tokens, int heads, int width)
    {
        int n = people * samples, d = heads * width, stride = 3 * d + 2;
        var growing = new GrowingRows(n, tokens, heads, width, stride);
        var memory = new SharedMemory(people, samples, tokens, heads, width, stride);
        float[][] Run(IKernels kernels)
        {
            float[] k = new float[growing.CacheSize], v = new float[growing.CacheSize], y = new float[n * d], all = new float[tokens * n * d], shared = new float[n * d];
            for (int position = 0; position < tokens; position++)
            {
                kernels.AttendOwn(growing, position, Draw((ulong)position, n * stride, -2, 2), k, v, y);
                y.CopyTo(all, position * n * d);
            }
            kernels.AttendMemory(memory, Draw(90, n * stride, -2, 2), Draw(91, memory.MemorySize, -2, 2), Draw(92, memory.MemorySize, -2, 2), shared);
            return [all, shared];
        }
        if (width % 4 == 0) AssertNear(Run(Plain), Run(Fast), 1e-5f);
        else AssertNear(Run(Plain)[..1], Run(Fast)[..1], 1e-5f);   // the padding of a memory is 0, which these numbers are not
        Assert.Throws<ArgumentException>(() => Fast.AttendOwn(growing, tokens, new float[n * stride], new float[growing.CacheSize], new float[growing.CacheSize], new float[n * d]));
        Assert.Throws<ArgumentException>(() => Fast.AttendMemory(memory, new float[n * stride], new float[memory.MemorySize - 1], new float[memory.MemorySize], new float[n * d]));
    }

    [Fact]
    public void Powers_of_two()
    {
        float[] x = [.. Enumerable.Range(0, 4096).Select(i => i * -0.031f), -126f, -500f, float.NegativeInfinity, float.NaN, .. new float[12]];
        for (int i = 0; i < x.Length; i += 16)
        {
            var y = VectorMath.PowerOfTwo(System.Runtime.Intrinsics.Vector512.Create<float>(x.AsSpan(i, 16)));
            for (int lane = 0; lane < 16; lane++)
            {
                double expected = double.IsNaN(x[i + lane]) ? double.NaN : Math.Pow(2, Math.Max(x[i + lane], -126));
                if (double.IsNaN(expected)) Assert.True(float.IsNaN(y[lane]));
                else Assert.Equal(expected, y[lane], 1.2e-7 * expected);
            }
        }
    }

    /// <summary>Fails unless each array's largest difference is at most the tolerance times its largest value, or 1.</summary>
    private static void AssertNear(float[][] expected, float[][] actual, float tolerance)
    {
        for (int k = 0; k < expected.Length; k++)
        {
            float most = Math.Max(1, expected[k].Max(MathF.Abs));
            for (int i = 0; i < expected[k].Length; i++) Assert.Equal(expected[k][i], actual[k][i], tolerance * most);
        }
        Assert.Contains(expected[0], v => v != 0);
    }

    private static float[] Draw(ulong seed, int length, float low, float high)
    {
        var values = new float[length];
        new Rng(seed).FillUniform(values);
        return Array.ConvertAll(values, v => low + (high - low) * v);
    }
}
