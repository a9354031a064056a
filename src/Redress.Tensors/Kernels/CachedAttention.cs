using static Redress.Tensors.Kernels.LaneRows;

namespace Redress.Tensors.Kernels;

/// <summary>Attention of one position of many samples at a time: to their own positions so far, or to what they share. The bits of a row are those that <see cref="Attention"/> gives.</summary>
internal static unsafe class CachedAttention
{
    private const int Lanes = Storage.Lanes;

    internal static void Own(in GrowingRows shape, int position, ReadOnlySpan<float> rows, Span<float> keys, Span<float> values, Span<float> y)
    {
        int width = shape.Width, size = shape.CacheSize;
        Elementwise.Require(shape is { Rows: > 0, Heads: > 0, HeadWidth: > 0 } && (uint)position < (uint)shape.Positions && shape.Stride >= 3 * width
            && rows.Length >= (shape.Rows - 1) * shape.Stride + 3 * width && keys.Length >= size && values.Length >= size && y.Length >= shape.Rows * width);
        int padded = Padded(shape.HeadWidth), head = padded * Lanes;
        float scale = 1f / MathF.Sqrt(shape.HeadWidth);
        var buffer = Attention.Scratch(2 * head + (position + 1) * Lanes);
        fixed (float* from = rows, pk = keys, pv = values, py = y, query = &buffer[Attention.ScratchStart])
        {
            float* result = query + head, scores = result + head;
            for (int first = 0, block = 0; first < shape.Rows; first += Lanes, block++)
                for (int h = 0; h < shape.Heads; h++)
                {
                    int some = Math.Min(Lanes, shape.Rows - first);
                    nint cache = ((nint)block * shape.Heads + h) * shape.Positions * head;
                    float* row = from + (nint)first * shape.Stride + h * shape.HeadWidth;
                    Gather(row, shape.Stride, some, shape.HeadWidth, query);
                    Gather(row + width, shape.Stride, some, shape.HeadWidth, pk + cache + position * head);
                    Gather(row + 2 * width, shape.Stride, some, shape.HeadWidth, pv + cache + position * head);
                    Attention.Query<InLanes>(query, padded, scale, pk + cache, pv + cache, position + 1, scores, result, out _, out _);
                    Scatter(result, 1f, py + (nint)first * width + h * shape.HeadWidth, width, some, shape.HeadWidth);
                }
        }
    }

    internal static void OfMemory(in SharedMemory shape, ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, Span<float> y)
    {
        int width = shape.Width, size = shape.MemorySize, count = checked(shape.People * shape.Samples);
        Elementwise.Require(shape is { People: > 0, Samples: > 0, Tokens: > 0, Heads: > 0, HeadWidth: > 0 } && shape.Stride >= width
            && queries.Length >= (count - 1) * shape.Stride + width && keys.Length >= size && values.Length >= size && y.Length >= count * width);
        int padded = Padded(shape.HeadWidth), head = padded * Lanes;
        float scale = 1f / MathF.Sqrt(shape.HeadWidth);
        var buffer = Attention.Scratch(2 * head + shape.Tokens * Lanes);
        fixed (float* from = queries, pk = keys, pv = values, py = y, query = &buffer[Attention.ScratchStart])
        {
            float* result = query + head, scores = result + head;
            for (int person = 0; person < shape.People; person++)
                for (int sample = 0; sample < shape.Samples; sample += Lanes)
                    for (int h = 0; h < shape.Heads; h++)
                    {
                        int some = Math.Min(Lanes, shape.Samples - sample);
                        nint row = (nint)person * shape.Samples + sample, memory = ((nint)person * shape.Heads + h) * shape.Tokens * padded;
                        Gather(from + row * shape.Stride + h * shape.HeadWidth, shape.Stride, some, shape.HeadWidth, query);
                        Attention.Query<Shared>(query, padded, scale, pk + memory, pv + memory, shape.Tokens, scores, result, out _, out _);
                        Scatter(result, 1f, py + row * width + h * shape.HeadWidth, width, some, shape.HeadWidth);
                    }
        }
    }
}
