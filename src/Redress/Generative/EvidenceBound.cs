using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>
/// What an autoencoder minimises, the negative evidence lower bound with a weighted divergence (Kingma and Welling 2014; Higgins et al. 2017):
/// -log p(x | z, c) + β KL(q(z | x) ‖ N(0, I)), with z = μ + σ ε and c the immutables.
/// </summary>
internal static class EvidenceBound
{
    /// <summary>The standard deviation of a Gaussian number around its decoded mean, in standard deviations of the training rows.</summary>
    internal const float Deviation = 0.3f;

    /// <summary>Both terms, each a mean over the rows, 1x1.</summary>
    /// <param name="encoder">Whole rows to mean and log-variance.</param>
    /// <param name="decoder">Codes and immutables to what is generated.</param>
    /// <param name="layout">The columns.</param>
    /// <param name="options">The number likelihood and the size of codes.</param>
    /// <param name="rows">[rows, width].</param>
    /// <param name="noise">[rows, latent]: ε, standard normal.</param>
    internal static (Tensor Reconstruction, Tensor Divergence) Of(FeedForward encoder, FeedForward decoder, RowLayout layout, AutoencoderOptions options, Tensor rows, Tensor noise)
    {
        int latent = options.Latent;
        var posterior = encoder.Forward(rows);
        var (mean, logVariance) = (posterior.SliceCols(0, latent), posterior.SliceCols(latent, latent));
        var code = mean + noise * (logVariance * 0.5f).Exp();
        var generated = decoder.Forward(layout.Given == 0 ? code : Tensor.ConcatCols(code, rows.SliceCols(layout.Generated, layout.Given)));
        var divergence = (mean.Square() + logVariance.Exp() - logVariance - 1f).Sum() * 0.5f;
        return (Reconstruction(layout, options.Numbers, rows, generated) / rows.Rows, divergence / rows.Rows);
    }

    /// <summary>-log p(x | z, c) up to a constant, summed over the rows, 1x1.</summary>
    internal static Tensor Reconstruction(RowLayout layout, NumberLikelihood numbers, Tensor rows, Tensor generated)
    {
        Tensor? sum = null;
        void Add(Tensor part) => sum = sum is null ? part : sum + part;
        if (layout.Numbers > 0)
        {
            var (target, made) = (rows.SliceCols(0, layout.Numbers), generated.SliceCols(0, layout.Numbers));
            Add(numbers == NumberLikelihood.Bernoulli ? Tensor.CrossEntropy(made, target).Sum() : (made - target).Square().Sum() * (0.5f / (Deviation * Deviation)));
        }
        foreach (var (start, width) in layout.Groups)
            Add((generated.SliceCols(start, width).LogSoftmax() * rows.SliceCols(start, width)).Sum() * -1f);
        return sum!;
    }
}
