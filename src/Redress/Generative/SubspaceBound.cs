using Redress.Tensors;

namespace Redress.Generative;

/// <summary>
/// What a conditional-subspace autoencoder minimises (Klys, Snell and Zemel 2018): -log p(x | w, z, c) + β_w KL(q(w | x, y) ‖ p(w | y)) + β_z KL(q(z | x) ‖ N(0, I))
/// + β' E[Σ_y q(y | z) log q(y | z)]; and its adversary: -log q(y | z) of the rows' own labels. Negative entropy is least where the adversary cannot tell.
/// </summary>
/// <param name="Reconstruction">-log p(x | w, z, c), up to a constant.</param>
/// <param name="DivergenceW">KL(q(w | x, y) ‖ p(w | y)).</param>
/// <param name="DivergenceZ">KL(q(z | x) ‖ N(0, I)).</param>
/// <param name="NegativeEntropy">Of what the adversary says.</param>
/// <param name="Adversary">-log q(y | z), with z held fixed.</param>
internal readonly record struct SubspaceBound(Tensor Reconstruction, Tensor DivergenceW, Tensor DivergenceZ, Tensor NegativeEntropy, Tensor Adversary)
{
    /// <summary>All terms, each a mean over the rows, 1x1.</summary>
    /// <param name="networks">The networks.</param>
    /// <param name="layout">The columns.</param>
    /// <param name="options">Sizes and likelihood.</param>
    /// <param name="rows">[rows, width].</param>
    /// <param name="labels">[rows, 1]: y.</param>
    /// <param name="noise">[rows, subspace + latent]: standard normal.</param>
    internal static SubspaceBound Of(SubspaceNetworks networks, RowLayout layout, SubspaceOptions options, Tensor rows, Tensor labels, Tensor noise)
    {
        var (wide, latent) = (options.Subspace, options.Latent);
        var (posteriorZ, posteriorW) = (networks.Z.Forward(rows), networks.W.Forward(Tensor.ConcatCols(rows, labels)));
        var (meanZ, logZ) = (posteriorZ.SliceCols(0, latent), posteriorZ.SliceCols(latent, latent));
        var (meanW, logW) = (posteriorW.SliceCols(0, wide), posteriorW.SliceCols(wide, wide));
        var z = meanZ + noise.SliceCols(wide, latent) * (logZ * 0.5f).Exp();
        var w = meanW + noise.SliceCols(0, wide) * (logW * 0.5f).Exp();
        var code = Tensor.ConcatCols(w, z);
        var generated = networks.Decoder.Forward(layout.Given == 0 ? code : Tensor.ConcatCols(code, rows.SliceCols(layout.Generated, layout.Given)));

        var prior = Tensor.MatMul(Tensor.ConcatCols(1f - labels, labels), networks.Prior);
        var (priorMean, priorLog) = (prior.SliceCols(0, wide), prior.SliceCols(wide, wide));
        var divergenceW = (priorLog - logW + (logW.Exp() + (meanW - priorMean).Square()) * (priorLog * -1f).Exp() - 1f).Sum() * 0.5f;
        var divergenceZ = (meanZ.Square() + logZ.Exp() - logZ - 1f).Sum() * 0.5f;

        // q log q = -q softplus(-a) for q = σ(a).
        var a = networks.Adversary.Forward(z);
        var q = a.Sigmoid();
        var negativeEntropy = (q * (a * -1f).Softplus() + (1f - q) * a.Softplus()).Sum() * -1f;
        var adversary = Tensor.CrossEntropy(networks.Adversary.Forward(z.Detach()), labels).Sum();
        float n = rows.Rows;
        return new(EvidenceBound.Reconstruction(layout, options.Numbers, rows, generated) / n, divergenceW / n, divergenceZ / n, negativeEntropy / n, adversary / n);
    }
}
