using Redress.Tensors.Kernels;

namespace Redress.Tensors.Tests.Kernels;

/// <summary>The fast kernels against the plain ones.</summary>
public class KernelTwinTests
{
    private static readonly IKernels Fast = new FastKernels(), Plain = new PlainKernels();

    public static TheoryData<string> UnaryNames => [.. Enum.GetNames<Unary>()];

    public static TheoryData<string> BinaryNames => [.. Enum.GetNames<Binary>()];

    public static TheoryData<int, int, int> Products
    {
        get
        {
            var data = new TheoryData<int, int, int>();
            foreach (int m in new[] { 1, 7, 8, 9, 33 })
                foreach (int n in new[] { 1, 2, 15, 16, 17, 48, 64, 65, 100 })
                    foreach (int k in new[] { 0, 1, 5, 37 }) data.Add(m, n, k);
            return data;
        }
    }

    [Theory, MemberData(nameof(UnaryNames))]
    public void Functions_of_one_entry(string name)
    {
        var op = Enum.Parse<Unary>(name);
        var x = new float[4096];
        for (int i = 0; i < x.Length; i++) x[i] = op is Unary.Log or Unary.Sqrt or Unary.ReciprocalScale ? 1e-3f + i * 0.01f : (i - 2048) * 0.008f;
        float[] expected = new float[x.Length], actual = new float[x.Length];
        Plain.Apply(op, x, 0.3f, expected);
        Fast.Apply(op, x, 0.3f, actual);
        for (int i = 0; i < x.Length; i++)
        {
            // Φ is near 0 for the far left, where only the absolute error is small.
            // The density's exponent is rounded, so that its relative error grows with x².
            double allowed = op switch
            {
                Unary.Gelu => 2e-7 * (1 + Math.Abs(x[i])),
                Unary.NormalDensity => 1e-6 * (1 + x[i] * x[i] / 8) * expected[i] + 1e-37,
                _ => 1e-6 * Math.Abs(expected[i]) + 1e-37,
            };
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, FormattableString.Invariant($"{op}({x[i]}): plain {expected[i]:R}, fast {actual[i]:R}"));
        }
    }

    [Fact]
    public void Tanh_is_odd_within_1_and_right_to_about_4_units_in_the_last_place()
    {
        // Every 997th float from the smallest to 12: most of them near 0, some in every stretch where another coefficient counts.
        float[] x = [.. Enumerable.Range(0, 1_096_352).Select(i => BitConverter.Int32BitsToSingle(i * 997))], negative = [.. x.Select(v => -v)];
        float[] y = new float[x.Length], odd = new float[x.Length];
        Fast.Apply(Unary.Tanh, x, 0f, y);
        Fast.Apply(Unary.Tanh, negative, 0f, odd);
        Assert.Equal(y, odd.Select(v => -v));
        for (int i = 0; i < x.Length; i++)
        {
            double exact = Math.Tanh(x[i]);
            Assert.True(y[i] <= 1 && Math.Abs(y[i] - exact) <= 4.1 * (MathF.BitIncrement((float)exact) - (double)(float)exact), FormattableString.Invariant($"tanh({x[i]:R}) = {exact:R}, not {y[i]:R}"));
        }
    }

    [Fact]
    public void Tanh_at_its_ends()
    {
        float[] x = new float[16], y = new float[16];
        new[] { 0f, 9.02f, -9.02f, 1e30f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1e-40f }.CopyTo(x, 0);
        Fast.Apply(Unary.Tanh, x, 0f, y);
        Assert.Equal([0f, 1f, -1f, 1f, 1f, -1f, float.NaN, 1e-40f], y[..8]);
    }

    [Theory, MemberData(nameof(BinaryNames))]
    public void Functions_of_two_entries(string name)
    {
        var op = Enum.Parse<Binary>(name);
        float[] a = Draw(1, 1600, -5, 5), b = Draw(2, 1600, op == Binary.CrossEntropy ? 0 : -5, op == Binary.CrossEntropy ? 1 : 5);
        float[] expected = new float[1600], actual = new float[1600];
        Plain.Apply(op, a, b, 0.3f, expected);
        Fast.Apply(op, a, b, 0.3f, actual);
        for (int i = 0; i < a.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-6 * (Math.Abs(expected[i]) + Math.Abs(a[i])), FormattableString.Invariant($"{op}({a[i]}, {b[i]}): plain {expected[i]:R}, fast {actual[i]:R}"));
    }

    [Theory, MemberData(nameof(Products))]
    public void Matrix_products_are_the_same_bits(int m, int n, int k)
    {
        foreach (bool ta in new[] { false, true })
            foreach (bool tb in new[] { false, true })
                foreach (bool biased in new[] { false, true })
                {
                    float[] a = Draw(1, m * k, -1, 1), b = Draw(2, k * n, -1, 1), bias = biased ? Draw(3, n, -1, 1) : [];
                    float[] expected = new float[m * n], actual = new float[m * n];
                    var product = new Product(m, n, k, ta, tb);
                    Plain.Multiply(product, a, b, bias, expected);
                    Fast.Multiply(product, a, b, bias, actual);
                    Assert.Equal(expected, actual);
                }
    }

    [Theory]
    [InlineData(1, 0), InlineData(1, 1), InlineData(2, 5), InlineData(3, 37), InlineData(4, 2), InlineData(5, 9), InlineData(6, 1), InlineData(7, 3), InlineData(9, 18), InlineData(100, 13)]
    public void Products_over_lanes_are_the_same_bits(int m, int k)
    {
        foreach (bool ta in new[] { false, true })
            foreach (bool biased in new[] { false, true })
            {
                float[] a = Draw(1, m * k, -1, 1), x = Draw(2, k * LaneProduct.Lanes, -1, 1), bias = biased ? Draw(3, m, -1, 1) : [];
                float[] expected = new float[m * LaneProduct.Lanes], actual = new float[m * LaneProduct.Lanes];
                var product = new Product(m, LaneProduct.Lanes, k, ta, false);
                Plain.MultiplyLanes(product, a, bias, x, expected);
                Fast.MultiplyLanes(product, a, bias, x, actual);
                Assert.Equal(expected, actual);
            }
    }

    [Theory, MemberData(nameof(Products))]
    public void Products_with_packed_panels_are_the_same_bits(int m, int n, int k)
    {
        foreach (bool transpose in new[] { false, true })
            foreach (bool biased in new[] { false, true })
                foreach (bool skipZeros in new[] { false, true })
                {
                    // One row more than the product has columns: the first rows of a weight lead to its first inputs.
                    float[] weight = Draw(2, (transpose ? n + 1 : n) * k, -1, 1), bias = biased ? Draw(3, n, -1, 1) : [];
                    // Some zeros, and columns that are 0 in several rows at once; rows further apart than they are long.
                    int stride = k + 3;
                    float[] a = [.. Draw(1, m * stride, -1, 1).Select((v, i) => i % 3 == 0 || (i % stride % 4 == 1 && i / stride / 5 % 2 == 0) ? 0 : v)];
                    float[] whole = [.. Enumerable.Range(0, m * k).Select(i => a[i / k * stride + i % k])], expected = new float[m * n];
                    var panels = new PackedPanels(transpose ? Tensor.From(n + 1, k, weight) : Tensor.From(k, n, weight), n, biased ? Tensor.From(1, n, bias) : null, transpose);
                    float[] plain = new float[m * panels.Stride], fast = new float[m * panels.Stride];
                    Plain.Multiply(new Product(m, n, k, false, transpose), whole, weight, bias, expected);
                    Plain.MultiplyPacked(panels, new PackedRows(m, stride, skipZeros), a, plain);
                    Fast.MultiplyPacked(panels, new PackedRows(m, stride, skipZeros), a, fast);
                    Assert.Equal(plain, fast);
                    for (int i = 0; i < m; i++) Assert.Equal(expected[(i * n)..((i + 1) * n)], fast[(i * panels.Stride)..(i * panels.Stride + n)]);
                }
    }

    [Theory]
    [InlineData(float.PositiveInfinity, 0f), InlineData(float.NaN, 0f), InlineData(1f, -0f)]
    public void Terms_of_0_that_change_a_sum_are_not_left_out_of_panels(float weight, float bias)
    {
        float[] a = [0f, 0f, 0f], expected = new float[1];
        var panels = new PackedPanels(Tensor.From(3, 1, [1f, weight, 1f]), 1, Tensor.From(1, 1, [bias]), transpose: false);
        Plain.Multiply(new Product(1, 1, 3, false, false), a, [1f, weight, 1f], [bias], expected);
        float[] fast = new float[panels.Stride];
        Fast.MultiplyPacked(panels, new PackedRows(1, 3, SkipZeros: true), a, fast);
        Assert.Equal(BitConverter.SingleToInt32Bits(expected[0]), BitConverter.SingleToInt32Bits(fast[0]));
    }

    [Theory]
    [InlineData(1, 1, 1), InlineData(5, 2, 3), InlineData(6, 1, 13), InlineData(7, 3, 20), InlineData(13, 4, 65)]
    public void Distances_between_rows_are_the_same_bits(int m, int blocks, int width)
    {
        int n = blocks * RowDistances.Lanes;
        float[] a = Draw(1, m * width, -1, 1), b = Draw(2, n * width, -1, 1);
        foreach (var norm in Enum.GetValues<Norm>())
        {
            float[] expected = new float[m * n], actual = new float[m * n];
            Plain.Distances(norm, width, a, b, expected);
            Fast.Distances(norm, width, a, b, actual);
            Assert.Equal(expected, actual);
            Assert.DoesNotContain(0f, expected);
        }
    }

    [Fact]
    public void Either_kind_can_be_forced()
    {
        Assert.IsType<FastKernels>(KernelTable.Choose(null, plainSwitch: false));
        Assert.IsType<PlainKernels>(KernelTable.Choose(null, plainSwitch: true));
        Assert.IsType<PlainKernels>(KernelTable.Choose("plain", plainSwitch: false));
        Assert.IsType<FastKernels>(KernelTable.Choose("fast", plainSwitch: true));
        Assert.Equal("REDRESS_KERNELS is 'gpu'; it may be plain or fast.", Assert.Throws<InvalidOperationException>(() => KernelTable.Choose("gpu", false)).Message);
    }

    [Fact]
    public void Operands_shorter_than_the_sizes_are_refused()
    {
        var product = new Product(4, 4, 4, false, false);
        Assert.Throws<ArgumentException>(() => Fast.Multiply(product, new float[15], new float[16], [], new float[16]));
        Assert.Throws<ArgumentException>(() => Fast.Distances(Norm.L1, 4, new float[8], new float[64], new float[31]));
        Assert.Throws<ArgumentException>(() => Fast.Distances(Norm.L1, 4, new float[8], new float[60], new float[32]));
        Assert.Throws<ArgumentException>(() => Fast.Apply(Unary.Exp, new float[16], 0f, new float[32]));
        Assert.Throws<ArgumentException>(() => Fast.Apply(Binary.Add, new float[16], new float[32], 0f, new float[32]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(33, 1)]
    [InlineData(7, 5)]
    [InlineData(64, 16)]
    [InlineData(19, 150)]
    public void Sums_repeats_and_softmax(int rows, int cols)
    {
        int size = rows * cols;
        float[] x = Draw(1, size, -3, 3), g = Draw(2, size, -1, 1), row = Draw(3, cols, -1, 1), column = Draw(4, rows, -1, 1);
        void Same(int length, Action<IKernels, float[]> run)
        {
            float[] expected = new float[length], actual = new float[length];
            run(Plain, expected);
            run(Fast, actual);
            for (int i = 0; i < length; i++) Assert.Equal(expected[i], actual[i], 3e-5f);
            Assert.Contains(expected, v => v != 0);
        }
        Same(1, (k, y) => y[0] = k.Sum(x));
        Same(cols, (k, y) => k.SumRows(x, rows, cols, y));
        Same(rows, (k, y) => k.SumCols(x, rows, cols, y));
        Same(size, (k, y) => k.AddRow(x, row, rows, cols, y));
        Same(size, (k, y) => k.MultiplyColumn(x, column, rows, cols, y));
        Same(size, (k, y) => k.RepeatRows(row, rows, cols, y));
        Same(size, (k, y) => k.RepeatCols(column, rows, cols, y));
        Same(rows * (cols + 2), (k, y) => k.CopyCols(new ColumnCopy(rows, cols, cols, 0, cols + 2, 1), x, y));
        Same(size, (k, y) =>
        {
            k.LogSoftmax(x, rows, cols, y);
            y[0] += 1;   // a row of one column gives 0, which the check for emptiness would take for a kernel that did nothing
        });
        var logs = new float[size];
        Plain.LogSoftmax(x, rows, cols, logs);
        Same(size, (k, y) =>
        {
            k.LogSoftmaxGradient(g, logs, rows, cols, y);
            y[0] += 1;
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(37)]
    public void Groups_of_columns(int rows)
    {
        var groups = new ColumnGroups(130, [(0, 1), (2, 51), (53, 36), (90, 3), (93, 7), (101, 16), (119, 4), (124, 6)]);
        int size = rows * groups.Columns;
        float[] x = Draw(1, size, -9, 9), g = Draw(2, size, -1, 1), y = new float[size];
        Plain.GroupSoftmax(x, rows, groups, y);
        void Same(Action<IKernels, float[]> run)
        {
            float[] expected = new float[size], actual = new float[size];
            run(Plain, expected);
            run(Fast, actual);
            for (int i = 0; i < size; i++) Assert.Equal(expected[i], actual[i], 2e-6f * Math.Max(1, Math.Abs(expected[i])));
            Assert.Contains(expected, v => v != 0);
        }
        Same((k, to) => k.GroupSoftmax(x, rows, groups, to));
        Same((k, to) => k.GroupSoftmaxGradient(g, y, rows, groups, to));
        Same((k, to) => k.GroupSum(x, rows, groups, to));
        Assert.Throws<ArgumentException>(() => Fast.GroupSoftmax(x.AsSpan(1), rows, groups, new float[size]));
        Assert.Throws<ArgumentException>(() => Fast.GroupSoftmaxGradient(g, y.AsSpan(1), rows, groups, new float[size]));
        Assert.Throws<ArgumentException>(() => Fast.GroupSum(x, rows, groups, new float[size - 1]));
    }

    [Theory]
    [InlineData(1e30f)]
    [InlineData(-1e30f)]
    public void A_group_s_softmax_does_not_overflow(float far)
    {
        var groups = new ColumnGroups(12, [(1, 10)]);
        float[] x = new float[12], y = new float[12];
        (x[0], x[4], x[11]) = (1e38f, far, -7);
        foreach (var kernels in new[] { Plain, Fast })
        {
            kernels.GroupSoftmax(x, 1, groups, y);
            Assert.Equal((1e38f, far > 0 ? 1f : 0f, -7f), (y[0], y[4], y[11]));
            Assert.Equal(far > 0 ? 0f : 1f / 9, y[5], 1e-6f);
        }
    }

    [Fact]
    public void Optimizer_steps_and_masks()
    {
        float[] g = Draw(1, 64, -1, 1), start = Draw(2, 64, -1, 1), square = Draw(3, 64, 0, 1), largest = Draw(4, 64, 0, 1);
        void Same(Action<IKernels, float[], float[], float[]> run)
        {
            float[][] Run(IKernels kernels)
            {
                float[] p = [.. start], a = [.. square], b = [.. largest];
                run(kernels, p, a, b);
                return [p, a, b];
            }
            var (expected, actual) = (Run(Plain), Run(Fast));
            for (int k = 0; k < 3; k++)
                for (int i = 0; i < 64; i++) Assert.Equal(expected[k][i], actual[k][i], 1e-6f);
            Assert.NotEqual(start, expected[0]);
        }
        var step = new AdamStep(0.9f, 0.99f, 0.01f, 1.5f, 1e-8f);
        Same((k, p, a, b) => k.Adam(step, p, g, b, a, default));
        Same((k, p, a, b) => k.Adam(step, p, g, new float[64], a, b));
        var adjoint = Draw(6, 64, -1, 1);
        Same((k, p, a, b) => k.AdamGradient(step, 0.4f, new AdamAdjoint(adjoint, a, b), g, p, Array.ConvertAll(p, v => v * v), p.AsSpan()));
        Same((k, p, a, b) => k.AdamGradient(step, 1, new AdamAdjoint(adjoint, a, b), g, p, new float[64], p.AsSpan()));
        Same((k, p, a, b) => k.Momentum(0.1f, 0.9f, p, g, a));
        Same((k, p, a, b) => k.RmsProp(0.1f, 0.9f, 1e-8f, p, g, a));
        var bits = new ushort[64];
        new Rng(1).FillBits(bits);
        Same((k, p, a, b) => k.ThresholdMask(bits, 20000, 1.25f, p));
    }

    [Theory]
    [InlineData(1, 3, 1)]
    [InlineData(7, 0, 16)]
    [InlineData(9, 5, 37)]
    [InlineData(4, 4, 64)]
    public void Products_with_one_hot_rows(int count, int numbers, int cols)
    {
        int width = numbers + 5;
        var written = new float[count * width];
        for (int i = 0; i < count; i++) (written[i * width + numbers + i % 2], written[i * width + numbers + 2 + i % 3]) = (1, 1);
        var rows = OneHotRows.Of(written, width, [(numbers, 2), (numbers + 2, 3)])!;
        float[] x = Draw(1, count * numbers, -1, 1), weight = Draw(2, width * cols, -1, 1), bias = Draw(3, cols, -1, 1), gradient = Draw(4, count * cols, -1, 1);
        foreach (float[] b in new[] { bias, [] })
        {
            float[] expected = new float[count * cols], actual = new float[count * cols];
            Plain.MultiplyOneHot(rows, x, weight, b, expected);
            Fast.MultiplyOneHot(rows, x, weight, b, actual);
            Assert.Equal(expected, actual);
        }
        float[] plain = new float[width * cols], fast = new float[width * cols];
        Plain.OneHotOuter(rows, x, gradient, plain);
        Fast.OneHotOuter(rows, x, gradient, fast);
        Assert.Equal(plain, fast);
    }

    private static float[] Draw(ulong seed, int length, float low, float high)
    {
        var values = new float[length];
        new Rng(seed).FillUniform(values);
        return Array.ConvertAll(values, v => low + (high - low) * v);
    }
}
