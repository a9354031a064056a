namespace Redress.Tensors.Kernels;

// Attention and layer normalisation. What is kept between the two ways is told in the fast kernels' layout.
internal sealed partial class PlainKernels
{
    public void LayerNorm(in NormRows sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> residual, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y, Span<float> normal, Span<float> inverse)
    {
        var (rows, cols) = sizes;
        for (int i = 0; i < rows; i++)
        {
            double mean = 0, variance = 0;
            for (int j = 0; j < cols; j++) mean += Value(x, residual, i * cols + j) / cols;
            for (int j = 0; j < cols; j++) variance += Math.Pow(Value(x, residual, i * cols + j) - mean, 2) / cols;
            double scale = 1 / Math.Sqrt(variance + LayerNormalisation.Epsilon);
            for (int j = 0; j < cols; j++)
            {
                double value = (Value(x, residual, i * cols + j) - mean) * scale;
                if (!normal.IsEmpty) normal[i * cols + j] = (float)value;
                y[i * cols + j] = (float)(value * gain[j] + bias[j]);
            }
            if (!inverse.IsEmpty) inverse[i] = (float)scale;
        }

        static double Value(ReadOnlySpan<float> x, ReadOnlySpan<float> residual, int at) => residual.IsEmpty ? x[at] : (double)x[at] + residual[at];
    }

    public void LayerNormGradient(in NormRows sizes, ReadOnlySpan<float> g, ReadOnlySpan<float> gain, ReadOnlySpan<float> normal, ReadOnlySpan<float> inverse, Span<float> x, Span<float> gains, Span<float> biases)
    {
        var (rows, cols) = sizes;
        for (int i = 0; i < rows; i++)
        {
            double mean = 0, slope = 0;
            for (int j = 0; j < cols; j++)
            {
                double d = (double)g[i * cols + j] * gain[j];
                mean += d / cols;
                slope += d * normal[i * cols + j] / cols;
            }
            for (int j = 0; j < cols; j++) x[i * cols + j] = (float)(inverse[i] * ((double)g[i * cols + j] * gain[j] - mean - normal[i * cols + j] * slope));
        }
        for (int j = 0; j < cols; j++)
        {
            double ofGain = 0, ofBias = 0;
            for (int i = 0; i < rows; i++)
            {
                ofGain += (double)g[i * cols + j] * normal[i * cols + j];
                ofBias += g[i * cols + j];
            }
            (gains[j], biases[j]) = ((float)ofGain, (float)ofBias);
        }
    }

    public void Attention(in AttentionShape shape, in AttentionRows rows, Span<float> y, Span<float> kept)
    {
        for (int b = 0; b < shape.Instances; b++)
            for (int h = 0; h < shape.Heads; h++)
                for (int i = 0; i < shape.Queries; i++)
                {
                    double[] p = Softmax(shape, rows, b, h, i, out double largest, out double sum);
                    for (int c = 0; c < shape.HeadWidth; c++)
                    {
                        double value = 0;
                        for (int j = 0; j < p.Length; j++) value += p[j] * rows.Values[KeyAt(shape, rows, b, h, j) + c];
                        y[ResultAt(shape, b, h, i) + c] = (float)value;
                    }
                    if (kept.IsEmpty) continue;
                    // Scores are kept in powers of two.
                    int at = (((b / Storage.Lanes * shape.Heads + h) * shape.Queries) + i) * 2 * Storage.Lanes + b % Storage.Lanes;
                    (kept[at], kept[at + Storage.Lanes]) = ((float)(largest / Math.Log(2)), (float)(1 / sum));
                }
    }

