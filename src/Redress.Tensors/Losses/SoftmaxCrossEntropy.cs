namespace Redress.Tensors.Losses;

/// <summary>Cross-entropy of class probabilities against logits.</summary>
public static class SoftmaxCrossEntropy
{
    /// <summary>The mean over the rows of -Σ target log softmax(logit).</summary>
    /// <param name="logits">[m,k].</param>
    /// <param name="targets">[m,k]: probabilities, for example one-hot.</param>
    /// <returns>1x1.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public static Tensor WithLogits(Tensor logits, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        Tensor.RequireSameShape("logits and targets", logits, targets);
        if (logits.Rows == 0) throw new InvalidOperationException($"A tensor of {logits.Shape} has no mean.");
        return (logits.LogSoftmax() * targets).Sum() * (-1f / logits.Rows);
    }
}
