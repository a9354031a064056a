using Redress.Tensors.Kernels;

namespace Redress.Tensors.Layers;

/// <summary>Inverted dropout: in training each entry is 0 with a probability and scaled up otherwise, so that its mean stays.</summary>
public sealed class Dropout
{
    private const int Levels = 1 << 16;
    private const int Chunk = 1024;

    private readonly int threshold;
    private readonly float kept;

    /// <summary>A dropout layer.</summary>
    /// <param name="probability">Probability of a 0, in [0, 1); used to the nearest 1/65536.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    public Dropout(float probability)
    {
        if (probability is not (>= 0f and < 1f)) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A dropout probability is 0 or more and less than 1.");
        Probability = probability;
        threshold = Math.Min((int)MathF.Round(probability * Levels), Levels - 1);
        kept = (float)Levels / (Levels - threshold);   // of the rounded probability, so that the mean is exact
    }

    /// <summary>Probability of a 0.</summary>
    public float Probability { get; }

    /// <summary>The entries kept, scaled by 1/(1 - probability), and zeros; the mask's entry in row i depends on <paramref name="rng"/>'s state, i and the columns, not on the number of rows.</summary>
    /// <param name="x">[m,n].</param>
    /// <param name="rng">Draws the mask; advances unless the probability is 0.</param>
    public Tensor Forward(Tensor x, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(rng);
        return threshold == 0 ? x : x * Mask(x.Rows, x.Cols, rng);
    }

    private Tensor Mask(int rows, int cols, Rng rng)
    {
        var mask = Tensor.New(rows, cols);
        Span<ushort> bits = stackalloc ushort[Chunk];
        var left = mask.Padded;
        while (!left.IsEmpty)
        {
            var part = left[..Math.Min(Chunk, left.Length)];
            rng.FillBits(bits[..part.Length]);
            KernelTable.Current.ThresholdMask(bits[..part.Length], threshold, kept, part);
            left = left[part.Length..];
        }
        return mask;
    }
}