    public void AttentionGradient(in AttentionShape shape, in AttentionRows rows, ReadOnlySpan<float> kept, ReadOnlySpan<float> g, in AttentionGradients into)
    {
        double scale = 1 / Math.Sqrt(shape.HeadWidth);
        double[] keys = new double[rows.Keys.Length], values = new double[rows.Values.Length];
        for (int b = 0; b < shape.Instances; b++)
            for (int h = 0; h < shape.Heads; h++)
                for (int i = 0; i < shape.Queries; i++)
                {
                    double[] p = Softmax(shape, rows, b, h, i, out _, out _), slopes = new double[p.Length], query = new double[shape.HeadWidth];
                    int q = QueryAt(shape, rows, b, h, i), y = ResultAt(shape, b, h, i);
                    double mean = 0;
                    for (int j = 0; j < p.Length; j++)
                    {
                        for (int c = 0; c < shape.HeadWidth; c++) slopes[j] += (double)g[y + c] * rows.Values[KeyAt(shape, rows, b, h, j) + c];
                        mean += p[j] * slopes[j];
                    }
                    for (int j = 0; j < p.Length; j++)
                    {
                        int k = KeyAt(shape, rows, b, h, j);
                        double s = p[j] * (slopes[j] - mean) * scale;
                        for (int c = 0; c < shape.HeadWidth; c++)
                        {
                            query[c] += s * rows.Keys[k + c];
                            keys[k + c] += s * rows.Queries[q + c];
                            values[k + c] += p[j] * g[y + c];
                        }
                    }
                    for (int c = 0; c < shape.HeadWidth; c++) into.Queries[q + c] = (float)query[c];
                }
        for (int row = 0; row < shape.Instances * shape.Keys; row++)
            for (int c = row * rows.KeyStride; c < row * rows.KeyStride + shape.Width; c++) (into.Keys[c], into.Values[c]) = ((float)keys[c], (float)values[c]);
    }

    public void AttendOwn(in GrowingRows shape, int position, ReadOnlySpan<float> rows, Span<float> keys, Span<float> values, Span<float> y)
    {
        int w = shape.HeadWidth, lane = Storage.Lanes, head = LaneRows.Padded(w) * lane;
        for (int n = 0; n < shape.Rows; n++)
            for (int h = 0; h < shape.Heads; h++)
            {
                int at = (n / lane * shape.Heads + h) * shape.Positions * head + n % lane, row = n * shape.Stride + h * w;
                float[] k = new float[(position + 1) * w], v = new float[(position + 1) * w];
                for (int c = 0; c < w; c++) (keys[at + position * head + c * lane], values[at + position * head + c * lane]) = (rows[row + shape.Width + c], rows[row + 2 * shape.Width + c]);
                for (int j = 0; j <= position; j++)
                    for (int c = 0; c < w; c++) (k[j * w + c], v[j * w + c]) = (keys[at + j * head + c * lane], values[at + j * head + c * lane]);
                Attention(new(1, 1, position + 1, 1, w, Causal: false), new(rows.Slice(row, w), w, k, v, w), y.Slice(n * shape.Width + h * w, w), default);
            }
    }

    public void AttendMemory(in SharedMemory shape, ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, Span<float> y)
    {
        int w = shape.HeadWidth, padded = LaneRows.Padded(w);
        for (int n = 0; n < shape.People * shape.Samples; n++)
            for (int h = 0; h < shape.Heads; h++)
            {
                int memory = (n / shape.Samples * shape.Heads + h) * shape.Tokens * padded;
                Attention(new(1, 1, shape.Tokens, 1, w, Causal: false), new(queries.Slice(n * shape.Stride + h * w, w), w, keys[memory..], values[memory..], padded), y.Slice(n * shape.Width + h * w, w), default);
            }
    }

    /// <summary>The weights of the keys that a query sees.</summary>
    private static double[] Softmax(in AttentionShape shape, in AttentionRows rows, int b, int h, int i, out double largest, out double sum)
    {
        double[] p = new double[shape.Seen(i)];
        int q = QueryAt(shape, rows, b, h, i);
        for (int j = 0; j < p.Length; j++)
        {
            int k = KeyAt(shape, rows, b, h, j);
            for (int c = 0; c < shape.HeadWidth; c++) p[j] += (double)rows.Queries[q + c] * rows.Keys[k + c];
            p[j] /= Math.Sqrt(shape.HeadWidth);
        }
        largest = p.Max();
        sum = 0;
        for (int j = 0; j < p.Length; j++) sum += p[j] = Math.Exp(p[j] - largest);
        for (int j = 0; j < p.Length; j++) p[j] /= sum;
        return p;
    }

    private static int QueryAt(in AttentionShape shape, in AttentionRows rows, int b, int h, int i) => (b * shape.Queries + i) * rows.QueryStride + h * shape.HeadWidth;

    private static int KeyAt(in AttentionShape shape, in AttentionRows rows, int b, int h, int j) => (b * shape.Keys + j) * rows.KeyStride + h * shape.HeadWidth;

    private static int ResultAt(in AttentionShape shape, int b, int h, int i) => (b * shape.Queries + i) * shape.Width + h * shape.HeadWidth;
}
