namespace Redress.Tensors.Losses;

/// <summary>Cross-entropy of targets in [0, 1] against the logits of their probability, stable for any logit.</summary>
public static class BinaryCrossEntropy
{
    /// <summary>The mean over the rows of weight times loss (not divided by the sum of weights, as in PyTorch).</summary>
    /// <param name="logits">[m,1].</param>
    /// <param name="targets">[m,1], in [0, 1].</param>
    /// <param name="weights">[m,1], or null for 1 everywhere.</param>
    /// <returns>1x1.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor WithLogits(Tensor logits, Tensor targets, Tensor? weights = null) => RowsWithLogits(logits, targets, weights).Mean();

    /// <summary>Each row's weight times loss: w (max(z, 0) - z t + log(1 + e^-|z|)).</summary>
    /// <param name="logits">[m,1].</param>
    /// <param name="targets">[m,1], in [0, 1].</param>
    /// <param name="weights">[m,1], or null for 1 everywhere.</param>
    /// <returns>[m,1].</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor RowsWithLogits(Tensor logits, Tensor targets, Tensor? weights = null)
    {
        var losses = Tensor.CrossEntropy(logits, targets);
        return weights is null ? losses : losses * weights;
    }
}
