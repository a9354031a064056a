namespace Redress.Tensors.Losses;

/// <summary>Probabilities of classes from logits.</summary>
public static class ClassProbabilities
{
    /// <summary>σ of one column of logits, the softmax over the columns of several.</summary>
    /// <param name="logits">[m,k].</param>
    /// <returns>[m,k].</returns>
    public static Tensor Of(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return logits.Cols == 1 ? logits.Sigmoid() : logits.LogSoftmax().Exp();
    }
}
