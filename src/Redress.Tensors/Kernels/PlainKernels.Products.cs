namespace Redress.Tensors.Kernels;

internal sealed partial class PlainKernels
{
    public void Multiply(in Product product, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c)
    {
        var (m, n, k, ta, tb) = product;
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                float sum = bias.IsEmpty ? 0f : bias[j];
                for (int p = 0; p < k; p++) sum = MathF.FusedMultiplyAdd(ta ? a[p * m + i] : a[i * k + p], tb ? b[j * k + p] : b[p * n + j], sum);
                c[i * n + j] = sum;
            }
    }

    public void MultiplyPacked(PackedWeights weights, in PackedRows rows, ReadOnlySpan<float> a, Span<float> y)
    {
        var w = weights.Values;
        for (int i = 0; i < rows.Count; i++)
            for (int j = 0; j < weights.Outputs; j++)
            {
                float sum = w[j];
                for (int p = 0; p < weights.Inputs; p++) sum = MathF.FusedMultiplyAdd(a[i * rows.Stride + p], w[(p + 1) * weights.Stride + j], sum);
                y[i * weights.Stride + j] = sum;
            }
    }

    public void MultiplyPacked(PackedWeights weights, in PackedTerms terms, ReadOnlySpan<int> columns, ReadOnlySpan<float> values, Span<float> y)
    {
        var w = weights.Values;
        for (int i = 0; i < terms.Count; i++)
            for (int j = 0; j < weights.Outputs; j++)
            {
                float sum = w[j];
                for (int t = i * terms.Each; t < (i + 1) * terms.Each; t++) sum = MathF.FusedMultiplyAdd(values[t], w[(columns[t] + 1) * weights.Stride + j], sum);
                y[i * weights.Stride + j] = sum;
            }
    }

    public void MultiplyPacked(PackedPanels panels, in PackedRows rows, ReadOnlySpan<float> a, Span<float> y)
    {
        int k = panels.Inputs;
        var panel = panels.Values;
        for (int j = 0, width; j < panels.Stride; j += width, panel = panel[((k + 1) * width)..])
        {
            width = MatrixProduct.Take(panels.Stride - j) * Storage.Lanes;
            for (int i = 0; i < rows.Count; i++)
                for (int c = 0; c < width; c++)
                {
                    float sum = panel[c];
                    for (int p = 0; p < k; p++) sum = MathF.FusedMultiplyAdd(a[i * rows.Stride + p], panel[(p + 1) * width + c], sum);
                    y[i * panels.Stride + j + c] = sum;
                }
        }
    }

    public void MultiplyLanes(in Product product, ReadOnlySpan<float> a, ReadOnlySpan<float> bias, ReadOnlySpan<float> x, Span<float> y)
    {
        var (m, n, k, ta, _) = product;
        for (int i = 0; i < m; i++)
            for (int lane = 0; lane < n; lane++)
            {
                float sum = bias.IsEmpty ? 0f : bias[i];
                for (int p = 0; p < k; p++) sum = MathF.FusedMultiplyAdd(ta ? a[p * m + i] : a[i * k + p], x[p * n + lane], sum);
                y[i * n + lane] = sum;
            }
    }

    public void MultiplyOneHot(OneHotRows rows, ReadOnlySpan<float> numbers, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        int n = weight.Length / rows.Width, c = rows.NumberColumns.Length;
        for (int i = 0; i < rows.Rows; i++)
            for (int k = 0; k < n; k++)
            {
                float sum = bias.IsEmpty ? 0f : bias[k];
                for (int j = 0; j < c; j++) sum = MathF.FusedMultiplyAdd(numbers[i * c + j], weight[rows.NumberColumns[j] * n + k], sum);
                for (int g = 0; g < rows.Groups; g++) sum += weight[rows.Hot[i * rows.Groups + g] * n + k];
                y[i * n + k] = sum;
            }
    }

    public void OneHotOuter(OneHotRows rows, ReadOnlySpan<float> numbers, ReadOnlySpan<float> gradient, Span<float> weight)
    {
        int n = weight.Length / rows.Width, c = rows.NumberColumns.Length;
        for (int i = 0; i < rows.Rows; i++)
            for (int k = 0; k < n; k++)
            {
                float g = gradient[i * n + k];
                for (int j = 0; j < c; j++) weight[rows.NumberColumns[j] * n + k] = MathF.FusedMultiplyAdd(numbers[i * c + j], g, weight[rows.NumberColumns[j] * n + k]);
                for (int h = 0; h < rows.Groups; h++) weight[rows.Hot[i * rows.Groups + h] * n + k] += g;
            }
    }
}
