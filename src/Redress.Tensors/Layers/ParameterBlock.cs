using System.Numerics.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Tensors.Layers;

/// <summary>A network's parameters, or gradients by them, behind each other in one block, so that what is done to all of them is one pass over memory.</summary>
internal sealed class ParameterBlock
{
    // So many values are some microseconds of an optimizer's step: worth a thread. More are cut into pieces by fours, so that two or four threads end together.
    private const int OnePiece = 4096, PiecesTogether = 4;

    private readonly float[] array;
    private readonly int first, size;
    private readonly Shape[] shapes;
    private readonly int[] offsets;

    /// <summary>A block of zeros.</summary>
    /// <param name="like">Parameters of the same shapes.</param>
    internal ParameterBlock(ReadOnlySpan<Tensor> like)
    {
        (shapes, offsets) = (new Shape[like.Length], new int[like.Length]);
        for (int p = 0; p < like.Length; p++)
        {
            (shapes[p], offsets[p]) = (like[p].Shape, size);
            size += Storage.PaddedSize(like[p].Size);
        }
        array = Storage.AlignedArray(size, out first);
    }

    /// <summary>All values; the padding between parameters is 0 and stays so where it is written with 0.</summary>
    internal Span<float> Values => array.AsSpan(first, size);

    /// <summary>The parameters over this block, for one thread.</summary>
    internal Tensor[] Tensors(bool tracked)
    {
        var tensors = new Tensor[shapes.Length];
        for (int p = 0; p < tensors.Length; p++) tensors[p] = Tensor.Over(shapes[p], new(array, first + offsets[p], shapes[p].Rows * shapes[p].Cols), tracked);
        return tensors;
    }

    /// <summary>Takes the values of tensors of the same shapes.</summary>
    internal void CopyFrom(ReadOnlySpan<Tensor> tensors)
    {
        for (int p = 0; p < tensors.Length; p++) tensors[p].Values.CopyTo(Of(p));
    }

    /// <summary>Σ shareₘ blockₘ over a range of the values, in order.</summary>
    internal void Join(ReadOnlySpan<ParameterBlock> blocks, ReadOnlySpan<float> shares, Range range)
    {
        var sum = Values[range];
        if (shares.Length == 1) blocks[0].Values[range].CopyTo(sum);
        else TensorPrimitives.Multiply(blocks[0].Values[range], shares[0], sum);
        for (int m = 1; m < shares.Length; m++) TensorPrimitives.MultiplyAdd(blocks[m].Values[range], shares[m], sum, sum);
    }

    /// <summary>Ranges that together are all values, about as long as each other and each whole vectors, for threads to share a pass: one, or up to four at a time.</summary>
    internal Range[] Pieces()
    {
        int fours = (size + PiecesTogether * OnePiece - 1) / (PiecesTogether * OnePiece), pieces = size <= OnePiece ? 1 : PiecesTogether * fours;
        int piece = Storage.PaddedSize((size + pieces - 1) / pieces);
        return [.. Enumerable.Range(0, (size + piece - 1) / piece).Select(i => (i * piece)..Math.Min(size, (i + 1) * piece))];
    }

    private Span<float> Of(int p) => array.AsSpan(first + offsets[p], shapes[p].Rows * shapes[p].Cols);
}
