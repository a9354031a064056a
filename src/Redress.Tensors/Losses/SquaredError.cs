namespace Redress.Tensors.Losses;

/// <summary>Squared error.</summary>
public static class SquaredError
{
    /// <summary>The mean over all entries of (prediction - target)².</summary>
    /// <param name="predictions">[m,n].</param>
    /// <param name="targets">[m,n].</param>
    /// <returns>1x1.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor Of(Tensor predictions, Tensor targets) => (predictions - targets).Square().Mean();
}
